"""The charters: what a coach commits to, and what the members of a group promise one another."""

from datetime import date
from typing import TYPE_CHECKING

import msgspec

from coachvault import clock
from coachvault.actions import profile
from coachvault.actions.result import Card, Listing
from coachvault.vault import layout
from coachvault.vault.store import Vault

if TYPE_CHECKING:
    from coachvault.actions.document import Rendered


# The template of each charter.
TEMPLATES = {"individual": "charter", "group": "charter-group"}


class Sheet(msgspec.Struct, frozen=True):
    """A charter as it stands today: its words as Markdown, and the digest of these bytes."""

    name: str
    language: str
    version: date
    sha256: str
    text: str


class Row(msgspec.Struct, frozen=True):
    """A charter that can be rendered, and whose words it has."""

    name: str
    language: str
    owner: str


def listing(vault: Vault) -> Listing:
    """Return the charters, shipped or the coach's own, in each language."""
    from coachvault.documents import template  # noqa: PLC0415 a template engine is slow to load

    own = vault.root / layout.TEMPLATES
    rows = [
        Row(name, language, "own" if path.is_relative_to(own) else "shipped")
        for language in ("fr", "en")
        for name, path in template.names(language, own).items()
        if name.startswith("charter")
    ]
    return Listing("charter", tuple(rows))


def show(vault: Vault, language: str | None, kind: str) -> Card:
    """Return a charter as it stands today."""
    made = render(vault, "md", language, kind)
    said = language or vault.config.language
    return Card("charter", Sheet(TEMPLATES[kind], said, clock.today(), made.sha256, made.data.decode()))


def render(
    vault: Vault, to: str, language: str | None, kind: str = "individual", on: date | None = None
) -> "Rendered":
    """Return the charter as a document, or that of groups, as it stands on a day."""
    from coachvault import documents  # noqa: PLC0415 a template engine is slow to load
    from coachvault.actions import document  # noqa: PLC0415 the same

    said = language or vault.config.language
    own = profile.get(vault)
    conditions = frozenset({"bnc"} if own.accounting == "bnc" else ())
    context = documents.charter_context(
        own,
        document.table(vault, said, conditions),
        country=vault.config.country,
        language=said,
        on=on or clock.today(),
    )
    templates, name = vault.root / layout.TEMPLATES, TEMPLATES[kind]
    return document.make(name, to, context, name=f"{name}-{said}", language=said, own=templates)
