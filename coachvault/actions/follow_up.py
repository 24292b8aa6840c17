"""Follow-ups: what was promised for after the end, until it is done or waived (DA-23d, CSS-3.23-5)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from coachvault.actions import draft, party, who
from coachvault.actions.result import Done, Listing
from coachvault.errors import RefusedError
from coachvault.language import _
from coachvault.records.event import FollowUp
from coachvault.vault.store import Vault

KINDS = (*who.CLIENT, *who.GROUP)


class Row(msgspec.Struct, frozen=True):
    """A follow-up in a list."""

    code: str
    due_on: date
    to: str
    state: str
    what: str
    id: str


def add(vault: Vault, name: str, options: Mapping[str, Any]) -> Done:
    """Record what was promised to a client or a group, or to who pays for them."""
    values = draft.values("follow_up", options)
    with vault.change() as change:
        subject = who.subject(vault, name, KINDS)
        if values.get("to", "client") not in ("client", "coach"):
            party.refuse_absent(vault, subject, str(values["to"]))
        made = change.add("follow_up", subject.folder, values)
    message = _("a follow-up for %(code)s is recorded") % {"code": subject.code}
    return Done(message, {"code": subject.code, "follow_up": made.id})


def listing(vault: Vault, name: str | None) -> Listing:
    """Return the follow-ups of one folder or of all, by when they are due."""
    entries = [who.entry(vault, name, KINDS)] if name else who.entries(vault, KINDS)
    vault.open_drawers([(entry.folder, "contract") for entry in entries])
    rows = [
        Row(entry.code, found.due_on, found.to, found.state, found.what, found.id)
        for entry in entries
        for found in vault.load(entry.folder, "contract", FollowUp)
    ]
    rows.sort(key=lambda row: (row.due_on, row.code))
    return Listing("follow_up", tuple(rows))


def settle(vault: Vault, name: str, start: str, on: date, *, is_done: bool) -> Done:
    """Record that a follow-up was done, or that whom it was promised to let it go."""
    with vault.change() as change:
        subject = who.entry(vault, name, KINDS)
        known = vault.load(subject.folder, "contract", FollowUp)
        found = who.pick(known, start, f"coach follow-up list {subject.code}")
        if found.state != "open":
            raise RefusedError(
                _("this follow-up is settled already"),
                _("see it with: coach follow-up list %(code)s") % {"code": subject.code},
            )
        change.update(found, {"done_on" if is_done else "waived_on": on})
    message = _("the follow-up is done") if is_done else _("the follow-up is waived")
    return Done(message, {"code": subject.code, "follow_up": found.id, "on": on})
