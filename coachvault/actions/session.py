"""The session log, and the gate that a session has to pass."""

from collections.abc import Mapping
from datetime import date
import functools
from typing import Any

import msgspec

from coachvault import clock
from coachvault.actions import case, contradiction, draft, remedy, timetable, who
from coachvault.actions import contract as contracts
from coachvault.actions.result import Card, Done, Listing
from coachvault.errors import RefusedError, UsageError
from coachvault.ethics import course, gate
from coachvault.ethics.case import Case
from coachvault.language import _, current, ngettext
from coachvault.records.client import Client
from coachvault.records.contract import Contract
from coachvault.records.group import Group
from coachvault.records.session import Override, Session
from coachvault.records.subject import Subject
from coachvault.vault import layout
from coachvault.vault.store import Vault

# Who was there, who had a say, and whose case it was: of a group alone.
GROUP_FIELDS = ("present", "spoke", "case_by")
# So many missing checks are named where a session is refused.
FEW = 5


class Row(msgspec.Struct, frozen=True):
    """A session in a list."""

    code: str
    on: date
    minutes: int
    kind: str
    place: str | None
    id: str


class OverrideRow(msgspec.Struct, frozen=True):
    """An entry of the ethics log: what took place past these checks, and why; `session` if it was one."""

    code: str
    on: date
    session: str | None
    checks: tuple[str, ...]
    reason: str
    id: str


def add(
    vault: Vault,
    name: str,
    options: Mapping[str, Any],
    source: draft.Source | None,
    reason: str | None = None,
) -> Done:
    """Log a session that took place: when and how long, not what was said.

    `reason` goes past what the start gate wants and is kept in the ethics log. Nothing goes past the end
    of a contract, what was agreed on, or another session at the same time.
    """
    values = draft.values("session", options, source, functools.partial(_resolve, vault))
    on = draft.past_day(values, options, source)
    with vault.change() as change:
        subject = who.subject(vault, name, who.COACHED)
        day = _day(vault, subject, values, on)
        _place_members(subject, values, on)
        _refuse_overlap(vault, subject, values)
        chosen = gate.choose(vault.load(subject.folder, "contract", Contract), day)
        _refuse_closed(subject, chosen, day)
        facts = _case(vault, subject, chosen.contract, values, on)
        warnings = _same_day(facts)
        lacking: tuple[str, ...] = ()
        if values.get("kind") != "discovery":
            _refuse_ended(subject, chosen)
            # A closing session after the end is offered even where all that was agreed on was held (CD-31).
            if gate.is_spent(facts) or (chosen.is_covered and day == on and gate.is_full(facts)):
                raise _full(facts)
            warnings += _within(facts, is_after_end=day != on) if chosen.is_covered else ()
            lacking = _pass(facts, reason)
        elif gate.is_agreed(facts):
            raise _discovered(subject)
        if chosen.contract and chosen.is_covered:
            values["contract"] = chosen.contract.id
        session = change.add("session", subject.folder, values)
        assert isinstance(session, Session)  # noqa: S101 of that kind
        if chosen.is_covered and session.kind != "discovery":
            warnings += _departures(facts, session)
        if day != on and subject.closed_on:
            change.update(subject, {"closing_session": "held"})
        elif subject.closed_on and on > subject.closed_on and session.kind != "discovery":
            change.update(subject, contracts.reopened(subject))
        if lacking:
            entry = {"on": on, "session": session.id, "checks": lacking, "reason": reason}
            change.add("override", subject.folder, entry)
    message = _("a session with %(code)s on %(date)s is logged") % {"code": subject.code, "date": on}
    facts_ = {"code": subject.code, "session": session.id, "overridden": lacking}
    return Done(message, facts_, (*warnings, *_said(lacking, reason)))


