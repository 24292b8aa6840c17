"""Sessions and the start gate, through the command line: a refusal leaves the vault as it was."""

from collections.abc import Callable
from datetime import date
import json
from pathlib import Path

from ethics_records import signatures
from gate_world import FIRST, client, group, open_vault
from program import Coach, Result, refused, snapshot
import pytest

from coachvault.records.base import Record
from coachvault.records.contract import Contract
from coachvault.records.group import Group
from coachvault.records.session import Override, Session

ADD = ("session", "add", "C-4F7K", "--minutes", "60", "--on")
WHY = ("--override", "begun on paper")


@pytest.fixture(autouse=True)
def in_march(at: Callable[[str], None]) -> None:
    """Set the clock to a day after all signatures."""
    at("2026-03-20")


def kept(root: Path, result: Result, before: dict[str, bytes], says: str, code: int = 10) -> None:
    """Assert that a command was refused and changed nothing."""
    refused(result, code, says)
    assert snapshot(root) == before


def fails(coach: Coach, root: Path, says: str, *words: str, code: int = 10) -> Result:
    """Assert that these words are refused and change nothing, and return what was said."""
    before = snapshot(root)
    result = coach(*words)
    kept(root, result, before, says, code)
    return result


def add(coach: Coach, *words: str) -> Result:
    """Log a session, which must not fail."""
    result = coach(*words)
    assert result.code == 0, result.err
    return result


def log(root: Path, folder: str) -> tuple[Session, ...]:
    return open_vault(root).load(folder, "log", Session)


def test_a_session_passes_the_gate_where_nothing_is_missing(vault: Path, coach: Coach) -> None:
    folder = client(vault)
    result = add(coach, *ADD, FIRST, "--channel", "on_site", "--at", "09:00")
    assert result.err == ""
    (session,) = log(vault, folder)
    assert (session.at, session.channel, session.minutes) == ("09:00", "on_site", 60)
    assert session.contract
    assert coach("session", "list", "--overrides").err == "coach: nothing to list\n"


def test_the_first_session_is_refused_while_checks_are_missing(vault: Path, coach: Coach) -> None:
    client(vault, request=None, place_is=["neutral"])
    result = fails(coach, vault, "not passed on 2026-03-03: 4 checks are missing", *ADD, FIRST)
    assert "coach contract check C-4F7K --on 2026-03-03" in result.err
    found = coach("contract", "check", "C-4F7K", "--on", FIRST)
    missing = [line.split("\t")[0] for line in found.out.splitlines() if line.split("\t")[1] == "missing"]
    gate = {"request", "place_private", "place_available", "place_away_from_work"}
    assert gate <= set(missing)


def test_a_session_before_the_signature_is_refused(vault: Path, coach: Coach) -> None:
    client(vault, signatures=signatures("client", "coach"))
    fails(coach, vault, "not passed on 2026-03-01", *ADD, "2026-03-01")
    fails(coach, vault, "not passed on 2026-03-01", *ADD, "2026-03-01", "--kind", "closing")


def test_a_client_without_a_contract_needs_one(practice_client: str, vault: Path, coach: Coach) -> None:
    result = fails(coach, vault, "checks are missing", "session", "add", practice_client, "--minutes", "60")
    assert f"coach contract new {practice_client} --kind KIND" in result.err


@pytest.fixture
def practice_client(vault: Path, coach: Coach) -> str:
    """A client with whom nothing is agreed on."""
    assert vault.is_dir()
    return coach("new-client", "Augustine Rousseau").out.split()[-1]


def test_a_discovery_session_needs_no_contract(practice_client: str, vault: Path, coach: Coach) -> None:
    words = ("session", "add", practice_client, "--minutes", "30", "--kind", "discovery")
    assert add(coach, *words).err == ""
    fails(coach, vault, "are for the session of a group", *words, "--spoke", practice_client, code=2)


