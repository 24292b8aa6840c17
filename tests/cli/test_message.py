"""No sentence of the program takes in what a client said: held on the syntax tree of every module."""

import ast
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

import coachvault
from coachvault import errors
from coachvault.records import kinds
from coachvault.records.contract import Expectation, Goal, Signature
from coachvault.records.method import Method
from coachvault.records.practice import Reader

PACKAGE = Path(coachvault.__file__).parent
SOURCES = sorted(path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py"))
ERRORS = frozenset(name for name in vars(errors) if name.endswith("Error")) | {
    "Problem",
    "Fault",
    "AmbiguousError",
}
# The fields of records that say nothing of a person: codes, opaque ids and places, days, counts.
ALLOWED = frozenset({
    "code", "id", "folder", "drawer", "schema", "revision", "created", "updated", "parts", "size", "sha256",
    "on", "start", "end", "closed_on", "ended_on", "opened_on", "review_on", "signed_on", "added_on",
    "destroyed_on", "left_on", "validated_on", "kind", "type",
    "due_on", "sessions",
})  # fmt: skip

STRUCTS: list[type[msgspec.Struct]] = [
    *map(kinds.cls_of, kinds.KINDS),
    Expectation,
    Goal,
    Method,
    Signature,
    Reader,
]
FIELDS = frozenset(field for cls in STRUCTS for field in cls.__struct_fields__)


def faults(text: str) -> list[str]:
    """Return each field of a record that a sentence takes in and that may not stand in one."""
    tree = ast.parse(text)
    called = {node.func for node in ast.walk(tree) if isinstance(node, ast.Call)}
    used = (part for node in ast.walk(tree) for value in _values(node) for part in ast.walk(value))
    fields = {
        part.attr
        for part in used
        if isinstance(part, ast.Attribute) and part not in called and _is_of_record(part)
    }
    return sorted((fields & FIELDS) - ALLOWED)


def _values(node: ast.AST) -> Iterator[ast.AST]:
    """Return what is put into a sentence here: by `%` after a message, or into the call of an error."""
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Mod):
        yield node.right
    if isinstance(node, ast.Call) and _name(node.func) in ERRORS:
        yield from (*node.args, *(keyword.value for keyword in node.keywords))
    if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
        yield from (*node.args, *(keyword.value for keyword in node.keywords))


def _is_of_record(node: ast.Attribute) -> bool:
    """Tell records from the few other things whose attributes go by the same names."""
    return _name(node.value) not in {"path", "problem", "fault", "error", "field"}


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


@pytest.mark.parametrize("name", SOURCES)
def test_no_sentence_takes_in_a_clients_words(name: str) -> None:
    assert faults((PACKAGE / name).read_text("utf-8")) == []


@pytest.mark.parametrize(
    ("snippet", "found"),
    [
        ('raise NotFoundError(_("no %(name)s") % {"name": client.name}, "")', ["name"]),
        ('raise NotFoundError(f"no {note.text}", "")', ["text"]),
        ('raise errors.RefusedError("held: " + hold.reason, "")', ["reason"]),
        ('message = _("%(who)s has gone") % {"who": found[0].email}', ["email"]),
        ('Problem(place, 0, 0, "", contract.request)', ["request"]),
        ('raise LockedError("see", hint="call {}".format(client.phone))', ["phone"]),
        ('raise NotFoundError(_("no %(code)s") % {"code": client.code, "on": note.on}, "")', []),
        ("shown = client.name", []),
    ],
)
def test_a_sentence_that_takes_in_a_clients_words_is_found(snippet: str, found: list[str]) -> None:
    assert faults(snippet) == found


def test_every_module_is_read_and_every_kind_known() -> None:
    assert len(SOURCES) > 50
    assert {"name", "text", "request", "reason", "email", "phone", "address", "methods"} <= FIELDS - ALLOWED
