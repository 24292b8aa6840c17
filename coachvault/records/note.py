"""What was said: a note after a session, and the summary that outlives it."""

from datetime import date

from coachvault.records.base import Record, Text


class Note(Record, frozen=True, kw_only=True):
    """What the coach wrote after a session. Drawer `notes`."""

    on: date
    text: Text


class Summary(Record, frozen=True, kw_only=True):
    """Goals, milestones and number of sessions at the end, and no confidences. Drawer `summary`."""

    on: date
    text: Text
