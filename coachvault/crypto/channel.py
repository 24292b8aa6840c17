"""A private line between two processes of one person: a Unix socket that nobody else may use.

Both ends look at who the other is before a byte counts. A Windows pipe would stand behind the same
names: `place_of`, `places`, `connect`, `Listener`, `send` and `receive`.
"""

# What lies below `socket`, which takes longer to name its constants than a question takes to be answered.
import _socket
from collections.abc import Iterator
import contextlib
import os
from pathlib import Path
import stat
import struct
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket

try:
    from _blake2 import blake2s
except ImportError:  # hashlib would load OpenSSL, which takes longer than the question that is asked
    from hashlib import blake2s

FOLDER = "coachvault"
SUFFIX = ".sock"
# Where a person's runtime folder is on systems that have one, whatever the environment says.
_RUNTIME, _SHARED = "/run/user", "/tmp"  # noqa: S108 checked below
MAX_MESSAGE = 2**20
# A socket's name has 104 bytes at least on every system, and one is made beside it.
_MAX_PLACE = 90
_LENGTH = struct.Struct(">I")
_CREDENTIALS = struct.Struct("3i")


class UntrustedError(Exception):
    """The folder, the socket or whoever is at its other end is not ours alone; says what, in English."""


def folder(*, make: bool = False) -> Path:
    """Return the runtime folder; raises UntrustedError if it is not a folder of ours alone."""
    if not hasattr(_socket, "SO_PEERCRED"):
        raise UntrustedError("no peer check here")
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    if runtime.startswith("/") and _is_private(runtime):
        found = Path(runtime) / FOLDER
    else:
        found = Path(os.environ.get("TMPDIR") or _SHARED) / f"{FOLDER}-{os.geteuid()}"
    if make:
        with contextlib.suppress(FileExistsError):
            found.mkdir(mode=0o700)
    if not _is_private(found):
        raise UntrustedError("runtime folder")
    return found


def place_of(identity: Path, *, make: bool = False) -> Path:
    """Return the socket of an identity's file; raises UntrustedError as `folder` does, or OSError.

    A file that took the place of another has a socket of its own: its agent never answers for the other.
    """
    found = identity.stat()
    marks = (os.path.realpath(identity), found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns)
    name = blake2s(repr(marks).encode("utf-8", "backslashreplace"), digest_size=10).hexdigest()
    place = folder(make=make) / (name + SUFFIX)
    if len(os.fsencode(place)) > _MAX_PLACE:
        raise UntrustedError("too long a name for a socket")
    return place


def places() -> list[Path]:
    """Return every socket in every folder of ours where one may be: who unlocked may have had another.

    A command of cron or of ssh has not always the environment of a terminal.
    """
    user = os.geteuid()
    runtimes = (os.environ.get("XDG_RUNTIME_DIR", ""), f"{_RUNTIME}/{user}")
    folders = [Path(place) / FOLDER for place in runtimes if place.startswith("/") and _is_private(place)]
    folders += [Path(place) / f"{FOLDER}-{user}" for place in (os.environ.get("TMPDIR") or _SHARED, _SHARED)]
    found: list[Path] = []
    for place in filter(_is_private, dict.fromkeys(folders)):
        with contextlib.suppress(OSError):
            found += (path for path in place.iterdir() if path.suffix == SUFFIX)
    return sorted(found) if hasattr(_socket, "SO_PEERCRED") else []


@contextlib.contextmanager
def connect(place: Path, seconds: float) -> Iterator[_socket.socket]:
    """Yield a line to who listens there; raises OSError, or UntrustedError unless that is ourselves."""
    found = place.lstat()
    if not stat.S_ISSOCK(found.st_mode) or found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise UntrustedError("socket")
    line = _socket.socket(_socket.AF_UNIX, _socket.SOCK_STREAM)
    try:
        line.settimeout(seconds)
        line.connect(str(place))
        check_peer(line)
        yield line
    finally:
        line.close()


def check_peer(line: _socket.socket) -> None:
    """Raise UntrustedError unless the other end runs under our own user."""
    if peer(line) != os.geteuid():
        raise UntrustedError("peer")


def peer(line: _socket.socket) -> int:
    """Return the user id of the other end, as the kernel tells it."""
    data = line.getsockopt(_socket.SOL_SOCKET, _socket.SO_PEERCRED, _CREDENTIALS.size)
    user: int = _CREDENTIALS.unpack(data)[1]
    return user


class Listener:
    """The end of the line that answers: a socket of mode 0600, taken over by one rename."""

    def __init__(self, place: Path) -> None:
        import socket  # noqa: PLC0415 who asks needs none of it

        self.place = place
        passing = place.with_name(f"{place.stem}.{os.getpid()}")
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        before = os.umask(0o177)
        try:
            self._socket.bind(str(passing))
        finally:
            os.umask(before)
        self._mark = _mark(passing)
        self._socket.listen(64)
        passing.replace(place)

    @property
    def is_in_place(self) -> bool:
        """Return whether the socket still stands where it was put, in a folder of ours alone."""
        return _mark(self.place) == self._mark and _is_private(self.place.parent)

    def accept(self, seconds: float) -> "socket.socket | None":
        """Return the next line to ourselves, or None if none came in time; others are hung up on."""
        self._socket.settimeout(max(seconds, 0.01))
        try:
            line, _address = self._socket.accept()
        except TimeoutError:
            return None
        try:
            check_peer(line)
        except (OSError, UntrustedError):
            line.close()
            return None
        return line

    def close(self) -> None:
        """Stop listening, and take the socket away if it is still ours."""
        if _mark(self.place) == self._mark:
            self.place.unlink(missing_ok=True)
        self._socket.close()


def send(line: _socket.socket, message: bytes, seconds: float) -> None:
    """Send one message; raises OSError."""
    line.settimeout(seconds)
    line.sendall(_LENGTH.pack(len(message)) + message)


def receive(line: _socket.socket, seconds: float) -> bytes:
    """Return one message, all of it within so many seconds; raises OSError, or ValueError if too long."""
    deadline = time.monotonic() + seconds
    length: int = _LENGTH.unpack(_read(line, _LENGTH.size, deadline))[0]
    if length > MAX_MESSAGE:
        raise ValueError
    return _read(line, length, deadline)


def _read(line: _socket.socket, length: int, deadline: float) -> bytes:
    data = bytearray()
    while len(data) < length:
        line.settimeout(max(deadline - time.monotonic(), 0.001))
        part = line.recv(length - len(data))
        if not part or time.monotonic() > deadline:
            raise ConnectionError
        data += part
    return bytes(data)


def _is_private(path: Path | str) -> bool:
    """Return whether this is a folder, no link, that belongs to us and that nobody else may enter."""
    try:
        found = os.lstat(path)
    except OSError:
        return False
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o077


def _mark(path: Path) -> tuple[int, int] | None:
    try:
        found = path.lstat()
    except OSError:
        return None
    return found.st_dev, found.st_ino
