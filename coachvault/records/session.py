"""The session log: when and how long, never what was said."""

from datetime import date
from typing import Annotated, Literal

import msgspec

from coachvault.records.base import Id, Line, Record, Text, TimeOfDay


class Session(Record, frozen=True, kw_only=True):
    """A session that took place. Drawer `log`. `at` is when it began, as HH:MM.

    Of a group: `present` are the clients who were there, `spoke` those who had their say, and
    `case_by` is whose case was worked on (PI-8.2).
    """

    on: date
    at: TimeOfDay | None = None
    minutes: Annotated[int, msgspec.Meta(ge=1, le=1440)]
    kind: Literal["discovery", "regular", "review", "closing"] = "regular"
    contract: Id | None = None
    channel: Literal["on_site", "remote"] | None = None
    place: Line | None = None
    present: tuple[Id, ...] = ()
    spoke: tuple[Id, ...] = ()
    case_by: Id | None = None


class Override(Record, frozen=True, kw_only=True):
    """That the coach did all the same what checks stand against, past which of them, and why. Drawer `log`.

    Together they are the ethics log: each goes with the log of its client. It is of the `session` that went
    through the start gate, or `about` a report's delivery.
    """

    on: date
    session: Id | None = None
    about: Id | None = None
    checks: tuple[Line, ...]
    reason: Text
