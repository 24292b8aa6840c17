"""Plain values to records: every fault at once, and never a word of what the values say."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st
import pytest

from coachvault.records import schema
from coachvault.records.base import SYSTEM_FIELDS
from coachvault.records.client import Client
from coachvault.records.contract import Contract
from coachvault.records.kinds import KINDS, cls_of, schema_of
from coachvault.records.note import Note
from coachvault.records.practice import Profile

MOMENT = datetime(2026, 1, 31, 10, tzinfo=UTC)


def system(kind: str) -> dict[str, Any]:
    return {
        "schema": schema_of(kind),
        "id": "a" * 16,
        "folder": "b" * 16,
        "drawer": "identity",
        "created": MOMENT.isoformat(),
        "updated": MOMENT.isoformat(),
        "revision": 1,
    }


def client(**values: object) -> dict[str, Any]:
    return {**system("client"), "name": "Zoé Martin", "code": "C-4F7K", **values}


def contract(**values: object) -> dict[str, Any]:
    return {**system("contract"), "kind": "individual", **values}


def faults(cls: type[Any], values: object) -> dict[str, str]:
    with pytest.raises(schema.SchemaError) as caught:
        schema.read(cls, values)
    return {fault.field: fault.expected for fault in caught.value.faults}


def refused(cls: type[Any], values: Mapping[str, Any]) -> set[str]:
    return set(faults(cls, values))


def test_values_of_their_types_become_a_record() -> None:
    found = schema.read(Contract, contract(start="2026-01-10", fee="120.00", sessions=6))
    assert (found.start, found.fee, found.sessions) == (date(2026, 1, 10), Decimal("120.00"), 6)


def test_the_schema_of_a_mapping_says_its_class() -> None:
    found = schema.read_record({**system("note"), "on": "2026-01-31", "text": "rien"})
    assert isinstance(found, Note)


@pytest.mark.parametrize("said", ["note/2", "diary/1", "note", "", None, 1, ["note/1"]])
def test_a_schema_that_is_not_known_is_refused(said: object) -> None:
    with pytest.raises(schema.SchemaError) as caught:
        schema.read_record({**system("note"), "schema": said, "on": "2026-01-31", "text": "rien"})
    assert [fault.field for fault in caught.value.faults] == ["schema"]


@pytest.mark.parametrize("value", [None, "text", 3, [], [{}]])
def test_what_is_no_mapping_is_no_record(value: object) -> None:
    with pytest.raises(schema.SchemaError):
        schema.read_record(value)


def test_every_fault_is_said_at_once_with_its_path() -> None:
    values = contract(
        kind="secret",
        start="2026-02-30",
        sessions=0,
        fee="-1",
        goals=[{"id": "c" * 16, "text": "avancer"}, {"id": "??", "measure": 3}],
        signatures=[{"by": "mother", "on": "2026-01-01"}],
    )
    assert refused(Contract, values) == {
        "kind", "start", "sessions", "fee", "goals[1].id", "goals[1].measure", "goals[1].text",
        "signatures[0].by",
    }  # fmt: skip


def test_a_field_that_must_be_there_is_missed() -> None:
    values = client()
    del values["name"], values["code"]
    assert refused(Client, values) == {"name", "code"}


def test_an_unknown_field_is_answered_with_the_one_it_resembles() -> None:
    (fault,) = faults(Client, client(emial="zoe@exemple.test")).values()
    assert "did you mean email?" in fault


def test_neither_an_unknown_name_nor_a_value_is_repeated() -> None:
    values = client(
        **{"Dupont-Secret": 1, "name": "Dupont/Secret", "closed_on": "Secret", "language": "Secret"}
    )
    said = faults(Client, values)
    assert set(said) == {"", "name", "closed_on", "language"}
    assert "Secret" not in repr(said)


def test_an_unknown_name_inside_a_list_is_not_repeated() -> None:
    said = faults(Contract, contract(goals=[{"id": "c" * 16, "text": "avancer", "Secret": 1}]))
    assert set(said) == {"goals[0]"}
    assert "Secret" not in repr(said)


@pytest.mark.parametrize("amount", ["0", "0.00", "120", "120.5", "999999999.99", 120, "1.5E+3"])
def test_an_amount_of_money_is_taken(amount: object) -> None:
    assert schema.read(Contract, contract(fee=amount)).fee is not None


@pytest.mark.parametrize(
    "amount",
    ["-0.01", "-1", -1, "NaN", "sNaN", "Infinity", "1.005", "1E-3", "1000000000", "1E+99", "", "12 €", True],
)
def test_what_is_no_amount_of_money_is_refused(amount: object) -> None:
    assert refused(Contract, contract(fee=amount)) == {"fee"}


@pytest.mark.parametrize(
    "day", ["2026-02-29", "2026-13-01", "2026-00-10", "26-01-01", "01.02.2026", "", 20260101]
)
def test_a_date_that_does_not_exist_is_refused(day: object) -> None:
    assert refused(Contract, contract(start=day)) == {"start"}


def test_a_leap_day_exists() -> None:
    assert schema.read(Contract, contract(start="2028-02-29")).start == date(2028, 2, 29)


def test_a_moment_without_its_zone_is_refused() -> None:
    assert refused(Client, client(created="2026-01-31T10:00:00")) == {"created"}


@pytest.mark.parametrize(
    "name",
    [
        "a/b", "a\\b", "a\nb", "a\rb", "a\tb", "a\x00b", "a\x1bb", "a\x7fb", "a\x85b", "a\u2028b",
        "a\u202eb", "a\u2066b", "a\u200fb", "a\u061cb", "a\u200bb", "a\u200db", "a\u2060b", "a\ufeffb",
        "a\udce9b", "", " ", "\u00a0", "a" * 121,
    ],
)  # fmt: skip
def test_a_name_that_would_break_a_line_or_hide_is_refused(name: str) -> None:
    assert refused(Client, client(name=name)) == {"name"}


@pytest.mark.parametrize("name", ["Zoé", "O'Neil-Łukasz Jr.", "山田 太郎", "משה", "محمد", "A" * 120, "😀"])
def test_a_name_of_any_script_is_taken(name: str) -> None:
    assert schema.read(Client, client(name=name)).name == name


@pytest.mark.parametrize(
    "character", ["\x00", "\x07", "\x0b", "\x1b", "\x7f", "\x85", "\u202e", "\u2067", "\udc80"]
)
def test_long_text_has_no_control_or_direction_characters(character: str) -> None:
    values = {**system("note"), "on": "2026-01-31", "text": f"avant{character}après"}
    assert refused(Note, values) == {"text"}


@pytest.mark.parametrize("text", ["", " ", "\n\n", "\t"])
def test_long_text_says_something(text: str) -> None:
    assert refused(Note, {**system("note"), "on": "2026-01-31", "text": text}) == {"text"}


def test_long_text_has_an_end() -> None:
    assert refused(Note, {**system("note"), "on": "2026-01-31", "text": "a" * 1_000_001}) == {"text"}


@pytest.mark.parametrize(
    "said", ["A" * 16, "a" * 15, "a" * 27, "a" * 15 + "1", "../" + "a" * 16, "a" * 16 + "\n"]
)
def test_an_id_that_could_be_a_path_is_refused(said: str) -> None:
    assert refused(Client, client(folder=said)) == {"folder"}


@pytest.mark.parametrize("end", ["13-01", "00-10", "12-40", "1-1", "12-31\n"])
def test_the_end_of_a_fiscal_year_is_a_month_and_a_day(end: str) -> None:
    values = {**system("profile"), "name": "Camille", "fiscal_year_end": end}
    assert refused(Profile, values) == {"fiscal_year_end"}


@pytest.mark.parametrize(
    ("value", "word"), [(0, "from 1 to 10000"), (10_001, "from 1 to 10000"), ("6", "whole")]
)
def test_a_number_out_of_bounds_is_answered_with_the_bounds(value: object, word: str) -> None:
    assert word in faults(Contract, contract(sessions=value))["sessions"]


def test_a_choice_is_answered_with_the_choices() -> None:
    choices = "individual, tripartite, group, solidarity"
    assert faults(Contract, contract(kind="x"))["kind"] == f"expected one of: {choices}"


def test_a_list_is_asked_for_where_one_belongs() -> None:
    assert faults(Client, client(aliases="Zozo"))["aliases"] == "expected a list"


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_names_a_class_that_is_a_record(kind: str) -> None:
    assert cls_of(kind).__struct_fields__[: len(SYSTEM_FIELDS)] == SYSTEM_FIELDS


def test_a_record_becomes_plain_values_without_what_is_empty() -> None:
    values = schema.plain(schema.read(Client, client(email=None, aliases=[])))
    assert list(values) == [
        "schema",
        "id",
        "folder",
        "drawer",
        "created",
        "updated",
        "revision",
        "name",
        "code",
    ]


def test_plain_values_become_the_same_record_again() -> None:
    found = schema.read(Contract, contract(goals=[{"id": "c" * 16, "text": "avancer"}], fee="90"))
    assert schema.read(Contract, schema.plain(found)) == found


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("  Zoe\u0301\t", "Zoé"),
        ("a\r\nb\rc", "a\nb\nc"),
        ("a  \n\tb\t \n\n", "a\n    b"),
        ("\n  alone\n", "alone"),
    ],
)
def test_tidy_composes_characters_and_strips_line_ends(given_text: str, kept: str) -> None:
    assert schema.tidy(given_text) == kept


PIECES = st.sampled_from(
    [" ", "\t", "\n", "\r", "\r\n", "a", "e\u0301", "\u00a0", "\u2028", "\x85", "\u1100\u1161"]
)


@example("\n  a")
@given(st.recursive(st.lists(PIECES).map("".join) | st.text(), lambda inner: st.lists(inner, max_size=3)))
def test_what_is_tidy_stays_as_it_is(value: object) -> None:
    once = schema.tidy(value)
    assert schema.tidy(once) == once
