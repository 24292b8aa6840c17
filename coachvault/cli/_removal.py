"""What is meant by removing: now, or now and wherever copies are; and the plan of the latter."""

from typing import TYPE_CHECKING, Annotated

import typer

from coachvault.cli._out import note as say
from coachvault.cli._out import show as out
from coachvault.cli._session import confirm, is_terminal
from coachvault.errors import RefusedError, UsageError
from coachvault.language import _

if TYPE_CHECKING:
    from collections.abc import Sequence

    from coachvault.actions.destruction import Doomed
    from coachvault.vault.store import Vault

Destroy = Annotated[
    bool | None,
    typer.Option(
        "--destroy/--keep-history",
        help="Whether nothing opens older copies in git any more, or they open until its term.",
    ),
]


def check(destroy: bool | None, certificate: str | None, *, dry_run: bool) -> None:
    """Raise UsageError for what only a destruction has: a certificate, a plan."""
    for option, value in (("--certificate", certificate), ("--dry-run", dry_run)):
        if value and not destroy:
            raise UsageError(
                _("%(option)s only goes with --destroy") % {"option": option},
                _("what history keeps is not destroyed"),
            )


def is_to_be_destroyed(destroy: bool | None, *meanings: str) -> bool:
    """Return what the option says; else ask at a terminal, where it is said what each answer means.

    Where nobody can be asked, history is kept. Raises RefusedError if the person wants neither.
    """
    if destroy is not None:
        return destroy
    if not is_terminal():
        return False
    for meaning in meanings:
        say(meaning)
    from coachvault.cli import _ask

    answers = {"remove": _("remove"), "destroy": _("destroy"), "nothing": _("nothing")}
    answer = _ask.choose(_("Remove or destroy?"), answers, "nothing")
    if answer == "nothing":
        raise RefusedError(_("not confirmed"), _("nothing was removed"))
    return answer == "destroy"


def is_agreed(
    vault: "Vault", items: "Sequence[Doomed]", place: str | None, *, yes: bool, dry_run: bool, as_json: bool
) -> bool:
    """Show what a destruction takes, and return whether it is to be; raises RefusedError if not confirmed."""
    from coachvault.actions.result import Listing
    from coachvault.cli import _receipt

    if dry_run or not as_json:
        with _receipt.beside(place):
            out(_receipt.named(vault, Listing("expired", tuple(items)), as_json=as_json), as_json=as_json)
    if dry_run:
        return False
    if not yes:
        code = items[0].code
        confirm(_("Type %(code)s to destroy this for good") % {"code": code}, code)
    return True