def test_an_override_goes_past_the_gate_and_stands_in_the_ethics_log(vault: Path, coach: Coach) -> None:
    folder = client(vault, request=None)
    result = add(coach, *ADD, FIRST, *WHY)
    assert "1 missing check was passed over; the ethics log says so" in result.err
    (entry,) = open_vault(vault).load(folder, "log", Override)
    (session,) = log(vault, folder)
    assert (entry.checks, entry.reason, entry.session) == (("request",), "begun on paper", session.id)
    assert entry.on.isoformat() == FIRST
    listed = coach("session", "list", "--overrides").out.split("\t")
    assert listed[:5] == ["C-4F7K", FIRST, session.id, "request", "begun on paper"]
    assert json.loads(coach("session", "list", "4F7K", "--overrides", "--json").out)["kind"] == "override"
    # The gate stands before the first session alone.
    assert add(coach, *ADD, "2026-03-10").err == ""


def test_an_override_that_is_not_needed_is_not_kept(vault: Path, coach: Coach) -> None:
    folder = client(vault)
    assert "the override is not needed and not kept" in add(coach, *ADD, FIRST, *WHY).err
    assert open_vault(vault).load(folder, "log", Override) == ()


@pytest.mark.parametrize("reason", ["", "   ", "\x1b[31m"])
def test_an_override_needs_a_reason(vault: Path, coach: Coach, reason: str) -> None:
    client(vault, request=None)
    before = snapshot(vault)
    result = coach(*ADD, FIRST, "--override", reason)
    assert result.code in (5, 10)
    assert snapshot(vault) == before
    assert "\x1b" not in result.err


def test_after_the_end_not_even_an_override_helps(vault: Path, coach: Coach) -> None:
    client(vault, ended_on="2026-03-05", ended_by="client")
    fails(coach, vault, "had ended as of 2026-03-05", *ADD, "2026-03-06", *WHY)
    add(coach, *ADD, "2026-03-05")
    add(coach, *ADD, "2026-03-06", "--kind", "discovery")


def test_a_discovery_session_comes_before_the_contract(vault: Path, coach: Coach) -> None:
    client(vault, sessions=1)
    discovery = ("--kind", "discovery")
    add(coach, *ADD, "2026-03-01", *discovery)
    # The first talk and the signature may be of one day, until there is a session under the contract.
    add(coach, *ADD, "2026-03-02", *discovery)
    result = fails(coach, vault, "comes before the contract", *ADD, "2026-03-03", *discovery, *WHY)
    assert "give --kind regular, review or closing" in result.err
    add(coach, *ADD, "2026-03-02")
    fails(coach, vault, "comes before the contract", *ADD, "2026-03-02", *discovery)
    fails(coach, vault, "the 1 session agreed on", *ADD, "2026-03-03")


def test_nor_has_a_group_a_discovery_session_under_a_contract(vault: Path, coach: Coach) -> None:
    group(vault, client(vault, "C-ZZZZ"), client(vault, "C-NNNN"))
    words = ("session", "add", "G-4F7K", "--minutes", "120", "--kind", "discovery", "--on")
    fails(coach, vault, "comes before the contract", *words, "2026-03-10")
    add(coach, *words, "2026-03-01")


DEPARTURES = {
    "longer": (("--minutes", "76"), "was to last 60 minutes, and lasted 76"),
    "shorter": (("--minutes", "44"), "was to last 60 minutes, and lasted 44"),
    "place": (("--place", "a park"), "the place is not the one agreed on"),
    "channel": (("--channel", "remote"), "provides for no session by that channel"),
    "start": (("--on", "2026-03-03"), "starts on 2026-03-04, after that day"),
}


@pytest.mark.parametrize("case", DEPARTURES)
def test_what_departs_from_the_frame_is_said_in_one_line(vault: Path, coach: Coach, case: str) -> None:
    words, says = DEPARTURES[case]
    client(vault, start="2026-03-04")
    consent = ("--type", "remote_tools", "--answer", "given", "--on", "2026-03-04")
    assert coach("consent", "record", "C-4F7K", *consent).code == 0
    usual = {"--minutes": "60", "--on": "2026-03-10"} | dict([words])
    result = add(coach, "session", "add", "C-4F7K", *(word for pair in usual.items() for word in pair))
    assert result.err.count("\n") == 1
    assert says in result.err


