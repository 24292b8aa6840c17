"""What every record has, and the types of text that a field may hold."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any, Literal, get_args

import msgspec

# What would break a line, reverse its reading direction or hide in it; and halves of characters,
# which a shell in another encoding makes and no file can hold.
_UNSEEN = r"\x00-\x1f\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ud800-\udfff\ufeff"
_UNSEEN_IN_TEXT = r"\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufeff"
NAME_PATTERN = rf"^(?=.*\S)[^/\\{_UNSEEN}]+\Z"
LINE_PATTERN = rf"^(?=.*\S)[^{_UNSEEN}]+\Z"
TEXT_PATTERN = rf"^(?=[\s\S]*\S)[^{_UNSEEN_IN_TEXT}]+\Z"

CURRENCY_PATTERN = r"^[A-Z]{3}\Z"
MONTH_DAY_PATTERN = r"^(0[1-9]|1[0-2])-[0-3][0-9]\Z"
TIME_PATTERN = r"^([01][0-9]|2[0-3]):[0-5][0-9]\Z"

Name = Annotated[str, msgspec.Meta(pattern=NAME_PATTERN, max_length=120)]
Line = Annotated[str, msgspec.Meta(pattern=LINE_PATTERN, max_length=500)]
Text = Annotated[str, msgspec.Meta(pattern=TEXT_PATTERN, max_length=1_000_000)]
Currency = Annotated[str, msgspec.Meta(pattern=CURRENCY_PATTERN)]
MonthDay = Annotated[str, msgspec.Meta(pattern=MONTH_DAY_PATTERN)]
TimeOfDay = Annotated[str, msgspec.Meta(pattern=TIME_PATTERN)]
Moment = Annotated[datetime, msgspec.Meta(tz=True)]
Count = Annotated[int, msgspec.Meta(ge=1, le=10_000)]
Id = Annotated[str, msgspec.Meta(pattern=r"^[a-z2-7]{16,26}\Z")]
# Where a practice may be established, and whose law may govern a contract.
Country = Literal["FR", "CH", "BE", "QC"]
COUNTRIES: tuple[str, ...] = get_args(Country)


def is_amount(value: Decimal) -> bool:
    """Return whether a number is an amount of money: none below zero, at most two decimals."""
    return value.is_finite() and 0 <= value < 10**9 and value == value.quantize(Decimal("0.01"))


class Conflict(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What another device wrote in a field that was changed here too; no `theirs` says it was cleared.

    `field` is the path as a person writes it; a thing of a list stands there by its id.
    """

    id: Id
    field: Line
    updated: Moment
    theirs: str | int | bool | list[Any] | dict[str, Any] | None = None


class Record(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One YAML document of one drawer; `id`, `folder` and `drawer` equal its path."""

    schema: str
    id: Id
    folder: Id
    drawer: str
    created: Moment
    updated: Moment
    revision: Count = 1
    conflicts: tuple[Conflict, ...] = ()

    @property
    def noun(self) -> str:
        """Return what the record is, without the version: `note` of `note/1`."""
        return self.schema.partition("/")[0]

    @property
    def day(self) -> date:
        """Return the date that the record is about: its own `on`, else when it was made."""
        on = getattr(self, "on", None)
        return on if isinstance(on, date) else self.created.date()


SYSTEM_FIELDS = Record.__struct_fields__