def listing(vault: Vault, name: str | None) -> Listing:
    """Return the sessions with one client or group or with all, oldest first."""
    rows = [
        Row(subject.code, s.on, s.minutes, s.kind, s.place, s.id)
        for subject in _subjects(vault, name)
        for s in vault.load(subject.folder, "log", Session)
    ]
    rows.sort(key=lambda row: (row.on, row.code))
    return Listing("session", tuple(rows))


def overrides(vault: Vault, name: str | None) -> Listing:
    """Return the ethics log, oldest first: what took place past the checks, and why."""
    rows = [
        OverrideRow(subject.code, o.on, o.session, o.checks, o.reason, o.id)
        for subject in _subjects(vault, name)
        for o in vault.load(subject.folder, "log", Override)
    ]
    rows.sort(key=lambda row: (row.on, row.code))
    return Listing("override", tuple(rows))


def show(vault: Vault, name: str, session: str | None) -> Card:
    """Return a session by the beginning of its id, or the last one."""
    subject = who.subject(vault, name, who.COACHED)
    known = vault.load(subject.folder, "log", Session)
    found = who.pick(known, session, f"coach session list {subject.code}")
    return Card("session", _named(found, who.codes(vault)) if isinstance(subject, Group) else found)


def _named(session: Session, codes: Mapping[str, str]) -> Session:
    """Return the session with the code of each member in the place of the folder, where it is known."""
    present, spoke = (
        tuple(codes.get(one, one) for one in given) for given in (session.present, session.spoke)
    )
    case_by = codes.get(session.case_by or "", session.case_by)
    return msgspec.structs.replace(session, present=present, spoke=spoke, case_by=case_by)


def _subjects(vault: Vault, name: str | None) -> tuple[Subject, ...]:
    found = (who.subject(vault, name, who.COACHED),) if name else who.subjects(vault, who.COACHED)
    vault.open_drawers([(subject.folder, "log") for subject in found])
    return found


def _resolve(vault: Vault, values: dict[str, Any]) -> None:
    """Put the folder of each client in the place of the name or the code that a person gave."""
    for field in GROUP_FIELDS:
        given = values.get(field)
        if isinstance(given, list | tuple):
            values[field] = [_folder(vault, one) for one in given]
        elif given is not None:
            values[field] = _folder(vault, given)


def _folder(vault: Vault, given: object) -> object:
    if not isinstance(given, str) or layout.is_id(given):
        return given
    return who.entry(vault, given).folder


def _place_members(subject: Subject, values: dict[str, Any], on: date) -> None:
    """Fill in who was there, all members where nobody is named; refuse whoever could not be."""
    if not isinstance(subject, Group):
        if any(values.get(field) for field in GROUP_FIELDS):
            raise UsageError(
                _("--present, --spoke and --case-by are for the session of a group"),
                _("leave them out, or name a group: coach group list"),
            )
        return
    members = [member.client for member in subject.present_on(on)]
    present = values.setdefault("present", members)
    named = [*values.get("spoke", ()), *filter(None, [values.get("case_by")])]
    if not set(present) <= set(members):
        raise RefusedError(
            _("someone who is said to be present was no member of %(code)s on %(date)s")
            % {"code": subject.code, "date": on},
            _("see the members with: coach group show %(code)s") % {"code": subject.code},
        )
    if not set(named) <= set(present):
        raise RefusedError(
            _("someone who is said to have spoken was not present"),
            _("name them with --present too, or leave --present out where all members came"),
        )


def _case(
    vault: Vault, subject: Subject, contract: Contract | None, values: Mapping[str, Any], on: date
) -> Case:
    cases = case.Cases(vault)
    found = cases.load(subject, contract, on)
    if values.get("kind") != "discovery" and gate.is_first(found):
        found = cases.worded(found)
    present = tuple(values.get("present", ())) if isinstance(subject, Group) else None
    is_closing = values.get("kind") == "closing"
    return msgspec.structs.replace(
        found, present=present, channel=values.get("channel"), is_closing=is_closing
    )