@pytest.mark.parametrize(
    "words", [("--minutes", "75"), ("--minutes", "45"), ("--place", "PRACTICE"), ("--channel", "on_site")]
)
def test_what_keeps_to_the_frame_is_not_remarked_on(
    vault: Path, coach: Coach, words: tuple[str, str]
) -> None:
    client(vault, place="the Practice, 3 rue du Port", start="2026-03-03")
    usual = {"--minutes": "60", "--on": "2026-03-03"} | dict([words])
    pairs = (word for pair in usual.items() for word in pair)
    assert add(coach, "session", "add", "C-4F7K", *pairs).err == ""


def test_a_long_series_is_asked_for_a_review_until_there_was_one(vault: Path, coach: Coach) -> None:
    client(vault, sessions=12)
    days = [f"2026-03-{day:02}" for day in range(3, 11)]
    said = [add(coach, *ADD, day).err for day in days[:6]]
    assert said[:5] == [""] * 5
    assert "a long series needs a look at where one is" in said[5]
    assert add(coach, *ADD, days[6], "--kind", "review").err == ""
    assert add(coach, *ADD, days[7]).err == ""


def test_the_number_agreed_on_is_announced_and_then_kept(vault: Path, coach: Coach) -> None:
    client(vault, sessions=2)
    assert add(coach, *ADD, "2026-03-03").err == ""
    assert "the last session agreed on with C-4F7K" in add(coach, *ADD, "2026-03-10").err
    result = fails(coach, vault, "the 2 sessions agreed on with C-4F7K have been", *ADD, "2026-03-17", *WHY)
    assert "coach contract amend C-4F7K --sessions NUMBER" in result.err


def test_a_fifth_session_of_solidarity_needs_another_contract_or_a_colleague(
    vault: Path, coach: Coach
) -> None:
    client(vault, kind="solidarity")
    for day in ("03", "05", "10", "12"):
        add(coach, *ADD, f"2026-03-{day}")
    result = fails(coach, vault, "the 4 sessions agreed on", *ADD, "2026-03-17")
    assert "coach contract new C-4F7K --kind individual, or coach refer add C-4F7K" in result.err


def test_the_last_day_agreed_on_is_announced_and_then_kept(vault: Path, coach: Coach) -> None:
    client(vault, start="2026-03-01", end="2026-03-18")
    assert "is agreed on until 2026-03-18" in add(coach, *ADD, "2026-03-10").err
    result = fails(coach, vault, "was agreed on until 2026-03-18", *ADD, "2026-03-19", *WHY)
    assert "coach contract amend C-4F7K --end DATE" in result.err


def test_two_sessions_at_once_are_refused_whoever_they_are_with(vault: Path, coach: Coach) -> None:
    client(vault)
    client(vault, "C-9ZZZ")
    add(coach, *ADD, "2026-03-10", "--at", "10:00")
    other = ("session", "add", "C-9ZZZ", "--minutes", "45", "--on", "2026-03-10", "--at")
    for time in ("10:59", "09:16", "10:10"):
        fails(coach, vault, "C-4F7K at the same time, on 2026-03-10 at 10:00", *other, time, *WHY)
    for time in ("11:00", "09:15"):
        assert add(coach, *other, time).code == 0
    fails(coach, vault, "at the same time", *ADD, "2026-03-10", "--at", "10:30", "--kind", "discovery")


def test_a_session_over_midnight_is_in_the_way_of_the_next_day(vault: Path, coach: Coach) -> None:
    client(vault)
    client(vault, "C-9ZZZ")
    add(coach, *ADD, "2026-03-10", "--at", "23:30")
    other = ("session", "add", "C-9ZZZ", "--minutes", "30", "--on", "2026-03-11", "--at")
    fails(coach, vault, "on 2026-03-10 at 23:30", *other, "00:29")
    add(coach, *other, "00:30")


