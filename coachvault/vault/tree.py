"""What the commits of a repository hold, read without touching a file."""

from collections.abc import Iterable, Mapping, Sequence
import hashlib
from typing import NamedTuple

from coachvault.vault import gitobject
from coachvault.vault.history import History

FILE = "100644"
_NOTHING = "0" * 6


class Entry(NamedTuple):
    """A file of a commit: its mode as git writes it, and the name of its content."""

    mode: str
    name: str


class Pair(NamedTuple):
    """A file in an older and in a newer commit; None where there is none."""

    old: Entry | None
    new: Entry | None


def empty(history: History) -> str:
    """Return the name of the tree that holds nothing, which git knows without having it."""
    form = history.text("rev-parse", "--show-object-format")
    return hashlib.new(form, b"tree 0\0").hexdigest()


def differences(history: History, old: str, new: str) -> dict[str, Pair]:
    """Return the files in which two commits differ; an empty name is a commit without any."""
    names = [name or empty(history) for name in (old, new)]
    words = ("diff-tree", "-r", "-z", "--raw", "--no-renames", "--no-abbrev", "--full-index", *names)
    fields = history.run(*words).stdout.split(b"\0")
    return {
        path.decode("utf-8", "surrogateescape"): _pair(facts.decode())
        for facts, path in zip(fields[::2], fields[1::2], strict=False)
    }


def files(history: History, commit: str, under: str) -> dict[str, Entry]:
    """Return the files that a commit holds below a folder."""
    lines = history.run("ls-tree", "-r", "-z", "--full-tree", commit, "--", f"{under}/").stdout.split(b"\0")
    found = (line.decode("utf-8", "surrogateescape").split("\t", 1) for line in lines if line)
    return {path: Entry(facts.split(" ")[0], facts.split(" ")[2]) for facts, path in found}


def sizes(history: History, names: Iterable[str]) -> dict[str, int]:
    """Return the size of each content, without reading it; what is no content of a file has -1."""
    data = "".join(f"{name}\n" for name in names).encode()
    form = "--batch-check=%(objectname) %(objecttype) %(objectsize)"
    lines = history.run("cat-file", form, data=data).stdout.decode().splitlines()
    return {
        words[0]: int(words[2]) if words[1] == "blob" else -1 for words in (line.split() for line in lines)
    }


def content(history: History, name: str) -> bytes:
    """Return one content."""
    return next(iter(gitobject.contents(history, [name])))[1]


def contents(history: History, names: Sequence[str]) -> Mapping[str, bytes]:
    """Return each of these contents by its name; they must be small."""
    return dict(gitobject.contents(history, list(dict.fromkeys(names))))


def listed(history: History) -> list[str]:
    """Return the files that the index of a repository names."""
    names = history.run("ls-files", "-z").stdout.decode("utf-8", "surrogateescape").split("\0")
    return [name for name in names if name]


def _pair(facts: str) -> Pair:
    old_mode, new_mode, old, new = facts.removeprefix(":").split(" ")[:4]
    return Pair(
        None if old_mode == _NOTHING else Entry(old_mode, old),
        None if new_mode == _NOTHING else Entry(new_mode, new),
    )
