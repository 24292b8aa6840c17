"""A client whom an organisation pays for, with all that stands between the two."""

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, NamedTuple

from program import Result, run, write_plain_identity
import pytest

from coachvault.crypto import box, keys
from coachvault.records.base import Record
from coachvault.records.client import Client
from coachvault.records.contract import Contract
from coachvault.records.organisation import Organisation
from coachvault.vault import founding, layout
from coachvault.vault.store import Vault

TODAY = "2026-11-22"
ZOE = "C-2225"


class Wall(NamedTuple):
    """The vault, the folders of the client and of the sponsor, and the contract that all three signed."""

    vault: Vault
    client: Client
    sponsor: Organisation
    contract: Contract

    @property
    def root(self) -> Path:
        return self.vault.root

    def add(self, kind: str, /, **values: Any) -> Record:  # noqa: ANN401 any field
        with self.vault.change() as change:
            return change.add(kind, self.client.folder, values)

    def set(self, record: Record, /, **values: Any) -> Record:  # noqa: ANN401 any field
        with self.vault.change() as change:
            return change.update(self.vault.read(record.folder, record.drawer, record.id), values)

    def do(self, *words: str, stdin: str | None = None) -> Result:
        result = run(*words, stdin=stdin)
        assert result.code == 0, result.err
        return result


def contract_values(sponsor: str, **changes: Any) -> dict[str, Any]:  # noqa: ANN401 any field
    goals = (
        {"id": layout.new_id(), "owner": "client", "text": "Dormir mieux"},
        {"id": layout.new_id(), "owner": "shared", "text": "Conduire ses réunions"},
        {"id": layout.new_id(), "owner": "sponsor", "text": "Déléguer le planning"},
    )
    parties = ("client", "coach", "sponsor")
    signatures = [{"by": by, "on": date(2026, 9, 1)} for by in parties]
    return {
        "kind": "tripartite", "parties": parties, "sponsor": sponsor, "payer": "sponsor", "goals": goals,
        "sessions": 6, "sponsor_report": ("attendance", "goals", "progress", "closing"),
        "signatures": signatures, **changes,
    }  # fmt: skip


@pytest.fixture
def wall(home: Path, monkeypatch: pytest.MonkeyPatch, at: Callable[[str], None]) -> Wall:
    at(TODAY)
    identity = write_plain_identity(home)
    monkeypatch.setenv("COACHVAULT_IDENTITY", str(identity))
    secret = keys.parse_identity(identity.read_bytes())
    recipient = box.recipient_of(identity.read_text().split()[-1])
    vault = founding.found(
        home / "vault",
        country="FR",
        language="en",
        readers=[founding.reader("coach", recipient)],
        profile={
            "name": "Camille Aubépine",
            "title": "coach",
            "email": "camille@exemple.test",
            "address": "3 rue du Port, 44000 Nantes",
        },
        unwrapper=secret,
        git=False,
    )
    monkeypatch.chdir(vault.root)
    monkeypatch.setenv("COACHVAULT_DIR", str(vault.root))
    with vault.change() as change:
        sponsor = change.add(
            "organisation",
            layout.new_id(),
            {
                "code": "O-2226",
                "name": "Fonderie du Lac",
                "address": "1 quai des Forges",
                "confidential": ["projet Aurore"],
            },
        )
        client = change.add("client", layout.new_id(), {"code": ZOE, "name": "Zoé Martin", "language": "fr"})
        contract = change.add("contract", client.folder, contract_values(sponsor.folder))
        for day, minutes in ((date(2026, 9, 10), 60), (date(2026, 10, 8), 90)):
            facts = {"on": day, "minutes": minutes, "contract": contract.id}
            change.add("session", client.folder, facts)
        change.add("session", client.folder, {"on": date(2026, 8, 20), "minutes": 30, "kind": "discovery"})
        change.add("consent", client.folder, {"on": date(2026, 9, 1), "type": "sponsor_report"})
        cast = {"name": "Hortense Malaval", "aliases": ("la Patronne",), "organisation": "Clinique des Ifs"}
        change.add("cast", client.folder, cast)
        change.add("note", client.folder, {"on": date(2026, 9, 10), "text": "Hortense l’a blessée."})
    assert isinstance(client, Client)
    assert isinstance(sponsor, Organisation)
    assert isinstance(contract, Contract)
    return Wall(vault, client, sponsor, contract)
