"""The command that destroys."""

from typing import Annotated

import typer

from coachvault import clock
from coachvault.cli._options import AsJson, DryRun, Yes, any_day
from coachvault.cli._out import note
from coachvault.cli._out import show as out
from coachvault.cli._session import confirm_count, open_vault
from coachvault.errors import UsageError
from coachvault.language import _

app = typer.Typer(add_completion=False, rich_markup_mode=None)


@app.callback()
def root() -> None:
    """Destroy what has reached its term."""


@app.command()
def purge(
    expired: Annotated[
        bool, typer.Option("--expired", help="Destroy the drawers whose term has passed.")
    ] = False,
    client: Annotated[str | None, typer.Option(metavar="WHO", help="Of this client alone.")] = None,
    as_of: Annotated[
        str | None, typer.Option(metavar="DATE", help="Show what would be due on that day (with --dry-run).")
    ] = None,
    clock_is_right: Annotated[
        bool, typer.Option("--clock-is-right", help="Confirm a date that looks wrong.")
    ] = False,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Destroy what has reached its term: the plan first, then a typed confirmation."""
    from coachvault.actions import purge as action

    _check(expired=expired, as_of=as_of, dry_run=dry_run, yes=yes, as_json=as_json)
    today = any_day(as_of, "--as-of") or clock.today()
    with open_vault() as vault:
        plan = action.plan(vault, today, client)
        # What a script reads is one object: the plan, or the receipt of what was done.
        if dry_run or not as_json or not plan.items:
            out(plan.listing(), as_json=as_json)
        for sentence in plan.summary():
            note(sentence)
        if dry_run or not plan.items:
            return
        if not clock_is_right:
            action.check_clock(plan, today)
        if not yes:
            confirm_count(len(plan.items))
        result = action.destroy(vault, plan.items, today)
    out(result, as_json=as_json)


def _check(*, expired: bool, as_of: str | None, dry_run: bool, yes: bool, as_json: bool) -> None:
    if not expired:
        raise UsageError(
            _("purge does not say what to destroy"),
            _("destroy what has reached its term with: coach purge --expired; look first with --dry-run"),
        )
    if as_json and not (yes or dry_run):
        raise UsageError(
            _("--json destroys only with --yes"),
            _("look at the plan first with: coach purge --expired --dry-run --json"),
        )
    if as_of and not dry_run:
        raise UsageError(_("--as-of only goes with --dry-run"), _("what is destroyed is what is due today"))
