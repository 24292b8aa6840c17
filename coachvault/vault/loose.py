"""Git's plain files, where they are plain: a process of git takes as long as opening a hundred records.

Each function returns None where a repository keeps things another way; whoever asks then asks git.
"""

import contextlib
from pathlib import Path
import re
import time
import zlib

from coachvault.vault import files

_REF = re.compile(r"ref: (refs/heads/[A-Za-z0-9_-]+)\n\Z")
_NAME = re.compile(r"([0-9a-f]{40}|[0-9a-f]{64})\n?\Z")
_COMMIT = re.compile(rb"commit [0-9]+\0tree ([0-9a-f]+)\n")
_SHA256_DIGITS = 64


# No call of git takes this long that holds one of these, unless somebody is at an editor in it.
_DEAD_SECONDS = 10
_LOCKS = ("index.lock", "HEAD.lock", "config.lock", "refs/heads/main.lock")


def last(git: Path) -> tuple[str, str] | None:
    """Return the names of the branch's last commit and of its tree."""
    try:
        ref = _REF.match((git / "HEAD").read_text("ascii"))
        name = _NAME.match((git / ref[1]).read_text("ascii")) if ref else None
        data = zlib.decompress(_place(git, name[1]).read_bytes()) if name else b""
    except (OSError, ValueError, zlib.error):
        return None
    found = _COMMIT.match(data)
    return (name[1], found[1].decode()) if name and found else None


def write_commit(git: Path, text: bytes, tree: str) -> str | None:
    """Write a commit among git's objects and return its name, which is of the kind that its tree has."""
    import hashlib  # noqa: PLC0415 whoever only reads needs none

    if not (git / "objects").is_dir():
        return None
    data = b"commit %d\0" % len(text) + text
    name = hashlib.new("sha256" if len(tree) == _SHA256_DIGITS else "sha1", data).hexdigest()
    place = _place(git, name)
    with files.storage(is_decided=True):
        files.make_folder(place.parent)
        files.replace(place, zlib.compress(data))
    return name


def unlock(git: Path, since: float) -> None:
    """Delete the locks of a git that died: made from a moment on at which a command of ours was at work."""
    for path in (git / name for name in _LOCKS):
        with files.storage(is_decided=True), contextlib.suppress(FileNotFoundError):
            if since <= path.stat().st_mtime < time.time() - _DEAD_SECONDS:
                path.unlink()


def _place(git: Path, name: str) -> Path:
    return git / "objects" / name[:2] / name[2:]
