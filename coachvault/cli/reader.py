"""Commands on who else reads the vault."""

from typing import Annotated

import typer

from coachvault.cli._options import AsJson
from coachvault.cli._out import show as out
from coachvault.cli._session import open_vault

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)
Name = Annotated[str, typer.Argument(metavar="NAME", help="The reader's name.")]


@app.callback()
def root() -> None:
    """Who else opens the vault, or a part of it."""


@app.command()
def add(
    name: Name,
    recipient: Annotated[str, typer.Argument(metavar="RECIPIENT", help="Their age1… or ssh-… recipient.")],
    client: Annotated[
        list[str] | None,
        typer.Option(metavar="WHO", help="Only the folder of this client, org or group; may be repeated."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Let somebody read the whole vault, or with --client these folders alone."""
    from coachvault.actions import reader as action

    with open_vault() as vault:
        result = action.add(vault, name, recipient, client or ())
    out(result, as_json=as_json)


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List who reads the vault, and what of it."""
    from coachvault.actions import reader as action

    with open_vault() as vault:
        result = action.listing(vault)
    out(result, as_json=as_json)


@app.command()
def remove(
    name: Name,
    client: Annotated[
        list[str] | None,
        typer.Option(metavar="WHO", help="Take back only this folder; may be repeated."),
    ] = None,
    rekey: Annotated[
        bool, typer.Option("--rekey", help="Change the drawers' keys too, and encrypt the records to them.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Take back what a reader was granted; says what they may still hold."""
    from coachvault.actions import reader as action

    with open_vault() as vault:
        result = action.remove(vault, name, client or (), rekey=rekey)
    out(result, as_json=as_json)


@app.command()
def renew(as_json: AsJson = False) -> None:
    """Wrap every key to exactly those who read it, where doctor says that one is behind."""
    from coachvault.actions import reader as action

    with open_vault() as vault:
        result = action.renew(vault)
    out(result, as_json=as_json)
