"""Checks of the work as it goes on: within what was agreed on, looked at again, and kept up."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from itertools import pairwise

from coachvault.ethics.case import Case
from coachvault.ethics.result import NOT_APPLICABLE, Result, judged, met_by, met_if
from coachvault.records.event import FollowUp, Referral

# A series is long from so many sessions or so much time on.
LONG, YEAR = 10, timedelta(days=365)
# Help in a crisis is a matter of days to weeks from one session to the next.
CLOSEST, FURTHEST = timedelta(days=2), timedelta(days=42)
PATIENCE = timedelta(days=14)


def number(case: Case) -> Result:
    """Met while there were no more sessions than agreed on."""
    contract, held = case.contract, case.sessions
    if contract is None or contract.sessions is None or not held:
        return NOT_APPLICABLE
    return met_if(len(held) <= contract.sessions, contract, *held)


def term(case: Case) -> Result:
    """Met while no session was held after the last day agreed on."""
    contract, held = case.contract, case.sessions
    if contract is None or contract.end is None or not held:
        return NOT_APPLICABLE
    return met_if(all(session.on <= contract.end for session in held), contract, *held)


def review(case: Case) -> Result:
    """Missing when half of a long series, or a year, has gone by without looking at where one is."""
    contract, held = case.contract, case.sessions
    if contract is None or not held:
        return NOT_APPLICABLE
    is_half = (contract.sessions or 0) > LONG and 2 * len(held) >= (contract.sessions or 0)
    if not is_half and case.day - min(session.on for session in held) <= YEAR:
        return NOT_APPLICABLE
    return met_by(session for session in held if session.kind == "review")


def spacing(case: Case) -> Result:
    """Met while sessions of help in a crisis are days to weeks apart."""
    held = sorted(case.sessions, key=lambda session: session.on)
    gaps = [later.on - earlier.on for earlier, later in pairwise(held)]
    return met_if(all(CLOSEST <= gap <= FURTHEST for gap in gaps), *held) if gaps else NOT_APPLICABLE


def contact(case: Case) -> Result:
    """Met once the client has said how discreet one must be in writing to them."""
    return met_if(case.client.contact, case.client) if case.client else NOT_APPLICABLE


def referrals(case: Case) -> Result:
    """Met while every referral has an answer, or was made a short while ago."""
    found = case.all(Referral)
    return judged(found, (r for r in found if r.answer == "pending" and case.day - r.on > PATIENCE))


def follow_ups(case: Case) -> Result:
    """Met while nothing that was promised for afterwards is late."""
    found = case.all(FollowUp)
    return judged(found, (f for f in found if not (f.done_on or f.waived_on) and f.due_on < case.day))


CHECKS: Mapping[str, Callable[[Case], Result]] = {
    check.__name__: check for check in (number, term, review, spacing, contact, referrals, follow_ups)
}
