"""Checks of who takes part: a minor's or a vulnerable adult's guardian, the members of a group."""

from collections.abc import Callable, Mapping

from coachvault.ethics.case import Case
from coachvault.ethics.result import MISSING, NOT_APPLICABLE, Result, met, met_if
from coachvault.records.session import Session

# A group is of two at least; and whoever said nothing in so many sessions is overlooked.
SMALLEST, SILENT = 2, 2


def guardian(case: Case) -> Result:
    """Met once a guardian is named and is a party to the contract."""
    client = case.client
    if client is None or not client.protected:
        return NOT_APPLICABLE
    return met_if(client.guardians and "guardian" in case.others, client)


def guardian_told(case: Case) -> Result:
    """Met once it is agreed what the guardian is told: that, and nothing else, stands in the contract."""
    client, contract = case.client, case.contract
    if client is None or not client.protected:
        return NOT_APPLICABLE
    # An older contract does not say what that was.
    is_other = contract is not None and contract.guardians and contract.told != client.told
    return met_if(client.told and not is_other, client)


def guardian_signed(case: Case) -> Result:
    """Met once each guardian has signed."""
    if case.client is None or not case.client.protected:
        return NOT_APPLICABLE
    is_signed = case.guardians and all(case.signed(*guardian) for guardian in case.guardians)
    return met_if(is_signed, case.contract)


def members_enough(case: Case) -> Result:
    """Met while the group is one: of two members at least; after the end there is no session to come."""
    group, ended_on = case.group, case.contract.ended_on if case.contract else None
    if group is None or (ended_on and ended_on < case.day):
        return NOT_APPLICABLE
    return met_if(len(group.present_on(case.day)) >= SMALLEST, group)


def members_voluntary(case: Case) -> Result:
    """Met while each member in question takes part of their own free will."""
    return _all(case, "voluntary_on")


def members_bound(case: Case) -> Result:
    """Met while each member in question has signed the group's charter."""
    return _all(case, "charter_on")


def members_asked(case: Case) -> Result:
    """Met once each member in question was asked whether the coach may speak of them in supervision.

    A member whose folder is for others to read may have answered: then it is not for this identity to say.
    """
    if case.group is None or not case.members:
        return NOT_APPLICABLE
    known = [case.answers[member.client] for member in case.members if member.client in case.answers]
    asked = [[c for c in own if c.type == "supervision" and c.on <= case.day] for own in known]
    if not all(asked):
        return MISSING
    return met(*(own[-1] for own in asked)) if len(asked) == len(case.members) else NOT_APPLICABLE


def balance(case: Case) -> Result:
    """Missing when a member had no say in the last two sessions that they came to."""
    group = case.group
    held = [s for s in case.all(Session) if s.kind != "discovery"]
    if group is None or len(held) < SILENT:
        return NOT_APPLICABLE
    for member in case.members:
        recent = [s for s in held if member.client in s.present][-SILENT:]
        if len(recent) == SILENT and not any(member.client in (*s.spoke, s.case_by) for s in recent):
            return Result("missing")
    return met(*held)


def _all(case: Case, field: str) -> Result:
    if case.group is None or not case.members:
        return NOT_APPLICABLE
    days = [getattr(member, field) for member in case.members]
    return met_if(all(day and day <= case.day for day in days), case.group)


CHECKS: Mapping[str, Callable[[Case], Result]] = {
    check.__name__: check
    for check in (
        guardian, guardian_told, guardian_signed, members_enough, members_voluntary, members_bound,
        members_asked, balance,
    )
}  # fmt: skip
