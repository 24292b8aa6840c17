"""The coach's identity and the recovery kit: shown, protected, replaced, and tried.

The identity's file lies outside the vault, so replacing it takes two steps that cannot be one: the
vault's keys are wrapped to the new identity, and the new file takes the place of the old. The new
file is there, whole, before the first of them, and the old one until after the second; whoever finds
both tries which of them opens the vault, and knows what is left to do.
"""

from collections.abc import Callable
from datetime import date
import functools
import os
from pathlib import Path
import re

from dateutil.relativedelta import relativedelta
import msgspec

from coachvault import clock
from coachvault.actions import proving, sync
from coachvault.actions.result import Card, Done
from coachvault.crypto import box, identityfile, keys
from coachvault.crypto.identityfile import Opened
from coachvault.errors import CoachError, DamagedError, LockedError, RefusedError, StorageError
from coachvault.language import _, ngettext
from coachvault.records.practice import Reader
from coachvault.vault import access, files, journal, layout, tombstone
from coachvault.vault.change import Change
from coachvault.vault.founding import reader
from coachvault.vault.store import Drawer, Vault

DRILL_MONTHS = 12
# Hands a kit's secret over, printed, before the vault counts on it.
Printer = Callable[[str, Vault], None]
# What the file of a new identity says of itself, followed by the vault's id.
REMARK = "made by coach identity rotate for the vault "
_SECRET = re.compile(r"AGE-SECRET-KEY-1[0-9A-Z]{58}")


class Sheet(msgspec.Struct, frozen=True):
    """The identity at hand, and the kit that opens the vault without it."""

    recipient: str
    path: str
    has_passphrase: bool
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
            has_passphrase=opened.passphrase is not None,
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
    """Replace the identity and the kit: neither opens the vault any more, and all else is as it was.

    The new identity takes the place of the file that was opened. The kit is for a coach who has lost
    the identity: see `succession` for where its place is then.
    """
    # Before a page is printed that would open nothing.
    identityfile.check_replaceable(opened)
    secret, kit = box.generate(), box.generate()
    vault = Vault(vault.root, keys.Succession(lambda: keys.Identity([secret]), lambda: opened.identity))
    with vault.locked():
        mine = entry_of(vault.readers(), opened.identity.recipient)
        remark = REMARK + vault.config.vault
        with vault.change() as change:
            print_kit(kit, vault)
            new = identityfile.write_beside(opened, secret, remark)
            readers = _succeeded(vault, mine, new.identity.recipient, kit)
            count = access.grant(vault, change, readers)
            _prove(vault, change, secret, kit)
        if not _opens(vault.root, new.identity):
            raise _unproven()
        # Whatever others have pushed for the old identity is taken while it is still at hand.
        told, failure = synchronise(vault) if _is_elsewhere(vault) else ((), None)
        conclude(vault, opened.path, new.identity, lambda: opened.identity)
    facts = {"keys": count, "path": opened.path, "synchronised": failure is None}
    lines = (_("the identity is at %(path)s") % {"path": opened.path}, *told)
    return Done(_rewrapped(count), facts, (*_what_remains(vault), *unsent(failure)), lines)


def synchronise(vault: Vault) -> tuple[tuple[str, ...], CoachError | None]:
    """Bring vault and remote together; returns what to say of it, and what it failed for.

    It may have failed after it had done its half. What was decided is finished before anybody asks
    which identity opens the vault.
    """
    try:
        done = sync.sync(vault).done()
    except CoachError as error:
        vault.recover()
        return (), error
    finally:
        vault.forget()
    return (done.message, *done.lines), None


def unsent(failure: CoachError | None) -> tuple[str, ...]:
    """Return what to say of a sync that failed, and was not all that was asked for."""
    return (failure.message, failure.hint) if failure else ()


def is_kit(vault: Vault, opened: Opened) -> bool:
    """Return whether what was opened is the recovery kit's key, and no identity of a person."""
    return any(kit.recipient == opened.identity.recipient for kit in _kits(vault.readers()))


def succession(
    vault: Vault, kit: Opened, path: Path, ask: Callable[[], str], ask_new: Callable[[], str]
) -> Opened:
    """Return the kit's key as what an identity at `path`, under a new passphrase, is to follow.

    Raises RefusedError if a file is there: nobody but its owner knows what else it opens.
    """
    resume(vault.root, path, ask, kit.identity)
    if path.exists():
        raise RefusedError(
            _("there is an identity already at %(path)s") % {"path": path},
            _("if it is of no use any more, give it another name, then try again; nothing was changed"),
        )
    return kit._replace(path=Path(os.path.realpath(path)), passphrase=ask_new())


def resume(root: Path, path: Path, ask: Callable[[], str], kit: keys.Identity | None = None) -> None:
    """Finish what takes the place of an identity and was interrupted, or take it back: see `conclude`.

    Does nothing where there is nothing, where it is another vault's, or while it is still at work. What
    was to be replaced is the identity in that place or, where it was lost, the kit.
    """
    said = functools.cache(ask)
    new = functools.cache(lambda: identityfile.open_file(identityfile.beside(path), said))
    old = functools.cache(lambda: kit or keys.read_identity(path, said))
    vault = Vault(root, keys.Succession(lambda: new().identity, old))
    with vault.locked(wait=False) as is_ours:
        if not is_ours or not identityfile.beside(path).exists():
            return
        vault.recover()
        if REMARK + vault.config.vault in new().content.decode("utf-8", "replace"):
            conclude(vault, path, new().identity, old)


