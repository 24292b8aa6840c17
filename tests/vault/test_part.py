"""A file of many parts goes in and comes out in little memory, whole or not at all."""

from collections.abc import Callable
import io
from pathlib import Path
import shutil
import subprocess
import sys

from fault import Fault, at, meet
import pytest
import vault_world as world

from coachvault.actions import doctor
from coachvault.errors import DamagedError, NotFoundError, StorageError
from coachvault.records.attachment import Attachment
from coachvault.records.file import File
from coachvault.vault import files, journal, layout, part, tombstone
from coachvault.vault.store import Vault

VALUES = {"on": "2026-01-31", "name": "Marqueur.bin", "media_type": "application/octet-stream"}
DATA = bytes(number % 251 for number in range(35))
PART = 10
# A file of three parts and a bit goes in, gets another key, and comes out, in a process of its own.
CHILD = """
import sys
from pathlib import Path
sys.path[:0] = sys.argv[1:3]
import vault_world as world
from coachvault.crypto import keys
from coachvault.vault import files, part, source
from coachvault.vault.store import Vault

vault = Vault(Path(sys.argv[3]), keys.Identity([sys.argv[4]]))
folder, place = sys.argv[5], Path(sys.argv[6])
with source.opened(place) as given, vault.change() as change:
    record = change.keep("attachment", folder, {"on": "2026-01-31", "name": "n", "media_type": "m"}, given)
with vault.change() as change:
    change.rekey(folder, "attachments", world.TOMBSTONE)
with files.new(place.with_name("back")) as write:
    part.pour(vault, record, write)
# Not of getrusage, which counts the process that started this one.
print(record.parts, Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
"""


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return world.make(tmp_path / "v")


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part, "PART_BYTES", PART)


def keep(vault: Vault, folder: str, source: part.Readable, kind: str = "attachment") -> File:
    with vault.change() as change:
        return change.keep(kind, folder, VALUES, source)


def parts(vault: Vault) -> list[Path]:
    return sorted((vault.root / layout.FILES).rglob("*.age"))


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("kind", ["attachment", "recording"])
def test_a_file_comes_out_as_it_went_in(vault: Vault, kind: str) -> None:
    record = keep(vault, world.add_client(vault), io.BytesIO(DATA), kind)
    assert isinstance(record, Attachment)
    assert (record.noun, record.drawer) == (kind, f"{kind}s")
    assert (record.size, record.parts) == (35, 4)
    assert world.reopen(vault).read(record.folder, record.drawer, record.id) == record
    assert world.reopen(vault).document(record) == DATA
    assert doctor.examine(vault).items == ()


def test_a_file_of_three_parts_and_a_bit_needs_little_memory(vault: Vault, tmp_path: Path) -> None:
    folder, place = world.add_client(vault), tmp_path / "large"
    with place.open("wb") as file:
        file.truncate(3 * part.PART_BYTES + 1)
    here = Path(__file__).parent
    words = (str(here), str(here.parent), str(vault.root), world.SECRET, folder, str(place))
    done = subprocess.run((sys.executable, "-c", CHILD, *words), capture_output=True, check=True, text=True)
    count, peak = done.stdout.split()
    assert count == "4"
    assert int(peak) < 150 * 1024, "kibibytes, the program among them"
    assert subprocess.run(("cmp", place, tmp_path / "back"), check=False).returncode == 0


class Watched(io.BytesIO):
    """A source that is asked what is staged, in how many files, before each part."""

    def __init__(self, data: bytes, root: Path) -> None:
        super().__init__(data)
        self.staged: list[int] = []
        self._root = root

    def read(self, count: int | None = -1, /) -> bytes:
        self.staged.append(len(list((self._root / journal.STAGING).glob("*"))))
        return super().read(count)


@pytest.mark.usefixtures("short")
def test_each_part_is_staged_as_ciphertext_before_the_next_is_read(vault: Vault) -> None:
    source = Watched(b"une confidence", vault.root)
    folder = world.add_client(vault)
    with vault.change() as change:
        change.keep("attachment", folder, VALUES, source)
        staged = [path.read_bytes() for path in (vault.root / journal.STAGING).iterdir()]
        assert len(staged) == 2
        assert not [data for data in staged if b"conf" in data]
        assert parts(vault) == []
    assert source.staged == [0, 1, 2]


@pytest.mark.usefixtures("short")
def test_who_reads_meanwhile_finds_no_record_without_its_parts(vault: Vault) -> None:
    folder = world.add_client(vault)
    with vault.change() as change:
        record = change.keep("attachment", folder, VALUES, io.BytesIO(DATA))
        order = list(change.writes)
    assert order[0] == layout.key_path(folder, "attachments")
    assert order[-1] == layout.record_path(folder, "attachments", record.id)


