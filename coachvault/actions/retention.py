"""What is kept how long, by which rule, and when each drawer is due."""

from collections.abc import Collection
from datetime import date
from typing import cast

import msgspec

from coachvault.actions import who
from coachvault.actions.result import Listing
from coachvault.language import current
from coachvault.records.base import Record
from coachvault.records.contract import Contract
from coachvault.records.practice import Profile
from coachvault.records.subject import Subject
from coachvault.retention import facts, override, row, schedule, term, tie, trigger
from coachvault.retention.tie import Ties
from coachvault.vault import files, layout, yamlfile
from coachvault.vault.store import Vault


class RuleRow(msgspec.Struct, frozen=True):
    """A rule of the schedule in force."""

    rule: str
    drawers: tuple[str, ...]
    condition: str | None
    duration: str
    basis: str
    confidence: str
    source: str
    reason: str | None


class TermRow(msgspec.Struct, frozen=True):
    """When one drawer is due, and why then."""

    drawer: str
    rule: str
    state: str
    trigger: str
    start: date | None
    due: date | None
    basis: str
    confidence: str


def in_force(vault: Vault) -> schedule.Schedule:
    """Return the schedule of the vault's country with the coach's own terms in place."""
    found = schedule.load(vault.config.country)
    path = vault.root / layout.RETENTION
    if not path.exists():
        return found
    with files.storage():
        text = yamlfile.decode(path.read_bytes(), layout.RETENTION)
    return override.override(found, text)


def rows(vault: Vault, language: str, conditions: frozenset[str] = frozenset()) -> list[row.Row]:
    """Return the lines of a document's table on data protection, where these conditions hold."""
    return row.rows(in_force(vault), language, conditions)


def show(vault: Vault) -> Listing:
    """Return every rule in force, with its source and how sure it is."""
    found = (
        RuleRow(e.rule, e.drawers, e.condition, e.duration, e.basis, e.confidence, e.source, e.reason)
        for e in row.entries(in_force(vault), current())
    )
    return Listing("rule", tuple(found))


def explain(vault: Vault, name: str, today: date) -> Listing:
    """Return for each drawer of a folder the rule, the trigger, the date and the basis."""
    subject = who.subject(vault, name)
    found = survey(vault, subject, ties(vault, {subject.noun}))
    return Listing("term", tuple(_row(entry, today) for entry in found))


def survey(vault: Vault, subject: Subject, known: Ties) -> tuple[term.Term, ...]:
    """Return the term of each drawer of a folder; an empty one has none, and goes with the name."""
    drawers = [name for name in vault.drawers(subject.folder) if vault.record_ids(subject.folder, name)]
    vault.open_drawers([(subject.folder, drawer) for drawer in drawers])
    folder = cast("schedule.FolderKind", subject.noun)
    return term.terms(in_force(vault), facts_of(vault, subject, known), drawers, folder=folder)


def facts_of(vault: Vault, subject: Subject, known: Ties | None = None) -> facts.Facts:
    """Return what the records of a folder say about time, and those of others about it (`ties`)."""
    drawers = vault.drawers(subject.folder)
    records = {drawer: vault.load(subject.folder, drawer, Record) for drawer in drawers}
    # A reader of some folders cannot open it; the dates they see may then differ, and they destroy nothing.
    profiles = () if vault.is_partial else vault.load(vault.practice, "profile", Profile)
    named = ties(vault, {subject.noun}) if known is None else known
    return facts.facts(records, profiles[0] if profiles else None, named)


def ties(vault: Vault, kinds: Collection[str]) -> Ties:
    """Return which folders of these kinds others name, and until when.

    Groups alone name their members; an organisation may be named in any contract.
    """
    if "organisation" in kinds and who.entries(vault, who.ORGANISATION):
        subjects = who.subjects(vault)
        vault.open_drawers([(subject.folder, "contract") for subject in subjects])
        contracts = (c for subject in subjects for c in vault.load(subject.folder, "contract", Contract))
        return tie.ties([*subjects, *contracts])
    return tie.ties(who.subjects(vault, who.GROUP)) if "client" in kinds else {}


def _row(entry: term.Term, today: date) -> TermRow:
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
    )


def _state(entry: term.Term, today: date) -> str:
    if entry.is_held:
        return "held"
    if entry.due is None:
        return "waiting"
    return "expired" if term.is_expired(entry, today) else "running"
