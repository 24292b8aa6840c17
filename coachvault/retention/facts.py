"""What a folder's records say about time: the one input of every trigger.

Where the records leave a doubt, the later day counts: nothing is destroyed too early.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from types import MappingProxyType

import msgspec

from coachvault.records.base import Record
from coachvault.records.client import Client, Hold
from coachvault.records.consent import Consent, ConsentType, in_force
from coachvault.records.contract import Contract
from coachvault.records.note import Note
from coachvault.records.organisation import Organisation
from coachvault.records.practice import Profile
from coachvault.records.session import Session
from coachvault.records.subject import Subject
from coachvault.retention.tie import Ties

ONLINE_MINIMUM = 120
"""Euros from which an online contract with a consumer is kept for ten years (FR, D. 213-1)."""

# A record is as old as the latest day it speaks of, and only else as the day it was written: a file
# of 2009 that is entered today is a file of 2009.
_DAYS = ("on", "opened_on", "closed_on", "ended_on", "withdrawn_on")
# What exists by one consent alone, and is due once that is withdrawn.
_BY_CONSENT: Mapping[str, ConsentType] = {"recordings": "recording"}
# Drawers that only someone who was coached has.
_COACHED = ("billing", "summary", "reports")


class Facts(msgspec.Struct, frozen=True, kw_only=True):
    """What the triggers need to know of one folder.

    `has_open_contract`: a contract, draft or signed, has not ended. `ended_on`: the later of the
    last contract's end and the closing of the folder. `last_seen`: the newest session or note.
    `last_contact`: the same, else the end, else the day the client was entered. `newest`: the
    latest day of each drawer's records. `open_drawers`: those with a matter that is not closed.
    `is_tied`: another folder still needs it, a contract its sponsor or a group its member.
    `withdrawn`: since when the consent that a drawer rests on is withdrawn or refused.
    """

    has_open_contract: bool = False
    ended_on: date | None = None
    last_seen: date | None = None
    last_contact: date | None = None
    newest: Mapping[str, date] = {}
    open_drawers: frozenset[str] = frozenset()
    withdrawn: Mapping[str, date] = {}
    fiscal_year_end: str = "12-31"
    conditions: frozenset[str] = frozenset()
    is_held: bool = False
    is_tied: bool = False

    @property
    def is_prospect(self) -> bool:
        """Return whether this client never went beyond a first talk."""
        return "prospect" in self.conditions


def facts(
    records: Mapping[str, Sequence[Record]], profile: Profile | None, ties: Ties = MappingProxyType({})
) -> Facts:
    """Return what a folder's records, by drawer, and those of the others say about time."""
    everything = [record for drawer in records.values() for record in drawer]
    subjects = [record for record in everything if isinstance(record, Subject)]
    own = {subject.folder: ties[subject.folder] for subject in subjects if subject.folder in ties}
    contracts = [record for record in everything if isinstance(record, Contract)]
    seen = max((record.on for record in everything if isinstance(record, Session | Note)), default=None)
    ended = _ended(subjects, contracts, own)
    conditions = {
        "prospect": not own and _is_prospect(records),
        "online_consumer": any(map(_is_online_consumer, contracts)),
        "bnc": profile is not None and profile.accounting == "bnc",
    }
    return Facts(
        has_open_contract=any(contract.state != "ended" for contract in contracts),
        ended_on=ended,
        last_seen=seen,
        last_contact=seen or ended or _latest(*(subject.created.date() for subject in subjects)),
        newest={name: max(map(last_day, drawer)) for name, drawer in records.items() if drawer},
        open_drawers=frozenset(name for name, drawer in records.items() if any(map(_is_open, drawer))),
        withdrawn=_withdrawn(records),
        fiscal_year_end=profile.fiscal_year_end if profile else "12-31",
        conditions=frozenset(name for name, holds in conditions.items() if holds),
        is_held=any(isinstance(record, Hold) and record.closed_on is None for record in everything),
        is_tied=None in own.values(),
    )


def last_day(record: Record) -> date:
    """Return the latest day that a record speaks of, else the day it was made."""
    days = (getattr(record, name, None) for name in _DAYS)
    return max((day for day in days if isinstance(day, date)), default=record.created.date())


def _ended(subjects: Sequence[Subject], contracts: Sequence[Contract], own: Ties) -> date | None:
    """Return the end of the relationship; a part in a group ends as a contract does.

    Nobody closes an organisation: one that nothing needs counts from the day it was entered.
    """
    ends = (contract.ended_on for contract in contracts)
    ended = _latest(*ends, *(subject.closed_on for subject in subjects), *own.values())
    entered = (s.created.date() for s in subjects if isinstance(s, Organisation))
    return ended or _latest(*entered)


def _latest(*days: date | None) -> date | None:
    return max((day for day in days if day), default=None)


def _withdrawn(records: Mapping[str, Sequence[Record]]) -> dict[str, date]:
    """Return the drawers whose consent does not count any more, with the day since when."""
    consents = [record for record in records.get("consents", ()) if isinstance(record, Consent)]
    last = {drawer: in_force(consents, type_, date.max) for drawer, type_ in _BY_CONSENT.items()}
    days = {drawer: c.on if c.answer == "refused" else c.withdrawn_on for drawer, c in last.items() if c}
    return {drawer: day for drawer, day in days.items() if day}


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
