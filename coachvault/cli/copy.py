"""Commands on copies outside the vault."""

from typing import Any

import typer

from coachvault.cli._fields import COPY, choices, with_fields
from coachvault.cli._options import AsJson, Id, MaybeWho, On, Who, past_day
from coachvault.cli._out import show as out
from coachvault.cli._session import open_vault, required

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.callback()
def root() -> None:
    """Copies outside the vault, and that they were destroyed."""


@app.command()
@with_fields(COPY)
def add(who: Who, options: dict[str, Any], on: On = None, as_json: AsJson = False) -> None:
    """Record that something of a client lies outside the vault."""
    from coachvault.actions import copy as action
    from coachvault.language import _

    places = choices(COPY, "place")
    options["place"] = required(options["place"], "--place", _("Where does it lie?"), choices=places)
    options["what"] = required(options["what"], "--what", _("What is it?"))
    with open_vault() as vault:
        result = action.add(vault, who, {"on": past_day(on), **options})
    out(result, as_json=as_json)


@app.command("list")
def list_(who: MaybeWho = None, as_json: AsJson = False) -> None:
    """List what lies outside the vault of one client, or of all."""
    from coachvault.actions import copy as action

    with open_vault() as vault:
        result = action.listing(vault, who)
    out(result, as_json=as_json)


@app.command()
def destroyed(who: Who, copy: Id, on: On = None, as_json: AsJson = False) -> None:
    """Record that a copy was destroyed."""
    from coachvault.actions import copy as action

    with open_vault() as vault:
        result = action.destroyed(vault, who, copy, past_day(on))
    out(result, as_json=as_json)


@app.command()
def none(who: Who, as_json: AsJson = False) -> None:
    """Record that nothing of a client lies outside the vault."""
    from coachvault.actions import copy as action

    with open_vault() as vault:
        result = action.none(vault, who)
    out(result, as_json=as_json)
