"""A small vault without git, written to directly where no command of ours does, and read back."""

from collections.abc import Callable, Mapping
import json
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

from program import Result, refused, run, snapshot
import pytest

from coachvault.crypto import keys
from coachvault.records.base import Record
from coachvault.vault import layout
from coachvault.vault.store import Vault

R = TypeVar("R", bound=Record)
TODAY = "2026-11-22"
SIGNED = [{"by": "client", "on": "2026-09-01"}, {"by": "coach", "on": "2026-09-01"}]


class World(NamedTuple):
    """The vault's folder and the identity that opens it."""

    root: Path
    identity: Path

    def opened(self) -> Vault:
        """Open the vault as a new command would."""
        return Vault(self.root, keys.parse_identity(self.identity.read_bytes()))

    def add(self, noun: str, folder: str, values: Mapping[str, Any]) -> str:
        """Write a record directly; returns its id."""
        with self.opened().change() as change:
            return change.add(noun, folder, values).id

    def enter(self, name: str, kind: str = "client", **values: Any) -> str:  # noqa: ANN401 fields of a record
        """Enter somebody directly; returns the folder. The code is made of the name's longest word."""
        folder = layout.new_id()
        prefix = {"client": "C", "organisation": "O", "group": "G"}[kind]
        code = f"{prefix}-{max(name.split(), key=len)[:4].upper()}"
        self.add(kind, folder, {"name": name, "code": code, **values})
        return folder

    def agree(self, folder: str, **values: Any) -> str:  # noqa: ANN401 fields of a record
        """Write a contract that is signed since September; returns its id."""
        return self.add("contract", folder, {"kind": "individual", "signatures": SIGNED, **values})

    def load(self, folder: str, drawer: str, cls: type[R]) -> tuple[R, ...]:
        """Read the records of one class back."""
        return self.opened().load(folder, drawer, cls)

    def coach(self, *words: str, code: int = 0, stdin: str | None = None) -> Result:
        """Run a command that ends with this code."""
        result = run(*words, "--vault", str(self.root), stdin=stdin)
        assert result.code == code, result.err
        return result

    def facts(self, *words: str) -> dict[str, Any]:
        """Run a command and return its object."""
        found: dict[str, Any] = json.loads(self.coach(*words, "--json").out)
        return found

    def rows(self, *words: str) -> list[dict[str, Any]]:
        """Run a listing and return its items."""
        found: list[dict[str, Any]] = self.facts(*words)["items"]
        return found

    def refuses(self, says: str, *words: str, code: int = 10, stdin: str | None = None) -> Result:
        """Assert that a command is refused with these words and leaves the vault as it was."""
        before = snapshot(self.root)
        result = run(*words, "--vault", str(self.root), stdin=stdin)
        refused(result, code, says)
        assert snapshot(self.root) == before
        return result


@pytest.fixture
def world(identity: Path, home: Path, at: Callable[[str], None]) -> World:
    """An empty vault without git, in France and in English, on a fixed day."""
    at(TODAY)
    root = home / "vault"
    words = ("init", str(root), "--name", "Camille Aubépine", "--country", "FR", "--language", "en")
    assert run(*words, "--no-git").code == 0
    return World(root, identity)
