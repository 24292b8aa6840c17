"""One lock per vault for whoever writes; it vanishes with its process."""

from collections.abc import Iterator
import contextlib
from pathlib import Path

from filelock import FileLock, Timeout

from coachvault.errors import BusyError
from coachvault.language import _
from coachvault.vault import files, layout

WAIT_SECONDS = 30.0


@contextlib.contextmanager
def locked(root: Path, *, wait: bool = True) -> Iterator[bool]:
    """Hold the lock: yields True; where one does not wait and another has it, False."""
    with files.storage():
        files.make_folder(root / layout.STATE)
    lock = FileLock(root / layout.STATE / "lock", timeout=WAIT_SECONDS if wait else 0, mode=0o600)
    try:
        lock.acquire()
    except Timeout:
        if not wait:
            yield False
            return
        raise BusyError(
            _("another coach command has been writing to the vault for %(count)s seconds")
            % {"count": int(WAIT_SECONDS)},
            _("let it finish, or end it, then try again"),
        ) from None
    except OSError as error:
        raise files.storage_error(error) from None
    try:
        yield True
    finally:
        lock.release()
