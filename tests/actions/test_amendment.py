"""Versions of a contract, its end, and goals that live longer than one version."""

from collections.abc import Callable
import json

from engage_world import World, did, make, shown, sign_all
from practice import Practice
from program import Coach, refused, run, snapshot
import pytest

from coachvault.records.contract import Contract, Progress, versions

SOLANGE, GROUP = "thibodeau", "passerelles"


@pytest.fixture
def world(practice: Practice) -> World:
    return make(practice)


@pytest.fixture
def signed(world: World) -> World:
    """Solange has a signed contract of 4 sessions with a goal."""
    did(
        "contract", "new", SOLANGE, "--kind", "solidarity", "--sessions", "4", "--counterpart", "un repas",
        "--goal", "dire non",
    )  # fmt: skip
    sign_all(SOLANGE, "client")
    return world


def contracts(world: World) -> list[Contract]:
    return [each for each in world.records(world.client) if isinstance(each, Contract)]


def test_an_amendment_is_a_draft_of_the_same_terms_until_all_have_signed(signed: World) -> None:
    (before,) = contracts(signed)
    made = did("contract", "amend", SOLANGE, "--frequency", "weekly")
    assert made["amends"] == before.id
    found = shown(SOLANGE)
    assert (found["amends"], found["frequency"], found["version"]) == (before.id, "weekly", 2)
    assert (found["signatures"], found["counterpart"]) == ([], "un repas")
    assert [goal["id"] for goal in found["goals"]] == [goal.id for goal in before.goals]
    listed = [(each["version"], each["state"]) for each in did("contract", "list", SOLANGE)["items"]]
    assert sorted(listed) == [(1, "signed"), (2, "draft")]

    sign_all(SOLANGE, "client", on="2026-11-22")

    old, new = sorted(contracts(signed), key=lambda each: len(versions(contracts(signed), each)))
    assert (str(old.ended_on), old.ended_by) == ("2026-11-22", "amendment")
    assert (new.state, new.amends) == ("signed", old.id)
    assert [each.id for each in versions([old, new], new)] == [old.id, new.id]


def test_a_solidarity_contract_is_not_amended_beyond_four_sessions(signed: World, coach: Coach) -> None:
    before = snapshot(signed.root)
    refused(coach("contract", "amend", SOLANGE, "--sessions", "5"), 10, "at most 4 sessions")
    assert snapshot(signed.root) == before


def test_an_amendment_keeps_the_kind(signed: World, coach: Coach) -> None:
    before = snapshot(signed.root)
    text = "kind: individual\n"
    refused(coach("contract", "amend", SOLANGE, "--from", "-", stdin=text), 10, "does not change the kind")
    assert snapshot(signed.root) == before
    did("contract", "amend", SOLANGE)
    before = snapshot(signed.root)
    refused(coach("contract", "edit", SOLANGE, "--kind", "individual"), 10, "does not change the kind")
    assert snapshot(signed.root) == before


def test_only_a_signed_contract_that_runs_is_amended(world: World, coach: Coach) -> None:
    did("contract", "new", SOLANGE, "--kind", "individual")
    before = snapshot(world.root)
    refused(coach("contract", "amend", SOLANGE), 10, "there is no signed contract with")
    assert snapshot(world.root) == before
    sign_all(SOLANGE, "client")
    did("contract", "end", SOLANGE, "--by", "client")
    before = snapshot(world.root)
    refused(coach("contract", "amend", SOLANGE), 10, "there is no signed contract with")
    assert snapshot(world.root) == before


def test_an_amendment_is_not_signed_before_what_it_amends_was(signed: World, coach: Coach) -> None:
    did("contract", "amend", SOLANGE)
    words = ("--to", "client", "--file", __file__, "--on", "2026-11-01")
    did("contract", "deliver", SOLANGE, *words)
    did("contract", "sign", SOLANGE, "--by", "client", "--on", "2026-11-02")
    before = snapshot(signed.root)
    refused(
        coach("contract", "sign", SOLANGE, "--by", "coach", "--on", "2026-11-02"),
        10,
        "was signed after that day",
    )
    assert snapshot(signed.root) == before


def states(code: str) -> dict[str, str]:
    """Return what comes of each check, by its name."""
    rows = json.loads(run("contract", "check", code, "--full", "--json").out)["items"]
    return {row["check"]: row["state"] for row in rows}


@pytest.mark.usefixtures("world")
def test_what_was_explained_of_other_terms_does_not_count() -> None:
    explain = ("contract", "explain", SOLANGE, "--to", "client")
    did("contract", "new", SOLANGE, "--kind", "individual")
    did(*explain)
    assert (states(SOLANGE)["understood"], states(SOLANGE)["limits"]) == ("met", "met")
    did("contract", "edit", SOLANGE, "--confidentiality", "law", "--fee", "700", "--sessions", "9")
    assert (states(SOLANGE)["understood"], states(SOLANGE)["limits"]) == ("missing", "missing")
    did(*explain, "--point", "confidentiality")
    assert (states(SOLANGE)["understood"], states(SOLANGE)["limits"]) == ("missing", "met")
    did(*explain)
    sign_all(SOLANGE, "client", on="2026-11-22")
    assert states(SOLANGE)["understood"] == "met"
    did("contract", "amend", SOLANGE, "--sessions", "12")
    assert states(SOLANGE)["understood"] == "missing"
    did(*explain)
    assert states(SOLANGE)["understood"] == "met"


