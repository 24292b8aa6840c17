"""The end of a relationship at a terminal: what was not said is asked, and nothing of it is a condition."""

import json
from pathlib import Path

from practice import Practice
from program import Coach, snapshot
import pytest
from terminal_world import Terminal, finish, interrupt, show

from coachvault.cli import _editor

SUMMARY = "Une étape : la candidature est envoyée."


@pytest.fixture
def editor(tmp_path: Path) -> str:
    """An editor that writes the summary."""
    assert _editor.memory_folder(), "these tests need a folder in memory"
    path = tmp_path / "editor"
    path.write_text(f"#!/bin/sh\nprintf '%s\\n' '{SUMMARY}' > \"$1\"\n")
    path.chmod(0o700)
    return str(path)


def test_what_an_end_by_the_coach_needs_is_asked(
    practice: Practice, terminal: Terminal, coach: Coach, editor: str
) -> None:
    child = terminal("client", "close", practice.augustine, "--by", "coach", EDITOR=editor)
    child.expect("When did you talk it over")
    child.sendline("yesterday")
    child.expect("the closing session")
    child.sendline("declined")
    child.expect("Are there copies outside the vault")
    child.sendline("some")
    lines = show(child)
    assert any("is closed as of" in line for line in lines)
    assert any("enter what lies outside the vault with: coach copy add" in line for line in lines)
    assert "\nsummary\t" in coach("retention", "explain", practice.augustine).out


def test_the_harm_of_a_conflict_over_which_both_stop_is_asked(
    practice: Practice, terminal: Terminal, coach: Coach
) -> None:
    coach("conflict", "add", practice.augustine, "--nature", "interests", "--text", "x")
    coach("conflict", "discuss", practice.augustine, "--with", "client")
    (row,) = json.loads(coach("conflict", "list", practice.augustine, "--json").out)["items"]
    words = ("--closing-session", "declined", "--summary", "", "--copies", "none")
    close = ("client", "close", practice.augustine, "--by", "mutual", "--conflict", row["id"], *words)
    child = terminal(*close)
    child.expect("What harm did it do")
    child.sendline("none")
    assert any("is closed as of" in line for line in show(child))
    assert "harm\tnone" in coach("conflict", "show", practice.augustine).out


def test_who_ends_it_is_asked_without_a_default(practice: Practice, terminal: Terminal, coach: Coach) -> None:
    child = terminal("contract", "end", practice.augustine)
    child.expect("Who ends it\\?")
    child.sendline("coach")
    child.expect("When did you talk it over")
    child.sendline("yesterday")
    assert any("has ended as of" in line for line in show(child))
    words = ("--closing-session", "declined", "--summary", "", "--copies", "none")
    show(terminal("client", "close", practice.augustine, *words))
    assert "closed_by\tcoach" in coach("client", "show", practice.augustine).out


def test_who_ends_a_coaching_is_asked(practice: Practice, terminal: Terminal, coach: Coach) -> None:
    words = ("--closing-session", "declined", "--summary", "", "--copies", "none")
    child = terminal("client", "close", practice.augustine, *words)
    child.expect("Who ends it\\?")
    child.sendline("both")
    show(child)
    assert "closed_by\tmutual" in coach("client", "show", practice.augustine).out


def test_what_becomes_of_the_files_is_asked(practice: Practice, terminal: Terminal, coach: Coach) -> None:
    assert coach("file", "add", practice.augustine, "-", "--name", "cv.txt", stdin="x").code == 0
    words = ("--by", "client", "--closing-session", "declined", "--summary", "")
    child = terminal("client", "close", practice.augustine, *words)
    child.expect("kept as they are, returned, destroyed")
    child.sendline("returned")
    child.expect("Are there copies outside the vault")
    child.sendline("")
    child.expect("Are there copies outside the vault")  # the Enter key says nothing
    child.sendline("none")
    child.expect("handed back")  # the plan
    child.expect(f"Type {practice.augustine} to destroy this for good")
    child.sendline(practice.augustine)
    lines = show(child)
    assert any("is closed as of" in line for line in lines)
    assert any("attachments: 1 record (handed back to the person)" in line for line in lines)
    assert coach("file", "list", practice.augustine).out == ""
    assert "copies_on\t" in coach("client", "show", practice.augustine).out


def test_an_end_that_says_all_asks_nothing(practice: Practice, terminal: Terminal) -> None:
    words = ("--by", "client", "--closing-session", "offered", "--summary", "", "--copies", "none")
    lines = show(terminal("client", "close", practice.augustine, *words, EDITOR="false"))
    assert any("is closed as of" in line for line in lines)


def test_an_end_that_is_broken_off_changes_nothing(practice: Practice, terminal: Terminal) -> None:
    before = snapshot(practice.root)
    child = terminal("client", "close", practice.augustine, "--by", "client", EDITOR="false")
    child.expect("the closing session")
    interrupt(child)
    assert finish(child)[0] == 130
    assert snapshot(practice.root) == before
