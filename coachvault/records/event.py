"""What happens around a contract: handed over, understood, at odds, referred, promised for afterwards."""

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal

import msgspec

from coachvault.records.base import Id, Line, Record, Text, is_amount
from coachvault.records.contract import Party

Point = Literal["nature", "fees", "logistics", "confidentiality", "supervision", "data", "ending", "recourse"]
# What a client must have understood before signing, whichever the code (DA-3b, CSS-3.3-3).
POINTS: tuple[Point, ...] = ("nature", "fees", "logistics", "confidentiality")


class Delivery(Record, frozen=True, kw_only=True):
    """That a document was handed to a party: which version, when and how. Drawer `contract`.

    `who` is a guardian of the client, or the folder of a member of the group. `version` is the wording of a
    contract, the day of a charter.
    """

    on: date
    what: Literal["charter", "contract", "group_charter", "report", "ending"]
    about: Id | None = None
    to: Party
    who: Id | None = None
    means: Literal["hand", "mail", "post", "portal"] = "hand"
    version: Line | None = None
    sha256: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]


class Explanation(Record, frozen=True, kw_only=True):
    """The points of a contract that a party had explained and understood. Drawer `contract` (DA-3b).

    `version` is the wording that the contract had then.
    """

    on: date
    about: Id
    to: Party
    who: Id | None = None
    version: Line | None = None
    how: Literal["rephrased", "questions", "reading"] = "questions"
    points: tuple[Point, ...]
    questions: Text | None = None
    answers: Text | None = None


class ConflictCheck(Record, frozen=True, kw_only=True):
    """That a client was compared with everyone known, and what the coach decided. Drawer `contract` (DA-19).

    Only how many matched is kept: who they are stands in neither client's file (LC-3).
    """

    on: date
    matches: Annotated[int, msgspec.Meta(ge=0)] = 0
    answer: Literal["none", "managed", "declined"]
    reason: Text | None = None


class Talk(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """That a conflict was raised with a party."""

    id: Id
    on: date
    party: Party


class ConflictOfInterest(Record, frozen=True, kw_only=True):
    """Interests that clash, and how that was settled (DA-18, DA-20, CD-20). Drawer `contract`.

    `not_told` is why it was settled without a talk with the client.
    """

    opened_on: date
    due_on: date
    nature: Literal["commercial", "emotional", "hierarchy", "interests", "other_client", "benefit", "tie"]
    talks: tuple[Talk, ...] = ()
    closed_on: date | None = None
    outcome: Literal["resolved", "ended"] | None = None
    not_told: Text | None = None
    harm: Text | None = None
    resolution: Text | None = None
    text: Text


class Referral(Record, frozen=True, kw_only=True):
    """That a client was pointed to somebody else; `fee` is what the coach gets for it. Drawer `contract`.

    `to` is a colleague; `trade` says what they do and outlives the directory. With neither, nobody
    fitting was known, and the answer is `no_resource` (CSS-3.7-2).
    """

    on: date
    to: Id | None = None
    trade: Line | None = None
    reason: Literal["competence", "better_fit", "ethical", "capacity", "after_support", "unavailable"]
    answer: Literal["pending", "accepted", "declined", "no_resource"] = "pending"
    answered_on: date | None = None
    fee: Decimal = Decimal(0)
    text: Text | None = None

    def __post_init__(self) -> None:
        if not is_amount(self.fee):
            raise ValueError


class FollowUp(Record, frozen=True, kw_only=True):
    """What was promised for after the end (DA-23d). Drawer `contract`."""

    due_on: date
    to: Party = "client"
    done_on: date | None = None
    waived_on: date | None = None
    what: Text

    @property
    def state(self) -> str:
        """Return `open`, `done` or `waived`."""
        if self.done_on:
            return "done"
        return "waived" if self.waived_on else "open"
