"""Every field and every word that a terminal shows has its name in both languages."""

import ast
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
import pkgutil
from types import ModuleType
import typing

import msgspec
import pytest

from coachvault import language, word
import coachvault.actions
from coachvault.cli import _label, _out, _word
from coachvault.records import kinds
from coachvault.records.base import SYSTEM_FIELDS

# Shown nowhere, or as they are.
BARE = {"code", "field", *_out.HIDDEN, "id"}


HEADINGS = {
    ("contract", "version"): "version",
    ("consent", "version"): "SHA-256 of the wording",
    ("disclosure", "recipient"): "recipient",
    ("identity", "recipient"): "public key",
    ("reader", "recipient"): "public key",
    ("follow_up", "due_on"): "due on",
    ("conflict_of_interest", "due_on"): "to be settled by",
    ("contract", "fee"): "fee",
    ("referral", "fee"): "what the coach gets",
}
# What a Listing or a Card may be of, where a heading depends on it.
KINDS = {
    "consent", "contract", "conflict_of_interest", "rule",
    "identity", "reader", "referral", "status", "term", "copy", "goal",
}  # fmt: skip


@pytest.fixture(autouse=True)
def speak_english() -> Iterator[None]:
    yield
    language.use("en")


def structs() -> list[type[msgspec.Struct]]:
    """Return every struct that a Listing or a Card may hold."""
    modules = [
        import_module(f"coachvault.actions.{module.name}")
        for module in pkgutil.iter_modules(coachvault.actions.__path__)
    ]
    found = {
        item
        for module in modules
        for item in vars(module).values()
        if isinstance(item, type)
        and issubclass(item, msgspec.Struct)
        and item.__module__ == module.__name__
        and item.__module__ not in ("coachvault.actions.result", "coachvault.actions.document")
        # Steps on the way to what is shown.
        and item.__name__ not in ("Plan", "Receipt", "Synced", "Leftover", "Found", "Brief", "_Line", "_Head")
    }
    shown = ("contract", "session", "note", "profile", "consent", "disclosure", "conflict")
    return sorted(found | {kinds.cls_of(name) for name in shown}, key=lambda cls: cls.__qualname__)


def test_every_field_has_a_name_in_both_languages() -> None:
    nameless = []
    for cls in structs():
        for name in set(cls.__struct_fields__) - BARE - set(SYSTEM_FIELDS):
            # A heading that is missing falls back to the field's own name: look it up, do not ask for it.
            english = _label.LABELS.get(name)
            if english is None or "_" in english:
                nameless.append(f"{cls.__name__}.{name}")

    assert nameless == []


@pytest.mark.parametrize(
    "kind",
    [
        "contract", "session", "client", "organisation", "group", "profile", "note", "consent",
        "disclosure", "conflict",
    ],
)  # fmt: skip
def test_every_word_of_a_record_can_be_said(kind: str) -> None:
    """The values of an enumerated field are words: none is shown as a code."""
    hints = typing.get_type_hints(kinds.cls_of(kind))
    words = {
        word
        for name, hint in hints.items()
        for part in (hint, *typing.get_args(hint))
        if name in _word.SPOKEN and typing.get_origin(part) is typing.Literal
        for word in typing.get_args(part)
    }
    language.use("fr")

    assert [each for each in words if word.word(each) == each and "_" in each] == []


def test_a_heading_depends_on_the_kind_of_thing_where_words_differ() -> None:
    language.use("en")
    same = {(kind, name): _label.label(name, kind) for kind, name in HEADINGS}

    assert same == HEADINGS


@pytest.mark.parametrize("module", [_label, word], ids=["headings", "words"])
def test_no_key_stands_in_two_places(module: ModuleType) -> None:
    """A dict takes the last of two equal keys in silence: only the source tells."""
    tree = ast.parse(Path(str(module.__file__)).read_text("utf-8"))
    keys = [
        str(key.value)
        for found in ast.walk(tree)
        if isinstance(found, ast.Dict)
        for key in found.keys
        if isinstance(key, ast.Constant)
    ]

    assert sorted(keys) == sorted(set(keys))
    assert keys


def test_a_heading_by_kind_is_of_a_kind_that_is_shown_and_differs() -> None:
    by_kind = {key: text for key, text in _label.LABELS.items() if "." in key}

    assert {key.partition(".")[0] for key in by_kind} <= KINDS
    assert [key for key, text in by_kind.items() if _label.LABELS[key.partition(".")[2]] == text] == []


def test_a_persons_word_is_never_translated() -> None:
    fields = {"name", "text", "request", "place", "title", "first_line", "frequency"}

    assert not fields & _word.SPOKEN


def test_the_catalogue_is_where_the_program_looks() -> None:
    assert (language.CATALOGUES / "fr/LC_MESSAGES/coachvault.mo").is_file()
    assert Path(language.CATALOGUES).is_relative_to(Path(coachvault.__path__[0]))
