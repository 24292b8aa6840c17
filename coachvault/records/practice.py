"""The practice itself: who reads the vault, and what documents may say of the coach."""

from datetime import date
from typing import Annotated, Literal

import msgspec

from coachvault.records.base import Line, Name, Record, Text


class Reader(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who can unwrap the keys of the vault: `recipient` is an age recipient."""

    role: Literal["coach", "kit"]
    added_on: date
    recipient: Line


class Settings(Record, frozen=True, kw_only=True):
    """The settings that an outsider must not be able to add to. Drawer `settings` of the practice."""

    readers: tuple[Reader, ...]


class Profile(Record, frozen=True, kw_only=True):
    """What stands of the coach in a document: nothing else may. Drawer `profile` of the practice."""

    name: Name
    title: Line | None = None
    email: Line | None = None
    phone: Line | None = None
    registration: Line | None = None
    tax_mention: Line | None = None
    training: Line | None = None
    code_of_ethics: Line | None = None
    complaints_to: Line | None = None
    mediator: Line | None = None
    insurance: Line | None = None
    supervision: Line | None = None
    accounting: Literal["commercial", "bnc"] | None = None
    fiscal_year_end: Annotated[str, msgspec.Meta(pattern=r"^(0[1-9]|1[0-2])-[0-3][0-9]\Z")] = "12-31"
    place: Line | None = None
    currency: Annotated[str, msgspec.Meta(pattern=r"^[A-Z]{3}\Z")] | None = None
    cancellation_hours: Annotated[int, msgspec.Meta(ge=0, le=720)] | None = None
    cancellation_percent: Annotated[int, msgspec.Meta(ge=0, le=100)] | None = None
    address: Text | None = None
    methods: Text | None = None
