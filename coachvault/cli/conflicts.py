"""Commands on fields that two devices changed at once."""

from typing import Annotated

import typer

from coachvault.cli._options import AsJson
from coachvault.cli._out import show as out
from coachvault.cli._session import open_vault
from coachvault.errors import UsageError
from coachvault.language import _

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

Who = Annotated[str, typer.Argument(metavar="WHO", help="Part of a name, an alias, or a code; or: practice.")]
MaybeWho = Annotated[
    str | None, typer.Argument(metavar="WHO", help="Part of a name, an alias, or a code; or: practice.")
]
Id = Annotated[str, typer.Argument(metavar="ID", help="The beginning of its id.")]


@app.callback()
def conflicts() -> None:
    """Fields that two devices changed at once."""


@app.command("list")
def list_(who: MaybeWho = None, as_json: AsJson = False) -> None:
    """List the fields, without what is said in them."""
    from coachvault.actions import conflict as action

    with open_vault() as vault:
        result = action.listing(vault, who)
    out(result, as_json=as_json)


@app.command()
def show(who: Who, conflict: Id, as_json: AsJson = False) -> None:
    """Show both values."""
    from coachvault.actions import conflict as action

    with open_vault() as vault:
        result = action.show(vault, who, conflict)
    out(result, as_json=as_json)


@app.command()
def resolve(
    who: Who,
    conflict: Id,
    ours: Annotated[bool, typer.Option("--ours", help="The field keeps its value.")] = False,
    theirs: Annotated[bool, typer.Option("--theirs", help="The field takes the other value.")] = False,
    as_json: AsJson = False,
) -> None:
    """Settle one: the field keeps its value, or takes the other."""
    from coachvault.actions import conflict as action

    if ours == theirs:
        raise UsageError(_("say whose value the field gets"), _("add --ours or --theirs"))
    with open_vault() as vault:
        result = action.resolve(vault, who, conflict, is_theirs=theirs)
    out(result, as_json=as_json)
