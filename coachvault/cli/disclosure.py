"""Commands on what was passed on about a client."""

from typing import Annotated, Any

import typer

from coachvault.cli._fields import DISCLOSURE, choices, with_fields
from coachvault.cli._options import AsJson, From, MaybeId, MaybeWho, On, Who, past_day
from coachvault.cli._out import show as out
from coachvault.cli._session import open_vault, required, source

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.callback()
def disclosure() -> None:
    """What was passed on about a client, and why."""


@app.command()
@with_fields(DISCLOSURE)
def add(
    who: Who,
    options: dict[str, Any],
    consent: Annotated[
        str | None, typer.Option(metavar="ID", help="The consent that allows it; else the one that fits.")
    ] = None,
    on: On = None,
    from_: From = None,
    as_json: AsJson = False,
) -> None:
    """Record what was passed on, to whom, and on what ground."""
    from coachvault.actions import disclosure as action
    from coachvault.language import _

    if not from_:
        questions = {
            "basis": _("On what basis?"),
            "recipient": _("To whom?"),
            "what": _("What was passed on?"),
            "ground": _("On what ground?"),
        }
        for name, question in questions.items():
            known = choices(DISCLOSURE, name) if name == "basis" else None
            options[name] = required(options[name], f"--{name}", question, choices=known)
    if on or not from_:
        options["on"] = past_day(on)
    if options["told_on"]:
        options["told_on"] = past_day(options["told_on"], "--told")
    with open_vault() as vault:
        result = action.add(vault, who, options, consent, source(from_))
    out(result, as_json=as_json)


@app.command("list")
def list_(who: MaybeWho = None, as_json: AsJson = False) -> None:
    """List what was passed on about one client, or all."""
    from coachvault.actions import disclosure as action

    with open_vault() as vault:
        result = action.listing(vault, who)
    out(result, as_json=as_json)


@app.command()
def show(who: Who, disclosure: MaybeId = None, as_json: AsJson = False) -> None:
    """Show what was passed on, or the last of it."""
    from coachvault.actions import disclosure as action

    with open_vault() as vault:
        result = action.show(vault, who, disclosure)
    out(result, as_json=as_json)
