"""Checks of conflicts of interest and of ties besides the coaching."""

from collections.abc import Callable, Iterable, Mapping
from datetime import date

from coachvault.ethics.case import Case
from coachvault.ethics.result import MISSING, NOT_APPLICABLE, Result, judged, met_by, met_if
from coachvault.records.contract import Party
from coachvault.records.event import ConflictCheck, ConflictOfInterest, Referral
from coachvault.records.subject import Subject

# With whom a conflict must have been raised, by whose file it is in (CSS-3.21): a guardian may speak for a
# client.
CONCERNED: Mapping[str, tuple[Party, ...]] = {
    "client": ("client", "guardian"),
    "group": ("member", "client"),
    "organisation": ("sponsor",),
}


def conflict_check(case: Case) -> Result:
    """Met once the client was compared with everyone known, and the coach may take the work on."""
    found = case.all(ConflictCheck)
    return met_if(found[-1].answer != "declined", found[-1]) if found else MISSING


def ties(case: Case) -> Result:
    """Met once other ties are asked about, and each has something that keeps it apart."""
    client = case.client
    if client is None:
        return NOT_APPLICABLE
    has_tie = any(tie != "none" for tie in client.ties)
    return met_if(client.ties and (client.safeguard or not has_tie), client)


def no_conflict(case: Case) -> Result:
    """Missing while a conflict is open, where the contract says that all but the closing stops then."""
    contract = case.contract
    if contract is None or contract.conflict_policy != "stop" or case.is_closing:
        return NOT_APPLICABLE
    return judged(case.conflicts, (c for c in case.conflicts if _is_open(case, c)))


def conflicts_entered(case: Case) -> Result:
    """Met once what is to be managed, by the last comparison, is entered: open since then or that day."""
    found = _managed(case)
    return met_by(found) if found is not None else NOT_APPLICABLE


def conflicts_raised(case: Case) -> Result:
    """Met while every conflict of interest was spoken of with whom it concerns, or says why not."""
    if _managed(case) == []:
        return MISSING
    silent = (c for c in case.conflicts if not c.not_told and not is_raised(case.subject, c))
    return judged(case.conflicts, silent)


def conflicts_settled(case: Case) -> Result:
    """Met while no conflict is open past its day, and each that was closed says how and at what harm."""
    wrong = (
        c for c in case.conflicts if (c.due_on < case.day if _is_open(case, c) else _is_unsettled(case, c))
    )
    return judged(case.conflicts, wrong)


def referral_fees(case: Case) -> Result:
    """Met while the coach gains nothing by a referral, or says what."""
    found = case.all(Referral)
    return judged(found, (r for r in found if r.fee and not r.text))


def is_raised(subject: Subject, conflict: ConflictOfInterest, day: date = date.max) -> bool:
    """Return whether a conflict was spoken of by a day with whom it concerns, in the file of its subject."""
    return any(talk.party in CONCERNED[subject.noun] and talk.on <= day for talk in conflict.talks)


def since(check: ConflictCheck, conflicts: Iterable[ConflictOfInterest]) -> list[ConflictOfInterest]:
    """Return the conflicts that the answer to a comparison may be about: open on its day, or later."""
    return [c for c in conflicts if c.closed_on is None or c.closed_on >= check.on]


def _managed(case: Case) -> list[ConflictOfInterest] | None:
    """Return the conflicts that an answer `managed` is about; None where the last answer was another."""
    checks = case.all(ConflictCheck)
    if not checks or checks[-1].answer != "managed":
        return None
    return since(checks[-1], case.conflicts)


def _is_open(case: Case, conflict: ConflictOfInterest) -> bool:
    return conflict.closed_on is None or conflict.closed_on > case.day


def _is_unsettled(case: Case, conflict: ConflictOfInterest) -> bool:
    # An ending both agreed to is how a conflict was settled: nothing else need say so.
    how = conflict.resolution or conflict.outcome == "ended"
    contract = case.governing(conflict.closed_on) if conflict.closed_on else None
    must_end = contract is not None and contract.conflict_policy == "stop"
    is_said = conflict.outcome and how and conflict.harm
    return not is_said or (must_end and conflict.outcome != "ended")


CHECKS: Mapping[str, Callable[[Case], Result]] = {
    check.__name__: check
    for check in (
        conflict_check,
        ties,
        no_conflict,
        conflicts_entered,
        conflicts_raised,
        conflicts_settled,
        referral_fees,
    )
}
