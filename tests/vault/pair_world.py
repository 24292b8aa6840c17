"""Two copies of one vault, changed at random: the rules, and what must and must not be there in the end."""

from pathlib import Path
import shutil
from typing import Any, NamedTuple

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
import sync_world as world

from coachvault.crypto import box
from coachvault.records.client import Client, Hold
from coachvault.records.note import Note
from coachvault.vault import layout, seal, sync, tombstone
from coachvault.vault.store import Vault

_DEVICE, _CHOICE = st.integers(0, 1), st.integers(0, 9)


def _whole(vault: Vault) -> set[str]:
    """Return the name and the text of every tombstone of a whole drawer: a merge may give it another name."""
    places = (vault.root / layout.TOMBSTONES).glob("*")
    return {
        f"{path.name.rpartition('-')[0]}-\n{text}"
        for path in places
        if "whole: true" in (text := path.read_text())
    }


class Added(NamedTuple):
    """Where a note was written, and the tombstones of whole drawers that its writer knew."""

    folder: str
    known: frozenset[str]


class Pair:
    """Two copies, changed at random, and what must and must not be there in the end."""

    def __init__(self, place: Path) -> None:
        self.roots = (place / "a", place / "b")
        self.remote = place / "remote"
        self.added: dict[str, Added] = {}
        self.touched: set[str] = set()
        self.destroyed: set[str] = set()
        self.count = 0

    def do(self, action: str, device: int, choice: int = 0) -> None:
        """Do one thing on one device; a thing that is not there to be done is left."""
        vault = world.opened(self.roots[device])
        self.count += 1
        clients = [folder for folder in vault.folders() if vault.has(folder, "identity")]
        if action == "sync":
            sync.sync(vault)
        elif action == "client" or not clients:
            world.add_client(vault, f"client {self.count}")
        else:
            self._do(vault, action, clients[choice % len(clients)], choice // len(clients))

    def _do(self, vault: Vault, action: str, folder: str, choice: int) -> None:
        if action == "add":
            stones = frozenset(_whole(vault))
            self.added[world.add_note(vault, folder, f"note {self.count}")] = Added(folder, stones)
        elif action == "engage":
            with vault.change() as change:
                change.add("contract", folder, {"kind": "individual"})
        elif action in ("close", "hold", "release"):
            self._change_client(vault, action, folder)
        elif action == "end":
            self._end(vault, folder)
        else:
            notes = vault.load(folder, "notes", Note)
            if notes:
                self._change_notes(vault, action, notes, notes[choice % len(notes)])

    def _change_client(self, vault: Vault, action: str, folder: str) -> None:
        (client,) = vault.load(folder, "identity", Client)
        held = self._holds(vault, folder)
        with vault.change() as change:
            if action == "close":
                change.update(client, {"closed_on": "2026-02-01", "closed_by": "coach"})
            elif action == "release" and held:
                change.update(held[0], {"closed_on": "2026-02-01"})
            elif action == "hold" and not held:
                values: dict[str, Any] = {"opened_on": "2026-02-01", "review_on": "2026-03-01", "reason": "x"}
                change.add("hold", folder, values)

    def _holds(self, vault: Vault, folder: str) -> list[Hold]:
        return [hold for hold in vault.load(folder, "identity", Hold) if hold.closed_on is None]

    def _end(self, vault: Vault, folder: str) -> None:
        """Destroy all that there is of a client, the name with it."""
        if self._holds(vault, folder):
            return
        self.destroyed |= {found.id for found in vault.load(folder, "notes", Note)}
        with vault.change() as change:
            for drawer in vault.drawers(folder):
                change.destroy(folder, drawer, world.TOMBSTONE)

    def _change_notes(self, vault: Vault, action: str, notes: tuple[Note, ...], chosen: Note) -> None:
        folder = chosen.folder
        if action == "edit":
            world.edit_note(vault, folder, chosen.id, f"{chosen.text} {self.count}")
        elif action == "remove":
            world.remove_note(vault, folder, chosen.id)
            self.touched.add(chosen.id)
        elif self._holds(vault, folder):
            pass  # what is held is not destroyed
        elif action == "forget":
            world.destroy_note(vault, folder, chosen.id)
            self.destroyed.add(chosen.id)
        elif action == "purge":
            world.destroy(vault, folder)
            self.destroyed |= {found.id for found in notes}

    def check(self) -> None:
        """Assert that both agree, that nothing is lost, and that nothing destroyed opens."""
        world.agree(*self.roots)
        vault = world.opened(self.roots[0])
        folders = vault.folders()
        assert all(vault.has(folder, "identity") for folder in folders), "who has no name is found by nobody"
        present = {found.id for folder in folders for found in vault.load(folder, "notes", Note)}
        stones = _whole(vault)
        # Only a destruction of its own drawer, or of its client, that the writer did not know takes a note.
        required = {
            name
            for name, note in self.added.items()
            if name not in self.touched
            and not any(
                path.startswith((f"{note.folder}-notes-", f"{note.folder}-identity-"))
                for path in stones - note.known
            )
        }
        assert required - self.destroyed <= present
        assert not present & self.destroyed
        for root in self.roots:
            self._check_destroyed(world.opened(root))

    def _check_destroyed(self, vault: Vault) -> None:
        drawers = [(f, d) for f in (*vault.folders(), vault.practice) for d in vault.drawers(f)]
        secrets = [vault.secret(*drawer) for drawer in drawers]
        dead = {stone.key_sha256 for stone in tombstone.read_all(vault.root)}
        assert not dead & {seal.fingerprint(secret) for secret in secrets}
        ring = box.Ring(secrets)
        # What the remote hands out; its own unreachable objects are out of our reach.
        copy = str(vault.root / "outbox/m.git")
        world.git("clone", "--quiet", "--mirror", "--no-local", str(self.remote), copy, at=vault.root)
        places = (vault.root, vault.root / "keys", vault.root / "files", vault.root / "outbox/m.git")
        for data in world.every_blob(*places):
            found = ring.open(data) if box.is_age(data) else None
            assert not found or not any(f"id: {name}\n".encode() in found[1] for name in self.destroyed)
            if box.is_age(data) and not found:
                try:
                    content = world.IDENTITY.unwrap([data])[0]
                except Exception:  # noqa: BLE001, S112 a record whose key is gone
                    continue
                assert seal.fingerprint(content.strip().splitlines()[-1]) not in dead
        shutil.rmtree(vault.root / "outbox/m.git")


class Walk(RuleBasedStateMachine):
    """Both copies changed and synchronised in any order; in the end they agree, and nothing is lost."""

    def __init__(self, pair: Pair) -> None:
        super().__init__()
        self._pair = pair

    @rule(device=_DEVICE, choice=_CHOICE, count=st.integers(1, 3))
    def add(self, device: int, choice: int, count: int) -> None:
        for _number in range(count):
            self._pair.do("add", device, choice)

    @rule(device=_DEVICE)
    def client(self, device: int) -> None:
        self._pair.do("client", device)

    @rule(device=_DEVICE, choice=_CHOICE, action=st.sampled_from(("edit", "remove", "engage")))
    def write(self, device: int, choice: int, action: str) -> None:
        self._pair.do(action, device, choice)

    @rule(device=_DEVICE, choice=_CHOICE, action=st.sampled_from(("close", "hold", "release")))
    def change(self, device: int, choice: int, action: str) -> None:
        self._pair.do(action, device, choice)

    @rule(device=_DEVICE, choice=_CHOICE)
    def forget(self, device: int, choice: int) -> None:
        self._pair.do("forget", device, choice)

    @rule(device=_DEVICE, choice=_CHOICE)
    def purge(self, device: int, choice: int) -> None:
        self._pair.do("purge", device, choice)

    @rule(device=_DEVICE, choice=_CHOICE)
    def end(self, device: int, choice: int) -> None:
        self._pair.do("end", device, choice)

    @rule()
    def look(self) -> None:
        """A key that comes later would hide what opens with the one of now."""
        self._pair.check()

    @rule()
    def sync_a(self) -> None:
        self._pair.do("sync", 0)

    @rule()
    def sync_b(self) -> None:
        self._pair.do("sync", 1)

    def teardown(self) -> None:
        self._pair.check()
