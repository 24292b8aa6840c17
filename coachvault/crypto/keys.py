"""Two levels of keys: the coach's identity opens the key files, a drawer's key its records.

A drawer's key file holds one age identity and a line that says which drawer it is for, so that a
key file put in another's place is noticed. See "Keys" in the description of the format.
"""

from collections.abc import Callable, Sequence
import os
from pathlib import Path
from typing import Protocol

from coachvault.crypto import box
from coachvault.errors import DamagedError, LockedError, NotFoundError, RefusedError, StorageError
from coachvault.language import _

_SECRET = "AGE-SECRET-KEY-1"  # noqa: S105 the prefix that every identity has
_BINDING = "# coachvault drawer "


class Unwrapper(Protocol):
    """Whoever can open key files: the identity itself, or a process that holds it."""

    def unwrap(self, wrapped: Sequence[bytes]) -> list[str]:
        """Return the content of each key file; raises LockedError if one does not open."""
        ...


class Identity:
    """The coach's identity, in memory for the time of one command."""

    def __init__(self, secrets: Sequence[str]) -> None:
        self._secrets = tuple(secrets)

    @property
    def recipient(self) -> str:
        """Return the recipient that new keys are wrapped to."""
        return box.recipient_of(self._secrets[0])

    def unwrap(self, wrapped: Sequence[bytes]) -> list[str]:
        """Return the content of each key file; raises LockedError if one does not open."""
        try:
            return [box.decrypt(data, self._secrets).decode() for data in wrapped]
        except box.WrongKeyError:
            raise LockedError(
                _("this identity does not open the vault"),
                _("name the right one with --identity FILE or COACHVAULT_IDENTITY"),
            ) from None
        except (box.BrokenError, UnicodeDecodeError):
            raise DamagedError(
                _("a key file of the vault is damaged"),
                _("see which one with: coach doctor; then restore it from a copy"),
            ) from None


def read_identity(path: Path, ask: Callable[[], str]) -> Identity:
    """Return the identity of a file, asking for its passphrase only if it has one."""
    try:
        data = path.read_bytes()
    except OSError:
        raise NotFoundError(
            _("there is no identity at %(path)s") % {"path": path},
            _("name one with --identity FILE, or make a vault and an identity with: coach init DIR"),
        ) from None
    return parse_identity(_open(data, ask) if box.is_age(data) else data)


def parse_identity(data: bytes) -> Identity:
    """Return the identity of a plain age identity file."""
    lines = [line.strip() for line in data.decode("utf-8", "replace").splitlines()]
    secrets = [line for line in lines if line and not line.startswith("#")]
    try:
        for secret in secrets:
            box.recipient_of(secret)
    except ValueError:
        secrets = []
    if not secrets:
        raise LockedError(
            _("the identity file holds no age identity that this program can use"),
            _("it needs a line AGE-SECRET-KEY-1…, as age-keygen writes it"),
        )
    return Identity(secrets)


def write_identity(path: Path, passphrase: str) -> Identity:
    """Make an identity, protect it by the passphrase, and write it where no file is yet."""
    secret = box.generate()
    data = box.encrypt_with_passphrase(f"{secret}\n".encode(), passphrase)
    if (box.work_factor(data) or 0) > box.MAX_WORK_FACTOR:
        raise _too_costly()
    try:
        _write_new(path, data)
    except FileExistsError:
        raise RefusedError(
            _("there is an identity already at %(path)s") % {"path": path},
            _("use it with --identity FILE; an identity is never overwritten"),
        ) from None
    except OSError as error:
        reason = os.strerror(error.errno) if error.errno else _("unknown")
        raise StorageError(
            _("the identity cannot be written: %(reason)s") % {"reason": reason},
            _("make room or check the permissions, then try again; nothing was changed"),
        ) from None
    if box.decrypt_with_passphrase(path.read_bytes(), passphrase) != f"{secret}\n".encode():
        raise DamagedError(_("the identity file could not be read back"), _("check the disk and try again"))
    return Identity([secret])


def _write_new(path: Path, data: bytes) -> None:
    """Write a file whole where none is, or leave none."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        path.unlink()
        raise


def wrap(secret: str, folder: str, drawer: str, recipients: Sequence[str]) -> bytes:
    """Return the key file of a drawer for these recipients."""
    return box.encrypt(f"{_BINDING}{folder}/{drawer}\n{secret}\n".encode(), recipients)


def secret_of(content: str, folder: str, drawer: str) -> str:
    """Return the drawer's key that a key file holds; raises DamagedError for another drawer's."""
    binding, _newline, rest = content.partition("\n")
    if binding != f"{_BINDING}{folder}/{drawer}" or not rest.startswith(_SECRET):
        raise DamagedError(
            _("the key file of %(place)s belongs to another drawer") % {"place": f"{folder}/{drawer}"},
            _("see what else was exchanged with: coach doctor; then restore it from a copy"),
        )
    return rest.strip()


def _open(data: bytes, ask: Callable[[], str]) -> bytes:
    if box.work_factor(data) is None:
        raise LockedError(
            _("the identity file is encrypted, but not by a passphrase"),
            _("decrypt it with age first, and name the result with --identity FILE"),
        )
    try:
        return box.decrypt_with_passphrase(data, ask())
    except box.WrongKeyError:
        raise LockedError(
            _("the passphrase does not open the identity"), _("try again; nothing was changed")
        ) from None
    except box.TooCostlyError:
        raise _too_costly() from None
    except box.BrokenError:
        raise DamagedError(
            _("the identity file is damaged"), _("restore it from a copy, or use the recovery kit")
        ) from None


def _too_costly() -> LockedError:
    return LockedError(
        _("the identity file asks for more memory than is safe (scrypt above 2^%(factor)s)")
        % {"factor": box.MAX_WORK_FACTOR},
        _("check where it comes from; age -p makes one of a safe size"),
    )
