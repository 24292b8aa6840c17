"""Checks of what is handed over, explained and signed before the work begins."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import TypeVar

from coachvault.ethics.case import Addressee, Case
from coachvault.ethics.result import MISSING, Result, judged, met, met_if
from coachvault.records.contract import Party
from coachvault.records.event import POINTS, Delivery, Explanation, Point

D = TypeVar("D", Delivery, Explanation)


def charter_delivered(case: Case) -> Result:
    """Met once each party but the coach had the charter before it signed; a member, that of the group."""
    found = [d for d in case.all(Delivery) if d.what in _charters(case, d.to)]
    return _delivered(case, found, case.limit)


def contract_delivered(case: Case) -> Result:
    """Met once each party but the coach had this very version of the contract before it signed."""
    found = [d for d in _as_it_stands(case, Delivery) if d.what == "contract"]
    return _delivered(case, found, partial(_limit, case))


def understood(case: Case) -> Result:
    """Met once those who are coached had every point explained that all codes ask for, and understood it.

    What was explained of other terms than those that stand now is not: not of an earlier draft or version.
    """
    return _understood(case, [a for a in case.addressees if a.party == case.coached], POINTS)


def limits(case: Case) -> Result:
    """Met once everyone has agreed on where confidentiality ends."""
    return _understood(case, case.addressees, ("confidentiality",))


def answered(case: Case) -> Result:
    """Met while every question that a party asked has an answer, then or later."""
    told = [e for e in case.all(Explanation) if e.about in case.versions]
    asked = [e for e in told if e.questions]
    return judged(asked, (e for e in asked if not any(_answers(later, e) for later in told)))


def signed(case: Case) -> Result:
    """Met once every party has signed; the members of a group sign its charter instead."""
    contract = case.contract
    needed = {"coach"} if case.group else {"client", "coach"}
    if contract is None or not needed <= set(case.parties):
        return MISSING
    return met_if(all(map(case.signed, case.parties)), contract)


def _charters(case: Case, to: Party) -> tuple[str, ...]:
    """Return which charters are one for a party: the sponsor of a group may have either."""
    if case.group is None:
        return ("charter",)
    return ("group_charter",) if to == "member" else ("group_charter", "charter")


def _delivered(case: Case, deliveries: Sequence[Delivery], limit: Callable[[Addressee], date]) -> Result:
    """Return that it is met once everyone had one of these before they signed."""
    proof = [
        next((d for d in deliveries if _is_to(a, d) and d.on <= limit(a)), None) for a in case.addressees
    ]
    found = [delivery for delivery in proof if delivery]
    return met(*found) if found and len(found) == len(proof) else MISSING


def _limit(case: Case, addressee: Addressee) -> date:
    """Return the last day for handing over and explaining what a contract says: the signature.

    A member of a group signs its charter once, and no contract: each version of one comes before the session
    at which they are bound by it.
    """
    return case.day if addressee.party == "member" and case.contract else case.limit(addressee)


def _as_it_stands(case: Case, cls: type[D]) -> list[D]:
    """Return what was handed over or explained of the contract in the words that it has now."""
    contract = case.contract
    if contract is None:
        return []
    # Older records do not say which words it had.
    known = (None, contract.wording)
    return [record for record in case.all(cls) if record.about == contract.id and record.version in known]


def _understood(case: Case, addressees: Sequence[Addressee], points: Sequence[Point]) -> Result:
    """Return that it is met once each of these has understood each of these points."""
    told = _as_it_stands(case, Explanation)
    proof: list[Explanation] = []
    for addressee in addressees:
        own = [e for e in told if _is_to(addressee, e) and e.on <= _limit(case, addressee)]
        if not set(points) <= {point for explanation in own for point in explanation.points}:
            return MISSING
        proof += own
    return met(*proof) if proof else MISSING


def _answers(later: Explanation, asked: Explanation) -> bool:
    is_same = (later.to, later.who) == (asked.to, asked.who)
    return bool(later.answers) and is_same and (later.on, later.created) >= (asked.on, asked.created)


def _is_to(addressee: Addressee, record: Delivery | Explanation) -> bool:
    return record.to == addressee.party and addressee.who in (None, record.who)


CHECKS: Mapping[str, Callable[[Case], Result]] = {
    check.__name__: check
    for check in (charter_delivered, contract_delivered, understood, limits, answered, signed)
}
