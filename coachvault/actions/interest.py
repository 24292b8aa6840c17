"""Conflicts of interest: opened, talked about and settled by a date (DA-18, DA-20, CSS-3.19)."""

from collections.abc import Mapping
import contextlib
from datetime import date, timedelta
from typing import Any

import msgspec

from coachvault import clock
from coachvault.actions import disclosure, draft, naming, who
from coachvault.actions import party as parties
from coachvault.actions.result import Card, Done, Listing
from coachvault.errors import RefusedError
from coachvault.ethics import interest
from coachvault.language import _
from coachvault.records.contract import Contract
from coachvault.records.event import ConflictOfInterest
from coachvault.records.subject import Subject
from coachvault.vault import layout
from coachvault.vault.store import Vault

DAYS_TO_SETTLE = 14


class Row(msgspec.Struct, frozen=True):
    """A conflict of interest in a list."""

    code: str
    state: str
    nature: str
    opened_on: date
    due_on: date
    talks: int
    closed_on: date | None
    id: str


def add(vault: Vault, name: str, options: Mapping[str, Any], source: draft.Source | None = None) -> Done:
    """Open a conflict of interest; it is to be settled within 14 days unless its fields say another day."""
    today = clock.today()
    values = draft.values("conflict", options, source, _complete, {"opened_on": today})
    on, due = (date.fromisoformat(str(values[name])) for name in ("opened_on", "due_on"))
    if on > today:
        raise draft.misfit("opened_on", _("the date is in the future"), options, source)
    if due < on:
        raise draft.misfit("due_on", _("expected a day that is not before it was opened"), options, source)
    with vault.change() as change:
        subject = who.subject(vault, name)
        naming.refuse_clients(vault, subject, [str(values["text"])])
        found = change.add("conflict", subject.folder, {**values, "opened_on": on, "due_on": due})
    message = _("a conflict of interest with %(code)s is open, to be settled by %(date)s")
    facts = {"code": subject.code, "conflict": found.id, "due_on": due}
    return Done(message % {"code": subject.code, "date": due}, facts)


def discuss(vault: Vault, name: str, start: str | None, party: str, on: date) -> Done:
    """Record that a conflict was raised with a party."""
    with vault.change() as change:
        subject = who.subject(vault, name)
        if party not in ("client", "coach"):
            parties.refuse_absent(vault, subject, party, "--with")
        found = _open(vault, subject, start)
        _refuse_early(found.opened_on, on)
        if any((talk.party, talk.on) == (party, on) for talk in found.talks):
            raise RefusedError(
                _("that talk of %(date)s is recorded already") % {"date": on},
                _("see it with: coach conflict show %(code)s") % {"code": subject.code},
            )
        talk = {"id": layout.new_id(), "on": on, "party": party}
        change.update(found, {"talks": [*found.talks, talk]})
    message = _("the conflict with %(code)s was raised on %(date)s") % {"code": subject.code, "date": on}
    return Done(message, {"code": subject.code, "conflict": found.id, "party": party})


def resolve(vault: Vault, name: str, start: str | None, values: Mapping[str, Any], on: date) -> Done:
    """Settle a conflict: `values` are its outcome, resolution, harm, and why the client was not told."""
    with vault.change() as change:
        subject = who.subject(vault, name)
        found = _open(vault, subject, start)
        _refuse_early(max([found.opened_on, *(talk.on for talk in found.talks)]), on)
        _refuse_silence(subject, found, values.get("not_told"))
        _refuse_outcome(vault, subject, str(values["outcome"]), on)
        texts = (values.get(field) for field in ("resolution", "harm", "not_told"))
        naming.refuse_clients(vault, subject, texts)
        change.update(found, {**values, "closed_on": on})
        contracts = vault.load(subject.folder, "contract", Contract)
    is_running = values["outcome"] == "ended" and any(contract.state != "ended" for contract in contracts)
    code = {"code": subject.code}
    warnings = (_("the contract still runs: coach contract end %(code)s") % code,) if is_running else ()
    message = _("the conflict with %(code)s is settled as of %(date)s") % {**code, "date": on}
    return Done(message, {**code, "conflict": found.id, "outcome": values["outcome"]}, warnings)


