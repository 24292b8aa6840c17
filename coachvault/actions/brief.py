"""What is asked of all folders at once, of each in short: when it is due, who is tied to it, what waits.

A cache (`vault.cache`): a brief counts while the times of its folder's drawers are those it was made from.
It holds days, counts and marks, and not a name.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
import hashlib
import os
import time

import msgspec

from coachvault import __version__
from coachvault.actions import who
from coachvault.ethics import overlap
from coachvault.ethics.overlap import Dossier, Side
from coachvault.language import _
from coachvault.records.base import Record
from coachvault.records.contract import Contract
from coachvault.records.person import Cast
from coachvault.records.subject import Subject
from coachvault.retention import facts
from coachvault.retention.facts import Trace
from coachvault.vault import cache, layout, provenance, tombstone
from coachvault.vault.store import Vault

NAME = "brief"
# Reading more folders than this takes longer than a person expects of a command.
_MANY = 500


class Brief(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """A folder in short: `drafts` and `conflicts` are counts, `updated` the day of its newest change."""

    trace: Trace
    sides: tuple[Side, ...]
    drafts: int
    conflicts: int
    updated: date | None


class _Line(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A folder's brief, a digest of its drawers' times, and the latest of these."""

    folder: str
    stamp: str
    latest: int
    brief: Brief


def every(vault: Vault) -> dict[str, Brief]:
    """Return the brief of each folder that this identity sees, reading only what changed."""
    now = time.time_ns()
    before, settled = _load(vault)
    folders = dict.fromkeys(entry.folder for entry in who.entries(vault, who.ANYONE))
    stamps = {folder: _stamp(vault, folder) for folder in folders}
    fresh = {
        folder: before[folder]
        for folder, (stamp, latest) in stamps.items()
        if folder in before and before[folder].stamp == stamp and latest < settled
    }
    behind = [folder for folder in folders if folder not in fresh]
    if who.tell and len(behind) > _MANY:
        who.tell(_("%(count)s folders are read once; this takes a moment") % {"count": len(behind)})
    vault.open_drawers([(folder, drawer) for folder in behind for drawer in vault.drawers(folder)])
    made = {folder: _Line(folder, *stamps[folder], of(vault, folder)) for folder in behind}
    lines = {folder: fresh.get(folder) or made[folder] for folder in folders}
    # Written again though nothing differs: a later time on the cache spares the next command that.
    is_settled = any(line.latest < now - cache.RACY_NANOSECONDS for line in made.values())
    if lines != before or is_settled:
        _save(vault, cache.Head(made=now, version=__version__), lines)
    return {folder: line.brief for folder, line in lines.items()}


def newest(vault: Vault, briefs: Iterable[Brief]) -> date | None:
    """Return the day of the newest change in folders or destruction in the vault, None without any."""
    days = (tombstone.newest(vault.root), *(found.updated for found in briefs))
    return max((day for day in days if day), default=None)


def of(vault: Vault, folder: str) -> Brief:
    """Return the brief of one folder, as its records say now."""
    vault.open_drawers([(folder, drawer) for drawer in vault.drawers(folder)])
    records = {drawer: vault.load(folder, drawer, Record) for drawer in vault.drawers(folder)}
    everything = [record for drawer in records.values() for record in drawer]
    return Brief(
        trace=facts.trace(records, frozenset(_renewed(vault, folder, records))),
        sides=tuple(map(overlap.side, _dossiers(records))),
        drafts=sum(isinstance(record, Contract) and record.state == "draft" for record in everything),
        conflicts=sum(len(record.conflicts) for record in everything),
        updated=max((record.updated.date() for record in everything), default=None),
    )


def _renewed(vault: Vault, folder: str, records: Mapping[str, tuple[Record, ...]]) -> Iterator[str]:
    """Yield the empty drawers whose key a tombstone names as the one that took another's place."""
    for drawer in (name for name, found in records.items() if not found):
        if provenance.is_successor(vault, (folder, drawer), vault.secret(folder, drawer)):
            yield drawer


def dossiers(vault: Vault, folder: str) -> tuple[Dossier, ...]:
    """Return what is compared of the subjects of one folder, as its records say now."""
    vault.open_drawers([(folder, drawer) for drawer in vault.drawers(folder)])
    return _dossiers({drawer: vault.load(folder, drawer, Record) for drawer in vault.drawers(folder)})


def _dossiers(records: Mapping[str, tuple[Record, ...]]) -> tuple[Dossier, ...]:
    everything = [record for drawer in records.values() for record in drawer]
    contracts = tuple(record for record in everything if isinstance(record, Contract))
    cast = tuple(record for record in everything if isinstance(record, Cast))
    subjects = (record for record in everything if isinstance(record, Subject))
    return tuple(Dossier(subject=subject, contracts=contracts, cast=cast) for subject in subjects)


def _stamp(vault: Vault, folder: str) -> tuple[str, int]:
    """Return a digest of when each drawer of a folder last changed, and the latest of these times."""
    try:
        with os.scandir(f"{vault.root}/{layout.RECORDS}/{folder}") as found:
            times = sorted((drawer.name, drawer.stat().st_mtime_ns) for drawer in found)
    except FileNotFoundError:
        times = []
    digest = hashlib.blake2b(repr(times).encode(), digest_size=8).hexdigest()
    return digest, max((changed for _drawer, changed in times), default=0)


def _load(vault: Vault) -> tuple[dict[str, _Line], int]:
    """Return the lines of the cache, and the time before which nothing can have changed unseen."""
    loaded = cache.load(vault, NAME, cache.Head)
    if loaded is None:
        return {}, 0
    head, lines = loaded
    try:
        found = msgspec.json.Decoder(_Line).decode_lines(lines)
    except msgspec.DecodeError:
        return {}, 0
    return {line.folder: line for line in found}, head.settled


def _save(vault: Vault, head: cache.Head, lines: Mapping[str, _Line]) -> None:
    data = msgspec.json.Encoder().encode_lines([head, *lines.values()])
    seen = {line.folder: (line.stamp, line.latest) for line in lines.values()}
    cache.save(vault, NAME, data, lambda: {folder: _stamp(vault, folder) for folder in seen} == seen)
