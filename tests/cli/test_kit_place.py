"""Where a kit and a certificate may be written, and which file is the key of a kit."""

from pathlib import Path

from program import Coach, refused, snapshot
import pytest


@pytest.mark.parametrize("place", ["kit.pdf", "outbox/kit.pdf", "../link/kit.pdf"])
@pytest.mark.parametrize("words", [("kit",), ("rotate", "--yes")])
def test_a_kit_does_not_lie_in_the_vault_that_it_opens(
    vault: Path, coach: Coach, identity: Path, place: str, words: tuple[str, ...]
) -> None:
    (vault.parent / "link").symlink_to(vault)
    before, secret = snapshot(vault), identity.read_bytes()
    told = coach("identity", *words, "--output", place)
    assert (told.code, "lie in the vault" in told.err) == (10, True)
    assert (snapshot(vault), identity.read_bytes()) == (before, secret)


def test_a_kit_beside_the_vault_is_made_and_its_page_is_no_text_file(vault: Path, coach: Coach) -> None:
    assert vault.is_dir()
    assert coach("identity", "kit", "--output", "../kit.pdf").code == 0
    refused(coach("identity", "drill", "--file", "../kit.pdf"), 6, "printed page")


def test_a_certificate_that_is_there_already_is_not_overwritten(vault: Path, coach: Coach) -> None:
    (vault.parent / "there.pdf").touch()
    told = coach("purge", "--expired", "--yes", "--certificate", "../there.pdf")
    refused(told, 10, "exists already")
    assert "--output" not in told.err


@pytest.mark.parametrize("name", ["practice", "pratique", "Pratique"])
def test_the_practice_goes_by_its_french_name_too(vault: Path, coach: Coach, name: str) -> None:
    assert vault.is_dir()
    refused(coach("conflicts", "show", name, "aaaa"), 4, "no such conflict")
    assert coach("conflicts", "list", name).code == 0
