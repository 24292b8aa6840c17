"""What the checks look at: the records of one client or group around one contract."""

from datetime import date
from typing import Any, TypeVar

import msgspec

from coachvault.records.base import Record
from coachvault.records.client import Client
from coachvault.records.contract import Contract, Party
from coachvault.records.event import ConflictOfInterest
from coachvault.records.group import Group, Member
from coachvault.records.practice import Profile
from coachvault.records.session import Session
from coachvault.records.subject import Subject

R = TypeVar("R", bound=Record)

# The drawers of a client or a group whose records a check may look at: none that holds what was said.
DRAWERS = ("identity", "contract", "consents", "log")


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A client or group, the contract in question, and what was recorded around it.

    `day` is the day that the question is about: what is dated later proves nothing yet. `records` are
    those of DRAWERS, and `drawers` are all that the folder has. `clauses` are those that the template of
    the contract serves, None where nobody has looked. Of a session that is to be logged: `present` are
    the members who are there, None for all of them, and `is_closing` whether it is the last one.
    """

    subject: Subject
    day: date
    contract: Contract | None = None
    records: tuple[Record, ...] = ()
    drawers: frozenset[str] = frozenset()
    profile: Profile | None = None
    clauses: frozenset[str] | None = None
    present: tuple[str, ...] | None = None
    is_closing: bool = False

    @property
    def client(self) -> Client | None:
        """Return the client, or None where the case is a group's."""
        return self.subject if isinstance(self.subject, Client) else None

    @property
    def group(self) -> Group | None:
        """Return the group, or None where the case is a client's."""
        return self.subject if isinstance(self.subject, Group) else None

    @property
    def others(self) -> tuple[Party, ...]:
        """Return the parties to the contract but for the coach."""
        parties: tuple[Party, ...] = self.contract.parties if self.contract else ()
        return tuple(party for party in parties if party != "coach")

    @property
    def audience(self) -> tuple[Party, ...]:
        """Return whose understanding counts: the client's; of a group, that of everyone who signs for it."""
        return ("client",) if self.client else self.others

    @property
    def versions(self) -> frozenset[str]:
        """Return the ids of the contract and of those whose next versions led to it."""
        known = {contract.id: contract.amends for contract in self.all(Contract)}
        found: set[str] = set()
        name = self.contract.id if self.contract else None
        while name and name not in found:
            found.add(name)
            name = known.get(name)
        return frozenset(found)

    @property
    def sessions(self) -> tuple[Session, ...]:
        """Return the sessions of the contract and its earlier versions, later ones than `day` too."""
        versions = self.versions
        found = (record for record in self.records if isinstance(record, Session))
        return tuple(s for s in found if s.contract in versions and s.kind != "discovery")

    @property
    def members(self) -> tuple[Member, ...]:
        """Return the members in question: those who are there, else all of that day."""
        every = self.group.present_on(self.day) if self.group else ()
        return tuple(m for m in every if self.present is None or m.client in self.present)

    @property
    def conflicts(self) -> tuple[ConflictOfInterest, ...]:
        """Return the conflicts of interest that had come up."""
        return tuple(c for c in self.all(ConflictOfInterest) if c.opened_on <= self.day)

    def all(self, cls: type[R]) -> tuple[R, ...]:
        """Return the records of one class that are not dated later, the oldest first."""
        found = (record for record in self.records if isinstance(record, cls))
        return tuple(record for record in found if getattr(record, "on", self.day) <= self.day)

    def signed(self, party: Party) -> date | None:
        """Return when a party signed the contract, or None."""
        signatures = self.contract.signatures if self.contract else ()
        return next((s.on for s in signatures if s.by == party and s.on <= self.day), None)

    def limit(self, party: Party) -> date:
        """Return the last day for what must come before a party signs."""
        return self.signed(party) or self.day

    def term(self, name: str) -> Any:  # noqa: ANN401 a field of either record
        """Return what the contract says of a term, else what the profile says for every contract."""
        own = getattr(self.contract, name, None)
        return own if own is not None else getattr(self.profile, name, None)
