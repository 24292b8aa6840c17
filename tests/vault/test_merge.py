from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from merge_records import NOON, Case, as_read, cases, cases_of, conflict_of
import msgspec
import pytest

from coachvault.errors import DamagedError
from coachvault.records import schema
from coachvault.records.base import SYSTEM_FIELDS, Record
from coachvault.records.client import Client
from coachvault.records.contract import OUTCOME, Contract, Goal, Signature
from coachvault.records.kinds import KINDS
from coachvault.records.practice import Reader, Settings
from coachvault.vault import merge, recordfile

SYSTEM: dict[str, Any] = {"id": "a" * 16, "folder": "b" * 16, "created": NOON, "updated": NOON}
CLIENT = Client(schema="client/1", drawer="identity", name="Zoé", code="C-4F7K", **SYSTEM)
GOAL = Goal(id="c" * 16, text="dormir")
CONTRACT = Contract(schema="contract/1", drawer="contract", kind="individual", goals=(GOAL,), **SYSTEM)
many = settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))


def are_agreed(case: Case) -> bool:
    """Return whether both versions are of a contract, with other terms and with signatures that one lacks."""
    one, two = case.ours, case.theirs
    return (
        isinstance(one, Contract)
        and isinstance(two, Contract)
        and one.wording != two.wording
        and set(one.signatures) != set(two.signatures)
    )


def plain(record: Record, field: str) -> object:
    """Return the value of a field as a conflict has it; nothing for the field of a thing in a list."""
    value = msgspec.to_builtins(schema.plain(getattr(record, field, None)))
    return None if value == [] else value


def later(record: Record, **fields: Any) -> Any:  # noqa: ANN401 a record of the same class
    return msgspec.structs.replace(
        record, **{"updated": record.updated + timedelta(hours=1), "revision": record.revision + 1} | fields
    )


@many
@given(cases())
def test_both_devices_come_to_the_same_bytes(case: Case) -> None:
    for base in (case.base, None):
        one = merge.three_way(base, case.ours, case.theirs)
        other = merge.three_way(base, case.theirs, case.ours)
        assert merge.text_of(one) == merge.text_of(other)
        assert recordfile.parse_any(merge.text_of(one), "test") == one


@many
@given(cases())
def test_merging_what_was_merged_changes_nothing(case: Case) -> None:
    merged = merge.three_way(case.base, case.ours, case.theirs)
    text = merge.text_of(merged)
    for side in (case.ours, case.theirs, merged):
        assert merge.text_of(merge.three_way(case.base, merged, side)) == text
        assert merge.text_of(merge.three_way(side, merged, side)) == text
    assert merge.text_of(merge.three_way(case.base, case.base, merged)) == text


@many
@given(cases())
def test_nothing_that_either_side_added_is_lost(case: Case) -> None:
    base, ours, theirs = (leaves(record) for record in case)
    merged = merge.three_way(case.base, case.ours, case.theirs)
    kept = leaves(merged) | {(c.field, repr(c.theirs)) for c in merged.conflicts}
    # What was signed stays as a whole, and so does what gave way to it.
    for record in (case.ours, case.theirs) if are_agreed(case) else ():
        whole = {c.field for c in merged.conflicts if c.theirs == plain(record, c.field)}
        kept |= {leaf for leaf in leaves(record) if leaf[0].partition("[")[0] in whole}
    # A field of a thing that both sides removed, or one removed and the other left alone, is no addition.
    for side in (ours, theirs):
        assert {leaf for leaf in side - base if leaf[1] != "None"} <= kept


@many
@given(cases())
def test_a_field_that_one_side_left_alone_takes_the_value_of_the_other(case: Case) -> None:
    merged = merge.three_way(case.base, case.ours, case.theirs)
    for name in schema.own_fields(type(merged)):
        if are_agreed(case) and name not in OUTCOME:
            continue
        base, ours, theirs = (getattr(record, name) for record in case)
        if ours == base:
            assert getattr(merged, name) == theirs
        elif theirs == base:
            assert getattr(merged, name) == ours


