"""The only module that prints results: a table on a terminal, tab-separated in a pipe, or JSON.

Results go to stdout, everything else to stderr. Rich is loaded for a terminal alone.
"""

from collections.abc import Mapping, Sequence
import sys
from typing import Any

import msgspec

from coachvault.actions.result import Card, Done, Listing
from coachvault.cli._label import label, word
from coachvault.language import _

VERSION = 1
Result = Listing | Card | Done
# What identifies a record to the program, and says nothing to a person.
_HIDDEN = frozenset({"schema", "folder", "revision"})


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
    rows = [[_cell(getattr(item, name)) for name in fields] for item in result.items]
    if _is_terminal():
        _table([label(name) for name in fields], rows)
        return
    for row in rows:
        _write("\t".join(" ".join(cell.split()) for cell in row) + "\n")


def _card(result: Card) -> None:
    pairs = [
        (name, getattr(result.item, name)) for name in result.item.__struct_fields__ if name not in _HIDDEN
    ]
    shown = [(label(name), _cell(value)) for name, value in pairs if value not in (None, (), "")]
    if not _is_terminal():
        for name, value in shown:
            _write(f"{name}\t{value}\n")
        return
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2))
    for name, value in shown:
        table.add_row(Text(name, style="bold"), Text(value))
    _console().print(table)


def _done(result: Done) -> None:
    _write(result.message + "\n")
    for name in ("outbox_copies",):
        if result.facts.get(name):
            _write(f"{label(name)}: {result.facts[name]}\n")
    beyond = result.facts.get("beyond_reach")
    if beyond:
        _write(_("what this program cannot reach:") + "\n")
        for place in beyond:
            _write(f"  - {place}\n")


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="bold")
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        # Text, not str: a name may look like markup.
        table.add_row(*(Text(cell) for cell in row))
    _console().print(table)


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, tuple | list):
        return ", ".join(_cell(item) for item in value)
    if isinstance(value, msgspec.Struct):
        cells = (_cell(getattr(value, name)) for name in value.__struct_fields__ if name != "id")
        return " ".join(cell for cell in cells if cell)
    if isinstance(value, Mapping):
        return " ".join(f"{label(name)}: {_cell(item)}" for name, item in value.items())
    return word(str(value))


def _is_terminal() -> bool:
    return sys.stdout.isatty()


def _console() -> Any:  # noqa: ANN401 rich is not loaded here
    from rich.console import Console

    return Console(highlight=False)


def _write(text: str) -> None:
    sys.stdout.write(text)