def test_a_second_session_of_a_day_without_a_time_is_only_pointed_out(vault: Path, coach: Coach) -> None:
    client(vault)
    add(coach, *ADD, "2026-03-10")
    assert "there is another session with C-4F7K on 2026-03-10" in add(coach, *ADD, "2026-03-10").err


@pytest.mark.parametrize("time", ["24:00", "9:0", "10:60", "noon"])
def test_a_time_that_there_is_not_is_refused(vault: Path, coach: Coach, time: str) -> None:
    client(vault)
    fails(coach, vault, "--at: expected", *ADD, "2026-03-10", "--at", time, code=5)


def test_who_was_there_and_spoke_is_kept_of_a_group(vault: Path, coach: Coach) -> None:
    zoe, noe = client(vault, "C-ZZZZ"), client(vault, "C-NNNN")
    folder = group(vault, zoe, noe)
    words = ("session", "add", "G-4F7K", "--minutes", "120", "--on")
    add(coach, *words, "2026-03-03", "--spoke", "C-ZZZZ", "--spoke", "nnnn", "--case-by", "augustine c-zzzz")
    add(coach, *words, "2026-03-10", "--present", "C-NNNN")
    first, second = log(vault, folder)
    assert (set(first.present), first.spoke, first.case_by) == ({zoe, noe}, (zoe, noe), zoe)
    assert second.present == (noe,)
    assert [row.split("\t")[0] for row in coach("session", "list", "pairs").out.splitlines()] == [
        "G-4F7K"
    ] * 2
    fails(coach, vault, "was not present", *words, "2026-03-12", "--present", "nnnn", "--spoke", "zzzz")


def test_whoever_is_no_member_or_not_bound_is_not_counted_present(vault: Path, coach: Coach) -> None:
    zoe, noe, lea = client(vault, "C-ZZZZ"), client(vault, "C-NNNN"), client(vault, "C-LLLL")
    folder = group(vault, zoe, noe)
    words = ("session", "add", "G-4F7K", "--minutes", "120", "--on", "2026-03-10")
    fails(coach, vault, "was no member of G-4F7K on 2026-03-10", *words, "--present", "C-LLLL", *WHY)
    opened = open_vault(vault)
    (kept_group,) = (r for r in opened.load(folder, "identity", Record) if isinstance(r, Group))
    unbound = {"id": "l" * 16, "client": lea, "joined_on": "2026-03-05"}
    with opened.change() as change:
        change.update(kept_group, {"members": [*kept_group.members, unbound]})
    fails(coach, vault, "checks are missing", *words)
    add(coach, *words, "--present", "C-ZZZZ", "--present", "C-NNNN")
    # Nor was anything handed or explained to them.
    result = fails(coach, vault, "6 checks are missing", *words, "--present", "C-LLLL")
    assert "coach contract check G-4F7K" in result.err
    add(coach, *words, "--present", "C-LLLL", *WHY)
    passed = coach("session", "list", "--overrides").out.split("\t")[3].split(", ")
    told = ["charter_delivered", "contract_delivered", "understood", "limits"]
    assert passed == [*told, "members_voluntary", "members_bound"]


def test_each_session_at_a_distance_wants_a_consent_that_day(vault: Path, coach: Coach) -> None:
    client(vault)
    remote = ("--channel", "remote")
    add(coach, *ADD, "2026-03-03")
    refusal = fails(coach, vault, "1 check is missing", *ADD, "2026-03-04", *remote)
    assert "coach consent record C-4F7K --type remote_tools --answer given" in refusal.err
    consent = (
        "consent",
        "record",
        "C-4F7K",
        "--type",
        "remote_tools",
        "--answer",
        "given",
        "--on",
        "2026-03-04",
    )
    assert coach(*consent).code == 0
    add(coach, *ADD, "2026-03-04", *remote)
    assert coach("consent", "withdraw", "C-4F7K", "--type", "remote_tools", "--on", "2026-03-10").code == 0
    add(coach, *ADD, "2026-03-09", *remote)
    fails(coach, vault, "1 check is missing", *ADD, "2026-03-10", *remote)
    add(coach, *ADD, "2026-03-10")
    add(coach, *ADD, "2026-03-11", *remote, *WHY)
    assert coach("session", "list", "--overrides").out.split("\t")[3] == "remote_tools"


