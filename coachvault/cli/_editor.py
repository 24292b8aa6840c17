"""The person's editor on a file that lies in memory and is wiped, never on a disk."""

import os
from pathlib import Path
import shlex
import subprocess
import tempfile

from coachvault.errors import ProgramError, RefusedError
from coachvault.language import _

# Options that keep an editor from leaving copies of the text elsewhere.
_QUIET = {
    "vim": ("-n", "-i", "NONE"), "vi": ("-n", "-i", "NONE"), "nvim": ("-n", "-i", "NONE"),
    "emacs": ("--eval", "(setq make-backup-files nil auto-save-default nil)"),
}  # fmt: skip
_IN_MEMORY = ("tmpfs", "ramfs")


def edit(before: str, what: str) -> str:
    """Return the text as the person left it; raises RefusedError where no folder lies in memory."""
    folder = memory_folder()
    if folder is None:
        raise RefusedError(
            _("no folder of this machine lies in memory, and the editor would write the text to the disk"),
            _("give it with --text, --file or - instead"),
        )
    with tempfile.TemporaryDirectory(prefix="coach-", dir=folder) as place:
        path = Path(place) / f"{what}.md"
        path.write_text(before, "utf-8")
        _run(path)
        after = path.read_text("utf-8", "replace")
        path.write_bytes(b"\0" * path.stat().st_size)
    return after


def memory_folder() -> Path | None:
    """Return a folder of this user that lies in memory, or None."""
    candidates = [os.environ.get("XDG_RUNTIME_DIR"), "/dev/shm"]  # noqa: S108 checked to be in memory
    for name in candidates:
        if name and os.access(name, os.W_OK) and _filesystem(Path(name)) in _IN_MEMORY:
            return Path(name)
    return None


def _filesystem(path: Path) -> str | None:
    """Return the type of the filesystem that a path lies on, by the longest mount point above it."""
    try:
        lines = Path("/proc/self/mounts").read_text("utf-8", "replace").splitlines()
    except OSError:
        return None
    mounts = {Path(fields[1]): fields[2] for fields in (line.split(" ") for line in lines)}
    above = [mount for mount in mounts if path.resolve().is_relative_to(mount)]
    return mounts[max(above, key=lambda mount: len(mount.parts))] if above else None


def _run(path: Path) -> None:
    words = shlex.split(os.environ.get("VISUAL") or os.environ.get("EDITOR") or "vi")
    quiet = _QUIET.get(Path(words[0]).name, ())
    try:
        subprocess.run([*words, *quiet, str(path)], check=True)  # noqa: S603 the person's own editor
    except (OSError, subprocess.CalledProcessError):
        raise ProgramError(
            _("the editor failed"), _("set EDITOR to one that works, or give the text with --text or --file")
        ) from None
