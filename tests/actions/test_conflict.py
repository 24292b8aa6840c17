from collections.abc import Callable
from datetime import date
import json
from pathlib import Path

import clone_world as world
import msgspec
from practice import Practice
from program import Coach, refused, snapshot
import pytest

from coachvault.actions import brief, conflict
from coachvault.crypto import box
from coachvault.records.base import Conflict, Record
from coachvault.records.contract import Contract, Signature
from coachvault.records.practice import Settings
from coachvault.vault import layout, merge, padding
from coachvault.vault.store import Vault

At = Callable[[str], None]


def count(vault: Vault) -> int:
    """Return how many conflicts the status counts."""
    return conflict.count(vault, brief.every(vault).values())


@pytest.fixture
def merged(practice: Practice, at: At, tmp_path: Path) -> Practice:
    """The practice, its contract with Ferdinand in conflict over the fee: 130 here, 120 there."""
    one, other = world.diverged(practice, at, tmp_path / "other")
    world.merge(one, other)
    return practice


def open_conflict(root: Path, code: str) -> Conflict:
    (found,) = world.contract(root, code).conflicts
    return found


def put(vault: Vault, record: Record, **fields: object) -> None:
    """Write a record with these fields, as a sync would."""
    changed = msgspec.structs.replace(record, **fields)
    recipient = box.recipient_of(vault.secret(record.folder, record.drawer))
    path = vault.root / layout.record_path(record.folder, record.drawer, record.id)
    path.write_bytes(box.encrypt(padding.pad(merge.text_of(changed)), [recipient]))


def test_a_list_says_where_and_never_what(merged: Practice, coach: Coach) -> None:
    found = open_conflict(merged.root, merged.ferdinand)
    record = world.contract(merged.root, merged.ferdinand).id
    line = f"{merged.ferdinand}\tcontract\t{record[:6]}\tfee\t{found.id[:6]}\n"
    for words in ((), (merged.ferdinand,)):
        assert coach("conflicts", "list", *words) == (0, line, "")
    listed = json.loads(coach("conflicts", "list", "--json").out)
    assert set(listed["items"][0]) == {"code", "drawer", "record", "field", "id"}
    assert coach("conflicts", "list", merged.augustine).out == ""


def test_show_says_both_values(merged: Practice, coach: Coach) -> None:
    found = open_conflict(merged.root, merged.ferdinand)
    shown = json.loads(coach("conflicts", "show", merged.ferdinand, found.id[:6], "--json").out)["item"]
    assert (shown["field"], shown["ours"], shown["theirs"]) == ("fee", "130", "120")
    assert shown["updated"].startswith("2026-11-23T12:00")
    assert "theirs\t120\n" in coach("conflicts", "show", merged.ferdinand, found.id).out


@pytest.mark.parametrize(("choice", "fee"), [("--ours", "130"), ("--theirs", "120")])
def test_settling_one_keeps_a_value_and_leaves_no_conflict(
    merged: Practice, coach: Coach, choice: str, fee: str
) -> None:
    before = world.contract(merged.root, merged.ferdinand)
    found = open_conflict(merged.root, merged.ferdinand)
    result = coach("conflicts", "resolve", merged.ferdinand, found.id[:6], choice)
    assert result == (0, f"the conflict on fee of {merged.ferdinand} is settled\n", "")
    after = world.contract(merged.root, merged.ferdinand)
    assert (str(after.fee), after.conflicts, after.revision) == (fee, (), before.revision + 1)
    assert coach("conflicts", "list").err == "coach: no field was changed on two devices at once\n"


def test_a_settled_conflict_stays_settled_after_another_merge(
    merged: Practice, coach: Coach, tmp_path: Path, at: At
) -> None:
    other = tmp_path / "other"
    world.merge(other, merged.root)
    found = open_conflict(merged.root, merged.ferdinand)
    assert coach("conflicts", "resolve", merged.ferdinand, found.id, "--theirs").code == 0
    at("2026-11-26")
    world.edit(other, merged.ferdinand, "--sessions", "3")
    world.merge(merged.root, other)
    after = world.contract(merged.root, merged.ferdinand)
    assert (str(after.fee), after.sessions, after.conflicts) == ("120", 3, ())


def test_status_says_how_many_are_open(merged: Practice, coach: Coach) -> None:
    assert merged.root.is_dir()
    assert json.loads(coach("status", "--json").out)["item"]["conflicts"] == 1


def test_a_field_of_a_goal_and_a_cleared_field_take_theirs(practice: Practice, coach: Coach) -> None:
    vault = world.open_vault(practice.root)
    record = world.contract(practice.root, practice.ferdinand)
    goal = record.goals[0]
    pairs = (
        (f"goals[{goal.id}].text", "autre but"),
        (f"goals[{goal.id}].measure", "8/10"),
        ("request", None),
    )
    entries = tuple(
        Conflict(id=letter * 16, field=field, updated=record.updated, theirs=theirs)
        for letter, (field, theirs) in zip("abc", pairs, strict=True)
    )
    put(vault, record, conflicts=entries)
    assert count(vault) == 3
    for letter in "abc":
        result = coach("conflicts", "resolve", practice.ferdinand, letter, "--theirs")
        assert result.code == 0, result.err
    after = world.contract(practice.root, practice.ferdinand)
    assert (after.goals[0].text, after.goals[0].measure, after.request) == ("autre but", "8/10", None)
    assert after.conflicts == ()


