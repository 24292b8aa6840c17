"""A client's part in groups: what ended it, what they were at there, and that it outlasts no relationship."""

from collections.abc import Iterator
from datetime import date

from coachvault.actions import who
from coachvault.errors import RefusedError
from coachvault.language import _
from coachvault.records.client import Client
from coachvault.records.group import Group
from coachvault.records.session import Session
from coachvault.vault.store import Vault

# Whose ending the end of a group is, in the words that a contract and a client have.
ENDED_BY = {"members": "client", "coach": "coach", "sponsor": "sponsor", "term": "term"}


def groups(vault: Vault, client: Client) -> tuple[Group, ...]:
    """Return the groups that a client belongs or belonged to."""
    known = (group for group in who.subjects(vault, who.GROUP) if isinstance(group, Group))
    return tuple(g for g in known if client.folder in {member.client for member in g.members})


def sessions(vault: Vault, client: Client) -> Iterator[Session]:
    """Yield the sessions of groups at which a client was present."""
    for group in groups(vault, client):
        yield from (s for s in vault.load(group.folder, "log", Session) if client.folder in s.present)


def ended_by(vault: Vault, client: Client) -> str | None:
    """Return who ended the last group that a client stayed in until its end; None if there is none."""
    stayed = [
        group
        for group in groups(vault, client)
        if group.closed_on in {m.left_on for m in group.members if m.client == client.folder}
    ]
    last = max(stayed, key=lambda group: group.closed_on or date.min, default=None)
    return ENDED_BY[last.closed_by] if last and last.closed_by else None


def refuse_lasting(vault: Vault, client: Client, on: date) -> None:
    """Raise RefusedError for who would belong to a group after that day: it goes on to count them in."""
    for group in groups(vault, client):
        ends = [m.left_on or group.closed_on for m in group.members if m.client == client.folder]
        facts = {"client": client.code, "group": group.code}
        if None in ends:
            raise RefusedError(
                _("%(client)s still belongs to %(group)s") % facts,
                _("first say when they left it: coach group leave %(group)s %(client)s") % facts,
            )
        last = max(end for end in ends if end)
        if on < last:
            raise RefusedError(
                _("%(client)s belonged to %(group)s until %(date)s, after that day")
                % {**facts, "date": last},
                _("give --on that day or a later one"),
            )
