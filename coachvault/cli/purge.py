"""The command that destroys, and the one that says what may still hold what was destroyed."""

from typing import Annotated

import typer

from coachvault import clock
from coachvault.cli import _receipt
from coachvault.cli._options import AsJson, Certificate, ClockIsRight, DryRun, Yes, any_day
from coachvault.cli._out import note
from coachvault.cli._out import show as out
from coachvault.cli._session import confirm, open_vault
from coachvault.errors import UsageError
from coachvault.language import _
from coachvault.word import word

app = typer.Typer(
    add_completion=False, rich_markup_mode=None, invoke_without_command=True, subcommand_metavar="[COMMAND]"
)


@app.callback()
def purge(
    context: typer.Context,
    expired: Annotated[bool, typer.Option("--expired", help="Destroy what has reached its term.")] = False,
    propose: Annotated[
        bool, typer.Option("--propose", help="Propose it, where retention.yaml sets days of grace.")
    ] = False,
    client: Annotated[
        str | None, typer.Option(metavar="WHO", help="Of this client, organisation or group alone.")
    ] = None,
    as_of: Annotated[
        str | None, typer.Option(metavar="DATE", help="Show what would be due on that day (with --dry-run).")
    ] = None,
    clock_is_right: ClockIsRight = False,
    certificate: Certificate = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Destroy what has reached its term: the plan first, then a typed confirmation."""
    if context.invoked_subcommand:
        _refuse_options(context)
        return
    from coachvault.actions import destruction, leftover
    from coachvault.actions import purge as action
    from coachvault.vault.change import refuse_partial

    _check(expired=expired, propose=propose, as_of=as_of, dry_run=dry_run, is_agreed=yes or not as_json)
    harmless = "--dry-run" if dry_run else "--propose" if propose else None
    place = _receipt.place_of(certificate, as_json=as_json, harmless=harmless)
    other = any_day(as_of, "--as-of")
    today = other or clock.today()
    with open_vault() as vault:
        if propose:
            action.grace(vault)
        plan = action.plan(vault, today, client)
        items = plan.unproposed if propose else plan.items
        # What a script reads is one object: the plan, or the receipt of what was done.
        if dry_run or not as_json or not items:
            with _receipt.beside(place):
                shown = plan.listing(other, proposes=propose)
                out(_receipt.named(vault, shown, as_json=as_json), as_json=as_json)
        for sentence in (*plan.summary(word, other), *leftover.sentences(plan.leftovers, word)):
            note(sentence)
        if dry_run or not items:
            return
        refuse_partial(vault)
        if not clock_is_right:
            destruction.check_clock(plan.newest, today)
        if propose:
            out(action.propose(vault, plan, today), as_json=as_json)
            return
        if not yes:
            _confirm(len(items))
        _receipt.show(vault, action.destroy(vault, items, today), place, as_json=as_json)


@app.command()
def status(as_json: AsJson = False) -> None:
    """List the places that may still hold what was destroyed."""
    from coachvault.actions import place as action

    with open_vault() as vault:
        result = action.listing(vault)
    out(result, as_json=as_json)


@app.command()
def proof(as_json: AsJson = False) -> None:
    """Look again for everything that was destroyed; exit code 13 if any of it can still be read."""
    from coachvault.actions import proving

    with open_vault() as vault:
        found = proving.prove(vault)
        vault.finished = None  # all of it is proven here
        out(found.done(), as_json=as_json)
        found.refuse()


def _refuse_options(context: typer.Context) -> None:
    """Raise UsageError for an option before a subcommand, which would not hear of it."""
    if any(context.params.values()):
        raise UsageError(
            _("an option before a subcommand acts on nothing"),
            _("write it after, or leave it out: coach purge %(name)s") % {"name": context.invoked_subcommand},
        )


def _confirm(count: int) -> None:
    question = _("Type the number of drawers to destroy them for good (%(count)s)") % {"count": count}
    confirm(question, str(count))


def _check(*, expired: bool, propose: bool, as_of: str | None, dry_run: bool, is_agreed: bool) -> None:
    if expired and propose:
        raise UsageError(_("--expired and --propose exclude each other"), _("give one of them"))
    if not expired and not propose:
        raise UsageError(
            _("purge does not say what to destroy"),
            _("destroy what has reached its term with: coach purge --expired; look first with --dry-run"),
        )
    # Neither a plan nor a proposal destroys anything.
    if not (is_agreed or dry_run or propose):
        raise UsageError(
            _("--json destroys only with --yes"),
            _("look at the plan first with: coach purge --expired --dry-run --json"),
        )
    if as_of and not dry_run:
        raise UsageError(_("--as-of only goes with --dry-run"), _("what is destroyed is what is due today"))
