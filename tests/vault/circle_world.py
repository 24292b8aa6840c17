"""A practice of several coaches: one reads the whole vault, the others their own clients alone."""

from collections.abc import Sequence
from pathlib import Path
import shutil
from typing import NamedTuple

import pytest
import sync_world as world

from coachvault.actions import doctor, reader
from coachvault.crypto import box, keys
from coachvault.records.client import Client
from coachvault.records.note import Note
from coachvault.vault import cloning, sync
from coachvault.vault.store import Vault

SECRETS = {"marie": box.generate(), "paul": box.generate()}
RECIPIENTS = {name: box.recipient_of(secret) for name, secret in SECRETS.items()}
# Whose clients: Augustine is Marie's, Zoé is Paul's, Louise is of both, and Ferdinand of neither.
CLIENTS = {"Augustine": ["marie"], "Zoé": ["paul"], "Louise": ["marie", "paul"], "Ferdinand": []}


class Copies(NamedTuple):
    """The copies of the vault: `a` is of who reads all of it."""

    place: Path

    @property
    def a(self) -> Path:
        """Return where the whole vault is read."""
        return self.place / "a"

    @property
    def remote(self) -> Path:
        """Return the remote."""
        return self.place / "remote"

    def opened(self, name: str) -> Vault:
        """Open the copy of this person as a new command would."""
        root = self.place / name
        return world.opened(root) if name[0] == "a" else Vault(root, keys.Identity([SECRETS[name]]))

    def sync(self, *names: str, gives_up: bool = False) -> sync.Report:
        """Synchronise these copies in this order; returns the last report."""
        return [sync.sync(self.opened(name), gives_up=gives_up) for name in names][-1]

    def clone(self, name: str, place: str = "") -> Path:
        """Make a copy of this person's from the remote."""
        identity = world.IDENTITY if name[0] == "a" else keys.Identity([SECRETS[name]])
        root = self.place / (place or name)
        sync.sync(cloning.clone(str(self.remote), root, lambda: identity))
        return root

    def folder(self, client: str) -> str:
        """Return the folder of a client."""
        vault = self.opened("a")
        clients = (found for name in vault.folders() for found in vault.load(name, "identity", Client))
        return next(found.folder for found in clients if found.name == client)

    def note(self, name: str, client: str, text: str) -> str:
        """Keep a note by this person on a client; returns its id."""
        return world.add_note(self.opened(name), self.folder(client), text)

    def texts(self, name: str) -> list[str]:
        """Return the texts of all notes that this person reads."""
        vault = self.opened(name)
        return sorted(note.text for folder in vault.visible() for note in vault.load(folder, "notes", Note))

    def head(self, name: str) -> str:
        """Return the last commit of a copy, or of the remote."""
        return world.git("rev-parse", "main", at=self.place / name)


def make(place: Path) -> None:
    """Make a vault with four clients, its remote, and the copies of two who read some of it."""
    world.make(place, "a")
    copies = Copies(place)
    for name in list(CLIENTS)[1:]:
        world.add_client(world.opened(copies.a), name)
    for name in CLIENTS:
        copies.note("a", name, f"de {name}")
    for person in SECRETS:
        clients = [name for name, readers in CLIENTS.items() if person in readers]
        reader.add(copies.opened("a"), person.capitalize(), RECIPIENTS[person], clients)
    sync.sync(copies.opened("a"))
    for person in SECRETS:
        copies.clone(person)
    agree(copies)


def copy(made: Path, place: Path) -> Copies:
    """Copy a world that was made before."""
    shutil.copytree(made, place, symlinks=True)
    for name in ("a", *SECRETS):
        world.git("config", "remote.origin.url", str(place / "remote"), at=place / name)
    return Copies(place)


@pytest.fixture(scope="session")
def made_copies(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The world that tests get copies of."""
    place = tmp_path_factory.mktemp("circle")
    make(place)
    return place


@pytest.fixture
def copies(made_copies: Path, tmp_path: Path) -> Copies:
    """A world of the test's own."""
    return copy(made_copies, tmp_path / "w")


def agree(copies: Copies, names: Sequence[str] = ("a", "marie", "paul")) -> None:
    """Synchronise until nothing moves, and assert that all copies are the same and whole."""
    for _round in range(4):
        before = copies.head("remote")
        copies.sync(*names)
        if copies.head("remote") == before:
            break
    else:
        raise AssertionError("it does not come to rest")
    copies.sync(*names)
    assert len({copies.head(name) for name in (*names, "remote")}) == 1
    trees = [world.tree(copies.place / name) for name in names]
    for found in trees[1:]:
        assert {name for name in found.keys() | trees[0].keys() if found.get(name) != trees[0].get(name)} == (
            set()
        )
    for name in names:
        assert doctor.examine(copies.opened(name)).items == ()
        assert world.git("status", "--porcelain", at=copies.place / name) == ""
