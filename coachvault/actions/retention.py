"""What is kept how long, by which rule, and when each drawer is due."""

from collections.abc import Collection
from datetime import date
from typing import cast

import msgspec

from coachvault.actions import brief, who
from coachvault.actions.result import Listing
from coachvault.language import current
from coachvault.records.practice import Profile
from coachvault.records.subject import Subject
from coachvault.retention import facts, override, row, schedule, term, tie, trigger
from coachvault.retention.tie import Ties
from coachvault.vault import files, layout, yamlfile
from coachvault.vault.store import Vault

# What documents speak of, in the order in which a client reads.
DRAWERS = row.READING_ORDER


class RuleRow(msgspec.Struct, frozen=True):
    """A rule of the schedule in force; `label` is what it is called in words."""

    rule: str
    drawers: tuple[str, ...]
    condition: str | None
    duration: str
    basis: str
    confidence: str
    source: str
    reason: str | None
    label: str


class TermRow(msgspec.Struct, frozen=True):
    """When one drawer is due, and why then; `label` and `term` say the rule, and how long it keeps."""

    drawer: str
    rule: str
    state: str
    trigger: str
    start: date | None
    due: date | None
    basis: str
    confidence: str
    label: str
    term: str


def in_force(vault: Vault) -> schedule.Schedule:
    """Return the schedule of the vault's country with the coach's own terms in place."""
    found = schedule.load(vault.config.country)
    path = vault.root / layout.RETENTION
    if not path.exists():
        return found
    with files.storage():
        text = yamlfile.decode(path.read_bytes(), layout.RETENTION)
    return override.override(found, text)


def rows(vault: Vault, language: str, conditions: frozenset[str], drawers: Collection[str]) -> list[row.Row]:
    """Return the lines of a document's table on these drawers, where these conditions hold."""
    return row.rows(in_force(vault), language, conditions, drawers)


def show(vault: Vault) -> Listing:
    """Return every rule in force, with its source and how sure it is."""
    found = (
        RuleRow(
            e.rule, e.drawers, e.condition, e.duration, e.basis, e.confidence, e.source, e.reason, e.label
        )
        for e in row.entries(in_force(vault), current())
    )
    return Listing("rule", tuple(found))


def explain(vault: Vault, name: str, today: date) -> Listing:
    """Return for each drawer of a folder the rule, the trigger, the date and the basis."""
    subject = who.subject(vault, name)
    surveyor = Surveyor(vault, ties(vault, {subject.noun}))
    found = surveyor.survey(subject.noun, brief.of(vault, subject.folder).trace)
    return Listing("term", tuple(_row(entry, surveyor.schedule, today) for entry in found))


def facts_of(vault: Vault, subject: Subject) -> facts.Facts:
    """Return what the records of a folder say about time, and those of others about it."""
    return Surveyor(vault, ties(vault, {subject.noun})).facts(brief.of(vault, subject.folder).trace)


class Surveyor:
    """Says when the drawers of folders are due; what they have in common is read once."""

    def __init__(self, vault: Vault, known: Ties) -> None:
        self.schedule = in_force(vault)
        self._ties = known
        # A reader of some folders cannot open it; the days they see may differ, and they destroy nothing.
        profiles = () if vault.is_partial else vault.load(vault.practice, "profile", Profile)
        self._profile = profiles[0] if profiles else None

    def survey(self, kind: str, found: facts.Trace) -> tuple[term.Term, ...]:
        """Return the term of each drawer of a folder; an empty one that has a new key goes with the name."""
        folder = cast("schedule.FolderKind", kind)
        return term.terms(self.schedule, self.facts(found), found.drawers, folder=folder)

    def facts(self, found: facts.Trace) -> facts.Facts:
        """Return what the triggers need to know of a folder, by its own records and by those of others."""
        return facts.facts(found, self._profile, self._ties)


def ties(vault: Vault, kinds: Collection[str]) -> Ties:
    """Return which folders of these kinds others name, and until when.

    Groups alone name their members; an organisation may be named in any contract.
    """
    if "organisation" in kinds and who.entries(vault, who.ORGANISATION):
        return tie.together(known.trace.named for known in brief.every(vault).values())
    return tie.ties(who.subjects(vault, who.GROUP)) if "client" in kinds else {}


def _row(entry: term.Term, known: schedule.Schedule, today: date) -> TermRow:
    rule = known.find(entry.rule)
    started = trigger.sentence(entry.why) if entry.why else entry.trigger
    return TermRow(
        entry.drawer,
        entry.rule,
        _state(entry, today),
        started,
        entry.start,
        entry.due,
        entry.basis,
        entry.confidence,
        entry.label,
        row.duration(rule, current()) if rule else "",
    )


def _state(entry: term.Term, today: date) -> str:
    if entry.is_held:
        return "held"
    if entry.due is None:
        return "waiting"
    return "expired" if term.is_expired(entry, today) else "running"
