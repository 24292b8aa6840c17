"""Commands on contracts."""

from typing import Annotated, Any

import typer

from coachvault.cli import _deliver
from coachvault.cli._fields import CONTRACT, Field, with_fields
from coachvault.cli._options import (
    AddresseeName,
    AsJson,
    Format,
    From,
    MaybeWho,
    Means,
    On,
    Output,
    To,
    Who,
    addressed,
    any_day,
    one_of,
    party_of,
    past_day,
    talked_over,
)
from coachvault.cli._out import checks
from coachvault.cli._out import show as out
from coachvault.cli._session import is_terminal, open_vault, read_input, required, source

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)
KIND = Field("kind", "individual|tripartite|group|solidarity", "The kind of contract.")
ENDED_BY = ("client", "coach", "sponsor", "mutual", "term")
PARTIES = ("client", "coach", "sponsor", "guardian")
POINTS = ("nature", "fees", "logistics", "confidentiality", "supervision", "data", "ending", "recourse")
UNDERSTOOD = ("rephrased", "questions", "reading")
DAYS = {"start": "--start", "end": "--end", "commitment_on": "--commitment"}


@app.callback()
def contract() -> None:
    """Contracts, from the draft to the signature and the end."""


@app.command()
@with_fields((KIND, *CONTRACT))
def new(who: Who, options: dict[str, Any], from_: From = None, as_json: AsJson = False) -> None:
    """Draft a contract with a client or a group."""
    from coachvault.actions import contract as action
    from coachvault.language import _

    if not from_:
        question = _("Which kind of contract?")
        options["kind"] = required(options["kind"], "--kind", question, "individual", choices=KIND.choices)
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


@app.command()
@with_fields(CONTRACT)
def amend(who: Who, options: dict[str, Any], from_: From = None, as_json: AsJson = False) -> None:
    """Draft the next version of a signed contract: only what changes is given."""
    from coachvault.actions import contract as action

    with open_vault() as vault:
        result = action.amend(vault, who, _days(options), source(from_))
    out(result, as_json=as_json)


@app.command("list")
def list_(who: MaybeWho = None, as_json: AsJson = False) -> None:
    """List the contracts of one client or group, or all."""
    from coachvault.actions import contract as action

    with open_vault() as vault:
        result = action.listing(vault, who)
    out(result, as_json=as_json)


@app.command()
def show(who: Who, as_json: AsJson = False) -> None:
    """Show the contract that runs, or the last one, with what was handed over and explained."""
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
    full: Annotated[bool, typer.Option("--full", help="What does not apply too, and every clause.")] = False,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """List what the codes ask of a contract, and what is missing. Exit code 13 if something is."""
    from coachvault.actions import check as action
    from coachvault.errors import UsageError
    from coachvault.language import _

    if all_ and full:
        raise UsageError(
            _("--all and --full exclude each other"), _("give one of them; --full goes with a name")
        )
    if (who is None) != all_:
        raise UsageError(
            _("WHO, or --all in its place, is needed"), _("name a client or a group, or give --all")
        )
    with open_vault() as vault:
        day = past_day(on)
        result = action.one(vault, who, day) if who else action.every(vault, day)
    checks(result, is_full=full, as_json=as_json)
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

    place = _deliver.check(output, format_, as_json=as_json)
    with open_vault() as vault:
        rendered = action.render(vault, who, format_)
        _deliver.deliver(vault, rendered, place, as_json=as_json)


