"""The only module that prints results: a table on a terminal, tab-separated in a pipe, or JSON.

Results go to stdout, everything else to stderr. Rich is loaded for a terminal alone.
"""

from collections.abc import Iterator, Sequence
import contextlib
import sys
from typing import TYPE_CHECKING, Any

import msgspec

from coachvault.actions.result import Card, Done, Listing
from coachvault.cli import _stdout
from coachvault.cli._value import digests, plain, said, shortened
from coachvault.language import _, ngettext

if TYPE_CHECKING:
    from coachvault.vault.part import Told

VERSION = 1
Result = Listing | Card | Done
# What identifies a record to the program, and says nothing to a person.
HIDDEN = frozenset({
    "schema", "folder", "revision", "ids", "started_by", "started_on", "before_session",
})  # fmt: skip
# What a person reads in the place of a name of the program, which pipes have, and JSON as well.
SPELT_OUT = frozenset({"label", "term"})
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


def checks(result: Listing, *, is_full: bool, as_json: bool) -> None:
    """Print what came of checks: at a terminal what is missing first, else as any list.

    What does not apply stands in JSON always; in a pipe, and one by one at a terminal, if `is_full`.
    """
    applying = tuple(row for row in result.items if getattr(row, "state", "") != "not_applicable")
    if as_json or not _is_terminal() or not result.items:
        rows = result.items if is_full or as_json else applying
        show(Listing(result.kind, rows, result.empty), as_json=as_json)
        return
    from coachvault.cli import _checklist

    rows = result.items if is_full else applying
    for line in _checklist.lines(rows, _console().width, is_full=is_full):
        step(line.text, strong=line.is_heading)
    rest = len(result.items) - len(rows)
    if rest:
        message = ngettext(
            "%(count)s more does not apply; all, with every clause: --full",
            "%(count)s more do not apply; all, with every clause: --full",
            rest,
        )
        _write(message % {"count": rest} + "\n")


def note(text: str) -> None:
    """Say something on stderr that is no result."""
    print(f"coach: {text}", file=sys.stderr)  # noqa: T201 this module prints


def document(data: bytes) -> None:
    """Write the bytes of a document to stdout."""
    with _stdout.writing():
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
    fields = [name for name in result.items[0].__struct_fields__ if name not in HIDDEN]
    if _is_terminal():
        _show_table(result, fields)
        return
    for item in result.items:
        cells = (shortened(name, plain(getattr(item, name))) for name in fields if name not in SPELT_OUT)
        _write("\t".join(" ".join(cell.split()) for cell in cells) + "\n")


def _card(result: Card) -> None:
    fields = [name for name in result.item.__struct_fields__ if name not in HIDDEN]
    shown = [name for name in fields if getattr(result.item, name) not in (None, (), "")]
    if _is_terminal():
        from coachvault.cli._label import label
        from coachvault.cli._layout import ordered

        kind, item = result.kind, result.item
        pairs = [(label(name, kind), said(kind, name, getattr(item, name))) for name in ordered(kind, shown)]
        _console().print(_grid(pairs))
        return
    for name in shown:
        _write(f"{name}\t{plain(getattr(result.item, name))}\n")


def _done(result: Done) -> None:
    said = "".join(f"{line}\n" for line in (result.message, *result.lines))
    _write(digests(said) if _is_terminal() else said)
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


def _show_table(result: Listing, names: Sequence[str]) -> None:
    """Print a table if its columns fit the terminal, those of text folded; else each row by itself."""
    from coachvault.cli._label import label
    from coachvault.cli._layout import ordered, titles, widths

    fields = ordered(result.kind, names)
    rows = [
        [shortened(name, said(result.kind, name, getattr(item, name))) for name in fields]
        for item in result.items
    ]
    # A column that says nothing takes the room of those that do.
    shown = [number for number in range(len(fields)) if any(row[number] for row in rows)]
    headings = [label(fields[number], result.kind) for number in shown]
    cells = [[row[number] for number in shown] for row in rows]
    console = _console()
    found = widths(headings, cells, console.width)
    if found:
        console.print(_table(headings, cells, found))
        return
    for title, row in zip(titles(cells), cells, strict=True):
        console.print(_text(title.text, style="bold"))
        pairs = [(headings[n], cell) for n, cell in enumerate(row) if cell and n not in title.columns]
        console.print(_grid(pairs, indent=2))


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]], found: Sequence[int]) -> Any:  # noqa: ANN401 rich is not loaded here
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0), pad_edge=False, header_style="bold")
    for heading, width in zip(headings, found, strict=True):
        table.add_column(heading, overflow="fold", width=width)
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


def _is_terminal() -> bool:
    return sys.stdout.isatty()


def _console() -> Any:  # noqa: ANN401 rich is not loaded here
    from rich.console import Console

    return Console(highlight=False)


def _write(text: str) -> None:
    with _stdout.writing():
        sys.stdout.write(text)
