"""The passphrase in the system's keychain, for who asks for it: the only module that imports keyring.

It is an extra, and one more copy of the passphrase: programs of the same person may read it there.
"""

from pathlib import Path
from typing import Any

from coachvault.errors import ProgramError
from coachvault.language import _

SERVICE = "coachvault"
# What keyring calls recommended; below it are files in the clear and keychains that keep nothing.
_LEAST_PRIORITY = 1


def get(identity: Path) -> str | None:
    """Return the passphrase of an identity's file, or None if the keychain has none."""
    found: str | None = _call("get_password", SERVICE, _name(identity))
    return found


def keep(identity: Path, passphrase: str) -> None:
    """Put the passphrase of an identity's file into the keychain."""
    _call("set_password", SERVICE, _name(identity), passphrase)


def delete(identity: Path) -> bool:
    """Take the passphrase of an identity's file out of the keychain; returns whether it was there."""
    if get(identity) is None:
        return False
    _call("delete_password", SERVICE, _name(identity))
    return True


def _name(identity: Path) -> str:
    return str(identity.resolve())


def _call(verb: str, *words: str) -> Any:  # noqa: ANN401 what keyring returns
    """Call keyring, with a keychain that deserves the name."""
    try:
        import keyring  # noqa: PLC0415 an extra, and slow
        from keyring.errors import KeyringError  # noqa: PLC0415 the same
    except ImportError:
        raise ProgramError(
            _("the system's keychain needs the package keyring"),
            _("install coachvault[keychain], or leave the option out"),
        ) from None
    if keyring.get_keyring().priority < _LEAST_PRIORITY:
        raise ProgramError(
            _("this system has no keychain that is safe to use"), _("leave the option out; nothing was kept")
        )
    try:
        return getattr(keyring, verb)(*words)
    except (KeyringError, OSError):
        raise ProgramError(
            _("the system's keychain refused"), _("unlock it and try again, or leave the option out")
        ) from None
