"""A client, and the hold that keeps a client's records from destruction."""

from datetime import date
from typing import Literal

import msgspec

from coachvault.records.base import Id, Line, Name, Record, Text
from coachvault.records.subject import Subject

Tie = Literal["none", "family", "friend", "colleague", "employer", "supplier", "authority", "other"]


class Guardian(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who decides for a minor or stands by a vulnerable adult, and what they are told (DA-13)."""

    id: Id
    name: Name
    role: Literal["parent", "guardian", "curator", "representative"] = "guardian"
    email: Line | None = None
    phone: Line | None = None
    address: Text | None = None


class Client(Subject, frozen=True, kw_only=True):
    """A person or household the coach works with. Drawer `identity`.

    `prospect_on` is since when nothing is agreed on yet; `ties` are those between the coach and the client
    besides the coaching, answered even where there are none, and `safeguard` is what keeps them apart.
    `employer` is the folder of an organisation; `manager` and `team` are what conflicts are looked for by.
    `told` is what a guardian is told; a `contact` that is discreet gets nothing that names coaching.
    `copies_on` is when copies outside the vault were last asked about.
    """

    prospect_on: date | None = None
    declined_on: date | None = None
    declined_for: Literal["ethical", "competence", "capacity", "other"] | None = None
    protected: Literal["minor", "vulnerable"] | None = None
    guardians: tuple[Guardian, ...] = ()
    told: Text | None = None
    employer: Id | None = None
    team: Line | None = None
    manager: Name | None = None
    ties: tuple[Tie, ...] = ()
    safeguard: Text | None = None
    contact: Literal["open", "discreet"] | None = None
    copies_on: date | None = None
    email: Line | None = None
    phone: Line | None = None
    closed_by: Literal["client", "coach", "sponsor", "mutual", "term"] | None = None
    discussed_on: date | None = None
    closing_session: Literal["held", "offered", "declined"] | None = None
    address: Text | None = None


class Hold(Record, frozen=True, kw_only=True):
    """A reason in law to keep every record of a client; it wins over every term. Drawer `identity`."""

    opened_on: date
    review_on: date
    closed_on: date | None = None
    reason: Text


class Proposal(Record, frozen=True, kw_only=True):
    """A drawer that has reached its term and is proposed for destruction. Drawer `identity`.

    It lies with the name, so that it goes with the client. `ids` are the records that are due where
    the drawer `of` goes on; without any, the drawer is due.
    """

    of: Line
    rule: Line
    due_on: date
    proposed_on: date
    ids: tuple[Id, ...] = ()


class Copy(Record, frozen=True, kw_only=True):
    """What exists of a client outside the vault, and since when no longer. Drawer `identity` (DA-10)."""

    place: Literal["mail", "phone", "cloud", "paper", "computer", "other"]
    on: date
    destroyed_on: date | None = None
    what: Line
