"""Commands on the retention schedule."""

import typer

from coachvault import clock
from coachvault.cli._options import AsJson, Who
from coachvault.cli._out import show as out
from coachvault.cli._session import open_vault

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.callback()
def retention() -> None:
    """What is kept how long, and by which rule."""


@app.command()
def show(as_json: AsJson = False) -> None:
    """Show every rule in force, its source and how sure it is. No legal advice."""
    from coachvault.actions import retention as action

    with open_vault() as vault:
        result = action.show(vault)
    out(result, as_json=as_json)


@app.command()
def explain(who: Who, as_json: AsJson = False) -> None:
    """Say when each drawer is due. By which rule, from when, on what basis, how sure."""
    from coachvault.actions import retention as action

    with open_vault() as vault:
        result = action.explain(vault, who, clock.today())
    out(result, as_json=as_json)
