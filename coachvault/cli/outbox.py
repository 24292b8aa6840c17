"""Commands on the outbox."""

import typer

from coachvault.cli._options import AsJson
from coachvault.cli._out import show as out
from coachvault.cli._session import open_vault

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.callback()
def outbox() -> None:
    """Documents in the clear, to be sent or printed."""


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the files of the outbox."""
    from coachvault.actions import outbox as action

    with open_vault() as vault:
        result = action.listing(vault)
    out(result, as_json=as_json)


@app.command()
def clear(as_json: AsJson = False) -> None:
    """Delete every file of the outbox."""
    from coachvault.actions import outbox as action

    with open_vault() as vault:
        result = action.clear(vault)
    out(result, as_json=as_json)
