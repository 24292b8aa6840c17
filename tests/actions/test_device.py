"""Forgetting a device: one that is lost, or of a former reader, is no place to run a command at."""

from datetime import UTC, datetime
from pathlib import Path

from practice import Practice
from program import Coach, refused
import pytest

from coachvault.actions import place
from coachvault.crypto import keys
from coachvault.records.practice import Settings
from coachvault.vault import sync
from coachvault.vault.store import Vault

LOST, MINE, OTHER = "b" * 16, "d" * 16, "dd" + "e" * 14


@pytest.fixture
def vault(practice: Practice, made: tuple[Practice, Path], coach: Coach) -> Vault:
    """A vault that destroyed something, on three devices."""
    vault = Vault(practice.root, keys.parse_identity(made[1].read_bytes()))
    with vault.change() as change:
        settings = vault.load(vault.practice, "settings", Settings)[0]
        moment = datetime(2026, 11, 20, tzinfo=UTC)
        devices = [
            {"id": name, "last_sync": moment, "tombstones": 0, **({"label": label} if label else {})}
            for name, label in ((LOST, "Tablette volée"), (MINE, "desk"), (OTHER, None))
        ]
        change.update(settings, {"devices": devices})
    (vault.root / sync.DEVICE).write_text(MINE)
    (vault.root / sync.DEVICE).chmod(0o600)
    assert coach("purge", "--expired", "--yes").code == 0
    return vault


def places(vault: Vault) -> set[str]:
    return {row.place for row in place.listing(vault).items if isinstance(row, place.Place)}


def test_a_device_that_is_lost_is_forgotten(vault: Vault, coach: Coach) -> None:
    assert {"Tablette volée", OTHER[:6]} <= places(vault)
    assert f"coach remote forget {LOST[:6]}" in coach("purge", "status").out
    told = coach("remote", "forget", "tablette VOLÉE")
    assert told.code == 0
    assert "opens what it held" in told.err
    assert coach("remote", "forget", OTHER[:6]).code == 0
    assert places(vault) == {"backups of the vault's folder"}
    (settings,) = vault.load(vault.practice, "settings", Settings)
    assert [device.id for device in settings.devices] == [MINE]


@pytest.mark.parametrize(
    ("name", "code", "says"),
    [("desk", 10, "at hand"), ("nobody", 4, "no device"), ("d", 4, "more than one"), ("", 4, "no device")],
)
def test_what_is_no_other_device_is_not_forgotten(
    vault: Vault, coach: Coach, name: str, code: int, says: str
) -> None:
    refused(coach("remote", "forget", name), code, says)
    (settings,) = vault.load(vault.practice, "settings", Settings)
    assert len(settings.devices) == 3
