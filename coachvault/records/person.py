"""People who are not clients: those of a client's stories, and colleagues to refer a client to."""

from coachvault.records.base import Line, Name, Record, Text


class Cast(Record, frozen=True, kw_only=True):
    """Somebody of a client's stories, so that no document names them (CD-15). Drawer `notes`.

    It goes with the notes, which alone need it. `organisation` is the name of where they work.
    """

    name: Name
    aliases: tuple[Name, ...] = ()
    role: Line | None = None
    organisation: Line | None = None


class Colleague(Record, frozen=True, kw_only=True):
    """A professional to whom a client may be referred (CD-13). Drawer `profile` of the practice."""

    name: Name
    trade: Line
    email: Line | None = None
    phone: Line | None = None
    languages: Line | None = None
    remark: Text | None = None
