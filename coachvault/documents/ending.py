"""What a client is told at the end: plain values, and no record that could say more."""

from datetime import date
from typing import NamedTuple

import msgspec


class Aim(NamedTuple):
    """A goal, and whether it is open, reached or dropped."""

    text: str
    state: str


class Promise(NamedTuple):
    """What the coach will do after the end, and by when."""

    due_on: date
    what: str


class Way(NamedTuple):
    """Somebody else to turn to; without a name, the trade to look for."""

    name: str | None
    trade: str | None
    email: str | None
    phone: str | None


class Ending(msgspec.Struct, frozen=True, kw_only=True):
    """What ended, how, and what outlasts it; `minutes` is the length of all sessions together.

    There is no reason in it, neither the client's (CD-23) nor the coach's (CSS-5.2-3).
    """

    client: str
    ended_on: date
    by: str
    discussed_on: date | None = None
    closing_session: str | None = None
    dispute: bool = False
    kind: str | None = None
    signed_on: date | None = None
    agreed: int | None = None
    held: int = 0
    minutes: int = 0
    goals: tuple[Aim, ...] = ()
    follow_ups: tuple[Promise, ...] = ()
    handed_over: int = 0
    ways: tuple[Way, ...] = ()
