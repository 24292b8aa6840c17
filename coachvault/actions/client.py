"""Clients: entering, changing, holding."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from dateutil.relativedelta import relativedelta
import msgspec

from coachvault import clock
from coachvault.actions import draft, who
from coachvault.actions.result import Card, Done
from coachvault.errors import RefusedError
from coachvault.language import _
from coachvault.records.client import Client, Guardian, Hold
from coachvault.records.group import Group
from coachvault.records.name import key
from coachvault.records.note import Note
from coachvault.records.session import Session
from coachvault.vault import index, layout
from coachvault.vault.index import Entry
from coachvault.vault.store import Vault


class Sheet(msgspec.Struct, frozen=True):
    """A client's own fields, and what is open on them."""

    code: str
    name: str
    aliases: tuple[str, ...]
    email: str | None
    phone: str | None
    address: str | None
    language: str | None
    state: str
    since: date
    prospect_on: date | None
    declined_on: date | None
    declined_for: str | None
    protected: str | None
    guardians: tuple[Guardian, ...]
    told: str | None
    employer: str | None
    team: str | None
    manager: str | None
    ties: tuple[str, ...]
    safeguard: str | None
    contact: str | None
    groups: tuple[str, ...]
    copies_on: date | None
    closed_on: date | None
    closed_by: str | None
    closing_session: str | None
    held: str | None


class NamesakeError(RefusedError):
    """A client who has not left goes by the whole name of one that is to be entered."""

    def __init__(self, namesake: Entry) -> None:
        self.namesake = namesake
        super().__init__(
            _("a client has this name already: %(code)s, since %(since)s")
            % {"code": namesake.code, "since": namesake.since},
            _("if it is another person, add --namesake; see who it is with: coach client show %(code)s")
            % {"code": namesake.code},
        )


def new(
    vault: Vault,
    options: Mapping[str, Any],
    source: draft.Source | None,
    *,
    is_prospect: bool = False,
    is_namesake: bool = False,
) -> Done:
    """Enter a client, or somebody who may become one; the folder's id is random and its code is free.

    Raises NamesakeError for the name of another client who has not left, unless `is_namesake` says so.
    """
    values = draft.values("client", options, source, _completed(vault))
    _refuse_contradiction(values, options, source)
    if not is_namesake:
        _refuse_namesake(vault, str(values["name"]))
    if is_prospect:
        values["prospect_on"] = clock.today()
    with vault.change() as change:
        code = who.new_code(vault, "client")
        client = change.add("client", layout.new_id(), {"code": code, **values})
    return Done(
        _("the client is entered as %(code)s") % {"code": code}, {"code": code, "folder": client.folder}
    )


def _refuse_namesake(vault: Vault, name: str) -> None:
    wanted = key(name)
    for entry in who.entries(vault):
        if wanted and key(entry.name) == wanted and entry.state not in ("closed", "declined"):
            raise NamesakeError(entry)


def show(vault: Vault, name: str) -> Card:
    """Return all that the identity drawer says of a client."""
    client = who.find(vault, name)
    hold = open_hold(vault, client.folder)
    given: dict[str, Any] = {field: getattr(client, field, None) for field in Sheet.__struct_fields__}
    facts = {
        "employer": who.codes(vault).get(client.employer, client.employer) if client.employer else None,
        "groups": _groups(vault, client),
        "state": state(vault, client),
        "since": client.created.date(),
        "held": hold.reason if hold else None,
    }
    return Card("client", Sheet(**given | facts))


def edit(vault: Vault, name: str, options: Mapping[str, Any], source: draft.Source | None) -> Done:
    """Change a client's fields; those not named stay, and so do guardians while a signed contract runs."""
    with vault.change() as change:
        client = who.find(vault, name)
        values = draft.edited(client, options, source, _completed(vault, client))
        _refuse_contradiction(values, options, source)
        changed = change.update(client, values)
        if client.protected or changed.protected:
            from coachvault.actions import guardianship  # noqa: PLC0415 few clients have a guardian

            guardianship.follow(vault, change, client, changed)
    return draft.changed(client, changed, client.code)


