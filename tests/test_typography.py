"""French as it is printed: no line breaks before a colon, a semicolon, a question or an exclamation mark."""

from collections.abc import Iterator
from pathlib import Path
import re

from babel.messages import pofile
import pytest

from coachvault import language, resource

MANUAL = Path(__file__).parents[1] / "docs" / "manual.fr.md"
TEMPLATES = sorted((resource.folder("templates") / "fr").glob("*.j2"))
# A mark after a plain space and a word, which ends there: a time, a path and an option go on.
PLAIN = re.compile(r"\S [:;?!](?=\s|[»\"”)\\]|$)", re.MULTILINE)
# Blocks and spans of code, and where a link leads.
CODE = re.compile(r"^```.*?^```$|`[^`\n]+`|\]\([^)\n]*\)", re.MULTILINE | re.DOTALL)
COMMENT, TAG, VALUE = (re.compile(pattern, re.DOTALL) for pattern in ("{#.*?#}", "{%.*?%}", "{{.*?}}"))


def faults(text: str) -> list[str]:
    """Return the lines of a prose in which a mark stands after a plain space."""
    return [line for line in text.splitlines() if PLAIN.search(line)]


def messages() -> Iterator[str]:
    """Yield every French sentence of the program."""
    path = language.CATALOGUES / "fr" / "LC_MESSAGES" / "coachvault.po"
    with path.open("rb") as file:
        for message in pofile.read_po(file, locale="fr"):
            yield from (message.string,) if isinstance(message.string, str) else message.string or ()


def test_no_message_has_a_plain_space_before_a_mark() -> None:
    assert [message for message in messages() if faults(message)] == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_a_plain_space_before_a_mark(path: Path) -> None:
    text = COMMENT.sub("", path.read_text("utf-8"))
    # What a value prints is a word; a tag prints nothing.
    assert faults(CODE.sub("x", VALUE.sub("x", TAG.sub("", text)))) == []


def test_the_manual_has_no_plain_space_before_a_mark() -> None:
    assert faults(CODE.sub("x", MANUAL.read_text("utf-8"))) == []


@pytest.mark.parametrize(
    ("text", "is_fault"),
    [
        ("le nom : Zoé", True),
        ("une question ?", True),
        ("le nom\u00a0: Zoé\u202f; le reste", False),
        ("à 10:30, coach://x ?y, --goal shared:x", False),
    ],
)
def test_a_fault_is_one(text: str, *, is_fault: bool) -> None:
    assert bool(faults(text)) == is_fault
