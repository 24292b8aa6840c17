"""An identity that was replaced on another device: its successor takes its place on this one.

The vault here is open to the old identity, what the remote has by now to the new one. A sync that has
both brings the two together, and keeps what was done here meanwhile; then the old file may go.
"""

from collections.abc import Callable
from pathlib import Path

from coachvault.actions import identity
from coachvault.actions.result import Done
from coachvault.crypto import identityfile, keys
from coachvault.crypto.identityfile import Opened
from coachvault.errors import CoachError, LockedError, NotFoundError, RefusedError
from coachvault.language import _
from coachvault.records.practice import Reader
from coachvault.vault.store import Vault


def open_old(root: Path, path: Path, ask: Callable[[], str]) -> Opened:
    """Return the identity that the vault here is still open to; raises LockedError where it is gone."""
    if not path.exists():
        raise _gone()
    opened = identityfile.open_file(path, ask)
    vault = Vault(root, opened.identity)
    vault.recover()
    if not vault.opens(vault.practice, "settings"):
        raise _gone()
    return opened


def open_new(path: Path, ask: Callable[[], str]) -> Opened:
    """Return the identity that was brought here."""
    if not path.is_file():
        raise NotFoundError(
            _("there is no file %(path)s") % {"path": path},
            _("bring a copy of the new identity file to this device, and name that copy"),
        )
    return identityfile.open_file(path, ask)


def adopt(root: Path, old: Opened, new: Opened) -> Done:
    """Synchronise with both identities, then let the new one take the place of the old.

    Raises RefusedError unless the vault names the new one instead of the old by then. A remote that
    cannot be reached leaves all as it was; one that refuses to be written leaves the rest for later.
    An identity that was replaced here, and that others went on with meanwhile, is heard once more.
    """
    identityfile.check_replaceable(old)
    identityfile.check_replaceable(new)
    both = keys.Succession(lambda: new.identity, lambda: old.identity)
    vault = Vault(root, both)
    with vault.locked():
        mine = identity.entry_of(vault.readers(), old.identity.recipient)
        _check(vault.readers(), mine, new)
        remark = identity.REMARK + vault.config.vault
        # Of the two passphrases the one that is known here stays; none is never put in the place of one.
        heir = new._replace(path=old.path, passphrase=old.passphrase or new.passphrase)
        identityfile.write_beside(heir, new.identity.reveal().strip(), remark)
        told, failure = identity.synchronise(vault)
        is_heir = _names_heir(vault, mine, new)
        if not (is_heir and identity.conclude(vault, old.path, new.identity, lambda: old.identity)):
            identityfile.discard(old.path)
            if failure or not both.has_helped:
                raise _refusal(failure, is_closed=both.has_failed)
            return _taken(old, told)
    return _done(old, new, told, failure)


def _check(readers: tuple[Reader, ...], mine: Reader, new: Opened) -> None:
    """Refuse a file that is known already, and is not the one that followed."""
    if new.identity.recipient == mine.recipient:
        raise RefusedError(
            _("this file is the identity that is in use here already"),
            _("bring the file that coach identity rotate has made on the other device"),
        )
    if any(entry.recipient == new.identity.recipient and entry.role != mine.role for entry in readers):
        raise RefusedError(
            _("this file is the key of another reader, or of the kit"),
            _("bring the file that coach identity rotate has made on the other device"),
        )


def _names_heir(vault: Vault, mine: Reader, new: Opened) -> bool:
    """Return whether the settings name the new identity as what the old one was, and the old no more."""
    roles = {entry.recipient: entry.role for entry in vault.readers()}
    return roles.get(new.identity.recipient) == mine.role and mine.recipient not in roles


def _refusal(failure: CoachError | None, *, is_closed: bool) -> CoachError:
    """Return what to say where the new identity did not follow the old one."""
    if isinstance(failure, RefusedError) and is_closed:
        return RefusedError(
            _("this identity does not open the keys of the remote"),
            _("bring the file that coach identity rotate has made on the other device; nothing was changed"),
        )
    return failure or RefusedError(
        _("the remote does not know that this identity has followed the one in use here"),
        _("run coach sync on the device where it was made, then here again; the identity is as it was"),
    )


def _taken(old: Opened, told: tuple[str, ...]) -> Done:
    message = _("what other devices had for that identity is taken over; the one in use here stays")
    return Done(message, {"path": old.path, "replaced": False, "synchronised": True}, lines=told)


def _done(old: Opened, new: Opened, told: tuple[str, ...], failure: CoachError | None) -> Done:
    brought = _("delete the copy that you have brought: %(path)s") % {"path": new.path}
    facts = {"path": old.path, "replaced": True, "synchronised": failure is None}
    lines = (_("the passphrase on this device is as it was"),) if old.passphrase else ()
    message = _("the new identity has taken the place of the old one")
    return Done(message, facts, (*identity.unsent(failure), brought), (*lines, *told))


def _gone() -> LockedError:
    return LockedError(
        _("the identity that this copy of the vault opens to is not here any more"),
        _("name it with --identity FILE if you have it; else clone anew: coach clone URL DIR"),
    )
