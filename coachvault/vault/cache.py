"""Caches: what a command needs of every folder, kept encrypted so that no record has to be opened.

Never the truth: what is in one counts while the folders are as they were, and all of it may be deleted
at any time. A line is of one folder, and holds no free text. Each cache has a key of its own that goes
with every destruction, so that no old one opens.
"""

from collections.abc import Callable, Collection, Mapping
import contextlib
import os
from typing import TYPE_CHECKING, TypeVar

import msgspec

from coachvault import __version__
from coachvault.crypto import box, keys
from coachvault.errors import CoachError, DamagedError, LockedError
from coachvault.vault import files, layout, pages
from coachvault.vault.pages import Pages

if TYPE_CHECKING:
    from coachvault.vault.store import Vault

# A folder that changed this shortly before it was read may change again within the same tick.
RACY_NANOSECONDS = 2 * 10**9


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """What a cache says of itself: `made` is a time in nanoseconds, `version` that of the program.

    Another version sees other things in a record.
    """

    made: int
    version: str

    @property
    def settled(self) -> int:
        """Return the time before which nothing can have changed unseen."""
        return self.made - RACY_NANOSECONDS


H = TypeVar("H", bound=Head)


def load(vault: "Vault", name: str, cls: type[H]) -> tuple[H, bytes] | None:
    """Return the head of a cache and the lines that follow; None where there is none that can be used."""
    return _believed(read(vault, name), cls)


def find(vault: "Vault", name: str, cls: type[H], word: bytes) -> tuple[H, bytes] | None:
    """Return the head of a cache and the one line that goes by a word, as `load` does; see `vault.pages`."""
    return _believed(_ask(vault, name, lambda open_: open_.line(word)), cls)


def read(vault: "Vault", name: str) -> tuple[bytes, bytes] | None:
    """Return the first line of a cache and those that follow, of any version; None for none that opens."""
    return _ask(vault, name, Pages.lines)


def _ask(vault: "Vault", name: str, question: Callable[[Pages], bytes]) -> tuple[bytes, bytes] | None:
    key_place, place = layout.cache_paths(name)
    try:
        wrapped = files.read(vault.root / key_place, key_place)
        if not files.is_fit(vault.root / place):
            return None
        with files.opened(vault.root / place) as file:
            found = Pages(file, keys.secret_of(vault.unwrap(wrapped), name, name))
            return found.head, question(found)
    except (OSError, DamagedError, LockedError, box.WrongKeyError, box.BrokenError):
        return None


def _believed(found: tuple[bytes, bytes] | None, cls: type[H]) -> tuple[H, bytes] | None:
    first, rest = found or (b"", b"")
    try:
        head = msgspec.json.decode(first, type=cls)
    except msgspec.DecodeError:
        return None
    return (head, rest) if head.version == __version__ else None


def save(vault: "Vault", name: str, data: bytes, is_right: Callable[[], bool]) -> None:
    """Write a cache if it is right still, as far as the disk lets us.

    One that cannot be written costs time and nothing else: the vault may be read-only. It is judged under the
    lock, so that nothing of what was destroyed is put back by who read it before.
    """
    key_place, place = layout.cache_paths(name)
    secret = box.generate()
    head, _end, lines = data.partition(b"\n")
    sealed = pages.compose(head, lines, secret)
    with contextlib.suppress(OSError, CoachError), vault.locked(wait=False) as is_ours:
        if is_ours and is_right():
            files.replace(vault.root / key_place, keys.wrap(secret, name, name, vault.recipients()))
            files.replace(vault.root / place, sealed)


def outlasting(vault: "Vault", folders: Collection[str]) -> Mapping[str, bytes]:
    """Return of each cache what is left once every line is gone that names one of these folders."""
    found = {name: read(vault, name) for name in layout.CACHES}
    return {
        name: head + b"\n" + _without(lines, folders).rstrip(b"\n") + b"\n"
        for name, (head, lines) in ((name, kept) for name, kept in found.items() if kept)
    }


def _without(lines: bytes, words: Collection[str]) -> bytes:
    for word in words:
        while (place := lines.find(word.encode())) >= 0:
            start, end = lines.rfind(b"\n", 0, place) + 1, lines.find(b"\n", place)
            lines = lines[:start] + (lines[end + 1 :] if end >= 0 else b"")
    return lines


def time_of(place: str) -> int:
    """Return when a folder last changed, in nanoseconds; 0 where there is none."""
    try:
        return os.stat(place).st_mtime_ns  # noqa: PTH116 an object for each of thousands costs more than asking
    except OSError:
        return 0
