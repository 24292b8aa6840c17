"""Two levels of keys: the coach's identity opens the key files, a drawer's key its records.

A drawer's key file holds one age identity, a line that says which drawer it is for, so that a key
file put in another's place is noticed, and a line with a digest of the readers it was wrapped to:
age files do not tell. See "Keys" in the description of the format.
"""

from collections.abc import Callable, Iterable, Sequence
import functools
import os
from pathlib import Path
from typing import Protocol

from coachvault.crypto import box
from coachvault.errors import (
    DamagedError,
    LockedError,
    NotFoundError,
    ProgramError,
    RefusedError,
    StorageError,
    reason,
)
from coachvault.language import _

_SECRET = "AGE-SECRET-KEY-1"  # noqa: S105 the prefix that every identity has
_BINDING = "# coachvault drawer "
_READERS = "# readers "
_PEM = "-----BEGIN "


class Unwrapper(Protocol):
    """Whoever can open key files: the identity itself, or a process that holds it."""

    def unwrap(self, wrapped: Sequence[bytes]) -> list[str]:
        """Return the content of each key file; raises LockedError if one does not open."""
        ...


class Identity:
    """The coach's identity, in memory for the time of one command."""

    def __init__(self, secrets: Sequence[str], recipients: Sequence[str] = ()) -> None:
        self._secrets = tuple(secrets)
        # What comments in its file name as recipients: one of a plugin does not tell it otherwise.
        self._recipients = tuple(recipients)

    @property
    def recipient(self) -> str:
        """Return the recipient that new keys are wrapped to; raises RefusedError if nothing tells it."""
        name = self.plugin
        if name is None:
            return box.recipient_of(self._secrets[0])
        prefix = name.replace("age-plugin-", "age1") + "1"
        for recipient in self._recipients:
            if recipient.startswith(prefix) and box.is_recipient(recipient):
                return recipient
        raise RefusedError(
            _("the identity is of the plugin %(name)s, and its file does not say its recipient")
            % {"name": name},
            _("add it to the file as a comment: # recipient: age1…"),
        )

    @property
    def plugin(self) -> str | None:
        """Return the name of the program that uses the identity, where that is an age plugin."""
        return box.plugin_of(self._secrets[0])

    def reveal(self) -> str:
        """Return the identity as text, for the file or the process that is to keep it."""
        return "".join(f"{secret}\n" for secret in self._secrets)

    def unwrap(self, wrapped: Sequence[bytes]) -> list[str]:
        """Return the content of each key file; raises LockedError if one does not open."""
        try:
            return [box.decrypt(data, self._secrets).decode() for data in wrapped]
        except box.WrongKeyError:
            raise LockedError(
                _("this identity does not open the vault"),
                _("name the right one: --identity FILE; if it was replaced, use this vault's recovery kit"),
            ) from None
        except box.PluginError as error:
            raise ProgramError(
                _("the age plugin of this identity is missing or failed: %(names)s") % {"names": error},
                _("install it where coach runs, and have its key at hand; nothing was changed"),
            ) from None
        except (box.BrokenError, UnicodeDecodeError):
            raise DamagedError(
                _("a key file of the vault is damaged"),
                _("see which one with: coach doctor; then restore it from a copy"),
            ) from None


class Succession:
    """An identity and the one whose place it takes, while there are key files of either.

    Each is asked for when it is first needed.
    """

    def __init__(self, new: Callable[[], Unwrapper], old: Callable[[], Unwrapper]) -> None:
        self._new, self._old = functools.cache(new), functools.cache(old)
        self._last = self._new
        # Whether the new one has opened anything, and whether there was anything that neither opens.
        self.has_helped = self.has_failed = False

    def unwrap(self, wrapped: Sequence[bytes]) -> list[str]:
        """Return the content of each key file; raises LockedError if one opens with neither."""
        return [self._one(data) for data in wrapped]

    def _one(self, data: bytes) -> str:
        # Key files that were wrapped together come together: who opened the last one is asked first.
        last, other = self._last, self._old if self._last is self._new else self._new
        try:
            found = last().unwrap([data])[0]
        except LockedError:
            try:
                found = other().unwrap([data])[0]
            except LockedError:
                self.has_failed = True
                raise
            self._last = other
        self.has_helped |= self._last is self._new
        return found


def read_identity(path: Path, ask: Callable[[], str]) -> Identity:
    """Return the identity of a file, asking for its passphrase only if it has one."""
    return parse_identity(read_file(path, ask)[1])


