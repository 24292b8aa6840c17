"""Unlocking for a while, and locking again."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

from coachvault import clock
from coachvault.actions.result import Done
from coachvault.crypto import agent, box, keychain, keys
from coachvault.errors import LockedError, RefusedError
from coachvault.language import _, ngettext


def unlock(path: Path, ask: Callable[[], str], seconds: int, *, is_remembered: bool) -> Done:
    """Hand the identity to an agent for so many idle seconds; nothing changes if it does not open."""
    if path.is_file() and not _is_protected(path):
        raise RefusedError(
            _("this identity has no passphrase, so there is nothing to unlock"),
            _("commands use it as it is; whoever can read its file can open the vault"),
        )
    identity = _remembered(path, ask) if is_remembered else keys.read_identity(path, ask)
    if identity.plugin:
        raise RefusedError(
            _("this identity is of an age plugin, which keeps the key itself: no agent can hold it"),
            _("commands ask the plugin each time; see whether it can remember a PIN"),
        )
    agent.start(path, identity.reveal(), seconds)
    until = clock.now() + timedelta(seconds=seconds)
    message = _("unlocked; locked again if not used before: %(time)s") % {"time": _time(until)}
    warnings = (_("the passphrase is in the system's keychain, one more copy"),) if is_remembered else ()
    return Done(message, {"until": until, "seconds": seconds, "remembered": is_remembered}, warnings)


def lock(path: Path, *, is_forgotten: bool) -> Done:
    """End every agent; on request, take the passphrase out of the keychain."""
    count = agent.forget()
    facts = {"agents": count, "forgotten": is_forgotten and keychain.delete(path)}
    if not count:
        return Done(_("nothing was unlocked"), facts)
    message = ngettext("locked: %(count)s agent is gone", "locked: %(count)s agents are gone", count)
    return Done(message % {"count": count}, facts)


def state(path: Path) -> str:
    """Return whether a command must ask for the passphrase of this identity, and from when on."""
    left = agent.seconds_left(path)
    if left is not None:
        return _("unlocked until %(time)s") % {"time": _time(clock.now() + timedelta(seconds=left))}
    return _("locked") if _is_protected(path) else _("without a passphrase: its file alone opens the vault")


def _time(moment: datetime) -> str:
    """Return a time of today, or of another day with that day."""
    return f"{moment:%H:%M:%S}" if moment.date() == clock.today() else f"{moment:%Y-%m-%d %H:%M:%S}"


def _is_protected(path: Path) -> bool:
    try:
        return box.is_age(path.read_bytes())
    except OSError:
        return True


def _remembered(path: Path, ask: Callable[[], str]) -> keys.Identity:
    """Return the identity that the keychain's passphrase opens, else ask for it and keep it there."""
    kept = keychain.get(path)
    if kept is not None:
        try:
            return keys.read_identity(path, lambda: kept)
        except LockedError:
            keychain.delete(path)
    said: list[str] = []

    def remember() -> str:
        said.append(ask())
        return said[0]

    identity = keys.read_identity(path, remember)
    keychain.keep(path, said[0])
    return identity
