"""A file from outside that is to be kept: which one may be, and that it stays as it is while it is read."""

from collections.abc import Iterator
import contextlib
import errno
import os
from pathlib import Path
from typing import BinaryIO

from coachvault.errors import CoachError, NotFoundError, RefusedError, reason
from coachvault.language import _
from coachvault.vault import files
from coachvault.vault.part import Told


class Source:
    """What is read once, from its beginning to its end: a file, or what a pipe brings."""

    def __init__(self, stream: BinaryIO, *, is_file: bool = False, told: Told | None = None) -> None:
        self._stream, self._told = stream, told
        self.is_file = is_file
        self._before = os.fstat(stream.fileno()) if is_file else None
        self._done, self._is_over = 0, False

    def read(self, count: int) -> bytes:
        """Return so many bytes, fewer only at the end, and none after it.

        Raises NotFoundError if they cannot be read, and RefusedError if there are none at all, or as soon as
        the file is not what it was at the beginning, or is there no more.
        """
        try:
            # A terminal would have to be told its end once more.
            data = b"" if self._is_over else self._stream.read(count)
        except OSError as error:
            raise unreadable(error) from None
        self._is_over = len(data) < count
        self._done += len(data)
        if self._before and self._is_gone():
            raise RefusedError(
                _("the file vanished while it was read"),
                _("name it where it is now, then try again; nothing was kept"),
            )
        if self._before and self._has_changed(self._before, is_end=not data):
            raise RefusedError(
                _("the file changed while it was read"),
                _("wait until whoever writes it is done, then try again; nothing was kept"),
            )
        if not self._done:
            raise RefusedError(_("the file is empty"), _("check that it is the right one; nothing was kept"))
        if data and self._told:
            self._told(self._done, self._before.st_size if self._before else None)
        return data

    def _is_gone(self) -> bool:
        """Tell whether the file was deleted, or another one put in its place."""
        return os.fstat(self._stream.fileno()).st_nlink == 0

    def _has_changed(self, before: os.stat_result, *, is_end: bool) -> bool:
        # What grows as fast as it is read has no end.
        now = os.fstat(self._stream.fileno())
        is_other = (before.st_size, before.st_mtime_ns) != (now.st_size, now.st_mtime_ns)
        return is_other or (is_end and self._done != now.st_size)


@contextlib.contextmanager
def opened(path: Path, told: Told | None = None) -> Iterator[Source]:
    """Open a file that is to be kept; raises RefusedError for a link, a folder, a pipe or a device."""
    with contextlib.ExitStack() as stack:
        try:
            stream = stack.enter_context(files.opened(path))
        except OSError as error:
            raise _refused(error) from None
        yield Source(stream, is_file=True, told=told)


def unreadable(error: OSError) -> NotFoundError:
    """Return the error for a file that somebody named and that cannot be read."""
    return NotFoundError(
        _("the file cannot be read: %(reason)s") % {"reason": reason(error)},
        _("check its name and permissions"),
    )


def _refused(error: OSError) -> CoachError:
    if error.errno == errno.ELOOP:
        return RefusedError(_("the file is a link"), _("name the file that it points to"))
    if error.errno in files.NO_FILE:
        return RefusedError(
            _("a folder, a pipe or a device is not kept"),
            _("name a file, such as an archive of the folder; - reads standard input"),
        )
    return unreadable(error)
