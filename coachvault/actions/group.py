"""Groups: who belongs to one since when, who agreed to it freely, and who is bound by its charter."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from coachvault.actions import closing, draft, membership, who
from coachvault.actions import contract as contracts
from coachvault.actions.result import Card, Done, Listing
from coachvault.errors import RefusedError
from coachvault.language import _
from coachvault.records.client import Client
from coachvault.records.contract import Contract
from coachvault.records.event import Delivery
from coachvault.records.group import Group, Member
from coachvault.records.session import Session
from coachvault.vault import layout
from coachvault.vault.store import Vault


class Row(msgspec.Struct, frozen=True):
    """A group in a list; `members` are those who have not left."""

    code: str
    name: str
    state: str
    members: int
    since: date


class MemberRow(msgspec.Struct, frozen=True):
    """A member of a group; a reader who does not see the client's folder gets its id and no name."""

    code: str
    name: str | None
    joined_on: date
    left_on: date | None
    voluntary_on: date | None
    charter_on: date | None


class Sheet(msgspec.Struct, frozen=True):
    """A group's own fields and its members."""

    code: str
    name: str
    aliases: tuple[str, ...]
    form: str
    organisation: str | None
    language: str | None
    since: date
    closed_on: date | None
    closed_by: str | None
    members: tuple[MemberRow, ...]


def new(vault: Vault, options: Mapping[str, Any], source: draft.Source | None) -> Done:
    """Make a group, without members yet; the folder's id is random and its code is free."""
    values = draft.values("group", options, source, _completed(vault))
    with vault.change() as change:
        code = who.new_code(vault, "group")
        made = change.add("group", layout.new_id(), {"code": code, **values})
    message = _("the group is entered as %(code)s") % {"code": code}
    return Done(message, {"code": code, "folder": made.folder})


def listing(vault: Vault) -> Listing:
    """Return every group, by name, and how many belong to it."""
    found = {group.folder: group for group in who.subjects(vault, who.GROUP) if isinstance(group, Group)}
    rows = (
        Row(e.code, e.name, e.state, len(_present(found[e.folder])), e.since)
        for e in who.entries(vault, who.GROUP)
    )
    return Listing("group", tuple(rows))


def show(vault: Vault, name: str) -> Card:
    """Return all that is known of a group, and everybody who belongs or belonged to it."""
    group = get(vault, name)
    known = {entry.folder: entry for entry in who.entries(vault)}
    members = []
    for member in group.members:
        entry = known.get(member.client)
        code, called = (entry.code, entry.name) if entry else (member.client, None)
        days = (member.joined_on, member.left_on, member.voluntary_on, member.charter_on)
        members.append(MemberRow(code, called, *days))
    facts: dict[str, Any] = {field: getattr(group, field, None) for field in Sheet.__struct_fields__}
    organisation = who.codes(vault).get(group.organisation or "", group.organisation)
    own = {"since": group.created.date(), "organisation": organisation, "members": tuple(members)}
    return Card("group", Sheet(**facts | own))


def edit(vault: Vault, name: str, options: Mapping[str, Any], source: draft.Source | None) -> Done:
    """Change a group's fields; those not named stay."""
    with vault.change() as change:
        group = get(vault, name)
        changed = change.update(group, draft.edited(group, options, source, _completed(vault, group)))
    return draft.changed(group, changed, group.code)


def join(vault: Vault, name: str, client: str, on: date, days: Mapping[str, date | None]) -> Done:
    """Put a client into a group; for a member, add the days that were not known yet, or correct them.

    `days` are `voluntary_on` (PI-4.1) and `charter_on` (PI-8.1): nobody signs a charter before they have it.
    """
    with vault.change() as change:
        group = _open(vault, name)
        found = who.find(vault, client)
        _refuse_unseen(vault, group, found, days.get("charter_on"))
        member = _member(group, found.folder)
        if member:
            members = _completed_member(group, member, days, found.code)
        else:
            if found.closed_on and contracts.drafted(vault, found) is None:
                raise RefusedError(
                    _("%(code)s is closed as of %(date)s") % {"code": found.code, "date": found.closed_on},
                    _("draft a new contract with the client first: coach contract new %(code)s")
                    % {"code": found.code},
                )
            if found.closed_on:
                change.update(found, contracts.reopened(found))
            _refuse_overlap(group, found.folder, on, found.code)
            joined = Member(id=layout.new_id(), client=found.folder, joined_on=on, **days)
            members = (*group.members, joined)
        change.update(group, {"members": members})
    facts = {"code": group.code, "client": found.code, "members": len(_present_in(members))}
    names = {"client": found.code, "group": group.code}
    message = (
        _("what %(client)s agreed to in %(group)s is recorded")
        if member
        else _("%(client)s belongs to %(group)s")
    )
    return Done(message % names, facts)


def leave(vault: Vault, name: str, client: str, on: date) -> Done:
    """Record that a client left a group, after the last session at which they were present."""
    with vault.change() as change:
        group = _open(vault, name)
        entry = who.entry(vault, client)
        member = _member(group, entry.folder)
        if member is None:
            raise RefusedError(
                _("%(client)s does not belong to %(group)s") % {"client": entry.code, "group": group.code},
                _("see who does with: coach group show %(group)s") % {"group": group.code},
            )
        _refuse_early_leave(vault, group, member, on)
        left = msgspec.structs.replace(member, left_on=on)
        members = tuple(left if one.id == member.id else one for one in group.members)
        change.update(group, {"members": members})
    message = _("%(client)s has left %(group)s as of %(date)s")
    names = {"client": entry.code, "group": group.code, "date": on}
    return Done(message % names, {"code": group.code, "client": entry.code, "left_on": on})


