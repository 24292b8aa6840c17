"""The practice itself: who reads the vault, and what documents may say of the coach."""

from datetime import date
from typing import Annotated, Literal

import msgspec

from coachvault.records.base import LINE_PATTERN, Currency, Id, Line, Moment, MonthDay, Name, Record, Text
from coachvault.records.method import Method

# Those of plugins that no quantum computer breaks take about 2,000 characters.
Recipient = Annotated[str, msgspec.Meta(pattern=LINE_PATTERN, max_length=4000)]


# How many tombstones there were: the vault never loses one, so who knew of all has seen them all.
Count = Annotated[int, msgspec.Meta(ge=0)]
Role = Literal["coach", "kit", "colleague"]


class Reader(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who can unwrap keys of the vault: of these folders, or where none is named, of all.

    `drilled_on` is the last day on which a recovery kit was shown to open the vault; `tombstones` says how
    many there were when it was made, so that what was destroyed by then is known to be out of its reach.
    """

    id: Id
    name: Name
    role: Role
    added_on: date
    recipient: Recipient
    folders: tuple[Id, ...] = ()
    drilled_on: date | None = None
    tombstones: Count | None = None


class Device(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A copy of the vault that synchronises: its id is random, and a label is what the coach calls it.

    `tombstones` says how many it had obeyed by its last sync.
    """

    id: Id
    label: Name | None = None
    last_sync: Moment
    tombstones: Count | None = None


class Settings(Record, frozen=True, kw_only=True):
    """The settings that an outsider must not be able to add to. Drawer `settings` of the practice."""

    readers: tuple[Reader, ...]
    devices: tuple[Device, ...] = ()


class Access(Record, frozen=True, kw_only=True):
    """Whom new keys of a folder are wrapped to, for readers who cannot open the settings.

    Drawer `identity` of the folder; written with the settings, which alone decide.
    """

    recipients: tuple[Recipient, ...]


class Circle(Record, frozen=True, kw_only=True):
    """What all readers know of one another: the copies of who reads some folders.

    Drawer `circle` of the practice, which is there once somebody reads some folders.
    """

    devices: tuple[Device, ...] = ()


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
    fiscal_year_end: MonthDay = "12-31"
    place: Line | None = None
    currency: Currency | None = None
    cancellation_hours: Annotated[int, msgspec.Meta(ge=0, le=720)] | None = None
    cancellation_percent: Annotated[int, msgspec.Meta(ge=0, le=100)] | None = None
    methods: tuple[Method, ...] = ()
    address: Text | None = None
