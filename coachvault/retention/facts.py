"""What a folder's records say about time: the one input of every trigger.

Where the records leave a doubt, the later day counts: nothing is destroyed too early.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from types import MappingProxyType

import msgspec

from coachvault.records.attachment import Attachment
from coachvault.records.base import Record
from coachvault.records.client import Client, Hold
from coachvault.records.consent import Consent, ConsentType, in_force
from coachvault.records.contract import Contract
from coachvault.records.note import Note
from coachvault.records.organisation import Organisation
from coachvault.records.practice import Profile
from coachvault.records.session import Session
from coachvault.records.subject import Subject
from coachvault.retention import tie
from coachvault.retention.tie import Ties

ONLINE_MINIMUM = 120
"""Euros from which an online contract with a consumer is kept for ten years (FR, D. 213-1)."""

# A record is as old as the latest day it speaks of, and only else as the day it was written: a file
# of 2009 that is entered today is a file of 2009.
_DAYS = ("on", "opened_on", "closed_on", "ended_on", "withdrawn_on")
# What exists by one consent alone, and is due once that is withdrawn.
BY_CONSENT: Mapping[str, ConsentType] = {"recordings": "recording"}
# Drawers that only someone who was coached has.
_COACHED = ("billing", "summary", "reports")


class Trace(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """What the records of one folder say about time by themselves: dates, and no text.

    `has_open_contract`: a contract, draft or signed, has not ended. `contract_ended`, `closed_on`: the last
    contract's end and the closing of the folder. `seen`: the newest session or note. `newest` and `oldest`
    are by drawer; `open_drawers` those with a matter that is not closed; `withdrawn` since when the consent
    that a drawer rests on is withdrawn or refused. `looks_prospective`: nothing shows that a coaching began.
    `named` are the folders of others that it needs, and until when; `empty` drawers that have no record,
    and a key that may open removed ones.
    """

    folder: str = ""
    has_open_contract: bool = False
    contract_ended: date | None = None
    closed_on: date | None = None
    entered_on: date | None = None
    is_organisation: bool = False
    seen: date | None = None
    newest: Mapping[str, date] = {}
    oldest: Mapping[str, date] = {}
    open_drawers: tuple[str, ...] = ()
    withdrawn: Mapping[str, date] = {}
    looks_prospective: bool = False
    is_online_consumer: bool = False
    is_held: bool = False
    named: Mapping[str, date | None] = {}
    empty: tuple[str, ...] = ()

    @property
    def drawers(self) -> tuple[str, ...]:
        """Return every drawer that has a term."""
        return (*self.newest, *self.empty)


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the triggers need to know of one folder: its trace, the practice's profile, what others need.

    `ended_on`: the later of the last contract's end and the closing of the folder. `last_contact`: the newest
    session or note, else the end, else the day the client was entered. `is_tied`: another folder still needs
    it, a contract its sponsor or a group its member.
    """

    has_open_contract: bool = False
    ended_on: date | None = None
    last_seen: date | None = None
    last_contact: date | None = None
    newest: Mapping[str, date] = {}
    open_drawers: frozenset[str] = frozenset()
    withdrawn: Mapping[str, date] = {}
    empty: frozenset[str] = frozenset()
    fiscal_year_end: str = "12-31"
    conditions: frozenset[str] = frozenset()
    is_held: bool = False
    is_tied: bool = False

    @property
    def is_prospect(self) -> bool:
        """Return whether this client never went beyond a first talk."""
        return "prospect" in self.conditions


def trace(records: Mapping[str, Sequence[Record]], renewed: Collection[str] = ()) -> Trace:
    """Return what a folder's records, by drawer, say about time.

    `renewed` are the drawers whose key took the place of one that was destroyed: an empty one of these has
    nothing that its key opens.
    """
    everything = [record for drawer in records.values() for record in drawer]
    subjects = [record for record in everything if isinstance(record, Subject)]
    contracts = [record for record in everything if isinstance(record, Contract)]
    days = {name: [last_day(record) for record in drawer] for name, drawer in records.items() if drawer}
    closed_on = _latest(*(subject.closed_on for subject in subjects))
    return Trace(
        folder=subjects[0].folder if subjects else "",
        has_open_contract=any(contract.state != "ended" for contract in contracts),
        contract_ended=_contract_ended(contracts, closed_on),
        closed_on=closed_on,
        entered_on=_latest(*(subject.created.date() for subject in subjects)),
        is_organisation=any(isinstance(subject, Organisation) for subject in subjects),
        seen=_latest(*(record.on for record in everything if isinstance(record, Session | Note))),
        newest={name: max(found) for name, found in days.items()},
        oldest={name: min(found) for name, found in days.items()},
        open_drawers=tuple(name for name, drawer in records.items() if any(map(_is_open, drawer))),
        withdrawn=_withdrawn(records),
        looks_prospective=_is_prospect(records),
        is_online_consumer=any(map(_is_online_consumer, contracts)),
        is_held=any(isinstance(record, Hold) and record.closed_on is None for record in everything),
        named=tie.ties(everything),
        empty=tuple(name for name, drawer in records.items() if not drawer and name not in renewed),
    )


