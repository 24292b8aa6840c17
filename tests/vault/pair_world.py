"""Two copies of one vault, changed at random: the rules, and what must and must not be there in the end."""

from pathlib import Path
import shutil
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, rule
import sync_world as world

from coachvault.crypto import box
from coachvault.records.client import Client, Hold
from coachvault.records.note import Note
from coachvault.vault import layout, seal, sync, tombstone
from coachvault.vault.store import Vault

_DEVICE, _CHOICE = st.integers(0, 1), st.integers(0, 9)


class Pair:
    """Two copies, changed at random, and what must and must not be there in the end."""

    def __init__(self, place: Path) -> None:
        self.roots = (place / "a", place / "b")
        self.remote = place / "remote"
        (self.folder,) = world.opened(self.roots[0]).folders()
        self.added: dict[str, frozenset[str]] = {}
        self.touched: set[str] = set()
        self.destroyed: set[str] = set()
        self.count = 0

    def do(self, action: str, device: int, choice: int = 0) -> None:
        """Do one thing on one device; a thing that is not there to be done is left."""
        vault = world.opened(self.roots[device])
        self.count += 1
        if action == "sync":
            sync.sync(vault)
        elif action == "add":
            known = frozenset(path.read_text() for path in (vault.root / layout.TOMBSTONES).glob("*"))
            self.added[world.add_note(vault, self.folder, f"note {self.count}")] = known
        elif action in ("close", "hold", "release"):
            self._change_client(vault, action)
        else:
            notes = vault.load(self.folder, "notes", Note)
            if notes:
                self._change_notes(vault, action, notes, notes[choice % len(notes)])

    def _change_client(self, vault: Vault, action: str) -> None:
        (client,) = vault.load(self.folder, "identity", Client)
        held = self._holds(vault)
        with vault.change() as change:
            if action == "close":
                change.update(client, {"closed_on": "2026-02-01", "closed_by": "coach"})
            elif action == "release" and held:
                change.update(held[0], {"closed_on": "2026-02-01"})
            elif action == "hold" and not held:
                values: dict[str, Any] = {"opened_on": "2026-02-01", "review_on": "2026-03-01", "reason": "x"}
                change.add("hold", self.folder, values)

    def _holds(self, vault: Vault) -> list[Hold]:
        return [hold for hold in vault.load(self.folder, "identity", Hold) if hold.closed_on is None]

    def _change_notes(self, vault: Vault, action: str, notes: tuple[Note, ...], chosen: Note) -> None:
        if action == "edit":
            world.edit_note(vault, self.folder, chosen.id, f"{chosen.text} {self.count}")
        elif action == "remove":
            world.remove_note(vault, self.folder, chosen.id)
            self.touched.add(chosen.id)
        elif self._holds(vault):
            pass  # what is held is not destroyed
        elif action == "forget":
            world.destroy_note(vault, self.folder, chosen.id)
            self.destroyed.add(chosen.id)
        elif action == "purge":
            world.destroy(vault, self.folder)
            self.destroyed |= {found.id for found in notes}

    def check(self) -> None:
        """Assert that both agree, that nothing is lost, and that nothing destroyed opens."""
        world.agree(*self.roots)
        vault = world.opened(self.roots[0])
        present = {found.id for found in vault.load(self.folder, "notes", Note)}
        stones = {
            path.read_text()
            for path in (vault.root / layout.TOMBSTONES).glob("*")
            if "whole: true" in path.read_text()
        }
        required = {
            name for name, known in self.added.items() if name not in self.touched and stones <= known
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

    @rule(device=_DEVICE, count=st.integers(1, 3))
    def add(self, device: int, count: int) -> None:
        for _number in range(count):
            self._pair.do("add", device)

    @rule(device=_DEVICE, choice=_CHOICE)
    def edit(self, device: int, choice: int) -> None:
        self._pair.do("edit", device, choice)

    @rule(device=_DEVICE, choice=_CHOICE)
    def remove(self, device: int, choice: int) -> None:
        self._pair.do("remove", device, choice)

    @rule(device=_DEVICE, choice=_CHOICE)
    def forget(self, device: int, choice: int) -> None:
        self._pair.do("forget", device, choice)

    @rule(device=_DEVICE)
    def purge(self, device: int) -> None:
        self._pair.do("purge", device)

    @rule(device=_DEVICE)
    def close(self, device: int) -> None:
        self._pair.do("close", device)

    @rule(device=_DEVICE)
    def hold(self, device: int) -> None:
        self._pair.do("hold", device)

    @rule(device=_DEVICE)
    def release(self, device: int) -> None:
        self._pair.do("release", device)

    @rule()
    def sync_a(self) -> None:
        self._pair.do("sync", 0)

    @rule()
    def sync_b(self) -> None:
        self._pair.do("sync", 1)

    def teardown(self) -> None:
        self._pair.check()
