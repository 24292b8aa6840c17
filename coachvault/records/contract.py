"""The contract: what coach and client agreed on, and who signed it."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

import msgspec

from coachvault.records.base import Count, Id, Line, Record, Text, is_amount

Party = Literal["client", "coach"]


class Goal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the client wants to reach, and how one will see that it was reached."""

    id: Id
    sphere: Literal["personal", "professional", "relational"] | None = None
    measure: Text | None = None
    text: Text


class Signature(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That a party signed: on which date, and which document."""

    by: Party
    on: date
    document: Id | None = None


class Contract(Record, frozen=True, kw_only=True):
    """A coaching contract. Drawer `contract`. Amounts are per session; `duration` is in minutes."""

    kind: Literal["individual", "solidarity"]
    start: date | None = None
    end: date | None = None
    sessions: Count | None = None
    duration: Annotated[int, msgspec.Meta(ge=5, le=1440)] | None = None
    frequency: Line | None = None
    place: Line | None = None
    fee: Decimal | None = None
    usual_fee: Decimal | None = None
    counterpart: Line | None = None
    currency: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}\Z")] | None = None
    concluded: Literal["premises", "distance", "off_premises"] | None = None
    consumer: bool = True
    cancellation_hours: Annotated[int, msgspec.Meta(ge=0, le=720)] | None = None
    cancellation_percent: Annotated[int, msgspec.Meta(ge=0, le=100)] | None = None
    signatures: tuple[Signature, ...] = ()
    ended_on: date | None = None
    ended_by: Literal["client", "coach", "term"] | None = None
    goals: tuple[Goal, ...] = ()
    methods: Text | None = None
    request: Text | None = None

    def __post_init__(self) -> None:
        if not all(is_amount(value) for value in (self.fee, self.usual_fee) if value is not None):
            raise ValueError

    @property
    def signed_on(self) -> date | None:
        """Return the day on which the last of the two parties signed, or None."""
        days = {signature.by: signature.on for signature in self.signatures}
        return max(days.values()) if len(days) == 2 else None  # noqa: PLR2004 two parties

    @property
    def state(self) -> str:
        """Return `draft`, `signed` or `ended`."""
        if self.ended_on:
            return "ended"
        return "signed" if self.signed_on else "draft"
