"""The tree of the next commit: that of the last one, with a few files changed.

git makes a tree of all that its index names, and looks for each part of it. A note must not take
longer because the practice is large, so this goes through the folders that change and no others.
"""

from collections.abc import Callable, Mapping, Sequence
import hashlib
from pathlib import Path
import re
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
        self._line = re.compile(rb"([0-7]+ ([^\0]+)\0.{%d})" % self._width, re.DOTALL)
        self.objects: dict[str, bytes] = {}

    def make(self, base: str, root: Path, paths: Sequence[str]) -> str:
        """Return the name of a tree: these paths as they are on the disk, and all else as the base has it."""
        changes = {path.encode("utf-8", "surrogateescape"): self._file(root / path) for path in paths}
        return self._folder(base, changes) or self._add(b"tree", b"").hex()

    def folder(self, contents: Mapping[str, str]) -> str:
        """Keep a tree of these files alone, each with the name of its content, and return its name."""
        lines = (_line(_FILE, name.encode(), bytes.fromhex(contents[name])) for name in sorted(contents))
        return self._add(b"tree", b"".join(lines)).hex()

    def commit(self, text: bytes) -> str:
        """Keep a commit and return its name."""
        return self._add(b"commit", text).hex()

    def _add(self, sort: bytes, data: bytes) -> bytes:
        framed = b"%s %d\0%s" % (sort, len(data), data)
        name = hashlib.new(self._kind, framed).digest()
        self.objects[name.hex()] = framed
        return name

    def _file(self, path: Path) -> bytes | None:
        """Return a file's entry; None where there is no regular file."""
        try:
            mode = path.lstat().st_mode
        except (FileNotFoundError, NotADirectoryError):
            return None
        if not stat.S_ISREG(mode):
            return None
        name = path.name.encode("utf-8", "surrogateescape")
        return _line(_PROGRAM if mode & stat.S_IXUSR else _FILE, name, self._add(b"blob", files.read(path)))

    def _folder(self, base: str, changes: Mapping[bytes, bytes | None]) -> str:
        """Return the name of a folder's tree once these paths in it have changed; nothing if it is empty."""
        before = self._read(base) if base else b""
        # A line is an entry as git keeps it. By one expression: there are as many as there are clients.
        lines = {name: line for line, name in self._line.findall(before)}
        below: dict[bytes, dict[bytes, bytes | None]] = {}
        is_mixed = False
        for path, line in changes.items():
            name, slash, rest = path.partition(b"/")
            if slash:
                below.setdefault(name, {})[rest] = line
            elif line:
                is_mixed |= _put(lines, name, line)
            elif not lines.get(name, b"").startswith(_FOLDER):
                lines.pop(name, None)
        for name, inner in below.items():
            old = lines.get(name, b"")
            is_folder = old.startswith(_FOLDER)
            made = self._folder(old[-self._width :].hex() if is_folder else "", inner)
            if made:
                is_mixed |= _put(lines, name, _line(_FOLDER, name, bytes.fromhex(made)))
            elif is_folder:
                del lines[name]
        if is_mixed:
            lines = {name: lines[name] for name in sorted(lines, key=lambda name: _rank(name, lines[name]))}
        data = b"".join(lines.values())
        if base and data == before:
            return base
        return self._add(b"tree", data).hex() if data else ""


def _line(mode: bytes, name: bytes, content: bytes) -> bytes:
    """Return an entry of a tree as git keeps it."""
    return b"%s%s\0%s" % (mode, name, content)


def _put(lines: dict[bytes, bytes], name: bytes, line: bytes) -> bool:
    """Put an entry in; returns whether it may have another place now than the order of the lines gives it."""
    before = lines.get(name, b"")
    lines[name] = line
    return not before or before.startswith(_FOLDER) != line.startswith(_FOLDER)


def _rank(name: bytes, line: bytes) -> bytes:
    """Return what git sorts an entry by: its name, which ends with a slash where it is a folder's."""
    return name + b"/" if line.startswith(_FOLDER) else name
