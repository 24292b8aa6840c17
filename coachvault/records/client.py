"""A client, and the hold that keeps a client's records from destruction."""

from datetime import date
from typing import Literal

from coachvault.records.base import Id, Line, Name, Record, Text


class Client(Record, frozen=True, kw_only=True):
    """A person or household the coach works with. Drawer `identity`."""

    name: Name
    code: str
    aliases: tuple[Name, ...] = ()
    email: Line | None = None
    phone: Line | None = None
    language: Literal["fr", "en"] | None = None
    closed_on: date | None = None
    closed_by: Literal["client", "coach", "term"] | None = None
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
