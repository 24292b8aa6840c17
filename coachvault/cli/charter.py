"""Commands on the charters."""

from typing import Annotated

import typer

from coachvault.cli import _deliver
from coachvault.cli._options import (
    AddresseeName,
    AsJson,
    Format,
    Means,
    On,
    Output,
    To,
    Who,
    addressed,
    one_of,
    party_of,
)
from coachvault.cli._out import show as out
from coachvault.cli._session import open_vault, read_input

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)
KINDS = ("individual", "group")
Language = Annotated[str | None, typer.Option(metavar="fr|en", help="The language of the charter.")]
Kind = Annotated[
    str, typer.Option(metavar="individual|group", help="The coach's charter, or that of a group.")
]


@app.callback()
def charter() -> None:
    """The charter a client is handed before signing."""


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the charters in each language, shipped or the coach's own."""
    from coachvault.actions import charter as action

    with open_vault() as vault:
        result = action.listing(vault)
    out(result, as_json=as_json)


@app.command()
def show(kind: Kind = "individual", language: Language = None, as_json: AsJson = False) -> None:
    """Show the words of a charter as they stand today, and their SHA-256."""
    from coachvault.actions import charter as action

    said = one_of(language, "--language", ("fr", "en")) if language else None
    with open_vault() as vault:
        result = action.show(vault, said, one_of(kind, "--kind", KINDS))
    out(result, as_json=as_json)


@app.command()
def render(
    format_: Format = "pdf",
    output: Output = None,
    kind: Kind = "individual",
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Write a charter as a document."""
    from coachvault.actions import charter as action

    place = _deliver.check(output, format_, as_json=as_json)
    said = one_of(language, "--language", ("fr", "en")) if language else None
    with open_vault() as vault:
        made = action.render(vault, format_, said, one_of(kind, "--kind", KINDS))
        _deliver.deliver(vault, made, place, as_json=as_json)


@app.command()
def deliver(
    who: Who,
    to: To = None,
    name: AddresseeName = None,
    kind: Annotated[
        str | None,
        typer.Option(metavar="individual|group", help="Which charter, else that of a group to a group."),
    ] = None,
    means: Means = "hand",
    on: On = None,
    file: Annotated[
        str | None, typer.Option(metavar="FILE", help="The charter handed over, instead of today's words.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Record that a charter was handed to a party, and keep its words."""
    from coachvault.actions import handover as action

    options = addressed(to, name, on, means)
    options["kind"] = one_of(kind, "--kind", KINDS) if kind else None
    data = read_input(file) if file else None
    with open_vault() as vault:
        options["to"] = party_of(vault, who, to)
        result = action.deliver_charter(vault, who, options, data)
    out(result, as_json=as_json)
