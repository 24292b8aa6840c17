"""Marks every text of a client's folder, and finds a mark wherever a document could carry it."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
import html
import io
import itertools
import re
import types
import typing
from typing import Any, Literal, Union
import zipfile

import msgspec
import pypdf
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, StreamObject

from coachvault.records.base import LINE_PATTERN, NAME_PATTERN, SYSTEM_FIELDS, TEXT_PATTERN, Record
from coachvault.records.kinds import CLIENT_DRAWERS, KINDS, cls_of
from coachvault.vault import layout

FREE = (NAME_PATTERN, LINE_PATTERN, TEXT_PATTERN)
# Every kind that lies in a client's folder, but those that only other folders have.
OWNED = sorted(
    name
    for name, kind in KINDS.items()
    if kind.drawer in (None, *CLIENT_DRAWERS) and name not in ("organisation", "group")
)
_NUMBER = itertools.count(100)


class Marks:
    """Marks handed out, each once, with the field that it stands in."""

    def __init__(self) -> None:
        self.fields: dict[str, str] = {}

    def mark(self, field: str) -> str:
        # Letters and digits: no format escapes, breaks or hyphenates them.
        word = f"qz{next(_NUMBER)}k"
        self.fields[word] = field
        return word

    def values(self, cls: type[msgspec.Struct], path: str) -> dict[str, Any]:
        """Return a value for every field of a class, a mark in every text."""
        hints = typing.get_type_hints(cls, include_extras=True)
        system = SYSTEM_FIELDS if issubclass(cls, Record) else ()
        names = [name for name in cls.__struct_fields__ if name not in system]
        return {name: self.value(hints[name], f"{path}.{name}") for name in names}

    def conflict(self, path: str) -> dict[str, Any]:
        """Return what another device wrote in a field: it may be a client's text too."""
        mark = self.mark(f"{path}.conflicts")
        return {"id": layout.new_id(), "field": "text", "updated": datetime.now(UTC), "theirs": mark}

    def value(self, hint: Any, path: str) -> Any:  # noqa: ANN401 a type, and any value
        """Return a value of a type."""
        metas: list[msgspec.Meta] = []
        while typing.get_origin(hint) in (Union, types.UnionType, typing.Annotated):
            if typing.get_origin(hint) is typing.Annotated:
                metas += hint.__metadata__
                hint = hint.__origin__
            else:
                hint = next(arg for arg in typing.get_args(hint) if arg is not type(None))
        if typing.get_origin(hint) is tuple:
            return [self.value(typing.get_args(hint)[0], path)]
        if typing.get_origin(hint) is Literal:
            return typing.get_args(hint)[0]
        if isinstance(hint, type) and issubclass(hint, msgspec.Struct):
            return self.values(hint, path)
        if hint is str:
            return self._text(metas, path)
        return {int: 60, bool: True, date: date(2026, 11, 1), Decimal: Decimal(90)}[hint]

    def _text(self, metas: list[msgspec.Meta], path: str) -> str:
        pattern = next((meta.pattern for meta in metas if meta.pattern), None)
        if pattern is None or pattern in FREE:
            return self.mark(path)
        samples = (layout.new_id(), "a" * 64, "EUR", "18:30")
        return next(sample for sample in samples if re.search(pattern, sample))


def marked(kind: str, marks: Marks, owner: str = "") -> dict[str, Any]:
    """Return the values of a record of a kind with a mark in every text that it can hold.

    `owner` says whose it is where it is not of the client in question.
    """
    path = f"{owner}{kind}"
    return {**marks.values(cls_of(kind), path), "conflicts": [marks.conflict(path)]}


def found(data: bytes, form: str, marks: Marks) -> set[str]:
    """Return the marks that a document carries, seen or hidden."""
    texts = [_together(text) for text in _everything(data, form)]
    return {mark for mark in marks.fields if any(mark in text for text in texts)}


def _together(text: str) -> str:
    return re.sub(r"[\s\u00ad\u2010-]", "", text).casefold()


def _everything(data: bytes, form: str) -> Iterator[str]:
    """Yield every text of a document: what is shown, properties, comments, names of its parts."""
    if form in ("docx", "odt"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield archive.comment.decode("utf-8", "replace")
            for part in archive.infolist():
                yield part.filename + part.comment.decode("utf-8", "replace")
                yield from _markup(archive.read(part).decode("utf-8", "replace"))
    elif form == "pdf":
        yield from _pdf(data)
    else:
        yield from _markup(data.decode())


def _markup(text: str) -> Iterator[str]:
    yield text
    yield html.unescape(re.sub(r"<[^>]*>", "", text))


def _pdf(data: bytes) -> Iterator[str]:
    yield data.decode("latin-1")
    reader = pypdf.PdfReader(io.BytesIO(data))
    yield from (page.extract_text() for page in reader.pages)
    for number in range(1, int(str(reader.trailer["/Size"]))):
        thing = reader.get_object(IndirectObject(number, 0, reader))
        yield from _strings(thing)


def _strings(thing: object) -> Iterator[str]:
    """Yield what an object of a PDF says, and the contents of its streams; links are followed elsewhere."""
    if isinstance(thing, StreamObject):
        yield thing.get_data().decode("utf-8", "replace")
    if isinstance(thing, DictionaryObject):
        for key, value in thing.items():
            yield str(key)
            if not isinstance(value, IndirectObject):
                yield from _strings(value)
    elif isinstance(thing, ArrayObject):
        for value in thing:
            if not isinstance(value, IndirectObject):
                yield from _strings(value)
    else:
        yield str(thing)
