"""The index: what a list of clients needs, kept encrypted so that no record has to be opened.

A cache, never the truth: an entry counts while its folder's time is the one it was made from, and
the whole may be deleted at any time. It holds names, dates and states, and no free text. Its key is
its own and goes with every destruction, so that no old index opens.
"""

import contextlib
from datetime import date
import os
from pathlib import Path
import time
from typing import TYPE_CHECKING

import msgspec

from coachvault.crypto import box, keys
from coachvault.errors import CoachError, DamagedError, LockedError
from coachvault.vault import files, layout, padding

if TYPE_CHECKING:
    from coachvault.records.client import Client
    from coachvault.records.subject import Subject
    from coachvault.vault.store import Vault

# A folder that changed this shortly before it was read may change again within the same tick.
RACY_NANOSECONDS = 2 * 10**9


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A client, an organisation or a group as lists show it."""

    folder: str
    kind: str
    code: str
    name: str
    aliases: tuple[str, ...]
    state: str
    since: date
    closed_on: date | None


class _Seen(msgspec.Struct, frozen=True):
    """A folder's entries, and when the records of its identity drawer had changed before they were read."""

    time: int
    entries: tuple[Entry, ...]


class _Index(msgspec.Struct, frozen=True):
    """The whole: `config` is the stamp of the vault's plain settings, `made` a time in nanoseconds."""

    config: tuple[int, int]
    practice: str
    made: int
    folders: dict[str, _Seen]


def subjects(vault: "Vault") -> tuple[Entry, ...]:
    """Return whom the vault is about, reading only what changed since the index was made."""
    kept = _load(vault)
    now = time.time_ns()
    practice = kept.practice if kept else vault.practice
    records = str(vault.root / layout.RECORDS)
    seen: dict[str, _Seen] = {}
    is_settled = False
    # Who opens the index opens every folder; without one, a reader of some sees these alone.
    for folder in vault.folders(practice) if kept else vault.visible():
        changed = _time(f"{records}/{folder}/identity")
        known = kept.folders.get(folder) if kept else None
        is_fresh = kept and known and known.time == changed and changed < kept.made - RACY_NANOSECONDS
        seen[folder] = known if known and is_fresh else _Seen(changed, _read(vault, folder))
        # Read again though nothing differs: a later time on the index spares the next command that.
        is_settled |= not is_fresh and changed < now - RACY_NANOSECONDS
    if kept is None or kept.folders != seen or is_settled:
        _save(vault, _Index(_stamp(vault.root / layout.CONFIG), practice, now, seen))
    return tuple(entry for folder in seen.values() for entry in folder.entries)


def _read(vault: "Vault", folder: str) -> tuple[Entry, ...]:
    from coachvault.records.base import Record  # noqa: PLC0415 a fresh index needs none of it
    from coachvault.records.client import Client, Hold  # noqa: PLC0415 the same
    from coachvault.records.subject import Subject  # noqa: PLC0415 the same

    records = vault.load(folder, "identity", Record)
    is_held = any(isinstance(record, Hold) and record.closed_on is None for record in records)
    return tuple(
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
        for subject in records
        if isinstance(subject, Subject)
    )


def state_of(subject: "Subject", client: "type[Client]") -> str:
    """Return `declined`, `closed`, `prospect` or `active`; a hold is a record of its own."""
    if isinstance(subject, client) and subject.declined_on:
        return "declined"
    if subject.closed_on:
        return "closed"
    return "prospect" if isinstance(subject, client) and subject.prospect_on else "active"


def _load(vault: "Vault") -> _Index | None:
    """Return the index, or None where there is none that can be used: it is made anew then."""
    try:
        wrapped = files.read(vault.root / layout.INDEX_KEY, layout.INDEX_KEY)
        data = files.read(vault.root / layout.INDEX, layout.INDEX)
        secret = keys.secret_of(vault.unwrap(wrapped), "index", "index")
        found = msgspec.json.decode(box.decrypt(data, [secret]), type=_Index)
    except (OSError, DamagedError, LockedError, box.WrongKeyError, box.BrokenError, msgspec.DecodeError):
        return None
    return found if found.config == _stamp(vault.root / layout.CONFIG) else None


def _save(vault: "Vault", index: _Index) -> None:
    secret = box.generate()
    data = box.encrypt(padding.pad(msgspec.json.encode(index)), [box.recipient_of(secret)])
    # A cache that cannot be written costs time and nothing else: the vault may be read-only. It is
    # written under the lock, so that no destroyed client's name is put back by who read it before.
    with contextlib.suppress(OSError, CoachError), vault.locked(wait=False) as is_ours:
        if not is_ours or set(vault.folders(index.practice)) != set(index.folders):
            return
        files.replace(vault.root / layout.INDEX_KEY, keys.wrap(secret, "index", "index", vault.recipients()))
        files.replace(vault.root / layout.INDEX, data)


def _time(place: str) -> int:
    """Return when a folder last changed, in nanoseconds; 0 where there is none."""
    try:
        return os.stat(place).st_mtime_ns  # noqa: PTH116 an object for each of thousands costs more than asking
    except OSError:
        return 0


def _stamp(path: Path) -> tuple[int, int]:
    try:
        found = path.stat()
    except OSError:
        return (0, 0)
    return (found.st_mtime_ns, found.st_size)
