"""Commands that git calls, on files that it hands over."""

from pathlib import Path
from typing import Annotated

import typer

from coachvault.cli import _out
from coachvault.cli._session import open_for_git

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.callback()
def git() -> None:
    """What git calls to merge and to show records."""


@app.command()
def merge(
    base: Annotated[Path, typer.Argument(metavar="BASE", help="The common ancestor (%O).")],
    ours: Annotated[Path, typer.Argument(metavar="OURS", help="Our version (%A); the result goes there.")],
    theirs: Annotated[Path, typer.Argument(metavar="THEIRS", help="Their version (%B).")],
    place: Annotated[str, typer.Argument(metavar="PATH", help="The path of the record in the vault (%P).")],
) -> None:
    """Merge three encrypted versions of a record, field by field."""
    from coachvault.actions import driver

    driver.merge_files(open_for_git(), base, ours, theirs, place)


@app.command()
def show(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="An encrypted version of a record.")],
) -> None:
    """Print one version of a record in the clear."""
    from coachvault.actions import driver

    _out.document(driver.show(open_for_git(), file))
