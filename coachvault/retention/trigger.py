"""What starts a term: one small function per trigger, from the facts of a folder to a day."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Literal, NamedTuple

from dateutil.relativedelta import relativedelta

from coachvault.language import _
from coachvault.retention.facts import Facts
from coachvault.retention.schedule import Keep, TriggerName

Why = Literal[
    "contract_open", "tied", "not_closed", "no_record", "no_contact", "event_open", "other_drawers",
    "practice_open",
]  # fmt: skip


class Start(NamedTuple):
    """The day on which a term starts, or None and why it has not started."""

    on: date | None
    why: Why | None = None


Trigger = Callable[[Facts, str], Start]


def start_of(trigger: TriggerName, facts: Facts, drawer: str) -> Start:
    """Return when the term of a drawer starts: never while a contract or a tie is open.

    That of a drawer without records, whatever it counts from, starts with the end of the relationship: no
    record says more, and nothing is to be destroyed too early.
    """
    if facts.has_open_contract:
        return Start(None, "contract_open")
    if facts.is_tied:
        return Start(None, "tied")
    return contract_end(facts, drawer) if drawer in facts.empty else TRIGGERS[trigger](facts, drawer)


def due_on(start: date, keep: Keep | None) -> date:
    """Return the first day on which destruction is allowed: five years from 10 March are 10 March.

    Months are calendar months: a day that the last month does not have is its last day.
    """
    return start + relativedelta(years=keep.years, months=keep.months) if keep else start


def sentence(why: Why) -> str:
    """Return why a term has not started, in the language in use."""
    return {
        "contract_open": _("a contract has not ended"),
        "tied": _("another folder still needs it"),
        "not_closed": _("the relationship has not been closed"),
        "no_record": _("there is no dated record"),
        "no_contact": _("there is no date of a last contact"),
        "event_open": _("a matter has not been closed"),
        "other_drawers": _("it goes with the last of the other drawers"),
        "practice_open": _("it is kept as long as the practice exists"),
    }[why]


def contract_end(facts: Facts, drawer: str) -> Start:
    """Start at the end of the relationship; someone who came back afterwards starts it anew.

    A prospect has no contract that could end: the closing counts, else the last contact.
    """
    if facts.ended_on is None:
        return last_contact(facts, drawer) if facts.is_prospect else Start(None, "not_closed")
    return Start(max(facts.ended_on, facts.last_seen or facts.ended_on))


def fy_close(facts: Facts, drawer: str) -> Start:
    """Start at the close of the financial year of the drawer's newest record."""
    newest = facts.newest.get(drawer)
    return Start(closing_of(newest, facts.fiscal_year_end)) if newest else Start(None, "no_record")


def year_after_fy_close(facts: Facts, drawer: str) -> Start:
    """Start on the 1 January that follows the close of that financial year."""
    closing = fy_close(facts, drawer)
    return Start(date(closing.on.year + 1, 1, 1)) if closing.on else closing


def last_contact(facts: Facts, drawer: str) -> Start:  # noqa: ARG001 a trigger's signature
    """Start at the last contact with the person."""
    return Start(facts.last_contact) if facts.last_contact else Start(None, "no_contact")


def event_closed(facts: Facts, drawer: str) -> Start:
    """Start when the last matter of the drawer is closed."""
    return Start(None, "event_open") if drawer in facts.open_drawers else entry(facts, drawer)


def consent_end(facts: Facts, drawer: str) -> Start:
    """Start when the last consent is withdrawn or, since a consent serves it, the relationship ends."""
    end, newest = contract_end(facts, drawer), entry(facts, drawer)
    if end.on and newest.on:
        return Start(max(end.on, newest.on))
    return newest if end.on else end


def session_date(facts: Facts, drawer: str) -> Start:
    """Start at the session of the drawer's newest record."""
    return entry(facts, drawer)


def entry(facts: Facts, drawer: str) -> Start:
    """Start at the day of the drawer's newest record."""
    newest = facts.newest.get(drawer)
    return Start(newest) if newest else Start(None, "no_record")


def last_drawer(facts: Facts, drawer: str) -> Start:  # noqa: ARG001 a trigger's signature
    """Start with the last of the other drawers, which `terms` knows: never by itself."""
    return Start(None, "other_drawers")


def practice_end(facts: Facts, drawer: str) -> Start:  # noqa: ARG001 a trigger's signature
    """Start never: what describes the practice lasts as long as it."""
    return Start(None, "practice_open")


def closing_of(day: date, fiscal_year_end: str) -> date:
    """Return the close of the financial year (MM-DD) of a day; the closing day belongs to its year."""
    month, last = (int(part) for part in fiscal_year_end.split("-"))
    closing = date(day.year, month, 1) + relativedelta(day=max(last, 1))
    if day <= closing:
        return closing
    return date(day.year + 1, month, 1) + relativedelta(day=max(last, 1))


TRIGGERS: Mapping[TriggerName, Trigger] = {
    "contract_end": contract_end,
    "fy_close": fy_close,
    "year_after_fy_close": year_after_fy_close,
    "last_contact": last_contact,
    "event_closed": event_closed,
    "consent_end": consent_end,
    "session_date": session_date,
    "entry": entry,
    "last_drawer": last_drawer,
    "practice_end": practice_end,
}
