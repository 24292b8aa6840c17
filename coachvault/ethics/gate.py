"""The start gate, and what was agreed on: what a session needs before it may take place.

The gate wants the checks of a contract and of a start before the first session, and those of every session
before each (CD-1, CSS-2.solidaire-4). A discovery session needs none. Who joins a group later has a first
session of their own.
"""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import NamedTuple

import msgspec

from coachvault.ethics import check, terms
from coachvault.ethics.case import Addressee, Case
from coachvault.records.contract import Contract, versions

# How long before its last day a contract is said to come to an end.
NOTICE = timedelta(days=14)
# What each member of a group is handed and told by themselves.
_TOLD = ("charter_delivered", "contract_delivered", "understood", "limits")


class Chosen(NamedTuple):
    """The contract that a day belongs to, and whether everyone had signed it by then.

    Without a contract, `ended_on` says when the last one had ended.
    """

    contract: Contract | None
    is_covered: bool = False
    ended_on: date | None = None


def choose(contracts: Sequence[Contract], day: date) -> Chosen:
    """Return the newest contract signed by a day and not ended before, else the newest that may be."""
    # A draft that was given up is no contract that ended.
    known = [c for c in reversed(contracts) if c.signed_on or c.ended_on is None]
    open_ = [c for c in known if c.ended_on is None or day <= c.ended_on]
    covering = next((c for c in open_ if c.signed_on and c.signed_on <= day), None)
    if covering:
        return Chosen(covering, is_covered=True)
    ended_on = max((c.ended_on for c in known if c.ended_on), default=None)
    return Chosen(open_[0]) if open_ else Chosen(None, ended_on=ended_on)


def lacking(case: Case) -> tuple[check.Finding, ...]:
    """Return the checks that the gate wants before a session of that day and that are missing."""
    stages: tuple[check.Stage, ...] = ("contract", "start", "session")
    if is_first(case):
        return tuple(finding for finding in check.run(case, stages) if finding.state == "missing")
    each = (finding for finding in check.run(case, ("session",)) if finding.state == "missing")
    return (*_untold(case), *each)


def _untold(case: Case) -> tuple[check.Finding, ...]:
    """Return what members who are new under this version of the contract were not handed or told (DA-3)."""
    found = {
        finding.check.id: finding
        for newcomer in _newcomers(case)
        for finding in check.run(msgspec.structs.replace(case, signer=newcomer), ("start",))
        if finding.check.id in _TOLD and finding.state == "missing"
    }
    return tuple(found.values())


def _newcomers(case: Case) -> Iterator[Addressee]:
    """Yield the members in question who were at no session yet that this version covered."""
    group = case.group
    if group is None:
        return
    held = [s for s in case.sessions if case.contract and s.contract == case.contract.id and s.on <= case.day]
    for member in case.members:
        # Older records do not say who was present.
        if not any(member.client in (s.present or {m.client for m in group.present_on(s.on)}) for s in held):
            yield Addressee("member", member.client)


def is_full(case: Case) -> bool:
    """Return whether all sessions agreed on have been held, so that one more needs an amendment (CD-29)."""
    agreed = terms.most(case)
    return agreed is not None and len(case.sessions) >= agreed


def is_last(case: Case) -> bool:
    """Return whether the session to be logged is the last one agreed on."""
    agreed = terms.most(case)
    return agreed is not None and len(case.sessions) + 1 == agreed


def is_capped(case: Case) -> bool:
    """Return whether no amendment may add a session: help in solidarity has four in all (CSS-3.5-1)."""
    contract = case.contract
    if contract is None or contract.kind != "solidarity":
        return False
    return (contract.sessions or terms.MOST) + len(case.support) >= terms.MOST


def is_spent(case: Case) -> bool:
    """Return whether there were four sessions of help in solidarity, whoever had signed (CSS-3.5-1)."""
    is_help = case.contract is not None and case.contract.kind == "solidarity"
    return is_help and len(case.sessions) + len(case.support) >= terms.MOST


def is_late(case: Case) -> bool:
    """Return whether the last day agreed on has gone by (DA-5a)."""
    end = case.contract.end if case.contract else None
    return end is not None and case.day > end


def is_ending(case: Case) -> bool:
    """Return whether the last day agreed on is near."""
    end = case.contract.end if case.contract else None
    return end is not None and end - NOTICE <= case.day <= end


def is_agreed(case: Case) -> bool:
    """Return whether what a discovery session comes before had been agreed on: it may be on that very day."""
    found = versions(case.all(Contract), case.contract) if case.contract else ()
    signed_on = found[0].signed_on if found else None
    held = any(session.on <= case.day for session in case.sessions)
    return signed_on is not None and (signed_on < case.day or (signed_on == case.day and held))


def is_first(case: Case) -> bool:
    """Return whether this contract had no session by that day that it covered."""
    contract = case.contract
    if contract is None or contract.signed_on is None or contract.signed_on > case.day:
        return True
    return not any(s.contract == contract.id and s.on <= case.day for s in case.sessions)
