"""`contract check`: what is met and missing, for one and for everyone, with the command that meets it."""

from collections.abc import Callable
import json
from pathlib import Path
import re
from typing import Any

from ethics_records import signatures
from gate_world import FIRST, client, group, open_vault
from program import Coach, Result, refused, snapshot
import pytest

from coachvault import cli
from coachvault.cli import _lazy
from coachvault.errors import FindingsError
from coachvault.ethics import check, place
from coachvault.records.contract import Contract

CODE = FindingsError.exit_code


@pytest.fixture(autouse=True)
def in_march(at: Callable[[str], None]) -> None:
    """Set the clock to a day after all signatures."""
    at("2026-03-20")


def rows(result: Result) -> dict[str, list[str]]:
    """Return the cells of each line by the first of them."""
    return {cells[0]: cells[1:] for cells in (line.split("\t") for line in result.out.splitlines())}


def test_each_check_has_its_state_its_clauses_and_its_command(vault: Path, coach: Coach) -> None:
    client(vault, request=None)
    result = coach("contract", "check", "augustine")
    found = rows(result)
    assert found["request"] == [
        "missing", "CD-2, CSS-3.5-3", "The request, in the client’s words",
        "coach contract amend C-4F7K --request TEXT",
    ]  # fmt: skip
    assert found["signed"][:2] == ["met", "CD-1, LC-5"]
    assert found["signed"][2:] == ["The signature of every party", ""]
    assert "counterpart" not in found
    assert result.code == CODE
    assert re.search(r"error: \d+ points are missing", result.err)


@pytest.mark.parametrize(
    ("fields", "command"),
    [
        ({"signatures": []}, "coach contract edit C-4F7K"),
        ({"signatures": signatures("client")}, "coach contract end C-4F7K --draft"),
        ({}, "coach contract amend C-4F7K"),
        ({"ended_on": "2026-03-05", "ended_by": "client"}, ""),
    ],
)
def test_what_is_signed_is_not_edited(
    vault: Path, coach: Coach, fields: dict[str, Any], command: str
) -> None:
    client(vault, request=None, **fields)
    template = vault / "templates/en/contract-individual.md.j2"
    template.write_text(template.read_text("utf-8") + "{{ contract.concluded }}\n", "utf-8")
    found = rows(coach("contract", "check", "augustine"))
    is_changed = bool(command) and "--draft" not in command
    wanted = {
        "request": " --request TEXT",
        "contract.concluded": " --concluded premises|distance|off_premises",
    }
    for name, option in wanted.items():
        assert found[name][-1] == command + (option if is_changed else "")
    options = ("--request", "to dare") if is_changed else ()
    assert not command or coach(*command.split()[1:], *options).code == 0


def test_what_does_not_apply_is_shown_when_it_is_asked_for(vault: Path, coach: Coach) -> None:
    client(vault)
    found = rows(coach("contract", "check", "augustine", "--full"))
    assert found["counterpart"][0] == "not_applicable"
    assert {c.id for c in check.load()} <= set(found)


def test_the_day_that_is_asked_about_decides(vault: Path, coach: Coach) -> None:
    client(vault)
    early = rows(coach("contract", "check", "augustine", "--on", "2026-02-27"))
    assert (early["signed"][0], early["charter_delivered"][0]) == ("missing", "missing")
    assert rows(coach("contract", "check", "augustine", "--on", FIRST))["signed"][0] == "met"
    refused(coach("contract", "check", "augustine", "--on", "2026-03-21"), 5, "is in the future")


def test_a_template_that_lacks_a_clause_is_found_out(vault: Path, coach: Coach) -> None:
    client(vault)
    assert rows(coach("contract", "check", "augustine"))["wording"][0] == "met"
    path = vault / "templates/en/contract-individual.md.j2"
    path.write_text(path.read_text("utf-8").replace("CD-9 ", "").replace("CD-31 ", ""), "utf-8")
    assert rows(coach("contract", "check", "augustine"))["wording"][:2] == ["missing", "CD-9, CD-31"]


def test_for_everyone_whose_contract_runs_only_what_is_missing_is_said(vault: Path, coach: Coach) -> None:
    zoe, noe = client(vault, "C-ZZZZ"), client(vault, "C-NNNN", request=None, channel="remote")
    group(vault, zoe, noe, goals=[])
    client(vault, "C-LLLL", request=None, ended_on="2026-03-05", ended_by="client")
    coach("new-client", "Ferdinand Quenneville")
    before = snapshot(vault)
    result = coach("contract", "check", "--all")
    assert result.code == CODE
    assert "Augustine" not in result.out
    assert {tuple(line.split("\t")[:2]) for line in result.out.splitlines()} == {
        ("C-NNNN", "contact"), ("C-NNNN", "remote_tools"), ("C-NNNN", "request"), ("C-ZZZZ", "contact"),
        ("G-4F7K", "goals"),
    }  # fmt: skip
    assert "coach contract amend C-NNNN --request TEXT" in result.out
    items = json.loads(coach("contract", "check", "--all", "--json").out)["items"]
    assert len(items) == 5
    assert {item["code"] for item in items} == {"C-NNNN", "C-ZZZZ", "G-4F7K"}
    assert snapshot(vault) == before


