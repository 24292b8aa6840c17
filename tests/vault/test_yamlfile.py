"""YAML is read strictly and written canonically: what comes out is what went in."""

import contextlib
from datetime import date, datetime
from decimal import Decimal
import re

from hypothesis import given
from hypothesis import strategies as st
import msgspec
import pytest
import yaml

from coachvault.errors import BadDataError, CoachError, Problem
from coachvault.records import schema
from coachvault.records.base import TEXT_PATTERN
from coachvault.vault import yamlfile


def test_the_library_still_does_what_this_program_does_not_ask_of_it() -> None:
    """Its own expressions are compiled late: whoever else is in the process must not notice."""
    assert isinstance(re.compile("a+b"), re.Pattern)
    found = yaml.load("[1.5, yes, 2026-01-31, ~, 0x1F]", Loader=yaml.SafeLoader)
    assert found == [1.5, True, date(2026, 1, 31), None, 31]
    assert yaml.safe_load("{a: 1, <<: {b: 2}}") == {"a": 1, "b": 2}
    with pytest.raises(yaml.reader.ReaderError):
        yaml.safe_load("a: \x00")


def problem(data: bytes | str) -> Problem:
    with pytest.raises(BadDataError) as caught:
        read(data)
    (found,) = caught.value.problems
    return found


def read(data: bytes | str) -> object:
    return yamlfile.read(yamlfile.decode(data.encode() if isinstance(data, str) else data, "place"), "place")


@pytest.mark.parametrize(
    "word",
    [
        "yes", "no", "on", "off", "Yes", "NO", "y", "n", "True", "FALSE", "Null", "NULL", "0123", "0x1F",
        "0o17", "0b1", "1_000", "1:30", "+1", "1.5", "1e3", ".inf", ".nan", "2026-01-31",
        "2026-01-31T10:00:00Z", "=", "<<", "-", "12345678901234567890",
    ],
)  # fmt: skip
def test_what_older_yaml_would_change_stays_text(word: str) -> None:
    assert read(f"field: {word}\n" if word != "-" else "field: '-'\n") == {"field": word}


@pytest.mark.parametrize(
    ("word", "value"),
    [("true", True), ("false", False), ("null", None), ("~", None), ("", None), ("0", 0), ("-12", -12)],
)
def test_only_these_words_are_more_than_text(word: str, value: object) -> None:
    found = read(f"field: {word}\n")
    assert found == {"field": value}
    assert isinstance(found, dict)
    assert type(found["field"]) is type(value)


def test_a_quoted_word_is_text() -> None:
    assert read("a: 'true'\nb: \"12\"\nc: ''\n") == {"a": "true", "b": "12", "c": ""}


@pytest.mark.parametrize("text", ["", "\n\n", "# only a comment\n"])
def test_an_empty_text_is_nothing(text: str) -> None:
    assert read(text) is None


@pytest.mark.parametrize(
    ("text", "line", "column", "word"),
    [
        ("a: 1\na: 2\n", 2, 1, "once"),
        ("a: 1\n'a': 2\n", 2, 1, "once"),
        ("x:\n  - b: 1\n    b: 1\n", 3, 5, "once"),
        ("a: &x 1\n", 1, 4, "anchor"),
        ("a: 1\nb: *x\n", 2, 4, "anchor"),
        ("a: !!str 1\n", 1, 4, "tag"),
        ("a: !!python/object/apply:os.system [id]\n", 1, 4, "tag"),
        ("a: !local 1\n", 1, 4, "tag"),
        ("a: ! 1\n", 1, 4, "tag"),
        ("? [a]\n: 1\n", 1, 3, "name of a field"),
        ("? {a: 1}\n: 1\n", 1, 3, "name of a field"),
        ("a: [1\n", 2, 1, "valid YAML"),
        ("a: 'x\n", 2, 1, "valid YAML"),
        ("a: b: c\n", 1, 5, "valid YAML"),
        ("a: 1\n\tb: 2\n", 2, 1, "valid YAML"),
        ("a: 1\n---\nb: 1\n", 2, 1, "valid YAML"),
        ("a: 1\n...\nb: 1\n", 3, 1, "valid YAML"),
    ],
)
def test_what_is_refused_is_said_with_its_line_and_column(
    text: str, line: int, column: int, word: str
) -> None:
    found = problem(text)
    assert (found.line, found.column) == (line, column)
    assert word in found.expected


