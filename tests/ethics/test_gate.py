"""The start gate on cases in memory: which contract a day belongs to, what is wanted, what is left."""

from datetime import timedelta

from ethics_cases import THIRD, asked, full, held, member
from ethics_records import (
    BEFORE,
    DAY,
    LATER,
    LEA,
    NOE,
    SIGNED,
    ZOE,
    about,
    change,
    contract,
    kept,
    make,
    new_id,
    plus,
    signatures,
    without,
)
import msgspec
import pytest

from coachvault.ethics import gate
from coachvault.ethics.case import Case
from coachvault.records.event import ConflictCheck, ConflictOfInterest, Delivery, Explanation

WEEK = timedelta(days=7)


def lacking(case: Case) -> list[str]:
    return [finding.check.id for finding in gate.lacking(case)]


def test_a_day_belongs_to_the_newest_contract_that_was_signed_by_then() -> None:
    first = contract(created=BEFORE, ended_on=DAY, ended_by="amendment")
    second = contract(created=LATER, amends=first.id, signatures=signatures("client", "coach", on=DAY))
    assert gate.choose([first, second], LATER) == gate.Chosen(first, is_covered=True)
    assert gate.choose([first, second], DAY) == gate.Chosen(second, is_covered=True)


def test_before_the_signature_the_draft_is_meant_and_does_not_cover() -> None:
    draft = contract(signatures=signatures("client"))
    assert gate.choose([draft], DAY) == gate.Chosen(draft)
    assert gate.choose([contract()], BEFORE).is_covered is False


def test_after_the_last_end_there_is_none() -> None:
    ended = contract(ended_on=SIGNED, ended_by="term")
    assert gate.choose([ended], SIGNED).is_covered
    assert gate.choose([ended], LATER) == gate.Chosen(None, ended_on=SIGNED)
    assert gate.choose([], DAY) == gate.Chosen(None)


def test_the_gate_is_asked_before_the_first_session_alone() -> None:
    case = without(full(), ConflictCheck)
    assert lacking(case) == ["conflict_check"]
    assert lacking(plus(case, *held(case, LATER))) == []


def test_a_session_entered_later_for_an_earlier_day_is_a_first_one() -> None:
    case = without(full(), ConflictCheck)
    case = plus(case, *held(case, DAY))
    assert lacking(msgspec.structs.replace(case, day=LATER)) == ["conflict_check"]


def test_what_was_done_after_the_session_does_not_count() -> None:
    case = plus(without(full(), ConflictCheck), make(ConflictCheck, on=DAY, answer="none"))
    assert lacking(case) == []
    assert lacking(msgspec.structs.replace(case, day=LATER)) == ["conflict_check"]


def test_before_the_signature_every_session_is_a_first_one() -> None:
    case = kept(full(), signatures=signatures("coach"))
    assert "signed" in lacking(plus(case, *held(case, LATER)))


def test_another_version_of_the_contract_passes_the_gate_again() -> None:
    case = full()
    assert case.contract
    before = contract(id="b" * 16, created=BEFORE)
    case = plus(kept(case, amends=before.id), before)
    older = held(msgspec.structs.replace(case, contract=before), LATER)
    assert lacking(without(plus(case, *older), ConflictCheck)) == ["conflict_check"]


def test_an_open_conflict_stops_every_session_but_the_closing_one() -> None:
    case = kept(full(), conflict_policy="stop")
    opened = make(ConflictOfInterest, opened_on=LATER, due_on=DAY, nature="tie", text="x")
    case = plus(case, *held(case, SIGNED), opened)
    assert lacking(case) == ["no_conflict"]
    assert lacking(msgspec.structs.replace(case, is_closing=True)) == []


def test_a_member_who_is_not_bound_may_stay_away() -> None:
    case = about(full("group"), members=[member(ZOE), THIRD])
    case = plus(case, *held(case, SIGNED))
    assert lacking(case) == ["members_voluntary", "members_bound"]
    assert lacking(msgspec.structs.replace(case, present=(ZOE,))) == []


@pytest.mark.parametrize("cls", [Delivery, Explanation])
def test_a_member_who_joins_later_has_a_first_session_of_their_own(
    cls: type[Delivery] | type[Explanation],
) -> None:
    case = full("group")
    case = about(case, members=[member(ZOE), member(NOE), member(LEA, joined_on=LATER)])
    case = msgspec.structs.replace(case, answers={**case.answers, LEA: (asked(),)})
    case = plus(case, *held(case, SIGNED, present=[ZOE, NOE]))
    assert lacking(case) == ["charter_delivered", "contract_delivered", "understood", "limits"]
    assert lacking(msgspec.structs.replace(case, present=(ZOE, NOE))) == []
    told = [change(r, id=new_id(), who=LEA) for r in case.records if getattr(r, "who", None) == NOE]
    assert lacking(plus(case, *told)) == []
    wanted = {Delivery: ["charter_delivered", "contract_delivered"], Explanation: ["understood", "limits"]}
    assert lacking(plus(case, *(r for r in told if not isinstance(r, cls)))) == wanted[cls]
    assert lacking(plus(case, *held(case, LATER, present=[NOE, LEA]))) == []


def test_a_group_is_of_two_at_every_session() -> None:
    left = member(NOE, left_on=LATER)
    case = about(full("group"), members=[member(ZOE), left])
    case = plus(case, *held(case, SIGNED))
    assert lacking(case) == ["members_enough"]
    assert lacking(msgspec.structs.replace(case, day=LATER)) == []


def test_how_many_sessions_are_left_counts_those_of_every_version_and_of_later_days() -> None:
    before = contract(id="c" * 16, created=BEFORE)
    case = plus(kept(full(sessions=3), amends=before.id), before)
    case = plus(case, *held(case, DAY + WEEK), *held(msgspec.structs.replace(case, contract=before), LATER))
    assert gate.is_last(case)
    assert not gate.is_full(case)
    assert gate.is_full(plus(case, *held(case, SIGNED)))


def test_a_discovery_session_is_not_one_of_those_agreed_on() -> None:
    case = full(sessions=1)
    assert not gate.is_full(plus(case, *held(case, LATER, kind="discovery")))
    assert gate.is_full(plus(case, *held(case, LATER, kind="closing")))


def test_help_in_solidarity_counts_what_was_held_under_other_contracts() -> None:
    case = full("solidarity", sessions=2)
    before = contract("solidarity", created=BEFORE, ended_on=SIGNED, ended_by="term")
    case = plus(case, before, *held(msgspec.structs.replace(case, contract=before), *[BEFORE] * 3))
    assert gate.is_last(case)
    assert gate.is_capped(case)
    assert gate.is_full(plus(case, *held(case, LATER)))
    other = kept(full(sessions=2), kind="individual")
    assert not gate.is_capped(other)


def test_a_draft_that_was_given_up_is_no_contract_that_ended() -> None:
    given_up = contract(signatures=[], ended_on=LATER)
    assert gate.choose([given_up], SIGNED) == gate.Chosen(None)
    assert gate.choose([given_up], DAY) == gate.Chosen(None)


def test_the_last_day_agreed_on_comes_near_and_passes() -> None:
    far, near, past = DAY + 3 * WEEK, DAY + WEEK, LATER
    cases = [full(end=end) for end in (far, near, DAY, past)]
    assert [gate.is_ending(case) for case in cases] == [False, True, True, False]
    assert [gate.is_late(case) for case in cases] == [False, False, False, True]
    assert not gate.is_late(full())
