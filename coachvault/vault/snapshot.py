"""The tree of the next commit: that of the last one, with a few files changed.

git makes a tree of all that its index names, and looks for each part of it. A note must not take
longer because the practice is large, so this goes through the folders that change and no others.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
import hashlib
import os
from pathlib import Path
import re
import stat

from coachvault.vault import files, layout

_FOLDER, _FILE, _PROGRAM = b"40000 ", b"100644 ", b"100755 "
# Returns what the tree of this name holds, as git keeps it.
Reader = Callable[[str], bytes]


class Snapshot:
    """A tree that is being made, and the objects that git needs for it: framed as it keeps them, by name."""

    def __init__(self, kind: str) -> None:
        """Make names of this kind, `sha1` or `sha256`."""
        self._kind = kind
        self._width = hashlib.new(kind).digest_size
        self._line = re.compile(rb"([0-7]+ ([^\0]+)\0.{%d})" % self._width, re.DOTALL)
        self.objects: dict[str, bytes] = {}

    def take(self, root: Path, paths: Sequence[str]) -> dict[bytes, bytes | None]:
        """Keep these files as they are on the disk; returns the entry of each, None for one that is gone."""
        return {os.fsencode(path): self._file(root / path) for path in paths}

    def make(self, base: str, entries: Mapping[bytes, bytes | None], read: Reader) -> str:
        """Return the name of a tree: these entries at their paths, and all else as the base has it.

        `read` knows the trees that are there already.
        """
        return self._folder(base, entries, read) or self._add(b"tree", b"").hex()

    def for_index(self, entries: Mapping[bytes, bytes | None]) -> Iterator[bytes]:
        """Yield these entries as `git update-index -z --index-info` takes them."""
        for path, line in entries.items():
            mode = line.partition(b" ")[0] if line else b"0"
            name = line[-self._width :] if line else bytes(self._width)
            yield b"%s %s\t%s\0" % (mode, name.hex().encode(), path)

    def below(self, base: str, areas: Collection[str], read: Reader) -> Iterator[str]:
        """Yield the files that a tree has in these areas, files or folders of its own."""
        lines = self._line.findall(read(base)) if base and areas else ()
        for line, name in lines:
            if os.fsdecode(name) in areas:
                yield from self._files(os.fsdecode(name), line, read)

    def _files(self, path: str, line: bytes, read: Reader) -> Iterator[str]:
        if not line.startswith(_FOLDER):
            yield path
            return
        for inner, name in self._line.findall(read(line[-self._width :].hex())):
            yield from self._files(f"{path}/{os.fsdecode(name)}", inner, read)

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
        name = os.fsencode(path.name)
        return _line(_PROGRAM if mode & stat.S_IXUSR else _FILE, name, self._add(b"blob", files.read(path)))

    def _folder(self, base: str, changes: Mapping[bytes, bytes | None], read: Reader) -> str:
        """Return the name of a folder's tree once these paths in it have changed; nothing if it is empty."""
        before = read(base) if base else b""
        lines = self._lines(before, {path.partition(b"/")[0] for path in changes})
        below: dict[bytes, dict[bytes, bytes | None]] = {}
        made: dict[bytes, bytes | None] = {}
        for path, line in changes.items():
            name, slash, rest = path.partition(b"/")
            if slash:
                below.setdefault(name, {})[rest] = line
            elif line or not lines.get(name, b"").startswith(_FOLDER):
                made[name] = line
        for name, inner in below.items():
            old = made.get(name) or lines.get(name, b"")
            is_folder = old.startswith(_FOLDER)
            tree = self._folder(old[-self._width :].hex() if is_folder else "", inner, read)
            if tree or is_folder:
                made[name] = _line(_FOLDER, name, bytes.fromhex(tree)) if tree else None
        data = self._with(before, lines, made)
        if base and data == before:
            return base
        return self._add(b"tree", data).hex() if data else ""

    def _lines(self, data: bytes, names: Collection[bytes]) -> dict[bytes, bytes]:
        """Return the entries of these names; of one id without a look at the others.

        There are as many as there are clients, and nothing else is called so: an id is longer than what
        stands by chance in the name of an object.
        """
        name = next(iter(names), b"")
        if len(names) != 1 or not layout.is_id(os.fsdecode(name)):
            return {name: line for line, name in self._line.findall(data) if name in names}
        for mode in (_FOLDER, _FILE, _PROGRAM):
            start = _line(mode, name, b"")
            place = data.find(start)
            if place >= 0:
                return {name: data[place : place + len(start) + self._width]}
        return {}

    def _with(self, data: bytes, old: Mapping[bytes, bytes], new: Mapping[bytes, bytes | None]) -> bytes:
        """Return a tree with these entries in the place of those of the same names."""
        if len(new) == 1:
            ((name, line),) = new.items()
            # An entry is as long as another of its name only where it is of the same sort.
            if line and len(line) == len(old.get(name, b"")):
                head, _old, tail = data.partition(old[name])
                return head + line + tail
        lines = {name: line for line, name in self._line.findall(data)}
        for name, line in new.items():
            lines.pop(name, None)
            lines |= {name: line} if line else {}
        return b"".join(lines[name] for name in sorted(lines, key=lambda name: _rank(name, lines[name])))


def _line(mode: bytes, name: bytes, content: bytes) -> bytes:
    """Return an entry of a tree as git keeps it."""
    return b"%s%s\0%s" % (mode, name, content)


def _rank(name: bytes, line: bytes) -> bytes:
    """Return what git sorts an entry by: its name, which ends with a slash where it is a folder's."""
    return name + b"/" if line.startswith(_FOLDER) else name
