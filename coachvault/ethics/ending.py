"""Checks of an ending: by whom, spoken of, taken stock of, and what stays."""

from collections.abc import Callable, Mapping
from datetime import date

from coachvault.ethics.case import Case
from coachvault.ethics.result import NOT_APPLICABLE, Result, met_by, met_if
from coachvault.records.base import Record
from coachvault.records.client import Copy
from coachvault.records.contract import Contract
from coachvault.records.document import Document
from coachvault.records.event import Delivery, Referral


def ending(case: Case) -> Result:
    """Met once it is said who ended the work; a client gives no reason."""
    contract = _ended(case)
    return met_if(contract.ended_by, contract) if contract else NOT_APPLICABLE


def agreed_ending(case: Case) -> Result:
    """Met where a conflict that nothing settled was ended by both; a client leaves alone when they like.

    A contract that stops at any conflict agreed on that beforehand.
    """
    contract = _ended(case)
    began_on = _began_on(case)
    unsettled = [
        c for c in case.conflicts if c.outcome == "ended" and c.closed_on and c.closed_on >= began_on
    ]
    if contract is None or contract.conflict_policy == "stop" or not unsettled:
        return NOT_APPLICABLE
    is_agreed = contract.ended_by == "mutual"
    return (
        met_if(is_agreed, contract, *unsettled)
        if is_agreed or contract.ended_by == "coach"
        else NOT_APPLICABLE
    )


def closing_session(case: Case) -> Result:
    """Met once the client had, or was offered, a session to take stock; it is never a condition."""
    if _ended(case) is None:
        return NOT_APPLICABLE
    held = [session for session in case.sessions if session.kind == "closing"]
    asked = [case.client] if case.client and case.client.closing_session else []
    return met_by([*held, *asked])


def discussed(case: Case) -> Result:
    """Met where a coach who stopped the work had spoken of it with the client before."""
    contract, client = _ended(case), case.client
    if contract is None or client is None or "coach" not in (contract.ended_by, client.closed_by):
        return NOT_APPLICABLE
    # Where the coach did not end the contract, they ended the relationship.
    ended_on = (contract.ended_on if contract.ended_by == "coach" else client.closed_on) or case.day
    talks = [day for day in (contract.discussed_on, client.discussed_on) if day]
    return met_if(any(day <= ended_on for day in talks), contract, client)


def way_forward(case: Case) -> Result:
    """Met where the coach stopped, or did not begin, and pointed to somebody else."""
    contract, client = _ended(case), case.client
    has_declined = client is not None and client.declined_for == "ethical"
    if not has_declined and (contract is None or contract.ended_by != "coach"):
        return NOT_APPLICABLE
    return met_by(r for r in case.all(Referral) if has_declined or r.on >= _began_on(case))


def survivors(case: Case) -> Result:
    """Met once what outlives the work was written down for the client: secrecy, destruction, follow-up."""
    return met_by(_endings(case)) if _ended(case) else NOT_APPLICABLE


def afterwards(case: Case) -> Result:
    """Met once whoever had help in a crisis was shown what may follow: a usual contract, or a colleague."""
    contract = _ended(case)
    if contract is None:
        return NOT_APPLICABLE
    later = [c for c in case.all(Contract) if c.kind != "solidarity" and c.created > contract.created]
    own = (r for r in case.all(Referral) if r.on >= _began_on(case))
    handed_on = [r for r in own if r.reason == "after_support"]
    return met_by([*later, *handed_on, *_endings(case)])


def copies(case: Case) -> Result:
    """Met once it was asked what exists of a former client outside the vault, and all of it is destroyed."""
    client = case.client
    if client is None or client.closed_on is None or client.closed_on > case.day:
        return NOT_APPLICABLE
    found = case.all(Copy)
    # What was answered at the end of an earlier relationship says nothing of what came later.
    is_asked = client.copies_on is not None and client.copies_on >= client.closed_on
    return met_if(is_asked and all(copy.destroyed_on for copy in found), client, *found)


def _ended(case: Case) -> Contract | None:
    """Return the contract if it has ended for good."""
    contract = case.contract
    # A draft that was given up was never agreed on.
    is_over = contract and contract.signed_on and contract.ended_on and contract.ended_on <= case.day
    return contract if is_over and contract and contract.ended_by != "amendment" else None


def _began_on(case: Case) -> date:
    """Return when the first version of the contract was signed: what is older is of an earlier one."""
    own = (c for c in case.all(Contract) if c.id in case.versions)
    return min((contract.signed_on for contract in own if contract.signed_on), default=case.day)


def _endings(case: Case) -> list[Record]:
    """Return the documents of this end that were written, and those that were handed over."""
    closed_on = str(case.client.closed_on) if case.client else None
    written = [d for d in case.all(Document) if (d.template or "").startswith("ending")]
    handed = [d for d in case.all(Delivery) if d.what == "ending" and d.version == closed_on]
    return [*(d for d in written if d.about in case.versions), *handed]


CHECKS: Mapping[str, Callable[[Case], Result]] = {
    check.__name__: check
    for check in (
        ending,
        agreed_ending,
        closing_session,
        discussed,
        way_forward,
        survivors,
        afterwards,
        copies,
    )
}
