"""What clients, organisations and groups have in common: each is a folder's name and state."""

from datetime import date
from typing import Literal

from coachvault.records.base import Name, Record

# The first letter of a subject's code, by the kind of its record.
PREFIXES = {"client": "C", "organisation": "O", "group": "G"}


class Subject(Record, frozen=True, kw_only=True):
    """Whom a folder is about; its code is what lists, files and messages call it. Drawer `identity`."""

    name: Name
    code: str
    aliases: tuple[Name, ...] = ()
    language: Literal["fr", "en"] | None = None
    closed_on: date | None = None
