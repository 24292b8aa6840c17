"""Every byte that the vault writes to disk goes through here, but for what git keeps in files of its own.

A file is written whole, flushed, read back and compared before it takes its place, and it takes
its place by one rename. Modes are 0600 and 0700.
"""

from collections.abc import Callable, Collection, Iterator
import contextlib
import errno
import functools
import os
from pathlib import Path
import re
import stat
import sys
from typing import BinaryIO

from coachvault.errors import CoachError, DamagedError, RefusedError, StorageError, reason
from coachvault.language import _

MAX_FILE = 64 * 2**20
# What `opened` says of a link, and of a folder, a pipe or a device.
NO_FILE = (errno.ELOOP, errno.EINVAL)
_DENIED = (errno.EROFS, errno.EACCES, errno.EPERM)
# So much is compared at a time with what was written.
_PIECE = 2**20
# Where a file cannot be without a name, by the system or by its disk.
_NAMELESS = getattr(os, "O_TMPFILE", 0)
_NO_NAMELESS = (errno.EOPNOTSUPP, errno.EISDIR, errno.EINVAL)
# From so many on, one flush of the whole disk costs less than one of each file.
MANY = 64
# Before that release, Linux kept the failure of a flush of the disk to itself.
_SYNCFS_SAYS_ERRORS = (5, 8)


@contextlib.contextmanager
def storage(*, is_decided: bool = False) -> Iterator[None]:
    """Turn a failing disk into an error that says what to do, without a name of a file.

    When a change is decided already, the error says that it will be finished, not that it was not made.
    """
    try:
        yield
    except OSError as error:
        found = storage_error(error)
        if is_decided:
            found.hint = _(
                "mend that, then run any command: it finishes what you asked for; do not repeat it"
            )
        raise found from None


def storage_error(error: OSError) -> CoachError:
    """Return the error for a failed operation on the disk."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return StorageError(_("the disk is full"), _("make room and try again; nothing was changed"))
    if error.errno in _DENIED:
        return StorageError(
            _("the vault cannot be written"), _("check the permissions of its folder; nothing was changed")
        )
    return StorageError(
        _("the disk failed: %(reason)s") % {"reason": reason(error)},
        _("check the disk, then run: coach doctor"),
    )


def read(path: Path, place: str = "") -> bytes:
    """Return the bytes of a regular file; refuses links and what is too large to be ours."""
    try:
        with opened(path) as file:
            if os.fstat(file.fileno()).st_size > MAX_FILE:
                raise _strange(place or path.name)
            return file.read()
    except OSError as error:
        if error.errno in NO_FILE:
            raise _strange(place or path.name) from None
        raise


@contextlib.contextmanager
def opened(path: Path) -> Iterator[BinaryIO]:
    """Open a regular file to read it; raises OSError with one of NO_FILE for anything else."""
    # A pipe that somebody put there must not block us.
    descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    try:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise OSError(errno.EINVAL, os.strerror(errno.EINVAL))
        with os.fdopen(descriptor, "rb", closefd=False) as file:
            yield file
    finally:
        os.close(descriptor)


def is_fit(path: Path) -> bool:
    """Return whether `read` takes this: a regular file that may be read, and not too large."""
    try:
        found = path.lstat()
    except OSError:
        return False
    return stat.S_ISREG(found.st_mode) and found.st_size <= MAX_FILE and os.access(path, os.R_OK)


def names(folder: Path) -> list[str]:
    """Return the names in a folder; none where there is no folder."""
    try:
        return os.listdir(folder)  # noqa: PTH208 thousands of names, of which only the names are wanted
    except (FileNotFoundError, NotADirectoryError):
        return []


def printable(name: str) -> str:
    """Return a file's name as it can be shown, whatever bytes somebody gave it."""
    return name.encode("utf-8", "backslashreplace").decode()


def _strange(place: str) -> DamagedError:
    return DamagedError(
        _("the file %(place)s is none that coach writes: a link, no regular file, or far too large")
        % {"place": place},
        _("restore it from a copy or from git, then run: coach doctor"),
    )


def write(path: Path, data: bytes, *, flush: bool = True) -> None:
    """Write a new file, flushed to the disk and read back; never over another.

    Who writes many says flush=False, and calls `flush_all` before relying on any of them.
    """
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w+b") as file:
        _append(file, data)
        if flush:
            os.fsync(file.fileno())


