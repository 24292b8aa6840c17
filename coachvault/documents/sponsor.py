"""What a sponsor may be told: plain values, and no record that could say more."""

from datetime import date
from typing import NamedTuple

import msgspec

from coachvault.documents.context import Context


class Meeting(NamedTuple):
    """That a session took place: when, and for how many minutes."""

    on: date
    minutes: int


class SponsorReport(msgspec.Struct, frozen=True, kw_only=True):
    """All that a report to a sponsor is made of; None is what it does not speak of (CD-27, PI-5.5).

    `coach`, `title`, `email` and `phone` are of the coach. What is not a field here cannot stand in it,
    whatever a template asks for.
    """

    on: date
    client: str
    organisation: str
    coach: str
    title: str | None = None
    email: str | None = None
    phone: str | None = None
    attendance: tuple[Meeting, ...] | None = None
    goals: tuple[str, ...] | None = None
    progress: str | None = None
    closing: str | None = None


def report_context(told: SponsorReport) -> Context:
    """Return what the report to a sponsor says."""
    meetings = None if told.attendance is None else [meeting._asdict() for meeting in told.attendance]
    return {
        "profile": {"name": told.coach, "title": told.title, "email": told.email, "phone": told.phone},
        "report": {
            "client": told.client,
            "organisation": told.organisation,
            "attendance": meetings,
            "minutes": sum(meeting.minutes for meeting in told.attendance or ()),
            "goals": None if told.goals is None else [{"text": goal} for goal in told.goals],
            "progress": told.progress,
            "closing": told.closing,
        },
        "date": told.on,
    }