def listing(vault: Vault, name: str | None, *, is_open: bool) -> Listing:
    """Return the conflicts of interest of one or of all, those overdue first, then the open ones."""
    subjects = [who.entry(vault, name, who.ANYONE)] if name else who.entries(vault, who.ANYONE)
    vault.open_drawers([(subject.folder, "contract") for subject in subjects])
    rows = [
        Row(subject.code, _state(c), c.nature, c.opened_on, c.due_on, len(c.talks), c.closed_on, c.id)
        for subject in subjects
        for c in vault.load(subject.folder, "contract", ConflictOfInterest)
        if not is_open or c.closed_on is None
    ]
    order = ("overdue", "open")
    rows.sort(key=lambda row: (row.state not in order[:1], row.state not in order, row.due_on, row.code))
    return Listing("conflict_of_interest", tuple(rows), _("there is no conflict of interest"))


def show(vault: Vault, name: str, start: str | None) -> Card:
    """Return a conflict of interest by the beginning of its id, or the last one."""
    return Card("conflict_of_interest", _find(vault, who.subject(vault, name), start))


def _complete(values: dict[str, Any]) -> None:
    """Set the day by which it is to be settled; a day of opening that is none is a fault of its own."""
    with contextlib.suppress(ValueError):
        opened = date.fromisoformat(str(values["opened_on"]))
        # The last day that there is has none after it, and is refused as one in the future.
        days = min(DAYS_TO_SETTLE, (date.max - opened).days)
        values.setdefault("due_on", opened + timedelta(days=days))


def _find(vault: Vault, subject: Subject, start: str | None) -> ConflictOfInterest:
    found = vault.load(subject.folder, "contract", ConflictOfInterest)
    return who.pick(found, start, f"coach conflict list {subject.code}")


def _open(vault: Vault, subject: Subject, start: str | None) -> ConflictOfInterest:
    found = _find(vault, subject, start)
    if found.closed_on:
        raise RefusedError(
            _("that conflict was settled on %(date)s") % {"date": found.closed_on},
            _("see it with: coach conflict show %(code)s; open another with: coach conflict add %(code)s")
            % {"code": subject.code},
        )
    return found


def _state(conflict: ConflictOfInterest) -> str:
    """Return `open`, `overdue`, or the outcome of what is settled."""
    if conflict.closed_on:
        return conflict.outcome or "resolved"
    return "overdue" if conflict.due_on < clock.today() else "open"


def _refuse_early(first: date, on: date) -> None:
    if on < first:
        raise RefusedError(
            _("the conflict stood on %(date)s, after that day") % {"date": first},
            _("give --on that day or a later one"),
        )


def _refuse_silence(subject: Subject, found: ConflictOfInterest, reason: object) -> None:
    """Refuse to settle what was never raised with whom it is about, unless there is a reason (CSS-3.21-1)."""
    if not reason and not interest.is_raised(subject, found):
        raise RefusedError(
            _("the conflict was not raised with %(code)s yet") % {"code": subject.code},
            _("record the talk with: coach conflict discuss %(code)s --with %(party)s; or say --not-told why")
            % {"code": subject.code, "party": interest.CONCERNED[subject.noun][0]},
        )


def _refuse_outcome(vault: Vault, subject: Subject, outcome: str, on: date) -> None:
    """Refuse to go on where the contract says that a conflict ends it (CD-20)."""
    contract = disclosure.governing(vault, subject.folder, on)
    if contract and contract.conflict_policy == "stop" and outcome != "ended":
        raise RefusedError(
            _("the contract with %(code)s says that a conflict of interest ends it") % {"code": subject.code},
            _("give --outcome ended, and end it with: coach contract end %(code)s") % {"code": subject.code},
        )
