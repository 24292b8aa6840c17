"""The only module that prints results: a table on a terminal, tab-separated in a pipe, or JSON.

Results go to stdout, everything else to stderr. Rich is loaded for a terminal alone.
"""

from collections.abc import Iterator, Sequence
import contextlib
import sys
from typing import TYPE_CHECKING, Any

import msgspec

from coachvault.actions.result import Card, Done, Listing
from coachvault.cli._label import label
from coachvault.cli._word import is_spoken, word
from coachvault.language import _, ngettext

if TYPE_CHECKING:
    from coachvault.vault.part import Told

VERSION = 1
Result = Listing | Card | Done
ID_SHOWN = 6
# What identifies a record to the program, and says nothing to a person.
_HIDDEN = frozenset({"schema", "folder", "revision", "ids", "started_by", "started_on"})
# Blanks between two columns, and how narrow the last one, which folds, may become.
_GAP, _NARROWEST = 3, 24
# From so many bytes on it is said how far a work is.
_LONG = 16 * 2**20


def show(result: Result, *, as_json: bool = False) -> None:
    """Print a result in the form that its reader wants."""
    for warning in result.warnings if isinstance(result, Done) else ():
        note(warning)
    if as_json:
        _write(msgspec.json.encode(_object(result)).decode() + "\n")
    elif isinstance(result, Listing):
        _listing(result)
    elif isinstance(result, Card):
        _card(result)
    else:
        _done(result)


def note(text: str) -> None:
    """Say something on stderr that is no result."""
    print(f"coach: {text}", file=sys.stderr)  # noqa: T201 this module prints


def document(data: bytes) -> None:
    """Write the bytes of a document to stdout."""
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


@contextlib.contextmanager
def progress() -> "Iterator[Told]":
    """Yield what hears how far a long work is, and shows it on stderr where that is a terminal."""
    with contextlib.ExitStack() as stack:
        shown: list[Any] = []

        def tell(done: int, total: int | None) -> None:
            # Not before it is long: until then a person may be asked something.
            if not shown and _LONG <= done != total and sys.stderr.isatty():
                shown.append(stack.enter_context(_bar()))
                shown[0].add_task("", total=total)
            if shown:
                shown[0].update(0, completed=done)

        yield tell


def _bar() -> Any:  # noqa: ANN401 rich is not loaded here
    from rich.console import Console
    from rich.progress import BarColumn, DownloadColumn, Progress, TimeRemainingColumn

    columns = (BarColumn(), DownloadColumn(binary_units=True), TimeRemainingColumn())
    return Progress(*columns, console=Console(stderr=True), transient=True)


def step(text: str, *, strong: bool = False) -> None:
    """Print a line of a narrated run."""
    if strong and _is_terminal():
        _console().print(text, style="bold", markup=False, highlight=False)
    else:
        _write(text + "\n")


def _object(result: Result) -> dict[str, Any]:
    if isinstance(result, Listing):
        return {"version": VERSION, "kind": result.kind, "items": result.items}
    if isinstance(result, Card):
        return {"version": VERSION, "kind": result.kind, "item": result.item}
    facts = {key: str(value) if hasattr(value, "parts") else value for key, value in result.facts.items()}
    return {"version": VERSION, "message": result.message, **facts}


def _listing(result: Listing) -> None:
    if not result.items:
        note(result.empty or _("nothing to list"))
        return
    fields = [name for name in result.items[0].__struct_fields__ if name not in _HIDDEN]
    if _is_terminal():
        rows = [
            [_shortened(name, _spoken(result.kind, name, getattr(item, name))) for name in fields]
            for item in result.items
        ]
        _show_table(fields, rows)
        return
    for item in result.items:
        cells = (_shortened(name, _cell(getattr(item, name))) for name in fields)
        _write("\t".join(" ".join(cell.split()) for cell in cells) + "\n")


