"""Clients: entering, changing, holding, closing."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
import msgspec

from coachvault import clock
from coachvault.actions import contract as contracts
from coachvault.actions import draft, who
from coachvault.actions.result import Card, Done
from coachvault.errors import RefusedError
from coachvault.language import _
from coachvault.records.client import Client, Hold
from coachvault.records.contract import Contract
from coachvault.records.note import Note
from coachvault.records.session import Session
from coachvault.vault import layout
from coachvault.vault.store import Vault


class Sheet(msgspec.Struct, frozen=True):
    """A client's own fields, and what is open on them."""

    code: str
    name: str
    aliases: tuple[str, ...]
    email: str | None
    phone: str | None
    address: str | None
    language: str | None
    state: str
    since: date
    closed_on: date | None
    closed_by: str | None
    held: str | None


def new(vault: Vault, options: Mapping[str, Any], source: draft.Source | None) -> Done:
    """Enter a client; the folder's id is random and its code is free."""
    values = draft.values("client", options, source)
    with vault.change() as change:
        code = who.new_code(vault, "client")
        client = change.add("client", layout.new_id(), {"code": code, **values})
    return Done(
        _("the client is entered as %(code)s") % {"code": code}, {"code": code, "folder": client.folder}
    )


def show(vault: Vault, name: str) -> Card:
    """Return all that the identity drawer says of a client."""
    client = who.find(vault, name)
    hold = open_hold(vault, client.folder)
    given: dict[str, Any] = {field: getattr(client, field, None) for field in Sheet.__struct_fields__}
    facts = {
        "state": state(vault, client),
        "since": client.created.date(),
        "held": hold.reason if hold else None,
    }
    return Card("client", Sheet(**given | facts))


def edit(vault: Vault, name: str, options: Mapping[str, Any], source: draft.Source | None) -> Done:
    """Change a client's fields; those not named stay."""
    with vault.change() as change:
        client = who.find(vault, name)
        changed = change.update(client, draft.edited(client, options, source))
    return draft.changed(client, changed, client.code)


def hold(vault: Vault, name: str, reason: str, review_on: date | None) -> Done:
    """Keep every record of a client from destruction, for a reason, until released."""
    today = clock.today()
    latest = today + relativedelta(months=12)
    review = review_on or latest
    if not today <= review <= latest:
        raise RefusedError(
            _("a hold is reviewed within 12 months"),
            _("give --review-on a date up to %(date)s") % {"date": latest},
        )
    with vault.change() as change:
        client = who.find(vault, name)
        if open_hold(vault, client.folder):
            raise RefusedError(
                _("%(code)s is held already") % {"code": client.code},
                _("see it with: coach client show CODE"),
            )
        change.add("hold", client.folder, {"opened_on": today, "review_on": review, "reason": reason})
    return Done(
        _("nothing of %(code)s will be destroyed until it is released; review it by %(date)s")
        % {"code": client.code, "date": review},
        {"code": client.code, "review_on": review},
    )


def release(vault: Vault, name: str) -> Done:
    """End the hold on a client; the terms count again."""
    with vault.change() as change:
        client = who.find(vault, name)
        found = open_hold(vault, client.folder)
        if found is None:
            raise RefusedError(
                _("%(code)s is not held") % {"code": client.code},
                _("see the client with: coach client show CODE"),
            )
        change.update(found, {"closed_on": clock.today()})
    return Done(_("the hold on %(code)s has ended") % {"code": client.code}, {"code": client.code})


def close(vault: Vault, name: str, on: date, by: str, summary: str | None) -> Done:
    """End the relationship and every contract that still runs: the terms of retention start."""
    with vault.change() as change:
        client = who.find(vault, name)
        _refuse_early_end(vault, client, on)
        for contract in vault.load(client.folder, "contract", Contract):
            if contract.ended_on is None:
                contracts.refuse_early_end(contract, on, client.code)
                change.update(contract, {"ended_on": on, "ended_by": by})
        if summary:
            change.add("summary", client.folder, {"on": on, "text": summary})
        change.update(client, {"closed_on": on, "closed_by": by})
    facts = {"code": client.code, "closed_on": on}
    message = _("%(code)s is closed as of %(date)s; what is due when: coach retention explain %(code)s")
    return Done(message % {"code": client.code, "date": on}, facts)


def state(vault: Vault, client: Client) -> str:
    """Return `held`, `closed` or `active`."""
    if open_hold(vault, client.folder):
        return "held"
    return "closed" if client.closed_on else "active"


def open_hold(vault: Vault, folder: str) -> Hold | None:
    """Return the hold on a folder that has not ended, or None."""
    return next((hold for hold in vault.load(folder, "identity", Hold) if hold.closed_on is None), None)


def _refuse_early_end(vault: Vault, client: Client, on: date) -> None:
    if client.closed_on:
        raise RefusedError(
            _("%(code)s is closed already, as of %(date)s") % {"code": client.code, "date": client.closed_on},
            _("a new contract with the client opens the relationship again"),
        )
    days = [session.on for session in vault.load(client.folder, "log", Session)]
    days += [note.on for note in vault.load(client.folder, "notes", Note)]
    last = max(days, default=on)
    if on < last:
        raise RefusedError(
            _("%(code)s has a session or a note of %(date)s, after that day")
            % {"code": client.code, "date": last},
            _("give --on that day or a later one"),
        )
