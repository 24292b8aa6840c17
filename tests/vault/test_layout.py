"""Names that say nothing, places that follow from them, and the plain settings of a vault."""

from pathlib import Path
import re

import pytest

from coachvault.errors import BadDataError, NoVaultError
from coachvault.vault import layout

CONFIG = {
    "format": "1",
    "vault": "a" * 16,
    "practice": "b" * 16,
    "language": "fr",
    "country": "FR",
}


def config(root: Path, **changes: str | None) -> Path:
    values = {name: value for name, value in {**CONFIG, **changes}.items() if value is not None}
    (root / layout.CONFIG).write_text("".join(f"{name}: {value}\n" for name, value in values.items()))
    return root


def test_ids_are_random_and_match_the_format() -> None:
    ids = {layout.new_id() for _number in range(500)}
    assert len(ids) == 500
    assert all(layout.is_id(text) and len(text) == 16 for text in ids)


@pytest.mark.parametrize(
    "text", ["", "a" * 15, "a" * 27, "A" * 16, "a" * 15 + "1", "../" + "a" * 16, "a" * 16 + "\n"]
)
def test_what_new_id_never_makes_is_no_id(text: str) -> None:
    assert not layout.is_id(text)


def test_a_code_can_be_read_aloud() -> None:
    codes = {layout.new_code("C") for _number in range(200)}
    assert len(codes) > 190
    assert all(re.fullmatch("C-[2-9A-HJKMNP-Z]{4}", code) for code in codes)


@pytest.mark.parametrize(
    ("name", "is_one"), [("notes", True), ("settings", True), ("diary", False), ("", False)]
)
def test_a_drawer_is_one_of_the_format(name: str, is_one: bool) -> None:  # noqa: FBT001 a table of cases
    assert layout.is_drawer(name) is is_one


def test_places_follow_from_ids() -> None:
    assert layout.record_path("f", "notes", "r") == "records/f/notes/r.yaml.age"
    assert layout.key_path("f", "notes") == "keys/f/notes.age"
    assert layout.part_path("f", "notes", "r", 2) == "files/f/notes/r.2.age"


def test_the_nearest_vault_above_is_found(tmp_path: Path) -> None:
    inner = config(tmp_path) / "a" / "b"
    inner.mkdir(parents=True)
    assert layout.find(inner) == tmp_path
    assert layout.find(tmp_path.parent) is None


def test_the_settings_are_read(tmp_path: Path) -> None:
    found = layout.read_config(config(tmp_path, country="QC", language="en"))
    assert (found.format, found.practice, found.country, found.language) == (1, "b" * 16, "QC", "en")


@pytest.mark.parametrize("place", ["", "missing", "coachvault.yaml"])
def test_what_is_no_vault_is_said_to_be_none(tmp_path: Path, place: str) -> None:
    (tmp_path / "coachvault.yaml").mkdir()
    with pytest.raises(NoVaultError, match="is not a vault"):
        layout.read_config(tmp_path / place)


def test_a_newer_format_asks_for_a_newer_program(tmp_path: Path) -> None:
    with pytest.raises(NoVaultError, match="format 2") as caught:
        layout.read_config(config(tmp_path, format="2", something="new"))
    assert "install a newer" in caught.value.hint


@pytest.mark.parametrize(
    ("changes", "field", "line"),
    [
        ({"practice": None}, "practice", 1),
        ({"country": "XX"}, "country", 5),
        ({"language": "no"}, "language", 4),
        ({"format": "'1'"}, "format", 1),
        ({"format": "true"}, "format", 1),
        ({"format": "0"}, "format", 1),
        ({"vault": "A"}, "vault", 2),
        ({"practice": "../../elsewhere"}, "practice", 3),
        ({"coach": "Camille"}, "", 6),
    ],
)
def test_wrong_settings_are_said_with_their_line(
    tmp_path: Path, changes: dict[str, str | None], field: str, line: int
) -> None:
    with pytest.raises(BadDataError) as caught:
        layout.read_config(config(tmp_path, **changes))
    (problem,) = caught.value.problems
    assert (problem.place, problem.field, problem.line) == (layout.CONFIG, field, line)


@pytest.mark.parametrize("data", [b"", b"- 1\n", b"text", b"\xff", b"a: [", b"[" * 50_000])
def test_settings_that_are_no_settings_are_refused(tmp_path: Path, data: bytes) -> None:
    (tmp_path / layout.CONFIG).write_bytes(data)
    with pytest.raises(BadDataError):
        layout.read_config(tmp_path)