def test_a_bomb_of_aliases_is_refused() -> None:
    lines = ['a0: &a0 ["x"]'] + [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 9)}]" for n in range(1, 10)]
    assert "anchor" in problem("\n".join(lines)).expected


@pytest.mark.parametrize(
    "text",
    [
        "[" * 50_000,
        "{a: " * 50_000,
        "- " * 50_000,
        "? " * 50_000,
        "- ? " * 25_000,
        "-\t" * 50_000,
        ": " * 50_000,
        "a: {b: [" * 20_000,
        "[" * 21 + "]" * 21,
        "".join(" " * depth + "a:\n" for depth in range(1_500)),
        "".join(" " * depth + "-\n" for depth in range(1_500)),
    ],
    ids=lambda text: f"{text[:6]!r}*{len(text)}",
)
def test_what_nests_too_deep_is_refused(text: str) -> None:
    assert re.search(r"levels|valid YAML", problem(text).expected)


@pytest.mark.parametrize(
    "opening", ["[" * 20 + "]" * 20, "".join(" " * depth + "-\n" for depth in range(20))]
)
def test_what_nests_as_deep_as_allowed_is_read(opening: str) -> None:
    assert isinstance(read(opening), list)


def test_more_bytes_than_a_record_may_have_are_refused() -> None:
    found = problem(b"a: " + b"x" * yamlfile.MAX_BYTES)
    assert (found.line, found.column) == (0, 0)
    assert str(yamlfile.MAX_BYTES) in found.expected


@pytest.mark.parametrize(
    ("data", "line", "column"),
    [
        (b"\xff\xfe", 1, 1),
        (b"a: 1\nb: \xe9t\xe9\n", 2, 4),
        ("é: 1\nb: ".encode() + b"\xc3", 2, 4),
        (b"a: \xed\xa0\x80\n", 1, 4),
        (b"a: \xc0\xaf\n", 1, 4),
    ],
)
def test_what_is_not_utf8_is_said_with_its_line_and_column(data: bytes, line: int, column: int) -> None:
    found = problem(data)
    assert (found.line, found.column, found.expected) == (line, column, "expected text in UTF-8")


@pytest.mark.parametrize(("text", "line", "column"), [("a: \x00\n", 1, 4), ("é: 1\nà: b\x07\n", 2, 5)])
def test_a_control_character_is_said_with_its_line_and_column(text: str, line: int, column: int) -> None:
    found = problem(text)
    assert (found.line, found.column) == (line, column)


def test_a_byte_order_mark_is_left_out() -> None:
    assert read(b"\xef\xbb\xbfa: 1\n") == {"a": 1}
    found = problem(b"\xef\xbb\xbfa: 1\nb: \xff\n")
    assert (found.line, found.column) == (2, 4)


def test_a_problem_names_its_place_and_repeats_nothing() -> None:
    with pytest.raises(BadDataError) as caught:
        read("secret: &secret secret\n")
    assert str(caught.value).startswith("place:1:9: ")
    assert "secret" not in caught.value.message


class Person(msgspec.Struct, forbid_unknown_fields=True):
    name: str
    age: int = 0


class Group(msgspec.Struct, forbid_unknown_fields=True):
    people: tuple[Person, ...]


