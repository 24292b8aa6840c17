"""What the report's action reads: five drawers, and the notes for one question alone."""

import sys

import pytest
from wall_world import ZOE, Wall

from coachvault.actions import report
from coachvault.actions import wall as the_wall
from coachvault.documents import SponsorReport
from coachvault.records.base import Record
from coachvault.vault.store import Vault

OPENED = {"identity", "contract", "consents", "log", "reports"}


@pytest.fixture
def readings(monkeypatch: pytest.MonkeyPatch) -> dict[tuple[str, str], set[str]]:
    """Which drawers are read, each with the functions of the wall that it happened in."""
    seen: dict[tuple[str, str], set[str]] = {}
    begin = Vault.read

    def read(self: Vault, folder: str, drawer: str, record: str) -> Record:
        frame, functions = sys._getframe(), set()  # noqa: SLF001 who asked is the question
        while frame := frame.f_back:  # type: ignore[assignment] # None ends it
            if frame.f_globals.get("__name__") == the_wall.__name__:
                functions.add(frame.f_code.co_name)
        seen.setdefault((folder, drawer), set()).update(functions)
        return begin(self, folder, drawer, record)

    monkeypatch.setattr(Vault, "read", read)
    return seen


def test_only_five_drawers_are_read_and_the_notes_for_a_yes_or_no(
    wall: Wall, readings: dict[tuple[str, str], set[str]]
) -> None:
    vault = wall.vault
    digest = str(
        report.draft(vault, ZOE, {"progress": "Les réunions."}, wall.contract.created.date()).facts["sha256"]
    )
    report.validate(vault, ZOE, None, digest, wall.contract.created.date())
    report.render(vault, ZOE, None, "pdf")
    report.show(vault, ZOE, None)
    report.proof(vault, ZOE, None)

    own = {
        drawer: functions for (folder, drawer), functions in readings.items() if folder == wall.client.folder
    }
    assert set(own) == OPENED | {"notes"}
    assert own["notes"] == {"told", "names_circle"}
    others = {place for place in readings if place[0] != wall.client.folder}
    assert others <= {
        (wall.sponsor.folder, "identity"), (vault.practice, "profile"), (vault.practice, "settings"),
    }  # fmt: skip
    assert the_wall.names_circle.__annotations__["return"] is bool


def test_what_a_sponsor_is_told_holds_no_record(wall: Wall) -> None:
    facts = report.draft(wall.vault, ZOE, {}, wall.contract.created.date()).facts
    assert facts["code"] == ZOE
    client, found = report._find(wall.vault, ZOE, None)  # noqa: SLF001 the record that was drafted
    said = the_wall.compose(wall.vault, client, found)
    assert type(said) is SponsorReport
    values = [getattr(said, name) for name in said.__struct_fields__]
    assert not any(isinstance(part, Record) for value in values for part in (value, *_parts(value)))


def _parts(value: object) -> tuple[object, ...]:
    return value if isinstance(value, tuple) else ()
