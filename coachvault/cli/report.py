"""Commands on reports to a sponsor."""

from typing import Annotated

import typer

from coachvault.cli import _deliver
from coachvault.cli._options import (
    AddresseeName,
    AsJson,
    Format,
    MaybeId,
    MaybeWho,
    Means,
    On,
    Output,
    To,
    Who,
    addressed,
    one_of,
    party_of,
    past_day,
)
from coachvault.cli._out import show as out
from coachvault.cli._session import open_vault, required, text_of

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

Attendance = Annotated[
    bool | None,
    typer.Option("--attendance/--no-attendance", help="The days and lengths of the sessions, from the log."),
]
Goals = Annotated[
    bool | None,
    typer.Option("--goals/--no-goals", help="The goals of the contract that are not the client's alone."),
]
Progress = Annotated[
    str | None, typer.Option(metavar="TEXT", help="Where the work stands; - is stdin, empty leaves it out.")
]
Closing = Annotated[
    str | None, typer.Option(metavar="TEXT", help="What came of it; - is stdin, empty leaves it out.")
]


@app.callback()
def report() -> None:
    """What a sponsor is told, once the client has validated it."""


@app.command()
def draft(
    who: Who,
    attendance: Attendance = None,
    goals: Goals = None,
    progress: Progress = None,
    closing: Closing = None,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Draft a report of what the contract lets the sponsor be told."""
    from coachvault.actions import report as action

    options = _options(attendance, goals, progress, closing)
    with open_vault() as vault:
        result = action.draft(vault, who, options, past_day(on))
    out(result, as_json=as_json)


@app.command()
def edit(
    who: Who,
    report: MaybeId = None,
    attendance: Attendance = None,
    goals: Goals = None,
    progress: Progress = None,
    closing: Closing = None,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Change a report; it must then be validated again."""
    from coachvault.actions import report as action

    options = _options(attendance, goals, progress, closing)
    day = past_day(on) if on else None
    with open_vault() as vault:
        result = action.edit(vault, who, report, options, day)
    out(result, as_json=as_json)


@app.command("list")
def list_(who: MaybeWho = None, as_json: AsJson = False) -> None:
    """List the reports on one client, or on all."""
    from coachvault.actions import report as action

    with open_vault() as vault:
        result = action.listing(vault, who)
    out(result, as_json=as_json)


@app.command()
def show(who: Who, report: MaybeId = None, output: Output = None, as_json: AsJson = False) -> None:
    """Show the text that the client validates, and its SHA-256; --output writes it as a file."""
    from coachvault.actions import report as action

    place = _deliver.check(output, "md", as_json=as_json)
    with open_vault() as vault:
        if place:
            _deliver.deliver(vault, action.proof(vault, who, report), place, as_json=as_json)
        else:
            out(action.show(vault, who, report, is_readable=not as_json), as_json=as_json)


@app.command()
def validate(
    who: Who,
    report: MaybeId = None,
    sha256: Annotated[
        str | None, typer.Option("--sha256", metavar="HASH", help="That of the text the client agreed to.")
    ] = None,
    by: Annotated[str, typer.Option(metavar="client", help="The client alone can.")] = "client",
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Keep that the client agreed to the very text of this SHA-256."""
    from coachvault.actions import report as action
    from coachvault.language import _

    one_of(by, "--by", ("client",))
    digest = required(sha256, "--sha256", _("The SHA-256 of the text that the client agreed to"))
    with open_vault() as vault:
        result = action.validate(vault, who, report, digest, past_day(on))
    out(result, as_json=as_json)


@app.command()
def render(
    who: Who, report: MaybeId = None, format_: Format = "pdf", output: Output = None, as_json: AsJson = False
) -> None:
    """Write the report as the client validated it, and keep it."""
    from coachvault.actions import report as action

    place = _deliver.check(output, format_, as_json=as_json)
    with open_vault() as vault:
        _deliver.deliver(vault, action.render(vault, who, report, format_), place, as_json=as_json)


@app.command()
def deliver(
    who: Who,
    report: MaybeId = None,
    to: To = None,
    name: AddresseeName = None,
    means: Means = "hand",
    on: On = None,
    override: Annotated[
        str | None,
        typer.Option(
            metavar="REASON",
            help="Record what the sponsor has against what was agreed on; the ethics log keeps why.",
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Record that the report was handed to a party."""
    from coachvault.actions import report as action

    options = addressed(to, name, on, means)
    with open_vault() as vault:
        options["to"] = party_of(vault, who, to)
        result = action.deliver(vault, who, report, options, override)
    out(result, as_json=as_json)


def _options(
    attendance: bool | None, goals: bool | None, progress: str | None, closing: str | None
) -> dict[str, bool | str | None]:
    """Return the fields as they were given; a text may come from standard input."""
    texts = {"progress": progress, "closing": closing}
    read = {name: text_of(text, None) if text == "-" else text for name, text in texts.items()}
    return {"attendance": attendance, "goals": goals, **read}
