"""How a list stands on a terminal: the widths of its columns, or the title of each row by itself."""

from collections.abc import Sequence
from typing import NamedTuple

# Blanks around and between columns, and what a column of text may be folded to.
EDGES, GAP, NARROWEST = 2, 2, 14
# How high a row of a table may become before it is easier to read by itself.
HIGHEST = 5
# What a record is for the program stands after what it says; a list has of it the id alone.
TECHNICAL = ("contract", "about", "sha256", "drawer", "created", "updated", "id")
# What a kind of thing is called by, where that is not its first field.
_NAME = {"goal": "text", "rule": "label"}
_TITLE_PARTS = 3


class Title(NamedTuple):
    """What tells a row from the others, and the columns that say it."""

    text: str
    columns: frozenset[int]


def ordered(kind: str, fields: Sequence[str]) -> list[str]:
    """Return the fields of a kind of thing as a person wants to read them, the technical ones at the end."""
    # The name of a rule is for retention.yaml: elsewhere its words stand.
    fields = [name for name in fields if name != "rule" or "label" not in fields or kind == "rule"]
    first = [name for name in fields if name == _NAME.get(kind)]
    technical = [name for name in (TECHNICAL if "created" in fields else ("id",)) if name in fields]
    return [*first, *(name for name in fields if name not in (*first, *technical)), *technical]


def widths(headings: Sequence[str], rows: Sequence[Sequence[str]], room: int) -> list[int] | None:
    """Return the width of each column where all fit into the room, else None: what has blanks is folded."""
    columns = [[heading, *cells] for heading, *cells in zip(headings, *rows, strict=True)]
    found = [_width(column) for column in columns]
    least = [_least(column) for column in columns]
    room -= EDGES + GAP * (len(found) - 1)
    if sum(least) > room:
        return None
    while sum(found) > room:
        # The widest that may become narrower.
        number = max(range(len(found)), key=lambda n: (found[n] > least[n], found[n]))
        found[number] -= 1
    is_high = any(
        _height(cell, width) > HIGHEST for row in rows for cell, width in zip(row, found, strict=True)
    )
    return None if is_high else found


def titles(rows: Sequence[Sequence[str]]) -> list[Title]:
    """Return for each row the first cells in which rows differ, as many as it takes to tell them apart."""
    differing = [n for n in range(len(rows[0])) if len({row[n] for row in rows}) > 1] or [0]
    chosen: list[int] = []
    for number in differing[:_TITLE_PARTS]:
        chosen.append(number)
        if len({tuple(row[n] for n in chosen) for row in rows}) == len(rows):
            break
    return [
        Title(" · ".join(row[n].partition("\n")[0] for n in chosen if row[n]), frozenset(chosen))
        for row in rows
    ]


def _width(column: Sequence[str]) -> int:
    return max(len(line) for cell in column for line in cell.split("\n"))


def _least(column: Sequence[str]) -> int:
    """Return how narrow a column may become: its longest word, and a readable line of its cells."""
    longest = max((len(word) for cell in column for word in cell.split()), default=0)
    return max(longest, min(_width(column[1:]), NARROWEST))


def _height(cell: str, width: int) -> int:
    """Return on how many lines a cell stands at least."""
    return sum(-(-len(line) // width) or 1 for line in cell.split("\n"))
