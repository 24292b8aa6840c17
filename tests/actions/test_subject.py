"""Organisations and groups end as clients do: their terms, their destruction, and who reads them."""

from collections.abc import Callable
import json
from pathlib import Path
from typing import Any

from people_world import do, enter, item, items, refuses
from program import run
import pytest

from coachvault.actions import who
from coachvault.crypto import box, keys
from coachvault.records.client import Client
from coachvault.records.group import Group
from coachvault.vault.store import Vault

PAST, TODAY = "2010-03-01", "2026-11-22"


@pytest.fixture
def world(vault: Path, at: Callable[[str], None]) -> dict[str, str]:
    """Codes: of Zoe and Ash, of Monday, a group of both, and of two organisations, Zoe's employer first."""
    assert vault.is_dir()
    at(PAST)
    works, other = enter("org", "Hedgerow Works"), enter("org", "Copse Mutual")
    zoe, ash = enter("client", "Zoe Twig", "--employer", works), enter("client", "Ash Grove")
    monday = enter("group", "Monday")
    for client in (zoe, ash):
        do("group", "join", monday, client)
    at(TODAY)
    return {"works": works, "other": other, "zoe": zoe, "ash": ash, "monday": monday}


def opened(root: Path, secret: str) -> Vault:
    return Vault(root, keys.parse_identity(secret.encode()))


def owner(root: Path, identity: Path) -> Vault:
    return opened(root, identity.read_text())


def due(*words: str) -> set[str]:
    """Return the codes of whom a purge would destroy something."""
    return {row["code"] for row in items("purge", "--expired", "--dry-run", *words)}


def destroy() -> Any:  # noqa: ANN401 an object of JSON
    return json.loads(do("purge", "--expired", "--yes", "--clock-is-right", "--json"))


def test_only_whom_nobody_needs_is_due(world: dict[str, str]) -> None:
    assert due() == {world["other"]}
    assert due("--client", world["works"]) == set()
    assert due("--client", world["other"]) == {world["other"]}
    for name, reason in (
        ("works", "another folder still needs it"),
        ("zoe", "another folder still needs it"),
    ):
        (row,) = items("retention", "explain", world[name])
        assert (row["state"], row["trigger"]) == ("waiting", reason)
    assert destroy()["records"] == 1
    assert [row["code"] for row in items("org", "list")] == [world["works"]]
    assert run("doctor").code == 0


def test_a_contract_that_has_ended_still_needs_its_sponsor(
    world: dict[str, str], vault: Path, identity: Path
) -> None:
    vault_ = owner(vault, identity)
    with vault_.change() as change:
        found = {c.code: c.folder for f in vault_.folders() for c in vault_.load(f, "identity", Client)}
        sponsor = _folder(world, "other", vault_)
        ended = {"ended_on": "2025-01-01", "ended_by": "term"}
        change.add("contract", found[world["ash"]], {"kind": "tripartite", "sponsor": sponsor, **ended})
    assert due() == set()


def _folder(world: dict[str, str], name: str, vault: Vault) -> str:
    return who.entry(vault, world[name], who.ANYONE).folder


def test_the_end_of_a_group_lets_its_members_go(world: dict[str, str], vault: Path, identity: Path) -> None:
    do("group", "leave", world["monday"], world["ash"], "--on", "2012-01-01")
    assert due() == {world["other"], world["ash"]}
    destroy()
    vault_ = owner(vault, identity)
    (group,) = (g for f in vault_.folders() for g in vault_.load(f, "identity", Group))
    assert [member.client for member in group.members] == [_folder(world, "zoe", vault_)]
    do("group", "close", world["monday"], "--by", "coach", "--on", "2013-01-01")
    do("client", "edit", world["zoe"], "--employer", "")
    assert due() == {world["monday"], world["zoe"], world["works"]}
    destroy()
    assert owner(vault, identity).folders() == ()
    assert run("doctor").code == 0


