"""The schedule as rows of plain text: for the table in a contract, and for the whole of it."""

from collections.abc import Collection
from functools import cache
from typing import NamedTuple

import msgspec

from coachvault import language as tongue
from coachvault.records.words import Words
from coachvault.retention.schedule import DATA, Keep, Rule, Schedule, TriggerName
from coachvault.vault import yamlfile

# What a client asks first, first: who I am, what we signed, what I paid, what I said.
READING_ORDER = (
    "identity", "contract", "reports", "billing", "log", "notes", "summary", "recordings",
    "attachments", "supervision", "consents", "complaints", "rights",
)  # fmt: skip


class Row(NamedTuple):
    """One line of a contract's table on data protection."""

    label: str
    duration: str
    basis: str


class Entry(NamedTuple):
    """One rule in full, for a person who wants to know where a figure comes from."""

    rule: str
    label: str
    folders: tuple[str, ...]
    drawers: tuple[str, ...]
    condition: str | None
    trigger: str
    duration: str
    action: str
    basis: str
    confidence: str
    source: str
    checked_on: str
    explanation: str
    overridden: bool
    reason: str | None


class _Units(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One and many of a unit, in both languages."""

    fr: tuple[str, str]
    en: tuple[str, str]


class _Phrases(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The phrases of which a duration is made."""

    schema: str
    units: dict[str, _Units]
    triggers: dict[TriggerName, Words]
    own_term: Words


def rows(
    schedule: Schedule,
    language: str,
    conditions: frozenset[str] = frozenset(),
    drawers: Collection[str] = READING_ORDER,
) -> list[Row]:
    """Return what a client's contract says of each of these drawers, in the order a client wants to read.

    `conditions` are those of `Facts`: without them, the rule that holds where none does.
    """
    chosen = [drawer for drawer in READING_ORDER if drawer in drawers]
    rules = [schedule.rule_of("client", drawer, conditions) for drawer in chosen]
    return [
        Row(rule.label.say(language), duration(rule, language), rule.basis.say(language)) for rule in rules
    ]


def entries(schedule: Schedule, language: str) -> list[Entry]:
    """Return every rule of the schedule in full."""
    return [_entry(rule, language) for rule in schedule.rules]


def duration(rule: Rule, language: str) -> str:
    """Return how long, and from when: `5 ans après la fin du contrat`."""
    since = _phrases().triggers[rule.trigger].say(language)
    return f"{span(rule.keep, language)} {since}" if rule.keep else since


def span(keep: Keep, language: str | None = None) -> str:
    """Return a length of time: `5 ans`, `1 year 6 months`; in the language in use if none is given."""
    said = language or tongue.current()
    counts = {"years": keep.years, "months": keep.months}
    return " ".join(_count(unit, count, said) for unit, count in counts.items() if count)


def own_basis(reason: str) -> Words:
    """Return the basis of a term that the coach has set, with the reason."""
    words = _phrases().own_term
    return Words(words.fr % {"reason": reason}, words.en % {"reason": reason})


def _entry(rule: Rule, language: str) -> Entry:
    return Entry(
        rule=rule.id,
        label=rule.label.say(language),
        folders=rule.folders,
        drawers=rule.drawers,
        condition=rule.when,
        trigger=rule.trigger,
        duration=duration(rule, language),
        action=rule.action,
        basis=rule.basis.say(language),
        confidence=rule.confidence,
        source=rule.source,
        checked_on=rule.checked_on.isoformat(),
        explanation=rule.explanation.say(language),
        overridden=rule.overridden,
        reason=rule.reason,
    )


def _count(unit: str, count: int, language: str) -> str:
    forms = _phrases().units[unit]
    one, many = forms.en if language == "en" else forms.fr
    return (one if count == 1 else many) % {"count": count}


@cache
def _phrases() -> _Phrases:
    path = DATA / "words.yaml"
    return yamlfile.read_struct(_Phrases, path.read_text("utf-8"), path.name)
