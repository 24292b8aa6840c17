"""A group that is coached together, and who belongs to it since when."""

from datetime import date
from typing import Literal

import msgspec

from coachvault.records.base import Id
from coachvault.records.subject import Subject


class Member(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A client's part in a group: freely chosen (PI-4.1), and bound to keep what others say (PI-8.1)."""

    id: Id
    client: Id
    joined_on: date
    left_on: date | None = None
    voluntary_on: date | None = None
    charter_on: date | None = None


class Group(Subject, frozen=True, kw_only=True):
    """A group: for practice analysis, co-development, or a team. Drawer `identity` of a folder of its own."""

    form: Literal["practice_analysis", "codevelopment", "team", "other"] = "practice_analysis"
    organisation: Id | None = None
    members: tuple[Member, ...] = ()
    closed_by: Literal["members", "coach", "sponsor", "term"] | None = None

    def present_on(self, day: date) -> tuple[Member, ...]:
        """Return who belonged to the group on a day."""
        return tuple(m for m in self.members if m.joined_on <= day and (not m.left_on or day <= m.left_on))
