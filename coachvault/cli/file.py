"""Commands on files and recordings of a client."""

import contextlib
from pathlib import Path
import sys
from typing import TYPE_CHECKING, Annotated

import typer

from coachvault.cli import _deliver, _receipt, _removal
from coachvault.cli._options import AsJson, Certificate, DryRun, On, Output, Who, Yes, past_day
from coachvault.cli._out import document, progress
from coachvault.cli._out import show as out
from coachvault.cli._removal import Destroy
from coachvault.cli._session import open_vault, required
from coachvault.errors import RefusedError
from coachvault.language import _

if TYPE_CHECKING:
    from collections.abc import Iterator

    from coachvault.vault.part import Told
    from coachvault.vault.source import Source

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

FileId = Annotated[str, typer.Argument(metavar="ID", help="The beginning of its id.")]


@app.callback()
def file() -> None:
    """Files that a client entrusted to you, and recordings."""


@app.command()
def add(
    who: Who,
    file: Annotated[str, typer.Argument(metavar="FILE", help="The file; - is stdin.")],
    recording: Annotated[
        bool, typer.Option("--recording", help="It is a recording; the client must have consented.")
    ] = False,
    on: On = None,
    name: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What to call it; else the file's own name.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Keep a file of a client, whatever its size."""
    from coachvault.actions import file as action

    # What comes from a pipe has no name of its own.
    called = required(name, "--name", _("What is the file called?")) if file == "-" else name
    options = {"on": past_day(on), "name": called if called is not None else Path(file).name}
    with progress() as told, _source(file, told) as given, open_vault() as vault:
        result = action.add(vault, who, given, options, is_recording=recording)
    out(result, as_json=as_json)


@app.command("list")
def list_(who: Who, as_json: AsJson = False) -> None:
    """List the files and recordings of a client, oldest first."""
    from coachvault.actions import file as action

    with open_vault() as vault:
        result = action.listing(vault, who)
    out(result, as_json=as_json)


@app.command()
def save(who: Who, file: FileId, output: Output = None, as_json: AsJson = False) -> None:
    """Write a file in the clear, as it was kept; nothing is overwritten."""
    from coachvault.actions import file as action
    from coachvault.vault import part

    place = _deliver.free(output, as_json=as_json)
    if place == "-" and sys.stdout.isatty():
        raise RefusedError(
            _("a terminal does not show files"), _("name a file with --output, or send stdout elsewhere")
        )
    with open_vault() as vault, progress() as told:
        if place == "-":
            part.pour(vault, action.find(vault, who, file).file, document, told)
            return
        result = action.save(vault, who, file, Path(place) if place else None, told)
    out(result, as_json=as_json)


@app.command()
def remove(
    who: Who,
    file: FileId,
    destroy: Destroy = None,
    returned: Annotated[bool, typer.Option("--returned", help="It was handed back to the person.")] = False,
    certificate: Certificate = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Delete a file: now, or now and in every copy that git keeps."""
    from coachvault.actions import file as action

    _removal.check(destroy, certificate, dry_run=dry_run)
    harmless = "--dry-run" if dry_run else None
    place = _receipt.place_of(certificate, as_json=as_json, harmless=harmless)
    with open_vault() as vault:
        client, found = action.find(vault, who, file)
        if not _removal.is_to_be_destroyed(destroy, *_meanings()):
            out(action.remove(vault, client.code, found.id, is_returned=returned), as_json=as_json)
            return
        item = action.plan(vault, client.code, found.id, is_returned=returned)
        if _removal.is_agreed(vault, [item], place, yes=yes, dry_run=dry_run, as_json=as_json):
            receipt = action.destroy(vault, client.code, found.id, is_returned=returned)
            _receipt.show(vault, receipt, place, as_json=as_json)


@contextlib.contextmanager
def _source(name: str, told: "Told") -> "Iterator[Source]":
    """Open the file that is named, or standard input for -."""
    from coachvault.vault import source

    if name == "-":
        yield source.Source(sys.stdin.buffer, told=told)
        return
    with source.opened(Path(name), told) as given:
        yield given


def _meanings() -> tuple[str, str]:
    """Return what removing a file and destroying it mean."""
    return (
        _("remove: the file is gone here; copies in backups and on other devices open until its term"),
        _("destroy: the drawer's other files get a new key, and no key that is left opens a copy"),
    )
