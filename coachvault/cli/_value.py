"""A value as a person reads it at a terminal, and as a script reads it in a pipe."""

from datetime import datetime
from decimal import Decimal
import re

import msgspec

from coachvault.cli._word import is_spoken
from coachvault.language import _, current
from coachvault.word import word

# How many characters a person needs to name a record by its id.
ID_SHOWN = 6
_DIGEST = re.compile(r"\b([0-9a-f]{12})[0-9a-f]{52}\b")
# What says nothing to a person in a thing within another.
_INNER = frozenset({"id", "document", "version"})
_NO_BREAK = "\N{NO-BREAK SPACE}"


def said(kind: str, name: str, value: object) -> str:
    """Return a value of a field of a kind of thing as a person reads it."""
    if isinstance(value, tuple | list):
        apart = "\n" if name == "checks" or any(isinstance(item, msgspec.Struct) for item in value) else ", "
        return apart.join(said(kind, name, item) for item in value)
    if isinstance(value, msgspec.Struct):
        fields = ((field, getattr(value, field)) for field in value.__struct_fields__)
        shown = (pair for pair in fields if pair[0] not in _INNER and pair[1] not in (None, ""))
        return digests(" · ".join(said(kind, field, part) for field, part in shown))
    return _said(kind, name, value)


def _said(kind: str, name: str, value: object) -> str:
    """Return a single value as a person reads it."""
    if isinstance(value, datetime):
        return value.astimezone().strftime("%Y-%m-%d %H:%M")
    if isinstance(value, Decimal):
        return _number(str(value))
    if name == "size" and isinstance(value, int):
        return size(value)
    if name == "checks":
        return _check(str(value))
    is_word = isinstance(value, bool) or is_spoken(kind, name)
    return word(plain(value), name) if is_word else plain(value)


def plain(value: object) -> str:
    """Return a value as a script reads it."""
    if value is None:
        return ""
    if isinstance(value, tuple | list):
        return ", ".join(map(plain, value))
    if isinstance(value, msgspec.Struct):
        cells = (plain(getattr(value, name)) for name in value.__struct_fields__ if name != "id")
        return " ".join(cell for cell in cells if cell)
    return str(value).lower() if isinstance(value, bool) else str(value)


def shortened(name: str, cell: str) -> str:
    """Return an id as far as a person needs to name a record by it; JSON has the whole."""
    return cell[:ID_SHOWN] if name == "id" else cell


def digests(text: str) -> str:
    """Return a sentence with each SHA-256 as far as a person compares it; JSON has the whole."""
    return _DIGEST.sub(r"\1…", text)


def size(count: int) -> str:
    """Return a number of bytes in the unit that says it in three digits, as in 104 KB."""
    units = (_("B"), _("KB"), _("MB"), _("GB"))
    scaled, power = float(count), 0
    while scaled >= 999.5 and power < len(units) - 1:  # noqa: PLR2004 four digits begin there
        scaled, power = scaled / 1000, power + 1
    digits = f"{scaled:.1f}" if power and scaled < 9.95 else f"{scaled:.0f}"  # noqa: PLR2004 two digits
    return f"{_number(digits)}{_NO_BREAK}{units[power]}"


def _number(digits: str) -> str:
    return digits.replace(".", ",") if current() == "fr" else digits


def _check(name: str) -> str:
    """Return what a check asks for, or its name if it is one of another version."""
    from coachvault.ethics import check

    return next((each.label.say(current()) for each in check.load() if each.id == name), name)
