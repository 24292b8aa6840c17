"""Commands on follow-ups."""

from functools import partial
from typing import Annotated, Any

import typer

from coachvault.cli._fields import FOLLOW_UP, with_fields
from coachvault.cli._options import AsJson, Id, MaybeWho, On, Who, any_day, past_day
from coachvault.cli._out import show as out
from coachvault.cli._session import open_vault, required

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.callback()
def root() -> None:
    """What was promised for after the end."""


@app.command()
@with_fields(FOLLOW_UP)
def add(
    who: Who,
    options: dict[str, Any],
    due: Annotated[str | None, typer.Option(metavar="DATE", help="When it is due.")] = None,
    as_json: AsJson = False,
) -> None:
    """Record what was promised for after the end."""
    from coachvault.actions import follow_up as action
    from coachvault.language import _

    options["what"] = required(options["what"], "--what", _("What was promised?"))
    check = partial(any_day, option="--due")
    day = any_day(required(due, "--due", _("When is it due?"), check=check), "--due")
    with open_vault() as vault:
        result = action.add(vault, who, {"due_on": day, **options})
    out(result, as_json=as_json)


@app.command("list")
def list_(who: MaybeWho = None, as_json: AsJson = False) -> None:
    """List what was promised to one client or group, or to all, by when it is due."""
    from coachvault.actions import follow_up as action

    with open_vault() as vault:
        result = action.listing(vault, who)
    out(result, as_json=as_json)


@app.command()
def done(who: Who, follow_up: Id, on: On = None, as_json: AsJson = False) -> None:
    """Record that what was promised is done."""
    from coachvault.actions import follow_up as action

    with open_vault() as vault:
        result = action.settle(vault, who, follow_up, past_day(on), is_done=True)
    out(result, as_json=as_json)


@app.command()
def waive(who: Who, follow_up: Id, on: On = None, as_json: AsJson = False) -> None:
    """Record that whom it was promised to lets it go."""
    from coachvault.actions import follow_up as action

    with open_vault() as vault:
        result = action.settle(vault, who, follow_up, past_day(on), is_done=False)
    out(result, as_json=as_json)
