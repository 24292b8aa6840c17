"""The list of clients, apart from all else on clients: it opens the index and no record."""

from datetime import date

import msgspec

from coachvault.actions import who
from coachvault.actions.result import Listing
from coachvault.vault.store import Vault


class Row(msgspec.Struct, frozen=True):
    """A client in a list."""

    code: str
    name: str
    state: str
    since: date


def listing(vault: Vault) -> Listing:
    """Return every client, by name."""
    rows = (Row(entry.code, entry.name, entry.state, entry.since) for entry in who.entries(vault))
    return Listing("client", tuple(rows))
