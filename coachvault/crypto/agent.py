"""The agent as its clients see it: a process that holds the identity for a while and unwraps key files.

One question and its answer per line. A question is a letter and its parts: `u` unwrap these key
files, `s` how long still, `l` forget all. An answer is a letter and its parts: `+` done, `-` it does
not open, `!` a key file is damaged, `?` not a question. The identity itself never crosses the line.
"""

import contextlib
import struct
from typing import TYPE_CHECKING

from coachvault.crypto import channel
from coachvault.errors import DamagedError, LockedError, RefusedError
from coachvault.language import _

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from coachvault.crypto.keys import Unwrapper

MAX_FILES = 256
MAX_FILE = 2**16
MAX_SECONDS = 24 * 3600
UNWRAP, STATUS, LOCK = b"u", b"s", b"l"
DONE, CLOSED, DAMAGED, UNKNOWN = b"+", b"-", b"!", b"?"
_PATIENCE = 5.0
_LENGTH = struct.Struct(">I")


class GoneError(Exception):
    """No agent that can be trusted answers."""


def find(identity: "Path", otherwise: "Callable[[], Unwrapper]") -> "Unwrapper":
    """Return the agent of an identity if there seems to be one, else whatever `otherwise` returns."""
    try:
        is_there = channel.place_of(identity).is_socket()
    except (OSError, channel.UntrustedError):
        is_there = False
    return Client(identity, otherwise) if is_there else otherwise()


class Client:
    """Asks the agent of an identity; if none answers, unwraps by whatever `otherwise` returns."""

    def __init__(self, identity: "Path", otherwise: "Callable[[], Unwrapper]") -> None:
        self._identity = identity
        self._otherwise = otherwise
        self._other: Unwrapper | None = None

    def unwrap(self, wrapped: "Sequence[bytes]") -> list[str]:
        """Return the content of each key file; raises LockedError if one does not open."""
        try:
            if self._other is None:
                return [text for batch in _batches(wrapped) for text in self._unwrap(batch)]
        except GoneError:
            self._other = self._otherwise()
        return self._other.unwrap(wrapped)

    def _unwrap(self, wrapped: "Sequence[bytes]") -> list[str]:
        verdict, parts = ask(self._identity, UNWRAP, wrapped)
        if verdict == DONE and len(parts) == len(wrapped):
            return [part.decode() for part in parts]
        if verdict == CLOSED:
            raise LockedError(
                _("the identity that is unlocked does not open the vault"),
                _("name the right one: --identity FILE; if it was replaced, use this vault's recovery kit"),
            )
        if verdict == DAMAGED:
            raise DamagedError(
                _("a key file of the vault is damaged"),
                _("see which one with: coach doctor; then restore it from a copy"),
            )
        raise GoneError


def seconds_left(identity: "Path") -> int | None:
    """Return how many seconds the agent of an identity still has, or None if there is none."""
    try:
        verdict, parts = ask(identity, STATUS)
        return int(parts[0]) if verdict == DONE else None
    except (GoneError, ValueError, IndexError):
        return None


def forget() -> int:
    """End every agent of this person, whatever its identity; returns how many there were."""
    return sum(_end(place) for place in channel.places())


def ask(identity: "Path", question: bytes, parts: "Sequence[bytes]" = ()) -> tuple[bytes, list[bytes]]:
    """Return the verdict and the parts of the answer; raises GoneError if none can be had or trusted."""
    try:
        return _ask(channel.place_of(identity), question, parts)
    except (OSError, channel.UntrustedError):
        raise GoneError from None


def start(identity: "Path", secrets: str, seconds: int) -> None:
    """Hand the identity to a new agent, which takes the place of any other of the same file."""
    from coachvault.crypto import keeper  # noqa: PLC0415 the question to an agent must stay cheap

    try:
        place = channel.place_of(identity, make=True)
    except (channel.UntrustedError, OSError):
        raise RefusedError(
            _("the agent has no place that is private, with a short name"),
            _("XDG_RUNTIME_DIR, or the folder coachvault-UID in TMPDIR, must be yours alone (mode 700)"),
        ) from None
    _end(place)
    keeper.start(place, secrets, seconds)


def _end(place: "Path") -> bool:
    """End the agent that listens there; a socket that nobody answers is taken away."""
    try:
        return _ask(place, LOCK)[0] == DONE
    except GoneError:
        with contextlib.suppress(OSError):
            place.unlink()
        return False


def _ask(place: "Path", question: bytes, parts: "Sequence[bytes]" = ()) -> tuple[bytes, list[bytes]]:
    try:
        with channel.connect(place, _PATIENCE) as line:
            channel.send(line, pack(question, parts), _PATIENCE)
            return unpack(channel.receive(line, _PATIENCE))
    except (OSError, ValueError, channel.UntrustedError):
        raise GoneError from None


def pack(letter: bytes, parts: "Sequence[bytes]" = ()) -> bytes:
    """Return a message of a letter and parts."""
    return letter + b"".join(_LENGTH.pack(len(part)) + part for part in parts)


def unpack(message: bytes) -> tuple[bytes, list[bytes]]:
    """Return a message's letter and parts; raises ValueError if it is none, or too much of one."""
    parts: list[bytes] = []
    position = 1
    while position < len(message):
        start, position = position + _LENGTH.size, position + _LENGTH.size
        if start > len(message) or len(parts) == MAX_FILES:
            raise ValueError
        position += _LENGTH.unpack_from(message, start - _LENGTH.size)[0]
        if position > len(message) or position - start > MAX_FILE:
            raise ValueError
        parts.append(message[start:position])
    return message[:1], parts


def _batches(wrapped: "Sequence[bytes]") -> list[list[bytes]]:
    """Return the key files in batches that one question can carry; raises GoneError for a giant."""
    batches: list[list[bytes]] = []
    room = 0
    for data in wrapped:
        if len(data) > MAX_FILE:
            raise GoneError
        if room < len(data) + _LENGTH.size or len(batches[-1]) == MAX_FILES:
            batches.append([])
            room = channel.MAX_MESSAGE - 1
        batches[-1].append(data)
        room -= len(data) + _LENGTH.size
    return batches