def conclude(vault: Vault, path: Path, new: keys.Identity, old: Callable[[], keys.Identity]) -> bool:
    """Let the identity beside a file take its place, or delete it, by what opens the vault as it is now.

    Keys that only the old one opens, since others have not heard of them, are wrapped anew before it
    goes. `vault` is open to both; returns whether the new one took the place.
    """
    if not _opens(vault.root, new):
        if _opens(vault.root, old()):
            identityfile.discard(path)
        return False
    closed = _closed(vault, new)
    left = [drawer for drawer in closed if drawer not in _closed(vault, old())] if closed else []
    if left:
        with vault.change() as change:
            for drawer in left:
                change.rewrap(*drawer)
        if set(_closed(vault, new)) & set(left):
            raise _unproven()
    try:
        identityfile.put_in_place(path)
    except StorageError as error:
        error.hint = _("mend that, then run any command: it finishes what you asked for; do not repeat it")
        raise
    return True


def make_kit(vault: Vault, print_kit: Printer) -> Done:
    """Replace the recovery kit by a new one, handed over before the vault counts on it."""
    secret = box.generate()
    with vault.change() as change:
        readers = vault.readers()
        print_kit(secret, vault)
        rest = access.without(readers, [old.id for old in _kits(readers)])
        count = access.grant(vault, change, (*rest, _kit_of(vault, secret)))
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
        kit = entry_of(vault.readers(), box.recipient_of(secret))
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
    facts = {"keys": count, "drilled_on": clock.today()}
    return Done(message % {"count": count}, facts, proving.finished(vault))


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


def will_open(root: Path, secret: str) -> bool:
    """Return whether a kit's secret opens the vault, or may once what was decided is carried out."""
    if not (root / layout.CONFIG).exists() or journal.is_pending(root):
        return journal.is_pending(root)
    return _opens(root, keys.Identity([secret]))


def _kits(readers: tuple[Reader, ...]) -> list[Reader]:
    return [entry for entry in readers if entry.role == "kit"]


def _succeeded(vault: Vault, mine: Reader, recipient: str, kit: str) -> tuple[Reader, ...]:
    """Return the readers with a new identity and a new kit in the places of the old ones.

    Who comes with the kit has lost the coach's identity: that one reads the vault no longer either.
    """
    readers = vault.readers()
    lost = [entry.id for entry in readers if entry.role == "coach"] if mine.role == "kit" else []
    kept = msgspec.structs.replace(mine, recipient=recipient, added_on=clock.today())
    heir = reader("coach", recipient) if mine.role == "kit" else kept
    gone = [mine.id, *lost, *(old.id for old in _kits(readers))]
    return (heir, _kit_of(vault, kit), *access.without(readers, gone))


def _kit_of(vault: Vault, secret: str) -> Reader:
    entry = reader("kit", box.recipient_of(secret))
    return msgspec.structs.replace(entry, tombstones=tombstone.count(vault.root))


def entry_of(readers: tuple[Reader, ...], recipient: str) -> Reader:
    """Return the reader with this recipient; raises RefusedError if the settings name none."""
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
        content = keys.Identity([secret]).unwrap([journal.bytes_of(data)])[0]
        if keys.secret_of(content, vault.practice, "settings") != vault.secret(vault.practice, "settings"):
            raise _unproven()


def _opens(root: Path, identity: keys.Identity) -> bool:
    """Return whether an identity opens the vault as it lies on the disk."""
    vault = Vault(root, identity)
    return vault.opens(vault.practice, "settings")


def _closed(vault: Vault, identity: keys.Identity) -> list[Drawer]:
    """Return the drawers whose key file an identity does not open, damaged ones among them."""
    found = []
    for folder in (vault.practice, *vault.folders()):
        for drawer in vault.drawers(folder):
            try:
                identity.unwrap([files.read(vault.root / layout.key_path(folder, drawer))])
            except (CoachError, OSError):
                found.append((folder, drawer))
    return found


def _unproven() -> DamagedError:
    return DamagedError(
        _("the new identity does not open the vault"),
        _("the old one was kept; look at the vault with: coach doctor"),
    )


def _secret_in(text: str) -> str:
    """Return the key in what was typed, pasted or scanned, whatever its case and blanks."""
    if text.startswith("%PDF"):
        raise LockedError(
            _("this is the printed page, and the key on it cannot be read from there"),
            _("type the line AGE-SECRET-KEY-1… that stands on it, or put that line into a text file"),
        )
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


def _is_elsewhere(vault: Vault) -> bool:
    return vault.history is not None and vault.history.has_remote()


def _rewrapped(count: int) -> str:
    message = ngettext(
        "the identity and the kit are new: %(count)s key is wrapped to them",
        "the identity and the kit are new: %(count)s keys are wrapped to them",
        count,
    )
    return message % {"count": count}


def _what_remains(vault: Vault) -> tuple[str, ...]:
    devices = _(
        "bring a copy of the new identity file to each other device yourself, and run there: "
        "coach identity adopt FILE"
    )
    return (
        _("destroy the page of the former kit and every copy of the former identity file"),
        *([devices] if _is_elsewhere(vault) else []),
        _("try the new page now: coach identity drill"),
    )
