"""Gather every sentence that a person reads, and keep the French catalogue in step with them.

    python .ci/catalogue.py           update fr/LC_MESSAGES/coachvault.po and compile it
    python .ci/catalogue.py --check   exit 1 if a sentence has no French, or the compiled file is old

Sentences are the arguments of `_` and `ngettext`, headings and words that stand in a table, the help of
every command and option, and the words that the command parser itself asks its catalogue for.
"""

from collections.abc import Iterator
from datetime import UTC, datetime
import io
from pathlib import Path
import sys
from typing import Any

from babel.messages import Catalog, extract, mofile, pofile
import typer

from coachvault import cli, language, word
from coachvault.cli import _label, _lazy

ROOT = Path(__file__).parents[1]
FOLDER = language.CATALOGUES / "fr" / "LC_MESSAGES"
KEYWORDS = {"_": None, "ngettext": (1, 2)}
# What Typer asks the catalogue for and a person of `coach` may see.
PARSER = (
    "Arguments", "Options", "Commands", "required", "default: {default}", "env var: {var}", "(dynamic)",
    "Missing command.", "No such command {name!r}.",
)  # fmt: skip


def sentences() -> Iterator[tuple[Any, str]]:
    """Yield every message id and where it stands."""
    for path in sorted((ROOT / "coachvault").rglob("*.py")):
        place = path.relative_to(ROOT).as_posix()
        with path.open("rb") as file:
            for _line, message, _comments, _context in extract.extract("python", file, KEYWORDS):
                yield message, place
    yield from ((text, "coachvault/cli/_label.py") for text in _label.LABELS.values())
    yield from ((text, "coachvault/word.py") for text in word.WORDS.values())
    yield from ((text, "the command parser") for text in PARSER)
    root = typer.main.get_command(cli.app)
    yield from helps(root, "coach")
    for row in cli.TABLE:
        yield row.help, "coach --help"
        yield row.panel, "coach --help"
        yield from helps(raw(row), f"coach {row.name}")


def raw(row: _lazy.Row) -> Any:  # noqa: ANN401 a command of the parser
    """Return the command of a row in English."""
    language.use("en")
    return _lazy.load(row)


def helps(command: Any, path: str) -> Iterator[tuple[str, str]]:  # noqa: ANN401 a command of the parser
    """Yield the help of a command, its options and the commands below it."""
    if command.help:
        yield command.help, path
    yield from ((parameter.help, path) for parameter in command.params if getattr(parameter, "help", None))
    for name, child in getattr(command, "commands", {}).items():
        yield from helps(child, f"{path} {name}")


def gathered() -> Catalog:
    """Return the catalogue of all sentences, without translations."""
    found = Catalog(
        locale="fr", project="coachvault", version="1", charset="utf-8", fuzzy=False,
        header_comment="# The French of coachvault. Written by python .ci/catalogue.py and a translator.",
        last_translator="the authors of coachvault", language_team="the authors of coachvault",
        copyright_holder="the authors of coachvault", msgid_bugs_address="-",
        creation_date=datetime(2026, 11, 22, tzinfo=UTC), revision_date=datetime(2026, 11, 22, tzinfo=UTC),
    )  # fmt: skip
    for message, place in sentences():
        if message:
            found.add(message, locations=[(place, 0)])
    return found


def updated() -> Catalog:
    """Return the French catalogue with exactly the sentences of today."""
    path = FOLDER / "coachvault.po"
    template = gathered()
    if not path.exists():
        return template
    with path.open("rb") as file:
        kept = pofile.read_po(file, locale="fr")
    kept.update(template, no_fuzzy_matching=True, update_creation_date=False)
    kept.obsolete.clear()
    return kept


def compiled(catalogue: Catalog) -> bytes:
    """Return the catalogue as the program reads it."""
    buffer = io.BytesIO()
    mofile.write_mo(buffer, catalogue)
    return buffer.getvalue()


def missing(catalogue: Catalog) -> list[str]:
    """Return the sentences that have no French."""
    return [str(message.id) for message in catalogue if message.id and not all(_parts(message.string))]


def _parts(text: str | tuple[str, ...] | list[str] | None) -> tuple[str, ...]:
    return (text or "",) if isinstance(text, str | None) else tuple(text)


def main() -> int:
    """Update or check the catalogue."""
    catalogue = updated()
    without = missing(catalogue)
    binary = FOLDER / "coachvault.mo"
    if "--check" in sys.argv:
        is_old = not binary.exists() or binary.read_bytes() != compiled(catalogue)
        for sentence in without:
            print(f"no French for: {sentence}")  # noqa: T201 a tool at a terminal
        if is_old:
            print("the compiled catalogue is old: python .ci/catalogue.py")  # noqa: T201 the same
        return 1 if without or is_old else 0
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "coachvault.po").open("wb") as file:
        pofile.write_po(file, catalogue, width=100, sort_output=True, include_lineno=False)
    binary.write_bytes(compiled(catalogue))
    print(f"{len(list(catalogue))} sentences, {len(without)} without French")  # noqa: T201 the same
    return 0


if __name__ == "__main__":
    sys.exit(main())
