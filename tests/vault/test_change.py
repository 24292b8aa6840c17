"""What one command writes is collected first, and written as one."""

from datetime import UTC, date, datetime
from pathlib import Path
import resource
import subprocess
import sys
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
import msgspec
import pytest
import vault_world as world

from coachvault import clock
from coachvault.crypto import box
from coachvault.errors import BadDataError, DamagedError, RefusedError
from coachvault.records import schema
from coachvault.records.base import TEXT_PATTERN, Record
from coachvault.records.client import Client
from coachvault.records.contract import Contract
from coachvault.records.note import Note
from coachvault.vault import cache, index, layout, padding, part, yamlfile
from coachvault.vault import change as changes
from coachvault.vault.store import Vault

FULL_DISK = """
import resource, sys
from coachvault import cli
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
words = ["note", "add", "Augustine", "--on", "2026-01-31", "--file", "-"]
cli.main(["--vault", sys.argv[1], "--identity", sys.argv[2], *words])
"""


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return world.make(tmp_path / "v")


def test_a_new_record_says_where_and_when_it_is(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    moment = datetime(2026, 1, 31, 12, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: moment)
    folder = world.add_client(vault)
    (client,) = world.reopen(vault).load(folder, "identity", Client)
    assert (client.folder, client.drawer, client.revision) == (folder, "identity", 1)
    assert client.created == client.updated == moment


def add_two(vault: Vault, second: str) -> None:
    with vault.change() as change:
        change.add("client", layout.new_id(), {"name": "Augustine", "code": "C-2222"})
        change.add("client", layout.new_id(), {"name": second, "code": "C-3333", "email": 3})


def test_wrong_values_name_their_fields_and_write_nothing(vault: Vault) -> None:
    before = world.tree(vault.root)
    with pytest.raises(BadDataError) as caught:
        add_two(vault, "Ferdinand/X")
    assert [problem.field for problem in caught.value.problems] == ["name", "email"]
    assert "Ferdinand" not in str(caught.value)
    assert world.tree(vault.root) == before


def add_and_fail(vault: Vault) -> None:
    with vault.change() as change:
        change.add("client", layout.new_id(), {"name": "Augustine", "code": "C-2222"})
        raise ZeroDivisionError


def test_an_error_at_the_end_writes_nothing(vault: Vault) -> None:
    before = world.tree(vault.root)
    with pytest.raises(ZeroDivisionError):
        add_and_fail(vault)
    assert world.tree(vault.root) == before


def test_a_changed_record_has_the_next_revision(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = world.add_client(vault)
    record = world.add_note(vault, folder)
    later = datetime(2031, 1, 31, 12, tzinfo=UTC)
    monkeypatch.setattr(clock, "now", lambda: later)
    with vault.change() as change:
        change.update(record, {"text": "corrigée"})
    (note,) = world.reopen(vault).load(folder, "notes", Note)
    assert (note.text, note.revision, note.created, note.updated) == ("corrigée", 2, record.created, later)


def test_a_change_that_changes_nothing_writes_nothing(vault: Vault) -> None:
    record = world.add_note(vault, world.add_client(vault), "Zoé\n  fin")
    before = world.tree(vault.root)
    with vault.change() as change:
        assert change.update(record, {"text": "Zoe\u0301  \r\n  fin\n", "on": date(2026, 1, 31)}) == record
        assert change.writes == {}
    assert world.tree(vault.root) == before


def test_none_clears_a_field(vault: Vault) -> None:
    with vault.change() as change:
        values = {"name": "Augustine", "code": "C-2222", "email": "a@exemple.test"}
        client = change.add("client", layout.new_id(), values)
        assert isinstance(change.update(client, {"email": None}), Client)
    (found,) = world.reopen(vault).load(client.folder, "identity", Client)
    assert found.email is None


def test_what_must_be_there_cannot_be_cleared(vault: Vault) -> None:
    record = world.add_note(vault, world.add_client(vault))
    with pytest.raises(BadDataError), vault.change() as change:
        change.update(record, {"text": None})


def test_every_drawer_has_a_key_of_its_own(vault: Vault) -> None:
    folder = world.add_client(vault)
    world.add_note(vault, folder)
    assert vault.drawers(folder) == ("identity", "notes")
    assert vault.secret(folder, "identity") != vault.secret(folder, "notes")


def test_a_records_text_is_padded(vault: Vault) -> None:
    folder = world.add_client(vault)
    records = [world.add_note(vault, folder, text) for text in ("a", "a" * 100)]
    places = [layout.record_path(folder, "notes", record.id) for record in records]
    texts = [vault.decrypt(place, vault.secret(folder, "notes")) for place in places]
    assert [len(text) for text in texts] == [padding.MINIMUM] * 2


def test_age_opens_a_record_with_a_text_editor_alone(vault: Vault, tmp_path: Path) -> None:
    folder = world.add_client(vault)
    record = world.add_note(vault, folder, "une confidence\n😀")
    (tmp_path / "id.txt").write_text(world.SECRET)
    key = age(tmp_path / "id.txt", vault.root / layout.key_path(folder, "notes"))
    (tmp_path / "d.key").write_bytes(key)
    text = age(tmp_path / "d.key", vault.root / layout.record_path(folder, "notes", record.id))
    assert text.decode().startswith(f"schema: note/1\nid: {record.id}\nfolder: {folder}\ndrawer: notes\n")
    assert text.decode().rstrip("\n").endswith("text: |-\n  une confidence\n  😀")
    assert len(text) == padding.MINIMUM


def age(identity: Path, path: Path) -> bytes:
    return subprocess.run(("age", "-d", "-i", identity, path), capture_output=True, check=True).stdout


@pytest.mark.parametrize(("size", "parts"), [(0, 0), (1, 1), (1000, 1), (1001, 2), (3000, 3)])
def test_a_document_is_kept_in_parts(
    vault: Vault, monkeypatch: pytest.MonkeyPatch, size: int, parts: int
) -> None:
    monkeypatch.setattr(part, "PART_BYTES", 1000)
    data = bytes(number % 251 for number in range(size))
    folder = world.add_client(vault)
    record = world.add_document(vault, folder, data)
    assert (record.size, record.parts) == (size, parts)
    assert len(list((vault.root / layout.FILES / folder / "contract").glob("*"))) == parts
    assert world.reopen(vault).document(record) == data


def test_a_removed_document_takes_its_parts_along(vault: Vault) -> None:
    folder = world.add_client(vault)
    record, kept = (world.add_document(vault, folder, data) for data in (b"one", b"other"))
    with vault.change() as change:
        change.remove(record)
    assert vault.record_ids(folder, "contract") == (kept.id,)
    assert not list((vault.root / layout.FILES).rglob(f"{record.id}*"))
    assert world.reopen(vault).document(kept) == b"other"


def test_a_destroyed_drawer_leaves_its_tombstone_alone(vault: Vault) -> None:
    folder = world.add_client(vault)
    world.add_note(vault, folder)
    world.add_note(vault, folder)
    public = box.recipient_of(vault.secret(folder, "notes"))
    world.destroy(vault, folder, "notes")
    assert not [path for path in vault.root.rglob("*notes*") if path.parent.name != layout.TOMBSTONES]
    (stone,) = (vault.root / layout.TOMBSTONES).iterdir()
    told: Any = yamlfile.read(stone.read_text(), "stone")
    assert (told["folder"], told["drawer"], told["records"], told["whole"]) == (folder, "notes", 2, True)
    assert stone.name == f"{folder}-notes-1.yaml"
    assert public not in stone.read_text()
    assert not [word for word in world.SECRET_WORDS if word in stone.read_text()]


def test_a_destruction_takes_the_index_and_its_key_along(vault: Vault) -> None:
    folder = world.add_client(vault)
    world.add_note(vault, folder)
    assert [entry.name for entry in index.subjects(vault)] == ["Augustine"]
    before = (vault.root / layout.cache_paths(index.NAME)[0]).read_bytes()
    world.destroy(vault, folder, "notes")
    _head, lines = cache.read(vault, index.NAME) or (b"", b"")
    assert lines.strip() == b""
    assert (vault.root / layout.cache_paths(index.NAME)[0]).read_bytes() != before


def test_a_destroyed_drawer_that_begins_again_has_a_new_key_and_a_new_tombstone(vault: Vault) -> None:
    folder = world.add_client(vault)
    world.add_note(vault, folder)
    first = vault.secret(folder, "notes")
    world.destroy(vault, folder, "notes")
    world.add_note(vault, folder)
    assert vault.secret(folder, "notes") != first
    world.destroy(vault, folder, "notes")
    names = sorted(path.name for path in (vault.root / layout.TOMBSTONES).iterdir())
    assert names == [f"{folder}-notes-1.yaml", f"{folder}-notes-2.yaml"]


def test_nothing_is_written_with_a_destroyed_key_that_is_back(vault: Vault) -> None:
    """A backup put it there: what it opens could be read with old copies, and is lost once it is mended."""
    folder = world.add_client(vault)
    gone = world.add_note(vault, folder)
    place = vault.root / layout.key_path(folder, "notes")
    old = place.read_bytes()
    with vault.change() as change:
        change.rekey(folder, "notes", world.TOMBSTONE, [gone.id])
    new = place.read_bytes()
    place.write_bytes(old)
    before = world.tree(vault.root)

    with pytest.raises(RefusedError, match="was destroyed, and its file is back"):
        world.add_note(world.reopen(vault), folder)

    assert world.tree(vault.root) == before
    place.write_bytes(new)
    world.add_note(world.reopen(vault), folder)


def test_without_the_settings_no_key_is_made_that_nobody_could_open(vault: Vault) -> None:
    (vault.root / layout.key_path(vault.practice, "settings")).unlink()
    before = world.tree(vault.root)
    with pytest.raises(DamagedError, match="settings"):
        world.add_client(world.reopen(vault))
    assert world.tree(vault.root) == before


def test_half_a_character_from_a_shell_is_refused(vault: Vault) -> None:
    with pytest.raises(BadDataError):
        world.add_client(vault, "Zo\udce9")
    assert vault.folders() == ()


def test_what_could_not_be_read_again_is_not_written(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    before = world.tree(vault.root)
    monkeypatch.setattr(yamlfile, "dump", lambda _value: "schema: &x note/1\n")
    with pytest.raises(BadDataError):
        world.add_client(vault)
    monkeypatch.undo()
    assert world.tree(vault.root) == before


@pytest.mark.parametrize("fee", ["0", "120", "120.50", "1.5E+3", "1E+2", "-0", "999999999.99"])
def test_every_amount_that_is_taken_opens_again(vault: Vault, fee: str) -> None:
    folder = world.add_client(vault)
    with vault.change() as change:
        record = change.add("contract", folder, {"kind": "individual", "fee": fee})
    assert world.reopen(vault).load(folder, "contract", Contract) == (record,)


TEXTS = st.from_regex(TEXT_PATTERN, fullmatch=True)


@given(TEXTS, st.none() | st.decimals(0, 10**8, places=2), st.lists(TEXTS, max_size=2))
def test_every_record_that_is_taken_opens_again(text: str, fee: object, goals: list[str]) -> None:
    record = changes.convert(
        "contract",
        {
            "schema": "contract/1", "id": "a" * 16, "folder": "b" * 16, "drawer": "contract", "revision": 1,
            "created": clock.now(), "updated": clock.now(), "kind": "individual", "request": text,
            "fee": str(fee) if fee is not None else None, "signatures": [],
            "goals": [{"id": "c" * 16, "text": goal} for goal in goals],
        },
    )  # fmt: skip
    data = padding.pad(yamlfile.dump(schema.plain(record)).encode())
    assert read(data) == record


def read(data: bytes) -> Record:
    return schema.read_record(yamlfile.read(yamlfile.decode(data.rstrip(b"\n"), "p"), "p"))


def test_a_record_is_the_same_through_every_kind_of_change(vault: Vault) -> None:
    record = world.add_note(vault, world.add_client(vault))
    (found,) = world.reopen(vault).load(record.folder, "notes", Note)
    assert msgspec.structs.asdict(found) == msgspec.structs.asdict(record)


def test_a_full_disk_is_told_in_two_lines_and_nothing_is_changed(vault: Vault, tmp_path: Path) -> None:
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[1] == resource.RLIM_INFINITY
    world.add_client(vault, "Augustine")
    (tmp_path / "id.txt").write_text(world.SECRET)
    before = world.tree(vault.root)
    words = (sys.executable, "-c", FULL_DISK, str(vault.root), str(tmp_path / "id.txt"))
    done = subprocess.run(words, input=b"une confidence\n" * 1000, capture_output=True, check=False)
    assert done.returncode == 11
    lines = done.stderr.decode().splitlines()
    assert len(lines) == 2
    assert "disque" in lines[0] or "the disk is full" in lines[0]
    assert "confidence" not in done.stderr.decode()
    assert world.tree(vault.root) == before
    assert world.is_settled(vault.root)


def test_a_lost_key_is_never_replaced_by_a_new_one(vault: Vault) -> None:
    """A new key in its place would make the old records unreadable for good."""
    folder = world.add_client(vault)
    world.add_note(vault, folder)
    (vault.root / layout.key_path(folder, "notes")).unlink()

    with pytest.raises(DamagedError):
        world.add_note(world.reopen(vault), folder)

    assert not (vault.root / layout.key_path(folder, "notes")).exists()
    assert len(vault.record_ids(folder, "notes")) == 1