def test_all_and_one_say_the_same(vault: Path, coach: Coach) -> None:
    client(vault, request=None, channel="remote", place_is=[])
    found = rows(coach("contract", "check", "augustine"))
    one = {name for name, cells in found.items() if cells[0] == "missing"}
    every = {line.split("\t")[1] for line in coach("contract", "check", "--all").out.splitlines()}
    assert every == {name for name in one if "." not in name}


def test_json_has_every_check_with_every_clause(vault: Path, coach: Coach) -> None:
    client(vault, request=None)
    items = json.loads(coach("contract", "check", "augustine", "--json").out)["items"]
    found = {item["check"]: item for item in items}
    assert {c.id for c in check.load()} <= set(found)
    assert {item["state"] for item in items} == {"met", "missing", "not_applicable"}
    assert all(item["clauses"] for name, item in found.items() if "." not in name)
    assert [name for name, item in found.items() if item["before_session"]] == ["request"]


def test_what_is_missing_counts_once(vault: Path, coach: Coach) -> None:
    client(vault, request=None, goals=[])
    found = rows(coach("contract", "check", "augustine"))
    assert {name for name, cells in found.items() if cells[0] == "missing"} == {"request", "goals", "contact"}


def test_as_much_is_missing_before_a_session_as_the_gate_says(vault: Path, coach: Coach) -> None:
    client(vault, request=None, goals=[])
    told = coach("contract", "check", "augustine", "--on", FIRST)
    assert "3 points are missing, of which before the next session: 2" in told.err
    said = coach("session", "add", "augustine", "--minutes", "60", "--on", FIRST)
    assert "2 checks are missing\n  - The request, in the client’s words\n  - At least one goal" in said.err


def test_no_command_undoes_what_another_sets(vault: Path, coach: Coach) -> None:
    client(vault, place_is=["neutral"])
    found = rows(coach("contract", "check", "augustine"))
    (command,) = {cells[3] for cells in found.values() if "--place-is" in cells[3]}
    assert [word for word in command.split() if not word.startswith("--")][4:] == list(place.QUALITIES)


def test_a_command_names_the_parties_that_lack_it(vault: Path, coach: Coach) -> None:
    client(vault)
    found = rows(coach("contract", "check", "augustine", "--on", "2026-02-27"))
    assert found["signed"][3] == "coach contract sign C-4F7K --by client|coach"
    assert found["charter_delivered"][3] == "coach charter deliver C-4F7K --to client"
    assert not [cells for cells in found.values() if re.search("PARTY|POINT|TIE", cells[3])]


def test_a_conflict_is_raised_with_whom_it_concerns(vault: Path, coach: Coach) -> None:
    folder = client(vault, "C-TTTT", "tripartite")
    facts = {"opened_on": FIRST, "due_on": FIRST, "nature": "interests", "text": "x"}
    with open_vault(vault).change() as change:
        change.add("conflict", folder, facts)
    found = rows(coach("contract", "check", "C-TTTT"))
    assert found["conflicts_raised"][3] == "coach conflict discuss C-TTTT --with client"
    coach("client", "edit", "C-TTTT", "--protected", "minor", "--guardian", "Paule Minot")
    found = rows(coach("contract", "check", "C-TTTT"))
    assert found["conflicts_raised"][3] == "coach conflict discuss C-TTTT --with client|guardian"


def test_where_nothing_is_missing_it_is_said(vault: Path, coach: Coach) -> None:
    folder = client(vault)
    result = coach("contract", "check", "--all")
    assert (result.code, [line.split("\t")[1] for line in result.out.splitlines()]) == (CODE, ["contact"])
    (agreed,) = open_vault(vault).load(folder, "contract", Contract)
    with open_vault(vault).change() as change:
        change.update(agreed, {"ended_on": "2026-03-10", "ended_by": "client"})
    result = coach("contract", "check", "--all")
    assert (result.code, result.out, result.err) == (0, "", "coach: nothing is missing\n")


@pytest.mark.parametrize("words", [(), ("augustine", "--all")])
def test_one_or_all_and_not_both(vault: Path, coach: Coach, words: tuple[str, ...]) -> None:
    client(vault)
    refused(coach("contract", "check", *words), 2, "WHO, or --all in its place, is needed")


def test_the_checks_speak_french(vault: Path, coach: Coach) -> None:
    client(vault, request=None)
    result = coach("--lang", "fr", "contract", "check", "augustine")
    assert rows(result)["request"][2] == "La demande, dans les mots du client"
    assert "points manquent" in result.err


@pytest.mark.parametrize("entry", check.load(), ids=lambda entry: entry.id)
def test_the_command_that_meets_a_check_exists(entry: check.Check) -> None:
    words = entry.command.split()
    row = next(row for row in cli.TABLE if row.name == words[0])
    group_: Any = _lazy.load(row)
    command = group_.commands[words[1]]
    options = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= options
