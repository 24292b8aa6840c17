"""Referrals: a client pointed to somebody else, or declined and not left without another way."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import msgspec

from coachvault.actions import client as clients
from coachvault.actions import colleague, consent, draft, retention, who
from coachvault.actions.result import Done, Listing
from coachvault.errors import RefusedError, UsageError
from coachvault.language import _
from coachvault.records.contract import Contract
from coachvault.records.event import Referral
from coachvault.vault.store import Vault

# Why a referral is made, by why a client is declined.
REASONS = {"ethical": "ethical", "competence": "competence", "capacity": "capacity", "other": "better_fit"}
ANSWERS = ("pending", "accepted", "declined")
# Reasons for which a client is not declined without a referral being looked for (CSS-3.7-2, DA-38).
OFFERED = ("ethical", "competence")


class Row(msgspec.Struct, frozen=True):
    """A referral in a list; `to` is the name of a colleague, or without one, the trade."""

    code: str
    on: date
    to: str | None
    reason: str
    answer: str
    answered_on: date | None
    fee: Decimal
    id: str


def add(vault: Vault, name: str, to: str | None, options: Mapping[str, Any]) -> Done:
    """Record that a client was pointed to a colleague, or to a trade (CD-11, DA-22, PI-6.4)."""
    if (to is None) == (not options.get("trade")):
        raise UsageError(
            _("a referral is to a colleague or to a trade"), _("give either --to NAME or --trade TEXT")
        )
    found = colleague.find(vault, to) if to is not None else None
    own = {"to": found.id, "trade": found.trade} if found else {}
    values = draft.values("referral", {**options, **own})
    if values.get("answer", "pending") != "pending":
        values["answered_on"] = values["on"]
    with vault.change() as change:
        client = who.entry(vault, name)
        made = change.add("referral", client.folder, values)
    message = _("a referral of %(code)s is recorded") % {"code": client.code}
    return Done(message, {"code": client.code, "referral": made.id})


def listing(vault: Vault, name: str | None) -> Listing:
    """Return the referrals of one client or of all, oldest first."""
    entries = [who.entry(vault, name)] if name else who.entries(vault)
    vault.open_drawers([(entry.folder, "contract") for entry in entries])
    names = colleague.names(vault)
    rows = [
        Row(e.code, r.on, names.get(r.to or "", r.trade), r.reason, r.answer, r.answered_on, r.fee, r.id)
        for e in entries
        for r in vault.load(e.folder, "contract", Referral)
    ]
    rows.sort(key=lambda row: (row.on, row.code))
    return Listing("referral", tuple(rows))


def answer(vault: Vault, name: str, start: str, given: str, on: date) -> Done:
    """Record what the client said to a referral; the last answer counts."""
    with vault.change() as change:
        client = who.entry(vault, name)
        known = vault.load(client.folder, "contract", Referral)
        found = who.pick(known, start, f"coach refer list {client.code}")
        if found.answer == "no_resource":
            raise RefusedError(
                _("nobody was named to the client, so there is nothing to answer"),
                _("record a referral with: coach refer add %(code)s") % {"code": client.code},
            )
        if on < found.on:
            raise RefusedError(
                _("the referral was made on %(date)s, after that day") % {"date": found.on},
                _("give --on that day or a later one"),
            )
        change.update(found, {"answer": given, "answered_on": on})
    message = _("the answer of %(code)s is recorded") % {"code": client.code}
    return Done(message, {"code": client.code, "referral": found.id, "answer": given})


def decline(vault: Vault, name: str, on: date, options: Mapping[str, Any]) -> Done:
    """Decline a prospect: what is left is the day, the reason and to whom they were pointed (CSS-3.7-2).

    `options`: `reason`, and `refer`, a colleague's name, or `no_resource` where none is known who fits.
    """
    reason, to, is_nobody = options["reason"], options.get("refer"), bool(options.get("no_resource"))
    if to is not None and is_nobody:
        raise UsageError(_("--refer and --no-resource exclude each other"), _("give one of them"))
    if reason in OFFERED and to is None and not is_nobody:
        raise RefusedError(
            _("who is declined for this reason is pointed to somebody else"),
            _("name a colleague with --refer NAME, or say with --no-resource that none is known"),
        )
    found = colleague.find(vault, to) if to is not None else None
    with vault.change() as change:
        client = who.find(vault, name)
        clients.refuse_early_end(vault, client, on)
        if not retention.facts_of(vault, client).is_prospect:
            raise RefusedError(
                _("%(code)s is no prospect: a contract, a group or sessions are there already")
                % {"code": client.code},
                _("end the relationship with: coach client close %(code)s") % {"code": client.code},
            )
        for contract in vault.load(client.folder, "contract", Contract):
            if contract.ended_on is None:
                change.update(contract, {"ended_on": on, "ended_by": "coach"})
        if found or is_nobody:
            own = {"to": found.id, "trade": found.trade} if found else {"answer": "no_resource"}
            change.add("referral", client.folder, {"on": on, "reason": REASONS[reason], **own})
        ended = {"closed_on": on, "closed_by": "coach"}
        change.update(client, {"declined_on": on, "declined_for": reason, **ended})
        consent.lapse(vault, change, client.folder, on)
    message = _("%(code)s is declined as of %(date)s; what is due when: coach retention explain %(code)s")
    return Done(message % {"code": client.code, "date": on}, {"code": client.code, "declined_on": on})
