"""What a person writes for a date, an amount, a time or a number, and what is meant by it."""

from collections.abc import Callable
from datetime import date

from practice import Practice
from program import Coach, refused
import pytest

from coachvault.cli import _reading
from coachvault.cli._options import any_day
from coachvault.errors import BadDataError

THIN, BLANK = "\u202f", "\u00a0"


@pytest.mark.parametrize(
    ("said", "day"),
    [
        ("2026-11-03", "2026-11-03"),
        ("03/11/2026", "2026-11-03"),
        ("3-11-2026", "2026-11-03"),
        ("03.11.2026", "2026-11-03"),
        ("12/11/2026", "2026-11-12"),
        ("hier", "2026-11-27"),
        ("Hier ", "2026-11-27"),
        ("yesterday", "2026-11-27"),
        ("aujourd’hui", "2026-11-28"),
        ("aujourd'hui", "2026-11-28"),
        ("today", "2026-11-28"),
        ("-3j", "2026-11-25"),
        ("-3d", "2026-11-25"),
        ("-2s", "2026-11-14"),
        ("-1m", "2026-10-28"),
        ("-1a", "2025-11-28"),
    ],
)
def test_a_date_is_understood_in_either_language(said: str, day: str, at: Callable[[str], None]) -> None:
    at("2026-11-28")
    assert any_day(said, "--on") == date.fromisoformat(day)


@pytest.mark.parametrize("said", ["31/02/2026", "11/28/2026", "28/11-2026", "28/11/26", "demain", "-3x", ""])
def test_a_date_that_does_not_exist_is_refused(said: str) -> None:
    with pytest.raises(BadDataError, match="expected a date that exists"):
        any_day(said, "--on")


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("90", "90"),
        ("90,50", "90.50"),
        ("90.50", "90.50"),
        (f"90,5{BLANK}€", "90.5"),
        ("1 200,00", "1200.00"),
        (f"1{THIN}200{BLANK}€", "1200"),
        ("1’200.00", "1200.00"),
    ],
)
def test_an_amount_is_understood_as_it_is_written_here(said: str, meant: str) -> None:
    assert _reading.amount(said) == meant


@pytest.mark.parametrize("said", ["quatre-vingt-dix", "1,200", "1.200,00", "90 EUR 50", "€", "9€0"])
def test_an_amount_that_is_none_is_refused(said: str) -> None:
    with pytest.raises(BadDataError, match="such as 120"):
        _reading.amount(said)


@pytest.mark.parametrize(
    ("said", "meant"), [("17:30", "17:30"), ("17h30", "17:30"), ("17h", "17:00"), ("9 H 05", "09:05")]
)
def test_a_time_is_understood(said: str, meant: str) -> None:
    assert _reading.time(said) == meant


@pytest.mark.parametrize("said", ["17", "24h", "17h60", "midi", "1730"])
def test_a_time_that_is_none_is_refused(said: str) -> None:
    with pytest.raises(BadDataError, match="such as 17:30"):
        _reading.time(said)


FAULTS = {
    "currency": (("profile", "edit", "--currency", "euro"), "--currency : il faut un code de trois lettres"),
    "year": (("profile", "edit", "--fiscal-year-end", "31/12"), "il faut MM-JJ"),
    "email": (("profile", "edit", "--email", "pasunmail"), "--email : il faut une adresse de courriel"),
    "sessions": (
        ("contract", "edit", "zoe", "--sessions", "huit"),
        "--sessions : il faut un",
    ),
    "fee": (("contract", "new", "zoe", "--kind", "group", "--fee", "cher"), "montant, par exemple 120,00"),
    "time": (("session", "add", "zoe", "--minutes", "60", "--at", "midi"), "--at : il faut une heure, HH:MM"),
    "day": (
        ("note", "add", "zoe", "--text", "x", "--on", "01/01/2100"),
        "--on : la date est dans le futur",
    ),
}


@pytest.mark.usefixtures("practice")
@pytest.mark.parametrize(("words", "says"), FAULTS.values(), ids=list(FAULTS))
def test_what_is_wrong_is_said_in_words(words: tuple[str, ...], says: str, coach: Coach) -> None:
    result = coach("--lang", "fr", *words)
    assert (result.code, result.out) == (5, "")
    assert says.replace(" : ", f"{BLANK}: ") in result.err
    assert not any(form in result.err for form in ("[A-Z]", "[0-9]", "{3}"))


def test_all_that_is_not_understood_is_said_at_once(practice: Practice, coach: Coach) -> None:
    result = coach("contract", "new", practice.augustine, "--kind", "group", "--fee", "x", "--sessions", "y")
    refused(result, 5, "--fee: expected an amount")
    assert "--sessions: expected a whole number, such as 8" in result.err


def test_what_was_understood_is_kept(practice: Practice, coach: Coach) -> None:
    words = ("--kind", "individual", "--fee", "1 200,50 €", "--start", "03/12/2026", "--sessions", "8")
    assert coach("contract", "new", practice.solange, *words).code == 0
    shown = coach("contract", "show", practice.solange).out
    assert all(line in shown for line in ("fee\t1200.50\n", "start\t2026-12-03\n", "sessions\t8\n")), shown
