"""Strict YAML in, canonical YAML out: the only module that knows the YAML library.

Reading knows null, true and false, whole numbers and text, nothing else: dates and amounts stay
text until the type of their field reads them. Anchors, aliases, tags, duplicate keys, a second
document, more than MAX_BYTES or MAX_DEPTH are refused. Every fault has its line and column.
"""

import codecs
from collections.abc import Iterator
import contextlib
from datetime import date, datetime
from decimal import Decimal
import re
from typing import Any, TypeVar

import msgspec

from coachvault.errors import BadDataError, Problem
from coachvault.language import _
from coachvault.records import schema

_compile = re.compile


class _Late:
    """An expression that is compiled when it is first asked something."""

    def __init__(self, pattern: str, flags: int = 0) -> None:
        self._terms = pattern, flags

    def __getattr__(self, name: str) -> object:
        found: object = getattr(_compile(*self._terms), name)
        setattr(self, name, found)
        return found


@contextlib.contextmanager
def _late_expressions() -> Iterator[None]:
    """Have the expressions of a module that is imported meanwhile compiled when they are needed."""
    re.compile = _Late  # type: ignore[assignment] # it is asked the same
    try:
        yield
    finally:
        re.compile = _compile


# The library's pure reader has one over all of Unicode. Nothing here asks it, and to compile it takes as
# long as all else that a note needs of YAML.
with _late_expressions():
    import yaml

MAX_BYTES = 4 * 2**20
MAX_DEPTH = 20

S = TypeVar("S", bound=msgspec.Struct)
# What may hold a reference, or nest deeper than the indentation of a text of MAX_BYTES can: the C
# parser builds its tree by recursion, and a deep enough one ends the process.
_SUSPECT = re.compile(r"[&*!\[{]|[-?][ \t]+[-?][ \t]")
_INT = re.compile(r"-?(?:0|[1-9][0-9]{0,17})\Z")
_TAG = "tag:yaml.org,2002:"
# Read with the C parser: it is seven times faster than the pure one.
_Base: Any = yaml.CSafeLoader


class _Loader(_Base):  # type: ignore[misc] # the C loader has no types
    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 the library's way


for _first, _name, _pattern in (
    ("-0123456789", "int", _INT),
    ("tf", "bool", re.compile(r"(?:true|false)\Z")),
    ("n~", "null", re.compile(r"(?:null|~)\Z")),
):
    _Loader.add_implicit_resolver(_TAG + _name, _pattern, list(_first))
_Loader.add_implicit_resolver(_TAG + "null", re.compile(r"\Z"), [""])


