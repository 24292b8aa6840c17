"""The session log."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from coachvault.actions import draft, who
from coachvault.actions.result import Card, Done, Listing
from coachvault.errors import RefusedError
from coachvault.language import _
from coachvault.records.client import Client
from coachvault.records.contract import Contract
from coachvault.records.session import Session
from coachvault.vault.store import Vault


class Row(msgspec.Struct, frozen=True):
    """A session in a list."""

    code: str
    on: date
    minutes: int
    kind: str
    place: str | None
    id: str


def add(vault: Vault, name: str, options: Mapping[str, Any], source: draft.Source | None) -> Done:
    """Log a session that took place: when and how long, not what was said."""
    values = draft.values("session", options, source)
    on = draft.past_day(values, options, source)
    with vault.change() as change:
        client = who.find(vault, name)
        if client.closed_on and on > client.closed_on:
            raise RefusedError(
                _("%(code)s is closed as of %(date)s") % {"code": client.code, "date": client.closed_on},
                _("correct --on, or draft a new contract with: coach contract new CODE"),
            )
        contract = _signed(vault, client, on)
        if contract:
            values["contract"] = contract.id
        session = change.add("session", client.folder, values)
    warnings = () if contract or values.get("kind") == "discovery" else (_no_contract(client),)
    message = _("a session with %(code)s on %(date)s is logged") % {"code": client.code, "date": on}
    return Done(message, {"code": client.code, "session": session.id}, warnings)


def listing(vault: Vault, name: str | None) -> Listing:
    """Return the sessions with one client or with all, oldest first."""
    clients = [who.find(vault, name)] if name else who.clients(vault)
    vault.open_drawers([(client.folder, "log") for client in clients])
    rows: list[Row] = [
        Row(client.code, s.on, s.minutes, s.kind, s.place, s.id)
        for client in clients
        for s in vault.load(client.folder, "log", Session)
    ]
    rows.sort(key=lambda row: (row.on, row.code))
    return Listing("session", tuple(rows))


def show(vault: Vault, name: str, session: str | None) -> Card:
    """Return a session by the beginning of its id, or the last one."""
    client = who.find(vault, name)
    found = vault.load(client.folder, "log", Session)
    return Card("session", who.pick(found, session, f"coach session list {client.code}"))


def _signed(vault: Vault, client: Client, on: date) -> Contract | None:
    """Return the signed contract that covers a day, the newest first."""
    found = reversed(vault.load(client.folder, "contract", Contract))
    covering = (
        c for c in found if c.signed_on and c.signed_on <= on and (not c.ended_on or on <= c.ended_on)
    )
    return next(covering, None)


def _no_contract(client: Client) -> str:
    return _("no signed contract with %(code)s covers that day: coach contract sign %(code)s") % {
        "code": client.code
    }
