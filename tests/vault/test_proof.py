"""The proof of a destruction, in a history with every hiding place that git has."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path
import shutil
from typing import Any

import pytest

from coachvault.actions import founding
from coachvault.crypto import box, keys
from coachvault.records import schema
from coachvault.records.note import Note
from coachvault.vault import layout, tombstone, yamlfile
from coachvault.vault.history import History
from coachvault.vault.proof import Proof, prove
from coachvault.vault.store import Vault

TODAY = date(2026, 11, 22)
FACTS: dict[str, Any] = {
    "rule": "raw_notes", "basis": "term", "trigger": "contract_end", "triggered_on": TODAY,
    "due_on": TODAY, "destroyed_on": TODAY,
}  # fmt: skip
FIRST, SECOND = "a" * 16, "b" * 16
IDENTITY = keys.Identity([box.generate()])


@pytest.fixture(scope="module")
def pristine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a vault of two clients with two notes each, one of which was changed once."""
    root = tmp_path_factory.mktemp("pristine") / "vault"
    founding.init(root, name="X", country="FR", language="en", identity=IDENTITY, kit=None, git=True)
    vault = Vault(root, IDENTITY)
    for folder in (FIRST, SECOND):
        with vault.change() as change:
            change.add("client", folder, {"code": "C-2222", "name": "Zoé"})
            change.add("note", folder, {"on": TODAY, "text": "first words"})
            change.add("note", folder, {"on": TODAY, "text": "to stay"})
        with vault.change() as change:
            change.update(vault.load(folder, "notes", Note)[0], {"text": "second words"})
    return root


@pytest.fixture
def vault(pristine: Path, tmp_path: Path) -> Vault:
    return Vault(shutil.copytree(pristine, tmp_path / "vault"), IDENTITY)


def destroy(vault: Vault) -> None:
    with vault.change() as change:
        change.destroy(FIRST, "notes", FACTS)


def proof(vault: Vault) -> Proof:
    found = prove(vault, tombstone.read_all(vault.root))
    assert found is not None
    return found


def findings(vault: Vault) -> list[str]:
    return [finding.finding for finding in proof(vault).findings]


def git(vault: Vault, *words: str, data: bytes = b"") -> str:
    assert vault.history
    return vault.history.run(*words, data=data).stdout.decode().strip()


def plant(vault: Vault, data: bytes) -> str:
    return git(vault, "hash-object", "-w", "--stdin", data=data)


def sealed(vault: Vault, note: Note, home: Sequence[str], **changes: str) -> bytes:
    text = yamlfile.dump({**schema.plain(note), **changes}).encode()
    return box.encrypt(text, [box.recipient_of(vault.secret(home[0], home[1]))])


def test_a_destruction_is_proven_and_older_versions_of_the_rest_still_open(vault: Vault) -> None:
    destroy(vault)
    found = proof(vault)
    assert not found.findings
    # Three versions of two notes are gone; one older version of what is kept opens.
    assert (found.files, found.closed, found.older) == (4, 3, 1)
    assert found.keys == 5
    assert found.attempts == 3 * 5 + 1
    assert found.rate > 0
    assert found.seconds > 0


def test_a_partial_destruction_is_proven_too(vault: Vault) -> None:
    gone = vault.load(FIRST, "notes", Note)[0].id
    with vault.change() as change:
        change.rekey(FIRST, "notes", FACTS, [gone])
    found = proof(vault)
    assert not found.findings
    # All that the old key wrote is closed, of the note that stays as well.
    assert (found.closed, found.older) == (3, 1)


def test_wherever_git_hides_it_nothing_opens(vault: Vault) -> None:
    note = vault.load(FIRST, "notes", Note)[0]
    path = vault.root / layout.record_path(FIRST, "notes", note.id)
    # Of a stash, of the reflog alone, of a note of git, of no commit at all, and packed.
    path.write_bytes(sealed(vault, note, (FIRST, "notes"), text="stashed"))
    git(vault, "stash", "--quiet")
    path.write_bytes(sealed(vault, note, (FIRST, "notes"), text="reset away"))
    git(vault, "commit", "--quiet", "--all", "--message", "x")
    git(vault, "reset", "--quiet", "--hard", "HEAD~")
    attached = plant(vault, sealed(vault, note, (FIRST, "notes"), text="attached"))
    git(vault, "notes", "add", "-C", attached, "HEAD")
    git(vault, "gc", "--quiet")
    plant(vault, sealed(vault, note, (FIRST, "notes"), text="dangling"))
    before = proof(vault)
    destroy(vault)
    found = proof(vault)
    assert not found.findings
    assert found.closed == 3 + 4
    assert before.closed == 0


def test_a_destroyed_record_under_a_key_that_is_left_is_found(vault: Vault) -> None:
    note = vault.load(FIRST, "notes", Note)[0]
    leak = plant(vault, sealed(vault, note, (SECOND, "notes")))
    destroy(vault)
    (finding,) = proof(vault).findings
    assert finding.object == leak
    assert finding.finding == f"opens with the key of {SECOND}/notes and is no record of it"


