"""Commands on the coach's methods."""

from typing import Annotated

import typer

from coachvault.cli._options import AsJson
from coachvault.cli._out import show as out
from coachvault.cli._session import open_vault, required

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.callback()
def method() -> None:
    """The coach's methods, and where each comes from."""


@app.command()
def add(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="What the method is called.")] = None,
    origin: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Where it comes from: author, school, training.")
    ] = None,
    text: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What it is, in words for a client.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Enter a method in the profile; contracts take it over."""
    from coachvault.actions import method as action
    from coachvault.language import _

    called = required(name, "NAME", _("What is the method called?"))
    source = required(origin, "--origin", _("Where does it come from?"))
    said = required(text, "--text", _("What is it, in words for a client?"))
    with open_vault() as vault:
        result = action.add(vault, called, source, said)
    out(result, as_json=as_json)


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the methods of the profile."""
    from coachvault.actions import method as action

    with open_vault() as vault:
        result = action.listing(vault)
    out(result, as_json=as_json)


@app.command()
def remove(
    method: Annotated[str, typer.Argument(metavar="ID", help="The beginning of its id.")],
    as_json: AsJson = False,
) -> None:
    """Take a method out of the profile; contracts that name it keep it."""
    from coachvault.actions import method as action

    with open_vault() as vault:
        result = action.remove(vault, method)
    out(result, as_json=as_json)
