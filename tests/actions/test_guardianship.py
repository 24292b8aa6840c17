"""Who a minor's guardians are and what they are told is agreed on: all sign, and no edit changes it after."""

import json

from engage_world import PAPER, World, did, make, shown
from practice import Practice
from program import Coach, refused, run, snapshot
import pytest

from coachvault.records.contract import Contract

MINOR, SINCE = "minot", "2026-11-20"
EDIT, SIGN = ("client", "edit", MINOR), ("contract", "sign", MINOR, "--on", SINCE, "--by")
TWO = ("--guardian", "Paule Minot", "--guardian", "Yves Minot")


@pytest.fixture
def world(practice: Practice) -> World:
    """The minor has two guardians, and a drafted contract."""
    made = make(practice)
    did(*EDIT, *TWO)
    did("contract", "new", MINOR, "--kind", "individual")
    return made


def hand_over(on: str = SINCE) -> None:
    for whom in (("client",), ("guardian", "--name", "paule"), ("guardian", "--name", "yves")):
        did("contract", "deliver", MINOR, "--to", *whom, *PAPER, "--on", on)


def sign_but_yves() -> None:
    for whom in (("client",), ("coach",), ("guardian", "--name", "paule")):
        did(*SIGN, *whom)


def states() -> dict[str, str]:
    rows = json.loads(run("contract", "check", MINOR, "--full", "--json").out)["items"]
    return {row["check"]: row["state"] for row in rows}


@pytest.mark.usefixtures("world")
def test_a_contract_is_signed_once_each_guardian_has(coach: Coach) -> None:
    hand_over()
    did(*SIGN, "client")
    did(*SIGN, "guardian", "--name", "paule")
    last = coach(*SIGN, "coach")
    assert "still to sign: the guardian" in last.out
    assert "signed by all" not in last.out
    assert did("contract", "list", MINOR)["items"][0]["state"] == "draft"
    assert did(*SIGN, "guardian", "--name", "yves")["waiting"] == []
    assert did("contract", "list", MINOR)["items"][0]["state"] == "signed"


@pytest.mark.usefixtures("world")
def test_what_is_printed_for_a_protected_client_can_be_run(coach: Coach) -> None:
    told = coach(*SIGN, "guardian", "--name", "paule").err
    assert "--to guardian --name NAME" in told
    hand_over()
    told = coach(*SIGN, "guardian", "--name", "paule").err
    assert f"coach charter deliver C-M222 --to guardian --name NAME --on {SINCE}" in told
    assert f"--to guardian --point confidentiality --name NAME --on {SINCE}" in told
    rows = json.loads(run("contract", "check", MINOR, "--json").out)["items"]
    commands = {row["check"]: row["command"] for row in rows}
    code = "C-M222"
    consent = f"coach consent record {code} --type supervision --answer given|refused --by guardian"
    assert commands["supervision"] == consent
    assert commands["charter_delivered"] == f"coach charter deliver {code} --to client|guardian --name NAME"
    assert commands["guardian_signed"] == f"coach contract sign {code} --by guardian --name NAME"
    named = commands["charter_delivered"].replace("client|guardian", "guardian").replace("NAME", "yves")
    for command in (consent.replace("|refused", ""), f"{named} --file {__file__}"):
        did(*command.split()[1:])


def test_a_contract_of_before_is_signed_with_the_first_of_them_and_says_who_is_missing(
    world: World, coach: Coach
) -> None:
    (draft,) = (each for each in world.records(world.minor) if isinstance(each, Contract))
    with world.vault().change() as change:
        change.update(draft, {"guardians": (), "told": None})
    hand_over()
    did(*SIGN, "client")
    did(*SIGN, "guardian", "--name", "paule")
    last = coach(*SIGN, "coach")
    assert "still to sign: the guardian" in last.out
    assert "1 guardian has not signed yet" in last.out
    assert states()["guardian_told"] == "met"


@pytest.mark.usefixtures("world")
def test_a_draft_follows_the_clients_file_and_is_handed_over_anew(coach: Coach) -> None:
    hand_over()
    assert shown(MINOR)["guardians"] == ["Paule Minot", "Yves Minot"]
    assert [each["who"] for each in shown(MINOR)["deliveries"]].count("Yves Minot") == 1
    did(*EDIT, "--told", "Les dates, et les absences.")
    assert shown(MINOR)["told"] == "Les dates, et les absences."
    refused(coach(*SIGN, "client"), 10, "was not delivered to this party")
    did(*EDIT, "--protected", "", "--guardian", "", "--told", "")
    assert (shown(MINOR)["parties"], shown(MINOR)["guardians"]) == (["client", "coach"], [])
    did(*EDIT, "--protected", "vulnerable", "--guardian", "Paule Minot")
    assert shown(MINOR)["parties"] == ["client", "coach", "guardian"]


@pytest.mark.parametrize(
    "words",
    [
        ("--guardian", "Paule Minot"),
        (*TWO, "--guardian", "Aurore Bambin"),
        ("--told", "Tout."),
        ("--protected", "", "--guardian", ""),
    ],
)
def test_what_was_signed_changes_by_an_amendment_alone(
    world: World, coach: Coach, words: tuple[str, ...]
) -> None:
    hand_over()
    sign_but_yves()
    before = snapshot(world.root)
    refused(coach(*EDIT, *words), 10, "are agreed on in the contract")
    assert snapshot(world.root) == before
    did(*SIGN, "guardian", "--name", "yves")
    before = snapshot(world.root)
    result = coach(*EDIT, *words)
    refused(result, 10, "are agreed on in the contract")
    assert "coach contract amend C-M222" in result.err
    assert snapshot(world.root) == before
    did(*EDIT, "--email", "colin@minot.example")
    did("contract", "amend", MINOR)
    did(*EDIT, *words)
    found = {each.state: each for each in world.records(world.minor) if isinstance(each, Contract)}
    first, second = found["signed"], found["draft"]
    assert (len(first.guardians), first.told) == (2, "Les dates.")
    assert (first.guardians, first.told) != (second.guardians, second.told)
    if "--told" in words:
        assert states()["guardian_told"] == "met"


def test_that_a_client_is_protected_from_now_on_is_no_matter_of_agreement(world: World) -> None:
    did("contract", "new", world.client, "--kind", "individual")
    did("contract", "deliver", world.client, "--to", "client", *PAPER, "--on", SINCE)
    for party in ("client", "coach"):
        did("contract", "sign", world.client, "--by", party, "--on", SINCE)
    did("client", "edit", world.client, "--protected", "vulnerable", "--guardian", "Paule Minot")
    rows = json.loads(run("contract", "check", world.client, "--json").out)["items"]
    assert {row["check"] for row in rows if row["state"] == "missing"} >= {"guardian", "guardian_signed"}


def test_once_it_has_ended_a_guardian_may_change(world: World) -> None:
    hand_over()
    sign_but_yves()
    did("contract", "end", MINOR, "--by", "client")
    did(*EDIT, "--guardian", "Paule Minot")
    assert world.records(world.minor)