class Failing(io.BytesIO):
    """A source that ends in an error."""

    def __init__(self, error: BaseException) -> None:
        super().__init__(DATA)
        self._error = error

    def read(self, count: int | None = -1, /) -> bytes:
        if self.tell() > PART:
            raise self._error
        return super().read(count)


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("error", [NotFoundError("m", "h"), KeyboardInterrupt()], ids=type)
def test_a_source_that_fails_on_the_way_leaves_nothing(vault: Vault, error: BaseException) -> None:
    folder = world.add_client(vault)
    before = world.tree(vault.root)
    with pytest.raises(type(error)):
        keep(vault, folder, Failing(error))
    assert world.tree(vault.root) == before
    assert world.is_settled(vault.root)


@pytest.mark.usefixtures("short")
def test_a_disk_that_fails_on_the_way_leaves_nothing(vault: Vault) -> None:
    folder = world.add_client(vault)
    before, steps = world.tree(vault.root), steps_of(vault, folder)
    writes = [number for number, step in enumerate(steps) if step.startswith("write .coachvault/staging")]
    assert len(writes) == 6, "four parts, the key and the record"
    for number in writes:
        ended = meet(lambda: keep_or_fail(vault, folder), vault.root, Fault("refused", number))
        assert ended.result == "StorageError"
        assert world.tree(vault.root) == before
        assert world.is_settled(vault.root)


@pytest.mark.usefixtures("short")
def test_a_command_killed_before_it_is_decided_leaves_nothing_after_the_next(vault: Vault) -> None:
    folder = world.add_client(vault)
    before, steps = world.tree(vault.root), steps_of(vault, folder)
    for number in range(at(steps, "write .coachvault/staging") + 1, at(steps, "rename .coachvault/.journal")):
        assert meet(lambda: keep_or_fail(vault, folder), vault.root, Fault("killed", number)).killed
        assert list((vault.root / journal.STAGING).iterdir())
        world.reopen(vault).recover()
        assert world.tree(vault.root) == before
        assert world.is_settled(vault.root)


def steps_of(vault: Vault, folder: str) -> tuple[str, ...]:
    """Return the steps of keeping a file, in a copy."""
    copy = Path(shutil.copytree(vault.root, vault.root.with_name("copy")))
    steps = meet(lambda: keep_or_fail(Vault(copy, world.IDENTITY), folder), copy).steps
    shutil.rmtree(copy)
    return steps


def keep_or_fail(vault: Vault, folder: str) -> str:
    try:
        keep(vault, folder, io.BytesIO(DATA))
    except StorageError as error:
        return type(error).__name__
    return ""


@pytest.mark.usefixtures("short")
def test_a_new_file_gets_the_new_key_of_the_same_change(vault: Vault) -> None:
    folder = world.add_client(vault)
    first = keep(vault, folder, io.BytesIO(b"first"))
    with vault.change() as change:
        second = change.keep("attachment", folder, VALUES, io.BytesIO(DATA))
        change.rekey(folder, "attachments", world.TOMBSTONE, [first.id])
    assert world.reopen(vault).document(second) == DATA
    assert tombstone.read_all(vault.root)[0].ids == (first.id,)
    assert doctor.examine(world.reopen(vault)).items == ()


def exchange(found: list[Path]) -> None:
    one, other = found[0].read_bytes(), found[1].read_bytes()
    found[0].write_bytes(other)
    found[1].write_bytes(one)


def lose(found: list[Path]) -> None:
    found[2].unlink()


def cut(found: list[Path]) -> None:
    found[3].write_bytes(found[3].read_bytes()[:-1])


@pytest.mark.usefixtures("short")
@pytest.mark.parametrize("harm", [exchange, lose, cut])
def test_a_harmed_file_is_noticed_and_nothing_of_it_is_left(
    vault: Vault, tmp_path: Path, harm: Callable[[list[Path]], None]
) -> None:
    record = keep(vault, world.add_client(vault), io.BytesIO(DATA))
    harm(parts(vault))
    with pytest.raises((DamagedError, NotFoundError), match=record.id), files.new(tmp_path / "out") as write:
        part.pour(vault, record, write)
    assert not [path for path in tmp_path.iterdir() if path.name != "v"]
    assert doctor.examine(vault).items != ()


@pytest.mark.usefixtures("short")
def test_a_part_too_many_is_found_by_doctor(vault: Vault) -> None:
    record = keep(vault, world.add_client(vault), io.BytesIO(DATA))
    extra = parts(vault)[0].with_name(f"{record.id}.4.age")
    extra.write_bytes(parts(vault)[0].read_bytes())
    extra.chmod(0o600)
    (finding,) = doctor.examine(vault).items
    assert "a part that its document does not have" in str(finding)


@pytest.mark.usefixtures("short")
def test_how_far_it_is_is_told_part_by_part(vault: Vault) -> None:
    record, heard = keep(vault, world.add_client(vault), io.BytesIO(DATA)), []
    part.pour(vault, record, len, lambda done, total: heard.append((done, total)))
    assert heard == [(10, 35), (20, 35), (30, 35), (35, 35)]
