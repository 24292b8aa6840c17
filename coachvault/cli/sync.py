"""Commands on the remote: naming it, cloning it, keeping it and this device alike."""

from pathlib import Path
from typing import Annotated

import typer

from coachvault.cli._options import AsJson
from coachvault.cli._out import show as out
from coachvault.cli._session import open_vault

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)
Label = Annotated[
    str | None, typer.Option(metavar="TEXT", help="What this device is called in the encrypted settings.")
]


@app.callback()
def root() -> None:
    """One vault on several devices."""


@app.command()
def sync(
    label: Label = None,
    give_up: Annotated[
        bool, typer.Option("--give-up", help="Lose what you wrote in folders that were taken back from you.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take what other devices made and hand over what was made here."""
    from coachvault.actions import sync as action

    with open_vault() as vault:
        result = action.sync(vault, label, gives_up=give_up)
    out(result.done(), as_json=as_json)
    result.refuse()


@app.command()
def clone(
    url: Annotated[str, typer.Argument(metavar="URL", help="Where the vault is.")],
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A new or an empty folder.")],
    label: Label = None,
    as_json: AsJson = False,
) -> None:
    """Bring a vault from its remote to this machine; the identity must be here."""
    from coachvault.actions import sync as action
    from coachvault.cli._session import check_identity, read_identity

    check_identity()
    result = action.clone(url, directory.absolute(), read_identity, label)
    out(result, as_json=as_json)