def test_every_fault_of_a_document_has_its_line_and_column() -> None:
    text = "people:\n  - name: A\n    age: old\n  - name: 3\n  - {}\n"
    with pytest.raises(BadDataError) as caught:
        yamlfile.read_struct(Group, text, "g")
    assert [(p.line, p.column, p.field) for p in caught.value.problems] == [
        (3, 10, "people[0].age"),
        (4, 11, "people[1].name"),
        (5, 5, "people[2].name"),
    ]


def test_an_unknown_field_is_found_at_its_name() -> None:
    with pytest.raises(BadDataError) as caught:
        yamlfile.read_struct(Person, "name: A\nsecretly: 3\n", "p")
    assert str(caught.value.problems[0]) == "p:2:1: expected a known field"


def test_a_problem_can_be_placed_at_a_path() -> None:
    found = yamlfile.problem("a:\n  b: 1\n", "p", ("a", "b"), "expected more")
    assert str(found) == "p:2:6: a.b: expected more"


def test_text_of_several_lines_is_a_literal_block() -> None:
    text = "Zoé : « bien »\n\n  - et # puis 😀\nfin"
    assert yamlfile.dump({"text": text}) == ("text: |-\n  Zoé : « bien »\n\n    - et # puis 😀\n  fin\n")


def test_a_long_line_is_not_folded() -> None:
    line = "mot " * 200 + "fin"
    assert yamlfile.dump({"a": line}) == f"a: {line}\n"


def test_fields_keep_their_order_and_lists_are_indented() -> None:
    assert yamlfile.dump({"b": [1, 2], "a": None}) == "b:\n  - 1\n  - 2\na: null\n"


def test_equal_values_are_written_twice() -> None:
    item = {"x": "y"}
    assert yamlfile.dump({"a": item, "b": item}) == "a:\n  x: y\nb:\n  x: y\n"


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (date(2026, 1, 31), "2026-01-31"),
        (datetime.fromisoformat("2026-01-31T10:00:00+01:00"), "2026-01-31T10:00:00+01:00"),
        (Decimal("120.50"), "120.50"),
        (Decimal(120), "120"),
        (Decimal("1.5E+3"), "1500"),
        (Decimal("1E+2"), "100"),
    ],
)
def test_a_date_and_an_amount_are_written_plain(value: object, written: str) -> None:
    assert yamlfile.dump({"f": value}) == f"f: {written}\n"


TEXTS = (
    st.from_regex(TEXT_PATTERN)
    | st.text()
    | st.text(st.sampled_from("\n \t-:#?|>'\"&*!%@`é😀\x85\u2028\u2029a1"))
)
LEAVES = TEXTS | st.booleans() | st.none() | st.integers(-(10**17), 10**17)
TREES = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=30), inner, max_size=3),
    max_leaves=8,
)


@given(TREES)
def test_what_was_written_is_read_again(value: object) -> None:
    assert yamlfile.read(yamlfile.dump(value), "p") == value


@given(TREES)
def test_writing_again_changes_nothing(value: object) -> None:
    text = yamlfile.dump(value)
    assert yamlfile.dump(yamlfile.read(text, "p")) == text


@given(st.from_regex(TEXT_PATTERN).map(schema.tidy))
def test_text_of_a_record_survives_the_bytes_of_a_file(text: str) -> None:
    data = yamlfile.dump({"text": text}).encode()
    assert yamlfile.read(yamlfile.decode(data, "p"), "p") == {"text": text}


TOKENS = st.sampled_from(
    ["- ", "? ", ": ", "a: ", "\n", " ", "[", "]", "{", "}", ",", "&a ", "*a", "!!str ", "|\n", ">-\n", "'",
     '"', "#", "%YAML 9.9\n", "---\n", "...\n", "\t", "\\x", "\ufeff", "\x85", "\u2028", "😀", "\x00"]
)  # fmt: skip


@given(st.binary(max_size=200) | st.lists(TOKENS, max_size=60).map(lambda found: "".join(found).encode()))
def test_no_bytes_are_more_than_refused(data: bytes) -> None:
    with contextlib.suppress(CoachError):
        assert not isinstance(read(data), set)
