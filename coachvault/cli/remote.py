"""Commands on the name of the remote."""

from typing import Annotated

import typer

from coachvault.cli._options import AsJson
from coachvault.cli._out import show as out
from coachvault.cli._session import find_root, open_vault

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.callback()
def remote() -> None:
    """Where the vault is kept for other devices: one git repository, which learns no name."""


@app.command()
def add(
    url: Annotated[
        str, typer.Argument(metavar="URL", help="https://…, ssh://…, user@host:path, or a folder.")
    ],
    as_json: AsJson = False,
) -> None:
    """Name the remote of the vault."""
    from coachvault.actions import sync as action
    from coachvault.vault import layout

    place = find_root()
    layout.check_vault(place)
    out(action.add_remote(place, url), as_json=as_json)


@app.command()
def forget(
    device: Annotated[
        str, typer.Argument(metavar="DEVICE", help="Its label, or the beginning of its id: purge status.")
    ],
    as_json: AsJson = False,
) -> None:
    """Take a device off the list: one that is lost, or that a former reader has."""
    from coachvault.actions import device as action

    with open_vault() as vault:
        result = action.forget(vault, device)
    out(result, as_json=as_json)
