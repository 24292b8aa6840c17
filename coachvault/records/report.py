"""What a sponsor is told, in the very words that the beneficiary has validated."""

from datetime import date
from typing import Annotated, Literal, get_args

import msgspec

from coachvault.records.base import Id, Record, Text

# Fields that a contract may mark as shareable: nothing else reaches a sponsor.
Shareable = Literal["attendance", "goals", "progress", "closing"]
Digest = Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]


# What the coach writes for one report; the others are made of the session log and of the contract.
TYPED: tuple[Shareable, ...] = ("progress", "closing")
SHAREABLE: tuple[Shareable, ...] = get_args(Shareable)


class Item(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a report says under one of the fields that the contract allows.

    Attendance and goals have no text of their own: they are made anew each time, so that nobody types them.
    """

    id: Id
    field: Shareable
    text: Text | None = None


class Report(Record, frozen=True, kw_only=True):
    """A report to the sponsor, of what was up to the day `on` (PI-5.4, PI-5.5). Drawer `reports`.

    `validated` is the SHA-256 of the text that the beneficiary agreed to; any other text has none.
    """

    on: date
    contract: Id
    validated: Digest | None = None
    validated_on: date | None = None
    items: tuple[Item, ...]