@pytest.mark.parametrize("by", ["client", "mutual", "term"])
def test_a_contract_ends_without_a_reason_and_with_its_unsigned_amendment(signed: World, by: str) -> None:
    did("contract", "amend", SOLANGE)
    did("contract", "end", SOLANGE, "--by", by, "--on", "2026-11-21")
    assert [(str(each.ended_on), each.ended_by) for each in contracts(signed)] == [("2026-11-21", by)] * 2


def test_a_coach_ends_a_contract_after_talking_it_over(signed: World, coach: Coach) -> None:
    words = ("contract", "end", SOLANGE, "--by", "coach", "--on", "2026-11-21")
    before = snapshot(signed.root)
    refused(coach(*words), 10, "a coach ends a contract after talking it over")
    refused(coach(*words, "--discussed", "2026-11-22"), 10, "talked over after the end")
    refused(coach(*words, "--discussed", "2026-11-23"), 5, "--discussed: the date is in the future")
    assert snapshot(signed.root) == before
    did(*words, "--discussed", "2026-11-20")
    assert shown(SOLANGE)["discussed_on"] == "2026-11-20"


def test_only_a_sponsor_that_there_is_ends_a_contract(signed: World, coach: Coach) -> None:
    before = snapshot(signed.root)
    refused(coach("contract", "end", SOLANGE, "--by", "sponsor"), 10, "has no sponsor")
    assert snapshot(signed.root) == before
    did("contract", "end", SOLANGE, "--by", "client")
    did("contract", "new", SOLANGE, "--kind", "tripartite", "--sponsor", "brumaire")
    did("contract", "end", SOLANGE, "--by", "sponsor")
    assert shown(SOLANGE)["ended_by"] in ("client", "sponsor")
    assert {each.ended_by for each in contracts(signed)} == {"client", "sponsor"}


def test_goals_of_the_contract_and_later_ones_stand_in_one_list_with_their_state(
    signed: World, at: Callable[[str], None]
) -> None:
    made = did("goal", "add", SOLANGE, "--text", "chanter", "--sphere", "personal", "--measure", "un choeur")
    agreed, later = did("goal", "list", SOLANGE)["items"]
    assert (agreed["text"], agreed["state"], agreed["on"]) == ("dire non", "open", None)
    assert (later["id"], later["sphere"], later["measure"]) == (made["goal"], "personal", "un choeur")
    did("goal", "update", SOLANGE, agreed["id"][:8], "--state", "reached", "--text", "deux fois")
    did("goal", "update", SOLANGE, later["id"][:8], "--state", "dropped", "--on", "2026-11-21")
    did("contract", "amend", SOLANGE)
    agreed, later = did("goal", "list", SOLANGE)["items"]
    assert (agreed["state"], agreed["on"], agreed["remark"]) == ("reached", "2026-11-22", "deux fois")
    assert (later["state"], later["on"], later["remark"]) == ("dropped", "2026-11-21", None)
    at("2026-11-23")
    did("goal", "update", SOLANGE, agreed["id"][:8], "--state", "open")
    assert did("goal", "list", SOLANGE)["items"][0]["state"] == "open"
    assert len([each for each in signed.records(signed.client) if isinstance(each, Progress)]) == 4


def test_a_group_has_goals_without_a_contract(world: World) -> None:
    did("goal", "add", GROUP, "--text", "parler à tour de rôle", "--owner", "shared")
    assert [each["owner"] for each in did("goal", "list", GROUP)["items"]] == ["shared"]
    assert world


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("add", SOLANGE), 2, "--text is missing"),
        (("add", SOLANGE, "--text", "Marqueur", "--on", "2026-11-23"), 5, "is in the future"),
        (("add", SOLANGE, "--text", "x", "--sphere", "Marqueur"), 5, "--sphere: expected one of: personal"),
        (("add", "Marqueur", "--text", "x"), 4, "nobody goes by that"),
        (("update", SOLANGE, "zzzz", "--state", "open"), 4, "there is no such record"),
        (("update", SOLANGE, "zzzz", "--state", "Marqueur"), 5, "--state: expected one of: open"),
        (("update", SOLANGE, "zzzz"), 2, "--state is missing"),
        (("list", "Marqueur"), 4, "nobody goes by that"),
    ],
)
@pytest.mark.usefixtures("errors")
def test_a_goal_that_cannot_be_is_refused(
    signed: World, coach: Coach, words: tuple[str, ...], code: int, says: str
) -> None:
    before = snapshot(signed.root)
    refused(coach("goal", *words), code, says)
    assert snapshot(signed.root) == before


def test_a_method_has_a_name_of_its_own_an_origin_and_words(world: World, coach: Coach) -> None:
    words = ("--origin", "Socrate", "--text", "Des questions.")
    did("method", "add", "Dialogue", *words)
    before = snapshot(world.root)
    refused(coach("method", "add", "DIALOGUE", *words), 10, "the profile has a method of that name")
    refused(coach("method", "add", "Autre", "--text", "x"), 2, "--origin is missing")
    refused(coach("method", "add", "Autre", "--origin", "x"), 2, "--text is missing")
    refused(coach("method", "add", *words), 2, "NAME is missing")
    refused(coach("method", "add", "a/b", *words), 5, "methods[1].name: expected a name")
    refused(coach("method", "remove", "zzzz"), 4, "there is no such record")
    assert snapshot(world.root) == before
    (found,) = did("method", "list")["items"]
    assert (found["name"], found["origin"], found["text"]) == ("Dialogue", "Socrate", "Des questions.")
