"""What is meant by removing: now, or now and wherever copies are."""

from typing import Annotated

import typer

from coachvault.cli._out import note as say
from coachvault.cli._session import is_terminal
from coachvault.language import _

Destroy = Annotated[
    bool | None,
    typer.Option(
        "--destroy/--keep-history",
        help="Whether nothing opens older copies in git any more, or they open until its term.",
    ),
]


def is_to_be_destroyed(destroy: bool | None, *meanings: str) -> bool:
    """Return what the option says; else ask at a terminal, where it is said what each answer means.

    Where nobody can be asked, history is kept.
    """
    if destroy is not None:
        return destroy
    if not is_terminal():
        return False
    for meaning in meanings:
        say(meaning)
    answer: str = typer.prompt(_("Remove or destroy? (remove, destroy)"), default=_("remove"), err=True)
    return answer.strip().casefold() in (_("destroy"), "destroy")
