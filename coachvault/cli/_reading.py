"""How a person writes an amount, a number, a time and an address, and what is meant by it."""

import re

from coachvault.errors import BadDataError, Problem
from coachvault.language import _

# What stands between the digits of a large amount: blanks of any width, and apostrophes in Switzerland.
_BETWEEN = re.compile(r"[\s\u00a0\u202f\u2009'’]")


def whole(text: str, option: str = "") -> int:
    """Return the whole number that is meant."""
    if not text.isdecimal():
        raise _misread(option, _("expected a whole number, such as 8"))
    return int(text)


def amount(text: str, option: str = "") -> str:
    """Return an amount with a point: of `90,50`, `1 200,00` or `90,50 €`."""
    found = re.fullmatch(r"(-?\d+)(?:[.,](\d{1,2}))?[€$]?", _BETWEEN.sub("", text))
    if not found:
        raise _misread(option, _("expected an amount, such as 120.00"))
    return found[1] + (f".{found[2]}" if found[2] else "")


def time(text: str, option: str = "") -> str:
    """Return a time of the day as HH:MM: of `17:30`, `17h30` or `17h`."""
    found = re.fullmatch(r"(\d{1,2})\s*[h:]\s*(\d{2})?", text.strip().casefold())
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (24, 0)
    if hour > 23 or minute > 59:  # noqa: PLR2004 the hours of a day
        raise _misread(option, _("expected a time, HH:MM, such as 17:30"))
    return f"{hour:02}:{minute:02}"


def email(text: str, option: str = "") -> str:
    """Return an e-mail address; whether anybody has it is not known."""
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", text.strip()):
        raise _misread(option, _("expected an e-mail address, such as zoe@example.org"))
    return text


def _misread(option: str, expected: str) -> BadDataError:
    return BadDataError([Problem(option, 0, 0, "", expected)])
