"""The coach's identity and the recovery kit: shown, protected, replaced, and tried.

The identity's file lies outside the vault, so replacing it takes two steps that cannot be one: the
vault's keys are wrapped to the new identity, and the new file takes the place of the old. The new
file is there, whole, before the first of them, and the old one until after the second; whoever finds
both tries which of them opens the vault, and knows what is left to do.
"""

from collections.abc import Callable
from datetime import date
from pathlib import Path
import re

from dateutil.relativedelta import relativedelta
import msgspec

from coachvault import clock
from coachvault.actions.result import Card, Done
from coachvault.crypto import box, identityfile, keys
from coachvault.crypto.identityfile import Opened
from coachvault.errors import DamagedError, LockedError, RefusedError, StorageError
from coachvault.language import _, ngettext
from coachvault.records.practice import Reader
from coachvault.vault import access, layout
from coachvault.vault.change import Change
from coachvault.vault.founding import reader
from coachvault.vault.store import Vault

DRILL_MONTHS = 12
# Hands a kit's secret over, printed, before the vault counts on it.
Printer = Callable[[str, Vault], None]
_REMARK = "made by coach identity rotate for the vault "
_SECRET = re.compile(r"AGE-SECRET-KEY-1[0-9A-Z]{58}")


class Sheet(msgspec.Struct, frozen=True):
    """The identity at hand, and the kit that opens the vault without it."""

    recipient: str
    path: str
    protected: bool
    work_factor: int | None
    kit_made_on: date | None
    kit_drilled_on: date | None


def show(vault: Vault, opened: Opened) -> Card:
    """Return what is to be known of the identity and the kit, and no secret."""
    kits = [] if vault.is_partial else _kits(vault.readers())
    kit = kits[-1] if kits else None
    return Card(
        "identity",
        Sheet(
            recipient=opened.identity.recipient,
            path=str(opened.path),
            protected=opened.passphrase is not None,
            work_factor=opened.work_factor,
            kit_made_on=kit.added_on if kit else None,
            kit_drilled_on=kit.drilled_on if kit else None,
        ),
    )


def passwd(opened: Opened, passphrase: str) -> Done:
    """Protect the identity by another passphrase; the identity and the vault stay as they are."""
    identityfile.protect(opened, passphrase)
    warning = _(
        "copies of the old file still open with the old passphrase; to make them useless: %(command)s"
    )
    return Done(
        _("the passphrase of the identity is changed"),
        {"path": opened.path},
        (warning % {"command": "coach identity rotate"},),
    )


def rotate(vault: Vault, opened: Opened, print_kit: Printer) -> Done:
    """Replace the identity and the kit: neither opens the vault any more, and all else is as it was."""
    secret, kit = box.generate(), box.generate()
    with vault.locked():
        mine = _entry(vault.readers(), opened.identity.recipient)
        remark = _REMARK + vault.config.vault
        with vault.change() as change:
            print_kit(kit, vault)
            new = identityfile.write_beside(opened, secret, remark)
            heir = msgspec.structs.replace(mine, recipient=new.identity.recipient, added_on=clock.today())
            rest = access.without(vault.readers(), [mine.id, *(old.id for old in _kits(vault.readers()))])
            readers = (heir, _kit_of(kit), *rest)
            count = access.grant(vault, change, readers)
            _prove(vault, change, secret, kit)
        if not _opens(vault.root, new.identity):
            raise _unproven()
        try:
            identityfile.put_in_place(opened.path)
        except StorageError as error:
            error.hint = _(
                "mend that, then run any command: it finishes what you asked for; do not repeat it"
            )
            raise
    return Done(_rewrapped(count), {"keys": count, "path": opened.path}, _what_remains())


def resume(root: Path, path: Path, ask: Callable[[], str]) -> None:
    """Finish a rotation that was interrupted, or take it back, by what opens the vault as it is now.

    Does nothing where there is none, where it is another vault's, or while it is still at work.
    """
    vault = Vault(root, None)
    with vault.locked(wait=False) as is_ours:
        if not is_ours or not identityfile.beside(path).exists():
            return
        vault.recover()
        new = identityfile.open_file(identityfile.beside(path), ask)
        if _REMARK + vault.config.vault not in new.content.decode("utf-8", "replace"):
            return
        if _opens(root, new.identity):
            identityfile.put_in_place(path)
        elif _opens(root, keys.read_identity(path, ask)):
            identityfile.discard(path)


