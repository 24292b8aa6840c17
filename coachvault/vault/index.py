"""The index: what a list of clients needs, kept encrypted so that no record has to be opened.

A cache (`vault.cache`): an entry counts while its folder's time is the one it was made from. It holds
names, dates and states.
"""

from collections.abc import Iterable, Mapping
from datetime import date
import os
from pathlib import Path
import time
from typing import TYPE_CHECKING

import msgspec

from coachvault import __version__
from coachvault.vault import cache, files, layout
from coachvault.vault.cache import RACY_NANOSECONDS

if TYPE_CHECKING:
    from coachvault.records.client import Client
    from coachvault.records.subject import Subject
    from coachvault.vault.store import Vault

NAME = "index"


# There are thousands of these: read without the names of their fields, and with no circles to look for.
class Entry(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """A client, an organisation or a group as lists show it."""

    folder: str
    kind: str
    code: str
    name: str
    aliases: tuple[str, ...]
    state: str
    since: date
    closed_on: date | None


class _Seen(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A folder's entries, and when the records of its identity drawer had changed before they were read.

    `called` is all that they go by, folded, between slashes.
    """

    called: str
    folder: str
    time: int
    entries: tuple[Entry, ...]


class _Head(cache.Head, frozen=True, kw_only=True):
    """What the index says of itself; a line for each folder follows.

    `config` is the stamp of the vault's plain settings, and `changed` when coach had last changed any of
    those whom the vault is about.
    """

    config: tuple[int, int]
    practice: str
    changed: int


def subjects(vault: "Vault") -> tuple[Entry, ...]:
    """Return whom the vault is about, reading only what changed since the index was made."""
    head, before = _read_all(vault)
    now = time.time_ns()
    practice = head.practice if head else vault.practice
    settled = head.settled if head else 0
    records = str(vault.root / layout.RECORDS)
    last = cache.time_of(records)
    # Who opens the index opens every folder; without one, a reader of some sees these alone.
    folders = _folders(vault, practice, before) if head else vault.visible()
    times = {folder: cache.time_of(f"{records}/{folder}/identity") for folder in folders}
    behind = {
        folder: changed
        for folder, changed in times.items()
        if folder not in before or before[folder].time != changed or changed >= settled
    }
    vault.open_drawers([(folder, "identity") for folder in behind])
    made = {folder: _look(vault, folder, changed) for folder, changed in behind.items()}
    seen = {folder: made.get(folder) or before[folder] for folder in times}
    # Written again though nothing differs: a later time on the index spares the next command this.
    is_settled = any(changed < now - RACY_NANOSECONDS for changed in behind.values()) or bool(
        head and not head.changed == last < settled and last < now - RACY_NANOSECONDS
    )
    if head is None or before != seen or is_settled:
        stamp = _stamp(vault.root / layout.CONFIG)
        head = _Head(version=__version__, made=now, config=stamp, practice=practice, changed=last)
        _save(vault, head, seen)
    return tuple(entry for folder in seen.values() for entry in folder.entries)


def only(vault: "Vault", name: str) -> Entry | None:
    """Return the one that goes by this, folded, if the index says so and coach has changed none since.

    No other folder is looked at: another program that puts a file in its place there is not noticed.
    """
    # A name that no encoding has stands in no line.
    said = msgspec.json.encode(name.encode("utf-8", "replace").decode())[1:-1]
    head, line = cache.find(vault, NAME, _Head, said) or (None, b"")
    records = str(vault.root / layout.RECORDS)
    if not head or not line or head.config != _stamp(vault.root / layout.CONFIG):
        return None
    if not head.changed == cache.time_of(records) < head.settled:
        return None
    try:
        seen = msgspec.json.decode(line, type=_Seen)
    except msgspec.DecodeError:
        return None
    is_fresh = seen.time == cache.time_of(f"{records}/{seen.folder}/identity") < head.settled
    return seen.entries[0] if is_fresh and len(seen.entries) == 1 else None


def touch(root: Path, paths: Iterable[str]) -> None:
    """Say of a change of these paths that it is of whom the vault is about, if it is."""
    if any(path.startswith(f"{layout.RECORDS}/") and path.split("/")[2:3] == ["identity"] for path in paths):
        os.utime(root / layout.RECORDS)
        files.sync_folder(root / layout.RECORDS)


def _folders(vault: "Vault", practice: str, before: Mapping[str, _Seen]) -> Iterable[str]:
    """Return the folders to look at: without a word more, those of the index while no other has records."""
    names = set(files.names(vault.root / layout.RECORDS)) - {practice}
    return before if names == before.keys() else vault.folders(practice)


def _look(vault: "Vault", folder: str, changed: int) -> _Seen:
    from coachvault.records.base import Record  # noqa: PLC0415 a fresh index needs none of it
    from coachvault.records.client import Client, Hold  # noqa: PLC0415 the same
    from coachvault.records.name import fold  # noqa: PLC0415 the same
    from coachvault.records.subject import Subject  # noqa: PLC0415 the same

    records = vault.load(folder, "identity", Record)
    found = [record for record in records if isinstance(record, Subject)]
    is_held = any(isinstance(record, Hold) and record.closed_on is None for record in records)
    names = (name for one in found for name in (one.code, one.code[2:], one.name, *one.aliases))
    entries = tuple(
        Entry(
            folder=folder,
            kind=subject.noun,
            code=subject.code,
            name=subject.name,
            aliases=subject.aliases,
            state="held" if is_held else state_of(subject, Client),
            since=subject.created.date(),
            closed_on=subject.closed_on,
        )
        for subject in found
    )
    return _Seen("/".join(["", *dict.fromkeys(map(fold, names)), ""]), folder, changed, entries)


def state_of(subject: "Subject", client: "type[Client]") -> str:
    """Return `declined`, `closed`, `prospect` or `active`; a hold is a record of its own."""
    if isinstance(subject, client) and subject.declined_on:
        return "declined"
    if subject.closed_on:
        return "closed"
    return "prospect" if isinstance(subject, client) and subject.prospect_on else "active"


def _read_all(vault: "Vault") -> tuple[_Head | None, dict[str, _Seen]]:
    head, lines = _load(vault)
    try:
        found = msgspec.json.Decoder(_Seen).decode_lines(lines)
    except msgspec.DecodeError:
        return None, {}
    return head, {seen.folder: seen for seen in found}


def _load(vault: "Vault") -> tuple[_Head | None, bytes]:
    """Return the index and its lines, or None where there is none that can be used: it is made anew then."""
    head, lines = cache.load(vault, NAME, _Head) or (None, b"")
    return (head, lines) if head and head.config == _stamp(vault.root / layout.CONFIG) else (None, b"")


def _save(vault: "Vault", head: _Head, seen: Mapping[str, _Seen]) -> None:
    data = msgspec.json.Encoder().encode_lines([head, *seen.values()])
    cache.save(vault, NAME, data, lambda: set(vault.folders(head.practice)) == set(seen))


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_size)
