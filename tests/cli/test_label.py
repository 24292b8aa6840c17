"""Every field and every word that a terminal shows has its name in both languages."""

from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
import pkgutil
import typing

import msgspec
import pytest

from coachvault import language
import coachvault.actions
from coachvault.cli import _label, _word
from coachvault.records import kinds
from coachvault.records.base import SYSTEM_FIELDS

# Shown nowhere, or as they are.
BARE = {"schema", "folder", "revision", "code", "id", "field"}


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
            language.use("en")
            english = _label.labels().get(name)
            language.use("fr")
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

    assert [word for word in words if _word.word(word) == word and "_" in word] == []


def test_a_persons_word_is_never_translated() -> None:
    fields = {"name", "text", "request", "place", "title", "first_line", "frequency"}

    assert not fields & _word.SPOKEN


def test_the_catalogue_is_where_the_program_looks() -> None:
    assert (language.CATALOGUES / "fr/LC_MESSAGES/coachvault.mo").is_file()
    assert Path(language.CATALOGUES).is_relative_to(Path(coachvault.__path__[0]))
