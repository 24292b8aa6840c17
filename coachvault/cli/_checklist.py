"""`contract check` at a terminal: what is missing first, with what to do, then the rest in a line each."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
import textwrap
from typing import NamedTuple

import msgspec

from coachvault.actions.check import Missing, Row
from coachvault.cli._label import label
from coachvault.language import _

# How many clauses stand beside what is missing, and beside what is met.
_CLAUSES, _FEW_CLAUSES = 4, 1


class Line(NamedTuple):
    """A line, and whether it is a heading."""

    text: str
    is_heading: bool = False


def lines(items: Sequence[msgspec.Struct], width: int, *, is_full: bool) -> Iterator[Line]:
    """Yield what came of the checks; every clause of each only if `is_full`."""
    rows = [item for item in items if isinstance(item, Row)]
    missing = [row for row in rows if row.state == "missing"]
    fields = [row for row in missing if not row.clauses]
    for code, owed in groupby((item for item in items if isinstance(item, Missing)), lambda row: row.code):
        yield from _missing(code, tuple(owed), width, is_full=is_full)
    wanted = [row for row in missing if row.before_session]
    later = [row for row in missing if not row.before_session and row.clauses]
    yield from _missing(_("Missing before the next session"), wanted, width, is_full=is_full)
    yield from _missing(_("Missing as the work goes on"), later, width, is_full=is_full)
    yield from _missing(_("Missing in the document"), fields, width, is_full=is_full)
    met = [row for row in rows if row.state not in ("missing", "not_applicable")]
    yield from _rest(_("Met"), met, width, is_full=is_full)
    apart = [row for row in rows if row.state == "not_applicable"]
    yield from _rest(_("Does not apply"), apart, width, is_full=is_full)


def compact(clauses: Sequence[str], count: int) -> str:
    """Return the first clauses, and how many more there are."""
    more = len(clauses) - count
    return ", ".join(clauses[:count]) + (f" + {more}" if more > 0 else "")


def _missing(title: str, rows: Sequence[Row | Missing], width: int, *, is_full: bool) -> Iterator[Line]:
    """Yield what is missing: each duty, then the command; once, where one command meets several."""
    if not rows:
        return
    yield Line(f"{title} ({len(rows)})", is_heading=True)
    for command in dict.fromkeys(row.command for row in rows):
        own = [row for row in rows if row.command == command]
        for row in own:
            yield from _folded(_title(row), width, "  ", "    ")
        clauses = tuple(dict.fromkeys(clause for row in own for clause in row.clauses))
        if clauses:
            shown = compact(clauses, len(clauses) if is_full else _CLAUSES)
            yield from _folded(shown, width, "    ", "    ")
        yield from _folded(f"$ {command}", width, "    ", "      ")


def _rest(title: str, rows: Sequence[Row], width: int, *, is_full: bool) -> Iterator[Line]:
    if not rows:
        return
    yield Line(f"{title} ({len(rows)})", is_heading=True)
    for row in rows:
        if is_full:
            yield from _folded(row.duty, width, "  ", "    ")
            yield from _folded(", ".join(row.clauses), width, "    ", "    ")
        else:
            clauses = compact(row.clauses, _FEW_CLAUSES)
            room = max(1, width - len(clauses) - 4)
            duty = row.duty if len(row.duty) <= room else f"{row.duty[: room - 1]}…"
            yield Line(f"  {duty:{room}}  {clauses}")


def _title(row: Row | Missing) -> str:
    """Return the duty; of a field of the document, what the field is called."""
    if row.clauses:
        return row.duty
    owner, _dot, name = row.check.partition(".")
    return label(name, owner)


def _folded(text: str, width: int, first: str, later: str) -> Iterable[Line]:
    folded = textwrap.wrap(
        text,
        width,
        initial_indent=first,
        subsequent_indent=later,
        break_on_hyphens=False,
        break_long_words=False,
    )
    return (Line(line) for line in folded)
