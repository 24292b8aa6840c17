"""What a contract and the work under it still lack, by the codes of ethics."""

from collections.abc import Iterable, Iterator
from datetime import date

import msgspec

from coachvault.actions import contract as contracts
from coachvault.actions import who
from coachvault.actions.case import Cases
from coachvault.actions.result import Listing
from coachvault.errors import FindingsError
from coachvault.ethics import check
from coachvault.ethics.case import DRAWERS
from coachvault.language import _, current, ngettext
from coachvault.records.base import Record
from coachvault.records.client import Client
from coachvault.records.contract import Contract
from coachvault.records.subject import Subject
from coachvault.vault.store import Vault


class Row(msgspec.Struct, frozen=True):
    """A check: what it asks for, whether that is so, for which clauses, and the command that meets it."""

    check: str
    state: str
    clauses: tuple[str, ...]
    duty: str
    command: str


class Missing(msgspec.Struct, frozen=True):
    """A check that is missing, and for whom."""

    code: str
    check: str
    clauses: tuple[str, ...]
    duty: str
    command: str


def one(vault: Vault, name: str, day: date, *, is_full: bool = False) -> Listing:
    """Return what comes of each check on a day for a contract, and the fields that its document lacks.

    What does not apply is left out unless `is_full`. With a prospect who was declined nothing was agreed on:
    only the end is looked at.
    """
    subject = who.subject(vault, name, who.COACHED)
    cases = Cases(vault)
    if isinstance(subject, Client) and subject.declined_on:
        ended = check.run(cases.load(subject, None, day), ("end",))
        return Listing("check", _rows(ended, subject, is_full=is_full))
    contract = contracts.current(vault, subject)
    case = cases.worded(cases.load(subject, contract, day))
    rows = _rows(check.run(case), subject, is_full=is_full)
    return Listing("check", (*rows, *_fields(vault, subject, contract)))


def every(vault: Vault, day: date) -> Listing:
    """Return each check that is missing for whoever has a contract that runs or is drafted, by name.

    Each record is read once, and the keys of all drawers are asked for together.
    """
    entries = [entry for entry in who.entries(vault, who.COACHED) if entry.closed_on is None]
    vault.open_drawers([(entry.folder, drawer) for entry in entries for drawer in DRAWERS])
    cases = Cases(vault)
    rows: list[Missing] = []
    for entry in entries:
        known = vault.load(entry.folder, "contract", Record)
        running = [c for c in known if isinstance(c, Contract) and c.state != "ended"]
        if not running:
            continue
        others = (vault.load(entry.folder, drawer, Record) for drawer in DRAWERS if drawer != "contract")
        records = [*known, *(record for drawer in others for record in drawer)]
        subject = next(r for r in records if isinstance(r, Subject) and r.code == entry.code)
        found = check.run(cases.worded(cases.compose(subject, running[-1], records, day)))
        rows += [_missing(finding, subject) for finding in found if finding.state == "missing"]
    return Listing("missing", tuple(rows), _("nothing is missing"))


def refuse_missing(found: Listing) -> None:
    """Raise FindingsError if something is missing."""
    count = sum(isinstance(row, Missing) or getattr(row, "state", "") == "missing" for row in found.items)
    if count:
        raise FindingsError(
            ngettext("%(count)s point is missing", "%(count)s points are missing", count) % {"count": count},
            _("meet each with the command beside it, then check again"),
        )


def _rows(findings: Iterable[check.Finding], subject: Subject, *, is_full: bool) -> tuple[Row, ...]:
    return tuple(_row(f, subject) for f in findings if is_full or f.state != "not_applicable")


def _row(finding: check.Finding, subject: Subject) -> Row:
    command = finding.check.meet(subject.code) if finding.state == "missing" else ""
    return Row(finding.check.id, finding.state, finding.clauses, finding.check.label.say(current()), command)


def _missing(finding: check.Finding, subject: Subject) -> Missing:
    label = finding.check.label.say(current())
    return Missing(subject.code, finding.check.id, finding.clauses, label, finding.check.meet(subject.code))


def _fields(vault: Vault, subject: Subject, contract: Contract) -> Iterator[Row]:
    """Yield the fields that the document of the contract needs and that are not set."""
    from coachvault import documents  # noqa: PLC0415 a template engine is slow to load

    for field in contracts.missing_fields(vault, subject, contract):
        command = documents.commands([field])[0].replace("WHO", subject.code)
        yield Row(field, "missing", (), _("a field that the document needs"), command)
