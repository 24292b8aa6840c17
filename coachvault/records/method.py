"""A method of the coach: what it is, and where it comes from."""

import msgspec

from coachvault.records.base import Id, Line, Name, Text


class Method(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A method as a client is told of it, without mystery (DA-4a, PI-3.2)."""

    id: Id
    name: Name
    origin: Line
    text: Text