def _day(vault: Vault, subject: Subject, values: Mapping[str, Any], on: date) -> date:
    """Return the day that the contract is looked up by.

    The closing session may be held after the end, under the contract that ended, unless it was (CD-31).
    """
    if values.get("kind") != "closing" or not isinstance(subject, Client):
        return on
    contracts = vault.load(subject.folder, "contract", Contract)
    ended = [c for c in contracts if c.signed_on and c.ended_on and c.ended_on < on]
    last = max(ended, key=lambda contract: contract.ended_on or on, default=None)
    over = last.ended_on if last else subject.closed_on
    held = {s.contract for s in vault.load(subject.folder, "log", Session) if s.kind == "closing"}
    # That it was held may have been said before it was logged.
    is_settled = subject.closing_session == "declined" or (last.id if last else None) in held
    if over is None or is_settled or gate.choose(contracts, on).is_covered:
        return on
    return min(on, over)


def _refuse_closed(subject: Subject, chosen: gate.Chosen, on: date) -> None:
    """Raise RefusedError after the end of a relationship, unless another contract is being prepared."""
    if subject.closed_on and on > subject.closed_on and chosen.contract is None:
        raise RefusedError(
            _("%(code)s is closed as of %(date)s") % {"code": subject.code, "date": subject.closed_on},
            _("correct --on, or draft a new contract with: coach contract new %(code)s")
            % {"code": subject.code},
        )


def _refuse_overlap(vault: Vault, subject: Subject, values: Mapping[str, Any]) -> None:
    found = timetable.find(vault, subject.folder, values)
    if found:
        facts = {"code": found.code, "date": found.session.on, "time": found.session.at}
        raise RefusedError(
            _("there is a session with %(code)s at the same time, on %(date)s at %(time)s") % facts,
            _("correct --on, --at or --minutes; see them all with: coach session list"),
        )


def _refuse_ended(subject: Subject, chosen: gate.Chosen) -> None:
    if chosen.contract is None and chosen.ended_on:
        raise RefusedError(
            _("the contract with %(code)s had ended as of %(date)s")
            % {"code": subject.code, "date": chosen.ended_on},
            _("correct --on, or draft a new contract with: coach contract new %(code)s")
            % {"code": subject.code},
        )


def _within(facts: Case, *, is_after_end: bool) -> tuple[str, ...]:
    """Return what to say of the sessions and the time that are left; raise RefusedError beyond the time.

    The last day agreed on is no limit for a closing session after the end.
    """
    contract, code = facts.contract, facts.subject.code
    assert contract is not None  # noqa: S101 one covers the day
    if gate.is_late(facts) and not is_after_end:
        message = _("the contract with %(code)s was agreed on until %(date)s")
        hint = _("agree on a later day first: coach contract amend %(code)s --end DATE")
        raise RefusedError(message % {"code": code, "date": contract.end}, hint % {"code": code})
    warnings = []
    if gate.is_last(facts):
        warnings.append(_last(facts) % {"code": code})
    if gate.is_ending(facts):
        warnings.append(
            _("the contract with %(code)s is agreed on until %(date)s") % {"code": code, "date": contract.end}
        )
    return tuple(warnings)


def _discovered(subject: Subject) -> RefusedError:
    """Return the error for a discovery session after the contract that it comes before (CD-1, CD-29)."""
    return RefusedError(
        _("a discovery session comes before the contract, and one with %(code)s was signed by that day")
        % {"code": subject.code},
        _("give --kind regular, review or closing, or correct --on"),
    )