def test_a_group_loses_contract_and_member_at_once(
    world: dict[str, str], vault: Path, identity: Path
) -> None:
    """Both ends are written into one record in one change: neither loses the other."""
    do("group", "leave", world["monday"], world["ash"], "--on", "2012-01-01")
    vault_ = owner(vault, identity)
    monday = _folder(world, "monday", vault_)
    with vault_.change() as change:
        change.add("contract", monday, {"kind": "group", "ended_on": "2012-06-30", "ended_by": "term"})
        change.add("session", monday, {"on": "2012-06-30", "minutes": 90})
    (vault / "retention.yaml").write_text(
        "schema: 1\nterms:\n  - {rule: session_log, keep: {years: 30}, reason: a study}\n"
    )
    destroy()
    (group,) = owner(vault, identity).load(monday, "identity", Group)
    assert str(group.closed_on) == "2012-06-30"
    assert [member.client for member in group.members] == [_folder(world, "zoe", owner(vault, identity))]


def test_erasing_a_member_leaves_no_trace_in_the_group(world: dict[str, str]) -> None:
    do("erase", world["zoe"], "--yes", "--clock-is-right")
    assert [member["code"] for member in item("group", "show", world["monday"])["members"]] == [world["ash"]]
    assert run("doctor").code == 0


def test_an_organisation_that_is_named_is_not_erased(world: dict[str, str], vault: Path) -> None:
    told = run("erase", world["works"], "--yes", "--clock-is-right")
    assert (told.code, "another folder of the vault names it" in told.out) == (0, True)
    assert len(items("org", "list")) == 2
    do("erase", world["other"], "--yes", "--clock-is-right")
    do("erase", world["monday"], "--yes", "--clock-is-right")
    assert run("group", "list").out == ""
    refuses(vault, 4, "nobody goes by that", "erase", world["monday"], "--yes", "--clock-is-right")


def test_the_status_counts_everyone(world: dict[str, str]) -> None:
    assert world
    enter("client", "Sedge Moor", "--prospect")
    shown = item("status")
    counts = ("active", "prospects", "organisations", "groups", "expired")
    assert [shown[name] for name in counts] == [2, 1, 2, 1, 1]


def test_a_reader_of_some_folders_sees_those_of_every_kind(
    world: dict[str, str], vault: Path, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = box.generate()
    granted = [word for name in ("monday", "zoe") for word in ("--client", world[name])]
    assert "opens 2 folders" in do("reader", "add", "Hazel", box.recipient_of(secret), *granted)
    assert set(items("reader", "list")[-1]["clients"]) == {world["monday"], world["zoe"]}
    (home / "hazel.txt").touch(0o600)
    (home / "hazel.txt").write_text(secret + "\n")
    monkeypatch.setenv("COACHVAULT_IDENTITY", str(home / "hazel.txt"))
    assert [row["code"] for row in items("group", "list")] == [world["monday"]]
    assert run("org", "list").out == ""
    seen = {member["code"]: member["name"] for member in item("group", "show", "monday")["members"]}
    assert seen[world["zoe"]] == "Zoe Twig"
    assert sorted(seen.values(), key=str) == [None, "Zoe Twig"]
    assert len(item("client", "show", "zoe")["employer"]) == 16
    do("client", "edit", "zoe", "--phone", "0")
    do("group", "leave", "monday", "zoe")
    do("follow-up", "add", "monday", "--due", "2027-01-01", "--what", "A call.")
    do("refer", "add", "zoe", "--trade", "doctor", "--reason", "better_fit")
    assert items("refer", "list")[0]["to"] == "doctor"
    do("retention", "explain", "monday")
    refuses(vault, 10, "opens some folders", "org", "new", "Mine")
    refuses(vault, 4, "no client goes by that", "group", "join", "monday", "ash")
    refuses(vault, 6, "in none of them", "refer", "add", "zoe", "--to", "oak", "--reason", "ethical")
    assert run("doctor").code == 0


def test_a_folder_is_taken_back_whatever_its_kind(world: dict[str, str]) -> None:
    do(
        "reader",
        "add",
        "Hazel",
        box.recipient_of(box.generate()),
        "--client",
        "monday",
        "--client",
        "hedgerow",
    )
    do("reader", "remove", "Hazel", "--client", "hedgerow", "--rekey")
    assert items("reader", "list")[-1]["clients"] == [world["monday"]]
    assert run("doctor").code == 0
