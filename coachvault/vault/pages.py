"""Many lines, encrypted page by page: one of them is found without opening the others.

A first page says how long each other one is, and for each word that a line goes by, which line that
is. The words are what stands between slashes in a line's first field, `["/one/two/",`; they are in the
first page by a mark of 32 bits alone.
"""

from collections.abc import Iterator
import os
import struct
from typing import BinaryIO
import zlib

import msgspec

from coachvault.crypto import box
from coachvault.vault import padding

# So many make a page of about 64 KiB, as much as age encrypts at a time.
LINES = 400
_MAX_DIGITS = 12
_FIELD, _END = b'["/', b'/"'
_NUMBER = struct.Struct("<I")


def compose(head: bytes, lines: bytes, secret: str) -> bytes:
    """Return a head line and these lines as `Pages` reads them."""
    recipients = [box.recipient_of(secret)]
    every = [line for line in lines.split(b"\n") if line]
    groups = (every[start : start + LINES] for start in range(0, len(every), LINES))
    pages = [box.encrypt(padding.pad(b"\n".join(group)), recipients) for group in groups]
    marks = _marks(every)
    facts = msgspec.json.encode([len(marks), *map(len, pages)])
    first = box.encrypt(padding.pad(b"\n".join([head, facts, marks])), recipients)
    return b"\n".join([b"%d" % len(first), b"".join([first, *pages])])


def _marks(lines: list[bytes]) -> bytes:
    """Return a mark for each word, each with the number of its line."""
    return b"".join(
        _mark(word) + _NUMBER.pack(number) for number, line in enumerate(lines) for word in _words(line)
    )


def _mark(word: bytes) -> bytes:
    return _NUMBER.pack(zlib.crc32(word))


def _words(line: bytes) -> Iterator[bytes]:
    if line.startswith(_FIELD):
        yield from line[len(_FIELD) : line.find(_END, len(_FIELD))].split(b"/")


class Pages:
    """What `compose` made, open: `head` is its first line.

    Everything raises WrongKeyError or BrokenError as `box.decrypt` does.
    """

    def __init__(self, file: BinaryIO, secret: str) -> None:
        self._file, self._secret = file, secret
        end = file.seek(0, os.SEEK_END)
        file.seek(0)
        try:
            size = int(file.readline(_MAX_DIGITS))
            self._begin = file.tell() + size
            if not 0 < size <= end:
                raise box.BrokenError
            self.head, facts, marks = self._open(size).split(b"\n", 2)
            count, *self._sizes = msgspec.json.decode(facts, type=list[int])
        except (ValueError, msgspec.DecodeError):
            raise box.BrokenError from None
        self._marks = marks[:count]
        if min(self._sizes, default=1) <= 0 or self._begin + sum(self._sizes) != end:
            raise box.BrokenError
        if len(self._marks) != count or count % (2 * _NUMBER.size):
            raise box.BrokenError

    def lines(self) -> bytes:
        """Return all lines."""
        self._file.seek(self._begin)
        return b"\n".join(self._open(size).rstrip(b"\n") for size in self._sizes)

    def line(self, word: bytes) -> bytes:
        """Return the one line that goes by a word; nothing where there is none, or more than one could."""
        numbers = list(self._numbers(_mark(word)))
        if len(numbers) != 1 or numbers[0] >= len(self._sizes) * LINES:
            return b""
        page, place = divmod(numbers[0], LINES)
        self._file.seek(self._begin + sum(self._sizes[:page]))
        line = self._open(self._sizes[page]).split(b"\n")[place : place + 1]
        return line[0] if line and word in _words(line[0]) else b""

    def _numbers(self, mark: bytes) -> Iterator[int]:
        """Yield the numbers of the lines that have a mark."""
        place = self._marks.find(mark)
        while place >= 0:
            if place % (2 * _NUMBER.size) == 0:
                yield _NUMBER.unpack_from(self._marks, place + _NUMBER.size)[0]
            place = self._marks.find(mark, place + 1)

    def _open(self, size: int) -> bytes:
        return box.decrypt(self._file.read(size), [self._secret])