@app.command()
def deliver(
    who: Who,
    to: To = None,
    name: AddresseeName = None,
    means: Means = "hand",
    on: On = None,
    file: Annotated[
        str | None,
        typer.Option(metavar="FILE", help="A contract made elsewhere, instead of the rendered one."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Record that the contract rendered last was handed to a party."""
    from coachvault.actions import handover as action

    options = addressed(to, name, on, means)
    data = read_input(file) if file else None
    with open_vault() as vault:
        options["to"] = party_of(vault, who, to)
        result = action.deliver_contract(vault, who, options, data)
    out(result, as_json=as_json)


@app.command()
def explain(
    who: Who,
    to: To = None,
    name: AddresseeName = None,
    points: Annotated[
        list[str] | None,
        typer.Option("--point", metavar="|".join(("all", *POINTS)), help="A point; may be repeated."),
    ] = None,
    how: Annotated[
        str | None,
        typer.Option(
            metavar="rephrased|questions|reading",
            help="How one saw that it was understood; questions, where nobody can be asked.",
        ),
    ] = None,
    questions: Annotated[str | None, typer.Option(metavar="TEXT", help="What the party asked.")] = None,
    answers: Annotated[str | None, typer.Option(metavar="TEXT", help="What was answered.")] = None,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Record which points of the contract a party had explained and understood."""
    from coachvault.actions import handover as action

    options = addressed(to, name, on) | {"questions": questions, "answers": answers}
    given = tuple(one_of(point, "--point", ("all", *POINTS)) for point in points or ())
    options["how"] = one_of(how, "--how", UNDERSTOOD) if how else None
    with open_vault() as vault:
        options["to"] = party_of(vault, who, to)
        chosen = given or _explained()
        options["points"] = POINTS if "all" in chosen else chosen
        options["how"] = options["how"] or _understood()
        result = action.explain(vault, who, options)
    out(result, as_json=as_json)


@app.command()
def sign(
    who: Who,
    by: Annotated[str | None, typer.Option(metavar="|".join(PARTIES), help="Who signed.")] = None,
    name: Annotated[
        str | None, typer.Option(metavar="NAME", help="Who signed for the sponsor, or which guardian.")
    ] = None,
    means: Annotated[str, typer.Option(metavar="hand|electronic", help="How it was signed.")] = "hand",
    on: On = None,
    file: Annotated[str | None, typer.Option(metavar="FILE", help="The signed file; - is stdin.")] = None,
    as_json: AsJson = False,
) -> None:
    """Record that a party signed the version that was delivered to them."""
    from coachvault.actions import signature as action
    from coachvault.language import _

    options = {
        "by": one_of(required(by, "--by", _("Who signed?"), choices=PARTIES), "--by", PARTIES),
        "name": name,
        "means": one_of(means, "--means", ("hand", "electronic")),
        "on": past_day(on),
    }
    data = read_input(file) if file else None
    with open_vault() as vault:
        result = action.sign(vault, who, options, data)
    out(result, as_json=as_json)


@app.command()
def end(
    who: Who,
    on: On = None,
    by: Annotated[
        str | None, typer.Option(metavar="|".join(ENDED_BY), help="Who ends it; no reason is asked.")
    ] = None,
    discussed: Annotated[
        str | None, typer.Option(metavar="DATE", help="When a coach who ends it talked it over.")
    ] = None,
    draft: Annotated[
        bool, typer.Option("--draft", help="Give up what is being prepared, and let the signed one run.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """End the contract that runs; if none does, give up the draft."""
    from coachvault.actions import termination as action
    from coachvault.language import _

    party = one_of(by, "--by", ENDED_BY) if by is not None else None
    talked = past_day(discussed, "--discussed") if discussed else None
    with open_vault() as vault:
        if is_terminal() and action.is_concluded(vault, who, is_draft=draft):
            party = required(party, "--by", _("Who ends it?"), choices=ENDED_BY)
            talked = talked or talked_over(party)
        result = action.end(vault, who, past_day(on), party, talked, is_draft=draft)
    out(result, as_json=as_json)


def _days(options: dict[str, Any]) -> dict[str, Any]:
    """Return the options with their dates read: a contract may start and end in the future."""
    days = {name: any_day(options[name] or None, option) for name, option in DAYS.items()}
    return {**options, **{name: day for name, day in days.items() if day}}


def _explained() -> tuple[str, ...]:
    """Return the points that a person at the terminal says were explained, all where nobody can be asked."""
    from coachvault.cli import _ask
    from coachvault.language import _
    from coachvault.word import word

    if not is_terminal():
        return ("all",)
    choices = {"all": _("all"), **{point: word(point, "points") for point in POINTS}}
    return _ask.choose_some(_("Which points were explained?"), choices)


def _understood() -> str:
    """Return how a person at the terminal says that one saw it was understood."""
    from coachvault.language import _

    question = _("How did one see that it was understood?")
    return required(None, "--how", question, choices=UNDERSTOOD) if is_terminal() else "questions"
