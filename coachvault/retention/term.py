"""When each drawer of a folder is due, and by which rule."""

from collections.abc import Collection
from datetime import date

import msgspec

from coachvault import language as tongue
from coachvault.retention.facts import Facts
from coachvault.retention.schedule import FolderKind, Rule, Schedule
from coachvault.retention.trigger import Start, Why, due_on, start_of

# What starts the term of one record, whatever the rest of its drawer waits for.
OF_RECORDS = ("session_date", "entry")


class Term(msgspec.Struct, frozen=True, kw_only=True):
    """The term of one drawer: `due` is the first day on which it may be destroyed.

    `start` and `due` are None where the term has not started, and `why` says why; a term that is
    held is never expired, whatever its due date. One that `is_empty` has no record, and a key that may open
    what the history has of it: it holds up no name.
    """

    drawer: str
    rule: str
    label: str
    trigger: str
    start: date | None
    due: date | None
    action: str
    basis: str
    confidence: str
    is_held: bool
    is_empty: bool = False
    why: Why | None = None


def terms(
    schedule: Schedule,
    facts: Facts,
    drawers: Collection[str],
    *,
    folder: FolderKind = "client",
    language: str | None = None,
) -> tuple[Term, ...]:
    """Return the term of each of a folder's existing drawers, in the order given.

    Labels and bases are in `language`, or in the language in use. Raises KeyError for a drawer
    that no rule governs.
    """
    said = language or tongue.current()
    found: dict[str, Term] = {}
    for drawer in drawers:
        rule = schedule.rule_of(folder, drawer, facts.conditions)
        withdrawn = facts.withdrawn.get(drawer)
        start = Start(withdrawn) if withdrawn else start_of(rule.trigger, facts, drawer)
        found[drawer] = Term(
            drawer=drawer,
            rule=rule.id,
            label=rule.label.say(said),
            trigger="consent_end" if withdrawn else rule.trigger,
            start=start.on,
            due=withdrawn or _due(schedule, facts, rule, start, folder),
            action=rule.action,
            basis=rule.basis.say(said),
            confidence=rule.confidence,
            is_held=facts.is_held,
            is_empty=drawer in facts.empty,
            why=start.why,
        )
    if "identity" in found:
        others = [term for term in found.values() if term.drawer != "identity" and not term.is_empty]
        found["identity"] = (
            _go_last(found["identity"], others)
            if others
            else _go_alone(found["identity"], schedule, facts, folder)
        )
    return tuple(found.values())


def is_expired(term: Term, today: date) -> bool:
    """Tell whether a drawer may be destroyed today."""
    return term.due is not None and term.due <= today and not term.is_held


def record_due(rule: Rule, day: date) -> date | None:
    """Return when a record of that day is due, where its rule counts from the record itself; else None."""
    if rule.trigger not in OF_RECORDS or rule.keep is None:
        return None
    return due_on(day, rule.keep)


def _due(schedule: Schedule, facts: Facts, rule: Rule, start: Start, folder: FolderKind) -> date | None:
    """Return the due date of a rule that has started, never later than that of its cap."""
    if start.on is None:
        return None
    due = due_on(start.on, rule.keep)
    if rule.cap is None:
        return due
    cap = schedule.rule_of(folder, rule.cap, facts.conditions)
    ends = start_of(cap.trigger, facts, rule.cap)
    return min(due, due_on(ends.on, cap.keep)) if ends.on else due


def _go_alone(identity: Term, schedule: Schedule, facts: Facts, folder: FolderKind) -> Term:
    """Return the term of a name that is all there is: that of a contract, where it has none of its own."""
    if identity.due is not None:
        return identity
    rule = schedule.rule_of(folder, "contract", facts.conditions)
    start = start_of(rule.trigger, facts, "contract")
    due = _due(schedule, facts, rule, start, folder)
    return msgspec.structs.replace(identity, start=start.on, due=due, why=start.why)


def _go_last(identity: Term, others: Collection[Term]) -> Term:
    """Return the term of the name and contact data: with the last other drawer, never before it."""
    waiting = next((term for term in others if term.due is None), None)
    if waiting is not None:
        why: Why = waiting.why if waiting.why in ("contract_open", "tied") else "other_drawers"
        return msgspec.structs.replace(identity, start=None, due=None, why=why)
    if identity.why in ("contract_open", "tied"):
        return identity
    dues = [term.due for term in (identity, *others) if term.due is not None]
    if not dues:
        return identity
    return msgspec.structs.replace(identity, start=identity.start or max(dues), due=max(dues), why=None)
