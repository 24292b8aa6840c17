"""What the checks look at: the records of one client or group around one contract."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, NamedTuple, TypeVar

import msgspec

from coachvault.records.base import Id, Record
from coachvault.records.client import Client
from coachvault.records.consent import Consent
from coachvault.records.contract import Contract, Party, governing, versions
from coachvault.records.event import ConflictOfInterest
from coachvault.records.group import Group, Member
from coachvault.records.practice import Profile
from coachvault.records.session import Session
from coachvault.records.subject import Subject

R = TypeVar("R", bound=Record)

# The drawers of a client or a group whose records a check may look at: none that holds what was said.
DRAWERS = ("identity", "contract", "consents", "log")


class Addressee(NamedTuple):
    """A party, and who of it is meant where it may be several people: a guardian, a member of a group."""

    party: Party
    who: str | None = None


class Case(msgspec.Struct, frozen=True, kw_only=True):
    """A client or group, the contract in question, and what was recorded around it.

    `day` is the day that the question is about: what is dated later proves nothing yet. `records` are
    those of DRAWERS, and `drawers` are all that the folder has. `answers` are what each member of a group
    was asked and answered, by folder: without those whose folder this identity does not open. `clauses`
    are those that the template of the contract serves, None where nobody has looked. Of a session that is
    to be logged: `present` are the members who are there, None for all of them; `channel` is the one it is
    held by, None for what the contract says; and `is_closing` is whether it is the last one. `signer` is
    whose signature is in question, None for everyone's.
    """

    subject: Subject
    day: date
    contract: Contract | None = None
    records: tuple[Record, ...] = ()
    drawers: frozenset[str] = frozenset()
    answers: Mapping[str, tuple[Consent, ...]] = {}
    profile: Profile | None = None
    clauses: frozenset[str] | None = None
    present: tuple[str, ...] | None = None
    channel: str | None = None
    is_closing: bool = False
    signer: Addressee | None = None

    @property
    def client(self) -> Client | None:
        """Return the client, or None where the case is a group's."""
        return self.subject if isinstance(self.subject, Client) else None

    @property
    def group(self) -> Group | None:
        """Return the group, or None where the case is a client's."""
        return self.subject if isinstance(self.subject, Group) else None

    @property
    def parties(self) -> tuple[Party, ...]:
        """Return who must sign the contract."""
        return self.contract.signers if self.contract else ()

    @property
    def others(self) -> tuple[Party, ...]:
        """Return the parties to the contract but for the coach."""
        return tuple(party for party in self.parties if party != "coach")

    @property
    def engagements(self) -> tuple[str, ...]:
        """Return what the engagement is that not every one is: see `clause.Engagement`."""
        facts = {
            "tripartite": "sponsor" in self.parties,
            "solidarity": self.contract is not None and self.contract.kind == "solidarity",
            "group": self.group is not None,
            "minor": self.client is not None and self.client.protected is not None,
        }
        return tuple(name for name, holds in facts.items() if holds)

    @property
    def addressees(self) -> tuple[Addressee, ...]:
        """Return whom things are handed and explained to: each member, each guardian, and other parties."""
        members = tuple(Addressee("member", member.client) for member in self.members)
        others = [Addressee(party) for party in self.others if party not in ("member", "guardian")]
        found = (*members, *others, *(self.guardians if "guardian" in self.others else ()))
        return tuple(one for one in found if self.signer in (None, one))

    @property
    def guardians(self) -> tuple[Addressee, ...]:
        """Return the guardians of the client."""
        found = self.client.guardians if self.client else ()
        return tuple(Addressee("guardian", guardian.id) for guardian in found)

    @property
    def coached(self) -> Party:
        """Return what those who are coached are called as a party."""
        return "client" if self.client else "member"

    @property
    def versions(self) -> frozenset[str]:
        """Return the ids of the contract and of those whose next versions led to it."""
        found = versions(self.all(Contract), self.contract) if self.contract else ()
        return frozenset(contract.id for contract in found)

    @property
    def sessions(self) -> tuple[Session, ...]:
        """Return the sessions of the contract and its earlier versions, later ones than `day` too."""
        own = self.versions
        return tuple(session for session, contract in self._held() if contract in own)

    @property
    def support(self) -> tuple[Session, ...]:
        """Return the sessions of help in solidarity under other contracts: all count together (CSS-3.5-1)."""
        contracts = (record for record in self.records if isinstance(record, Contract))
        others = {c.id for c in contracts if c.kind == "solidarity"} - self.versions
        return tuple(session for session, contract in self._held() if contract in others)

    @property
    def members(self) -> tuple[Member, ...]:
        """Return the members in question: those who are there, else all of that day or of the end."""
        every = roster(self.group, self.contract, self.day) if self.group else ()
        return tuple(m for m in every if self.present is None or m.client in self.present)

    @property
    def conflicts(self) -> tuple[ConflictOfInterest, ...]:
        """Return the conflicts of interest that had come up."""
        return tuple(c for c in self.all(ConflictOfInterest) if c.opened_on <= self.day)

    def _held(self) -> Iterator[tuple[Session, Id | None]]:
        """Yield each session but those of discovery, and the id of the contract that it is one of.

        One that went past the gate before the signatures is one of the contract that was drafted then.
        """
        contracts = [record for record in self.records if isinstance(record, Contract)]
        for session in self.records:
            if isinstance(session, Session) and session.kind != "discovery":
                drafted = (c for c in contracts if c.created <= session.created)
                last = max(drafted, key=lambda contract: contract.created, default=None)
                yield session, session.contract or (last.id if last else None)

    def all(self, cls: type[R]) -> tuple[R, ...]:
        """Return the records of one class that are not dated later, the oldest first."""
        found = (record for record in self.records if isinstance(record, cls))
        return tuple(record for record in found if getattr(record, "on", self.day) <= self.day)

    def governing(self, day: date) -> Contract | None:
        """Return the contract by which what was done on a day is judged: an amendment changes no past."""
        return governing([r for r in self.records if isinstance(r, Contract)], day)

    def signed(self, party: Party, who: str | None = None) -> date | None:
        """Return when a party, or that guardian, signed the contract, or None."""
        signatures = self.contract.signatures if self.contract else ()
        own = (s for s in signatures if s.by == party and who in (None, s.who))
        return next((s.on for s in own if s.on <= self.day), None)

    def limit(self, addressee: Addressee) -> date:
        """Return the last day for what must come before somebody signs: a member, the group's charter."""
        bound = (member.charter_on for member in self.members if member.client == addressee.who)
        return next(bound, None) or self.signed(*addressee) or self.day

    def term(self, name: str) -> Any:  # noqa: ANN401 a field of either record
        """Return what the contract says of a term, else what the profile says for every contract."""
        own = getattr(self.contract, name, None)
        return own if own not in (None, ()) else getattr(self.profile, name, None)


def roster(group: Group, contract: Contract | None, day: date) -> tuple[Member, ...]:
    """Return who belonged to a group on a day; once its contract has ended, whoever was the last under it."""
    ended_on = contract.ended_on if contract else None
    if ended_on is None or day <= ended_on:
        return group.present_on(day)
    left = (member.left_on or ended_on for member in group.members if member.joined_on <= ended_on)
    return group.present_on(min(ended_on, max(left, default=ended_on)))
