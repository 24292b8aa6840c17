"""Documents for others, in the clear, in the one folder where that is meant to be."""

from datetime import date
import hashlib
from pathlib import Path
from typing import NamedTuple

from coachvault.errors import RefusedError
from coachvault.language import _
from coachvault.vault import files, layout


class Sent(NamedTuple):
    """A file of the outbox; `size` is in bytes."""

    name: str
    size: int
    modified: date


def names(root: Path) -> tuple[Sent, ...]:
    """Return the files of the outbox, sorted by name."""
    with files.storage():
        found = [
            path for path in (root / layout.OUTBOX).glob("*") if path.is_file() and not path.is_symlink()
        ]
        stats = [(path.name, path.stat()) for path in sorted(found)]
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
    with files.storage():
        for sent in found:
            (root / layout.OUTBOX / sent.name).unlink(missing_ok=True)
    return len(found)


def copies(root: Path, prefixes: tuple[str, ...], digests: frozenset[str]) -> list[str]:
    """Return the files whose name begins so or whose SHA-256 is one of these, from the vault's root.

    Raises RefusedError for one that no plan can name.
    """
    sent = [each.name for each in names(root)]
    found = [
        name
        for name in sent
        if name.startswith(prefixes) or (digests and _digest(root / layout.OUTBOX / name) in digests)
    ]
    for name in found:
        if files.printable(name) != name:
            raise RefusedError(
                _("a copy in the outbox is to go too, and its name is not UTF-8: %(name)s")
                % {"name": files.printable(name)},
                _("give it another name, or delete all with: coach outbox clear; nothing was changed"),
            )
    return [f"{layout.OUTBOX}/{name}" for name in found]


def _digest(path: Path) -> str:
    with files.storage(), path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
