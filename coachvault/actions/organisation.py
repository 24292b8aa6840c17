"""Organisations: sponsors and employers, each with a folder of its own."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import msgspec

from coachvault.actions import draft, roster, who
from coachvault.actions.result import Card, Done, Listing
from coachvault.language import _
from coachvault.records.organisation import Contact, Organisation
from coachvault.vault import layout
from coachvault.vault.store import Vault


class Sheet(msgspec.Struct, frozen=True):
    """An organisation's own fields."""

    code: str
    name: str
    aliases: tuple[str, ...]
    form: str
    registration: str | None
    contacts: tuple[Contact, ...]
    confidential: tuple[str, ...]
    address: str | None
    language: str | None
    since: date


def new(vault: Vault, options: Mapping[str, Any], source: draft.Source | None) -> Done:
    """Enter an organisation; the folder's id is random and its code is free."""
    values = draft.values("organisation", options, source, _completed())
    with vault.change() as change:
        code = who.new_code(vault, "organisation")
        made = change.add("organisation", layout.new_id(), {"code": code, **values})
    message = _("the organisation is entered as %(code)s") % {"code": code}
    return Done(message, {"code": code, "folder": made.folder})


def listing(vault: Vault) -> Listing:
    """Return every organisation, by name."""
    return roster.listing(vault, who.ORGANISATION)


def show(vault: Vault, name: str) -> Card:
    """Return all that is known of an organisation."""
    found = get(vault, name)
    given: dict[str, Any] = {field: getattr(found, field, None) for field in Sheet.__struct_fields__}
    return Card("organisation", Sheet(**given | {"since": found.created.date()}))


def edit(vault: Vault, name: str, options: Mapping[str, Any], source: draft.Source | None) -> Done:
    """Change an organisation's fields; those not named stay."""
    with vault.change() as change:
        found = get(vault, name)
        changed = change.update(found, draft.edited(found, options, source, _completed(found)))
    return draft.changed(found, changed, found.code)


def get(vault: Vault, name: str) -> Organisation:
    """Return the one organisation meant."""
    found = who.subject(vault, name, who.ORGANISATION)
    assert isinstance(found, Organisation)  # noqa: S101 one of that kind was asked for
    return found


def _completed(before: Organisation | None = None) -> Callable[[dict[str, Any]], None]:
    """Return what gives each contact an id; one may be written as a name alone."""

    def complete(values: dict[str, Any]) -> None:
        known = before.contacts if before else ()
        values["contacts"] = draft.identified(values.get("contacts", ()), "name", known)

    return complete
