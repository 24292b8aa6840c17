"""Checks of the work as it goes on: within what was agreed on, looked at again, and kept up."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from itertools import pairwise

from coachvault.ethics.case import Case
from coachvault.ethics.result import NOT_APPLICABLE, Result, judged, met_by, met_if
from coachvault.ethics.terms import MOST, most
from coachvault.records.contract import Contract
from coachvault.records.event import FollowUp, Referral
from coachvault.records.name import parts
from coachvault.records.session import Session

# A series is long from so many sessions or so much time on.
LONG, YEAR = 10, timedelta(days=365)
# Help in a crisis is a matter of days to weeks from one session to the next.
CLOSEST, FURTHEST = timedelta(days=2), timedelta(days=42)
PATIENCE = timedelta(days=14)
# How much of its length a session may lack or exceed without a word.
LEEWAY = 0.25


def number(case: Case) -> Result:
    """Met while there were no more sessions than agreed on; in solidarity, four in all whatever they were."""
    contract, held, agreed = case.contract, case.sessions, most(case)
    if contract is None or agreed is None or not held:
        return NOT_APPLICABLE
    is_spent = contract.kind == "solidarity" and len(held) + len(case.support) > MOST
    return met_if(len(_until_the_end(case)) <= agreed and not is_spent, contract, *held)


def term(case: Case) -> Result:
    """Met while no session was held after the last day agreed on."""
    contract, held = case.contract, _until_the_end(case)
    if contract is None or contract.end is None or not held:
        return NOT_APPLICABLE
    return met_if(all(session.on <= contract.end for session in held), contract, *held)


def _until_the_end(case: Case) -> tuple[Session, ...]:
    """Return the sessions but a closing one after the end: the terms do not bind that one (CD-31)."""
    ended_on = case.contract.ended_on if case.contract else None
    return tuple(s for s in case.sessions if s.kind != "closing" or ended_on is None or s.on <= ended_on)


def review(case: Case) -> Result:
    """Missing when half of a long series, or a year, has gone by without looking at where one is."""
    contract, held = case.contract, case.sessions
    if contract is None or not held:
        return NOT_APPLICABLE
    is_half = (contract.sessions or 0) > LONG and 2 * len(held) >= (contract.sessions or 0)
    if not is_half and case.day - min(session.on for session in held) <= YEAR:
        return NOT_APPLICABLE
    return met_by(session for session in held if session.kind == "review")


def departures(contract: Contract, session: Session) -> tuple[str, ...]:
    """Return in what a session departs from the frame: `start`, `duration`, `channel`, `place` (PI-6.2).

    A length departs from the one agreed on where it is more than a quarter of it longer or shorter; a place,
    where it has a word that the agreed one does not have.
    """
    agreed, held = contract.duration, session.minutes
    is_elsewhere = contract.place and not {*parts(session.place or "")} <= {*parts(contract.place)}
    found = {
        "start": contract.start is not None and session.on < contract.start,
        "duration": agreed is not None and abs(held - agreed) > agreed * LEEWAY,
        "channel": contract.channel not in (None, "mixed", session.channel) and session.channel is not None,
        "place": is_elsewhere and session.channel != "remote",
    }
    return tuple(name for name, is_so in found.items() if is_so)


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
