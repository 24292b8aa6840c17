"""Commands on goals."""

from typing import Annotated, Any

import typer

from coachvault.cli._fields import GOAL, with_fields
from coachvault.cli._options import AsJson, From, On, Who, one_of, past_day
from coachvault.cli._out import show as out
from coachvault.cli._session import open_vault, required, source

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)
STATES = ("open", "reached", "dropped")


@app.callback()
def goal() -> None:
    """Goals: those agreed on, those found later, and where they stand."""


@app.command()
@with_fields(GOAL)
def add(
    who: Who, options: dict[str, Any], on: On = None, from_: From = None, as_json: AsJson = False
) -> None:
    """Keep a goal that was found after the contract was drafted."""
    from coachvault.actions import goal as action
    from coachvault.language import _

    if not from_:
        options["text"] = required(options["text"], "--text", _("The goal"))
    if on or not from_:
        options["on"] = past_day(on)
    with open_vault() as vault:
        result = action.add(vault, who, options, source(from_))
    out(result, as_json=as_json)


@app.command("list")
def list_(who: Who, as_json: AsJson = False) -> None:
    """List the goals of a client or group, and where each stands."""
    from coachvault.actions import goal as action

    with open_vault() as vault:
        result = action.listing(vault, who)
    out(result, as_json=as_json)


@app.command()
def update(
    who: Who,
    goal: Annotated[str, typer.Argument(metavar="ID", help="The beginning of its id.")],
    state: Annotated[str | None, typer.Option(metavar="|".join(STATES), help="Where it stands.")] = None,
    text: Annotated[str | None, typer.Option(metavar="TEXT", help="What there is to say of it.")] = None,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Say where a goal stands; what was said before stays."""
    from coachvault.actions import goal as action
    from coachvault.language import _

    said = one_of(
        required(state, "--state", _("Where does it stand?"), "open", choices=STATES), "--state", STATES
    )
    options = {"state": said, "text": text, "on": past_day(on)}
    with open_vault() as vault:
        result = action.update(vault, who, goal, options)
    out(result, as_json=as_json)
