"""Commands on organisations."""

from typing import Annotated, Any

import typer

from coachvault.cli._fields import ORGANISATION, Field, with_fields
from coachvault.cli._options import AsJson, From, Who
from coachvault.cli._out import show as out
from coachvault.cli._session import open_vault, required, source

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.callback()
def root() -> None:
    """Organisations: sponsors and employers."""


@app.command()
@with_fields(ORGANISATION)
def new(
    options: dict[str, Any],
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="The organisation's name.")] = None,
    from_: From = None,
    as_json: AsJson = False,
) -> None:
    """Enter an organisation."""
    from coachvault.actions import organisation as action
    from coachvault.actions import overlap
    from coachvault.language import _

    given = name if name is not None or from_ else required(name, "NAME", _("The organisation's name"))
    with open_vault() as vault:
        entered = action.new(vault, {"name": given, **options}, source(from_))
        result = overlap.compared(vault, entered)
    out(result, as_json=as_json)


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the organisations, by name."""
    from coachvault.actions import organisation as action

    with open_vault() as vault:
        result = action.listing(vault)
    out(result, as_json=as_json)


@app.command()
def show(who: Who, as_json: AsJson = False) -> None:
    """Show what is known of an organisation."""
    from coachvault.actions import organisation as action

    with open_vault() as vault:
        result = action.show(vault, who)
    out(result, as_json=as_json)


@app.command()
@with_fields((Field("name", "TEXT", "The organisation's name."), *ORGANISATION))
def edit(who: Who, options: dict[str, Any], from_: From = None, as_json: AsJson = False) -> None:
    """Change an organisation's fields; an empty value clears one."""
    from coachvault.actions import organisation as action

    with open_vault() as vault:
        result = action.edit(vault, who, options, source(from_))
    out(result, as_json=as_json)
