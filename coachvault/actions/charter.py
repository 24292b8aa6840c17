"""The charter: what a coach commits to, handed to a client before anything is signed."""

from typing import TYPE_CHECKING

import msgspec

from coachvault import clock
from coachvault.actions import profile
from coachvault.actions.result import Listing
from coachvault.vault import layout
from coachvault.vault.store import Vault

if TYPE_CHECKING:
    from coachvault.actions.document import Rendered


class Row(msgspec.Struct, frozen=True):
    """A charter that can be rendered, and whose words it has."""

    name: str
    language: str
    origin: str


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


def render(vault: Vault, to: str, language: str | None) -> "Rendered":
    """Return the charter as a document."""
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
        on=clock.today(),
    )
    templates = vault.root / layout.TEMPLATES
    return document.make("charter", to, context, name=f"charter-{said}", language=said, own=templates)
