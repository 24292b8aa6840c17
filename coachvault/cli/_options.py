"""Options that several commands share, and how a date is written."""

from datetime import date
import re
from typing import Annotated, Any

import typer

from coachvault import clock
from coachvault.errors import BadDataError, Problem
from coachvault.language import _

Who = Annotated[str, typer.Argument(metavar="WHO", help="Part of a name, an alias, or a code.")]
MaybeWho = Annotated[str | None, typer.Argument(metavar="WHO", help="Part of a name, an alias, or a code.")]
MaybeId = Annotated[
    str | None, typer.Argument(metavar="ID", help="The beginning of its id; else the last one.")
]
Id = Annotated[str, typer.Argument(metavar="ID", help="The beginning of its id.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]
On = Annotated[
    str | None, typer.Option(metavar="DATE", help="YYYY-MM-DD, today, yesterday, or -3d, -2w, -6m, -1y.")
]
From = Annotated[
    str | None, typer.Option("--from", metavar="FILE.yaml", help="Fields from a YAML file; - is stdin.")
]
Format = Annotated[
    str, typer.Option("--format", metavar="pdf|docx|odt|html|md", help="The form of the document.")
]
Output = Annotated[
    str | None, typer.Option(metavar="FILE", help="Where to write it; - is stdout; else the outbox.")
]
Certificate = Annotated[
    str | None, typer.Option(metavar="FILE.pdf", help="Write a certificate without names; - is stdout.")
]
Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
DryRun = Annotated[bool, typer.Option("--dry-run", help="Show the plan and stop.")]

To = Annotated[
    str | None, typer.Option(metavar="client|sponsor|guardian|member", help="The party it is for.")
]
AddresseeName = Annotated[
    str | None, typer.Option("--name", metavar="NAME", help="Which guardian, or which member of the group.")
]
Means = Annotated[str, typer.Option(metavar="hand|mail|post|portal", help="How it was handed over.")]

_AGO = r"-(\d{1,4})([dwmy])\Z"


def one_of(value: str, option: str, choices: tuple[str, ...]) -> str:
    """Return the value; raises BadDataError if it is not one of the choices."""
    if value not in choices:
        expected = _("expected one of: %(choices)s") % {"choices": ", ".join(choices)}
        raise BadDataError([Problem(option, 0, 0, "", expected)])
    return value


def whole(text: str, option: str = "") -> int:
    """Return the whole number that is meant; raises BadDataError if it is none."""
    if not text.isdecimal():
        raise BadDataError([Problem(option, 0, 0, "", _("expected a whole number, such as 8"))])
    return int(text)


def addressed(
    to: str | None, name: str | None, on: str | None, means: str = "hand", usual: str = "client"
) -> dict[str, Any]:
    """Return who something was for, when and how, as the records say it; a person is asked for the party."""
    from coachvault.cli._session import required

    parties = ("client", "sponsor", "guardian", "member")
    party = required(to, "--to", _("For which party?"), usual, choices=parties)
    return {
        "to": one_of(party, "--to", parties),
        "name": name,
        "means": one_of(means, "--means", ("hand", "mail", "post", "portal")),
        "on": past_day(on),
    }


def past_day(text: str | None, option: str = "--on") -> date:
    """Return the day that is meant, today if none is; raises BadDataError for a future one."""
    day = any_day(text, option) or clock.today()
    if day > clock.today():
        raise BadDataError([Problem(option, 0, 0, "", _("expected a day that is not in the future"))])
    return day


def any_day(text: str | None, option: str) -> date | None:
    """Return the day that is meant, or None; raises BadDataError for one that does not exist."""
    if text is None:
        return None
    today = clock.today()
    ago = re.match(_AGO, text)
    try:
        if ago:
            return _back(today, int(ago[1]), ago[2])
        named = {"today": 0, "yesterday": 1}
        return _back(today, named[text], "d") if text in named else date.fromisoformat(text)
    except (ValueError, OverflowError):
        expected = _("expected a date that exists, as YYYY-MM-DD, today, yesterday or -3d")
        raise BadDataError([Problem(option, 0, 0, "", expected)]) from None


def _back(today: date, count: int, unit: str) -> date:
    from dateutil.relativedelta import relativedelta

    units = {"d": "days", "w": "weeks", "m": "months", "y": "years"}
    span: date = today - relativedelta(**{units[unit]: count})  # type: ignore[arg-type] # names of units
    return span
