"""Readers: who else opens the vault, all of it or some folders."""

from collections.abc import Sequence
from datetime import date

import msgspec

from coachvault import clock
from coachvault.actions import who
from coachvault.actions.result import Done, Listing
from coachvault.crypto import box
from coachvault.errors import BadDataError, NotFoundError, Problem, ProgramError, RefusedError
from coachvault.language import _, ngettext
from coachvault.records.kinds import CIRCLE
from coachvault.records.name import fold
from coachvault.records.practice import Reader
from coachvault.vault import access
from coachvault.vault.change import Change
from coachvault.vault.founding import reader
from coachvault.vault.store import Drawer, Vault


class Row(msgspec.Struct, frozen=True):
    """A reader in a list; without clients, a reader of the whole vault."""

    name: str
    role: str
    clients: tuple[str, ...]
    added_on: date
    drilled_on: date | None
    recipient: str


def add(vault: Vault, name: str, recipient: str, clients: Sequence[str]) -> Done:
    """Let somebody read the folders of these clients, or without any, the whole vault."""
    key = _key(recipient)
    with vault.change() as change:
        readers = vault.readers()
        folders = tuple(who.entry(vault, client, who.ANYONE).folder for client in clients)
        known = _known(readers, name, key)
        if known:
            wider = tuple(dict.fromkeys((*known.folders, *folders))) if folders and known.folders else ()
            entry = msgspec.structs.replace(known, folders=wider)
        else:
            entry = reader("colleague", key, name.strip(), tuple(dict.fromkeys(folders)))
        count = access.grant(vault, change, (*access.without(readers, [entry.id]), entry))
    facts = {"reader": entry.id, "recipient": key, "keys": count, "whole": not entry.folders}
    warnings = (
        _("make sure by another way than the one it came by that the recipient is theirs: %(recipient)s")
        % {"recipient": key},
    )
    if not entry.folders:
        return Done(_("this reader opens the whole vault from now on"), facts, warnings)
    granted = len(entry.folders)
    message = ngettext(
        "this reader opens %(count)s folder",
        "this reader opens %(count)s folders",
        granted,
    )
    return Done(message % {"count": granted}, facts, warnings)


def listing(vault: Vault) -> Listing:
    """Return everybody who reads the vault, in the order in which they were added."""
    codes = who.codes(vault)
    rows = (
        Row(
            entry.name,
            entry.role,
            tuple(codes.get(folder, folder) for folder in entry.folders),
            entry.added_on,
            entry.drilled_on,
            entry.recipient,
        )
        for entry in vault.readers()
    )
    return Listing("reader", tuple(rows))


def remove(vault: Vault, name: str, clients: Sequence[str], *, rekey: bool) -> Done:
    """Take from a reader the folders of these clients, or everything; with `rekey`, the keys change too."""
    with vault.change() as change:
        readers = vault.readers()
        entry = _find(readers, name)
        lost = _lost(vault, entry, clients)
        kept = tuple(folder for folder in entry.folders if folder not in lost)
        rest = access.without(readers, [entry.id])
        if kept:
            rest = (*rest, msgspec.structs.replace(entry, folders=kept))
        count = access.grant(vault, change, rest)
        changed = _rekey(change, _drawers(vault, lost, is_out=not kept)) if rekey else 0
    facts = {"reader": entry.id, "keys": count, "rekeyed": changed, "folders": len(lost)}
    message = (
        _("%(name)s no longer opens what was taken back") if kept else _("%(name)s no longer opens the vault")
    )
    is_elsewhere = vault.history is not None and vault.history.has_remote()
    devices = (_("take their devices off the list: coach purge status, then coach remote forget DEVICE"),)
    kit = (
        _("who read the whole vault may have made a recovery kit of it: coach identity kit makes another"),
    )
    lines = (
        *_what_they_hold(rekey=rekey),
        *(kit if not entry.folders else ()),
        *(devices if is_elsewhere and not kept else ()),
    )
    return Done(message % {"name": name}, facts, lines)


