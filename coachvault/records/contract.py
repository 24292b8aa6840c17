"""The contract: what coach and client agreed on, and who signed it."""

from collections.abc import Iterable, Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

import msgspec

from coachvault.records.base import (
    SYSTEM_FIELDS,
    Count,
    Country,
    Currency,
    Id,
    Line,
    Name,
    Record,
    Text,
    is_amount,
)
from coachvault.records.method import Method
from coachvault.records.report import Shareable

Kind = Literal["individual", "tripartite", "group", "solidarity"]
Party = Literal["client", "coach", "sponsor", "guardian", "member"]
# What happens to a contract, and what every record has: all else is what the parties agree on.
OUTCOME = frozenset({"ended_on", "ended_by", "discussed_on"})
_NO_TERMS = frozenset({"signatures", *OUTCOME, *SYSTEM_FIELDS})


class Goal(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What the client wants to reach, and how one will see that it was reached."""

    id: Id
    owner: Literal["client", "sponsor", "shared"] = "client"
    sphere: Literal["personal", "professional", "relational"] | None = None
    measure: Text | None = None
    text: Text


class Expectation(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a party hopes for and puts in (DA-1)."""

    id: Id
    party: Party
    text: Text


class Signature(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That a party signed: on which date, how, and which document; `name` is who signed for it.

    `who` is which guardian of the client it was: each of them signs (DA-13).
    """

    by: Party
    who: Id | None = None
    on: date
    means: Literal["hand", "electronic"] = "hand"
    name: Name | None = None
    document: Id | None = None


class Contract(Record, frozen=True, kw_only=True):
    """A coaching contract. Drawer `contract`. Amounts are per session; `duration` is in minutes.

    `parties` are those who must sign: client and coach where it names none. `sponsor` is the folder of
    an organisation. `amends` is the contract whose next version this is. `commitment_on` is when the
    beneficiary committed freely to what a sponsor pays for (CD-26). `methods` are those of the profile as
    they were described then. `guardians` are the ids of those of a protected client, each of whom signs, and
    `told` is what they are told (DA-13). `discussed_on` is when a coach who ends it talked it over (CD-33).
    """

    kind: Kind
    parties: tuple[Party, ...] = ()
    guardians: tuple[Id, ...] = ()
    amends: Id | None = None
    sponsor: Id | None = None
    payer: Literal["client", "sponsor", "other"] = "client"
    payer_name: Name | None = None
    commitment_on: date | None = None
    start: date | None = None
    end: date | None = None
    sessions: Count | None = None
    duration: Annotated[int, msgspec.Meta(ge=5, le=1440)] | None = None
    frequency: Line | None = None
    place: Line | None = None
    channel: Literal["on_site", "remote", "mixed"] | None = None
    place_is: tuple[Literal["neutral", "private", "available", "away_from_work"], ...] = ()
    fee: Decimal | None = None
    usual_fee: Decimal | None = None
    counterpart: Line | None = None
    currency: Currency | None = None
    concluded: Literal["premises", "distance", "off_premises"] | None = None
    consumer: bool = True
    cancellation_hours: Annotated[int, msgspec.Meta(ge=0, le=720)] | None = None
    cancellation_percent: Annotated[int, msgspec.Meta(ge=0, le=100)] | None = None
    law: Country | None = None
    confidentiality_exceptions: Literal["law", "law_and_consent"] = "law_and_consent"
    sponsor_report: tuple[Shareable, ...] = ()
    conflict_policy: Literal["resolve", "stop"] = "resolve"
    signatures: tuple[Signature, ...] = ()
    ended_on: date | None = None
    ended_by: Literal["client", "coach", "sponsor", "mutual", "term", "amendment"] | None = None
    discussed_on: date | None = None
    goals: tuple[Goal, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    methods: tuple[Method, ...] = ()
    told: Text | None = None
    place_reason: Text | None = None
    request: Text | None = None

    def __post_init__(self) -> None:
        if not all(is_amount(value) for value in (self.fee, self.usual_fee) if value is not None):
            raise ValueError

    @property
    def wording(self) -> str:
        """Return a digest of what is agreed on: it stays when a party signs, and changes with the terms."""
        import hashlib  # noqa: PLC0415 a list of contracts needs none

        from coachvault.records.schema import plain  # noqa: PLC0415 the same

        terms = {name: item for name, item in plain(self).items() if name not in _NO_TERMS}
        return hashlib.sha256(msgspec.json.encode(terms, order="deterministic")).hexdigest()[:16]

    @property
    def signers(self) -> tuple[Party, ...]:
        """Return who must sign."""
        return self.parties or ("client", "coach")

    @property
    def missing_parties(self) -> tuple[Party, ...]:
        """Return who has not signed yet: the guardian, until each guardian has."""
        signed = {signature.by for signature in self.signatures}
        if not {signature.who for signature in self.signatures}.issuperset(self.guardians):
            signed.discard("guardian")
        return tuple(party for party in self.signers if party not in signed)

    @property
    def signed_on(self) -> date | None:
        """Return the day on which the last of the parties signed, or None."""
        return None if self.missing_parties else max(signature.on for signature in self.signatures)

    @property
    def state(self) -> str:
        """Return `draft`, `signed` or `ended`."""
        if self.ended_on:
            return "ended"
        return "signed" if self.signed_on else "draft"


def versions(known: Sequence[Contract], last: Contract) -> tuple[Contract, ...]:
    """Return a contract and those that it amends, the oldest first; `known` are those of its folder."""
    by_id = {contract.id: contract for contract in known}
    found = [last]
    while (before := by_id.get(found[0].amends or "")) and before not in found:
        found.insert(0, before)
    return tuple(found)


def governing(known: Iterable[Contract], day: date) -> Contract | None:
    """Return the signed contract that governs a day: one that runs, else the last: its secrecy goes on."""
    signed = [contract for contract in known if contract.signed_on and contract.signed_on <= day]
    running = [contract for contract in signed if not contract.ended_on or day <= contract.ended_on]
    return max(running or signed, key=lambda c: (c.signed_on, c.created, c.id), default=None)


class Progress(Record, frozen=True, kw_only=True):
    """Where a goal stands, or a goal that was found later (CD-4). Drawer `contract`.

    `of` is the goal that it is about, of a contract or of an earlier record; without it, the record is a
    goal of its own.
    """

    on: date
    of: Id | None = None
    owner: Literal["client", "sponsor", "shared"] = "client"
    sphere: Literal["personal", "professional", "relational"] | None = None
    state: Literal["open", "reached", "dropped"] = "open"
    measure: Text | None = None
    text: Text


def chain(known: Sequence[Contract], contract: Contract) -> tuple[Contract, ...]:
    """Return a contract with all that it amends and that amends it, of those that are known."""
    first = versions(known, contract)[0].id
    return tuple(found for found in known if versions(known, found)[0].id == first)
