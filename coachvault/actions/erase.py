"""Erasure at the request of the person, before any term: all but what a duty in law keeps."""

from collections.abc import Collection
from datetime import date

import msgspec

from coachvault.actions import brief, destruction, leftover, retention, who
from coachvault.actions.destruction import Doomed, Receipt
from coachvault.actions.leftover import Leftover
from coachvault.actions.result import Listing
from coachvault.errors import NotFoundError
from coachvault.language import _
from coachvault.records.organisation import Organisation
from coachvault.records.subject import Subject
from coachvault.retention import term
from coachvault.retention.schedule import Rule
from coachvault.vault.change import refuse_partial
from coachvault.vault.store import Vault
from coachvault.word import word

RULE = "erasure_request"


class Row(msgspec.Struct, frozen=True):
    """A drawer of the person: whether it goes, and why it does not."""

    code: str
    drawer: str
    records: int
    state: str
    reason: str


class Plan(msgspec.Struct, frozen=True):
    """What would be erased, and what is kept and why."""

    code: str
    items: tuple[Doomed, ...]
    kept: tuple[Row, ...]
    leftovers: tuple[Leftover, ...] = ()
    newest: date | None = None

    def listing(self) -> Listing:
        """Return every drawer as a list to show."""
        gone = (Row(item.code, item.drawer, item.records, "to_erase", "") for item in self.items)
        return Listing("erasure", (*gone, *self.kept), _("there is nothing to erase"))


def plan(vault: Vault, name: str, drawers: Collection[str], today: date) -> Plan:
    """Return what a request of the person erases, of all drawers or those named; a hold refuses it.

    Raises RefusedError for a reader of some folders too, before a plan is shown that they cannot carry out.
    """
    refuse_partial(vault)
    subject = _subject(vault, name)
    own = vault.drawers(subject.folder)
    if set(drawers) - set(own):
        raise NotFoundError(
            _("%(code)s has no such drawer") % {"code": subject.code},
            _("the drawers are: %(drawers)s") % {"drawers": ", ".join(own)},
        )
    found = _plan(vault, subject, drawers or own, today)
    return msgspec.structs.replace(found, newest=brief.newest(vault, brief.every(vault).values()))


def destroy(vault: Vault, name: str, agreed: Plan, today: date) -> Receipt:
    """Erase what was agreed on, as far as a request still reaches it; returns the receipt."""
    with vault.change() as change:
        subject = _subject(vault, name)
        items = _plan(vault, subject, {item.drawer for item in agreed.items}, today).items
        copies = destruction.carry_out(vault, change, subject, items, today)
        destruction.forget_members(vault, change)
    return destruction.receipt(vault, change, items, copies, today)


def lines(found: Plan) -> tuple[str, ...]:
    """Return what is kept and why, a sentence a drawer."""
    sentence = _("%(drawer)s is kept: %(reason)s")
    reasons = {word(row.drawer): row.reason for row in found.kept}
    return tuple(sentence % {"drawer": drawer, "reason": reason} for drawer, reason in reasons.items())


def _subject(vault: Vault, name: str) -> Subject:
    subject = who.subject(vault, name)
    destruction.refuse_held(vault, subject)
    return subject


def _plan(vault: Vault, subject: Subject, wanted: Collection[str], today: date) -> Plan:
    surveyor = retention.Surveyor(vault, retention.ties(vault, {subject.noun}))
    entries = surveyor.survey(subject.noun, brief.of(vault, subject.folder).trace)
    kept: dict[str, str] = {}
    for entry in entries:
        rule = surveyor.schedule.find(entry.rule)
        # Of an empty drawer no duty keeps the key.
        is_running = rule and not entry.is_empty and not term.is_expired(entry, today)
        reason = _duty(rule, entry) if rule and is_running else None
        if entry.drawer in wanted and reason:
            kept[entry.drawer] = reason
    others = [entry.drawer for entry in entries if entry.drawer != "identity" and not entry.is_empty]
    if "identity" in wanted and any(drawer not in wanted or drawer in kept for drawer in others):
        kept["identity"] = _("the name stays as long as another drawer does")
    # A person may ask to be forgotten while a group goes on; what a contract says of its sponsor stays.
    is_named = isinstance(subject, Organisation) and any(entry.why == "tied" for entry in entries)
    if "identity" in wanted and is_named:
        kept["identity"] = _("another folder of the vault names it")
    items = [
        _doomed(vault, subject, e, today) for e in entries if e.drawer in wanted and e.drawer not in kept
    ]
    rows = tuple(
        Row(subject.code, drawer, len(vault.record_ids(subject.folder, drawer)), "kept", reason)
        for drawer, reason in kept.items()
    )
    return Plan(subject.code, tuple(items), rows, leftover.find(vault, items))


def _duty(rule: Rule, entry: term.Term) -> str | None:
    """Return why a request of the person does not reach a drawer, or None."""
    facts: dict[str, object] = {"basis": entry.basis, "due": entry.due or _("a day not known yet")}
    if rule.duty == "law" or rule.floor:
        return _("the law asks for it until %(due)s: %(basis)s") % facts
    if rule.duty == "claims":
        return _("claims may be made on it until %(due)s: %(basis)s") % facts
    return None


def _doomed(vault: Vault, subject: Subject, entry: term.Term, today: date) -> Doomed:
    count = len(vault.record_ids(subject.folder, entry.drawer))
    basis = _("request of the person for erasure")
    return Doomed(
        subject.code, entry.drawer, count, RULE, today, basis, "high", subject.folder, "request", today
    )
