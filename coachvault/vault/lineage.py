"""What the tombstones of one drawer say of its keys: which are dead, and whether the drawer ended."""

from collections.abc import Iterable, Sequence

from coachvault.vault import seal
from coachvault.vault.incoming import Stone

# The rule of the tombstones that a merge leaves: a key only gave way to that of another device.
RULE = "sync"


class Lineage:
    """The keys of one drawer, as its tombstones tell: one may follow another, and end with it."""

    def __init__(self, stones: Iterable[tuple[Stone, bool]], secrets: Sequence[str]) -> None:
        """Take tombstones, each with whether its commit is believed, and the keys that are at hand.

        Of a key at hand no tombstone is obeyed but one that was made with that very key.
        """
        at_hand = {seal.fingerprint(secret) for secret in secrets}
        facts = [
            stone.facts
            for stone, is_believed in stones
            if seal.is_own_tombstone(stone.text, secrets)
            or (is_believed and stone.facts.key_sha256 not in at_hand)
        ]
        self._next: dict[str, set[str]] = {}
        for stone in facts:
            follower = {stone.successor_sha256} if stone.successor_sha256 and not stone.whole else set()
            self._next.setdefault(stone.key_sha256, set()).update(follower)
        ended = {stone.key_sha256 for stone in facts if stone.whole}
        # Of a family, all end with one: a key that another device gave the drawer meanwhile, in the place
        # of the same older one, opens what was destroyed with the whole.
        self._whole = self._closure(self._forebears(ended))
        # What took a key's place for a reason: something was destroyed, or somebody is to read no more.
        self._meant = {
            stone.successor_sha256
            for stone in facts
            if stone.successor_sha256 and not stone.whole and stone.rule != RULE
        }
        self.records = {name for stone in facts for name in stone.ids}

    def is_named(self, secret: str) -> bool:
        """Return whether a tombstone names this key as the one that took the place of another."""
        name = seal.fingerprint(secret)
        return any(name in followers for followers in self._next.values())

    def is_dead(self, secret: str) -> bool:
        """Return whether a key was destroyed, or is of the family of one that went with the whole drawer."""
        name = seal.fingerprint(secret)
        return name in self._next or name in self._whole

    def is_ended(self, secret: str) -> bool:
        """Return whether the drawer was destroyed with this key, or with another of its family."""
        return seal.fingerprint(secret) in self._whole

    def is_last(self, secret: str) -> bool:
        """Return whether a key was made after every other that was replaced for a reason.

        One that another device made at the same time wrote what was destroyed here, or is in the hands of
        who was to read no more.
        """
        return self._meant - self._whole <= self._forebears({seal.fingerprint(secret)})

    def _forebears(self, names: set[str]) -> set[str]:
        found = set(names)
        while new := {name for name, followers in self._next.items() if followers & found} - found:
            found |= new
        return found

    def _closure(self, names: set[str]) -> set[str]:
        found = set(names)
        while new := {follower for name in found for follower in self._next.get(name, set())} - found:
            found |= new
        return found
