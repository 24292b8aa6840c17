"""The receipt of a destruction and its certificate: alike for every command, and in the language in use."""

from collections.abc import Callable
import io
import os
from pathlib import Path

import msgspec
from practice import Practice
from program import Coach, refused, snapshot
from pypdf import PdfReader
import pytest

from coachvault import cli, clock
from coachvault import language as tongue
from coachvault.actions import certificate, destruction, erase
from coachvault.crypto import keys
from coachvault.vault import tombstone
from coachvault.vault.store import Vault

At = Callable[[str], None]


def text_of(page: Path) -> str:
    return "".join(sheet.extract_text() for sheet in PdfReader(page).pages)


def note_of(coach: Coach, practice: Practice) -> str:
    return coach("note", "list", practice.augustine).out.split("\t")[2]


@pytest.mark.parametrize("command", ["erase", "note", "purge"])
def test_each_command_that_destroys_certifies_it(
    command: str, practice: Practice, coach: Coach, tmp_path: Path
) -> None:
    target = tmp_path / "certificate.pdf"
    words = {
        "erase": ("erase", practice.augustine, "--drawer", "notes", "--yes"),
        "note": ("note", "remove", practice.augustine, note_of(coach, practice), "--destroy", "--yes"),
        "purge": ("purge", "--expired", "--yes", "--clock-is-right"),
    }[command]
    result = coach(*words, "--certificate", str(target))
    assert result.code == 0, result.err
    assert f"the certificate is at {target}" in result.err
    flat = "".join(text_of(target).split())
    stones = tombstone.read_all(practice.root)
    assert stones
    assert all(stone.key_sha256 in flat for stone in stones)
    refused(coach(*words, "--certificate", str(target)), 10, "exists already")


def test_a_certificate_on_stdout_stands_there_alone(
    practice: Practice, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    words = ("erase", practice.augustine, "--drawer", "notes", "--yes", "--certificate", "-")
    assert cli.run(words) == 0
    out, err = capfdbinary.readouterr()
    assert out.startswith(b"%PDF")
    assert len(PdfReader(io.BytesIO(out)).pages) == 1
    assert b"1 drawer is destroyed" in err
    assert cli.run(("purge", "--expired", "--yes", "--json", "--certificate", "-")) == 2


def test_a_note_that_history_keeps_has_no_certificate(
    practice: Practice, coach: Coach, tmp_path: Path
) -> None:
    note, target = note_of(coach, practice), tmp_path / "certificate.pdf"
    result = coach("note", "remove", practice.augustine, note, "--certificate", str(target))
    refused(result, 2, "--certificate only goes with --destroy")
    assert note_of(coach, practice) == note
    assert not target.exists()


def test_a_receipt_and_its_certificate_speak_french(practice: Practice, coach: Coach, tmp_path: Path) -> None:
    target = tmp_path / "certificate.pdf"
    words = ("erase", practice.augustine, "--drawer", "notes", "--drawer", "contract", "--yes")
    try:
        result = coach(*words, "--certificate", str(target), "--lang", "fr")
    finally:
        tongue.use("en")
    assert result.code == 0, result.err
    assert f"{practice.augustine}, notes\u00a0: 1 fiche (demande d’effacement" in result.out
    assert f"{practice.augustine}\tcontract\t2\tkept\tune action en justice reste possible" in result.out
    assert "tiroir\u00a0: notes" in text_of(target)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_certificate_of_five_drawers_fits_on_a_page(practice: Practice, language: str) -> None:
    path = Path(os.environ["COACHVAULT_IDENTITY"])
    vault = Vault(practice.root, keys.parse_identity(path.read_bytes()))
    assert vault.history
    vault.history.run("remote", "add", "origin", "/nowhere")
    tongue.use(language)
    try:
        today = clock.today()
        plan = erase.plan(vault, practice.augustine, ["notes"], today)
        receipt = erase.destroy(vault, practice.augustine, plan, today)
        basis = "Code de la consommation, art. L. 213-1 et D. 213-1"
        (stone,) = receipt.stones
        stones = (msgspec.structs.replace(stone, basis=basis, rule="contract_online"),) * 5
        beyond = tuple(destruction.beyond_reach(vault))
        assert len(beyond) == 3
        whole = msgspec.structs.replace(receipt, stones=stones, beyond=beyond)
        made = certificate.make(vault, whole)
    finally:
        tongue.use("en")
    assert len(PdfReader(io.BytesIO(made.data)).pages) == 1


@pytest.mark.parametrize("day", ["2026-11-20", "2028-11-23"])
def test_erasing_does_not_believe_a_clock_that_cannot_be_right(
    practice: Practice, coach: Coach, at: At, day: str
) -> None:
    """What a duty in law keeps, it keeps until a day."""
    at(f"{day}T12:00:00+01:00")
    words = ("erase", practice.augustine, "--drawer", "notes", "--yes")
    before = snapshot(practice.root)

    result = coach(*words)

    assert (result.code, "the newest change in the vault is of" in result.err) == (14, True)
    assert snapshot(practice.root) == before
    assert coach(*words, "--clock-is-right").code == 0
