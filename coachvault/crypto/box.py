"""Encrypt and decrypt bytes: the only module that imports pyrage.

Only its calls on bytes are used: those on files and streams lose write errors and truncate. Keys
are text here, as age writes them: `age1…` is a recipient, `AGE-SECRET-KEY-1…` an identity.
"""

import base64
from collections.abc import Sequence
import unicodedata

import pyrage
from pyrage import passphrase as _passphrase
from pyrage import x25519

MAX_WORK_FACTOR = 20
_INTRO = b"age-encryption.org/v1\n"
_ARMOR = b"-----BEGIN AGE ENCRYPTED FILE-----"


class WrongKeyError(Exception):
    """None of the keys opens it."""


class BrokenError(Exception):
    """It is no age file, or was truncated or altered."""


class TooCostlyError(Exception):
    """Its passphrase would take more memory than MAX_WORK_FACTOR allows."""


def generate() -> str:
    """Return a new X25519 identity."""
    return str(x25519.Identity.generate())


def recipient_of(identity: str) -> str:
    """Return the recipient of an identity; raises ValueError if it is none."""
    try:
        return str(x25519.Identity.from_str(identity).to_public())
    except pyrage.IdentityError:
        raise ValueError from None


def encrypt(plaintext: bytes, recipients: Sequence[str]) -> bytes:
    """Return an age file that each recipient opens."""
    return pyrage.encrypt(plaintext, [x25519.Recipient.from_str(text) for text in recipients])


def decrypt(ciphertext: bytes, identities: Sequence[str]) -> bytes:
    """Return the plaintext; raises WrongKeyError or BrokenError, and never a part of it."""
    try:
        return pyrage.decrypt(ciphertext, [x25519.Identity.from_str(text) for text in identities])
    except pyrage.DecryptError as error:
        if "No matching keys" in str(error):
            raise WrongKeyError from None
        raise BrokenError from None


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
