"""What a template may do to a value; the first of these makes any text literal.

A value that a person typed is text, never Markdown: `escape` runs on everything a template prints,
and only what our own filters and macros made (`Markup`) passes as it is. The rules are those of
CommonMark, where a backslash before any ASCII punctuation makes it literal. GitHub's and pandoc's
dialects keep that rule, and the documents are read as CommonMark.
"""

from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
import functools
import re
from typing import Any

from babel.core import get_global
from babel.dates import format_date
from babel.numbers import format_currency
from babel.units import format_unit
from jinja2 import Undefined
from markupsafe import Markup

LOCALES = {"fr": "fr_FR", "en": "en_GB"}

# What no format can hold: control characters and halves of a surrogate pair.
_UNWRITABLE = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufffe\uffff]")
_LINE_BREAK = re.compile(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
# What means nothing where it stands is left alone, so that the Markdown stays readable: a hyphen between
# letters, a full stop or an at sign within a word or a number, a full stop or a colon that ends a word, a
# plus before a number. `www.` would be a link in GitHub's dialect.
_SPECIAL = re.compile(
    r"[\\`*_{}\[\]<>#|~=^$()]"
    r"|(?<![^\W_])@|@(?![^\W_])"
    r"|&(?=#?\w+;)"
    r"|\+(?!\d)"
    r"|(?<![^\W\d_])[-:]|-(?![^\W\d_])|:(?!\s|\Z)"
    r"|(?<![^\W_])\.|(?<=\d)\.(?!\d)|(?<=[wW]{3})\.|\.(?![^\W_]|\s|\Z)"
)
_FIRST_WORD = re.compile(r"\S*")


def _literal(line: str) -> str:
    """Return one line as Markdown that shows it; its indentation in spaces that no format drops."""
    line = line.expandtabs(4).rstrip(" ")
    text = line.lstrip(" ")
    # Brackets are the number of a list where a line begins, and nothing elsewhere: square ones are escaped.
    first = _FIRST_WORD.match(text)
    start = first.end() if first else 0

    def sign(found: re.Match[str]) -> str:
        return found[0] if found[0] in "()" and found.start() >= start else f"\\{found[0]}"

    return "\u00a0" * (len(line) - len(text)) + _SPECIAL.sub(sign, text)


def _lines(text: str) -> list[str]:
    """Return the lines of a text as literal Markdown, without empty ones at either end."""
    clean = _UNWRITABLE.sub("\ufffd", text)
    lines = [_literal(line) for line in _LINE_BREAK.split(clean)]
    while lines and not lines[-1]:
        lines.pop()
    while lines and not lines[0]:
        lines.pop(0)
    return lines


def escape(text: str) -> Markup:
    """Return text as Markdown that shows exactly this text, its lines broken where it breaks them."""
    return Markup("\\\n".join(_lines(text)))  # noqa: S704 escaped by the line above


def _block(text: str, margin: str) -> Markup:
    blocks = re.split(r"\n\n+", "\n".join(_lines(text)))
    lines = "\n\n".join(block.replace("\n", "\\\n") for block in blocks).split("\n")
    return Markup("\n".join(f"{margin}{line}".rstrip(" ") for line in lines))  # noqa: S704 escaped above


def paragraphs(text: str) -> Markup:
    """Return text as literal paragraphs, for a place of its own between two empty lines."""
    return _block(text, "")


def quote(text: str) -> Markup:
    """Return text as a literal block quotation, for a place of its own between two empty lines."""
    return _block(text, "> ")


def plain(markdown: str) -> str:
    """Return our Markdown as one reads it: without the backslashes that keep what was typed literal."""
    return re.sub(r"\\(\n|_|[^\w\s])", r"\1", markdown)


def code(line: str) -> Markup:
    """Return one line of text as a block of code, for a place of its own between two empty lines."""
    clean = " ".join(_LINE_BREAK.split(_UNWRITABLE.sub("\ufffd", line)))
    longest = max((len(run) for run in re.findall("`+", clean)), default=0)
    fence = "`" * max(3, longest + 1)
    return Markup(f"{fence}\n{clean}\n{fence}")  # noqa: S704 no run of backticks in it closes the fence


def qr(line: str, description: str) -> Markup:
    """Return a line of text as a QR code, with its description for whoever does not see it."""
    from coachvault.documents.qr import image  # noqa: PLC0415 the kit alone has one

    return Markup(f"![{escape(description)}]({image(line)})")  # noqa: S704 base64, and an escaped text


def is_currency(code: str) -> bool:
    """Return whether people pay in the currency of this code today, somewhere."""
    countries: Mapping[str, Iterable[tuple[Any, ...]]] = get_global("territory_currencies")
    return any(
        (name, until, is_tender) == (code, None, True)
        for currencies in countries.values()
        for name, _since, until, is_tender in currencies
    )


def _money(language: str) -> Callable[[Decimal, str], str]:
    return lambda amount, currency: format_currency(amount, currency, locale=LOCALES[language])


def long_date(day: date, language: str) -> str:
    """Return a date in words: `1er décembre 2026`."""
    text = format_date(day, "long", locale=LOCALES[language])
    return text.replace("1 ", "1er ", 1) if language == "fr" and day.day == 1 else text


def _unit(language: str, unit: str) -> Callable[[int], str]:
    return lambda count: format_unit(count, f"duration-{unit}", locale=LOCALES[language])


def _minutes(language: str) -> Callable[[int], str]:
    """Return the filter that says a duration in hours and minutes."""

    def duration(count: int) -> str:
        hours, minutes = divmod(count, 60)
        parts = ((hours, "hour"), (minutes, "minute"))
        return " ".join(_unit(language, unit)(number) for number, unit in parts if number)

    return duration


def _count(number: int, one: str, many: str) -> str:
    return f"{number}\u00a0{one if number == 1 else many}"


def _times(amount: Decimal, number: int) -> Decimal:
    return amount * number


def _required(function: Callable[..., object]) -> Callable[..., object]:
    """Let a filter note the values that are not set, and hand one of them on."""

    def apply(*values: Any) -> object:  # noqa: ANN401 a filter takes what its template gives it
        missing = [value for value in values if isinstance(value, Undefined)]
        if not missing:
            return function(*values)
        for value in missing:
            str(value)
        return missing[0]

    return apply


def filters(language: str) -> dict[str, Callable[..., object]]:
    """Return the filters of a template in this language: there are no others."""
    table: dict[str, Callable[..., object]] = {
        "paragraphs": paragraphs,
        "quote": quote,
        "code": code,
        "qr": qr,
        "count": _count,
        "times": _times,
        "money": _money(language),
        "date": functools.partial(long_date, language=language),
        "hours": _unit(language, "hour"),
        "minutes": _minutes(language),
    }
    return {name: _required(function) for name, function in table.items()}
