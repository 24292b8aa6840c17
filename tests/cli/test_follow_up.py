"""What outlives a relationship: promises for afterwards, and copies outside the vault."""

from collections.abc import Callable
from pathlib import Path

from people_world import do, enter, item, items, refuses
from program import run
import pytest

TODAY = "2026-11-22"


@pytest.fixture
def zoe(vault: Path, at: Callable[[str], None]) -> str:
    assert vault.is_dir()
    at(TODAY)
    return enter("client", "Zoe Twig")


def test_a_promise_is_kept_or_let_go(zoe: str, vault: Path) -> None:
    do("follow-up", "add", zoe, "--due", "2027-03-01", "--what", "A call in spring.")
    do("follow-up", "add", enter("group", "Monday"), "--due", TODAY, "--what", "Notes.", "--to", "member")
    first, second = items("follow-up", "list")
    assert [(row["due_on"], row["to"], row["state"]) for row in (first, second)] == [
        (TODAY, "member", "open"), ("2027-03-01", "client", "open"),
    ]  # fmt: skip
    do("follow-up", "done", "monday", first["id"][:6])
    do("follow-up", "waive", zoe, second["id"][:6], "--on", "2026-11-20")
    assert [row["state"] for row in items("follow-up", "list")] == ["done", "waived"]
    assert [row["state"] for row in items("follow-up", "list", zoe)] == ["waived"]
    for verb in ("done", "waive"):
        refuses(vault, 10, "is settled already", "follow-up", verb, zoe, second["id"][:6])


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("add", "zoe", "--what", "x"), 2, "--due is missing"),
        (("add", "zoe", "--due", "2027-01-01"), 2, "--what is missing"),
        (("add", "zoe", "--due", "soon", "--what", "x"), 5, "--due: expected a date"),
        (("add", "zoe", "--due", "2027-01-01", "--what", "x", "--to", "bank"), 5, "--to: expected one of"),
        (("add", "hedgerow", "--due", "2027-01-01", "--what", "x"), 4, "is an organisation, and another"),
        (("done", "zoe", "zzz"), 4, "no such record"),
    ],
)
def test_a_promise_that_cannot_be_is_refused(
    zoe: str, vault: Path, words: tuple[str, ...], code: int, says: str
) -> None:
    assert zoe
    enter("org", "Hedgerow Works")
    refuses(vault, code, says, "follow-up", *words)


def test_copies_outside_the_vault(zoe: str, vault: Path) -> None:
    assert item("client", "show", zoe)["copies_on"] is None
    do("copy", "add", zoe, "--place", "mail", "--what", "Three messages.", "--on", "2026-11-10")
    do("copy", "add", zoe, "--place", "phone", "--what", "The number.")
    assert item("client", "show", zoe)["copies_on"] == TODAY
    first, second = items("copy", "list")
    assert (first["place"], first["destroyed_on"]) == ("mail", None)
    refuses(vault, 10, "is not destroyed yet", "copy", "none", zoe)
    refuses(vault, 10, "after that day", "copy", "destroyed", zoe, first["id"], "--on", "2026-11-09")
    for row in (first, second):
        do("copy", "destroyed", zoe, row["id"][:6])
    refuses(vault, 10, f"was destroyed on {TODAY}", "copy", "destroyed", zoe, first["id"])
    refuses(vault, 5, "--place: expected one of", "copy", "add", zoe, "--place", "attic", "--what", "x")
    refuses(vault, 2, "--what is missing", "copy", "add", zoe, "--place", "mail")
    do("copy", "none", zoe)
    assert [row["destroyed_on"] for row in items("copy", "list", zoe)] == [TODAY, TODAY]


def test_that_there_are_no_copies_is_an_answer_too(zoe: str) -> None:
    do("copy", "none", zoe)
    assert item("client", "show", zoe)["copies_on"] == TODAY
    assert run("copy", "list").out == ""


def test_before_a_destruction_one_hears_what_it_does_not_reach(zoe: str, at: Callable[[str], None]) -> None:
    ash = enter("client", "Ash Grove", "--prospect")
    do("copy", "add", ash, "--place", "cloud", "--what", "A drawing.")
    do("follow-up", "add", ash, "--due", "2027-03-01", "--what", "A call in spring.")
    at("2030-01-01")
    told = run("purge", "--expired", "--dry-run").err
    assert f"coach: copies outside the vault are not destroyed: {ash} (cloud)\n" in told
    assert f"coach: what was promised is neither done nor waived: {ash}\n" in told
    assert (
        f"copies lie outside the vault: {zoe}; say so with: coach copy add {zoe}, or coach copy none" in told
    )
    assert "A drawing" not in told
    erased = run("erase", ash, "--dry-run").err
    assert f"copies outside the vault are not destroyed: {ash} (cloud)\n" in erased
    done = run("purge", "--expired", "--yes", "--clock-is-right")
    assert done.code == 0
    assert run("client", "list").out == ""


def test_copies_of_who_is_still_named_are_places_to_clean(zoe: str) -> None:
    do("copy", "add", zoe, "--place", "mail", "--what", "Three messages.")
    do("note", "add", zoe, "--text", "She draws.")
    assert "you have not said whether" not in run("erase", zoe, "--drawer", "notes", "--dry-run").err
    do("erase", zoe, "--drawer", "notes", "--yes")
    rows = [row for row in items("purge", "status") if row["place"] == zoe]
    (row,) = items("copy", "list")
    assert [place["advice"] for place in rows] == [f"coach copy destroyed {zoe} {row['id'][:6]}"]
    do("copy", "destroyed", zoe, row["id"][:6])
    assert zoe not in do("purge", "status")


def test_before_whatever_is_destroyed_one_hears_that_nobody_asked_for_copies(zoe: str) -> None:
    do("note", "add", zoe, "--text", "She draws.")
    words = ("erase", zoe, "--drawer", "notes", "--dry-run")
    assert f"you have not said whether copies lie outside the vault: {zoe}; say so with" in run(*words).err
    do("copy", "none", zoe)
    assert "you have not said whether" not in run(*words).err
