"""Two sessions at once: nobody can hold them both."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from coachvault.actions import who
from coachvault.records.session import Session
from coachvault.vault.store import Vault


class Overlap(NamedTuple):
    """A session that is in the way, and with whom it was."""

    code: str
    session: Session


def find(vault: Vault, folder: str, values: Mapping[str, Any]) -> Overlap | None:
    """Return a session at the same time as the one to be logged in a folder, or None.

    Only those of relationships that go on are read. In a vault that coaches share, the clients of a
    colleague may well have a session at the same time.
    """
    span = _span(values["on"], values.get("at"), values["minutes"])
    if span is None:
        return None
    circle = _circle(vault, folder)
    found = [e for e in who.entries(vault, who.COACHED) if e.folder == folder or e.closed_on is None]
    vault.open_drawers([(entry.folder, "log") for entry in found])
    for entry in found:
        if entry.folder != folder and _circle(vault, entry.folder) != circle:
            continue
        for session in vault.load(entry.folder, "log", Session):
            other = _span(session.on, session.at, session.minutes)
            if other and span[0] < other[1] and other[0] < span[1]:
                return Overlap(entry.code, session)
    return None


def _span(on: object, at: str | None, minutes: int) -> tuple[datetime, datetime] | None:
    """Return when a session began and ended, where it is known at what time."""
    if at is None:
        return None
    begin = datetime.fromisoformat(f"{on}T{at}")
    return begin, begin + timedelta(minutes=minutes)


def _circle(vault: Vault, folder: str) -> frozenset[str]:
    """Return the readers who see this folder and not every other."""
    readers = () if vault.is_partial else vault.readers()
    return frozenset(reader.id for reader in readers if folder in reader.folders)
