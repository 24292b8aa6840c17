"""The command that erases a person's data on request."""

from typing import Annotated

import typer

from coachvault import clock
from coachvault.cli import _receipt
from coachvault.cli._options import AsJson, Certificate, ClockIsRight, DryRun, Who, Yes
from coachvault.cli._out import note
from coachvault.cli._out import show as out
from coachvault.cli._session import confirm, open_vault
from coachvault.language import _
from coachvault.word import word

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.callback()
def root() -> None:
    """Destroy a person's data on their request."""


@app.command()
def erase(
    who: Who,
    drawer: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="This drawer alone; may be repeated.")
    ] = None,
    clock_is_right: ClockIsRight = False,
    certificate: Certificate = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Destroy a client's data on their request, before its term: all but what a duty in law keeps."""
    from coachvault.actions import destruction, leftover
    from coachvault.actions import erase as action

    harmless = "--dry-run" if dry_run else None
    place = _receipt.place_of(certificate, as_json=as_json, harmless=harmless)
    with open_vault() as vault:
        today = clock.today()
        plan = action.plan(vault, who, drawer or (), today)
        # The plan has the reasons; a script that reads the receipt alone hears them beside it.
        is_shown = dry_run or not as_json or not plan.items
        if is_shown:
            with _receipt.beside(place):
                out(_receipt.named(vault, plan.listing(), as_json=as_json), as_json=as_json)
        reasons = () if is_shown else action.lines(plan)
        for sentence in (*reasons, *leftover.sentences(plan.leftovers, word)):
            note(sentence)
        if dry_run or not plan.items:
            return
        if not clock_is_right:
            destruction.check_clock(plan.newest, today)
        if not yes:
            confirm(_("Type %(code)s to destroy this for good") % {"code": plan.code}, plan.code)
        receipt = action.destroy(vault, plan.code, plan, today)
        _receipt.show(vault, receipt, place, as_json=as_json)
