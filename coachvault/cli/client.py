"""Commands on clients."""

from typing import Annotated, Any

import typer

from coachvault.cli._fields import CLIENT, Field, with_fields
from coachvault.cli._options import AsJson, From, On, Who, any_day, one_of, past_day
from coachvault.cli._out import show as out
from coachvault.cli._session import open_vault, required, source

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.callback()
def client() -> None:
    """Clients: entering, changing, holding, closing."""


@app.command()
@with_fields(CLIENT)
def new(
    options: dict[str, Any],
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="The client's name.")] = None,
    from_: From = None,
    as_json: AsJson = False,
) -> None:
    """Enter a client (the same as: client new)."""
    from coachvault.actions import client as action
    from coachvault.actions import overlap
    from coachvault.language import _

    given = name if name is not None or from_ else required(name, "NAME", _("The client's name"))
    with open_vault() as vault:
        result = overlap.compared(vault, action.new(vault, {"name": given, **options}, source(from_)))
    out(result, as_json=as_json)


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the clients, by name."""
    from coachvault.actions import roster as action

    with open_vault() as vault:
        result = action.listing(vault)
    out(result, as_json=as_json)


@app.command()
def show(who: Who, as_json: AsJson = False) -> None:
    """Show what is known of a client."""
    from coachvault.actions import client as action

    with open_vault() as vault:
        result = action.show(vault, who)
    out(result, as_json=as_json)


@app.command()
@with_fields((Field("name", "TEXT", "The client's name."), *CLIENT))
def edit(who: Who, options: dict[str, Any], from_: From = None, as_json: AsJson = False) -> None:
    """Change a client's fields; an empty value clears one."""
    from coachvault.actions import client as action

    with open_vault() as vault:
        result = action.edit(vault, who, options, source(from_))
    out(result, as_json=as_json)


@app.command()
def hold(
    who: Who,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="Why the records must be kept.")] = None,
    review_on: Annotated[
        str | None, typer.Option(metavar="DATE", help="When to look again: within a year.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Keep every record of a client from destruction until released."""
    from coachvault.actions import client as action
    from coachvault.language import _

    why = required(reason, "--reason", _("Why must the records be kept"))
    with open_vault() as vault:
        result = action.hold(vault, who, why, any_day(review_on, "--review-on"))
    out(result, as_json=as_json)


@app.command()
def release(who: Who, as_json: AsJson = False) -> None:
    """End the hold on a client."""
    from coachvault.actions import client as action

    with open_vault() as vault:
        result = action.release(vault, who)
    out(result, as_json=as_json)


@app.command()
def close(
    who: Who,
    on: On = None,
    by: Annotated[str, typer.Option(metavar="client|coach|term", help="Who ends the relationship.")] = "term",
    summary: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Goals and milestones, no confidences.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """End the relationship and start the retention terms."""
    from coachvault.actions import client as action

    party = one_of(by, "--by", ("client", "coach", "term"))
    with open_vault() as vault:
        result = action.close(vault, who, past_day(on), party, summary)
    out(result, as_json=as_json)