def _departures(facts: Case, session: Session) -> tuple[str, ...]:
    """Return what to say of a session outside the frame (PI-6.2), and of a long series (DA-5a)."""
    contract, code = facts.contract, {"code": facts.subject.code}
    assert contract is not None  # noqa: S101 one covers the day
    told = {
        "start": _("the contract with %(code)s starts on %(date)s, after that day"),
        "duration": _("a session with %(code)s was to last %(agreed)s minutes, and lasted %(minutes)s"),
        "channel": _("the contract with %(code)s provides for no session by that channel"),
        "place": _("the place is not the one agreed on with %(code)s"),
    }
    values = {**code, "date": contract.start, "agreed": contract.duration, "minutes": session.minutes}
    found = tuple(told[name] % values for name in course.departures(contract, session))
    after = msgspec.structs.replace(facts, records=(*facts.records, session))
    if course.review(after).state != "missing":
        return found
    late = _("a long series needs a look at where one is: hold a session with %(code)s with --kind review")
    return (*found, late % code)


def _last(facts: Case) -> str:
    """Return what to say at the last session."""
    if gate.is_capped(facts):
        return _("this was the last session agreed on with %(code)s; help in solidarity has no more")
    return _("this was the last session agreed on with %(code)s; one more needs an amendment first")


def _full(facts: Case) -> RefusedError:
    """Return the error for one more session than was agreed on, or than there is in solidarity."""
    contract, code = facts.contract, facts.subject.code
    assert contract is not None  # noqa: S101 sessions are counted by one
    count, is_spent = contract.sessions or 0, gate.is_spent(facts)
    message = ngettext(
        "the %(count)s session agreed on with %(code)s has been held",
        "the %(count)s sessions agreed on with %(code)s have been held",
        count,
    )
    if is_spent and (facts.support or len(facts.sessions) != count):
        message = _("4 sessions of solidarity coaching were held with %(code)s, and there are no more")
    hint = _("agree on more first: coach contract amend %(code)s --sessions NUMBER") % {"code": code}
    hint = contradiction.elsewhere(code) if is_spent else hint
    return RefusedError(message % {"count": count, "code": code}, hint)


def _pass(facts: Case, reason: str | None) -> tuple[str, ...]:
    """Return the checks that the reason goes past; raise RefusedError where there is none."""
    found = gate.lacking(facts)
    lacking = tuple(finding.check.id for finding in found)
    if not lacking or reason:
        return lacking
    code, count = facts.subject.code, len(lacking)
    message = ngettext(
        "the start gate is not passed on %(date)s: %(count)s check is missing",
        "the start gate is not passed on %(date)s: %(count)s checks are missing",
        count,
    )
    if facts.contract is None:
        hint = _("draft a contract first: coach contract new %(code)s --kind KIND") % {"code": code}
    elif count == 1:
        # It may be missing for this session alone, which `contract check` does not know.
        hint = _("meet it with: %(command)s") % {"command": remedy.command(found[0], facts)}
    else:
        day = "" if facts.day == clock.today() else f" --on {facts.day}"
        hint = _("see which, and what meets each, with: %(command)s") % {
            "command": f"coach contract check {code}{day}"
        }
    named = [finding.check.label.say(current()) for finding in found] if count <= FEW else []
    said = [message % {"count": count, "date": facts.day}, *(f"  - {label}" for label in named)]
    raise RefusedError("\n".join(said), hint)


def _same_day(facts: Case) -> tuple[str, ...]:
    """Return a warning where the log has a session of that day already: it may be this one."""
    if not any(session.on == facts.day for session in facts.all(Session)):
        return ()
    return (
        _("there is another session with %(code)s on %(date)s")
        % {"code": facts.subject.code, "date": facts.day},
    )


def _said(lacking: tuple[str, ...], reason: str | None) -> tuple[str, ...]:
    """Return what to say of an override: that it is in the ethics log, or that none was needed."""
    if lacking:
        message = ngettext(
            "%(count)s missing check was passed over; the ethics log says so: coach session list --overrides",
            "%(count)s missing checks were passed over; the ethics log says so: "
            "coach session list --overrides",
            len(lacking),
        )
        return (message % {"count": len(lacking)},)
    return (_("nothing was missing: the override is not needed and not kept"),) if reason else ()