def _append(file: BinaryIO, data: bytes) -> None:
    """Write at the end of a file; raises StorageError if the disk has something else there afterwards."""
    start = file.tell()
    file.write(data)
    file.flush()
    for place in range(0, len(data), _PIECE):
        piece = data[place : place + _PIECE]
        if os.pread(file.fileno(), len(piece), start + place) != piece:
            raise StorageError(
                _("the disk did not keep what was written"), _("check the disk; nothing was changed")
            )


@contextlib.contextmanager
def new(path: Path) -> Iterator[Callable[[bytes], None]]:
    """Hand over what writes a new file, part by part; it takes its place once all went well.

    Raises RefusedError rather than overwrite another. Until then it has no name, where the system and
    the disk know such files: whoever is killed leaves nothing of it.
    """
    if os.path.lexists(path):
        raise taken()
    try:
        descriptor, passing = _begin(path)
    except OSError as error:
        if error.errno not in _DENIED:
            raise
        raise StorageError(
            _("nothing can be written there"),
            _("check the permissions of that folder, or name another place"),
        ) from None
    try:
        with os.fdopen(descriptor, "w+b") as file:
            yield functools.partial(_append, file)
            os.fsync(file.fileno())
            _name(descriptor, passing, path)
    except FileExistsError:
        raise taken() from None
    finally:
        if passing:
            passing.unlink(missing_ok=True)
    try:
        sync_folder(path.parent)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def taken() -> RefusedError:
    """Return the error for a new file whose place another one has."""
    return RefusedError(_("the file exists already"), _("give another name; nothing is overwritten"))


def _begin(path: Path) -> tuple[int, Path | None]:
    """Open a file for what will be at a path: without a name or, where that cannot be, with a passing one."""
    if _NAMELESS:
        try:
            return os.open(path.parent, os.O_RDWR | _NAMELESS | os.O_CLOEXEC, 0o600), None
        except OSError as error:
            if error.errno not in _NO_NAMELESS:
                raise
    passing = path.with_name(f".{path.name}.{os.getpid()}.new")
    return os.open(passing, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), passing


def _name(descriptor: int, passing: Path | None, path: Path) -> None:
    """Give a file its place; raises FileExistsError if another one has it."""
    if passing:
        # Its own name is taken first, and only then given to what was written: none but ours is replaced.
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        try:
            passing.replace(path)
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        return
    folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.link(f"/proc/self/fd/{descriptor}", path.absolute(), dst_dir_fd=folder)
    finally:
        os.close(folder)


def replace(path: Path, data: bytes) -> None:
    """Write a file in one step: a reader sees the old one or the new one, never a part."""
    passing = passing_of(path)
    passing.unlink(missing_ok=True)
    try:
        write(passing, data)
        passing.replace(path)
    finally:
        passing.unlink(missing_ok=True)
    sync_folder(path.parent)


def passing_of(path: Path) -> Path:
    """Return where `replace` writes a file before it takes its place."""
    return path.with_name(f".{path.name}.new")


def make_folder(path: Path) -> None:
    """Make a folder and those above it, readable by its owner alone."""
    if path.is_dir():
        return
    missing = [place for place in (path, *path.parents) if not place.exists()]
    for place in reversed(missing):
        place.mkdir(mode=0o700, exist_ok=True)
        sync_folder(place.parent)


def flush_all(paths: Collection[Path]) -> None:
    """Flush these files or folders, all of one disk, to it: many in one step where the system has one."""
    if len(paths) <= MANY or not _flush_disk(next(iter(paths))):
        for path in paths:
            _flush(path)


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _flush_disk(path: Path) -> bool:
    """Flush the whole disk that a file is on, if the system can and says so when that fails."""
    if sys.platform != "linux" or _release() < _SYNCFS_SAYS_ERRORS:
        return False
    import ctypes  # noqa: PLC0415 no small change needs it

    function = getattr(ctypes.CDLL(None, use_errno=True), "syncfs", None)
    if function is None:
        return False
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if function(descriptor):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    finally:
        os.close(descriptor)
    return True


def _release() -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", os.uname().release)[:2])


def sync_folder(path: Path) -> None:
    """Flush a folder's list of names to the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def remove(path: Path, root: Path) -> None:
    """Delete a file if it is there, and the folders that this leaves empty, up to the root's own."""
    path.unlink(missing_ok=True)
    parent = path.parent
    while root in parent.parents and parent.parent != root:
        try:
            parent.rmdir()
        except FileNotFoundError:
            pass  # a first try was interrupted after this step
        except OSError as error:
            if error.errno not in (errno.ENOTEMPTY, errno.EEXIST):
                raise
            break
        parent = parent.parent
    if parent.is_dir():
        sync_folder(parent)