def test_a_conflict_on_a_goal_that_is_gone_can_only_keep_ours(practice: Practice, coach: Coach) -> None:
    vault = world.open_vault(practice.root)
    record = world.contract(practice.root, practice.ferdinand)
    entry = Conflict(id="a" * 16, field=f"goals[{'z' * 16}].text", updated=record.updated, theirs="x")
    put(vault, record, conflicts=(entry,))
    words = ("conflicts", "resolve", practice.ferdinand, "a")
    refused(coach(*words, "--theirs"), 10, "gone from the record")
    assert coach("conflicts", "show", practice.ferdinand, "a").code == 0
    assert coach(*words, "--ours").code == 0
    assert count(vault) == 0


def test_a_conflict_of_the_practice_goes_by_its_own_name(practice: Practice, coach: Coach) -> None:
    vault = world.open_vault(practice.root)
    (profile,) = vault.load(vault.practice, "profile", Record)
    entry = Conflict(id="a" * 16, field="title", updated=profile.updated, theirs="coach certifiée")
    put(vault, profile, conflicts=(entry,))
    assert coach("conflicts", "list").out.startswith("practice\tprofile\t")
    assert coach("conflicts", "resolve", "practice", "aaa", "--theirs").code == 0
    assert "coach certifiée" in coach("profile", "show").out


def test_what_cannot_be_meant_is_refused(merged: Practice, coach: Coach) -> None:
    words = ("conflicts", "resolve", merged.ferdinand)
    refused(coach(*words, "zzzz", "--ours"), 4, "there is no such conflict")
    refused(coach(*words, "", "--ours"), 4, "there is no such conflict")
    for choices in ((), ("--ours", "--theirs")):
        refused(coach(*words, "zzzz", *choices), 2, "whose value")


def test_a_long_text_that_looks_like_a_conflict_is_none(practice: Practice, coach: Coach) -> None:
    text = "a\nconflicts:\n  - id: b\n"
    assert coach("note", "add", practice.augustine, "--text", text).code == 0
    assert count(world.open_vault(practice.root)) == 0


def test_a_value_that_fits_its_field_no_more_is_refused_and_stays(practice: Practice, coach: Coach) -> None:
    vault = world.open_vault(practice.root)
    record = world.contract(practice.root, practice.ferdinand)
    assert isinstance(record, Contract)
    put(vault, record, conflicts=(Conflict(id="a" * 16, field="fee", updated=record.updated, theirs="x"),))
    refused(coach("conflicts", "resolve", practice.ferdinand, "a", "--theirs"), 5, "fee: expected an amount")
    assert count(vault) == 1


@pytest.mark.parametrize("field", ["fee", "signatures"])
def test_what_would_change_a_signed_contract_is_refused_and_can_only_keep_ours(
    practice: Practice, coach: Coach, field: str
) -> None:
    vault = world.open_vault(practice.root)
    record = world.contract(practice.root, practice.ferdinand)
    signatures = tuple(Signature(by=party, on=date(2026, 11, 22)) for party in record.signers)
    theirs = "999" if field == "fee" else [{"by": "client", "on": "2026-11-21", "means": "hand"}]
    entry = Conflict(id="a" * 16, field=field, updated=record.updated, theirs=theirs)
    put(vault, record, signatures=signatures, conflicts=(entry,))
    words = ("conflicts", "resolve", practice.ferdinand, "a")
    result = coach(*words, "--theirs")
    refused(result, 10, "stays as it was signed")
    assert "coach contract amend" in result.err
    assert coach(*words, "--ours").code == 0
    after = world.contract(practice.root, practice.ferdinand)
    assert (after.wording, after.signatures, after.conflicts) == (record.wording, signatures, ())


def test_what_would_shut_the_person_out_is_refused(practice: Practice, coach: Coach) -> None:
    """Two devices had each replaced the identity: theirs is the one that is gone."""
    vault = world.open_vault(practice.root)
    (settings,) = vault.load(vault.practice, "settings", Settings)
    mine = settings.readers[0]
    other = box.recipient_of(box.generate())
    clash = Conflict(
        id=layout.new_id(), field=f"readers[{mine.id}].recipient", updated=settings.updated, theirs=other
    )
    put(vault, settings, conflicts=(clash,))
    before = snapshot(practice.root)

    says = "would not open the vault any more"
    refused(coach("conflicts", "resolve", "practice", clash.id[:6], "--theirs"), 10, says)

    assert snapshot(practice.root) == before
    assert coach("conflicts", "resolve", "practice", clash.id[:6], "--ours").code == 0

    (settings,) = world.open_vault(practice.root).load(vault.practice, "settings", Settings)
    readers = (msgspec.structs.replace(settings.readers[0], recipient=other), *settings.readers[1:])
    put(world.open_vault(practice.root), settings, readers=readers)
    refused(coach("reader", "renew"), 10, says)
    assert coach("client", "list").code == 0
