"""An open vault gives records back as they were, or says which opaque place is wrong."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
import os
from pathlib import Path
import subprocess
import sys

import pytest
import vault_world as world

from coachvault import clock
from coachvault.crypto import box, keys
from coachvault.errors import BadDataError, CoachError, DamagedError, LockedError, NotFoundError
from coachvault.records.client import Client
from coachvault.records.note import Note
from coachvault.vault import layout, padding, yamlfile
from coachvault.vault.store import Vault

WRITER = """
import sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import vault_world as world
from coachvault.crypto import keys
from coachvault.vault.store import Vault

vault = Vault(Path(sys.argv[2]), keys.Identity([sys.argv[3]]))
for number in range(int(sys.argv[6])):
    world.add_note(vault, sys.argv[4], f"{sys.argv[5]} {number}")
"""


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return world.make(tmp_path / "v")


@pytest.fixture
def folder(vault: Vault) -> str:
    return world.add_client(vault, "Augustine")


def place(vault: Vault, record: str, folder: str, drawer: str = "notes") -> Path:
    return vault.root / layout.record_path(folder, drawer, record)


def failure(vault: Vault, folder: str, drawer: str = "notes", cls: type[Note | Client] = Note) -> CoachError:
    """Return the error of reading a drawer anew, which says nothing of what it holds."""
    with pytest.raises(CoachError) as caught:
        world.reopen(vault).load(folder, drawer, cls)
    told = f"{caught.value.message} {caught.value.hint}"
    assert not [word for word in world.SECRET_WORDS if word in told]
    return caught.value


def damage(vault: Vault, folder: str, drawer: str = "notes", cls: type[Note | Client] = Note) -> str:
    found = failure(vault, folder, drawer, cls)
    assert type(found) is DamagedError
    return found.message


def swap(one: Path, other: Path) -> None:
    one_data, other_data = one.read_bytes(), other.read_bytes()
    one.write_bytes(other_data)
    other.write_bytes(one_data)


def test_a_vault_begins_without_a_client(vault: Vault) -> None:
    assert vault.folders() == ()
    assert vault.drawers(vault.practice) == ("profile", "settings")
    assert vault.recipients() == (world.IDENTITY.recipient,)


def test_records_come_back_as_they_were(vault: Vault, folder: str) -> None:
    notes = [world.add_note(vault, folder, text) for text in ("une", "deux\n\n  trois 😀")]
    assert sorted(world.reopen(vault).load(folder, "notes", Note), key=lambda note: note.id) == sorted(
        notes, key=lambda note: note.id
    )


def test_records_come_oldest_day_first(vault: Vault, folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for day, moment in ((3, 1), (1, 2), (2, 3), (1, 1)):
        when = datetime(2026, 2, moment, tzinfo=UTC)
        monkeypatch.setattr(clock, "now", lambda when=when: when)
        with vault.change() as change:
            change.add("note", folder, {"on": f"2026-01-0{day}", "text": f"{day} {moment}"})
    texts = [note.text for note in vault.load(folder, "notes", Note)]
    assert texts == ["1 1", "1 2", "2 3", "3 1"]


def test_a_drawer_that_was_never_used_is_empty(vault: Vault, folder: str) -> None:
    assert vault.load(folder, "notes", Note) == ()
    assert vault.record_ids(folder, "notes") == ()


def test_another_identity_opens_nothing(vault: Vault, folder: str) -> None:
    stranger = Vault(vault.root, keys.Identity([box.generate()]))
    with pytest.raises(LockedError):
        stranger.load(folder, "identity", Client)


def test_two_records_of_a_drawer_that_were_exchanged_are_noticed(vault: Vault, folder: str) -> None:
    one, other = (world.add_note(vault, folder, text) for text in ("une confidence", "une autre confidence"))
    swap(place(vault, one.id, folder), place(vault, other.id, folder))
    assert min(one.id, other.id) in damage(vault, folder)


def test_a_record_put_into_another_drawer_is_noticed(vault: Vault, folder: str) -> None:
    record = world.add_note(vault, folder)
    place(vault, record.id, folder).rename(place(vault, record.id, folder, "identity"))
    assert f"{folder}/identity/{record.id}" in damage(vault, folder, "identity", Client)


def test_records_of_two_clients_that_were_exchanged_are_noticed(vault: Vault, folder: str) -> None:
    other = world.add_client(vault, "Ferdinand")
    one, two = world.add_note(vault, folder), world.add_note(vault, other)
    swap(place(vault, one.id, folder), place(vault, two.id, other))
    assert f"{folder}/notes/{one.id}" in damage(vault, folder)
    assert f"{other}/notes/{two.id}" in damage(vault, other)


def test_a_record_that_was_copied_under_another_name_is_noticed(vault: Vault, folder: str) -> None:
    record = world.add_note(vault, folder)
    copied = layout.new_id()
    place(vault, copied, folder).write_bytes(place(vault, record.id, folder).read_bytes())
    assert copied in damage(vault, folder)


def test_the_part_of_a_document_in_a_records_place_is_refused(vault: Vault, folder: str) -> None:
    document = world.add_document(vault, folder, b"\xff\xfe une confidence")
    part = vault.root / layout.part_path(folder, "contract", document.id, 0)
    place(vault, document.id, folder, "contract").write_bytes(part.read_bytes())
    found = failure(vault, folder, "contract")
    assert type(found) is BadDataError
    assert f"{folder}/contract/{document.id}" in found.message


@pytest.mark.parametrize("length", [0, 10, 200, -1])
def test_a_record_cut_short_is_noticed(vault: Vault, folder: str, length: int) -> None:
    record = world.add_note(vault, folder)
    path = place(vault, record.id, folder)
    path.write_bytes(path.read_bytes()[:length])
    assert f"{folder}/notes/{record.id}" in damage(vault, folder)


def test_a_changed_byte_is_noticed(vault: Vault, folder: str) -> None:
    record = world.add_note(vault, folder)
    path = place(vault, record.id, folder)
    data = path.read_bytes()
    for position in range(0, len(data), 41):
        path.write_bytes(data[:position] + bytes([data[position] ^ 1]) + data[position + 1 :])
        assert f"{folder}/notes/{record.id}" in damage(vault, folder)


def test_plaintext_in_a_records_place_is_refused(vault: Vault, folder: str) -> None:
    record = world.add_note(vault, folder)
    place(vault, record.id, folder).write_text("schema: note/1\n")
    assert record.id in damage(vault, folder)


def test_a_record_forged_without_the_drawers_key_is_refused(vault: Vault, folder: str) -> None:
    record = world.add_note(vault, folder)
    forged = box.encrypt(b"schema: note/1\n", [world.IDENTITY.recipient])
    place(vault, record.id, folder).write_bytes(forged)
    assert "not written with its drawer's key" in damage(vault, folder)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        (b"schema: note/9\n", "schema"),
        (b"schema: note/1\nsecret: une confidence\n", "known field"),
        (b"schema: note/1\ntext: &a une confidence\n", "anchor"),
        (b"", "schema"),
    ],
)
def test_a_record_that_says_something_else_is_told_with_its_place(
    vault: Vault, folder: str, text: bytes, word: str
) -> None:
    record = world.add_note(vault, folder)
    data = box.encrypt(padding.pad(text), [box.recipient_of(vault.secret(folder, "notes"))])
    place(vault, record.id, folder).write_bytes(data)
    found = failure(vault, folder)
    assert type(found) is BadDataError
    assert f"{folder}/notes/{record.id}" in found.message
    assert word in found.message


def test_key_files_of_two_drawers_that_were_exchanged_are_noticed(vault: Vault, folder: str) -> None:
    world.add_note(vault, folder)
    swap(*(vault.root / layout.key_path(folder, drawer) for drawer in ("identity", "notes")))
    assert f"{folder}/notes" in damage(vault, folder)


def test_key_files_of_two_clients_that_were_exchanged_are_noticed(vault: Vault, folder: str) -> None:
    other = world.add_client(vault, "Ferdinand")
    swap(*(vault.root / layout.key_path(who, "identity") for who in (folder, other)))
    assert f"{folder}/identity" in damage(vault, folder, "identity", Client)


def test_a_key_file_of_a_strange_identity_stays_shut(vault: Vault, folder: str) -> None:
    world.add_note(vault, folder)
    data = keys.wrap(box.generate(), folder, "notes", [box.recipient_of(box.generate())])
    (vault.root / layout.key_path(folder, "notes")).write_bytes(data)
    assert type(failure(vault, folder)) is LockedError


def test_a_new_key_in_a_drawers_place_does_not_open_its_records(vault: Vault, folder: str) -> None:
    record = world.add_note(vault, folder)
    data = keys.wrap(box.generate(), folder, "notes", [world.IDENTITY.recipient])
    (vault.root / layout.key_path(folder, "notes")).write_bytes(data)
    assert record.id in damage(vault, folder)


def test_a_key_file_cut_short_is_noticed(vault: Vault, folder: str) -> None:
    world.add_note(vault, folder)
    path = vault.root / layout.key_path(folder, "notes")
    path.write_bytes(path.read_bytes()[:-1])
    assert "key file" in damage(vault, folder)


def test_a_drawer_without_its_key_is_named(vault: Vault, folder: str) -> None:
    world.add_note(vault, folder)
    (vault.root / layout.key_path(folder, "notes")).unlink()
    assert f"{folder}/notes has lost its key" in damage(vault, folder)


def test_records_of_a_destroyed_drawer_that_came_back_are_not_read(vault: Vault, folder: str) -> None:
    record = world.add_note(vault, folder)
    data = place(vault, record.id, folder).read_bytes()
    world.destroy(vault, folder, "notes")
    place(vault, record.id, folder).parent.mkdir()
    place(vault, record.id, folder).write_bytes(data)
    assert world.reopen(vault).load(folder, "notes", Note) == ()


def test_a_record_that_is_gone_is_named(vault: Vault, folder: str) -> None:
    with pytest.raises(NotFoundError, match=f"{folder}/identity/{'a' * 16}"):
        vault.read(folder, "identity", "a" * 16)


def make_link(path: Path) -> None:
    path.symlink_to(path.with_name("target"))
    path.with_name("target").write_bytes(b"une confidence")


def make_large(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(70 * 2**20)


@pytest.mark.parametrize("make", [make_link, make_large, os.mkfifo, Path.mkdir])
@pytest.mark.parametrize("is_key", [False, True], ids=["record", "key"])
def test_what_is_no_file_of_ours_is_named(
    vault: Vault,
    folder: str,
    make: Callable[[Path], object],
    is_key: bool,  # noqa: FBT001 a table of cases
) -> None:
    record = world.add_note(vault, folder)
    path = vault.root / layout.key_path(folder, "notes") if is_key else place(vault, record.id, folder)
    path.unlink()
    make(path)
    assert f"{folder}/notes" in damage(vault, folder)


def test_parts_of_a_document_that_were_exchanged_are_noticed(
    vault: Vault, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("coachvault.vault.part.PART_BYTES", 10)
    document = world.add_document(vault, folder, b"0123456789abcdefghij")
    parts = [vault.root / layout.part_path(folder, "contract", document.id, part) for part in (0, 1)]
    swap(*parts)
    with pytest.raises(DamagedError, match=document.id):
        world.reopen(vault).document(document)
    parts[1].unlink()
    with pytest.raises(NotFoundError, match=document.id):
        world.reopen(vault).document(document)


def test_keys_are_asked_for_once_and_together(vault: Vault, folder: str) -> None:
    asked: list[int] = []

    class Counting:
        def unwrap(self, wrapped: Sequence[bytes]) -> list[str]:
            asked.append(len(wrapped))
            return world.IDENTITY.unwrap(wrapped)

    other = world.add_client(vault, "Ferdinand")
    counted = Vault(vault.root, Counting())
    counted.open_drawers([(folder, "identity"), (other, "identity"), (other, "notes")])
    counted.load(folder, "identity", Client)
    assert asked == [2]


def test_no_name_and_no_word_of_a_client_stands_outside_ciphertext(tmp_path: Path) -> None:
    vault = world.populated(tmp_path / "v", git=True)
    (vault.root / layout.OUTBOX / "C-2222.pdf").unlink()
    world.add_document(vault, vault.folders()[0], b"les octets")
    words = ("git", "cat-file", "--batch", "--batch-all-objects", "--unordered")
    objects = subprocess.run(words, cwd=vault.root, capture_output=True, check=True).stdout
    assert b"coachvault: update" in objects
    assert not [word for word in (*world.SECRET_WORDS, "Camille") if word.encode() in objects]
    for path in vault.root.rglob("*"):
        told = path.relative_to(vault.root).as_posix().encode()
        told += path.read_bytes() if path.is_file() else b""
        assert not [word for word in (*world.SECRET_WORDS, "Camille") if word.encode() in told], path


def test_everything_is_for_its_owner_alone(tmp_path: Path) -> None:
    umask = os.umask(0o022)
    try:
        vault = world.populated(tmp_path / "v")
    finally:
        os.umask(umask)
    for area in (layout.RECORDS, layout.KEYS, layout.FILES, layout.STATE, layout.OUTBOX):
        for path in (vault.root / area).rglob("*"):
            if path.name != "C-2222.pdf":
                assert path.stat().st_mode & 0o077 == 0, path


def writer(vault: Vault, folder: str, word: str, count: int) -> subprocess.Popen[bytes]:
    here = str(Path(__file__).parent)
    words = (sys.executable, "-c", WRITER, here, str(vault.root), world.SECRET, folder, word, str(count))
    return subprocess.Popen(words)


def test_who_reads_while_another_writes_sees_whole_records(vault: Vault, folder: str) -> None:
    record = world.add_note(vault, folder)
    counts = []
    with writer(vault, folder, "une", 30) as process:
        while process.poll() is None:
            reader = world.reopen(vault)
            reader.recover()
            counts.append(len(reader.load(folder, "notes", Note)))
    assert process.returncode == 0
    assert counts == sorted(counts)
    assert {1, 31} >= {counts[0], len(vault.load(folder, "notes", Note))}
    assert vault.read(folder, "notes", record.id) == record


def test_a_record_is_read_by_its_path_alone_and_by_no_name_in_it(vault: Vault, folder: str) -> None:
    record = world.add_note(vault, folder)
    text = yamlfile.dump({"schema": "note/1", "id": record.id, "folder": "../../x"}).encode()
    data = box.encrypt(padding.pad(text), [box.recipient_of(vault.secret(folder, "notes"))])
    place(vault, record.id, folder).write_bytes(data)
    assert "folder: expected text of the form" in failure(vault, folder).message
