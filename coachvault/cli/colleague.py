"""Commands on colleagues."""

from typing import Annotated, Any

import typer

from coachvault.cli._fields import COLLEAGUE, Field, with_fields
from coachvault.cli._options import AsJson, From
from coachvault.cli._out import show as out
from coachvault.cli._session import open_vault, required, source

Name = Annotated[str, typer.Argument(metavar="NAME", help="Part of a name, or the beginning of an id.")]

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.callback()
def root() -> None:
    """The directory of those to refer a client to."""


@app.command()
@with_fields(COLLEAGUE)
def add(
    options: dict[str, Any],
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="The colleague's name.")] = None,
    from_: From = None,
    as_json: AsJson = False,
) -> None:
    """Enter a colleague to whom a client may be referred."""
    from coachvault.actions import colleague as action
    from coachvault.language import _

    if not from_:
        name = required(name, "NAME", _("The colleague's name"))
        options["trade"] = required(options["trade"], "--trade", _("What do they do?"))
    with open_vault() as vault:
        result = action.add(vault, {"name": name, **options}, source(from_))
    out(result, as_json=as_json)


@app.command("list")
def list_(
    trade: Annotated[str | None, typer.Option(metavar="TEXT", help="Those of this trade alone.")] = None,
    as_json: AsJson = False,
) -> None:
    """List the colleagues, by trade."""
    from coachvault.actions import colleague as action

    with open_vault() as vault:
        result = action.listing(vault, trade)
    out(result, as_json=as_json)


@app.command()
@with_fields((Field("new_name", "TEXT", "The colleague's name.", str, "--name"), *COLLEAGUE))
def edit(name: Name, options: dict[str, Any], from_: From = None, as_json: AsJson = False) -> None:
    """Change a colleague's fields; an empty value clears one."""
    from coachvault.actions import colleague as action

    options["name"] = options.pop("new_name")
    with open_vault() as vault:
        result = action.edit(vault, name, options, source(from_))
    out(result, as_json=as_json)


@app.command()
def remove(name: Name, as_json: AsJson = False) -> None:
    """Take a colleague out of the directory."""
    from coachvault.actions import colleague as action

    with open_vault() as vault:
        result = action.remove(vault, name)
    out(result, as_json=as_json)
