"""A document made from a template, and the bytes that were kept of one."""

from collections.abc import Collection, Mapping
from datetime import date
import hashlib
from pathlib import Path
from typing import Any, cast

import msgspec

from coachvault import documents
from coachvault.actions import retention
from coachvault.records.document import Document
from coachvault.vault.change import Change
from coachvault.vault.store import Drawer, Vault


class Rendered(msgspec.Struct, frozen=True):
    """A document: its bytes, the name that its file gets, its format, and what the coach must know of it.

    The name of one that is kept in a drawer begins with the code and that drawer: so its copies in the outbox
    are found when the drawer is destroyed, changed ones too.
    """

    data: bytes
    name: str
    format: str
    sha256: str
    warnings: tuple[str, ...] = ()


def make(  # noqa: PLR0913 what a document is made of
    template: str, to: str, context: documents.Context, *, name: str, language: str, own: Path | None
) -> Rendered:
    """Return the document of a template in a format: pdf, docx, odt, html or md."""
    form = cast("documents.Format", to)
    data = documents.write(template, form, context, language=language, templates=own)
    return Rendered(data, f"{name}.{to}", to, hashlib.sha256(data).hexdigest(), documents.warnings(context))


def convert(  # noqa: PLR0913 what a document is made of
    text: str, to: str, *, name: str, language: str, author: str, on: date
) -> Rendered:
    """Return a document of this very Markdown in a format."""
    data = documents.convert(text, cast("documents.Format", to), language=language, author=author, on=on)
    return Rendered(data, f"{name}.{to}", to, hashlib.sha256(data).hexdigest())


def keep(vault: Vault, change: Change, place: Drawer, made: Rendered, values: Mapping[str, Any]) -> None:
    """Keep what was rendered in a drawer, unless it has these bytes of the same version of the same thing.

    `values` are `on` and `template`, and where there are such: `about`, and `version`, the wording.
    """
    known = {(kept.about, kept.version, kept.sha256) for kept in vault.load(*place, Document)}
    if (values.get("about"), values.get("version"), made.sha256) not in known:
        facts = {"role": "rendered", "title": values["template"], "format": made.format}
        change.attach(*place, {**facts, **values}, made.data)


def table(
    vault: Vault, language: str, conditions: frozenset[str], drawers: Collection[str] = retention.DRAWERS
) -> list[documents.Row]:
    """Return the lines of a document's table on how long each of these drawers is kept."""
    return [documents.Row(*row) for row in retention.rows(vault, language, conditions, drawers)]
