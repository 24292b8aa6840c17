"""A drawer gets another key: what is destroyed with the old one, what survives, and what is given up."""

from datetime import date
from pathlib import Path
import shutil
import subprocess
from typing import Any

from fault import Fault, at, meet
import pytest

from coachvault.actions import founding
from coachvault.crypto import box, keys
from coachvault.errors import DamagedError
from coachvault.records.document import Document
from coachvault.records.note import Note
from coachvault.vault import journal, layout, part, seal, tombstone
from coachvault.vault.history import History
from coachvault.vault.store import Vault

TODAY = date(2026, 11, 22)
FACTS: dict[str, Any] = {
    "rule": "removal", "basis": "decision of the coach", "trigger": "request", "triggered_on": TODAY,
    "due_on": TODAY, "destroyed_on": TODAY,
}  # fmt: skip
FOLDER = "a" * 16
BYTES = b"0123456789"


IDENTITY = keys.Identity([box.generate()])


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a vault with three notes and a document of two parts in the drawer `notes`."""
    root = tmp_path_factory.mktemp("pristine") / "vault"
    founding.init(root, name="X", country="FR", language="en", identity=IDENTITY, kit=None, git=True)
    with pytest.MonkeyPatch.context() as patch, Vault(root, IDENTITY).change() as change:
        patch.setattr(part, "PART_BYTES", 8)
        change.add("client", FOLDER, {"code": "C-2222", "name": "Zoé"})
        for number in range(3):
            change.add("note", FOLDER, {"on": TODAY, "text": f"note {number}"})
        values = {"on": TODAY, "role": "rendered", "title": "t", "format": "bin"}
        change.attach(FOLDER, "notes", values, BYTES)
    subprocess.run(["git", "gc", "--quiet", "--prune=now"], cwd=root, check=True)
    return root


@pytest.fixture
def vault(pristine: Path, tmp_path: Path) -> Vault:
    return Vault(shutil.copytree(pristine, tmp_path / "vault"), IDENTITY)


def texts(vault: Vault) -> list[str]:
    return sorted(note.text for note in vault.load(FOLDER, "notes", Note))


def note_of(vault: Vault, text: str) -> Note:
    return next(note for note in vault.load(FOLDER, "notes", Note) if note.text == text)


def rekey(vault: Vault, *gone: str) -> None:
    with vault.change() as change:
        change.rekey(FOLDER, "notes", FACTS, gone)


def test_what_is_destroyed_is_gone_and_the_rest_opens_with_a_new_key(vault: Vault) -> None:
    gone, old = note_of(vault, "note 1"), vault.secret(FOLDER, "notes")
    rekey(vault, gone.id)
    assert texts(vault) == ["note 0", "note 2"]
    assert vault.secret(FOLDER, "notes") != old
    for path in [*vault.root.glob("records/*/notes/*"), *vault.root.glob("files/*/notes/*")]:
        with pytest.raises(box.WrongKeyError):
            box.decrypt(path.read_bytes(), [old])
    (document,) = vault.load(FOLDER, "notes", Document)
    assert vault.document(document) == BYTES


def test_the_tombstone_says_what_went_and_names_no_one(vault: Vault) -> None:
    gone, old = note_of(vault, "note 1"), vault.secret(FOLDER, "notes")
    rekey(vault, gone.id)
    (stone,) = tombstone.read_all(vault.root)
    assert (stone.whole, stone.records, stone.ids) == (False, 1, (gone.id,))
    assert stone.key_sha256 == seal.fingerprint(old)
    assert not vault.is_destroyed(FOLDER, "notes")
    assert b"Zo" not in next((vault.root / layout.TOMBSTONES).glob("*")).read_bytes()


def test_every_version_in_history_is_noise_to_the_keys_that_are_left(vault: Vault) -> None:
    assert vault.history
    name = f"HEAD:{layout.record_path(FOLDER, 'notes', note_of(vault, 'note 2').id)}"
    before = vault.history.run("cat-file", "blob", name).stdout
    rekey(vault, note_of(vault, "note 1").id)
    with pytest.raises(box.WrongKeyError):
        box.decrypt(before, [vault.secret(FOLDER, "notes")])


def test_without_anything_to_destroy_it_is_another_key_and_no_more(vault: Vault) -> None:
    before = vault.secret(FOLDER, "notes")
    rekey(vault)
    assert texts(vault) == ["note 0", "note 1", "note 2"]
    assert vault.secret(FOLDER, "notes") != before


def test_a_drawer_may_lose_everything_and_go_on(vault: Vault) -> None:
    rekey(vault, *vault.record_ids(FOLDER, "notes"))
    assert texts(vault) == []
    assert not list(vault.root.glob("files/*/notes/*"))
    with vault.change() as change:
        change.add("note", FOLDER, {"on": TODAY, "text": "later"})
    assert texts(Vault(vault.root, IDENTITY)) == ["later"]


def test_what_the_same_change_writes_before_and_after_has_the_new_key(vault: Vault) -> None:
    gone = note_of(vault, "note 1")
    with vault.change() as change:
        change.add("note", FOLDER, {"on": TODAY, "text": "before"})
        change.update(note_of(vault, "note 0"), {"text": "changed"})
        change.update(gone, {"text": "in vain"})
        change.rekey(FOLDER, "notes", FACTS, [gone.id])
        change.add("note", FOLDER, {"on": TODAY, "text": "after"})
    assert texts(vault) == ["after", "before", "changed", "note 2"]


def test_the_nested_repositories_keep_nothing_but_their_settings(vault: Vault) -> None:
    nested = History(vault.root / layout.KEYS)
    nested.run("add", ".")
    nested.run("commit", "--quiet", "--message", "x")
    nested.run("config", "remote.origin.url", "somewhere")
    rekey(vault)
    assert not nested.run("cat-file", "--batch-all-objects", "--batch-check").stdout
    assert nested.run("config", "remote.origin.url").stdout == b"somewhere\n"
    assert (vault.root / layout.FILES / ".git" / "HEAD").exists()


def test_a_writer_that_read_the_old_key_before_writes_with_the_new_one(vault: Vault) -> None:
    other = Vault(vault.root, IDENTITY)
    assert len(texts(other)) == 3
    rekey(vault, note_of(vault, "note 1").id)
    with other.change() as change:
        change.add("note", FOLDER, {"on": TODAY, "text": "new"})
    assert texts(vault) == ["new", "note 0", "note 2"]


def test_a_damaged_survivor_stops_all_of_it(vault: Vault) -> None:
    kept, before = note_of(vault, "note 0"), vault.secret(FOLDER, "notes")
    gone = note_of(vault, "note 1")
    place = vault.root / layout.record_path(FOLDER, "notes", kept.id)
    place.write_bytes(place.read_bytes()[:-1])
    with pytest.raises(DamagedError):
        rekey(vault, gone.id)
    assert vault.secret(FOLDER, "notes") == before
    assert gone.id in vault.record_ids(FOLDER, "notes")
    assert not tombstone.read_all(vault.root)


def test_memory_holds_one_part_at_a_time(vault: Vault) -> None:
    with vault.change() as change:
        change.rekey(FOLDER, "notes", FACTS)
        lazy = [data for path, data in change.writes.items() if path.startswith(layout.FILES)]
        assert len(lazy) == 2
        assert all(callable(data) for data in lazy)


def test_survivors_open_with_the_real_age(vault: Vault, tmp_path: Path) -> None:
    if not shutil.which("age"):
        pytest.skip("needs the program age, which is not installed")
    rekey(vault, note_of(vault, "note 1").id)
    (tmp_path / "identity").write_text(IDENTITY._secrets[0] + "\n")  # noqa: SLF001 what its file would hold
    key = vault.root / layout.key_path(FOLDER, "notes")
    age(key, tmp_path / "identity", tmp_path / "key")
    record = vault.root / layout.record_path(FOLDER, "notes", note_of(vault, "note 2").id)
    age(record, tmp_path / "key", tmp_path / "record")
    assert "text: note 2\n" in (tmp_path / "record").read_text()


def age(source: Path, key: Path, target: Path) -> None:
    subprocess.run(["age", "-d", "-i", str(key), "-o", str(target), str(source)], check=True)


# --- giving up what was interrupted


def kill_at(vault: Vault, gone: str, label: str) -> None:
    """Destroy a note by a process that is killed before its first step of that name."""
    model = Path(shutil.copytree(vault.root, vault.root.with_name("model")))
    steps = meet(lambda: rekey(Vault(vault.root, IDENTITY), gone), vault.root).steps
    shutil.rmtree(vault.root)
    model.rename(vault.root)
    assert meet(lambda: rekey(vault, gone), vault.root, Fault("killed", at(steps, label))).killed


def test_an_interrupted_change_is_given_up_while_nothing_of_it_is_done(vault: Vault) -> None:
    kill_at(vault, note_of(vault, "note 1").id, "mkdir tombstones")
    assert journal.is_pending(vault.root)
    assert journal.roll_back(vault.root)
    assert not journal.is_pending(vault.root)
    assert texts(Vault(vault.root, IDENTITY)) == ["note 0", "note 1", "note 2"]


def test_and_not_once_a_part_of_it_is_done(vault: Vault) -> None:
    kill_at(vault, note_of(vault, "note 1").id, "unlink records")
    assert not journal.roll_back(vault.root)
    assert journal.is_pending(vault.root)
    found = Vault(vault.root, IDENTITY)
    found.recover()
    assert texts(found) == ["note 0", "note 2"]