def hold(vault: Vault, name: str, reason: str, review_on: date | None) -> Done:
    """Keep every record of a client from destruction, for a reason, until released."""
    today = clock.today()
    latest = today + relativedelta(months=12)
    review = review_on or latest
    if not today <= review <= latest:
        raise RefusedError(
            _("a hold is reviewed within 12 months"),
            _("give --review-on a date up to %(date)s") % {"date": latest},
        )
    with vault.change() as change:
        client = who.find(vault, name)
        if open_hold(vault, client.folder):
            raise RefusedError(
                _("%(code)s is held already") % {"code": client.code},
                _("see it with: coach client show %(code)s") % {"code": client.code},
            )
        change.add("hold", client.folder, {"opened_on": today, "review_on": review, "reason": reason})
    return Done(
        _("nothing of %(code)s will be destroyed until it is released; review it by %(date)s")
        % {"code": client.code, "date": review},
        {"code": client.code, "review_on": review},
    )


def release(vault: Vault, name: str) -> Done:
    """End the hold on a client; the terms count again."""
    with vault.change() as change:
        client = who.find(vault, name)
        found = open_hold(vault, client.folder)
        if found is None:
            raise RefusedError(
                _("%(code)s is not held") % {"code": client.code},
                _("see the client with: coach client show %(code)s") % {"code": client.code},
            )
        change.update(found, {"closed_on": clock.today()})
    return Done(_("the hold on %(code)s has ended") % {"code": client.code}, {"code": client.code})


def state(vault: Vault, client: Client) -> str:
    """Return `held`, `declined`, `closed`, `prospect` or `active`."""
    return "held" if open_hold(vault, client.folder) else index.state_of(client, Client)


def open_hold(vault: Vault, folder: str) -> Hold | None:
    """Return the hold on a folder that has not ended, or None."""
    return next((hold for hold in vault.load(folder, "identity", Hold) if hold.closed_on is None), None)


def refuse_early_end(vault: Vault, client: Client, on: date) -> None:
    """Raise RefusedError for a client who is closed already, or would be before a session or a note."""
    if client.closed_on:
        raise RefusedError(
            _("%(code)s is closed already, as of %(date)s") % {"code": client.code, "date": client.closed_on},
            _("a new contract with the client opens the relationship again, once all have signed it"),
        )
    last = last_seen(vault, client, on)
    if on < last:
        raise RefusedError(
            _("%(code)s has a session or a note of %(date)s, after that day")
            % {"code": client.code, "date": last},
            _("give --on that day or a later one"),
        )


def last_seen(vault: Vault, client: Client, default: date) -> date:
    """Return the day of the last session or note."""
    days = [session.on for session in vault.load(client.folder, "log", Session)]
    days += [note.on for note in vault.load(client.folder, "notes", Note)]
    return max(days, default=default)


def _completed(vault: Vault, before: Client | None = None) -> Callable[[dict[str, Any]], None]:
    """Return what gives each guardian an id, and puts the folder of an employer in place of the name."""

    def complete(values: dict[str, Any]) -> None:
        known = before.guardians if before else ()
        values["guardians"] = draft.identified(values.get("guardians", ()), "name", known)
        employer = values.get("employer")
        if isinstance(employer, str):
            same = before.employer if before else None
            values["employer"] = who.folder(vault, employer, who.ORGANISATION, same)

    return complete


def _refuse_contradiction(
    values: Mapping[str, Any], options: Mapping[str, Any], source: draft.Source | None
) -> None:
    ties = values.get("ties") or ()
    if "none" in ties and len(ties) > 1:
        raise draft.misfit("ties", _("expected none alone, or the ties that there are"), options, source)
    if values.get("guardians") and not values.get("protected"):
        expected = _("expected nobody unless the client is a minor or vulnerable (--protected)")
        raise draft.misfit("guardians", expected, options, source)


def _groups(vault: Vault, client: Client) -> tuple[str, ...]:
    """Return the codes of the groups that a client belongs to."""
    today = clock.today()
    groups = (group for group in who.subjects(vault, who.GROUP) if isinstance(group, Group))
    return tuple(g.code for g in groups if client.folder in {member.client for member in g.present_on(today)})
