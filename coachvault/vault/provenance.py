"""Where the key of a drawer without records comes from: whoever knows a recipient can make a key file.

Nobody else can make a record that opens with it, or a tombstone that names it. A key that neither the history
nor a tombstone accounts for was made by somebody who may have kept it: nothing is to be written with it.
"""

from collections.abc import Iterable

from coachvault.vault import incoming, seal, tombstone
from coachvault.vault.store import Drawer, Vault


def unaccounted(vault: Vault, drawers: Iterable[Drawer]) -> tuple[Drawer, ...]:
    """Return which of these drawers have no record, and a key that nothing accounts for.

    None without a history, which alone could tell; keys that this identity does not open are left out.
    """
    history = vault.history
    commit = history.text("rev-parse", "--verify", "--quiet", "HEAD", check=False) if history else ""
    if history is None or not commit:
        return ()
    empty = [drawer for drawer in drawers if not vault.record_ids(*drawer)]
    secrets = {drawer: secret for drawer in empty if (secret := vault.own_secret(*drawer))}
    unnamed = {
        drawer: secret for drawer, secret in secrets.items() if not is_successor(vault, drawer, secret)
    }
    return tuple(incoming.unproven(history, commit, unnamed))


def is_successor(vault: Vault, drawer: Drawer, secret: str) -> bool:
    """Return whether a tombstone says that the key took the place of one that was destroyed."""
    name = seal.fingerprint(secret)
    return any(stone.successor_sha256 == name for stone in tombstone.read_all(vault.root, *drawer))