def make_kit(vault: Vault, print_kit: Printer) -> Done:
    """Replace the recovery kit by a new one, handed over before the vault counts on it."""
    secret = box.generate()
    with vault.change() as change:
        readers = vault.readers()
        print_kit(secret, vault)
        rest = access.without(readers, [old.id for old in _kits(readers)])
        count = access.grant(vault, change, (*rest, _kit_of(secret)))
        _prove(vault, change, secret)
    former = len(readers) - len(rest)
    warnings = [_("try the page now: coach identity drill")]
    if former:
        warnings.append(
            _("destroy the page of the former kit: it opens copies of the vault that were made before today")
        )
    message = _("the recovery kit is made; no other kit opens the vault") if former else _("the kit is made")
    return Done(message, {"keys": count, "former": former}, tuple(warnings))


def drill(root: Path, text: str) -> Done:
    """Prove with a kit's secret, and nothing else, that it opens every key of the vault."""
    secret = _secret_in(text)
    vault = Vault(root, keys.Identity([secret]))
    vault.recover()
    try:
        found = [(f, d) for f in (vault.practice, *vault.folders()) for d in vault.drawers(f)]
        vault.open_drawers(found)
    except LockedError:
        raise LockedError(
            _("this key does not open the vault"),
            _("look for the page that was printed last, or make a new kit: coach identity kit"),
        ) from None
    with vault.change() as change:
        kit = _entry(vault.readers(), box.recipient_of(secret))
        if kit.role != "kit":
            raise RefusedError(
                _("this key opens the vault, and it is not the kit's"),
                _("type the key that stands on the printed page"),
            )
        tried = msgspec.structs.replace(kit, drilled_on=clock.today())
        access.grant(vault, change, tuple(tried if old.id == kit.id else old for old in vault.readers()))
    count = len(found)
    message = ngettext(
        "the kit opens the vault: %(count)s key of %(count)s",
        "the kit opens the vault: %(count)s keys of %(count)s",
        count,
    )
    return Done(message % {"count": count}, {"keys": count, "drilled_on": clock.today()})


def kit_state(vault: Vault, today: date) -> str:
    """Return whether there is a kit, and whether it was tried within the last 12 months."""
    if vault.is_partial:
        return _("for whoever reads the whole vault to keep")
    kits = _kits(vault.readers())
    if not kits:
        return _("none: without the identity nothing opens this vault")
    drilled = kits[-1].drilled_on
    if drilled is None:
        return _("made, and never tried: coach identity drill")
    if drilled + relativedelta(months=DRILL_MONTHS) <= today:
        return _("last tried on %(date)s, long ago: coach identity drill") % {"date": drilled}
    return _("made, tried on %(date)s") % {"date": drilled}


def _kits(readers: tuple[Reader, ...]) -> list[Reader]:
    return [entry for entry in readers if entry.role == "kit"]


def _kit_of(secret: str) -> Reader:
    return reader("kit", box.recipient_of(secret))


def _entry(readers: tuple[Reader, ...], recipient: str) -> Reader:
    found = next((entry for entry in readers if entry.recipient == recipient), None)
    if found is None:
        raise RefusedError(
            _("this key opens the vault, and its settings do not name it"),
            _("look at who reads the vault: coach reader list"),
        )
    return found


def _prove(vault: Vault, change: Change, *secrets: str) -> None:
    """Raise DamagedError unless each of these opens a key as the change will write it."""
    data = change.writes[layout.key_path(vault.practice, "settings")]
    for secret in secrets:
        content = keys.Identity([secret]).unwrap([data() if callable(data) else data])[0]
        if keys.secret_of(content, vault.practice, "settings") != vault.secret(vault.practice, "settings"):
            raise _unproven()


def _opens(root: Path, identity: keys.Identity) -> bool:
    """Return whether an identity opens the vault as it lies on the disk."""
    vault = Vault(root, identity)
    return vault.opens(vault.practice, "settings")


def _unproven() -> DamagedError:
    return DamagedError(
        _("the new identity does not open the vault"),
        _("the old one was kept; look at the vault with: coach doctor"),
    )


def _secret_in(text: str) -> str:
    """Return the key in what was typed, pasted or scanned, whatever its case and blanks."""
    found = _SECRET.search("".join(text.split()).upper())
    try:
        if found:
            box.recipient_of(found[0])
            return found[0]
    except ValueError:
        pass
    raise LockedError(
        _("this is no key of a recovery kit"),
        _("type the whole line AGE-SECRET-KEY-1…: no B, I, O or 1 follows, and a round sign is a zero"),
    )


def _rewrapped(count: int) -> str:
    message = ngettext(
        "the identity and the kit are new: %(count)s key is wrapped to them",
        "the identity and the kit are new: %(count)s keys are wrapped to them",
        count,
    )
    return message % {"count": count}


def _what_remains() -> tuple[str, ...]:
    return (
        _("destroy the page of the former kit and every copy of the former identity file"),
        _("your other devices need a copy of the new identity file, handed over by yourself"),
        _("try the new page now: coach identity drill"),
    )
