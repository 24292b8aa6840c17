"""Documents for others, in the clear, in the one folder where that is meant to be."""

from datetime import date
import hashlib
from pathlib import Path
from typing import NamedTuple

from coachvault.vault import files, layout


class Sent(NamedTuple):
    """A file of the outbox; `size` is in bytes."""

    name: str
    size: int
    modified: date


def names(root: Path) -> tuple[Sent, ...]:
    """Return the files of the outbox, sorted by name."""
    found = [path for path in (root / layout.OUTBOX).glob("*") if path.is_file() and not path.is_symlink()]
    stats = ((path.name, path.stat()) for path in sorted(found))
    return tuple(Sent(name, stat.st_size, date.fromtimestamp(stat.st_mtime)) for name, stat in stats)  # noqa: DTZ012 a local date


def put(root: Path, name: str, data: bytes) -> Path:
    """Write a document, replacing one of the same name; returns its path."""
    path = root / layout.OUTBOX / name
    with files.storage():
        files.make_folder(path.parent)
        files.replace(path, data)
    return path


def clear(root: Path) -> int:
    """Delete every file of the outbox; returns how many."""
    found = names(root)
    for sent in found:
        (root / layout.OUTBOX / sent.name).unlink(missing_ok=True)
    return len(found)


def copies(root: Path, prefixes: tuple[str, ...], digests: frozenset[str]) -> list[str]:
    """Return the files whose name begins so or whose SHA-256 is one of these, from the vault's root."""
    paths = [root / layout.OUTBOX / sent.name for sent in names(root)]
    return [
        path.relative_to(root).as_posix()
        for path in paths
        if path.name.startswith(prefixes) or (digests and _digest(path) in digests)
    ]


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
