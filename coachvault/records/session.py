"""The session log: when and how long, never what was said."""

from datetime import date
from typing import Annotated, Literal

import msgspec

from coachvault.records.base import Id, Line, Record


class Session(Record, frozen=True, kw_only=True):
    """A session that took place. Drawer `log`."""

    on: date
    minutes: Annotated[int, msgspec.Meta(ge=1, le=1440)]
    kind: Literal["discovery", "regular", "closing"] = "regular"
    contract: Id | None = None
    place: Line | None = None
