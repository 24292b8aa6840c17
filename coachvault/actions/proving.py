"""The proof of a destruction when its own command is over: repeated, or made for one that was interrupted."""

from typing import Any, NamedTuple

import msgspec

from coachvault.actions import destruction, who
from coachvault.actions.destruction import Doomed, Receipt
from coachvault.actions.result import Done
from coachvault.language import _, ngettext
from coachvault.vault import proof, tombstone
from coachvault.vault.journal import Plan
from coachvault.vault.proof import Proof
from coachvault.vault.store import Vault


class Proven(NamedTuple):
    """How many tombstones the vault has, and the proof that nothing of these destructions can be read."""

    stones: int
    proof: Proof | None

    def done(self) -> Done:
        """Return the proof as it is shown."""
        facts: dict[str, Any] = {"tombstones": self.stones, "proof": msgspec.to_builtins(self.proof)}
        if not self.stones:
            return Done(_("nothing was destroyed, so there is nothing to prove"), facts)
        message = ngettext(
            "every destruction known here was looked for again: %(count)s tombstone",
            "every destruction known here was looked for again: %(count)s tombstones",
            self.stones,
        )
        return Done(message % {"count": self.stones}, facts, lines=destruction.proof_lines(self.proof))

    def refuse(self) -> None:
        """Raise FindingsError if anything of what was destroyed can still be read."""
        destruction.refuse_findings(self.proof)


def prove(vault: Vault) -> Proven:
    """Return the proof of every destruction that is known here, made now."""
    stones = tombstone.read_all(vault.root)
    return Proven(len(stones), proof.prove(vault, stones) if stones else None)


def receipt(vault: Vault, plan: Plan) -> Receipt:
    """Return the receipt of a destruction that an interrupted command decided, with the proof made now."""
    stones = tuple(tombstone.read(vault.root / place) for place in plan.stones)
    codes = who.codes(vault)
    items = tuple(
        Doomed(
            # With the name the code went: the folder is what the tombstone says of it.
            codes.get(stone.folder, stone.folder[:6]),
            stone.drawer,
            stone.records,
            stone.rule,
            stone.due_on or stone.destroyed_on,
            stone.basis,
            "",
            stone.folder,
            stone.trigger,
            stone.triggered_on,
            stone.ids,
        )
        # A key that was replaced and took no record with it destroyed nothing.
        for stone in stones
        if stone.whole or stone.ids
    )
    return Receipt(
        destroyed_on=max(stone.destroyed_on for stone in stones),
        items=items,
        stones=stones,
        copies=plan.copies,
        proof=proof.prove(vault, stones),
        beyond=tuple(destruction.beyond_reach(vault)),
    )


def finished(vault: Vault) -> tuple[str, ...]:
    """Return what to say where this command has carried out a destruction that another had decided."""
    if vault.finished is None or not vault.finished.stones:
        return ()
    return (_("a destruction that was interrupted is finished; prove it with: coach purge proof"),)
