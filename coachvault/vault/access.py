"""Who reads what: the list of readers in the settings, and the keys wrapped to them.

The list is encrypted, and it alone decides. A key file says by a digest which readers it was wrapped
to, so that one that is behind the list is noticed and made anew, whatever left it behind.
"""

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from coachvault.crypto import box, keys
from coachvault.errors import CoachError, LockedError, RefusedError
from coachvault.language import _
from coachvault.records.kinds import CIRCLE
from coachvault.records.practice import Access, Reader, Settings
from coachvault.vault.store import Drawer, Vault

if TYPE_CHECKING:
    from coachvault.vault.change import Change


def grant(vault: Vault, change: "Change", readers: Sequence[Reader]) -> int:
    """Make these the readers of the vault; returns how many keys are wrapped anew.

    No record is touched but the settings, and what a folder says to readers who cannot open those.
    """
    kept = tuple(readers)
    for settings in vault.load(vault.practice, "settings", Settings)[:1]:
        change.update(settings, {"readers": kept})
    vault.trust(kept)
    if any(reader.folders for reader in kept) and not vault.has(vault.practice, CIRCLE):
        change.add(CIRCLE, vault.practice, {})
    for folder in vault.folders():
        _tell(vault, change, folder, kept)
    behind = rewrap(vault, change)
    # Those who no longer read the vault open what was made for them.
    change.drop_caches()
    return behind


def mend(vault: Vault, change: "Change") -> int:
    """Bring keys and folders in step with the list of readers, whatever left them behind.

    Returns how many keys are wrapped anew.
    """
    readers = vault.readers()
    for folder in vault.folders() if vault.has(vault.practice, CIRCLE) else ():
        try:
            _tell(vault, change, folder, readers)
        except CoachError:
            continue  # it is damaged, which doctor says
    return rewrap(vault, change)


def rewrap(vault: Vault, change: "Change") -> int:
    """Wrap the keys that are behind the list of readers anew; returns how many."""
    behind = stale(vault)
    if behind and not vault.is_partial:
        refuse_lockout(vault)
    for drawer in behind:
        change.rewrap(*drawer)
    return len(behind)


def refuse_lockout(vault: Vault) -> None:
    """Raise RefusedError if the identity in use would open nothing that is wrapped from now on."""
    try:
        vault.unwrap(keys.wrap(box.generate(), vault.practice, "settings", vault.recipients()))
    except LockedError:
        raise RefusedError(
            _("the identity in use would not open the vault any more"),
            _("nothing was changed; the list of readers must name it: coach reader list"),
        ) from None


def stale(vault: Vault, among: Sequence[Drawer] | None = None) -> tuple[Drawer, ...]:
    """Return the drawers, of all or of these, whose keys are not wrapped to exactly those who read them."""
    drawers = vault.reach() if among is None else tuple(among)
    vault.open_drawers(drawers)
    wanted = {folder: keys.digest(vault.recipients(folder)) for folder in {folder for folder, _d in drawers}}
    everybody = {(vault.practice, CIRCLE): keys.digest(vault.recipients(vault.practice, CIRCLE))}
    return tuple(d for d in drawers if vault.wrapped_for(*d) != everybody.get(d, wanted[d[0]]))


def open_to(vault: Vault, reader: Reader) -> tuple[str, ...]:
    """Return the folders whose keys a reader opens, the practice's own among them where it is so."""
    known = (vault.practice, *vault.folders())
    return tuple(folder for folder in known if not reader.folders or folder in reader.folders)


def without(readers: Iterable[Reader], names: Iterable[str]) -> tuple[Reader, ...]:
    """Return the readers that have none of these ids."""
    gone = frozenset(names)
    return tuple(reader for reader in readers if reader.id not in gone)


def _tell(vault: Vault, change: "Change", folder: str, readers: Sequence[Reader]) -> None:
    """Leave in a folder whom its new keys are wrapped to, if somebody reads it who needs to be told."""
    if not vault.has(folder, "identity"):
        return
    told = vault.load(folder, "identity", Access)
    if any(folder in reader.folders for reader in readers):
        recipients = vault.recipients(folder)
        if told:
            change.update(told[-1], {"recipients": recipients})
        else:
            change.add("access", folder, {"recipients": recipients})
        told = told[:-1]  # two devices may have left one each
    for record in told:
        change.remove(record)
