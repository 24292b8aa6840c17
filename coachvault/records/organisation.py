"""An organisation that pays for, or employs, people who are coached."""

from typing import Literal

import msgspec

from coachvault.records.base import Id, Line, Name, Text
from coachvault.records.subject import Subject


class Contact(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Somebody who speaks for an organisation."""

    id: Id
    name: Name
    role: Line | None = None
    email: Line | None = None
    phone: Line | None = None


class Organisation(Subject, frozen=True, kw_only=True):
    """A sponsor or an employer. Drawer `identity` of a folder of its own.

    `confidential` are words that betray it, and that nothing written for others may hold (PI-5.6).
    """

    form: Literal["company", "public", "association", "other"] = "company"
    registration: Line | None = None
    contacts: tuple[Contact, ...] = ()
    confidential: tuple[Line, ...] = ()
    address: Text | None = None