def renew(vault: Vault) -> Done:
    """Wrap keys to exactly those who are to read them, where something had left them behind."""
    with vault.change() as change:
        count = access.mend(vault, change)
    if not count:
        return Done(_("every key is wrapped to its readers already"), {"keys": 0})
    message = ngettext(
        "%(count)s key is wrapped to its readers anew",
        "%(count)s keys are wrapped to their readers anew",
        count,
    )
    return Done(message % {"count": count}, {"keys": count})


def _drawers(vault: Vault, folders: Sequence[str], *, is_out: bool) -> list[Drawer]:
    """Return the drawers that a reader no longer opens; the circle's too, if they are no reader any more."""
    found = [(folder, drawer) for folder in folders for drawer in vault.drawers(folder)]
    circle = (vault.practice, CIRCLE)
    return [*found, circle] if is_out and circle not in found and vault.has(*circle) else found


def _rekey(change: Change, drawers: Sequence[Drawer]) -> int:
    """Give every one of these drawers another key; the records are encrypted to it."""
    facts = {
        "rule": "reader-removed", "basis": "access withdrawn", "trigger": "reader_removed",
        "destroyed_on": clock.today(),
    }  # fmt: skip
    for drawer in drawers:
        change.rekey(*drawer, facts)
    return len(drawers)


def _lost(vault: Vault, entry: Reader, clients: Sequence[str]) -> tuple[str, ...]:
    """Return the folders that a reader is to lose."""
    if not clients:
        return access.open_to(vault, entry)
    wanted = tuple(dict.fromkeys(who.entry(vault, client, who.ANYONE).folder for client in clients))
    if not set(wanted) <= set(entry.folders):
        raise RefusedError(
            _("this reader was not granted each of these folders"),
            _("see who reads what with: coach reader list"),
        )
    return wanted


def _key(recipient: str) -> str:
    """Return a recipient without the comment that an ssh key ends with; raises BadDataError for none."""
    words = recipient.split()
    if words and words[0].upper().startswith(("AGE-SECRET-KEY-", "AGE-PLUGIN-")):
        expected = _("expected a recipient (age1…), and this is a secret key: keep it to yourself")
        raise BadDataError([Problem("RECIPIENT", 0, 0, "", expected)])
    key = " ".join(words[:2]) if words and words[0].startswith("ssh-") else recipient.strip()
    if not box.is_recipient(key):
        expected = _("expected a recipient: age1…, ssh-ed25519 … or ssh-rsa …")
        raise BadDataError([Problem("RECIPIENT", 0, 0, "", expected)])
    try:
        box.encrypt(b"", [key])
    except box.PluginError as error:
        raise ProgramError(
            _("the age plugin of this recipient is missing or failed: %(names)s") % {"names": error},
            _("install it where coach runs, then try again; nothing was changed"),
        ) from None
    return key


def _known(readers: Sequence[Reader], name: str, key: str) -> Reader | None:
    """Return the colleague who is a reader already; raises RefusedError for half of one."""
    same = [entry for entry in readers if fold(entry.name) == fold(name) or entry.recipient == key]
    if not same:
        return None
    entry = same[0]
    is_same = len(same) == 1 and fold(entry.name) == fold(name) and entry.recipient == key
    if not is_same or entry.role != "colleague":
        raise RefusedError(
            _("there is a reader of that name or with that recipient already"),
            _("see them with: coach reader list; remove the old one first, or give another name"),
        )
    return entry


def _find(readers: Sequence[Reader], name: str) -> Reader:
    entry = next((entry for entry in readers if fold(entry.name) == fold(name)), None)
    if entry is None:
        raise NotFoundError(_("no reader goes by that name"), _("see them with: coach reader list"))
    if entry.role != "colleague":
        raise RefusedError(
            _("this is no colleague: this key is replaced, not removed"),
            _("replace the kit with: coach identity kit; the identity and the kit: coach identity rotate"),
        )
    return entry


def _what_they_hold(*, rekey: bool) -> tuple[str, ...]:
    copies = _(
        "copies of the vault that they made open to them for good: clones, backups, and what they wrote down"
    )
    if rekey:
        return (copies, _("other devices and the remote have the old keys until they are synchronised"))
    return (
        copies,
        _("who kept the drawers' keys also opens what is written from now on; to change the keys: --rekey"),
    )
