"""The people around a client: colleagues, referrals, prospects who are declined, and the cast."""

from collections.abc import Callable
from pathlib import Path

from people_world import do, enter, item, items, refuses
from program import run
import pytest

TODAY = "2026-11-22"


@pytest.fixture
def ash(vault: Path, at: Callable[[str], None]) -> str:
    """Ash is a prospect; Dr Oak is in the directory."""
    assert vault.is_dir()
    at(TODAY)
    do("colleague", "add", "Dr Oak", "--trade", "psychologist", "--languages", "English, Welsh")
    return enter("client", "Ash Grove", "--prospect")


def test_the_directory(ash: str, vault: Path) -> None:
    assert ash
    do("colleague", "add", "--from", "-", stdin="name: Elm Rowe\ntrade: lawyer\nremark: by telephone\n")
    assert [row["name"] for row in items("colleague", "list")] == ["Elm Rowe", "Dr Oak"]
    assert [row["name"] for row in items("colleague", "list", "--trade", "psych")] == ["Dr Oak"]
    do("colleague", "edit", "elm", "--name", "Elm Rowan", "--phone", "0")
    assert items("colleague", "list", "--trade", "lawyer")[0]["phone"] == "0"
    refuses(vault, 10, "is in the directory already", "colleague", "add", "dr oak", "--trade", "coach")
    refuses(vault, 10, "is in the directory already", "colleague", "edit", "elm", "--name", "Dr Oak")
    refuses(vault, 4, "no colleague goes by that", "colleague", "remove", "nobody")
    refuses(vault, 4, "no colleague goes by that", "colleague", "edit", "", "--phone", "0")
    refuses(vault, 2, "--trade is missing", "colleague", "add", "Hazel Wood")
    do("colleague", "add", "Elm Bark", "--trade", "coach")
    refuses(vault, 4, "more than one colleague", "colleague", "remove", "elm")
    do("colleague", "remove", "elm bark")
    assert "Elm Bark" not in do("colleague", "list")


def test_a_referral_is_answered_and_outlives_the_directory(ash: str, vault: Path) -> None:
    do("refer", "add", ash, "--to", "oak", "--reason", "competence", "--fee", "40", "--on", "2026-11-01")
    do("refer", "add", ash, "--trade", "doctor", "--reason", "better_fit", "--answer", "accepted")
    first, second = items("refer", "list")
    assert (first["to"], first["answer"], first["fee"]) == ("Dr Oak", "pending", "40")
    assert (second["to"], second["answer"], second["answered_on"]) == ("doctor", "accepted", TODAY)
    answer = ("refer", "answer", ash, first["id"][:6], "--answer")
    refuses(vault, 10, "was made on 2026-11-01", *answer, "accepted", "--on", "2026-10-31")
    refuses(vault, 5, "--answer: expected one of", *answer, "perhaps")
    refuses(vault, 4, "no such record", "refer", "answer", ash, "zzz", "--answer", "accepted")
    do(*answer, "declined", "--on", "2026-11-10")
    do("colleague", "remove", "oak")
    first = items("refer", "list", ash)[0]
    assert (first["to"], first["answer"], first["answered_on"]) == ("psychologist", "declined", "2026-11-10")


@pytest.mark.parametrize(
    ("words", "code", "says"),
    [
        (("refer", "add", "ash", "--reason", "ethical"), 2, "to a colleague or to a trade"),
        (("refer", "add", "ash", "--to", "oak", "--trade", "x", "--reason", "ethical"), 2, "to a colleague"),
        (("refer", "add", "ash", "--to", "nobody", "--reason", "ethical"), 4, "no colleague goes by that"),
        (("refer", "add", "ash", "--to", "oak", "--reason", "mood"), 5, "--reason: expected one of"),
        (("refer", "add", "ash", "--to", "oak"), 2, "--reason is missing"),
        (("refer", "add", "ash", "--to", "oak", "--reason", "ethical", "--fee", "-1"), 5, "--fee"),
        (
            ("refer", "add", "ash", "--to", "oak", "--reason", "ethical", "--answer", "no_resource"),
            5,
            "--answer",
        ),
        (("refer", "add", "ash", "--to", "oak", "--reason", "ethical", "--on", "2027-01-01"), 5, "--on"),
        (("client", "decline", "ash"), 2, "--reason is missing"),
        (("client", "decline", "ash", "--reason", "mood"), 5, "--reason: expected one of"),
        (("client", "decline", "ash", "--reason", "ethical"), 10, "is pointed to somebody else"),
        (("client", "decline", "ash", "--reason", "competence"), 10, "is pointed to somebody else"),
        (("client", "decline", "ash", "--reason", "other", "--refer", "x"), 4, "no colleague"),
        (
            ("client", "decline", "ash", "--reason", "ethical", "--refer", "oak", "--no-resource"),
            2,
            "exclude",
        ),
    ],
)
def test_what_cannot_be_is_refused(
    ash: str, vault: Path, words: tuple[str, ...], code: int, says: str
) -> None:
    assert ash
    refuses(vault, code, says, *words)


