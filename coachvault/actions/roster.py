"""The list of clients or of organisations, apart from all else on them: it opens the index and no record."""

from collections.abc import Sequence
from datetime import date

import msgspec

from coachvault.actions import who
from coachvault.actions.result import Listing
from coachvault.vault.store import Vault


class Row(msgspec.Struct, frozen=True):
    """A client or an organisation in a list."""

    code: str
    name: str
    state: str
    since: date


def listing(vault: Vault, kind: Sequence[str] = who.CLIENT) -> Listing:
    """Return everyone of a kind, by name."""
    rows = (Row(entry.code, entry.name, entry.state, entry.since) for entry in who.entries(vault, kind))
    return Listing(kind[0], tuple(rows))
