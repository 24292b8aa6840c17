"""Plain values to records: strict, and every fault at once.

The good path is one call of msgspec. Only when it fails are the fields taken one by one, so that a
person sees all that is wrong with a file, in words that never repeat what the file says.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from decimal import Decimal
import re
import types
import typing
from typing import Any, Literal, NamedTuple, TypeVar, Union
import unicodedata

import msgspec

from coachvault.language import _
from coachvault.records.base import (
    CURRENCY_PATTERN,
    LINE_PATTERN,
    MONTH_DAY_PATTERN,
    NAME_PATTERN,
    SYSTEM_FIELDS,
    TEXT_PATTERN,
    TIME_PATTERN,
    Record,
    is_amount,
)
from coachvault.records.kinds import KINDS, cls_of, schema_of

S = TypeVar("S", bound=msgspec.Struct)
Path = tuple[str | int, ...]


class Fault(NamedTuple):
    """A path into the value and the sentence that says what belongs there.

    The name of a field that is not ours may be anything, a client's words too: it is not `known`.
    """

    path: Path
    expected: str
    known: bool = True

    @property
    def field(self) -> str:
        """Return the path as a person writes it: `goals[0].text`."""
        shown = self.path if self.known else self.path[:-1]
        return "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in shown).lstrip(".")


class SchemaError(Exception):
    """The value is not one of its class; holds every fault."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__()
        self.faults = faults


def read(cls: type[S], value: object) -> S:
    """Return the value as an instance of the class; raises SchemaError with every fault."""
    try:
        return msgspec.convert(value, cls, strict=True)
    except msgspec.ValidationError:
        faults = list(_faults(cls, value, ()))
        raise SchemaError(faults or [Fault((), _("expected a record of its kind"))]) from None


def read_record(value: object) -> Record:
    """Return the record that a mapping's own `schema` says it is."""
    schema = value.get("schema") if isinstance(value, Mapping) else None
    kind = schema.partition("/")[0] if isinstance(schema, str) else ""
    if kind not in KINDS or schema != schema_of(kind):
        raise SchemaError([Fault(("schema",), _("expected a kind of record that this version knows"))])
    return read(cls_of(kind), value)


def own_fields(cls: type[Record]) -> tuple[str, ...]:
    """Return the fields that a person sets: all but those that every record has."""
    return tuple(name for name in cls.__struct_fields__ if name not in SYSTEM_FIELDS)


def plain(value: object) -> Any:  # noqa: ANN401 a tree of plain values
    """Return a struct as mappings and lists in field order, without what is empty."""
    if isinstance(value, msgspec.Struct):
        pairs = ((name, plain(getattr(value, name))) for name in value.__struct_fields__)
        return {name: item for name, item in pairs if item not in (None, [], {})}
    if isinstance(value, Mapping):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return value