class _Dumper(yaml.SafeDumper):
    """The pure dumper: the C one escapes every emoji into one long line."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:  # noqa: ARG002, FBT001, FBT002
        """Indent the items of a list under their key."""
        super().increase_indent(flow, False)  # noqa: FBT003 the library's signature

    def ignore_aliases(self, data: object) -> bool:  # noqa: ARG002
        """Write equal values twice: a record has no anchors."""
        return True


def _represent_str(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    if "\x85" in text:
        style: str | None = '"'  # elsewhere it would be read as a line feed
    else:
        style = "|" if "\n" in text else None
    return dumper.represent_scalar(_TAG + "str", text, style=style)


def _represent_date(dumper: yaml.SafeDumper, value: date) -> yaml.ScalarNode:
    return dumper.represent_scalar(_TAG + "timestamp", value.isoformat())


def _represent_decimal(dumper: yaml.SafeDumper, value: Decimal) -> yaml.ScalarNode:
    text = f"{value:f}"
    return dumper.represent_scalar(_TAG + ("float" if "." in text else "int"), text)


_Dumper.add_representer(str, _represent_str)
_Dumper.add_representer(date, _represent_date)
_Dumper.add_representer(datetime, _represent_date)
_Dumper.add_representer(Decimal, _represent_decimal)


def dump(value: object) -> str:
    """Return plain values as canonical YAML: field order kept, no line folded."""
    return yaml.dump(
        value, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=2**30, default_flow_style=False
    )


def decode(data: bytes, place: str) -> str:
    """Return the bytes as text; raises BadDataError with the place of the first that is none."""
    if len(data) > MAX_BYTES:
        expected = _("expected at most %(count)s bytes") % {"count": MAX_BYTES}
        raise BadDataError([Problem(place, 0, 0, "", expected)])
    text = data.removeprefix(codecs.BOM_UTF8)
    try:
        return text.decode()
    except UnicodeDecodeError as error:
        before = text[: error.start]
        line, column = before.count(b"\n") + 1, error.start - (before.rfind(b"\n") + 1) + 1
        raise BadDataError([Problem(place, line, column, "", _("expected text in UTF-8"))]) from None


def read(text: str, place: str) -> object:
    """Return the one document of the text as dict, list, str, int, bool and None."""
    try:
        if _SUSPECT.search(text):
            _inspect(text, place)
        node = _Loader(text).get_single_node()
        return None if node is None else _value(node, place)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        line, column = (mark.line + 1, mark.column + 1) if mark else _spot_of(error, text)
        raise BadDataError([Problem(place, line, column, "", _("expected valid YAML"))]) from None


def read_struct(cls: type[S], text: str, place: str) -> S:
    """Return the document as an instance of the class; raises BadDataError with every fault."""
    value = read(text, place)
    try:
        return schema.read(cls, value)
    except schema.SchemaError as error:
        raise BadDataError(problems(error, text, place)) from None


def problems(error: schema.SchemaError, text: str, place: str) -> list[Problem]:
    """Return the faults of a value with the lines and columns of the text it came from."""
    return [_locate(text, place, fault) for fault in error.faults]


def problem(text: str, place: str, path: tuple[str | int, ...], expected: str) -> Problem:
    """Return a problem at a path of the document, or at its closest parent."""
    return _locate(text, place, schema.Fault(path, expected))


def _locate(text: str, place: str, fault: schema.Fault) -> Problem:
    node = _Loader(text).get_single_node()
    for part in fault.path:
        found = _child(node, part, at_name=not fault.known and part is fault.path[-1])
        if found is None:
            break
        node = found
    line, column = (node.start_mark.line + 1, node.start_mark.column + 1) if node else (1, 1)
    return Problem(place, line, column, fault.field, fault.expected)


def _child(node: yaml.Node | None, part: str | int, *, at_name: bool) -> yaml.Node | None:
    if isinstance(node, yaml.MappingNode):
        pairs: list[tuple[yaml.Node, yaml.Node]] = node.value
        return next((key if at_name else value for key, value in pairs if key.value == part), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(part, int) and part < len(node.value):
        item: yaml.Node = node.value[part]
        return item
    return None


def _value(node: yaml.Node, place: str, depth: int = 0) -> Any:  # noqa: ANN401 a tree of plain values
    if isinstance(node, yaml.CollectionNode) and depth == MAX_DEPTH:
        raise BadDataError([_too_deep(node, place)])
    if isinstance(node, yaml.MappingNode):
        return _mapping(node, place, depth + 1)
    if isinstance(node, yaml.SequenceNode):
        return [_value(item, place, depth + 1) for item in node.value]
    kind, text = node.tag.removeprefix(_TAG), str(node.value)
    if kind == "int":
        return int(text)
    return {"bool": text == "true", "null": None}.get(kind, text)


def _mapping(node: yaml.MappingNode, place: str, depth: int) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise BadDataError([_at(key, place, _("expected the name of a field"))])
        if key.value in found:
            raise BadDataError([_at(key, place, _("expected each field once"))])
        found[key.value] = _value(value, place, depth)
    return found


def _at(node: Any, place: str, expected: str) -> Problem:  # noqa: ANN401 a node or an event
    return Problem(place, node.start_mark.line + 1, node.start_mark.column + 1, "", expected)


def _too_deep(node: Any, place: str) -> Problem:  # noqa: ANN401 a node or an event
    return _at(node, place, _("expected at most %(count)s levels") % {"count": MAX_DEPTH})


def _inspect(text: str, place: str) -> None:
    """Refuse references and depth on the stream of events, before any tree is built."""
    depth = 0
    for event in yaml.parse(text, Loader=_Loader):
        if getattr(event, "anchor", None) or getattr(event, "tag", None):
            expected = _("expected no anchor, alias or tag (quote text that begins with &, * or !)")
            raise BadDataError([_at(event, place, expected)])
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > MAX_DEPTH:
            raise BadDataError([_too_deep(event, place)])


def _spot_of(error: yaml.YAMLError, text: str) -> tuple[int, int]:
    position = getattr(error, "position", None)
    if position is None:
        return 1, 1
    before = text.encode()[:position].decode("utf-8", "ignore")
    return before.count("\n") + 1, len(before) - before.rfind("\n")
