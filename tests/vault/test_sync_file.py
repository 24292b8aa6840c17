"""Files of many parts travel beside the branch: sent once, moved to another key, gone when destroyed."""

from collections.abc import Iterator
import io
import os
from pathlib import Path
import subprocess
import sys
import time
from typing import Any

from fault import memory
import pytest
import sync_world as world

from coachvault.actions import doctor
from coachvault.records.attachment import Attachment
from coachvault.vault import cloning, gitobject, layout, part, sync
from coachvault.vault.history import Answer, History
from coachvault.vault.remote import Remote
from coachvault.vault.store import Vault

VALUES = {"on": "2026-01-31", "name": "Marqueur.bin", "media_type": "application/octet-stream"}
DATA = os.urandom(2000)
# Sends a vault and everything in it, in a process of its own; says the most memory of it and of its git.
CHILD = """
import resource, sys
from pathlib import Path
from coachvault.crypto import keys
from coachvault.vault import sync
from coachvault.vault.store import Vault

sync.sync(Vault(Path(sys.argv[1]), keys.Identity([sys.argv[2]])))
# Not of RUSAGE_SELF, which counts the process that started this one.
print(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0])
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    with memory() as place:
        world.make(place)
        yield place


@pytest.fixture
def pair(made: Path) -> Iterator[tuple[Path, Path, Path]]:
    with memory() as place:
        yield world.copy(made, place / "w")


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(part, "PART_BYTES", 100)


def keep(root: Path, data: bytes, folder: str = "") -> Attachment:
    vault = world.opened(root)
    with vault.change() as change:
        place = folder or vault.folders()[0]
        record = change.keep("attachment", place, VALUES, io.BytesIO(data))
    assert isinstance(record, Attachment)
    return record


def parts(root: Path) -> list[Path]:
    return sorted((root / layout.FILES).glob("*/*/*.age"))


def rekey(vault: Vault, folder: str, *gone: str) -> None:
    with vault.change() as change:
        change.rekey(folder, "attachments", world.TOMBSTONE, gone)


@pytest.mark.usefixtures("short")
def test_a_file_goes_there_and_its_drawers_new_key_too(pair: tuple[Path, Path, Path]) -> None:
    a, b, _remote = pair
    record, other = keep(a, DATA), keep(a, b"other")
    world.agree(a, b)
    assert len(parts(b)) == 21
    assert world.opened(b).document(record) == DATA
    rekey(world.opened(b), record.folder, other.id)
    world.agree(a, b)
    assert world.opened(a).document(record) == DATA
    assert len(parts(a)) == 20
    with world.opened(a).change() as change:
        change.destroy(record.folder, "attachments", world.TOMBSTONE)
    world.agree(a, b)
    assert parts(a) == parts(b) == []


@pytest.mark.usefixtures("short")
def test_a_file_that_both_keep_in_one_new_drawer_has_one_key(pair: tuple[Path, Path, Path]) -> None:
    a, b, _remote = pair
    mine, theirs = keep(a, DATA), keep(b, DATA[::-1])
    world.agree(a, b)
    for root in (a, b):
        assert world.opened(root).document(mine) == DATA
        assert world.opened(root).document(theirs) == DATA[::-1]


@pytest.mark.usefixtures("short")
def test_what_is_destroyed_leaves_no_object_of_the_files(pair: tuple[Path, Path, Path]) -> None:
    a, b, _remote = pair
    record = keep(a, DATA)
    world.agree(a, b)
    before = {path.read_bytes() for path in parts(a)}
    rekey(world.opened(a), record.folder, record.id)
    assert before.isdisjoint(world.every_blob(a / layout.FILES))
    world.agree(a, b)
    assert before.isdisjoint(world.every_blob(a / layout.FILES, b / layout.FILES))


@pytest.fixture
def talks(monkeypatch: pytest.MonkeyPatch) -> list[tuple[Path, str]]:
    """Every fetch, by its repository, and every push."""
    said: list[tuple[Path, str]] = []
    talk = Remote._talk  # noqa: SLF001 what goes over the line is what counts

    def heard(self: Remote, repository: History, *words: str, **more: Any) -> Answer:  # noqa: ANN401 passed on
        said.append((repository.root, words[0]))
        return talk(self, repository, *words, **more)

    monkeypatch.setattr(Remote, "_talk", heard)
    return said


@pytest.mark.usefixtures("short")
def test_what_stays_when_a_file_is_destroyed_does_not_come_again(
    pair: tuple[Path, Path, Path], talks: list[tuple[Path, str]]
) -> None:
    a, b, remote = pair
    kept = keep(a, DATA)
    other = world.add_client(world.opened(a), "Ferdinand")
    gone = [keep(a, b"other", other), keep(a, b"another", other)]
    world.agree(a, b)
    for record in gone:
        rekey(world.opened(a), other, record.id)
    # What is pushed then stays together, in a file of its own.
    world.git("config", "receive.unpackLimit", "1", at=remote)
    del talks[:]
    sync.sync(world.opened(a))
    assert (a / layout.FILES, "fetch") not in talks
    assert (a, "push") in talks
    assert again(remote, a, kept) == set()
    world.agree(a, b)
    assert world.opened(b).document(kept) == DATA
    assert len(parts(a)) == len(parts(b)) == 20


@pytest.mark.usefixtures("short")
def test_a_part_that_was_lost_here_comes_again(pair: tuple[Path, Path, Path]) -> None:
    a, b, _remote = pair
    kept, gone = keep(a, DATA), keep(a, b"other", world.add_client(world.opened(a), "Ferdinand"))
    world.agree(a, b)
    rekey(world.opened(a), gone.folder, gone.id)
    lost = parts(a)[3]
    lost.unlink()
    assert doctor.examine(world.opened(a)).items != ()
    world.agree(a, b)
    assert lost.exists()
    assert world.opened(a).document(kept) == DATA


@pytest.mark.usefixtures("short")
def test_a_file_that_was_removed_here_and_changed_there_comes_again(pair: tuple[Path, Path, Path]) -> None:
    a, b, _remote = pair
    kept, gone = keep(a, DATA), keep(a, b"other", world.add_client(world.opened(a), "Ferdinand"))
    world.agree(a, b)
    with world.opened(a).change() as change:
        change.remove(kept)
    rekey(world.opened(a), gone.folder, gone.id)
    with world.opened(b).change() as change:
        change.update(kept, {"returned_on": "2026-02-01"})
    world.agree(b, a)
    assert world.opened(a).document(kept) == DATA


@pytest.mark.usefixtures("short")
def test_a_new_file_alone_is_sent_and_fetched(pair: tuple[Path, Path, Path]) -> None:
    a, b, remote = pair
    old = keep(a, DATA)
    world.agree(a, b)
    new = keep(a, DATA[::-1])
    for place in (remote, b / layout.FILES / ".git"):
        for path in (place / "objects" / "pack").iterdir():
            path.rename(path.with_name(f"before-{path.name}"))
        world.git("config", "transfer.unpackLimit", "1", at=place)
    sync.sync(world.opened(a))
    assert (len(again(remote, a, old)), len(again(remote, a, new))) == (0, 20)
    sync.sync(world.opened(b))
    came = b / layout.FILES / ".git"
    assert (len(again(came, a, old)), len(again(came, a, new))) == (0, 20)
    world.agree(a, b)


def again(git: Path, root: Path, record: Attachment) -> set[str]:
    """Return the parts of a file that came together with others since what comes is kept together."""
    packs = [path.read_bytes() for path in (git / "objects" / "pack").glob("pack-*.idx")]
    lines = [line for data in packs for line in world.git("show-index", at=git, data=data).splitlines()]
    names = {line.split()[1] for line in lines}
    assert names
    found = (path for path in parts(root) if path.name.startswith(record.id))
    return names & {gitobject.name_of(path, next(iter(names))) for path in found}


@pytest.mark.usefixtures("short")
def test_a_plain_push_sends_the_same_commit(pair: tuple[Path, Path, Path]) -> None:
    a, b, remote = pair
    keep(a, DATA)
    sync.sync(world.opened(a))
    keep(a, b"new", world.add_client(world.opened(a), "Ferdinand"))
    keep(a, b"newer")
    world.git("push", "--quiet", "origin", "main", at=a)
    sent = world.git("rev-parse", "refs/coachvault/files", at=remote)
    assert sent == Remote(a).local().files
    assert len(world.git("rev-list", "--parents", "--max-count=1", sent, at=remote).split()) == 1 + 3
    world.agree(a, b)


def test_git_neither_compares_nor_compresses_ciphertext(pair: tuple[Path, Path, Path]) -> None:
    a, _b, remote = pair
    clone = a.with_name("clone")
    cloning.clone(str(remote), clone, lambda: world.IDENTITY)
    (clone / layout.FILES / ".git" / "HEAD").unlink()
    Remote(clone).mend()
    for place in (remote, *(root / area / ".git" for root in (a, clone) for area in ("keys", "files"))):
        found = [
            world.git("config", name, at=place) for name in ("core.bigFileThreshold", "core.compression")
        ]
        assert found == ["1m", "0"], place
    record = layout.record_path("f", "notes", "r")
    assert world.git("check-attr", "delta", "diff", "--", record, at=a) == "\n".join(
        (f"{record}: delta: unset", f"{record}: diff: coachvault")
    )


def test_a_large_file_is_sent_and_fetched_in_little_memory(pair: tuple[Path, Path, Path]) -> None:
    a, b, _remote = pair
    data = os.urandom(2 * part.PART_BYTES + 1)
    record = keep(a, data)
    for root in (a, b):
        words = (sys.executable, "-c", CHILD, str(root), world.SECRET)
        done = subprocess.run(words, capture_output=True, check=True, text=True)
        assert max(map(int, done.stdout.split())) < 150 * 1024, "kibibytes, of the program and of git"
    assert world.opened(b).document(record) == data
    # Once sent, it is not hashed again nor sent again.
    known = Remote(a).known()
    assert Remote(a).local().files == known.files
    sync.sync(world.opened(a))
    assert Remote(a).known().files == known.files


def test_what_a_git_that_died_left_half_made_goes_with_the_next_sync(pair: tuple[Path, Path, Path]) -> None:
    a, _b, _remote = pair
    objects = a / layout.FILES / ".git" / "objects"
    old, young = objects / "pack" / "tmp_pack_old", objects / "tmp_obj_young"
    for path in (old, young):
        path.write_bytes(b"half")
    os.utime(old, (time.time() - 60,) * 2)
    sync.sync(world.opened(a))
    assert not old.exists()
    assert young.exists(), "a git may be at work on it"


def test_a_file_is_named_as_git_names_it(pair: tuple[Path, Path, Path]) -> None:
    a, _b, _remote = pair
    keep(a, DATA)
    Remote(a).local()
    (path,) = parts(a)
    names = [f.name for f in gitobject.objects(History(a / layout.FILES, is_nested=True)) if f.kind == "blob"]
    assert names == [gitobject.name_of(path, names[0])]
