"""What the checks look at: the records of one client or group around one contract."""

from datetime import date
from typing import TypeVar

import msgspec

from coachvault.records.base import Record
from coachvault.records.client import Client
from coachvault.records.contract import Contract
from coachvault.records.group import Group
from coachvault.records.practice import Profile
from coachvault.records.subject import Subject

R = TypeVar("R", bound=Record)

# The drawers of a client or a group whose records a check may look at: none that holds what was said.
DRAWERS = ("identity", "contract", "consents", "log")


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A client or group, the contract in question, and what was recorded around it.

    `records` are those of DRAWERS. `day` is the day that the question is about. `clauses` are those
    that the template of the contract serves, None where nobody has looked.
    """

    subject: Subject
    day: date
    contract: Contract | None = None
    records: tuple[Record, ...] = ()
    profile: Profile | None = None
    clauses: frozenset[str] | None = None

    @property
    def client(self) -> Client | None:
        """Return the client, or None where the case is a group's."""
        return self.subject if isinstance(self.subject, Client) else None

    @property
    def group(self) -> Group | None:
        """Return the group, or None where the case is a client's."""
        return self.subject if isinstance(self.subject, Group) else None

    def all(self, cls: type[R]) -> tuple[R, ...]:
        """Return the records of one class, the oldest first."""
        return tuple(record for record in self.records if isinstance(record, cls))
