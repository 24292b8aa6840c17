"""What a contract and the work under it still lack, by the codes of ethics."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date

import msgspec

from coachvault.actions import contract as contracts
from coachvault.actions import remedy, who
from coachvault.actions.case import Cases
from coachvault.actions.result import Listing
from coachvault.errors import FindingsError
from coachvault.ethics import check, gate
from coachvault.ethics.case import DRAWERS, Case
from coachvault.language import _, current, ngettext
from coachvault.records.base import Record
from coachvault.records.client import Client
from coachvault.records.contract import Contract
from coachvault.records.subject import Subject
from coachvault.vault.index import Entry
from coachvault.vault.store import Vault


class Row(msgspec.Struct, frozen=True):
    """A check: what it asks for, whether that is so, for which clauses, and the command that meets it.

    `before_session`: it is missing, and the start gate wants it before the next session.
    """

    check: str
    state: str
    clauses: tuple[str, ...]
    duty: str
    command: str
    before_session: bool = False


class Missing(msgspec.Struct, frozen=True):
    """A check that is missing, and for whom."""

    code: str
    check: str
    clauses: tuple[str, ...]
    duty: str
    command: str


def one(vault: Vault, name: str, day: date) -> Listing:
    """Return what comes of each check on a day for a contract, and the fields that its document lacks.

    A field that a missing check asks for already is not named again. With a prospect who was declined nothing
    was agreed on: only the end is looked at.
    """
    subject = who.subject(vault, name, who.COACHED)
    cases = Cases(vault)
    if isinstance(subject, Client) and subject.declined_on and contracts.drafted(vault, subject) is None:
        ended = cases.load(subject, None, day)
        return Listing("check", tuple(_row(finding, ended, ()) for finding in check.run(ended, ("end",))))
    contract = contracts.current(vault, subject)
    case = cases.worded(cases.load(subject, contract, day))
    wanted = frozenset(finding.check.id for finding in gate.lacking(case))
    rows = tuple(_row(finding, case, wanted) for finding in check.run(case))
    return Listing("check", (*rows, *_fields(vault, case, rows)))


def every(vault: Vault, day: date) -> Listing:
    """Return each check that is missing for whoever has a contract that runs or is drafted, by name.

    Each record is read once, and the keys of all drawers are asked for together.
    """
    entries = tuple(_engaged(vault))
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
        case = cases.worded(cases.compose(subject, running[-1], records, day))
        found = check.run(case)
        rows += [_missing(finding, case) for finding in found if finding.state == "missing"]
    return Listing("missing", tuple(rows), _("nothing is missing"))


def _engaged(vault: Vault) -> Iterator[Entry]:
    """Yield whose relationship has not ended, and former clients with whom a contract is being prepared."""
    everyone = who.entries(vault, who.COACHED)
    drafted: set[str] = set()
    if any(entry.closed_on for entry in everyone):
        from coachvault.actions import brief  # noqa: PLC0415 a vault without former clients needs none

        drafted = {folder for folder, known in brief.every(vault).items() if known.drafts}
    yield from (entry for entry in everyone if entry.closed_on is None or entry.folder in drafted)


def refuse_missing(found: Listing) -> None:
    """Raise FindingsError if something is missing, and say how much of it the start gate wants."""
    missing = [r for r in found.items if isinstance(r, Missing) or getattr(r, "state", "") == "missing"]
    if not missing:
        return
    count, wanted = len(missing), sum(getattr(row, "before_session", False) for row in missing)
    sentence = ngettext("%(count)s point is missing", "%(count)s points are missing", count)
    if wanted == count:
        sentence = ngettext(
            "%(count)s point is missing before the next session",
            "%(count)s points are missing before the next session",
            count,
        )
    elif wanted:
        sentence = _("%(count)s points are missing, of which before the next session: %(wanted)s")
    raise FindingsError(
        sentence % {"count": count, "wanted": wanted},
        _("each stands with the command to run; then check again"),
    )


def _row(finding: check.Finding, case: Case, wanted: Collection[str]) -> Row:
    is_missing = finding.state == "missing"
    return Row(
        finding.check.id,
        finding.state,
        finding.clauses,
        finding.check.label.say(current()),
        remedy.command(finding, case) if is_missing else "",
        is_missing and finding.check.id in wanted,
    )


def _missing(finding: check.Finding, case: Case) -> Missing:
    label = finding.check.label.say(current())
    return Missing(case.subject.code, finding.check.id, finding.clauses, label, remedy.command(finding, case))


def _fields(vault: Vault, case: Case, rows: Sequence[Row]) -> Iterator[Row]:
    """Yield the fields that the document of the contract needs, that are not set and that no check names."""
    from coachvault import documents  # noqa: PLC0415 a template engine is slow to load

    assert case.contract is not None  # noqa: S101 the case of a contract
    named = {word for row in rows for word in row.command.split()}
    fields = contracts.missing_fields(vault, case.subject, case.contract)
    own = {field: documents.commands([field])[0] for field in fields}
    lacking = [field for field in fields if remedy.option(own[field]) not in named]
    for field in lacking:
        owner = [other for other in lacking if other.partition(".")[0] == field.partition(".")[0]]
        command = remedy.runnable(documents.commands(owner)[0], case.contract)
        command = command.replace("WHO", case.subject.code)
        yield Row(field, "missing", (), _("a field that the document needs"), command)
