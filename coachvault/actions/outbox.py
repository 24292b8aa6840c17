"""The documents that lie in the clear, to be sent or printed."""

import msgspec

from coachvault.actions.result import Done, Listing
from coachvault.language import ngettext
from coachvault.vault import outbox
from coachvault.vault.files import printable
from coachvault.vault.store import Vault


class Row(msgspec.Struct, frozen=True):
    """A file of the outbox; `size` is in bytes."""

    name: str
    size: int
    modified: str


def listing(vault: Vault) -> Listing:
    """Return the files of the outbox, by name."""
    found = outbox.names(vault.root)
    return Listing("outbox", tuple(Row(printable(s.name), s.size, s.modified.isoformat()) for s in found))


def clear(vault: Vault) -> Done:
    """Delete every file of the outbox; what was kept in the vault stays there."""
    count = outbox.clear(vault.root)
    message = ngettext("%(count)s file is deleted", "%(count)s files are deleted", count)
    return Done(message % {"count": count}, {"deleted": count})
