"""Finds a client's words where none may stand: outside `*.age` files and the outbox."""

from collections.abc import Iterable, Iterator
from pathlib import Path
import subprocess


def leaks(places: Iterable[Path], words: Iterable[str]) -> list[str]:
    """Return a line for each word found in a file name, a plain file or an object of git."""
    wanted = [word.encode().lower() for word in words]
    found = []
    for place in places:
        for name, data in _everything(place):
            lowered = data.lower()
            found += [f"{name}: {word.decode()}" for word in wanted if word in lowered]
    return sorted(set(found))


def _everything(place: Path) -> Iterator[tuple[str, bytes]]:
    """Return what stands in the clear below a folder, each with where it was found."""
    for path in place.rglob("*"):
        inner = path.relative_to(place)
        yield f"name of {inner}", str(inner).encode()
        if path.name == ".git" and path.is_dir():
            yield f"objects of {inner}", _objects(path)
        is_apart = path.suffix == ".age" or "outbox" in inner.parts
        if path.is_file() and not path.is_symlink() and not is_apart:
            yield str(inner), path.read_bytes()


def _objects(git: Path) -> bytes:
    """Return every object of a repository, reachable or not, decompressed."""
    words = ("git", f"--git-dir={git}", "cat-file", "--batch-all-objects", "--batch")
    return subprocess.run(words, capture_output=True, check=True).stdout
