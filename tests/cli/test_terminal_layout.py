"""How a list stands on a terminal of 80 columns, and how its values are said there."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
import time

import pytest

from coachvault import language
from coachvault.actions.contract import Handover
from coachvault.cli import _layout, _value

ROOM = 80


@pytest.fixture(autouse=True)
def speak_english() -> Iterator[None]:
    language.use("en")
    yield
    language.use("en")


def test_short_columns_have_the_width_of_their_words() -> None:
    assert _layout.widths(["code", "role"], [["C-4F7K", "neighbour"]], ROOM) == [6, 9]


def test_the_widest_columns_of_text_are_folded_until_all_fit() -> None:
    rows = [["m1", "a name that is rather long " * 2, "what it is and where it comes from " * 2, "x"]]
    found = _layout.widths(["id", "name", "text", "note"], rows, ROOM)

    assert found is not None
    assert sum(found) == ROOM - _layout.EDGES - 3 * _layout.GAP
    assert (found[0], found[3]) == (2, 4)
    assert min(found[1:3]) >= _layout.NARROWEST


def test_what_cannot_be_folded_or_becomes_high_is_no_table() -> None:
    assert _layout.widths(["a", "b"], [["x" * 50, "y" * 50]], ROOM) is None
    assert _layout.widths(["a", "b"], [["x " * 300, "y " * 300]], ROOM) is None


def test_each_row_by_itself_is_headed_by_what_differs() -> None:
    rows = [
        ["C-4F7K", "signed", "one\nmore", "a"],
        ["C-4F7K", "signed", "two", "b"],
        ["C-4F7K", "draft", "two", "c"],
    ]
    found = _layout.titles(rows)

    assert [title.text for title in found] == ["signed · one", "signed · two", "draft · two"]
    assert {title.columns for title in found} == {frozenset({1, 2})}
    assert [title.text for title in _layout.titles(rows[:1])] == ["C-4F7K"]


def test_substance_goes_before_what_a_record_is_for_the_program() -> None:
    record = ["id", "drawer", "created", "updated", "on", "text"]

    assert _layout.ordered("note", record) == ["on", "text", "drawer", "created", "updated", "id"]
    assert _layout.ordered("expired", ["id", "drawer", "rule"]) == ["drawer", "rule", "id"]
    assert _layout.ordered("goal", ["id", "owner", "text"]) == ["text", "owner", "id"]


@pytest.mark.parametrize(
    ("count", "english", "french"),
    [(9, "9 B", "9 o"), (999, "999 B", "999 o"), (1234, "1.2 KB", "1,2 ko"), (102580, "103 KB", "103 ko"),
     (999_600, "1.0 MB", "1,0 Mo"), (2_000_000_000, "2.0 GB", "2,0 Go"), (10**13, "10000 GB", "10000 Go")],
)  # fmt: skip
def test_a_size_has_a_unit(count: int, english: str, french: str) -> None:
    assert _value.said("file", "size", count) == english.replace(" ", "\u00a0")
    language.use("fr")
    assert _value.said("file", "size", count) == french.replace(" ", "\u00a0")
    assert _value.plain(count) == str(count)


def test_yes_no_amounts_and_checks_are_said_in_words() -> None:
    language.use("fr")

    assert _value.said("consent", "after_end", value=False) == "non"
    assert _value.said("contract", "fee", Decimal("90.50")) == "90,50"
    assert _value.said("copy", "place", "phone") == "téléphone"
    # The same word, of a client and of a session.
    assert _value.said("client", "state", "held") == "suspendu"
    assert _value.said("client", "closing_session", "held") == "tenue"
    assert _value.said("session", "channel", "remote") == "à distance"
    assert _value.said("override", "checks", ("request", "of-another-version")) == (
        "La demande, dans les mots du client\nof-another-version"
    )
    assert _value.plain((True, False)) == "true, false"


def test_a_digest_is_said_as_far_as_a_person_compares_it() -> None:
    digest = "0123456789abcdef" * 4

    assert _value.digests(f"(SHA-256 {digest})") == "(SHA-256 0123456789ab…)"
    assert _value.digests(digest + "0") == digest + "0"
    handed = Handover(date(2026, 11, 1), "client", None, "hand", "version", digest)
    assert _value.said("contract", "deliveries", (handed,)) == "2026-11-01 · client · by hand · 0123456789ab…"
    assert digest in _value.plain((handed,))


def test_a_moment_is_said_in_local_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    moment = datetime(2026, 11, 28, 22, 44, 19, tzinfo=UTC)

    assert _value.said("note", "created", moment) == "2026-11-29 07:44"
    assert _value.plain(moment) == "2026-11-28 22:44:19+00:00"
    monkeypatch.undo()
    time.tzset()
