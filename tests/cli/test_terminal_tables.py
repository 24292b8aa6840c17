"""What lists and cards look like at a terminal of 80 columns."""

from pathlib import Path
import re

from gate_world import client
from program import Coach
from terminal_world import Terminal, show


def at(terminal: Terminal, *words: str) -> str:
    """Return what a command shows, without the marks of bold and dim."""
    return "\n".join(re.sub(r"\x1b\[[0-9;]*m", "", line) for line in show(terminal(*words)))


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
