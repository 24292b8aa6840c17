"""Which key each drawer goes on with, where two devices or a tombstone say different things.

A tombstone beats every key; of two keys that both live, the one with the smaller fingerprint stays.
"""

from collections.abc import Iterable, Mapping
import contextlib

from coachvault import clock
from coachvault.crypto import box, keys
from coachvault.errors import RefusedError
from coachvault.language import _
from coachvault.vault import incoming, layout, seal, tombstone, tree
from coachvault.vault.change import Change
from coachvault.vault.foreign import Foreign, Side
from coachvault.vault.incoming import Stone
from coachvault.vault.lineage import RULE, Lineage
from coachvault.vault.remote import Heads, Remote
from coachvault.vault.store import Drawer, Vault


def nameless(vault: Vault) -> set[str]:
    """Return the folders here that have keys and whose name was destroyed: no command finds them."""
    return {
        folder
        for folder in vault.folders()
        if not vault.has(folder, "identity")
        and vault.drawers(folder)
        and vault.is_destroyed(folder, "identity")
    }


class Settlement:
    """The keys of the drawers that differ: what they become, collected in a change."""

    def __init__(self, vault: Vault, change: Change, remote: Remote, side: Side, foreign: Foreign) -> None:
        self._vault, self._change, self._remote, self._side = vault, change, remote, side
        self.foreign = foreign
        self._history = remote.main
        # Every key that a record of a drawer may be written with, and the one that stays.
        self.candidates: dict[Drawer, list[str]] = {}
        self.final: dict[Drawer, str | None] = {}
        # Records that were destroyed by name, and keys that were destroyed with all they had written.
        self.gone: dict[Drawer, set[str]] = {}
        self.ended: set[str] = set()
        self.warnings: list[str] = []
        self.destroyed: list[Drawer] = []
        # Folders whose name was destroyed, and the keys of what others began there meanwhile.
        self._nameless: set[str] = set()
        self.unburied: dict[Drawer, list[str]] = {}

    def settle(self, known: Heads, fetched: Heads, ours: Heads, theirs: dict[str, tree.Pair]) -> None:
        """Decide which key each drawer goes on with, where the two sides or a tombstone differ."""
        nested = self._remote.repositories["keys"]
        agreed = known.keys or self._remote.agreed("keys")
        before = tree.differences(nested, "", agreed) if agreed else {}
        pairs = tree.differences(nested, ours.keys, fetched.keys) if fetched.keys else {}
        incoming.check_files(nested, {p: pair.new for p, pair in pairs.items() if pair.new}, layout.KEYS)
        drawers = {layout.place_of(f"{layout.KEYS}/{path}"): pair for path, pair in pairs.items()}
        data = tree.contents(nested, [pair.new.name for pair in drawers.values() if pair.new])
        wrapped = {drawer: data[pair.new.name] for drawer, pair in drawers.items() if pair.new}
        # What the remote has not changed since the last time is the other side saying nothing: it may
        # be wrapped to an identity that was replaced here meanwhile, and need not be opened.
        old = {layout.place_of(f"{layout.KEYS}/{path}"): pair.new for path, pair in before.items()}
        silent = {d for d, pair in drawers.items() if pair.old and pair.new and old.get(d) == pair.new}
        others = self._others(wrapped, silent)
        drawers = {d: pair for d, pair in drawers.items() if d in others or d not in silent}
        buried = {layout.drawer_of_stone(path) for path in theirs if path.startswith(layout.TOMBSTONES)}
        self.foreign.bury(drawer for drawer in buried | drawers.keys() if drawer)
        told = {drawer for drawer in buried | self._buried_here() if drawer}
        touched = {*drawers, *told, *self._beside(told)}
        touched = {drawer for drawer in touched if drawer in others or drawer not in self.foreign}
        stones = self.known_stones({*touched, *((folder, "identity") for folder, _name in touched)})
        unproven = self._unproven(others)
        # A folder's name comes first: what becomes of the rest depends on it.
        for drawer in sorted(touched, key=lambda drawer: (drawer[1] != "identity", drawer)):
            self._look_for_name(drawer[0], others, stones)
            mine = self._vault.own_secret(*drawer)
            other = others.get(drawer, mine if drawer not in drawers else None)
            self._settle(drawer, mine, other, stones.get(drawer, []), is_proven=drawer not in unproven)
            pair = drawers.get(drawer)
            # Who reads some folders wraps nothing anew, and has key files from others.
            is_unchanged = self._vault.is_partial or (pair and old.get(drawer) == pair.old)
            is_rewrapped = pair and pair.old and mine == other and is_unchanged
            is_taken = self._vault.is_partial and self.final[drawer] == other != mine
            if (is_rewrapped or is_taken) and self.final[drawer]:
                self._change.writes[layout.key_path(*drawer)] = wrapped[drawer]

    def _others(self, wrapped: Mapping[Drawer, bytes], silent: set[Drawer]) -> dict[Drawer, str]:
        """Return the keys that came, as far as they are for this identity."""
        if self._vault.is_partial:
            return self.foreign.sort(wrapped)
        others = incoming.open_keys(self._vault, {d: wrapped[d] for d in wrapped.keys() - silent})
        return others | self._opened({drawer: wrapped[drawer] for drawer in silent})

    def _opened(self, wrapped: Mapping[Drawer, bytes]) -> dict[Drawer, str]:
        """Return the key in each of these key files that this identity opens."""
        found: dict[Drawer, str] = {}
        for drawer, data in wrapped.items():
            with contextlib.suppress(RefusedError):
                found |= incoming.open_keys(self._vault, {drawer: data})
        return found

    def _buried_here(self) -> set[Drawer | None]:
        """Return the drawers that have a key here and a tombstone: plain git may have brought that."""
        names = {path.name for path in (self._vault.root / layout.TOMBSTONES).glob("*.yaml")}
        found = {layout.drawer_of_stone(name) for name in names}
        return {drawer for drawer in found if drawer and self._vault.has(*drawer)}

    def _beside(self, told: set[Drawer]) -> set[Drawer]:
        """Return the drawers here of folders whose name a tombstone tells of, and of those left without."""
        folders = {folder for folder, name in told if name == "identity"} | nameless(self._vault)
        return {(folder, name) for folder in folders for name in self._vault.drawers(folder)}

    def _look_for_name(
        self, folder: str, others: Mapping[Drawer, str], stones: Mapping[Drawer, list[tuple[Stone, bool]]]
    ) -> None:
        """Note a folder whose name was destroyed before, and is at hand on neither side."""
        place = (folder, "identity")
        is_told = any(stone.facts.whole and is_believed for stone, is_believed in stones.get(place, ()))
        if is_told and place not in others and not self._vault.has(*place):
            self._nameless.add(folder)

    def known_stones(self, drawers: Iterable[Drawer]) -> dict[Drawer, list[tuple[Stone, bool]]]:
        """Return the tombstones of these drawers, each with whether its commit is believed as a whole."""
        wanted = set(drawers)
        found: dict[Drawer, list[tuple[Stone, bool]]] = {}
        for commit, is_believed in ((self._side.ours, self._side.is_own), (self._side.theirs, True)):
            for stone in incoming.stones(self._history, commit, wanted) if commit else ():
                place = (stone.facts.folder, stone.facts.drawer)
                found.setdefault(place, []).append((stone, is_believed))
        return found

    def _unproven(self, others: dict[Drawer, str]) -> set[Drawer]:
        """Return the drawers whose key from the remote is none of ours and opens nothing that is believed."""
        new = {
            drawer: secret for drawer, secret in others.items() if self._vault.own_secret(*drawer) != secret
        }
        commit = self._side.theirs or self._side.ours
        return set(incoming.unproven(self._history, commit, new))

    def _settle(
        self,
        drawer: Drawer,
        mine: str | None,
        other: str | None,
        stones: list[tuple[Stone, bool]],
        *,
        is_proven: bool,
    ) -> None:
        both = list(dict.fromkeys(secret for secret in (mine, other) if secret))
        lineage = Lineage(stones, both)
        self.gone[drawer] = lineage.records
        self.ended |= {secret for secret in both if lineage.is_ended(secret)}
        living = [secret for secret in both if not lineage.is_dead(secret)]
        if other in living and other != mine and not is_proven and not lineage.is_named(other):
            self._decline(drawer, mine, lineage)
            living.remove(other)
            both.remove(other)
        if not living and mine and not lineage.is_ended(mine):
            raise incoming.refused(
                [layout.key_path(*drawer)],
                _("its key was replaced and the new one is not there"),
                _("nothing was taken; run coach sync on the device that replaced it, then here again"),
            )
        living = self._ending(drawer, living, other)
        final = self._final(living, lineage)
        if not final and any(map(lineage.is_ended, both)) and drawer[1] == "identity":
            self._nameless.add(drawer[0])
        if self._vault.is_partial and other in living:
            # Ours is new and was never pushed: it gives way, since tombstones are not ours to make.
            final = other
        self.candidates[drawer] = [secret for secret in (final, *both) if secret]
        self.final[drawer] = final
        for secret in living if not self._vault.is_partial else ():
            if secret != final and final:
                self._bury(drawer, secret, final)
        if final and final != mine and not self._vault.is_partial:
            path = layout.key_path(*drawer)
            self._change.writes[path] = keys.wrap(final, *drawer, self._vault.recipients(drawer[0]))
        if mine and final != mine:
            self._change.destroyed.append(drawer)
        if mine and not final:
            self._destroy(drawer)

    def _final(self, living: list[str], lineage: Lineage) -> str | None:
        """Return the key that a drawer goes on with, or None: a third one where neither of two may stay.

        A reader of some folders makes none, for want of tombstones to make the others end.
        """
        found = [secret for secret in living if lineage.is_last(secret)]
        if len(living) > 1 and not found and not self._vault.is_partial:
            return box.generate()
        return min(found or living, key=seal.fingerprint, default=None)

    def _ending(self, drawer: Drawer, living: list[str], other: str | None) -> list[str]:
        """Return the keys that a drawer may go on with: none where nothing names its folder any more.

        What nobody can find, nobody could tell of or destroy. It is for who reads the whole vault to bury
        what was pushed.
        """
        if drawer[0] not in self._nameless or not living:
            return living
        if self._vault.is_partial:
            return [secret for secret in living if secret == other]
        self.unburied[drawer] = living
        return []

    def _decline(self, drawer: Drawer, mine: str | None, lineage: Lineage) -> None:
        """Leave a key alone that opens no record; refuse it where it would take the place of ours."""
        place = layout.key_path(*drawer)
        if mine and not lineage.is_dead(mine):
            raise incoming.refused(
                [place],
                _("the key is another one, and opens no record of the vault"),
                _("nothing was taken; if another device is pushing, try again; else: who can push there?"),
            )
        self.warnings.append(_("the key %(place)s opens no record and was left alone") % {"place": place})

    def _bury(self, drawer: Drawer, loser: str, winner: str) -> None:
        """Leave a tombstone of a key that two devices made at once, so that every other one drops it."""
        facts = {"whole": False, "records": 0, "ids": [], "successor_sha256": seal.fingerprint(winner)}
        self._leave_stone(drawer, loser, facts)

    def bury_late(self, drawer: Drawer, count: int) -> None:
        """Leave a tombstone of records that came too late, so that every other device is told of them."""
        ended = [secret for secret in self.candidates[drawer] if secret in self.ended][:1]
        for secret in self.unburied.get(drawer, ended):
            self._leave_stone(drawer, secret, {"whole": True, "records": count})

    def _leave_stone(self, drawer: Drawer, secret: str, facts: Mapping[str, object]) -> None:
        own = {"rule": RULE, "basis": "", "trigger": "", "destroyed_on": clock.today()}
        self._change.writes[self.free_stone(drawer)] = tombstone.compose(*drawer, secret, {**facts, **own})

    def _destroy(self, drawer: Drawer) -> None:
        """Delete a drawer as the other device did."""
        self.destroyed.append(drawer)
        area = self._vault.root / layout.FILES / drawer[0] / drawer[1]
        parts = (path.relative_to(self._vault.root).as_posix() for path in area.glob("*.age"))
        self._change.deletions += [layout.key_path(*drawer), *sorted(parts)]

    def free_stone(self, drawer: Drawer, theirs: Iterable[str] = ()) -> str:
        """Return where the next tombstone of a drawer lies that neither side has."""
        taken = {*self._change.writes, *theirs}
        for commit in (self._side.ours, self._side.theirs):
            taken |= set(tree.files(self._history, commit, layout.TOMBSTONES)) if commit else set()
        numbers = iter(range(1, 10**6))
        places = (layout.stone_path(*drawer, number) for number in numbers)
        return next(place for place in places if place not in taken)

    def is_moving(self, drawer: Drawer) -> bool:
        """Return whether our records of a drawer cannot stay as they are."""
        return self.final[drawer] != self._vault.own_secret(*drawer)

    def key(self, drawer: Drawer) -> str | None:
        """Return the key that a drawer goes on with, or None if it goes or has none."""
        if drawer not in self.final:
            self.final[drawer] = self._vault.own_secret(*drawer)
            self.candidates[drawer] = [secret for secret in (self.final[drawer],) if secret]
            self.gone.setdefault(drawer, set())
        return self.final[drawer]
