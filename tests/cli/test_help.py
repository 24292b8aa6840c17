"""Help in French: headings as French writes them, and no word of the parser left in English or in braces."""

from collections.abc import Iterator
from pathlib import Path
import re

from program import Coach
import pytest

from coachvault import language
from coachvault.cli import TABLE

DOCS = Path(__file__).parents[2] / "docs"


@pytest.fixture(autouse=True)
def speak_english() -> Iterator[None]:
    yield
    language.use("en")


@pytest.mark.usefixtures("home")
def test_every_heading_has_its_space_before_the_colon(coach: Coach) -> None:
    shown = coach("--lang", "fr", "--help").out
    headings = [line for line in shown.splitlines() if re.fullmatch(r"\w.*:", line)]

    assert len(headings) == 1 + len({row.panel for row in TABLE})
    assert [line for line in headings if not line.endswith("\u00a0:") or line.endswith("\u00a0\u00a0:")] == []


@pytest.mark.usefixtures("home")
@pytest.mark.parametrize(
    ("words", "usage"),
    [
        ((), "coach [OPTIONS] COMMANDE [ARGS]..."),
        (("contract", "sign"), "coach contract sign [OPTIONS] WHO"),
        (("contract", "check"), "coach contract check [OPTIONS] [WHO]"),
    ],
)
def test_usage_is_french_and_names_arguments_as_the_reference_does(
    coach: Coach, words: tuple[str, ...], usage: str
) -> None:
    first = coach("--lang", "fr", *words, "--help").out.splitlines()[0]

    assert first == f"Utilisation\u00a0: {usage}"


@pytest.mark.parametrize("said", ["fr", "en"])
def test_the_reference_has_each_heading_once(said: str) -> None:
    text = (DOCS / f"commands.{said}.md").read_text("utf-8")
    headings = re.findall(r"(?m)^## (.*)$", text)

    assert len(headings) == len(set(headings)) == 1 + len({row.panel for row in TABLE})
    assert headings == [heading.strip() for heading in headings]
