"""Commands on the charter."""

from typing import Annotated

import typer

from coachvault.cli import _deliver
from coachvault.cli._options import AsJson, Format, Output, one_of
from coachvault.cli._out import show as out
from coachvault.cli._session import open_vault

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


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
def render(
    format_: Format = "pdf",
    output: Output = None,
    language: Annotated[
        str | None, typer.Option(metavar="fr|en", help="The language of the charter.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write the charter as a document."""
    from coachvault.actions import charter as action

    place = _deliver.check(output, format_)
    said = one_of(language, "--language", ("fr", "en")) if language else None
    with open_vault() as vault:
        _deliver.deliver(vault, action.render(vault, format_, said), place, as_json=as_json)
