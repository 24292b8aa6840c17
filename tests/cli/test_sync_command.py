from collections.abc import Callable
import json
from pathlib import Path
import subprocess

from practice import Practice
from program import Coach, refused, write_plain_identity
import pytest

from coachvault.crypto import keys


def test_a_vault_goes_to_another_machine_and_back(vault: Path, home: Path, coach: Coach) -> None:
    assert vault.is_dir()
    remote = home / "remote"
    subprocess.run(("git", "init", "--quiet", "--bare", str(remote)), check=True)
    assert coach("remote", "add", "https://me:secret@example.test/x").code == 10
    assert coach("remote", "add", str(remote)).code == 0
    assert coach("remote", "add", str(remote)).code == 10
    assert coach("new-client", "Augustine").code == 0
    waiting = json.loads(coach("status", "--json").out)["item"]["remote"]
    assert "not pushed yet" in waiting
    assert coach("sync", "--label", "bureau").code == 0
    assert "has everything" in json.loads(coach("status", "--json").out)["item"]["remote"]
    assert coach("clone", str(remote), str(home / "other"), "--label", "portable").code == 0
    assert "Augustine" in coach("client", "list", "--vault", str(home / "other")).out
    assert coach("doctor", "--vault", str(home / "other")).code == 0
    assert coach("new-client", "Ferdinand", "--vault", str(home / "other")).code == 0
    assert coach("sync", "--vault", str(home / "other")).code == 0
    said = json.loads(coach("sync", "--json").out)
    assert said["received"] > 0
    assert "Ferdinand" in coach("client", "list").out


def test_a_sync_says_that_a_field_was_changed_on_two_devices(
    practice: Practice, coach: Coach, at: Callable[[str], None], tmp_path: Path
) -> None:
    remote, other = tmp_path / "remote", tmp_path / "other"
    subprocess.run(("git", "init", "--quiet", "--bare", str(remote)), check=True)
    assert coach("remote", "add", str(remote)).code == 0
    assert coach("sync").code == 0
    assert coach("clone", str(remote), str(other)).code == 0
    there = ("--vault", str(other))
    at("2026-11-23")
    assert coach("client", "edit", practice.augustine, "--phone", "1").code == 0
    at("2026-11-24")
    assert coach("client", "edit", practice.augustine, "--phone", "2", *there).code == 0
    assert coach("sync").err == ""
    told = coach("sync", *there)
    assert told.code == 0, told.err
    assert told.err == "coach: 1 field was changed on two devices: coach conflicts list\n"
    assert practice.augustine in coach("conflicts", "list", *there).out
    # The other device hears of it too, and nobody hears of it twice.
    assert json.loads(coach("sync", "--json").out)["conflicts"] == 1
    assert json.loads(coach("sync", "--json").out)["conflicts"] == 0


@pytest.mark.parametrize("label", ["x" * 400, "a\nb", "  "])
def test_a_label_that_no_device_can_have_is_named_as_it_was_typed(
    vault: Path, home: Path, coach: Coach, label: str
) -> None:
    subprocess.run(("git", "init", "--quiet", "--bare", str(home / "remote")), check=True)
    assert coach("remote", "add", str(home / "remote")).code == 0, vault
    refused(coach("sync", "--label", label), 5, "--label: expected")
    assert coach("sync").code == 0
    refused(coach("clone", str(home / "remote"), str(home / "new"), "--label", label), 5, "--label: expected")
    assert not (home / "new").exists()


def test_a_clone_of_what_cannot_be_reached_does_not_speak_of_a_vault_here(
    identity: Path, home: Path, coach: Coach
) -> None:
    assert identity.is_file()
    result = coach("clone", str(home / "nowhere"), str(home / "new"))
    refused(result, 9, "cannot be reached")
    assert "check the address" in result.err
    assert "coach sync" not in result.err


def test_a_vault_without_git_says_that_it_cannot(identity: Path, home: Path, coach: Coach) -> None:
    assert identity.is_file()
    words = ("--name", "Camille", "--country", "FR", "--language", "en", "--no-git")
    assert coach("init", str(home / "v"), *words).code == 0
    assert coach("sync", "--vault", str(home / "v")).code == 10
    assert coach("remote", "add", "https://example.test/x", "--vault", str(home / "v")).code == 10


def test_a_vault_whose_identity_was_replaced_goes_on_with_its_remote(
    vault: Path, home: Path, coach: Coach
) -> None:
    """The remote has keys for the former identity: nobody else changed them, so none need be opened."""
    remote = home / "remote.git"
    subprocess.run(["git", "init", "--quiet", "--bare", str(remote)], check=True)
    assert coach("new-client", "Augustine").code == 0
    assert coach("remote", "add", str(remote)).code == 0
    assert coach("sync").code == 0

    told = coach("identity", "rotate", "--yes", "--output", str(home / "kit.pdf"))
    assert told.code == 0
    assert "another vault that this identity opens" in told.err
    assert coach("note", "add", "augustine", "--text", "après").code == 0
    again = coach("sync")

    assert again.code == 0, again.err
    assert coach("clone", str(remote), str(home / "other")).code == 0
    assert "après" in coach("--vault", str(home / "other"), "note", "list", "augustine").out
    assert coach("--vault", str(vault), "doctor").code == 0


def test_a_colleague_clones_what_was_granted_and_both_go_on(vault: Path, home: Path, coach: Coach) -> None:
    assert vault.is_dir()
    remote, hers = home / "remote", home / "hers"
    subprocess.run(("git", "init", "--quiet", "--bare", str(remote)), check=True)
    (home / "marie").mkdir()
    identity = write_plain_identity(home / "marie")
    recipient = keys.read_identity(identity, lambda: "").recipient
    for name in ("Augustine", "Ferdinand"):
        assert coach("new-client", name).code == 0
    assert coach("remote", "add", str(remote)).code == 0
    assert coach("sync").code == 0
    refused(coach("--identity", str(identity), "clone", str(remote), str(hers)), 6, "does not open the vault")
    assert coach("reader", "add", "Marie", recipient, "--client", "augustine").code == 0
    assert coach("sync").code == 0

    as_marie = ("--identity", str(identity), "--vault", str(hers))
    assert coach("--identity", str(identity), "clone", str(remote), str(hers), "--label", "Marie").code == 0
    listed = coach(*as_marie, "client", "list").out
    assert "Augustine" in listed
    assert "Ferdinand" not in listed
    assert coach(*as_marie, "note", "add", "augustine", "--text", "de Marie").code == 0
    assert coach(*as_marie, "sync").code == 0
    seen = coach(*as_marie, "conflict", "check", "augustine")
    assert "the others were not seen" in seen.err
    refused(coach(*as_marie, "erase", "augustine"), 10, "destroys nothing")
    refused(coach(*as_marie, "erase", "augustine", "--dry-run"), 10, "destroys nothing")
    for words in (("status",), ("doctor",), ("purge", "status"), ("identity", "show"), ("conflicts", "list")):
        assert coach(*as_marie, *words).code == 0, words
    assert coach("sync").code == 0
    assert "de Marie" in coach("note", "list", "augustine").out
    assert coach("doctor").code == 0

    assert coach("reader", "remove", "Marie", "--rekey").code == 0
    assert coach("sync").code == 0
    refused(coach(*as_marie, "sync"), 10, "not among the readers")
