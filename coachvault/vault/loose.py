"""Git's plain files, where they are plain: a process of git takes as long as opening a hundred records.

Reading returns None where a repository keeps things another way; whoever asks then asks git.
"""

from collections.abc import Mapping
import contextlib
from pathlib import Path
import re
import time
import zlib

from coachvault.vault import files

_REF = re.compile(r"ref: (refs/heads/[A-Za-z0-9_-]+)\n\Z")
_NAME = re.compile(r"([0-9a-f]{40}|[0-9a-f]{64})\n?\Z")
_COMMIT = re.compile(rb"tree ([0-9a-f]+)\n")
# No call of git takes this long that holds one of these, unless somebody is at an editor in it.
_DEAD_SECONDS = 10
_LOCKS = ("index.lock", "HEAD.lock", "config.lock", "refs/heads/main.lock")


def last(git: Path) -> tuple[str, str] | None:
    """Return the names of the branch's last commit and of its tree."""
    try:
        ref = _REF.match((git / "HEAD").read_bytes().decode("ascii"))
        name = _NAME.match((git / ref[1]).read_bytes().decode("ascii")) if ref else None
    except (OSError, ValueError):
        return None
    found = _COMMIT.match(read(git, "commit", name[1]) or b"") if name else None
    return (name[1], found[1].decode()) if name and found else None


def read(git: Path, kind: str, name: str) -> bytes | None:
    """Return what an object of this kind holds."""
    try:
        head, _end, data = zlib.decompress(_place(git, name).read_bytes()).partition(b"\0")
    except (OSError, zlib.error):
        return None
    return data if head == b"%s %d" % (kind.encode(), len(data)) else None


def write(git: Path, objects: Mapping[str, bytes]) -> None:
    """Write these objects, framed as git keeps them, as far as they are not there, flushed to the disk."""
    places = {_place(git, name): data for name, data in objects.items()}
    passing = {}
    for place, data in places.items():
        if not place.exists():
            files.make_folder(place.parent)
            passing[place] = files.passing_of(place)
            passing[place].unlink(missing_ok=True)
            # Ciphertext and the names in a tree hardly become shorter; git does what it can when it packs.
            files.write(passing[place], zlib.compress(data, 0), flush=False)
    files.flush_all(passing.values())
    for place, file in passing.items():
        file.replace(place)
    # The branch must not outlive, in a power cut, what it points to.
    files.flush_all({place.parent for place in passing})


def unlock(git: Path, since: float) -> None:
    """Delete the locks of a git that died: made from a moment on at which a command of ours was at work."""
    for path in (git / name for name in _LOCKS):
        with files.storage(is_decided=True), contextlib.suppress(FileNotFoundError):
            if since <= path.stat().st_mtime < time.time() - _DEAD_SECONDS:
                path.unlink()


def sweep(git: Path) -> None:
    """Delete what a git that died left half made among the objects: it may be as large as the largest."""
    for path in (git / "objects").rglob("tmp_*"):
        with files.storage(is_decided=True), contextlib.suppress(FileNotFoundError):
            if path.is_file() and path.stat().st_mtime < time.time() - _DEAD_SECONDS:
                path.unlink()


def _place(git: Path, name: str) -> Path:
    return git / "objects" / name[:2] / name[2:]
