"""Commands on the coach's profile."""

from typing import Any

import typer

from coachvault.cli._fields import PROFILE, with_fields
from coachvault.cli._options import AsJson, From
from coachvault.cli._out import show as out
from coachvault.cli._session import open_vault, source

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.callback()
def profile() -> None:
    """What documents may say of the coach."""


@app.command()
def show(as_json: AsJson = False) -> None:
    """Show the profile."""
    from coachvault.actions import profile as action

    with open_vault() as vault:
        result = action.show(vault)
    out(result, as_json=as_json)


@app.command()
@with_fields(PROFILE)
def edit(options: dict[str, Any], from_: From = None, as_json: AsJson = False) -> None:
    """Change the profile; an empty value clears a field."""
    from coachvault.actions import profile as action

    with open_vault() as vault:
        result = action.edit(vault, options, source(from_))
    out(result, as_json=as_json)
