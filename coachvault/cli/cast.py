"""Commands on the cast of a client."""

from typing import Annotated, Any

import typer

from coachvault.cli._fields import CAST, with_fields
from coachvault.cli._options import AsJson, From, Id, Who
from coachvault.cli._out import show as out
from coachvault.cli._session import open_vault, required, source

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.callback()
def root() -> None:
    """Who is who in a client's stories."""


@app.command()
@with_fields(CAST)
def add(
    who: Who,
    options: dict[str, Any],
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="What they are called.")] = None,
    from_: From = None,
    as_json: AsJson = False,
) -> None:
    """Put somebody on the cast list of a client: no document will name them."""
    from coachvault.actions import cast as action
    from coachvault.language import _

    given = name if name is not None or from_ else required(name, "NAME", _("What they are called"))
    with open_vault() as vault:
        result = action.add(vault, who, {"name": given, **options}, source(from_))
    out(result, as_json=as_json)


@app.command("list")
def list_(who: Who, as_json: AsJson = False) -> None:
    """List the cast of a client's stories, by name."""
    from coachvault.actions import cast as action

    with open_vault() as vault:
        result = action.listing(vault, who)
    out(result, as_json=as_json)


@app.command()
def remove(who: Who, person: Id, as_json: AsJson = False) -> None:
    """Take somebody off the cast list of a client."""
    from coachvault.actions import cast as action

    with open_vault() as vault:
        result = action.remove(vault, who, person)
    out(result, as_json=as_json)
