"""A document made from a template, and the bytes that were kept of one."""

from datetime import date
import hashlib
from pathlib import Path
from typing import cast

import msgspec

from coachvault import documents
from coachvault.actions import retention
from coachvault.vault.store import Vault


class Rendered(msgspec.Struct, frozen=True):
    """A document: its bytes, the name that its file gets, and what the coach must know of it."""

    data: bytes
    name: str
    sha256: str
    warnings: tuple[str, ...] = ()


def make(  # noqa: PLR0913 what a document is made of
    template: str, to: str, context: documents.Context, *, name: str, language: str, own: Path | None
) -> Rendered:
    """Return the document of a template in a format: pdf, docx, odt, html or md."""
    form = cast("documents.Format", to)
    data = documents.write(template, form, context, language=language, templates=own)
    return Rendered(data, f"{name}.{to}", hashlib.sha256(data).hexdigest(), documents.warnings(context))


def convert(  # noqa: PLR0913 what a document is made of
    text: str, to: str, *, name: str, language: str, author: str, on: date
) -> Rendered:
    """Return a document of this very Markdown in a format."""
    data = documents.convert(text, cast("documents.Format", to), language=language, author=author, on=on)
    return Rendered(data, f"{name}.{to}", hashlib.sha256(data).hexdigest())


def table(vault: Vault, language: str, conditions: frozenset[str]) -> list[documents.Row]:
    """Return the lines of a document's table on how long each kind of data is kept."""
    return [documents.Row(*row) for row in retention.rows(vault, language, conditions)]
