"""Three who share a vault do things at random: what must be true of their copies after any of them."""

from pathlib import Path
import random

import circle_world as circle
import sync_world as world

from coachvault.actions import reader
from coachvault.errors import RefusedError
from coachvault.records.note import Note
from coachvault.vault import tombstone
from coachvault.vault.store import Vault

PEOPLE = ("a", *circle.SECRETS)
OF_WHO_READS_ALL = ("purge", "forget", "grant", "take")
ACTIONS = (*("add", "edit", "session") * 2, "remove", "sync", "sync", *OF_WHO_READS_ALL)


class Walk:
    """The copies, what was added to them, and what may be missing in the end."""

    def __init__(self, copies: circle.Copies, seed: int) -> None:
        self.copies, self.count = copies, 0
        self._chance = random.Random(seed)  # noqa: S311 repeatable on purpose
        self._folders = {name: copies.folder(name) for name in circle.CLIENTS}
        self._granted = {
            person: {name for name, readers in circle.CLIENTS.items() if person in readers}
            for person in circle.SECRETS
        }
        # Each note with its folder, and with the destructions that its writer had heard of.
        self._added: dict[str, tuple[str, frozenset[str]]] = {}
        self._gone: set[str] = set()
        self.given_up = 0

    def step(self) -> None:
        """Do one thing, and assert that no copy has a record whose key is gone."""
        self.count += 1
        action = self._chance.choice(ACTIONS)
        person = "a" if action in OF_WHO_READS_ALL else self._chance.choice(PEOPLE)
        vault = self.copies.opened(person)
        visible = sorted(name for name, folder in self._folders.items() if folder in vault.visible())
        client = self._chance.choice(visible)
        if action == "sync":
            self._sync(person)
        elif action in ("add", "edit", "remove", "session"):
            self._write(vault, action, self._folders[client])
        elif action in ("purge", "forget"):
            self._destroy(vault, action, self._folders[client])
        else:
            self._share(action)
        self._check_keys()

    def check(self) -> None:
        """Assert that all agree and are whole, and that nothing is lost that nobody took away."""
        for person in PEOPLE:
            self._sync(person)
        circle.agree(self.copies)
        vault = self.copies.opened("a")
        present = self._notes(vault)
        required = {note for note, (folder, known) in self._added.items() if _ended(vault, folder) <= known}
        assert required - self._gone <= present
        assert not {name for stone in tombstone.read_all(vault.root) for name in stone.ids} & present

    def _sync(self, person: str) -> None:
        try:
            self.copies.sync(person)
        except RefusedError as error:
            if "taken back" not in error.message:
                raise
            self.given_up += 1
            before = self._notes(self.copies.opened(person))
            self.copies.sync(person, gives_up=True)
            self._gone |= before - self._notes(self.copies.opened(person))

    def _notes(self, vault: Vault) -> set[str]:
        return {note.id for folder in vault.visible() for note in vault.load(folder, "notes", Note)}

    def _write(self, vault: Vault, action: str, folder: str) -> None:
        if action == "add":
            self._added[world.add_note(vault, folder, f"note {self.count}")] = folder, _ended(vault, folder)
        elif action == "session":
            with vault.change() as change:
                change.add("session", folder, {"on": "2026-01-31", "minutes": 60})
        elif notes := vault.load(folder, "notes", Note):
            chosen = self._chance.choice(notes)
            if action == "edit":
                world.edit_note(vault, folder, chosen.id, f"{chosen.text} {self.count}")
            else:
                world.remove_note(vault, folder, chosen.id)
                self._gone.add(chosen.id)

    def _destroy(self, vault: Vault, action: str, folder: str) -> None:
        notes = vault.load(folder, "notes", Note)
        if not notes:
            return
        if action == "purge":
            world.destroy(vault, folder)
        else:
            chosen = self._chance.choice(notes).id
            world.destroy_note(vault, folder, chosen)
            self._gone.add(chosen)

    def _share(self, action: str) -> None:
        person = self._chance.choice(sorted(circle.SECRETS))
        granted = self._granted[person]
        if action == "grant":
            client = self._chance.choice(sorted(circle.CLIENTS))
            reader.add(self.copies.opened("a"), person.capitalize(), circle.RECIPIENTS[person], [client])
            granted.add(client)
        elif len(granted) > 1:
            client = self._chance.choice(sorted(granted))
            is_rekeyed = self._chance.random() < 1 / 2
            reader.remove(self.copies.opened("a"), person.capitalize(), [client], rekey=is_rekeyed)
            granted.remove(client)
        if self._chance.random() < 1 / 2:
            self._sync("a")
            self._sync(person)

    def _check_keys(self) -> None:
        for person in PEOPLE:
            vault = self.copies.opened(person)
            for folder in vault.folders():
                keyless = [
                    d for d in ("notes", "log") if vault.record_ids(folder, d) and not vault.has(folder, d)
                ]
                assert not keyless, (person, folder, keyless)


def _ended(vault: Vault, folder: str) -> frozenset[str]:
    """Return the destructions of all notes of a folder, as a copy knows them."""
    return frozenset(s.key_sha256 for s in tombstone.read_all(vault.root, folder, "notes") if s.whole)


def wander(place: Path, rounds: int, seed: int) -> Walk:
    """Do so many things, and check now and then."""
    circle.make(place)
    walk = Walk(circle.Copies(place), seed)
    for _round in range(rounds):
        walk.step()
        if walk.count % 25 == 0:
            walk.check()
    walk.check()
    return walk