def signed_here(case: Case) -> Case:
    """Return the case with one more signature on one side."""
    one = case.ours
    assert isinstance(one, Contract)
    extra = Signature(by="member", on=date(2027, 1, 1))
    stamps = {"updated": one.updated, "revision": max(one.revision, case.base.revision + 1)}
    return case._replace(ours=later(one, signatures=(*one.signatures, extra), **stamps))


@many
@given(cases_of("contract").map(signed_here))
def test_what_was_signed_on_one_side_stays_as_it_was_signed(case: Case) -> None:
    merged = merge.three_way(case.base, case.ours, case.theirs)
    assert merge.text_of(merged) == merge.text_of(merge.three_way(case.base, case.theirs, case.ours))
    for side in (case.ours, case.theirs):
        assert merge.text_of(merge.three_way(case.base, merged, side)) == merge.text_of(merged)
    if are_agreed(case) and case.theirs != case.base:
        sides = [side for side in (case.ours, case.theirs) if isinstance(side, Contract)]
        assert isinstance(merged, Contract)
        assert (merged.wording, merged.signatures) in [(side.wording, side.signatures) for side in sides]
        assert recordfile.parse_any(merge.text_of(merged), "test") == merged


@pytest.mark.parametrize("kind", sorted(KINDS))
@settings(max_examples=5, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_the_fields_of_the_system_tell_of_both(kind: str, data: Any) -> None:  # noqa: ANN401 what Hypothesis draws
    case = data.draw(cases_of(kind))
    merged = merge.three_way(case.base, case.ours, case.theirs)
    assert merged.noun == kind
    assert (merged.id, merged.folder, merged.drawer) == (case.base.id, case.base.folder, case.base.drawer)
    assert merged.created == min(case.ours.created, case.theirs.created)
    assert merged.updated == max(case.ours.updated, case.theirs.updated)
    assert merged.revision >= max(case.ours.revision, case.theirs.revision)
    own = schema.own_fields(type(merged))
    for side in (case.ours, case.theirs):
        if side.revision == merged.revision:
            assert all(getattr(side, name) == getattr(merged, name) for name in own)


def test_the_later_change_stays_and_the_other_is_kept_beside_it() -> None:
    first = later(CONTRACT, fee=Decimal(90), place="cabinet")
    second = later(CONTRACT, fee=Decimal("100.50"), updated=NOON + timedelta(hours=2))
    merged = merge.three_way(CONTRACT, first, second)
    assert isinstance(merged, Contract)
    assert (merged.fee, merged.place, merged.revision) == (Decimal("100.50"), "cabinet", 3)
    conflict = conflict_of(merged, "fee")
    assert (conflict.theirs, conflict.updated) == ("90", first.updated)
    assert len(conflict.id) == 16


SIGNED = tuple(Signature(by=party, on=date(2026, 11, 22)) for party in ("client", "coach"))


@pytest.mark.parametrize("is_signed_first", [True, False])
def test_a_later_edit_does_not_change_what_was_signed(*, is_signed_first: bool) -> None:
    signing, editing = (NOON + timedelta(hours=n) for n in ((1, 2) if is_signed_first else (2, 1)))
    signed = later(CONTRACT, signatures=SIGNED, updated=signing, revision=3)
    goals = (GOAL, Goal(id="d" * 16, text="courir"))
    other = later(CONTRACT, fee=Decimal(999), goals=goals, ended_on=date(2026, 12, 1), updated=editing)
    merged = merge.three_way(CONTRACT, signed, other)
    assert isinstance(merged, Contract)
    assert (merged.wording, merged.signatures) == (signed.wording, SIGNED)
    assert merged.ended_on == date(2026, 12, 1), "what happens to a contract is none of its terms"
    assert conflict_of(merged, "fee").theirs == "999"
    assert len(conflict_of(merged, "goals").theirs) == 2  # type: ignore[arg-type] # a list
    assert merged == merge.three_way(CONTRACT, other, signed)


def test_two_parties_who_sign_the_same_wording_on_two_devices_have_both_signed() -> None:
    one, two = (later(CONTRACT, signatures=(signature,)) for signature in SIGNED)
    merged = merge.three_way(CONTRACT, one, two)
    assert isinstance(merged, Contract)
    assert set(merged.signatures) == set(SIGNED)
    assert merged.state == "signed"


def test_of_two_signed_wordings_the_one_that_all_signed_stays() -> None:
    whole = later(CONTRACT, signatures=SIGNED)
    part = later(CONTRACT, fee=Decimal(999), signatures=SIGNED[:1], updated=NOON + timedelta(hours=9))
    merged = merge.three_way(CONTRACT, part, whole)
    assert isinstance(merged, Contract)
    assert (merged.fee, merged.state) == (None, "signed")
    assert {conflict.field for conflict in merged.conflicts} == {"fee"}


def test_a_field_cleared_by_the_earlier_change_is_a_conflict_without_a_value() -> None:
    base = later(CLIENT, phone="1")
    merged = merge.three_way(base, later(base, phone=None), later(base, phone="2", revision=9))
    assert conflict_of(merged, "phone").theirs is None
    assert b"theirs" not in merge.text_of(merged)


def test_goals_merge_one_by_one() -> None:
    new, newer = Goal(id="d" * 16, text="courir"), Goal(id="e" * 16, text="lire")
    one = later(CONTRACT, goals=(new, msgspec.structs.replace(GOAL, measure="8 h")))
    two = later(CONTRACT, goals=(msgspec.structs.replace(GOAL, text="bien dormir"), newer), revision=5)
    merged = merge.three_way(CONTRACT, one, two)
    assert isinstance(merged, Contract)
    whole = msgspec.structs.replace(GOAL, measure="8 h", text="bien dormir")
    assert {goal.id: goal for goal in merged.goals} == {goal.id: goal for goal in (whole, new, newer)}
    assert not merged.conflicts


def test_a_goal_changed_on_both_sides_names_its_field_by_its_id() -> None:
    one, two = (
        later(CONTRACT, goals=(msgspec.structs.replace(GOAL, text=text),), revision=revision)
        for text, revision in (("un", 2), ("deux", 3))
    )
    merged = merge.three_way(CONTRACT, one, two)
    assert conflict_of(merged, f"goals[{GOAL.id}].text").theirs == "un"


def test_a_goal_goes_only_where_the_other_side_left_it_alone() -> None:
    removed = later(CONTRACT, goals=())
    for order in ((removed, later(CONTRACT, place="x")), (later(CONTRACT, place="x"), removed)):
        merged = merge.three_way(CONTRACT, *order)
        assert isinstance(merged, Contract)
        assert merged.goals == ()
    changed = later(CONTRACT, goals=(msgspec.structs.replace(GOAL, text="courir"),))
    kept = merge.three_way(CONTRACT, removed, changed)
    assert isinstance(kept, Contract)
    assert [goal.text for goal in kept.goals] == ["courir"]


def test_an_amount_written_in_two_ways_is_no_conflict_and_reads_the_same_on_both_devices() -> None:
    one, two = later(CONTRACT, fee=Decimal(120)), later(CONTRACT, fee=Decimal("120.00"))
    merged = merge.three_way(CONTRACT, one, two)
    assert not merged.conflicts
    assert merge.text_of(merged) == merge.text_of(merge.three_way(CONTRACT, two, one))


def test_things_without_an_id_are_united_in_order_and_those_removed_stay_away() -> None:
    base = later(CLIENT, aliases=("a", "b"))
    merged = merge.three_way(
        base, later(base, aliases=("b", "c")), later(base, aliases=("a", "b", "d"), revision=9)
    )
    assert isinstance(merged, Client)
    assert merged.aliases == ("b", "d", "c")
    day = date(2026, 11, 2)
    one, two = (later(CONTRACT, signatures=(Signature(by=by, on=day),)) for by in ("client", "coach"))
    signed = merge.three_way(CONTRACT, one, two)
    assert isinstance(signed, Contract)
    assert signed.state == "signed"


def test_two_things_with_one_id_are_both_kept() -> None:
    twins = (GOAL, msgspec.structs.replace(GOAL, text="jumeau"))
    merged = merge.three_way(CONTRACT, later(CONTRACT, goals=twins), later(CONTRACT, goals=(), revision=9))
    assert isinstance(merged, Contract)
    assert merged.goals == (twins[1],)


def test_a_list_that_must_not_be_empty_keeps_what_the_later_change_left() -> None:
    one, two = (
        Reader(id=letter * 16, name=letter, role="coach", added_on=NOON.date(), recipient=letter)
        for letter in "cd"
    )
    base = Settings(schema="settings/1", drawer="settings", readers=(one, two), **SYSTEM)
    merged = merge.three_way(base, later(base, readers=(one,)), later(base, readers=(two,), revision=9))
    assert isinstance(merged, Settings)
    assert merged.readers == (two,)


def test_without_an_ancestor_everything_of_both_is_kept() -> None:
    one = later(CLIENT, email="a@b", aliases=("x",))
    two = later(CLIENT, phone="1", aliases=("y",), name="Zoë", revision=9)
    merged = merge.three_way(None, one, two)
    assert isinstance(merged, Client)
    assert (merged.email, merged.phone, merged.name, merged.aliases) == ("a@b", "1", "Zoë", ("y", "x"))
    assert conflict_of(merged, "name").theirs == "Zoé"


def test_conflicts_unite_and_one_that_was_settled_stays_settled() -> None:
    merged = merge.three_way(CLIENT, later(CLIENT, name="A"), later(CLIENT, name="B", revision=9))
    settled = later(merged, conflicts=())
    other = later(merged, phone="1")
    again = merge.three_way(merged, settled, other)
    assert isinstance(again, Client)
    assert (again.name, again.phone, again.conflicts) == ("B", "1", ())
    one, two = later(merged, name="C"), later(merged, name="D", revision=99)
    assert {c.theirs for c in merge.three_way(merged, one, two).conflicts} == {"A", "C"}


def test_conflicts_of_every_value_are_read_again_as_they_were_written() -> None:
    for name, value in (("120", "2026-01-01"), ("true", "- a"), ("a\n\nb: c", "|")):
        one, two = later(CLIENT, address=name), later(CLIENT, address=value, revision=9)
        merged = merge.three_way(CLIENT, one, two)
        assert schema.read_record(as_read(schema.plain(merged))).conflicts == merged.conflicts


def test_texts_merge_as_records_do() -> None:
    one, two = later(CLIENT, phone="1"), later(CLIENT, email="a@b")
    base, ours, theirs = (merge.text_of(record) for record in (CLIENT, one, two))
    merged = merge.merge_texts(base, ours + b"\n\n\n", theirs)
    assert merged == merge.text_of(merge.three_way(CLIENT, one, two))
    assert merge.merge_texts(None, ours, ours) == ours


@pytest.mark.parametrize("field", ["id", "folder", "drawer"])
def test_versions_of_two_records_are_not_merged(field: str) -> None:
    other = msgspec.structs.replace(CLIENT, **{field: "log" if field == "drawer" else "z" * 16})
    with pytest.raises(DamagedError):
        merge.three_way(None, CLIENT, other)
    with pytest.raises(DamagedError):
        merge.three_way(other, CLIENT, CLIENT)


def leaves(record: Record) -> set[tuple[str, str]]:
    """Return every value of a record with the path that a conflict would give it."""
    found: set[tuple[str, str]] = set()
    for name in record.__struct_fields__:
        if name not in SYSTEM_FIELDS:
            found |= _leaves(getattr(record, name), name)
    return found


def _leaves(value: object, path: str) -> set[tuple[str, str]]:
    if isinstance(value, tuple):
        keyed = all(hasattr(item, "id") for item in value)
        pairs = ((f"{path}[{item.id}]" if keyed else f"{path}[]", item) for item in value)
        return {leaf for place, item in pairs for leaf in _leaves(item, place)}
    if isinstance(value, msgspec.Struct) and hasattr(value, "id"):
        fields = ((f"{path}.{name}", getattr(value, name)) for name in value.__struct_fields__)
        return {leaf for place, item in fields for leaf in _leaves(item, place)}
    return {(path, repr(msgspec.to_builtins(schema.plain(value))))}