def close(vault: Vault, name: str, by: str, on: date) -> Done:
    """End a group: its contracts that run, everybody's part in it; the terms of retention start."""
    with vault.change() as change:
        group = _open(vault, name)
        known = vault.load(group.folder, "contract", Contract)
        _refuse_absent_sponsor(known, by, group.code)
        _refuse_early_close(vault, group, on)
        for contract in known:
            if contract.ended_on is None:
                contracts.refuse_early_end(contract, on, group.code)
                change.update(contract, {"ended_on": on, "ended_by": membership.ENDED_BY[by]})
        members = [msgspec.structs.replace(m, left_on=m.left_on or on) for m in group.members]
        change.update(group, {"members": members, "closed_on": on, "closed_by": by})
    message = _("%(code)s is closed as of %(date)s; what is due when: coach retention explain %(code)s")
    facts = {"code": group.code, "closed_on": on}
    lines = tuple(f"- {line}" for line in closing.lasting())
    return Done(message % {"code": group.code, "date": on}, facts, lines=lines)


def get(vault: Vault, name: str) -> Group:
    """Return the one group meant."""
    found = who.subject(vault, name, who.GROUP)
    assert isinstance(found, Group)  # noqa: S101 one of that kind was asked for
    return found


def _open(vault: Vault, name: str) -> Group:
    group = get(vault, name)
    if group.closed_on:
        raise RefusedError(
            _("%(code)s is closed as of %(date)s") % {"code": group.code, "date": group.closed_on},
            _("make a new group with: coach group new"),
        )
    return group


def _present(group: Group) -> tuple[Member, ...]:
    return _present_in(group.members)


def _present_in(members: Sequence[Member]) -> tuple[Member, ...]:
    return tuple(member for member in members if member.left_on is None)


def _member(group: Group, folder: str) -> Member | None:
    """Return a client's part in a group that has not ended, or None."""
    return next((member for member in _present(group) if member.client == folder), None)


def _completed_member(
    group: Group, member: Member, days: Mapping[str, date | None], code: str
) -> tuple[Member, ...]:
    """Return the members, one of them with these days; raises RefusedError where that changes nothing."""
    changed = {field: day for field, day in days.items() if day and getattr(member, field) != day}
    if not changed:
        raise RefusedError(
            _("%(client)s belongs to %(group)s already") % {"client": code, "group": group.code},
            _("see since when with: coach group show %(group)s") % {"group": group.code},
        )
    completed = msgspec.structs.replace(member, **changed)
    return tuple(completed if one.id == member.id else one for one in group.members)


def _refuse_unseen(vault: Vault, group: Group, client: Client, day: date | None) -> None:
    """Raise RefusedError for a charter that was signed before it was delivered to the member (PI-8.1)."""
    handed = [
        delivery.on
        for delivery in vault.load(group.folder, "contract", Delivery)
        if delivery.what == "group_charter" and delivery.who == client.folder
    ]
    facts = {"client": client.code, "group": group.code}
    if day and not handed:
        raise RefusedError(
            _("the charter of %(group)s was not delivered to %(client)s yet") % facts,
            _("hand it over, to a member: coach charter deliver %(group)s --to member --name %(client)s")
            % facts,
        )
    if day and day < min(handed):
        raise RefusedError(
            _("the charter was delivered to %(client)s after that day, on %(date)s")
            % {**facts, "date": min(handed)},
            _("give --charter that day or a later one"),
        )


def _refuse_overlap(group: Group, folder: str, on: date, code: str) -> None:
    """Raise RefusedError for who comes back on a day on which they belonged to the group."""
    last = max((m.left_on for m in group.members if m.client == folder and m.left_on), default=None)
    if last and on <= last:
        raise RefusedError(
            _("%(client)s left %(group)s on %(date)s") % {"client": code, "group": group.code, "date": last},
            _("give --on a later day"),
        )


def _refuse_early_leave(vault: Vault, group: Group, member: Member, on: date) -> None:
    """Raise RefusedError if a part would end before it began, or before a session of theirs."""
    held = (s.on for s in vault.load(group.folder, "log", Session) if member.client in s.present)
    _refuse_before([member.joined_on, *held], on, group.code)


def _refuse_early_close(vault: Vault, group: Group, on: date) -> None:
    """Raise RefusedError if a group would end before a session of it, or a day on which it had a member."""
    days = [day for member in group.members for day in (member.joined_on, member.left_on) if day]
    held = (session.on for session in vault.load(group.folder, "log", Session))
    _refuse_before([*days, *held], on, group.code)


def _refuse_before(days: Sequence[date], on: date, code: str) -> None:
    last = max(days, default=on)
    if on < last:
        raise RefusedError(
            _("somebody joined %(code)s, left it or was at a session of %(date)s, after that day")
            % {"code": code, "date": last},
            _("give --on that day or a later one"),
        )


def _refuse_absent_sponsor(known: Sequence[Contract], by: str, code: str) -> None:
    if by == "sponsor" and not any(contract.sponsor for contract in known):
        raise RefusedError(
            _("the contract with %(code)s has no sponsor") % {"code": code},
            _("say who ends it with --by members, coach or term"),
        )


def _completed(vault: Vault, before: Group | None = None) -> Callable[[dict[str, Any]], None]:
    """Return what puts the folder of an organisation in place of its name."""

    def complete(values: dict[str, Any]) -> None:
        organisation = values.get("organisation")
        if isinstance(organisation, str):
            same = before.organisation if before else None
            values["organisation"] = who.folder(vault, organisation, who.ORGANISATION, same)

    return complete