def test_a_destroyed_record_under_the_new_key_of_its_drawer_is_found(vault: Vault) -> None:
    note = vault.load(FIRST, "notes", Note)[0]
    with vault.change() as change:
        change.rekey(FIRST, "notes", FACTS, [note.id])
    plant(vault, sealed(vault, note, (FIRST, "notes")))
    assert findings(vault) == [f"opens with the key of {FIRST}/notes and holds a destroyed record"]


def test_what_is_no_record_and_opens_is_found(vault: Vault) -> None:
    destroy(vault)
    plant(vault, box.encrypt(b"some words", [box.recipient_of(vault.secret(SECOND, "notes"))]))
    assert len(findings(vault)) == 1


@pytest.mark.parametrize("form", ["yaml", "json", "crlf"])
def test_a_destroyed_record_in_the_clear_is_found(vault: Vault, form: str) -> None:
    note = vault.load(FIRST, "notes", Note)[0]
    text = yamlfile.dump(schema.plain(note)).encode()
    if form == "crlf":
        text = text.replace(b"\n", b"\r\n")
    if form == "json":
        text = b'{"item":{"schema":"note/1","id":"%s","folder":"%s","drawer":"notes"}}' % (
            note.id.encode(), FIRST.encode(),
        )  # fmt: skip
    destroy(vault)
    leak = plant(vault, text)
    (finding,) = proof(vault).findings
    assert (finding.object, finding.finding) == (leak, "holds a destroyed record in the clear")


def test_a_record_of_another_drawer_in_the_clear_is_not_of_this_destruction(vault: Vault) -> None:
    destroy(vault)
    plant(vault, yamlfile.dump(schema.plain(vault.load(SECOND, "notes", Note)[0])).encode())
    assert findings(vault) == []


@pytest.mark.parametrize("is_wrapped", [False, True])
def test_a_destroyed_key_is_found(vault: Vault, is_wrapped: bool) -> None:  # noqa: FBT001 a parameter of pytest
    wrapped = (vault.root / layout.key_path(FIRST, "notes")).read_bytes()
    plant(vault, wrapped if is_wrapped else vault.secret(FIRST, "notes").encode())
    # The key of what is left may stand there: git will hold it no better and no worse than before.
    plant(vault, (vault.root / layout.key_path(SECOND, "notes")).read_bytes())
    destroy(vault)
    assert findings(vault) == ["holds a destroyed key"]


def test_an_old_key_in_the_nested_repository_is_found(vault: Vault) -> None:
    old = (vault.root / layout.key_path(FIRST, "notes")).read_bytes()
    destroy(vault)
    nested = History(vault.root / layout.KEYS)
    nested.run("add", ".")
    assert findings(vault) == []
    nested.run("hash-object", "-w", "--stdin", data=old)
    assert findings(vault) == ["is an old file of keys/"]


def test_what_was_destroyed_long_ago_is_not_tried_again(vault: Vault) -> None:
    destroy(vault)
    with vault.change() as change:
        change.destroy(SECOND, "notes", FACTS)
    found = prove(vault, tombstone.read_all(vault.root, SECOND))
    assert found
    assert not found.findings
    assert found.attempts == 3 * 4


def test_a_key_that_this_identity_does_not_open_is_counted(vault: Vault) -> None:
    destroy(vault)
    stranger = box.recipient_of(box.generate())
    wrapped = keys.wrap(box.generate(), SECOND, "notes", [stranger])
    (vault.root / layout.key_path(SECOND, "notes")).write_bytes(wrapped)
    found = proof(Vault(vault.root, IDENTITY))
    assert (found.unknown, found.keys) == (1, 4)
    assert not found.findings


def test_an_object_too_large_to_be_a_record_is_counted_and_not_read(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    destroy(vault)
    plant(vault, b"x" * 30_000)
    monkeypatch.setattr("coachvault.vault.proof.MAX_FILE", 20_000)
    assert proof(vault).left_out == 1


def test_a_vault_without_history_has_no_proof_to_give(tmp_path: Path) -> None:
    identity = keys.Identity([box.generate()])
    root = tmp_path / "vault"
    founding.init(root, name="X", country="FR", language="en", identity=identity, kit=None, git=False)
    assert prove(Vault(root, identity), ()) is None


def test_a_ring_says_which_key_opens_and_what() -> None:
    secrets = [box.generate() for _number in range(9)]
    ring = box.Ring(secrets)
    for number, secret in enumerate(secrets):
        assert ring.open(box.encrypt(b"words", [box.recipient_of(secret)])) == (number, b"words")
    assert ring.open(box.encrypt(b"words", [box.recipient_of(box.generate())])) is None
    assert box.Ring([]).open(box.encrypt(b"words", [box.recipient_of(secrets[0])])) is None
    broken = box.encrypt(b"words", [box.recipient_of(secrets[4])])[:-1]
    assert ring.open(broken) == (4, b"")
