"""Commands on referrals."""

from typing import Annotated, Any

import typer

from coachvault.cli import _ask
from coachvault.cli._fields import REFERRAL, choices, with_fields
from coachvault.cli._options import AsJson, Id, MaybeWho, On, Who, one_of, past_day
from coachvault.cli._out import show as out
from coachvault.cli._session import colleague, is_terminal, open_vault, required

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.callback()
def root() -> None:
    """Clients pointed to somebody else."""


@app.command()
@with_fields(REFERRAL)
def add(
    who: Who,
    options: dict[str, Any],
    to: Annotated[str | None, typer.Option(metavar="COLLEAGUE", help="A colleague of the directory.")] = None,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Record that a client was pointed to a colleague or to a trade."""
    from coachvault.actions import referral as action
    from coachvault.language import _

    reasons = choices(REFERRAL, "reason")
    options["reason"] = required(options["reason"], "--reason", _("Why somebody else?"), choices=reasons)
    if options["answer"] is not None:
        one_of(options["answer"], "--answer", action.ANSWERS)
    with open_vault() as vault:
        if to is None and not options["trade"] and is_terminal():
            whom = {"colleague": _("colleague"), "trade": _("trade")}
            if _ask.choose(_("To whom, or to which trade?"), whom) == "colleague":
                to = colleague(vault)
            else:
                options["trade"] = required(None, "--trade", _("Which trade?"))
        result = action.add(vault, who, to, {"on": past_day(on), **options})
    out(result, as_json=as_json)


@app.command("list")
def list_(who: MaybeWho = None, as_json: AsJson = False) -> None:
    """List the referrals of one client, or all."""
    from coachvault.actions import referral as action

    with open_vault() as vault:
        result = action.listing(vault, who)
    out(result, as_json=as_json)


@app.command()
def answer(
    who: Who,
    referral: Id,
    given: Annotated[
        str | None, typer.Option("--answer", metavar="accepted|declined", help="What the client says to it.")
    ] = None,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Record what a client said to a referral."""
    from coachvault.actions import referral as action
    from coachvault.language import _

    answers = ("accepted", "declined")
    question = _("What does the client say?")
    said = one_of(required(given, "--answer", question, choices=answers), "--answer", answers)
    with open_vault() as vault:
        result = action.answer(vault, who, referral, said, past_day(on))
    out(result, as_json=as_json)
