"""Commands on contracts."""

from typing import Annotated, Any

import typer

from coachvault.cli import _deliver
from coachvault.cli._fields import CONTRACT, Field, with_fields
from coachvault.cli._options import AsJson, Format, From, MaybeWho, On, Output, Who, any_day, one_of, past_day
from coachvault.cli._out import show as out
from coachvault.cli._session import open_vault, read_input, required, source

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)
KIND = Field("kind", "individual|solidarity", "The kind of contract.")


@app.callback()
def contract() -> None:
    """Contracts: drafting, checking, rendering, signing."""


@app.command()
@with_fields((KIND, *CONTRACT))
def new(who: Who, options: dict[str, Any], from_: From = None, as_json: AsJson = False) -> None:
    """Draft a contract with a client."""
    from coachvault.actions import contract as action
    from coachvault.language import _

    if not from_:
        options["kind"] = required(options["kind"], "--kind", _("Which kind of contract"), "individual")
    with open_vault() as vault:
        result = action.new(vault, who, _days(options), source(from_))
    out(result, as_json=as_json)


@app.command()
@with_fields((KIND, *CONTRACT))
def edit(who: Who, options: dict[str, Any], from_: From = None, as_json: AsJson = False) -> None:
    """Change the draft of a contract; an empty value clears a field."""
    from coachvault.actions import contract as action

    with open_vault() as vault:
        result = action.edit(vault, who, _days(options), source(from_))
    out(result, as_json=as_json)


@app.command("list")
def list_(who: MaybeWho = None, as_json: AsJson = False) -> None:
    """List the contracts of one client, or all."""
    from coachvault.actions import contract as action

    with open_vault() as vault:
        result = action.listing(vault, who)
    out(result, as_json=as_json)


@app.command()
def show(who: Who, as_json: AsJson = False) -> None:
    """Show the contract that runs, or the last one."""
    from coachvault.actions import contract as action

    with open_vault() as vault:
        result = action.show(vault, who)
    out(result, as_json=as_json)


@app.command()
def check(
    who: MaybeWho = None,
    all_: Annotated[
        bool, typer.Option("--all", help="What is missing for everyone whose contract runs.")
    ] = False,
    full: Annotated[bool, typer.Option("--full", help="What does not apply, too.")] = False,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """List what the codes ask of a contract, and what is missing. Exit code 13 if something is."""
    from coachvault.actions import check as action
    from coachvault.errors import UsageError
    from coachvault.language import _

    if (who is None) != all_ or (all_ and full):
        raise UsageError(
            _("WHO, or --all in its place, is needed"), _("name a client or a group, or give --all")
        )
    with open_vault() as vault:
        day = past_day(on)
        result = action.one(vault, who, day, is_full=full) if who else action.every(vault, day)
    out(result, as_json=as_json)
    action.refuse_missing(result)


@app.command()
def render(
    who: Who,
    format_: Format = "pdf",
    output: Output = None,
    as_json: AsJson = False,
) -> None:
    """Write the contract as a document, and keep it with its SHA-256."""
    from coachvault.actions import contract as action

    place = _deliver.check(output, format_)
    with open_vault() as vault:
        rendered = action.render(vault, who, format_)
        _deliver.deliver(vault, rendered, place, as_json=as_json)


@app.command()
def sign(
    who: Who,
    by: Annotated[str | None, typer.Option(metavar="client|coach", help="Who signed.")] = None,
    on: On = None,
    file: Annotated[str | None, typer.Option(metavar="FILE", help="The signed file; - is stdin.")] = None,
    as_json: AsJson = False,
) -> None:
    """Record that a party signed."""
    from coachvault.actions import contract as action
    from coachvault.language import _

    party = one_of(required(by, "--by", _("Who signed"), "client"), "--by", ("client", "coach"))
    data = read_input(file) if file else None
    with open_vault() as vault:
        result = action.sign(vault, who, party, past_day(on), data)
    out(result, as_json=as_json)


@app.command()
def end(
    who: Who,
    on: On = None,
    by: Annotated[
        str, typer.Option(metavar="client|coach|term", help="Who ends it; no reason is asked.")
    ] = "term",
    as_json: AsJson = False,
) -> None:
    """End the contract that runs."""
    from coachvault.actions import contract as action

    party = one_of(by, "--by", ("client", "coach", "term"))
    with open_vault() as vault:
        result = action.end(vault, who, past_day(on), party)
    out(result, as_json=as_json)


def _days(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options with their dates read: a contract may start and end in the future."""
    days = {name: any_day(options[name] or None, f"--{name}") for name in ("start", "end")}
    return {**options, **{name: day for name, day in days.items() if day}}
