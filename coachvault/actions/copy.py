"""Copies outside the vault: where they lie, and since when no longer (DA-10)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from coachvault import clock
from coachvault.actions import draft, who
from coachvault.actions.result import Done, Listing
from coachvault.errors import RefusedError
from coachvault.language import _
from coachvault.records.client import Client, Copy
from coachvault.vault.store import Vault


class Row(msgspec.Struct, frozen=True):
    """A copy outside the vault, in a list."""

    code: str
    on: date
    place: str
    destroyed_on: date | None
    what: str
    id: str


def add(vault: Vault, name: str, options: Mapping[str, Any]) -> Done:
    """Record that something of a client lies outside the vault."""
    values = draft.values("copy", options)
    with vault.change() as change:
        client = who.find(vault, name)
        made = change.add("copy", client.folder, values)
        change.update(client, {"copies_on": clock.today()})
    message = _("a copy of what concerns %(code)s is recorded") % {"code": client.code}
    return Done(message, {"code": client.code, "copy": made.id})


def listing(vault: Vault, name: str | None) -> Listing:
    """Return the copies of one client or of all, those that are still there first."""
    entries = [who.entry(vault, name)] if name else who.entries(vault)
    vault.open_drawers([(entry.folder, "identity") for entry in entries])
    rows = [
        Row(entry.code, c.on, c.place, c.destroyed_on, c.what, c.id)
        for entry in entries
        for c in vault.load(entry.folder, "identity", Copy)
    ]
    rows.sort(key=lambda row: (row.destroyed_on is not None, row.code, row.on))
    return Listing("copy", tuple(rows))


def destroyed(vault: Vault, name: str, start: str, on: date) -> Done:
    """Record that a copy is no longer there."""
    with vault.change() as change:
        client = who.find(vault, name)
        known = vault.load(client.folder, "identity", Copy)
        found = who.pick(known, start, f"coach copy list {client.code}")
        if found.destroyed_on:
            raise RefusedError(
                _("this copy was destroyed on %(date)s") % {"date": found.destroyed_on},
                _("see it with: coach copy list %(code)s") % {"code": client.code},
            )
        if on < found.on:
            raise RefusedError(
                _("this copy is of %(date)s, after that day") % {"date": found.on},
                _("give --on that day or a later one"),
            )
        change.update(found, {"destroyed_on": on})
    message = _("the copy is destroyed as of %(date)s") % {"date": on}
    return Done(message, {"code": client.code, "copy": found.id, "destroyed_on": on})


def none(vault: Vault, name: str) -> Done:
    """Record that it was asked, and that nothing of a client lies outside the vault."""
    with vault.change() as change:
        client = who.find(vault, name)
        refuse_remaining(vault, client)
        change.update(client, {"copies_on": clock.today()})
    message = _("nothing of %(code)s lies outside the vault") % {"code": client.code}
    return Done(message, {"code": client.code, "copies_on": clock.today()})


def refuse_remaining(vault: Vault, client: Client) -> None:
    """Raise RefusedError while a copy is known that is not destroyed."""
    if remaining(vault, client):
        raise RefusedError(
            _("a copy of what concerns %(code)s is not destroyed yet") % {"code": client.code},
            _("record that with: coach copy destroyed %(code)s ID") % {"code": client.code},
        )


def remaining(vault: Vault, client: Client) -> tuple[Copy, ...]:
    """Return the copies of a client that are not known to be destroyed."""
    found = vault.load(client.folder, "identity", Copy)
    return tuple(one for one in found if one.destroyed_on is None)
