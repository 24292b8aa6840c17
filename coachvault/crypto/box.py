"""Encrypt and decrypt bytes: the only module that imports pyrage.

Only its calls on bytes are used: those on files and streams lose write errors and truncate. Keys
are text here, as age writes them: `age1…` and `ssh-…` are recipients; `AGE-SECRET-KEY-1…`, the
private file of an ssh key and `AGE-PLUGIN-…` are identities. For those of a plugin age starts the
program `age-plugin-NAME`, which holds the key or knows where it is.
"""

import base64
from collections.abc import Sequence
from typing import Any, Protocol
import unicodedata

import pyrage
from pyrage import passphrase as _passphrase
from pyrage import x25519

MAX_WORK_FACTOR = 20
_INTRO = b"age-encryption.org/v1\n"
_ARMOR = b"-----BEGIN AGE ENCRYPTED FILE-----"
_SSH, _SSH_SECRET = "ssh-", "-----BEGIN OPENSSH PRIVATE KEY-----"
_PLUGIN, _PLUGIN_SECRET = "age-plugin-", "AGE-PLUGIN-"
# What is wrong with the file itself once its header was read; all else is said by or of a plugin.
_BROKEN = ("decryption error", "failed to fill whole buffer", "Header MAC is invalid")


class WrongKeyError(Exception):
    """None of the keys opens it."""


class BrokenError(Exception):
    """It is no age file, or was truncated or altered."""


class TooCostlyError(Exception):
    """Its passphrase would take more memory than MAX_WORK_FACTOR allows."""


class PluginError(Exception):
    """The program that a key names is not installed, failed, or refused; says which program."""


class Person(Protocol):
    """Whoever can answer a plugin that opens something: it may ask for a PIN, or for a touch of its key."""

    def display_message(self, message: str) -> None:
        """Show what the plugin says."""

    def confirm(self, message: str, yes: str, no: str | None) -> bool | None:
        """Return what the person agrees to, or None if nobody can be asked."""

    def request_public_string(self, description: str) -> str | None:
        """Return what the person types, or None."""

    def request_passphrase(self, description: str) -> str | None:
        """Return what the person types unseen, or None."""


def generate() -> str:
    """Return a new X25519 identity."""
    return str(x25519.Identity.generate())


def recipient_of(identity: str) -> str:
    """Return the recipient of an identity; raises ValueError if it is none, or one that does not tell."""
    try:
        if identity.startswith(_SSH_SECRET):
            _identity(identity)
            return _ssh_recipient_of(identity)
        return str(x25519.Identity.from_str(identity).to_public())
    except pyrage.IdentityError:
        raise ValueError from None


def is_locked_ssh(identity: str) -> bool:
    """Return whether this is the private file of an ssh key that has a passphrase."""
    try:
        _identity(identity)
    except pyrage.IdentityError as error:
        return "must be decrypted" in str(error)
    return False


def plugin_of(identity: str) -> str | None:
    """Return the name of the program that opens what an identity of a plugin opens; None for any other."""
    if not identity.upper().startswith(_PLUGIN_SECRET):
        return None
    from pyrage import plugin  # noqa: PLC0415 few people have one

    try:
        return _PLUGIN + str(plugin.Identity.from_str(identity).plugin())
    except pyrage.IdentityError:
        return None


def is_recipient(text: str) -> bool:
    """Return whether the text is a recipient that age knows: its own, of ssh, or of a plugin."""
    try:
        _recipient(text)
    except pyrage.RecipientError:
        return False
    return True


def encrypt(plaintext: bytes, recipients: Sequence[str]) -> bytes:
    """Return an age file that each recipient opens; raises PluginError if a plugin's program fails."""
    found = [_recipient(text) for text in recipients]
    try:
        return pyrage.encrypt(plaintext, [_ready(recipient) for recipient in found])
    except pyrage.EncryptError:
        names = {_PLUGIN + recipient.plugin() for recipient in found if hasattr(recipient, "plugin")}
        raise PluginError(", ".join(sorted(names))) from None


def decrypt(ciphertext: bytes, identities: Sequence[str]) -> bytes:
    """Return the plaintext; raises WrongKeyError or BrokenError, and never a part of it.

    Raises PluginError where it could be opened by a plugin alone, whose program fails.
    """
    plugins = {text: name for text in identities if (name := plugin_of(text))}
    try:
        return pyrage.decrypt(ciphertext, [_identity(text) for text in identities if text not in plugins])
    except pyrage.DecryptError as error:
        if "No matching keys" not in str(error):
            raise BrokenError from None
    if not plugins:
        raise WrongKeyError
    try:
        return pyrage.decrypt(ciphertext, [_asking(text) for text in plugins])
    except pyrage.DecryptError as error:
        if "No matching keys" in str(error):
            raise WrongKeyError from None
        if str(error) in _BROKEN:
            raise BrokenError from None
        raise PluginError(", ".join(sorted(set(plugins.values())))) from None


