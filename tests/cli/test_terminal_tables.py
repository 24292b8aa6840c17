"""What lists and cards look like at a terminal of 80 columns."""

from pathlib import Path
import re

from gate_world import client
from program import Coach
import pytest
from terminal_world import Terminal, finish, show


def at(terminal: Terminal, *words: str) -> str:
    """Return what a command shows, without the marks of bold and dim."""
    return plain("\n".join(show(terminal(*words))))


def plain(text: str) -> str:
    return re.sub(r"\x1b\[[0-9;]*m", "", text)


def test_a_contract_has_its_version_and_a_disclosure_its_recipient(
    vault: Path, coach: Coach, terminal: Terminal
) -> None:
    client(vault)
    words = ("--what", "Dates.", "--ground", "Art. 1", "--told", "2026-11-20")
    coach("disclosure", "add", "augustine", "--basis", "law", "--recipient", "Dr Tilleul", *words)

    contracts = at(terminal, "contract", "list")
    assert "version" in contracts
    assert "SHA-256" not in contracts
    disclosed = at(terminal, "disclosure", "show", "augustine")
    assert "recipient " in disclosed
    assert "Dr Tilleul" in disclosed
    # Substance first, then what the record is for the program.
    assert disclosed.index("Art. 1") < disclosed.index("drawer") < disclosed.index("\nid ")


def test_a_short_list_is_a_table(vault: Path, coach: Coach, terminal: Terminal) -> None:
    client(vault)
    for name in ("Séraphine", "Oscar"):
        coach("cast", "add", "augustine", name, "--role", "neighbour")
    shown = at(terminal, "cast", "list", "augustine").splitlines()

    assert any(line.split() == ["code", "name", "role", "id"] for line in shown), shown
    assert any(line.split()[:3] == ["C-4F7K", "Oscar", "neighbour"] for line in shown), shown


@pytest.mark.parametrize("words", [(), ("--full",)], ids=["short", "full"])
def test_a_check_shows_what_is_missing_first(vault: Path, terminal: Terminal, words: tuple[str, ...]) -> None:
    client(vault, request=None, place_is=["neutral"])
    _code, text = finish(terminal("contract", "check", "augustine", *words))
    lines = plain(text).splitlines()

    assert max(map(len, lines[:-2])) <= 80  # the error below folds where the terminal does
    # One command for three qualities of the place; the words of the duties, not their names.
    place = lines.index("  A place where nobody overhears")
    assert lines[place + 1 : place + 3] == [
        "  A place and a time at which the client is free",
        "  A place away from the usual workplace",
    ]
    assert text.count("coach contract amend C-4F7K --place-is") == 1
    titles = [line for line in lines if re.match(r"\w", line) and not line.startswith("coach: ")]
    assert titles[0] == "Missing before the next session (4)"
    assert titles[1] == "Missing as the work goes on (1)"
    assert titles[2].startswith("Met (")
    if words:
        assert titles[3].startswith("Does not apply (")
        assert any("LC-15, LC-17" in line for line in lines)
    else:
        assert re.fullmatch(r"\d+ more do not apply; all, with every clause: --full", titles[3])
        assert len(lines) < 50


def test_a_term_says_its_rule_and_how_long_it_keeps_although_nothing_has_ended(
    vault: Path, coach: Coach, terminal: Terminal
) -> None:
    client(vault)
    shown = " ".join(at(terminal, "retention", "explain", "augustine").split())
    assert "5 years after the end of the contract" in shown
    assert "contract_end" not in shown
    assert "rule Contract, annexes and proof of agreement" in shown
    # A script gets the name of the rule, and no column more.
    cells = coach("retention", "explain", "augustine").out.splitlines()[-1].split("\t")
    assert (len(cells), cells[1]) == (8, "identity")


def test_a_rule_is_headed_by_what_it_keeps(vault: Path, terminal: Terminal) -> None:
    assert vault.is_dir()
    lines = at(terminal, "retention", "show").splitlines()
    head = lines.index("Session notes")
    assert lines[head + 1].split() == ["name", "of", "the", "rule", "raw_notes"]


def test_an_override_names_what_was_passed_in_words(vault: Path, coach: Coach, terminal: Terminal) -> None:
    client(vault, request=None)
    words = ("--minutes", "60", "--override", "From the paper file.")
    assert coach("session", "add", "augustine", *words).code == 0
    shown = at(terminal, "session", "list", "--overrides")
    assert {"The", "request,", "client’s", "words"} <= set(shown.split())
    assert "request" in coach("session", "list", "--overrides").out.split("\t")


def test_files_have_a_size_with_a_unit(vault: Path, coach: Coach, terminal: Terminal) -> None:
    client(vault)
    assert coach("contract", "render", "augustine", "--format", "md").code == 0
    assert re.search(r"\d\u00a0B ", at(terminal, "outbox", "list"))