def tidy(value: object) -> Any:  # noqa: ANN401 a tree of plain values
    """Return the values as they are kept: composed characters, line feeds, no blank line ends."""
    if isinstance(value, str):
        lines = unicodedata.normalize("NFC", value).replace("\r\n", "\n").replace("\r", "\n").split("\n")
        if len(lines) == 1:
            return lines[0].strip(" \t")
        text = "\n".join(line.expandtabs(4).rstrip(" ") for line in lines).strip("\n")
        return text if "\n" in text else text.strip(" ")
    if isinstance(value, Mapping):
        return {key: tidy(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [tidy(item) for item in value]
    return value


def _faults(cls: type[msgspec.Struct], value: object, path: Path) -> Iterator[Fault]:
    if not isinstance(value, Mapping):
        yield Fault(path, expected_fields())
        return
    hints = typing.get_type_hints(cls, include_extras=True)
    for name in value:
        if name not in cls.__struct_fields__:
            yield Fault((*path, name), unknown_field(name, cls.__struct_fields__), known=False)
    required = {field.encode_name for field in msgspec.structs.fields(cls) if field.required}
    for name in cls.__struct_fields__:
        if name in value:
            yield from _field_faults(hints[name], value[name], (*path, name))
        elif name in required:
            yield Fault((*path, name), _("expected a value, and there is none"))


def _field_faults(hint: Any, value: object, path: Path) -> Iterator[Fault]:  # noqa: ANN401 a type
    item = typing.get_args(hint)[0] if typing.get_origin(hint) is tuple else None
    if item is not None and isinstance(value, list | tuple):
        for number, element in enumerate(value):
            yield from _field_faults(item, element, (*path, number))
    elif isinstance(hint, type) and issubclass(hint, msgspec.Struct):
        yield from _faults(hint, value, path)
    else:
        try:
            found = msgspec.convert(value, hint, strict=True)
        except msgspec.ValidationError:
            yield Fault(path, _expectation(hint))
        else:
            if isinstance(found, Decimal) and not is_amount(found):
                yield Fault(path, _expectation(hint))


def unknown_field(name: object, known: tuple[str, ...]) -> str:
    """Return the sentence for a name that is no field, with the field that it resembles."""
    import difflib  # noqa: PLC0415 few names are wrong

    close = difflib.get_close_matches(str(name), known, 1)
    if close:
        return _("expected a known field (did you mean %(field)s?)") % {"field": close[0]}
    return _("expected a known field")


def expected_fields() -> str:
    """Return the sentence for what should be a mapping."""
    return _("expected fields, each with its name")


def _expectation(hint: Any) -> str:  # noqa: ANN401 a type
    """Return the sentence for a type; never the value, which may be a client's words."""
    metas: list[msgspec.Meta] = []
    while typing.get_origin(hint) in (Union, types.UnionType, typing.Annotated):
        if typing.get_origin(hint) is typing.Annotated:
            metas += [meta for meta in hint.__metadata__ if isinstance(meta, msgspec.Meta)]
            hint = hint.__origin__
        else:
            hint = next(arg for arg in typing.get_args(hint) if arg is not type(None))
    if typing.get_origin(hint) is Literal:
        return _("expected one of: %(choices)s") % {"choices": ", ".join(map(str, typing.get_args(hint)))}
    if hint is str:
        return _text_expectation(metas)
    if typing.get_origin(hint) is tuple:
        return _("expected a list")
    return _bounded(hint, metas)


def _text_expectation(metas: list[msgspec.Meta]) -> str:
    pattern = next((meta.pattern for meta in metas if meta.pattern), None)
    length = next((meta.max_length for meta in metas if meta.max_length), 0)
    sentences = {
        NAME_PATTERN: _(
            "expected a name: one line of at most %(length)s characters, without slashes "
            "and without control or direction characters"
        ),
        LINE_PATTERN: _(
            "expected one line of text of at most %(length)s characters, without control or "
            "direction characters (put a number in quotes)"
        ),
        TEXT_PATTERN: _(
            "expected text of at most %(length)s characters, without control or direction characters "
            "(put a number in quotes)"
        ),
        CURRENCY_PATTERN: _("expected a code of three letters, such as EUR"),
        MONTH_DAY_PATTERN: _("expected MM-DD, such as 12-31"),
        TIME_PATTERN: _("expected a time, HH:MM, such as 17:30"),
        None: _("expected text (put a number in quotes)"),
    }
    if pattern in sentences:
        return sentences[pattern] % {"length": length}
    return _("expected text of the form %(form)s") % {"form": _form(pattern or "")}


def _form(pattern: str) -> str:
    return re.sub(r"\\Z|[\^$()]", "", pattern)


def _bounded(hint: Any, metas: list[msgspec.Meta]) -> str:  # noqa: ANN401 a type
    sentence = {
        int: _("expected a whole number"),
        bool: _("expected true or false"),
        date: _("expected a date that exists, as YYYY-MM-DD"),
        datetime: _("expected a moment with its zone, as 2026-01-31T10:00:00+01:00"),
        Decimal: _("expected an amount such as 120.00"),
    }.get(hint, _("expected another type of value"))
    low = next((meta.ge for meta in metas if meta.ge is not None), None)
    high = next((meta.le for meta in metas if meta.le is not None), None)
    if low is not None and high is not None:
        return sentence + " " + _("from %(low)s to %(high)s") % {"low": low, "high": high}
    if low is not None:
        return sentence + " " + _("of at least %(low)s") % {"low": low}
    return sentence