def _card(result: Card) -> None:
    pairs = [
        (name, getattr(result.item, name)) for name in result.item.__struct_fields__ if name not in _HIDDEN
    ]
    shown = [(name, value) for name, value in pairs if value not in (None, (), "")]
    if _is_terminal():
        _console().print(_grid([(label(name), _spoken(result.kind, name, value)) for name, value in shown]))
        return
    for name, value in shown:
        _write(f"{name}\t{_cell(value)}\n")


def _done(result: Done) -> None:
    _write("".join(f"{line}\n" for line in (result.message, *result.lines)))
    if result.facts.get("outbox_copies"):
        count = result.facts["outbox_copies"]
        message = ngettext(
            "%(count)s copy is deleted from the outbox", "%(count)s copies are deleted from the outbox", count
        )
        _write(message % {"count": count} + "\n")
    beyond = result.facts.get("beyond_reach")
    if beyond:
        _write(_("what this program cannot reach:") + "\n")
        for place in beyond:
            _write(f"  - {place}\n")


def _show_table(fields: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print a table if its columns fit the terminal, the last one folded; else each row by itself."""
    console = _console()
    headings = [label(name) for name in fields]
    widths = [max(map(len, column)) for column in zip(headings, *rows, strict=True)]
    if sum(widths[:-1]) + _GAP * len(widths) + min(widths[-1], _NARROWEST) <= console.width:
        console.print(_table(headings, rows))
        return
    for row in rows:
        console.print(_text(row[0], style="bold"))
        pairs = [(heading, cell) for heading, cell in zip(headings[1:], row[1:], strict=True) if cell]
        console.print(_grid(pairs, indent=2))


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Any:  # noqa: ANN401 rich is not loaded here
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for number, heading in enumerate(headings, 1):
        table.add_column(heading, no_wrap=number < len(headings), overflow="fold")
    for row in rows:
        table.add_row(*map(_text, row))
    return table


def _grid(pairs: Sequence[tuple[str, str]], indent: int = 0) -> Any:  # noqa: ANN401 rich is not loaded here
    from rich.padding import Padding
    from rich.table import Table

    table = Table.grid(padding=(0, 2))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for heading, cell in pairs:
        table.add_row(_text(heading, style="" if indent else "bold"), _text(cell))
    return Padding(table, (0, 0, 0, indent))


def _text(cell: str, style: str = "") -> Any:  # noqa: ANN401 rich is not loaded here
    from rich.text import Text

    # Text, not str: a name may look like markup.
    return Text(cell, style=style)


def _shortened(name: str, cell: str) -> str:
    """Return an id as far as a person needs to name a record by it; JSON has the whole."""
    return cell[:ID_SHOWN] if name == "id" else cell


def _spoken(kind: str, name: str, value: object) -> str:
    """Return a value as a person reads it at a terminal."""
    if isinstance(value, tuple | list):
        apart = "\n" if any(isinstance(item, msgspec.Struct) for item in value) else ", "
        return apart.join(_spoken(kind, name, item) for item in value)
    if isinstance(value, msgspec.Struct):
        parts = (
            (field, getattr(value, field))
            for field in value.__struct_fields__
            if field not in ("id", "document")
        )
        return " · ".join(_spoken(kind, field, part) for field, part in parts if part not in (None, ""))
    cell = _cell(value)
    return word(cell) if is_spoken(kind, name) else cell


def _cell(value: object) -> str:
    """Return a value as a script reads it."""
    if value is None:
        return ""
    if isinstance(value, tuple | list):
        return ", ".join(map(_cell, value))
    if isinstance(value, msgspec.Struct):
        cells = (_cell(getattr(value, name)) for name in value.__struct_fields__ if name != "id")
        return " ".join(cell for cell in cells if cell)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _is_terminal() -> bool:
    return sys.stdout.isatty()


def _console() -> Any:  # noqa: ANN401 rich is not loaded here
    from rich.console import Console

    return Console(highlight=False)


def _write(text: str) -> None:
    sys.stdout.write(text)
