"""Git's plain files, where they are plain: a process of git takes as long as opening a hundred records.

Reading returns None, and moving a branch False, where a repository keeps things another way; whoever
asks then asks git.
"""

from collections.abc import Mapping, Sequence
import contextlib
import os
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
# As git guesses how many objects lie alone: by one folder of 256, and 6,700 of them are too many.
_SAMPLE, CROWD = "objects/17", 6700 // 256
# What a branch is to point to, on its way there: by it, a lock that we left is told from one of git's.
_PASSING = "coachvault-branch"


def last(git: Path) -> tuple[str, str] | None:
    """Return the names of the branch's last commit and of its tree."""
    branch = _branch(git)
    name = _points_to(git / branch) if branch else ""
    found = _COMMIT.match(read(git, "commit", name) or b"") if name else None
    return (name, found[1].decode()) if found else None


def move(git: Path, old: str, new: str, line: str, objects: Mapping[str, bytes]) -> bool:
    """Write the objects of a commit, move the branch to it under git's own lock, and add a line to its log.

    False, and the branch is not moved, where another holds the lock or the branch points elsewhere.
    """
    branch = _branch(git)
    if not branch or not old:
        return False
    place, passing = git / branch, git / _PASSING
    lock = place.with_name(f"{place.name}.lock")
    _free(git, lock)  # one that we left; that of another stays
    files.write(passing, f"{new}\n".encode(), flush=False)
    write(git, objects, [passing])
    try:
        os.link(passing, lock)
    except OSError:  # it is there already, or the disk knows no links
        passing.unlink()
        return False
    try:
        if is_there := _points_to(place) == old:
            for log in (git / "logs" / "HEAD", git / "logs" / branch):
                _append(log, f"{old} {new} {line}\n".encode())
            lock.replace(place)
            files.sync_folder(place.parent)
    finally:
        _free(git, lock)
    return is_there


def _branch(git: Path) -> str | None:
    """Return the branch that HEAD names; None where it names none, or another way."""
    try:
        found = _REF.match((git / "HEAD").read_bytes().decode("ascii"))
    except (OSError, ValueError):
        return None
    return found[1] if found else None


def _points_to(place: Path) -> str:
    try:
        found = _NAME.match(place.read_bytes().decode("ascii"))
    except (OSError, ValueError):
        return ""
    return found[1] if found else ""


def _append(log: Path, line: bytes) -> None:
    """Add a line to a log of git's; one that is not there is not wanted."""
    try:
        descriptor = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC)
    except FileNotFoundError:
        return
    with os.fdopen(descriptor, "wb") as file:
        file.write(line)


def _free(git: Path, *locks: Path) -> None:
    """Take these locks away as far as they are ours, then what tells that they are."""
    passing = git / _PASSING
    if passing.exists():
        for lock in locks:
            if lock.exists() and lock.samefile(passing):
                lock.unlink()
        passing.unlink()


def read(git: Path, kind: str, name: str) -> bytes | None:
    """Return what an object of this kind holds."""
    try:
        head, _end, data = zlib.decompress(_place(git, name).read_bytes()).partition(b"\0")
    except (OSError, zlib.error):
        return None
    return data if head == b"%s %d" % (kind.encode(), len(data)) else None


def write(git: Path, objects: Mapping[str, bytes], others: Sequence[Path] = ()) -> None:
    """Write these objects, framed as git keeps them, as far as they are not there, flushed to the disk.

    Other files are flushed with them: the fewer times the disk is waited for, the better.
    """
    places = {_place(git, name): data for name, data in objects.items()}
    passing = {place: files.passing_of(place) for place in places if not place.exists()}
    # A young vault lacks most of the 256 folders: each is flushed with the others, not as it is made.
    folders = {place.parent for place in passing}
    is_new = [not folder.exists() for folder in folders]
    for folder in folders:
        folder.mkdir(mode=0o700, exist_ok=True)
    for place, file in passing.items():
        file.unlink(missing_ok=True)
        # Ciphertext and the names in a tree hardly become shorter; git does what it can when it packs.
        files.write(file, zlib.compress(places[place], 0), flush=False)
    files.flush_all([*passing.values(), *others])
    for place, file in passing.items():
        file.replace(place)
    # The branch must not outlive, in a power cut, what it points to.
    files.flush_all(folders | ({git / "objects"} if any(is_new) else set()))


def is_crowded(git: Path) -> bool:
    """Return whether so many objects lie alone that git would pack them."""
    return len(files.names(git / _SAMPLE)) > CROWD


def unlock(git: Path, since: float) -> None:
    """Delete the locks of a git that died: made from a moment on at which a command of ours was at work.

    One that we took ourselves, under the lock of the vault, goes whenever it was made.
    """
    with files.storage(is_decided=True):
        _free(git, git / f"{_branch(git)}.lock")
    for path in (git / name for name in _LOCKS):
        with files.storage(is_decided=True), contextlib.suppress(FileNotFoundError, NotADirectoryError):
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
