"""Records of every kind, made from the types of their fields: a kind added later is tested too."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
import types
import typing
from typing import Any, Literal, NamedTuple, Union

from hypothesis import strategies as st
import msgspec

from coachvault.records import schema
from coachvault.records.base import SYSTEM_FIELDS, TEXT_PATTERN, Conflict, Record
from coachvault.records.kinds import KINDS, cls_of, schema_of
from coachvault.vault import yamlfile

IDS = tuple(letter * 16 for letter in "cdef")
WORDS = ("un", "deux", "Zoë", "a: b # c", "- d", "2026-01-01", "true", "120", "'")
TEXTS = (*WORDS, "premier\n\n  second: x", "l'un\nl’autre 🎈", "|\nx")
# Fields whose text has a form of its own.
FORMS = {
    "currency": ("EUR", "CHF"), "fiscal_year_end": ("12-31", "06-30"), "sha256": ("0" * 64, "a" * 64),
    "recipient": ("age1aaa", "age1bbb", "age1ccc"), "at": ("09:30", "10:00"),
    "version": ("0" * 64, "a" * 64), "validated": ("0" * 64, "a" * 64),
}  # fmt: skip
DAYS = (date(2026, 1, 1), date(2026, 11, 22), date(2025, 6, 30))
NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
# The same moment twice, written in two zones.
MOMENTS = (NOON, NOON.astimezone(timezone(timedelta(hours=1))), NOON + timedelta(seconds=1))


class Case(NamedTuple):
    """A record and what two devices made of it."""

    base: Record
    ours: Record
    theirs: Record


def cases() -> st.SearchStrategy[Case]:
    """Return a strategy for cases of every kind of record."""
    return st.sampled_from(sorted(KINDS)).flatmap(cases_of)


def cases_of(kind: str) -> st.SearchStrategy[Case]:
    """Return a strategy for cases of one kind."""

    def of_base(base: Record) -> st.SearchStrategy[Case]:
        return st.builds(lambda ours, theirs: Case(base, ours, theirs), edits(base), edits(base))

    return records(kind).flatmap(of_base)


def records(kind: str) -> st.SearchStrategy[Record]:
    """Return a strategy for records of one kind."""
    cls = cls_of(kind)
    hints = typing.get_type_hints(cls, include_extras=True)
    fields = {name: _whole(cls, name, values(hints[name], name)) for name in schema.own_fields(cls)}
    system = {
        "schema": schema_of(kind), "id": "a" * 16, "folder": "b" * 16,
        "drawer": KINDS[kind].drawer or "contract", "created": NOON, "updated": NOON, "revision": 1,
    }  # fmt: skip

    def build(own: dict[str, Any]) -> Record:
        return schema.read_record(schema.plain(as_read({**system, **own})))

    return st.fixed_dictionaries(fields).map(build)


def edits(base: Record) -> st.SearchStrategy[Record]:
    """Return a strategy for what one device makes of a record: some fields, or none, are changed."""
    hints = typing.get_type_hints(type(base), include_extras=True)

    def change(names: list[str]) -> st.SearchStrategy[Record]:
        fields = {
            name: _whole(type(base), name, _changed(getattr(base, name), hints[name], name)) for name in names
        }
        stamp = st.tuples(st.sampled_from(MOMENTS), st.integers(2, 3))
        return st.builds(
            lambda new, when: msgspec.structs.replace(base, **new, updated=when[0], revision=when[1]),
            st.fixed_dictionaries(fields),
            stamp,
        )

    own = [name for name in base.__struct_fields__ if name not in SYSTEM_FIELDS]
    return st.one_of(st.just(base), st.lists(st.sampled_from(own), min_size=1, unique=True).flatmap(change))


def _whole(cls: type[Record], name: str, found: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Leave out the empty list where a record needs one thing at least."""
    is_needed = any(field.name == name and field.required for field in msgspec.structs.fields(cls))
    return found.filter(lambda value: not is_needed or value != ())


def values(hint: Any, name: str) -> st.SearchStrategy[Any]:  # noqa: ANN401 a type
    """Return a strategy for the values of a field."""
    origin, args = typing.get_origin(hint), typing.get_args(hint)
    if origin is typing.Annotated:
        return _annotated(args[0], args[1], name)
    if origin in (Union, types.UnionType):
        return st.one_of(*(values(arg, name) for arg in args))
    if origin is Literal:
        return st.sampled_from(args)
    if origin is tuple:
        return _lists(values(args[0], name))
    if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        hints = typing.get_type_hints(hint, include_extras=True)
        return st.builds(hint, **{field: values(hints[field], field) for field in hint.__struct_fields__})
    return st.sampled_from(_POOLS[hint])


_POOLS: dict[Any, tuple[Any, ...]] = {
    date: DAYS, datetime: MOMENTS, Decimal: (Decimal(120), Decimal("12.00"), Decimal("80.5")),
    bool: (True, False), type(None): (None,), int: (1, 2, 3), str: WORDS,
}  # fmt: skip


def _annotated(base: Any, meta: msgspec.Meta, name: str) -> st.SearchStrategy[Any]:  # noqa: ANN401 a type
    if name in FORMS:
        return st.sampled_from(FORMS[name])
    if base is int:
        low = int(meta.ge or 0)
        return st.integers(low, low + 3)
    if base is str and meta.pattern and "a-z2-7" in meta.pattern:
        return st.sampled_from(IDS)
    return st.sampled_from(TEXTS if meta.pattern == TEXT_PATTERN else _POOLS[base])


def _lists(items: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.lists(items, max_size=3, unique_by=lambda item: getattr(item, "id", repr(item))).map(tuple)


def _changed(before: Any, hint: Any, name: str) -> st.SearchStrategy[Any]:  # noqa: ANN401 a field
    """Return a strategy for another value of a field: of a list often one that keeps some of its items."""
    anew = values(hint, name)
    if not isinstance(before, tuple) or not before:
        return anew

    def mix(kept: list[Any], new: tuple[Any, ...]) -> tuple[Any, ...]:
        names = {getattr(item, "id", repr(item)) for item in kept}
        return (*kept, *(item for item in new if getattr(item, "id", repr(item)) not in names))

    return st.one_of(anew, st.builds(mix, st.lists(st.sampled_from(before), unique_by=repr), anew))


def as_read(value: dict[str, Any]) -> Any:  # noqa: ANN401 plain values
    """Return values as they come out of a file."""
    return yamlfile.read(yamlfile.dump(schema.plain(schema.tidy(value))), "test")


def conflict_of(record: Record, field: str) -> Conflict:
    """Return the one conflict of a field."""
    (found,) = (conflict for conflict in record.conflicts if conflict.field == field)
    return found
