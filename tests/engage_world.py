"""An organisation, a group and a minor, in a vault that has clients: what contracts of every kind need."""

import json
import os
from pathlib import Path
from typing import Any, NamedTuple

from practice import Practice
from program import run

from coachvault.actions import who
from coachvault.crypto import keys
from coachvault.records.base import Record
from coachvault.vault import layout
from coachvault.vault.store import Vault

PAPER = ("--file", __file__)  # a contract that was made elsewhere
SPONSOR = "Ateliers Brumaire"


class World(NamedTuple):
    """The vault's folder and who is in it, by their codes; `lone` is a group of one."""

    root: Path
    client: str
    minor: str
    sponsor: str
    group: str
    lone: str

    def vault(self) -> Vault:
        return open_vault(self.root)

    def records(self, code: str, drawer: str = "contract") -> tuple[Record, ...]:
        """Return the records of one drawer of whoever has this code."""
        vault = self.vault()
        return vault.load(who.subject(vault, code).folder, drawer, Record)

    def update(self, code: str, **values: Any) -> None:  # noqa: ANN401 any field
        """Change what is known of somebody, as another command would."""
        vault = self.vault()
        with vault.change() as change:
            change.update(who.subject(vault, code), values)


def open_vault(root: Path) -> Vault:
    """Return the vault, open for the identity of the test."""
    path = Path(os.environ["COACHVAULT_IDENTITY"])
    return Vault(root, keys.read_identity(path, lambda: ""))


def make(practice: Practice) -> World:
    """Add them to the practice."""
    vault = open_vault(practice.root)
    contact = {"id": layout.new_id(), "name": "Ada Brume", "role": "directrice"}
    guardian = {"id": layout.new_id(), "name": "Paule Minot", "role": "parent"}
    folders = {code: who.entry(vault, code).folder for code in (practice.augustine, practice.ferdinand)}
    members = [
        {"id": layout.new_id(), "client": each, "joined_on": "2026-11-01"} for each in folders.values()
    ]
    someone: dict[str, tuple[str, dict[str, Any]]] = {
        "O-2222": ("organisation", {"name": SPONSOR, "address": "1 quai des Brumes", "contacts": [contact]}),
        "G-2222": ("group", {"name": "Les Passerelles", "members": members}),
        "G-3333": ("group", {"name": "Le Singulier", "members": members[:1]}),
        "C-M222": (
            "client",
            {"name": "Colin Minot", "protected": "minor", "guardians": [guardian], "told": "Les dates."},
        ),
    }
    with vault.change() as change:
        for code, (kind, values) in someone.items():
            change.add(kind, layout.new_id(), {"code": code, **values})
    return World(practice.root, practice.solange, "C-M222", "O-2222", "G-2222", "G-3333")


def did(*words: str) -> dict[str, Any]:
    """Run a command that must not fail, and return what it says to a script."""
    result = run(*words, "--json")
    assert result.code == 0, result.err
    found: dict[str, Any] = json.loads(result.out)
    return found


def shown(code: str) -> dict[str, Any]:
    """Return the contract that runs, as `contract show` has it."""
    found: dict[str, Any] = did("contract", "show", code)["item"]
    return found


def sign_all(code: str, *parties: str, on: str = "2026-11-20") -> None:
    """Hand the contract over to these parties and let them and the coach sign it."""
    for party in parties:
        did("contract", "deliver", code, "--to", party, *PAPER, "--on", on)
        did("contract", "sign", code, "--by", party, "--on", on)
    if not parties:
        did("contract", "deliver", code, "--to", "member", "--name", "rousseau", *PAPER, "--on", on)
    did("contract", "sign", code, "--by", "coach", "--on", on)
