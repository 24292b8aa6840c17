"""Commands that spare the passphrase for a while."""

import re
from typing import Annotated

import typer

from coachvault.cli._options import AsJson
from coachvault.cli._out import show as out
from coachvault.cli._passphrase import ask_passphrase
from coachvault.cli._session import identity_path
from coachvault.errors import BadDataError, Problem
from coachvault.language import _

app = typer.Typer(add_completion=False, rich_markup_mode=None)
_SPAN = re.compile(r"([1-9]\d{0,4})([smh])\Z")
_UNITS = {"s": 1, "m": 60, "h": 3600}


@app.callback()
def root() -> None:
    """Sparing the passphrase for a while."""


@app.command()
def unlock(
    span: Annotated[
        str, typer.Option("--for", metavar="15m", help="How long it may be idle: 90s, 15m, 2h.")
    ] = "15m",
    remember: Annotated[
        bool,
        typer.Option("--remember", help="Keep the passphrase in the system's keychain: one more copy."),
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Ask for the passphrase once; commands then need none until it was idle for too long."""
    from coachvault.actions import agent as action

    seconds = _seconds(span)
    path, _is_named = identity_path()
    result = action.unlock(path, ask_passphrase, seconds, is_remembered=remember)
    out(result, as_json=as_json)


@app.command()
def lock(
    forget: Annotated[
        bool, typer.Option("--forget", help="Take the passphrase out of the system's keychain too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Forget what was unlocked, at once."""
    from coachvault.actions import agent as action

    path, _is_named = identity_path()
    result = action.lock(path, is_forgotten=forget)
    out(result, as_json=as_json)


def _seconds(span: str) -> int:
    from coachvault.crypto.agent import MAX_SECONDS

    found = _SPAN.match(span)
    seconds = int(found[1]) * _UNITS[found[2]] if found else 0
    if not 1 <= seconds <= MAX_SECONDS:
        expected = _("expected a time such as 90s, 15m or 2h, and 24h at most")
        raise BadDataError([Problem("--for", 0, 0, "", expected)])
    return seconds
