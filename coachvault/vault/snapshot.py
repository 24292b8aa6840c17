"""The tree of the next commit: that of the last one, with a few files changed.

git makes a tree of all that its index names, and looks for each part of it. A note must not take
longer because the practice is large, so this goes through the folders that change and no others.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
import hashlib
from pathlib import Path
import stat

from coachvault.vault import files

_FOLDER, _FILE, _PROGRAM = b"40000 ", b"100644 ", b"100755 "
# Returns what the tree of this name holds, as git keeps it.
Reader = Callable[[str], bytes]


class Snapshot:
    """A tree that is being made, and the objects that git needs for it: framed as it keeps them, by name."""

    def __init__(self, kind: str, read: Reader) -> None:
        """Make names of this kind, `sha1` or `sha256`; `read` knows the trees that are there already."""
        self._kind, self._read = kind, read
        self._width = hashlib.new(kind).digest_size
        self.objects: dict[str, bytes] = {}

    def make(self, base: str, root: Path, paths: Sequence[str]) -> str:
        """Return the name of a tree: these paths as they are on the disk, and all else as the base has it."""
        changes = {path.encode("utf-8", "surrogateescape"): self._file(root / path) for path in paths}
        return self._folder(base, changes) or self._add(b"tree", b"").hex()

    def commit(self, text: bytes) -> str:
        """Keep a commit and return its name."""
        return self._add(b"commit", text).hex()

    def _add(self, sort: bytes, data: bytes) -> bytes:
        framed = b"%s %d\0%s" % (sort, len(data), data)
        name = hashlib.new(self._kind, framed).digest()
        self.objects[name.hex()] = framed
        return name

    def _file(self, path: Path) -> bytes | None:
        """Return a file's mode and name; None where there is no regular file."""
        try:
            mode = path.lstat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            return None
        if not stat.S_ISREG(mode):
            return None
        return (_PROGRAM if mode & stat.S_IXUSR else _FILE) + self._add(b"blob", files.read(path))

    def _folder(self, base: str, changes: Mapping[bytes, bytes | None]) -> str:
        """Return the name of a folder's tree once these paths in it have changed; nothing if it is empty."""
        before = self._read(base) if base else b""
        entries = dict(self._entries(before))
        below: dict[bytes, dict[bytes, bytes | None]] = {}
        for path, entry in changes.items():
            name, slash, rest = path.partition(b"/")
            if slash:
                below.setdefault(name, {})[rest] = entry
            elif entry:
                entries[name] = entry
            elif not entries.get(name, b"").startswith(_FOLDER):
                entries.pop(name, None)
        for name, inner in below.items():
            old = entries.get(name, b"")
            is_folder = old.startswith(_FOLDER)
            made = self._folder(old.removeprefix(_FOLDER).hex() if is_folder else "", inner)
            if made:
                entries[name] = _FOLDER + bytes.fromhex(made)
            elif is_folder:
                del entries[name]
        data = b"".join(_lines(entries))
        if base and data == before:
            return base
        return self._add(b"tree", data).hex() if data else ""

    def _entries(self, data: bytes) -> Iterator[tuple[bytes, bytes]]:
        """Yield the names in a tree, each with its mode and the name of its content, as bytes."""
        start = 0
        while start < len(data):
            blank, end = data.index(b" ", start) + 1, data.index(b"\0", start)
            following = end + 1 + self._width
            yield data[blank:end], data[start:blank] + data[end + 1 : following]
            start = following


def _lines(entries: Mapping[bytes, bytes]) -> Iterator[bytes]:
    """Yield the entries of a tree as git keeps them: sorted by name, where a folder's ends with a slash."""
    for name in sorted(entries, key=lambda name: name + b"/" * entries[name].startswith(_FOLDER)):
        mode, _blank, content = entries[name].partition(b" ")
        yield b"%s %s\0%s" % (mode, name, content)
