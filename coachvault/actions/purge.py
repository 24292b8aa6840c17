"""Destroying what has reached its term: the plan first, then the destruction, then the receipt."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import NamedTuple

import msgspec

from coachvault import clock
from coachvault.actions import brief, destruction, leftover, retention, who
from coachvault.actions.brief import Brief
from coachvault.actions.destruction import Doomed, Receipt
from coachvault.actions.leftover import Leftover
from coachvault.actions.result import Done, Listing
from coachvault.actions.retention import Surveyor
from coachvault.errors import RefusedError
from coachvault.language import _, ngettext
from coachvault.records.base import Record
from coachvault.records.client import Proposal
from coachvault.records.consent import Consent
from coachvault.records.subject import Subject
from coachvault.retention import term, tie
from coachvault.retention.facts import BY_CONSENT, Trace, last_day, taken_back
from coachvault.retention.schedule import Rule
from coachvault.vault.index import Entry
from coachvault.vault.store import Vault


class Waiting(NamedTuple):
    """What is proposed for destruction, and the day on which its days of grace have run."""

    item: Doomed
    ripe_on: date


class Plan(msgspec.Struct, frozen=True):
    """What would be destroyed, and what a hold or the days of grace keep although its term has passed.

    `leftovers` are what it does not reach.
    """

    items: tuple[Doomed, ...]
    held: int
    newest: date | None
    waiting: tuple[Waiting, ...] = ()
    unproposed: tuple[Doomed, ...] = ()
    leftovers: tuple[Leftover, ...] = ()

    def listing(self, as_of: date | None = None, *, proposes: bool = False) -> Listing:
        """Return the drawers that are to be destroyed, or proposed, as a list to show."""
        is_any_due = self.items or self.held or self.waiting or self.unproposed
        nothing = _("there is nothing to propose") if proposes else _("nothing may be destroyed today")
        empty = nothing if is_any_due else _("no drawer has reached its term")
        if as_of:
            empty = _("no drawer would be due on %(date)s") % {"date": as_of}
        return Listing("expired", self.unproposed if proposes else self.items, empty)

    def summary(self, say: Callable[[str], str] = str, as_of: date | None = None) -> tuple[str, ...]:
        """Return how many drawers are due, and how many more are kept and why: a sentence each.

        `say` is what a drawer is called there. With `as_of` it is said what would be so on that day.
        """
        found = [(len(self.items), self._due(len(self.items)))]
        if as_of:
            would = len(self.items) + len(self.unproposed)
            found = [(would, self._due_then(would))]
        held = ngettext(
            "a hold keeps %(count)s drawer whose term has passed",
            "holds keep %(count)s drawers whose term has passed",
            self.held,
        )
        found += [(self.held, held), *(() if as_of else self._in_grace())]
        said = (sentence % {"count": count, "date": as_of} for count, sentence in found if count)
        one = _("%(code)s, %(drawer)s: proposed, and destroyed by coach purge --expired from %(date)s on")
        waiting = () if as_of else self.waiting
        named = ({"code": w.item.code, "drawer": say(w.item.drawer), "date": w.ripe_on} for w in waiting)
        return (*said, *(one % facts for facts in named))

    def _due(self, count: int) -> str:
        return ngettext(
            "%(count)s drawer has reached its term", "%(count)s drawers have reached their term", count
        )

    def _due_then(self, count: int) -> str:
        return ngettext(
            "%(count)s drawer would be due on %(date)s", "%(count)s drawers would be due on %(date)s", count
        )

    def _in_grace(self) -> Iterator[tuple[int, str]]:
        waiting, unproposed = len(self.waiting), len(self.unproposed)
        yield (
            waiting,
            ngettext(
                "%(count)s drawer is proposed for destruction and its days of grace run",
                "%(count)s drawers are proposed for destruction and their days of grace run",
                waiting,
            ),
        )
        yield (
            unproposed,
            ngettext(
                "%(count)s drawer is past its term and not proposed yet: coach purge --propose",
                "%(count)s drawers are past their term and not proposed yet: coach purge --propose",
                unproposed,
            ),
        )


def plan(
    vault: Vault, today: date, name: str | None = None, known: Mapping[str, Brief] | None = None
) -> Plan:
    """Return everything whose term has passed, of one folder or of all; `known` are the briefs of all."""
    subjects = (who.entry(vault, name, who.ANYONE),) if name else who.entries(vault, who.ANYONE)
    briefs = known or (
        {one.folder: brief.of(vault, one.folder) for one in subjects} if name else brief.every(vault)
    )
    # Another command may have entered one since the briefs were made, or destroyed one.
    subjects = tuple(one for one in subjects if one.folder in briefs)
    surveyor = retention.Surveyor(
        vault,
        retention.ties(vault, {one.kind for one in subjects})
        if name
        else tie.together(known.trace.named for known in briefs.values()),
    )
    items: list[Doomed] = []
    waiting: list[Waiting] = []
    unproposed: list[Doomed] = []
    held = 0
    for subject in subjects:
        found = _Surveyed(subject, briefs[subject.folder].trace, subject.kind, surveyor)
        held += sum(e.is_held and e.due is not None and e.due <= today for e in found.terms)
        due = list(_due(vault, found, today))
        ripe, young, new = _by_grace(vault, subject.folder, due, surveyor.schedule.grace_days, today)
        items, waiting, unproposed = [*items, *ripe], [*waiting, *young], [*unproposed, *new]
    left = leftover.find(vault, items)
    newest = brief.newest(vault, (briefs[subject.folder] for subject in subjects))
    return Plan(tuple(items), held, newest, tuple(waiting), tuple(unproposed), left)


def destroy(vault: Vault, agreed: Sequence[Doomed], today: date) -> Receipt:
    """Destroy what was agreed on and is still due; returns the receipt."""
    destroyed: list[Doomed] = []
    copies = 0
    with vault.change() as change:
        doomed = tuple(_subjects(vault, agreed))
        surveyor = retention.Surveyor(vault, retention.ties(vault, {subject.noun for subject in doomed}))
        for subject in doomed:
            # What is destroyed is judged by its records, whatever is known of them in short.
            found = _Surveyed(subject, brief.of(vault, subject.folder).trace, subject.noun, surveyor)
            due = list(_due(vault, found, today))
            ripe, _young, _new = _by_grace(vault, subject.folder, due, surveyor.schedule.grace_days, today)
            chosen = list(_agreed(ripe, agreed))
            copies += destruction.carry_out(vault, change, subject, chosen, today)
            destroyed += chosen
        destruction.forget_members(vault, change)
    return destruction.receipt(vault, change, destroyed, copies, today)


def grace(vault: Vault) -> int:
    """Return the days of grace; raises RefusedError where there are none, and so nothing to propose."""
    days = retention.in_force(vault).grace_days
    if not days:
        raise RefusedError(
            _("retention.yaml sets no days of grace, so nothing is proposed"),
            _("set grace_days there, or destroy what is due with: coach purge --expired"),
        )
    return days


def propose(vault: Vault, found: Plan, today: date) -> Done:
    """Propose what is past its term: it is destroyed only once the days of grace have run."""
    days = grace(vault)
    with vault.change() as change:
        for subject in _subjects(vault, found.unproposed):
            items = [item for item in found.unproposed if item.folder == subject.folder]
            for item in items:
                values = {"of": item.drawer, "rule": item.rule, "due_on": item.due, "proposed_on": today}
                change.add("proposal", subject.folder, {**values, "ids": list(item.ids)})
            for old in vault.load(subject.folder, "identity", Proposal):
                if any(old.of == item.drawer and not item.ids for item in items):
                    change.remove(old)
    count, until = len(found.unproposed), today + timedelta(days=days)
    message = ngettext(
        "%(count)s drawer is proposed; from %(date)s on it is destroyed by: coach purge --expired",
        "%(count)s drawers are proposed; from %(date)s on they are destroyed by: coach purge --expired",
        count,
    )
    facts = {"proposed": [msgspec.to_builtins(item) for item in found.unproposed], "until": until}
    return Done(message % {"count": count, "date": until}, facts)


def _subjects(vault: Vault, items: Sequence[Doomed]) -> Iterator[Subject]:
    """Yield whom these items are about, without a look at any other."""
    for folder in dict.fromkeys(item.folder for item in items):
        yield from vault.load(folder, "identity", Subject)[:1]


class _Surveyed:
    """A folder, what its records say about time, and the terms of its drawers."""

    def __init__(self, subject: Subject | Entry, trace: Trace, kind: str, surveyor: Surveyor) -> None:
        self.subject, self.trace, self.schedule = subject, trace, surveyor.schedule
        self.terms = surveyor.survey(kind, trace)


def _due(vault: Vault, found: _Surveyed, today: date) -> Iterator[Doomed]:
    """Yield the drawers of a folder that are due, and the single records of those that are not."""
    for entry in found.terms:
        if term.is_expired(entry, today):
            yield _doomed(vault, found.subject, entry)
        elif not (entry.is_held or entry.is_empty):
            yield from _singles(vault, found, entry, today)


def _singles(vault: Vault, found: _Surveyed, entry: term.Term, today: date) -> Iterator[Doomed]:
    """Yield the records of a drawer that are due by themselves: by age, or since their consent is gone."""
    folder = found.subject.folder
    rule = found.schedule.find(entry.rule)
    assert rule  # noqa: S101 the term was made by it
    first = term.record_due(rule, found.trace.oldest[entry.drawer])
    dues = dict(_record_dues(vault, folder, entry.drawer, rule)) if first and first <= today else {}
    lost = {}
    if entry.drawer in BY_CONSENT:
        records, consents = vault.load(folder, entry.drawer, Record), vault.load(folder, "consents", Consent)
        lost = taken_back(entry.drawer, records, consents)
    dues |= lost
    ids = tuple(name for name, due in dues.items() if due <= today)
    if ids:  # another command may have destroyed them meanwhile
        whole = _doomed(vault, found.subject, entry)
        latest = max(dues[name] for name in ids)
        started_by = "consent_end" if lost.keys() >= set(ids) else whole.started_by
        one = {"records": len(ids), "due": latest, "ids": ids, "started_on": None, "started_by": started_by}
        yield msgspec.structs.replace(whole, **one)


def _record_dues(vault: Vault, folder: str, drawer: str, rule: Rule) -> Iterator[tuple[str, date]]:
    """Yield when each record of a drawer is due, where the rule counts from the record itself."""
    for record in vault.load(folder, drawer, Record):
        due = term.record_due(rule, last_day(record))
        if due:
            yield record.id, due


def _by_grace(
    vault: Vault, folder: str, due: Sequence[Doomed], days: int, today: date
) -> tuple[list[Doomed], list[Waiting], list[Doomed]]:
    """Return what may go today, what was proposed too recently, and what was not proposed at all."""
    if not days:
        return list(due), [], []
    ripe: list[Doomed] = []
    waiting: list[Waiting] = []
    new: list[Doomed] = []
    grace_ = timedelta(days=days)
    proposals = vault.load(folder, "identity", Proposal)
    for item in due:
        ours = [old for old in proposals if old.of == item.drawer and old.rule == item.rule]
        young = [old for old in ours if old.proposed_on + grace_ > today]
        ripe_part, rest = _covered(item, [old for old in ours if old not in young])
        young_part, new_part = _covered(rest, young) if rest else (None, None)
        ripe.extend([ripe_part] if ripe_part else ())
        if young_part:
            waiting.append(Waiting(young_part, min(old.proposed_on for old in young) + grace_))
        new.extend([new_part] if new_part else ())
    return ripe, waiting, new


def _covered(item: Doomed, ours: Sequence[Proposal]) -> tuple[Doomed | None, Doomed | None]:
    """Return the part of an item that these proposals of its drawer name, and the part that they do not."""
    if not item.ids:
        is_named = any(old.due_on == item.due and not old.ids for old in ours)
        return (item, None) if is_named else (None, item)
    named = {name for old in ours for name in old.ids}
    return _part(item, [i for i in item.ids if i in named]), _part(
        item, [i for i in item.ids if i not in named]
    )


def _agreed(ripe: Sequence[Doomed], agreed: Sequence[Doomed]) -> Iterator[Doomed]:
    """Yield what is due now as far as it was agreed on: more may have become due meanwhile."""
    wanted = {(item.folder, item.drawer): item for item in agreed}
    for item in ripe:
        known = wanted.get((item.folder, item.drawer))
        if known and not known.ids and not item.ids:
            yield item
        elif known and known.ids and item.ids:
            part = _part(item, [name for name in item.ids if name in known.ids])
            yield from [part] if part else []


def _part(item: Doomed, ids: Sequence[str]) -> Doomed | None:
    return msgspec.structs.replace(item, records=len(ids), ids=tuple(ids)) if ids else None


def _doomed(vault: Vault, subject: Subject | Entry, entry: term.Term) -> Doomed:
    return Doomed(
        subject.code,
        entry.drawer,
        len(vault.record_ids(subject.folder, entry.drawer)),
        entry.rule,
        entry.due or clock.today(),
        entry.basis,
        entry.confidence,
        subject.folder,
        entry.trigger,
        entry.start,
        label=entry.label,
    )