def test_a_prospect_is_declined_with_a_referral(ash: str, vault: Path) -> None:
    assert items("client", "list")[0]["state"] == "prospect"
    assert item("client", "show", ash)["prospect_on"] == TODAY
    do("contract", "new", ash, "--kind", "individual")
    do("client", "decline", ash, "--reason", "ethical", "--refer", "oak", "--on", "2026-11-22")
    shown = item("client", "show", ash)
    assert (shown["state"], shown["declined_on"], shown["declined_for"]) == ("declined", TODAY, "ethical")
    assert (shown["closed_on"], shown["closed_by"]) == (TODAY, "coach")
    assert [row["state"] for row in items("client", "list")] == ["declined"]
    assert [(row["to"], row["reason"]) for row in items("refer", "list")] == [("Dr Oak", "ethical")]
    assert [row["ended_on"] for row in items("contract", "list")] == [TODAY]
    assert {row["rule"] for row in items("retention", "explain", ash)} == {"prospects"}
    assert {row["due"] for row in items("retention", "explain", ash)} == {"2029-11-22"}
    refuses(vault, 10, "is closed already", "client", "decline", ash, "--reason", "other")


def test_with_who_is_declined_goes_the_consent_to_name_them(ash: str, at: Callable[[str], None]) -> None:
    for type_, *more in (("reference_name",), ("testimonial", "--after-end"), ("supervision",)):
        do("consent", "record", ash, "--type", type_, "--answer", "given", *more)
    do("client", "decline", ash, "--reason", "other")
    at("2026-11-23")
    assert {row["type"]: row["state"] for row in items("consent", "list", ash)} == {
        "reference_name": "over", "testimonial": "live", "supervision": "live",
    }  # fmt: skip


def test_that_nobody_is_known_is_recorded_too(ash: str, vault: Path) -> None:
    do("client", "decline", ash, "--reason", "competence", "--no-resource")
    (row,) = items("refer", "list")
    assert (row["to"], row["answer"]) == (None, "no_resource")
    refuses(vault, 10, "nobody was named", "refer", "answer", ash, row["id"][:6], "--answer", "accepted")


@pytest.mark.parametrize("has_draft", [False, True])
def test_of_who_was_declined_the_end_is_checked(ash: str, *, has_draft: bool) -> None:
    if has_draft:
        do("contract", "new", ash, "--kind", "individual")
    do("client", "decline", ash, "--reason", "ethical", "--no-resource")
    checked = {
        row.split("\t")[0]: row.split("\t")[1:3] for row in run("contract", "check", ash).out.splitlines()
    }
    assert checked["way_forward"] == ["met", "DA-39b, CSS-3.7-2, CSS-5.2-3"]
    assert set(checked) == {"way_forward", "copies"}
    assert run("contract", "check", enter("client", "Sedge Moor")).code == 4


def test_for_want_of_time_nobody_need_be_named(ash: str) -> None:
    do("client", "decline", ash, "--reason", "capacity")
    assert run("refer", "list").out == ""


@pytest.mark.parametrize("trace", ["session", "contract", "group"])
def test_who_was_coached_is_not_declined(ash: str, vault: Path, trace: str) -> None:
    if trace == "session":
        do("session", "add", ash, "--minutes", "60", "--override", "a paper file")
    elif trace == "contract":
        code = enter("client", "Sedge Moor")
        do("contract", "new", code, "--kind", "individual")
        ash = code
    else:
        do("group", "join", enter("group", "Monday"), ash)
    refuses(vault, 10, "is no prospect", "client", "decline", ash, "--reason", "other")


def test_nobody_is_declined_before_the_last_talk(ash: str, vault: Path) -> None:
    do("session", "add", ash, "--minutes", "30", "--kind", "discovery", "--on", "2026-11-20")
    refuses(vault, 10, "2026-11-20", "client", "decline", ash, "--reason", "other", "--on", "2026-11-19")
    do("client", "decline", ash, "--reason", "other", "--on", "2026-11-20")


def test_what_only_commands_write_is_not_typed(vault: Path) -> None:
    for field in ("prospect_on", "declined_on", "declined_for", "copies_on"):
        text = f"name: Ash\n{field}: 2026-01-01\n"
        refuses(vault, 5, "expected a known field", "client", "new", "--from", "-", stdin=text)


def test_the_cast_of_a_clients_stories(ash: str, vault: Path) -> None:
    do("cast", "add", ash, "Linden Marsh", "--alias", "Lin", "--role", "client", "--organisation", "Hedgerow")
    do("cast", "add", ash, "--from", "-", stdin="name: Alder Brook\n")
    alder, linden = items("cast", "list", ash)
    assert (linden["aliases"], linden["role"], linden["organisation"]) == (["Lin"], "client", "Hedgerow")
    assert alder["name"] == "Alder Brook"
    refuses(vault, 10, "on the cast list of", "cast", "add", ash, "linden MARSH")
    refuses(vault, 2, "NAME is missing", "cast", "add", ash)
    refuses(vault, 4, "no such record", "cast", "remove", ash, "zzz")
    enter("org", "Hedgerow Works")
    refuses(vault, 4, "is an organisation, and another", "cast", "add", "hedgerow", "Elder")
    do("cast", "remove", ash, alder["id"][:8])
    assert [row["name"] for row in items("cast", "list", ash)] == ["Linden Marsh"]
    assert run("note", "list", ash).out == ""
