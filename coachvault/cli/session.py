"""Commands on the session log."""

from typing import Annotated, Any

import typer

from coachvault.cli._fields import SESSION, with_fields
from coachvault.cli._options import AsJson, From, MaybeId, MaybeWho, On, Who, past_day
from coachvault.cli._out import show as out
from coachvault.cli._reading import whole
from coachvault.cli._session import open_vault, required, source

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.callback()
def session() -> None:
    """The session log: when and how long."""


@app.command()
@with_fields(SESSION)
def add(
    who: Who,
    options: dict[str, Any],
    on: On = None,
    override: Annotated[
        str | None, typer.Option(metavar="REASON", help="Go past the start gate; the ethics log keeps why.")
    ] = None,
    from_: From = None,
    as_json: AsJson = False,
) -> None:
    """Log a session that took place, with a client or a group."""
    from coachvault.actions import session as action
    from coachvault.language import _

    if not from_:
        minutes = required(options["minutes"], "--minutes", _("How many minutes?"), "60", check=whole)
        options["minutes"] = whole(str(minutes))
    if on or not from_:
        options["on"] = past_day(on)
    with open_vault() as vault:
        result = action.add(vault, who, options, source(from_), override)
    out(result, as_json=as_json)


@app.command("list")
def list_(
    who: MaybeWho = None,
    overrides: Annotated[
        bool, typer.Option("--overrides", help="The ethics log: what went past the checks, and why.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """List the sessions with one client or group, or all."""
    from coachvault.actions import session as action

    with open_vault() as vault:
        result = action.overrides(vault, who) if overrides else action.listing(vault, who)
    out(result, as_json=as_json)


@app.command()
def show(who: Who, session: MaybeId = None, as_json: AsJson = False) -> None:
    """Show a session, or the last one."""
    from coachvault.actions import session as action

    with open_vault() as vault:
        result = action.show(vault, who, session)
    out(result, as_json=as_json)
