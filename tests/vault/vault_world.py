"""A small vault, what it holds in words, and a disk that fails at a chosen moment."""

from pathlib import Path
from typing import Any, NamedTuple

from coachvault.actions import doctor
from coachvault.crypto import box, keys
from coachvault.records.base import Record
from coachvault.records.client import Client
from coachvault.records.document import Document
from coachvault.records.note import Note
from coachvault.vault import founding, index, journal, layout, outbox
from coachvault.vault.change import Change
from coachvault.vault.store import Vault

SECRET = box.generate()
IDENTITY = keys.Identity([SECRET])
SECRET_WORDS = ("Augustine", "Ferdinand", "une confidence", "une autre confidence", "les octets", "Marqueur")
TOMBSTONE = {"rule": "R1", "basis": "a law", "due_on": "2026-01-01", "destroyed_on": "2026-02-01"}


def make(root: Path, *, git: bool = False) -> Vault:
    """Make an empty vault that IDENTITY opens."""
    return founding.found(
        root,
        country="FR",
        language="fr",
        readers=[founding.reader("coach", IDENTITY.recipient)],
        profile={"name": "Camille"},
        unwrapper=IDENTITY,
        git=git,
    )


def reopen(vault: Vault) -> Vault:
    """Open the vault as another command would: nothing is remembered."""
    return Vault(vault.root, IDENTITY)


def add_client(vault: Vault, name: str = "Augustine") -> str:
    """Enter a client and return the folder."""
    with vault.change() as change:
        return change.add("client", layout.new_id(), {"name": name, "code": layout.new_code("C")}).folder


def add_note(vault: Vault, folder: str, text: str = "une confidence") -> Record:
    """Keep a note on a client."""
    with vault.change() as change:
        return change.add("note", folder, note(text))


def add_document(vault: Vault, folder: str, data: bytes, drawer: str = "contract") -> Document:
    """Keep a document of a client."""
    with vault.change() as change:
        return change.attach(folder, drawer, document(), data)


def note(text: str) -> dict[str, Any]:
    """Return the values of a note."""
    return {"on": "2026-01-31", "text": text}


def document() -> dict[str, Any]:
    """Return the values of a document."""
    return {"on": "2026-01-31", "role": "signed", "title": "Marqueur", "format": "pdf"}


def destroy(vault: Vault, folder: str, drawer: str) -> None:
    """Destroy a drawer."""
    with vault.change() as change:
        change.destroy(folder, drawer, TOMBSTONE)


def found(vault: Vault, cls: type[Any], drawer: str) -> list[Any]:
    """Return every record of one class in drawers of one name, whoever it is about."""
    return [record for folder in vault.folders() for record in vault.load(folder, drawer, cls)]


class Content(NamedTuple):
    """What a vault holds, in words that do not change with its random names."""

    clients: tuple[str, ...]
    notes: tuple[str, ...]
    documents: tuple[bytes, ...]
    tombstones: int
    outbox: tuple[str, ...]


def content(vault: Vault) -> Content:
    """Return what the vault holds, every file of it opened, and assert that nothing is astray."""
    assert doctor.examine(vault).items == ()
    empty = [path for path in vault.root.rglob("*") if path.is_dir() and not any(path.iterdir())]
    assert {path.parent for path in empty if ".git" not in path.parts} <= {vault.root}
    return Content(
        tuple(sorted(client.name for client in found(vault, Client, "identity"))),
        tuple(sorted(entry.text for entry in found(vault, Note, "notes"))),
        tuple(vault.document(entry) for entry in found(vault, Document, "contract")),
        len(list((vault.root / layout.TOMBSTONES).glob("*"))),
        tuple(sorted(path.name for path in (vault.root / layout.OUTBOX).iterdir())),
    )


def populated(root: Path, *, git: bool = False) -> Vault:
    """Make a vault with a client, a note, another client whose notes are due, and a document sent."""
    vault = make(root, git=git)
    add_note(vault, add_client(vault, "Augustine"), "une confidence")
    add_note(vault, add_client(vault, "Ferdinand"), "une autre confidence")
    outbox.put(root, "C-2222.pdf", b"les octets")
    assert len(index.subjects(vault)) == 2
    return vault


def change_much(vault: Vault) -> None:
    """Enter a client with a note and a document, change a note, destroy a client and a copy."""
    folders = {client.name: client.folder for client in found(vault, Client, "identity")}
    with vault.change() as change:
        new = change.add("client", layout.new_id(), {"name": "Zoé", "code": "C-2345"}).folder
        change.add("note", new, note("une note"))
        change.attach(new, "contract", document(), b"%PDF")
        _change_note(vault, change, folders["Augustine"])
        for drawer in ("notes", "identity"):
            change.destroy(folders["Ferdinand"], drawer, TOMBSTONE)
        change.deletions.append(f"{layout.OUTBOX}/C-2222.pdf")


def _change_note(vault: Vault, change: Change, folder: str) -> None:
    (kept,) = vault.load(folder, "notes", Note)
    change.update(kept, {"text": "corrigée"})


BEFORE = Content(
    ("Augustine", "Ferdinand"), ("une autre confidence", "une confidence"), (), 0, ("C-2222.pdf",)
)
AFTER = Content(("Augustine", "Zoé"), ("corrigée", "une note"), (b"%PDF",), 2, ())


def tree(root: Path) -> dict[str, bytes | None]:
    """Return every file with its bytes and every folder, but those that are of no account."""
    places = {path.relative_to(root).as_posix(): path for path in root.rglob("*")}
    return {
        name: path.read_bytes() if path.is_file() else None
        for name, path in places.items()
        if not name.startswith((layout.STATE, ".git/"))
    }


def is_settled(root: Path) -> bool:
    """Return whether nothing of a change is left over."""
    left = {path.name for path in (root / layout.STATE).iterdir() if not path.name.startswith(".index")}
    known = {"CACHEDIR.TAG", "lock", *(Path(path).name for path in layout.all_cache_paths())}
    return left <= known and not journal.is_pending(root)
