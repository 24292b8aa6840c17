"""The index: what a list of clients needs, kept encrypted so that no record has to be opened.

A cache, never the truth: an entry counts while its folder's time is the one it was made from, and
the whole may be deleted at any time. It holds names, dates and states, and no free text. Its key is
its own and goes with every destruction, so that no old index opens.
"""

from collections.abc import Callable, Iterable
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
    from coachvault.vault.store import Vault

# A folder that changed this shortly before it was read may change again within the same tick.
RACY_NANOSECONDS = 2 * 10**9


# There are thousands of these: read without the names of their fields, and with no circles to look for.
class Entry(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """A client as lists show it."""

    folder: str
    code: str
    name: str
    aliases: tuple[str, ...]
    state: str
    since: date
    closed_on: date | None


class _Seen(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A folder's entries, and when the records of its identity drawer had changed before they were read."""

    time: int
    entries: tuple[Entry, ...]


class _Index(msgspec.Struct, frozen=True):
    """The whole: `config` is the stamp of the vault's plain settings, `made` a time in nanoseconds.

    `changed` is when coach had last changed what any of the folders says of its client.
    """

    config: tuple[int, int]
    practice: str
    made: int
    changed: int
    folders: dict[str, _Seen]


def clients(vault: "Vault", is_meant: Callable[[Entry], bool] | None = None) -> tuple[Entry, ...]:
    """Return every client of the vault, reading only what changed since the index was made.

    Where one alone is meant, that one may be all that is returned: if coach has changed no client since,
    nobody else goes by the same, unless another program has put a file in a client's place.
    """
    kept = _load(vault)
    if kept and is_meant and (found := _only(vault.root, kept, is_meant)):
        return (found,)
    now = time.time_ns()
    practice = kept.practice if kept else vault.practice
    records = str(vault.root / layout.RECORDS)
    last = _time(records)
    before = kept.folders if kept else {}
    settled = kept.made - RACY_NANOSECONDS if kept else 0
    seen: dict[str, _Seen] = {}
    is_settled = bool(kept and not kept.changed == last < settled and last < now - RACY_NANOSECONDS)
    # Who opens the index opens every folder; without one, a reader of some sees these alone.
    for folder in _folders(vault, kept) if kept else vault.visible():
        changed = _time(f"{records}/{folder}/identity")
        known = before.get(folder)
        if known is None or known.time != changed or changed >= settled:
            known = _Seen(changed, _read(vault, folder))
            # Read again though nothing differs: a later time on the index spares the next command that.
            is_settled |= changed < now - RACY_NANOSECONDS
        seen[folder] = known
    if kept is None or kept.folders != seen or is_settled:
        _save(vault, _Index(_stamp(vault.root / layout.CONFIG), practice, now, last, seen))
    return tuple(entry for folder in seen.values() for entry in folder.entries)


def touch(root: Path, paths: Iterable[str]) -> None:
    """Say of a change of these paths that it is one of a client, if it is."""
    if any(path.startswith(f"{layout.RECORDS}/") and path.split("/")[2:3] == ["identity"] for path in paths):
        os.utime(root / layout.RECORDS)
        files.sync_folder(root / layout.RECORDS)


def _only(root: Path, kept: _Index, is_meant: Callable[[Entry], bool]) -> Entry | None:
    """Return the one client that is meant, if the index is still right in what it says of all."""
    records = f"{root / layout.RECORDS}"
    if not kept.changed == _time(records) < kept.made - RACY_NANOSECONDS:
        return None
    found = [entry for folder in kept.folders.values() for entry in folder.entries if is_meant(entry)]
    if len(found) != 1:
        return None
    changed = _time(f"{records}/{found[0].folder}/identity")
    is_fresh = kept.folders[found[0].folder].time == changed < kept.made - RACY_NANOSECONDS
    return found[0] if is_fresh else None


def _folders(vault: "Vault", kept: _Index) -> Iterable[str]:
    """Return the folders to look at: without a word more, those of the index while no other has records."""
    names = set(files.names(vault.root / layout.RECORDS)) - {kept.practice}
    return kept.folders if names == kept.folders.keys() else vault.folders(kept.practice)


def _read(vault: "Vault", folder: str) -> tuple[Entry, ...]:
    from coachvault.records.base import Record  # noqa: PLC0415 a fresh index needs none of it
    from coachvault.records.client import Client, Hold  # noqa: PLC0415 the same

    records = vault.load(folder, "identity", Record)
    is_held = any(isinstance(record, Hold) and record.closed_on is None for record in records)
    return tuple(
        Entry(
            folder=folder,
            code=client.code,
            name=client.name,
            aliases=client.aliases,
            state="held" if is_held else "closed" if client.closed_on else "active",
            since=client.created.date(),
            closed_on=client.closed_on,
        )
        for client in records
        if isinstance(client, Client)
    )


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
