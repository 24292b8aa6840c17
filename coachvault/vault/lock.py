"""One lock per vault for whoever writes; it vanishes with its process."""

from collections.abc import Iterator
import contextlib
import fcntl
import os
from pathlib import Path
import time

from coachvault.errors import BusyError
from coachvault.language import _
from coachvault.vault import files, layout

WAIT_SECONDS = 30.0
_GLANCE_SECONDS = 0.02


@contextlib.contextmanager
def locked(root: Path, *, wait: bool = True) -> Iterator[bool]:
    """Hold the lock: yields True; where one does not wait and another has it, False."""
    with files.storage():
        files.make_folder(root / layout.STATE)
        # The system's own lock: a package for it would take longer to load than all else that a note does.
        flags = os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_CLOEXEC
        descriptor = os.open(root / layout.STATE / "lock", flags, 0o600)
    try:
        is_ours = _take(descriptor, WAIT_SECONDS if wait else 0.0)
        if not is_ours and wait:
            raise BusyError(
                _("another coach command has been writing to the vault for %(count)s seconds")
                % {"count": int(WAIT_SECONDS)},
                _("let it finish, or end it, then try again"),
            )
        yield is_ours
    finally:
        os.close(descriptor)


def _take(descriptor: int, seconds: float) -> bool:
    """Return whether the lock could be had within so many seconds."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(_GLANCE_SECONDS)
        except OSError as error:
            raise files.storage_error(error) from None
        else:
            return True