def read_file(path: Path, ask: Callable[[], str]) -> tuple[bytes, bytes]:
    """Return the bytes of an identity file and what they hold, asking for a passphrase if it has one."""
    try:
        data = path.read_bytes()
    except OSError:
        raise NotFoundError(
            _("there is no identity at %(path)s") % {"path": path},
            _("name one with --identity FILE, or make a vault and an identity with: coach init DIR"),
        ) from None
    return data, _open(data, ask) if box.is_age(data) else data


def parse_identity(data: bytes) -> Identity:
    """Return the identity of a plain age identity file, or of the private file of an ssh key."""
    text = data.decode("utf-8", "replace").strip()
    if text.startswith(_PEM):
        return _parse_ssh(text)
    lines = [line.strip() for line in text.splitlines()]
    secrets = [line for line in lines if line and not line.startswith("#")]
    if not secrets or not all(map(_is_identity, secrets)):
        raise LockedError(
            _("the identity file holds no age identity that this program can use"),
            _("it needs a line AGE-SECRET-KEY-1…, as age-keygen writes it, or AGE-PLUGIN-…"),
        )
    words = [word for line in lines if line.startswith("#") for word in line.split()]
    return Identity(secrets, [word for word in words if word.startswith("age1")])


def _is_identity(text: str) -> bool:
    try:
        return bool(box.plugin_of(text) or box.recipient_of(text))
    except ValueError:
        return False


def _parse_ssh(text: str) -> Identity:
    if box.is_locked_ssh(text):
        raise LockedError(
            _("the ssh key has a passphrase, which this program cannot ask for"),
            _("use an age identity with a passphrase instead, or an ssh key without one"),
        )
    try:
        box.recipient_of(text)
    except ValueError:
        raise LockedError(
            _("the private key is none that this program can use"),
            _(
                "it needs a line AGE-SECRET-KEY-1…, or an ssh key of type ed25519 or rsa; "
                "an old file is converted with: ssh-keygen -p -f FILE"
            ),
        ) from None
    return Identity([text])


def write_identity(path: Path, passphrase: str) -> Identity:
    """Make an identity, protect it by the passphrase, and write it where no file is yet."""
    secret = box.generate()
    data = box.encrypt_with_passphrase(f"{secret}\n".encode(), passphrase)
    if (box.work_factor(data) or 0) > box.MAX_WORK_FACTOR:
        raise _too_costly()
    try:
        write_new(path, data)
    except FileExistsError:
        raise RefusedError(
            _("there is an identity already at %(path)s") % {"path": path},
            _("use it with --identity FILE; an identity is never overwritten"),
        ) from None
    except OSError as error:
        raise StorageError(
            _("the identity cannot be written: %(reason)s") % {"reason": reason(error)},
            _("make room or check the permissions, then try again; nothing was changed"),
        ) from None
    if box.decrypt_with_passphrase(path.read_bytes(), passphrase) != f"{secret}\n".encode():
        raise DamagedError(_("the identity file could not be read back"), _("check the disk and try again"))
    return Identity([secret])


def write_new(path: Path, data: bytes) -> None:
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
    """Return the key file of a drawer for these recipients; raises ProgramError if a plugin fails."""
    content = f"{_BINDING}{folder}/{drawer}\n{_READERS}{digest(recipients)}\n{secret}\n"
    try:
        return box.encrypt(content.encode(), recipients)
    except box.PluginError as error:
        raise ProgramError(
            _("the age plugin of a reader is missing or failed: %(names)s") % {"names": error},
            _("install it where coach runs; who reads the vault: coach reader list"),
        ) from None


def digest(recipients: Iterable[str]) -> str:
    """Return what a key file says of the readers it was wrapped to, whatever their order."""
    import hashlib  # noqa: PLC0415 a key that is read needs none

    return hashlib.sha256("\n".join(sorted(set(recipients))).encode()).hexdigest()


def readers_of(content: str) -> str:
    """Return the digest of the readers that a key file was wrapped to, or nothing if it does not say."""
    lines = content.split("\n")
    return next((line.removeprefix(_READERS) for line in lines if line.startswith(_READERS)), "")


def is_key(content: str) -> bool:
    """Return whether this is what a key file holds, of whichever drawer."""
    return content.startswith(_BINDING)


def secret_of(content: str, folder: str, drawer: str) -> str:
    """Return the drawer's key that a key file holds; raises DamagedError for another drawer's."""
    binding, _newline, rest = content.partition("\n")
    lines = [line for line in rest.splitlines() if line and not line.startswith("#")]
    if binding != f"{_BINDING}{folder}/{drawer}" or len(lines) != 1 or not lines[0].startswith(_SECRET):
        raise DamagedError(
            _("the key file of %(place)s belongs to another drawer") % {"place": f"{folder}/{drawer}"},
            _("see what else was exchanged with: coach doctor; then restore it from a copy"),
        )
    return lines[0]


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
