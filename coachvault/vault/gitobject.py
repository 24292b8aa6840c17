"""Every object that a git repository holds, whether anything still points to it or not."""

from collections.abc import Iterator, Sequence
import hashlib
from pathlib import Path
from typing import NamedTuple

from coachvault.vault.history import History, answer

# As many names as fit into a pipe at once, so that neither side waits for the other.
_BATCH = 64
_PIECE = 2**20
_RAW = ("-r", "--root", "-m", "--raw", "-z", "--no-renames", "--no-commit-id")


class Object(NamedTuple):
    """An object of a repository; `size` is that of its content, in bytes."""

    name: str
    kind: str
    size: int


def objects(history: History) -> list[Object]:
    """Return every object: reachable, of the reflog or a stash, dangling, loose or packed."""
    form = "--batch-check=%(objectname) %(objecttype) %(objectsize)"
    lines = history.run("cat-file", "--batch-all-objects", "--unordered", form).stdout.decode().splitlines()
    return [Object(name, kind, int(size)) for name, kind, size in (line.split() for line in lines)]


def places(history: History, commits: Sequence[str]) -> dict[str, set[str]]:
    """Return the paths under which these commits hold each blob."""
    # A commit whose parent is gone is left out: its blobs count as blobs without a path.
    done = history.run("diff-tree", "--stdin", *_RAW, data="\n".join(commits).encode() + b"\n", check=False)
    fields = done.stdout.decode("utf-8", "replace").split("\0")
    found: dict[str, set[str]] = {}
    for facts, path in zip(fields[::2], fields[1::2], strict=False):
        for name in facts.split(" ")[2:4]:
            found.setdefault(name, set()).add(path)
    return found


def current(history: History, folder: str) -> frozenset[str]:
    """Return the names of the blobs that the files of a folder are now."""
    entries = history.run("ls-files", "--stage", "-z", "--", folder).stdout.decode("utf-8", "replace")
    return frozenset(entry.split(" ")[1] for entry in entries.split("\0") if entry)


def contents(history: History, names: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """Yield the content of each of these objects, one in memory at a time."""
    with history.start("cat-file", "--batch") as (questions, answers):
        for start in range(0, len(names), _BATCH):
            batch = names[start : start + _BATCH]
            questions.write("".join(f"{name}\n" for name in batch).encode())
            questions.flush()
            for name in batch:
                data = answer(answers)
                yield name, data
                del data  # before the next one comes


def name_of(file: Path, like: str) -> str:
    """Return the name that a file has as a blob, in the kind of repository that has names like this."""
    digest = hashlib.new("sha256" if len(like) == 64 else "sha1")  # noqa: PLR2004 hexadecimal digits
    digest.update(b"blob %d\0" % file.stat().st_size)
    with file.open("rb") as stream:
        while piece := stream.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
