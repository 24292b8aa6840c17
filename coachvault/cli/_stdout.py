"""What stdout does not take: a full disk behind it is said, and that its reader has left is not."""

from collections.abc import Iterator
import contextlib
import os
import sys

from coachvault.errors import StorageError, reason
from coachvault.language import _


@contextlib.contextmanager
def writing() -> Iterator[None]:
    """Raise StorageError where what is written meanwhile finds no room; BrokenPipeError stays itself."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        _drop()
        raise StorageError(
            _("the output cannot be written: %(reason)s") % {"reason": reason(error)},
            _("send it elsewhere; what the command has changed is changed"),
        ) from None


def finish() -> None:
    """Hand over what was printed; raises StorageError where there is no room for it."""
    try:
        with writing():
            sys.stdout.flush()
    except BrokenPipeError:
        _drop()


def _drop() -> None:
    """Send what is still to be written nowhere: Python tries it again as it ends, and complains."""
    with contextlib.suppress(OSError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
