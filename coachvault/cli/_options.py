"""Options that several commands share, and how a date is written."""

from collections.abc import Mapping
import contextlib
from datetime import date
import re
from typing import TYPE_CHECKING, Annotated, Any

import typer

from coachvault import clock
from coachvault.errors import BadDataError, Problem, RefusedError, UsageError
from coachvault.language import _
from coachvault.records.name import fold

if TYPE_CHECKING:
    from coachvault.vault.store import Vault

Who = Annotated[str, typer.Argument(metavar="WHO", help="Part of a name, an alias, or a code.")]
MaybeWho = Annotated[str | None, typer.Argument(metavar="WHO", help="Part of a name, an alias, or a code.")]
MaybeId = Annotated[
    str | None, typer.Argument(metavar="ID", help="The beginning of its id; else the last one.")
]
Id = Annotated[str, typer.Argument(metavar="ID", help="The beginning of its id.")]
AsJson = Annotated[bool, typer.Option("--json", help="One JSON object on stdout.")]
On = Annotated[
    str | None,
    typer.Option(metavar="DATE", help="YYYY-MM-DD or DD/MM/YYYY, today, yesterday, or -3d, -2w, -6m, -1y."),
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
ClockIsRight = Annotated[bool, typer.Option("--clock-is-right", help="Confirm a date that looks wrong.")]
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

# Dates are understood in both languages, whichever is in use; the month never stands before the day alone.
_AGO = r"-(\d{1,4})([djwsmya])\Z"
_UNITS = {
    "d": "days", "j": "days", "w": "weeks", "s": "weeks", "m": "months", "y": "years", "a": "years",
}  # fmt: skip
_DAY_FIRST = r"(\d{1,2})([./-])(\d{1,2})\2(\d{4})\Z"
_NAMED = {"today": 0, "aujourd'hui": 0, "yesterday": 1, "hier": 1}

# To whom something may be handed, or explained.
PARTIES = ("client", "sponsor", "guardian", "member")


def one_of(value: str, option: str, choices: tuple[str, ...]) -> str:
    """Return the value; raises BadDataError if it is not one of the choices."""
    if value not in choices:
        expected = _("expected one of: %(choices)s") % {"choices": ", ".join(choices)}
        raise BadDataError([Problem(option, 0, 0, "", expected)])
    return value


def refuse_alone(given: Mapping[str, object], option: str) -> None:
    """Raise UsageError for the first option that was given, since it says nothing without another one."""
    for name, value in given.items():
        if value:
            raise UsageError(
                _("%(name)s only goes with %(option)s") % {"name": name, "option": option},
                _("give both, or leave %(name)s out") % {"name": name},
            )


def addressed(to: str | None, name: str | None, on: str | None, means: str = "hand") -> dict[str, Any]:
    """Return who something was for, when and how, as the records say it; the party may be None yet.

    A person at a terminal is asked for it by `party_of`, once the vault is open. Raises UsageError where
    nobody can be asked.
    """
    from coachvault.cli._session import is_terminal, required

    if not is_terminal():
        required(to, "--to", "")
    return {
        "to": one_of(to, "--to", PARTIES) if to is not None else None,
        "name": name,
        "means": one_of(means, "--means", ("hand", "mail", "post", "portal")),
        "on": past_day(on),
    }


def party_of(vault: "Vault", name: str, to: str | None) -> str:
    """Return the party, asked for at the terminal among those that a client or a group has.

    None is the usual one: what comes of it is dated evidence, which no Enter key gives.
    """
    from coachvault.actions import party as parties
    from coachvault.actions import who
    from coachvault.cli._session import required

    if to is not None:
        return to
    subject, offered = who.subject(vault, name, who.COACHED), []
    for party in PARTIES:
        with contextlib.suppress(RefusedError):
            parties.refuse_absent(vault, subject, party)
            offered.append(party)
    return required(None, "--to", _("For which party?"), choices=offered)


def talked_over(party: str) -> date | None:
    """Return when a coach who ends it talked it over, asked at a terminal; None for anyone else."""
    from coachvault.cli._session import required

    if party != "coach":
        return None
    question = _("When did you talk it over with the client?")
    return past_day(required(None, "--discussed", question, check=past_day), "--discussed")


def past_day(text: str | None, option: str = "--on") -> date:
    """Return the day that is meant, today if none is; raises BadDataError for a future one."""
    day = any_day(text, option) or clock.today()
    if day > clock.today():
        raise BadDataError([Problem(option, 0, 0, "", _("the date is in the future"))])
    return day


def any_day(text: str | None, option: str) -> date | None:
    """Return the day that is meant, or None; raises BadDataError for one that does not exist."""
    if text is None:
        return None
    today = clock.today()
    said = fold(text).replace("’", "'")
    ago, written = re.match(_AGO, said), re.match(_DAY_FIRST, said)
    try:
        if ago:
            return _back(today, int(ago[1]), _UNITS[ago[2]])
        if written:
            return date(int(written[4]), int(written[3]), int(written[1]))
        return _back(today, _NAMED[said], "days") if said in _NAMED else date.fromisoformat(said)
    except (ValueError, OverflowError):
        expected = _("expected a date that exists, as YYYY-MM-DD or DD/MM/YYYY, today, yesterday or -3d")
        raise BadDataError([Problem(option, 0, 0, "", expected)]) from None


def _back(today: date, count: int, unit: str) -> date:
    from dateutil.relativedelta import relativedelta

    span: date = today - relativedelta(**{unit: count})  # type: ignore[arg-type] # names of units
    return span
