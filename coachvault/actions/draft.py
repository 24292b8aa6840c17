"""A person's values for a new or changed record: options and a YAML file, options winning."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import msgspec

from coachvault import clock
from coachvault.actions.result import Done
from coachvault.errors import BadDataError, Problem
from coachvault.language import _
from coachvault.records import kinds, schema
from coachvault.records.base import SYSTEM_FIELDS, Record
from coachvault.vault import layout, yamlfile

_KEPT = {
    "size": 1, "sha256": "0" * 64, "parts": 1, "media_type": "-", "returned_on": None, "consent": None,
}  # fmt: skip
# Fields that only a command of their own sets: a signature is signed, not typed.
RESERVED: dict[str, dict[str, Any]] = {
    "client": {
        "code": "C-0000",
        "closed_on": None,
        "closed_by": None,
        "prospect_on": None,
        "declined_on": None,
        "declined_for": None,
        "copies_on": None,
        "discussed_on": None,
        "closing_session": None,
    },
    "organisation": {"code": "O-0000", "closed_on": None},
    "group": {"code": "G-0000", "closed_on": None, "closed_by": None, "members": []},
    "referral": {"answered_on": None},
    "follow_up": {"done_on": None, "waived_on": None},
    "copy": {"destroyed_on": None},
    "contract": {
        "parties": [],
        "guardians": [],
        "told": None,
        "amends": None,
        "signatures": [],
        "ended_on": None,
        "ended_by": None,
        "discussed_on": None,
    },
    "progress": {"of": None},
    "session": {"contract": None},
    "consent": {"version": None, "replaces": None, "withdrawn_on": None},
    "disclosure": {"consent": None},
    "conflict": {
        "talks": [],
        "closed_on": None,
        "outcome": None,
        "not_told": None,
        "harm": None,
        "resolution": None,
    },
    "summary": {},
    "attachment": _KEPT,
    "recording": _KEPT,
}
# Options that go by another name than their field.
OPTIONS = {
    "goals": "goal", "aliases": "alias", "guardians": "guardian", "contacts": "contact", "ties": "tie",
    "items": "item", "told_on": "told", "due_on": "due", "opened_on": "on",
    "expectations": "expects", "methods": "method",
    "commitment_on": "commitment", "confidentiality_exceptions": "confidentiality",
}  # fmt: skip


class Source(NamedTuple):
    """YAML text and what to call it in a message."""

    text: str
    place: str


def values(
    kind: str,
    options: Mapping[str, Any],
    source: Source | None = None,
    prepare: Callable[[dict[str, Any]], None] | None = None,
    defaults: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the fields of a record; raises BadDataError with every fault and where it is.

    `options` whose value is None were not given; an empty one clears its field. `prepare` may
    complete the fields in place.
    """
    given = {name: value for name, value in options.items() if value not in (None, [], ())}
    merged = {**(defaults or {}), **_written(kind, source), **given}
    merged = {name: value for name, value in merged.items() if value not in ("", [""])}
    if prepare:
        prepare(merged)
    try:
        schema.read(kinds.cls_of(kind), {**_system(kind), **schema.plain(schema.tidy(merged))})
    except schema.SchemaError as error:
        raise BadDataError([_problem(fault, given, source) for fault in error.faults]) from None
    return merged


def edited(
    record: Record,
    options: Mapping[str, Any],
    source: Source | None = None,
    prepare: Callable[[dict[str, Any]], None] | None = None,
) -> dict[str, Any]:
    """Return every field that a person may write, as it is to be: None where it is cleared."""
    now = schema.plain(record)
    names = allowed(record.noun)
    defaults = {name: now[name] for name in names if name in now}
    return dict.fromkeys(names) | values(record.noun, options, source, prepare, defaults)


def identified(things: object, key: str, known: Sequence[msgspec.Struct] = ()) -> object:
    """Return a list of things, each with its id; one may be written as its `key` alone.

    One that goes by the same as a `known` one is that one, with what else is said of it.
    """
    before = {getattr(thing, key): schema.plain(thing) for thing in known}

    def each(written: Sequence[object]) -> Iterator[object]:
        for thing in written:
            fields = {key: thing} if isinstance(thing, str) else thing
            if not isinstance(fields, Mapping):
                yield thing
            elif isinstance(thing, str):
                yield before.get(thing, {"id": layout.new_id(), **fields})
            else:
                named = fields.get(key)
                # Whatever a file has in the place of a name, the record refuses with its place.
                known_id = before.get(named, {}).get("id") if isinstance(named, str) else None
                yield {"id": known_id or layout.new_id(), **fields}

    return list(each(things)) if isinstance(things, list | tuple) else things


def numbered(value: object) -> object:
    """Return a thing of a list with an id, its own if it has one; what is no thing stays as it is."""
    return {"id": layout.new_id(), **value} if isinstance(value, Mapping) else value


def changed(before: Record, after: Record, code: str) -> Done:
    """Return what to say of a change, or that there was none."""
    if before == after:
        return Done(_("nothing was different; nothing was written"), {"changed": False})
    return Done(_("%(code)s is changed") % {"code": code}, {"changed": True, "revision": after.revision})


def misfit(field: str, expected: str, options: Mapping[str, Any], source: Source | None) -> BadDataError:
    """Return the error for a field that is well formed and cannot be, with the place it came from."""
    given = {name: value for name, value in options.items() if value is not None}
    return BadDataError([_problem(schema.Fault((field,), expected), given, source)])


def past_day(values: Mapping[str, Any], options: Mapping[str, Any], source: Source | None) -> date:
    """Return the day that a record is about; raises BadDataError for one in the future."""
    day = date.fromisoformat(str(values["on"]))
    if day > clock.today():
        raise misfit("on", _("the date is in the future"), options, source)
    return day


def allowed(kind: str) -> tuple[str, ...]:
    """Return the fields that a person may write for this kind."""
    reserved = RESERVED.get(kind, {})
    return tuple(name for name in schema.own_fields(kinds.cls_of(kind)) if name not in reserved)


def _written(kind: str, source: Source | None) -> dict[str, Any]:
    if source is None:
        return {}
    value = yamlfile.read(source.text, source.place)
    if value is None:
        return {}
    if not isinstance(value, dict):
        fault = schema.Fault((), schema.expected_fields())
        raise BadDataError(yamlfile.problems(schema.SchemaError([fault]), *source))
    known = allowed(kind)
    faults = [
        schema.Fault((name,), schema.unknown_field(name, known), known=False)
        for name in value
        if name not in known
    ]
    if faults:
        raise BadDataError(yamlfile.problems(schema.SchemaError(faults), *source))
    return value


def _system(kind: str) -> dict[str, Any]:
    now = clock.now()
    name = "a" * 16
    plain: dict[str, Any] = dict.fromkeys(SYSTEM_FIELDS, name) | {
        "schema": kinds.schema_of(kind),
        "revision": 1,
        "conflicts": (),
    }
    return plain | {"created": now, "updated": now} | RESERVED.get(kind, {})


def _problem(fault: schema.Fault, given: Mapping[str, Any], source: Source | None) -> Problem:
    first = str(fault.path[0]) if fault.path else ""
    if source and first not in given:
        return yamlfile.problems(schema.SchemaError([fault]), *source)[0]
    option = OPTIONS.get(first, first)
    return Problem("--" + option.replace("_", "-"), 0, 0, "", fault.expected)