def facts(found: Trace, profile: Profile | None, ties: Ties = MappingProxyType({})) -> Facts:
    """Return what a folder's trace and those of the others say about time."""
    is_needed = found.folder in ties
    ended = _ended(found, ties.get(found.folder))
    conditions = {
        "prospect": found.looks_prospective and not is_needed,
        "online_consumer": found.is_online_consumer,
        "bnc": profile is not None and profile.accounting == "bnc",
    }
    return Facts(
        has_open_contract=found.has_open_contract,
        ended_on=ended,
        last_seen=found.seen,
        last_contact=found.seen or ended or found.entered_on,
        newest=found.newest,
        open_drawers=frozenset(found.open_drawers),
        withdrawn=found.withdrawn,
        empty=frozenset(found.empty),
        fiscal_year_end=profile.fiscal_year_end if profile else "12-31",
        conditions=frozenset(name for name, holds in conditions.items() if holds),
        is_held=found.is_held,
        is_tied=is_needed and ties[found.folder] is None,
    )


def last_day(record: Record) -> date:
    """Return the latest day that a record speaks of, else the day it was made."""
    days = (getattr(record, name, None) for name in _DAYS)
    return max((day for day in days if isinstance(day, date)), default=record.created.date())


def taken_back(drawer: str, records: Sequence[Record], consents: Sequence[Consent]) -> dict[str, date]:
    """Return the ids of a drawer's records whose own consent does not count any more, and since when.

    What was given anew later is for what comes later: it brings no former consent back.
    """
    answers = [consent for consent in consents if consent.type == BY_CONSENT.get(drawer)]
    places = {consent.id: place for place, consent in enumerate(answers)}
    own = {
        record.id: [day for later in answers[places[record.consent] :] if (day := _over(later))]
        for record in records
        if isinstance(record, Attachment) and record.consent in places
    }
    return {name: min(days) for name, days in own.items() if days}


def _ended(found: Trace, part: date | None) -> date | None:
    """Return the end of the relationship; a part in a group ends as a contract does.

    Nobody closes an organisation: one that nothing needs counts from the day it was entered.
    """
    ended = _latest(found.contract_ended, found.closed_on, part)
    return ended or (found.entered_on if found.is_organisation else None)


def _contract_ended(contracts: Sequence[Contract], closed_on: date | None) -> date | None:
    """Return when the last contract ended; a draft that was given up ends what nothing else has ended."""
    signed = [contract for contract in contracts if contract.signed_on]
    ended = signed if signed or closed_on else contracts
    return _latest(*(contract.ended_on for contract in ended))


def _latest(*days: date | None) -> date | None:
    return max((day for day in days if day), default=None)


def _withdrawn(records: Mapping[str, Sequence[Record]]) -> dict[str, date]:
    """Return the drawers whose consent does not count any more, with the day since when."""
    consents = [record for record in records.get("consents", ()) if isinstance(record, Consent)]
    last = {drawer: in_force(consents, type_, date.max) for drawer, type_ in BY_CONSENT.items()}
    return {drawer: day for drawer, consent in last.items() if consent and (day := _over(consent))}


def _over(consent: Consent) -> date | None:
    """Return since when an answer says no: a refusal from its own day on."""
    return consent.on if consent.answer == "refused" else consent.withdrawn_on


def _is_open(record: Record) -> bool:
    """Tell whether a record is about a matter that can be closed and is not."""
    return "closed_on" in record.__struct_fields__ and getattr(record, "closed_on", None) is None


def _is_prospect(records: Mapping[str, Sequence[Record]]) -> bool:
    """Tell whether a client shows no trace of a coaching: its contract may have gone before the rest.

    A draft that nobody signed is a trace, unless the client is known as a prospect or was declined.
    """
    everything = [record for drawer in records.values() for record in drawer]
    clients = [record for record in everything if isinstance(record, Client)]
    is_known = any(client.prospect_on or client.declined_on for client in clients)
    return bool(clients) and not (
        any(records.get(drawer) for drawer in _COACHED)
        or any(isinstance(r, Contract) and (r.signatures or not is_known) for r in everything)
        or any(isinstance(r, Session) and r.kind != "discovery" for r in everything)
    )


def _is_online_consumer(contract: Contract) -> bool:
    """Tell whether the ten-year rule may apply: an amount that is not known in euros may reach it."""
    if not contract.consumer or contract.concluded != "distance":
        return False
    if contract.fee is None or contract.sessions is None or contract.currency not in (None, "EUR"):
        return True
    return contract.fee * contract.sessions >= ONLINE_MINIMUM
