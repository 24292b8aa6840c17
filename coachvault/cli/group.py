"""Commands on groups."""

from typing import Annotated, Any

import typer

from coachvault.cli._fields import GROUP, Field, with_fields
from coachvault.cli._options import AsJson, From, On, Who, one_of, past_day
from coachvault.cli._out import show as out
from coachvault.cli._session import open_vault, required, source

Client = Annotated[str, typer.Argument(metavar="CLIENT", help="Part of a name, an alias, or a code.")]

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.callback()
def root() -> None:
    """Groups, and who belongs to them."""


@app.command()
@with_fields(GROUP)
def new(
    options: dict[str, Any],
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="The group's name.")] = None,
    from_: From = None,
    as_json: AsJson = False,
) -> None:
    """Enter a group."""
    from coachvault.actions import group as action
    from coachvault.actions import overlap
    from coachvault.language import _

    given = name if name is not None or from_ else required(name, "NAME", _("The group's name"))
    with open_vault() as vault:
        entered = action.new(vault, {"name": given, **options}, source(from_))
        result = overlap.compared(vault, entered)
    out(result, as_json=as_json)


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the groups, by name."""
    from coachvault.actions import group as action

    with open_vault() as vault:
        result = action.listing(vault)
    out(result, as_json=as_json)


@app.command()
def show(who: Who, as_json: AsJson = False) -> None:
    """Show what is known of a group, and its members."""
    from coachvault.actions import group as action

    with open_vault() as vault:
        result = action.show(vault, who)
    out(result, as_json=as_json)


@app.command()
@with_fields((Field("name", "TEXT", "The group's name."), *GROUP))
def edit(who: Who, options: dict[str, Any], from_: From = None, as_json: AsJson = False) -> None:
    """Change a group's fields; an empty value clears one."""
    from coachvault.actions import group as action

    with open_vault() as vault:
        result = action.edit(vault, who, options, source(from_))
    out(result, as_json=as_json)


@app.command()
def join(
    who: Who,
    client: Client,
    on: On = None,
    voluntary: Annotated[
        str | None, typer.Option(metavar="DATE", help="When the client freely agreed to take part.")
    ] = None,
    charter: Annotated[
        str | None, typer.Option(metavar="DATE", help="When the client signed the charter of the group.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Put a client into a group, or add or correct what a member agreed to."""
    from coachvault.actions import group as action

    days = {
        "voluntary_on": past_day(voluntary, "--voluntary") if voluntary else None,
        "charter_on": past_day(charter, "--charter") if charter else None,
    }
    with open_vault() as vault:
        result = action.join(vault, who, client, past_day(on), days)
    out(result, as_json=as_json)


@app.command()
def leave(who: Who, client: Client, on: On = None, as_json: AsJson = False) -> None:
    """Record that a client has left a group."""
    from coachvault.actions import group as action

    with open_vault() as vault:
        result = action.leave(vault, who, client, past_day(on))
    out(result, as_json=as_json)


@app.command()
def close(
    who: Who,
    by: Annotated[
        str | None, typer.Option(metavar="members|coach|sponsor|term", help="Who ends the group.")
    ] = None,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """End a group and start the retention terms."""
    from coachvault.actions import group as action
    from coachvault.actions import membership
    from coachvault.language import _

    parties = tuple(membership.ENDED_BY)
    party = one_of(required(by, "--by", _("Who ends it?"), choices=parties), "--by", parties)
    with open_vault() as vault:
        result = action.close(vault, who, party, past_day(on))
    out(result, as_json=as_json)
