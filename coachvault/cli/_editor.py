"""The person's editor on a file that lies in memory and is wiped, never on a disk."""

from collections.abc import Iterator
import contextlib
import os
from pathlib import Path
import re
import shlex
import shutil
import signal
import subprocess
import tempfile
from types import FrameType

from coachvault.errors import ProgramError, RefusedError
from coachvault.language import _

# Options that keep an editor from leaving copies of the text elsewhere.
_QUIET = {
    "vim": ("-n", "-i", "NONE"), "vi": ("-n", "-i", "NONE"), "nvim": ("-n", "-i", "NONE"),
    "emacs": ("--eval", "(setq make-backup-files nil auto-save-default nil)"),
}  # fmt: skip
_IN_MEMORY = ("tmpfs", "ramfs")
# What a terminal that is closed, and a system that shuts down, end a program by.
_ENDINGS = tuple(getattr(signal, name) for name in ("SIGHUP", "SIGTERM") if hasattr(signal, name))


class _EndedError(BaseException):
    """A signal came that ends the program; nothing but the wiping may catch it."""


def edit(before: str, what: str) -> str:
    """Return the text as the person left it; raises RefusedError where no folder lies in memory.

    The file is wiped however it ends, but by SIGKILL: what that leaves is wiped by the next one.
    """
    for stale in left_behind():
        _wipe(stale)
    folder = memory_folder()
    if folder is None:
        raise RefusedError(
            _("no folder of this machine lies in memory, and the editor would write the text to the disk"),
            _("give it with --text, --file or - instead"),
        )
    with _wiped(folder) as place:
        path = place / f"{what}.md"
        path.write_text(before, "utf-8")
        return _run(path)


def left_behind() -> list[Path]:
    """Return the folders of an editor whose `coach` was killed before it could wipe them."""
    return [
        path
        for folder in _memory_folders()
        for path in sorted(folder.glob("coach-*-*"))
        if (made := re.match(r"coach-(\d+)-", path.name)) and _is_ours(path) and not _lives(int(made[1]))
    ]


def memory_folder() -> Path | None:
    """Return a folder of this user that lies in memory, or None."""
    return next(_memory_folders(), None)


def _memory_folders() -> Iterator[Path]:
    candidates = [os.environ.get("XDG_RUNTIME_DIR"), "/dev/shm"]  # noqa: S108 checked to be in memory
    for name in candidates:
        if name and os.access(name, os.W_OK) and _filesystem(Path(name)) in _IN_MEMORY:
            yield Path(name)


def _is_ours(path: Path) -> bool:
    return path.is_dir() and not path.is_symlink() and path.stat().st_uid == os.getuid()


def _lives(process: int) -> bool:
    """Return whether a process of this user has that number."""
    try:
        os.kill(process, 0)
    except (OSError, OverflowError):
        return False
    return True


@contextlib.contextmanager
def _wiped(folder: Path) -> Iterator[Path]:
    """Yield a new folder, wiped at the end; a signal that ends the program does so after that."""
    handlers = {number: signal.signal(number, _end) for number in _ENDINGS if not _is_ignored(number)}
    place = Path(tempfile.mkdtemp(prefix=f"coach-{os.getpid()}-", dir=folder))
    try:
        yield place
    except _EndedError as ended:
        _wipe(place)
        number: int = ended.args[0]
        signal.signal(number, signal.SIG_DFL)
        os.kill(os.getpid(), number)
    finally:
        _wipe(place)
        for number, handler in handlers.items():
            signal.signal(number, handler)


def _is_ignored(number: int) -> bool:
    return signal.getsignal(number) == signal.SIG_IGN


def _end(number: int, _frame: FrameType | None) -> None:
    for other in _ENDINGS:
        signal.signal(other, signal.SIG_IGN)
    raise _EndedError(number)


def _wipe(place: Path) -> None:
    """Overwrite what is in a folder, copies that the editor made too, and delete it."""
    for path in place.rglob("*"):
        if path.is_file() and not path.is_symlink():
            path.write_bytes(b"\0" * path.stat().st_size)
    shutil.rmtree(place, ignore_errors=True)


def _filesystem(path: Path) -> str | None:
    """Return the type of the filesystem that a path lies on, by the longest mount point above it."""
    try:
        lines = Path("/proc/self/mounts").read_text("utf-8", "replace").splitlines()
    except OSError:
        return None
    mounts = {Path(fields[1]): fields[2] for fields in (line.split(" ") for line in lines)}
    above = [mount for mount in mounts if path.resolve().is_relative_to(mount)]
    return mounts[max(above, key=lambda mount: len(mount.parts))] if above else None


def _run(path: Path) -> str:
    """Return what the person's editor made of a file; raises ProgramError if it failed or left none."""
    try:
        words = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
        quiet = _QUIET.get(Path(words[0]).name, ())
        subprocess.run([*words, *quiet, str(path)], check=True)  # noqa: S603 the person's own editor
        return path.read_text("utf-8", "replace")
    # A quote that nothing closes is a ValueError, and nothing but blanks an IndexError.
    except (OSError, ValueError, IndexError, subprocess.CalledProcessError):
        raise ProgramError(
            _("the editor failed"), _("set EDITOR to one that works, or give the text with --text or --file")
        ) from None
