"""Fields that two devices changed at once: which there are, and whose value they keep."""

from collections.abc import Iterable, Iterator
import re
from typing import Any, NamedTuple

import msgspec

from coachvault.actions import contradiction, who
from coachvault.actions.brief import Brief
from coachvault.actions.result import Card, Done, Listing
from coachvault.errors import LockedError, NotFoundError, RefusedError
from coachvault.language import _
from coachvault.records import schema
from coachvault.records.base import Conflict, Moment, Record
from coachvault.records.contract import Contract
from coachvault.records.practice import Settings
from coachvault.vault import access, layout
from coachvault.vault.store import Vault

# What the practice's own folder is called where a client is named by a code.
PRACTICE = "practice"
_OTHERWISE = ("pratique",)
# Only a field of the record itself begins a line with its name: long text is indented.
_MARK = b"\nconflicts:"
_STEP = re.compile(r"([a-z_0-9]+)|\[([a-z2-7]+)\]")


class Row(msgspec.Struct, frozen=True):
    """A conflict in a list: where it is, and never what is said there."""

    code: str
    drawer: str
    record: str
    field: str
    id: str


class Sheet(msgspec.Struct, frozen=True):
    """A conflict with both values; `updated` is when theirs was written."""

    code: str
    drawer: str
    record: str
    field: str
    ours: Any
    theirs: Any
    updated: Moment
    id: str


class _Found(NamedTuple):
    """A conflict, the record it is in, and the code of the client."""

    code: str
    record: Record
    conflict: Conflict


def listing(vault: Vault, name: str | None) -> Listing:
    """Return the conflicts of one client, or of all and of the practice."""
    rows = (
        Row(found.code, found.record.drawer, found.record.id[:6], found.conflict.field, found.conflict.id[:6])
        for found in _find_all(vault, name)
    )
    return Listing("conflict", tuple(rows), _("no field was changed on two devices at once"))


def count(vault: Vault, known: Iterable[Brief]) -> int:
    """Return how many conflicts there are; `known` are all briefs."""
    # A reader of some folders sees the conflicts of those.
    of_practice = 0 if vault.is_partial else sum(1 for _found in _find_all(vault, PRACTICE))
    return of_practice + sum(folder.conflicts for folder in known)


def show(vault: Vault, name: str, start: str) -> Card:
    """Return both values of a conflict, named by the beginning of its id."""
    code, record, conflict = _find(vault, name, start)
    ours = msgspec.to_builtins(schema.plain(_value(record, conflict.field)))
    sheet = Sheet(
        code, record.drawer, record.id, conflict.field, ours, conflict.theirs, conflict.updated, conflict.id
    )
    return Card("conflict", sheet)


def resolve(vault: Vault, name: str, start: str, *, is_theirs: bool) -> Done:
    """Settle a conflict: the field keeps its value, or takes theirs unless that is of a signed contract."""
    with vault.change() as change:
        code, record, conflict = _find(vault, name, start)
        left = tuple(other for other in record.conflicts if other.id != conflict.id)
        values = _with_theirs(record, conflict, code) if is_theirs else {}
        changed = change.update(record, {**values, "conflicts": left})
        if isinstance(record, Contract) and isinstance(changed, Contract):
            contradiction.refuse_other(record, changed, code)
        if isinstance(changed, Settings):
            vault.trust(changed.readers)
            access.refuse_lockout(vault)
    message = _("the conflict on %(field)s of %(code)s is settled") % {"field": conflict.field, "code": code}
    kept = "theirs" if is_theirs else "ours"
    return Done(message, {"code": code, "field": conflict.field, "kept": kept, "left": len(left)})


def _find(vault: Vault, name: str, start: str) -> _Found:
    matches = [found for found in _find_all(vault, name) if start and found.conflict.id.startswith(start)]
    if len(matches) == 1:
        return matches[0]
    message = (
        _("more than one conflict has an id that begins so") if matches else _("there is no such conflict")
    )
    raise NotFoundError(message, _("see the ids with: coach conflicts list"))


def _find_all(vault: Vault, name: str | None) -> Iterator[_Found]:
    for folder, code in _folders(vault, name).items():
        try:
            records = list(_records(vault, folder))
        except LockedError:
            if name:
                raise
            continue  # a reader of some folders sees the conflicts of those
        for record in records:
            yield from (_Found(code, record, conflict) for conflict in record.conflicts)


def _folders(vault: Vault, name: str | None) -> dict[str, str]:
    """Return the folders that are meant, each with its client's code."""
    own = {vault.practice: PRACTICE}
    if name and name.casefold() in (PRACTICE, *_OTHERWISE):
        return own
    if name:
        subject = who.entry(vault, name, who.ANYONE)
        return {subject.folder: subject.code}
    codes = who.codes(vault)
    return {folder: codes.get(folder, folder[:6]) for folder in vault.folders()} | own


def _records(vault: Vault, folder: str) -> Iterator[Record]:
    """Yield the records that have conflicts; the others are decrypted and not parsed."""
    vault.open_drawers([(folder, drawer) for drawer in vault.drawers(folder)])
    for drawer in vault.drawers(folder):
        for record in vault.record_ids(folder, drawer):
            place = layout.record_path(folder, drawer, record)
            if _MARK in vault.decrypt(place, vault.secret(folder, drawer)):
                yield vault.read(folder, drawer, record)


def _value(value: Any, path: str) -> Any:  # noqa: ANN401 a field
    """Return what stands at a path; None where the thing of a list that it names is gone."""
    for name, key in _STEP.findall(path):
        if key:
            value = next((item for item in value if item.id == key), None)
        elif value is not None:
            value = getattr(value, name, None)
    return value


def _with_theirs(record: Record, conflict: Conflict, code: str) -> dict[str, Any]:
    """Return the one field of the record that changes, as plain values with theirs in place."""
    (first, _key), *steps = _STEP.findall(conflict.field)
    tree = {first: schema.plain(getattr(record, first))}
    at: Any = tree
    last: str | int = first
    for name, key in steps:
        at = at[last]
        last = name or next((number for number, item in enumerate(at) if item["id"] == key), -1)
        if last == -1:
            raise RefusedError(
                _("what the conflict is about is gone from the record"),
                _("settle it with: coach conflicts resolve %(code)s %(id)s --ours")
                % {"code": code, "id": conflict.id[:6]},
            )
    at[last] = conflict.theirs
    return tree