def test_an_organisation_has_no_sessions(vault: Path, coach: Coach) -> None:
    fails(coach, vault, "nobody goes by that", "session", "add", "O-4F7K", "--minutes", "60", code=4)


def test_what_the_gate_says_names_nobody(vault: Path, coach: Coach) -> None:
    client(vault, request=None)
    for words in ((*ADD, FIRST), ("contract", "check", "--all")):
        result = coach(*words)
        assert "Augustine" not in result.err + result.out


def test_a_client_who_is_protected_from_now_on_has_no_session_without_the_guardian(
    vault: Path, coach: Coach
) -> None:
    client(vault, goals=[{"id": "g" * 16, "text": "parler"}])
    add(coach, *ADD, FIRST)
    add(coach, "client", "edit", "C-4F7K", "--protected", "minor")
    add(coach, "client", "edit", "C-4F7K", "--guardian", "Paule Minot", "--told", "dates")
    told = fails(coach, vault, "2 checks are missing", *ADD, "2026-03-10")
    assert "A minor or vulnerable adult: a guardian named, and a party to the contract" in told.err
    assert "The signature of each guardian" in told.err
    assert commands(coach) == dict.fromkeys(("guardian", "guardian_signed"), "coach contract amend C-4F7K")
    add(coach, "contract", "amend", "C-4F7K")
    assert commands(coach)["guardian_signed"] == "coach contract sign C-4F7K --by guardian"
    assert "guardian" not in commands(coach)


def commands(coach: Coach) -> dict[str, str]:
    """Return the command that meets each check of a guardian that is missing."""
    items = json.loads(coach("contract", "check", "C-4F7K", "--json").out)["items"]
    missing = {item["check"]: item["command"] for item in items if item["state"] == "missing"}
    return {name: command for name, command in missing.items() if name.startswith("guardian")}


def test_a_session_past_the_gate_is_one_of_the_four_of_solidarity(vault: Path, coach: Coach) -> None:
    folder = client(vault, kind="solidarity", signatures=signatures("client"))
    days = ("2026-03-03", "2026-03-06", "2026-03-09", "2026-03-12")
    for day in days[:3]:
        add(coach, *ADD, day, *WHY)
    opened = open_vault(vault)
    (draft,) = opened.load(folder, "contract", Contract)
    with opened.change() as change:
        change.update(draft, {"signatures": signatures("client", "coach", on=date(2026, 3, 10))})
    assert "this was the last session" in add(coach, *ADD, days[3]).err
    fails(coach, vault, "the 4 sessions agreed on with C-4F7K have been held", *ADD, "2026-03-15", *WHY)
    assert len(log(vault, folder)) == 4


def test_no_draft_of_solidarity_has_a_fifth_session(vault: Path, coach: Coach) -> None:
    client(vault, kind="solidarity", sessions=2, signatures=signatures("client"))
    for day in ("2026-03-03", "2026-03-06", "2026-03-09", "2026-03-12"):
        add(coach, *ADD, day, *WHY)
    says = "4 sessions of solidarity coaching were held with C-4F7K"
    fails(coach, vault, says, *ADD, "2026-03-15", *WHY)
    add(coach, "contract", "end", "C-4F7K", "--draft")
    words = ("contract", "new", "C-4F7K", "--kind", "solidarity", "--sessions", "2")
    fails(coach, vault, "solidarity coaching has at most 4 sessions in all, and 4 were held", *words)
