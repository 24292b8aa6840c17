"""What was said: a note after a session, and the summary that outlives it."""

from datetime import date
from typing import Literal

from coachvault.records.base import Record, Text

# What the law on personal data protects more than the rest.
Special = Literal["health", "religion", "opinion", "union", "origin", "intimacy", "offence"]


class Note(Record, frozen=True, kw_only=True):
    """What the coach wrote after a session; `special` is what sensitive data it holds. Drawer `notes`."""

    on: date
    special: tuple[Special, ...] = ()
    text: Text


class Summary(Record, frozen=True, kw_only=True):
    """Goals, milestones and number of sessions at the end, and no confidences. Drawer `summary`."""

    on: date
    text: Text