class Ring:
    """Many keys to try on many files: each key is read from its text once."""

    def __init__(self, identities: Sequence[str]) -> None:
        self._keys = [x25519.Identity.from_str(text) for text in identities]

    def open(self, ciphertext: bytes) -> tuple[int, bytes] | None:
        """Return which key opens a file, and its plaintext; None if none does.

        A file that opens and is broken is one whose plaintext is empty.
        """
        low, high = 0, len(self._keys)
        plaintext = _try(ciphertext, self._keys)
        while plaintext is not None and high - low > 1:
            middle = (low + high) // 2
            low, high = (
                (low, middle) if _try(ciphertext, self._keys[low:middle]) is not None else (middle, high)
            )
        return None if plaintext is None else (low, plaintext)


def _try(ciphertext: bytes, identities: Sequence[x25519.Identity]) -> bytes | None:
    try:
        return pyrage.decrypt(ciphertext, identities) if identities else None
    except pyrage.DecryptError as error:
        return None if "No matching keys" in str(error) else b""


def encrypt_with_passphrase(plaintext: bytes, passphrase: str) -> bytes:
    """Return an age file that the passphrase opens."""
    return _passphrase.encrypt(plaintext, unicodedata.normalize("NFC", passphrase))


def decrypt_with_passphrase(ciphertext: bytes, passphrase: str) -> bytes:
    """Return the plaintext; raises WrongKeyError, BrokenError or TooCostlyError.

    The work factor is read before any work is done: 2**factor KiB of memory would be taken.
    """
    factor = work_factor(ciphertext)
    if factor is None:
        raise BrokenError
    if factor > MAX_WORK_FACTOR:
        raise TooCostlyError
    try:
        return _passphrase.decrypt(ciphertext, unicodedata.normalize("NFC", passphrase))
    except pyrage.DecryptError as error:
        if "Decryption failed" in str(error):
            raise WrongKeyError from None
        raise BrokenError from None


def is_age(data: bytes) -> bool:
    """Return whether the bytes begin as an age file does, armored or not."""
    return data.startswith((_INTRO, _ARMOR))


def work_factor(data: bytes) -> int | None:
    """Return the scrypt work factor of a passphrase file, or None if it is not one."""
    if data.startswith(_ARMOR):
        lines = [line for line in data[:1024].splitlines()[1:5] if not line.startswith(b"-")]
        try:
            data = base64.b64decode(b"".join(lines))
        except ValueError:
            return None
    stanza = data.removeprefix(_INTRO).split(b"\n", 1)[0].split(b" ")
    if stanza[:2] != [b"->", b"scrypt"] or len(stanza) != 4 or not stanza[3].isdigit():  # noqa: PLR2004
        return None
    # Four digits say enough: Python refuses to read a number of thousands of them.
    return int(stanza[3].lstrip(b"0")[:4] or b"0")


def _recipient(text: str) -> Any:  # noqa: ANN401 each kind has a class of its own, and no common one
    if text.startswith(_SSH):
        from pyrage import ssh  # noqa: PLC0415 few vaults have such a reader

        return ssh.Recipient.from_str(text)
    try:
        return x25519.Recipient.from_str(text)
    except pyrage.RecipientError:
        from pyrage import plugin  # noqa: PLC0415 the same

        return plugin.Recipient.from_str(text)


def _ready(recipient: Any) -> Any:  # noqa: ANN401 the same
    """Return what can be encrypted to: for a plugin, its program."""
    if not hasattr(recipient, "plugin"):
        return recipient
    from pyrage import plugin  # noqa: PLC0415 the same

    return plugin.RecipientPluginV1(recipient.plugin(), [recipient], [], _Silent())


def _asking(identity: str) -> Any:  # noqa: ANN401 the same
    """Return an identity of a plugin, whose program may ask the person."""
    from pyrage import plugin  # noqa: PLC0415 the same

    found = plugin.Identity.from_str(identity)
    return plugin.IdentityPluginV1(found.plugin(), [found], person)


def _identity(text: str) -> Any:  # noqa: ANN401 the same
    if text.startswith(_SSH_SECRET):
        from pyrage import ssh  # noqa: PLC0415 the same

        return ssh.Identity.from_buffer(text.encode())
    return x25519.Identity.from_str(text)


def _ssh_recipient_of(identity: str) -> str:
    """Return the public half of an ssh key, which stands in the clear in its private file."""
    lines = identity.strip().splitlines()[1:-1]
    data = base64.b64decode("".join(lines)).removeprefix(b"openssh-key-v1\0")
    for _field in ("cipher", "kdf", "options of the kdf"):
        _skipped, data = _field_of(data)
    # How many keys there are: always one.
    public, _rest = _field_of(data[4:])
    kind, _key = _field_of(public)
    return f"{kind.decode()} {base64.b64encode(public).decode()}"


def _field_of(data: bytes) -> tuple[bytes, bytes]:
    end = 4 + int.from_bytes(data[:4], "big")
    return data[4:end], data[end:]


class _Silent:
    """Nobody: nothing is answered and nothing shown. So it always is while a plugin encrypts."""

    def display_message(self, message: str) -> None:
        """Show nothing: it may come from whoever gave us the recipient."""

    def confirm(self, message: str, yes: str, no: str | None) -> bool | None:
        """Agree to nothing."""

    def request_public_string(self, description: str) -> str | None:
        """Tell nothing."""

    def request_passphrase(self, description: str) -> str | None:
        """Tell nothing."""


# Who answers the plugin of an identity; at a terminal, the person who sits there.
person: Person = _Silent()
