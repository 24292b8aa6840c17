"""Reports to a sponsor: drafted, validated by the beneficiary, and only then written."""

from collections.abc import Iterator, Mapping
from datetime import date
import hashlib
from typing import TYPE_CHECKING, Any

import msgspec

from coachvault import clock
from coachvault.actions import party, wall, who
from coachvault.actions.result import Card, Done, Listing
from coachvault.errors import RefusedError
from coachvault.language import _
from coachvault.records import schema
from coachvault.records.client import Client
from coachvault.records.contract import Contract, versions
from coachvault.records.document import Document
from coachvault.records.event import Delivery
from coachvault.records.report import SHAREABLE, TYPED, Item, Report, Shareable
from coachvault.vault import layout
from coachvault.vault.store import Vault

if TYPE_CHECKING:
    from coachvault.actions.document import Rendered
    from coachvault.documents import SponsorReport

TEMPLATE = "sponsor-report"
# The check of the codes that a report handed over all the same does not meet.
CHECKS = ("report_agreed",)


class Row(msgspec.Struct, frozen=True):
    """A report in a list."""

    code: str
    on: date
    state: str
    validated_on: date | None
    delivered_on: date | None
    fields: tuple[str, ...]
    id: str


class Sheet(msgspec.Struct, frozen=True):
    """A report as it reads now, and the SHA-256 of that very text."""

    code: str
    on: date
    state: str
    validated_on: date | None
    fields: tuple[str, ...]
    sha256: str
    text: str
    id: str


def draft(vault: Vault, name: str, options: Mapping[str, Any], on: date) -> Done:
    """Draft a report of what was up to a day, of no more than contract and client allow.

    `options` are the fields: True, False or None for those that are made, a text for those that are typed.
    """
    with vault.change() as change:
        client = who.find(vault, name)
        contract = wall.mandate(vault, client)
        _refuse_early(vault, contract, on, client)
        allowed = wall.shareable(vault, client, contract, clock.today())
        items = _items({field: None for field in allowed if field not in TYPED}, options, ())
        _refuse_empty(items)
        values = {"on": on, "contract": contract.id, "items": items}
        report = change.add("report", client.folder, values)
        assert isinstance(report, Report)  # noqa: S101 a record of that kind was added
        said = wall.told(vault, client, contract, on, report.items)
    return _done(vault, client, report, said, _("a report on %(code)s is drafted"))


def edit(vault: Vault, name: str, start: str | None, options: Mapping[str, Any], on: date | None) -> Done:
    """Change a report; whatever was validated is no longer."""
    with vault.change() as change:
        client, report = _find(vault, name, start)
        contract = wall.mandate(vault, client, report.contract)
        day = on or report.on
        _refuse_early(vault, contract, day, client)
        items = _items({item.field: item.text for item in report.items}, options, report.items)
        _refuse_empty(items)
        if (day, items) == (report.on, report.items):
            return Done(_("nothing was different; nothing was written"), {"changed": False})
        values = {"on": day, "items": items, "validated": None, "validated_on": None}
        changed = change.update(report, values)
        said = wall.told(vault, client, contract, day, changed.items)
    return _done(vault, client, changed, said, _("the report on %(code)s is changed"))


def listing(vault: Vault, name: str | None) -> Listing:
    """Return the reports on one client or on all, oldest first."""
    clients = [who.find(vault, name)] if name else who.clients(vault)
    vault.open_drawers([(client.folder, drawer) for client in clients for drawer in ("reports", "contract")])
    rows = [row for client in clients for row in _rows(vault, client)]
    rows.sort(key=lambda row: (row.on, row.code))
    return Listing("report", tuple(rows))


def _rows(vault: Vault, client: Client) -> Iterator[Row]:
    reports = vault.load(client.folder, "reports", Report)
    deliveries = vault.load(client.folder, "contract", Delivery) if reports else ()
    sent = {delivery.about: delivery.on for delivery in deliveries if delivery.to == "sponsor"}
    for report in reports:
        fields = tuple(item.field for item in report.items)
        days = (report.validated_on, sent.get(report.id))
        yield Row(client.code, report.on, _state(report), *days, fields, report.id)


def show(vault: Vault, name: str, start: str | None, *, is_readable: bool = False) -> Card:
    """Return a report by the beginning of its id, or the last one, as it reads now.

    Its text is the very Markdown that the SHA-256 is of, or, readable, the same without its backslashes.
    """
    from coachvault import documents  # noqa: PLC0415 a template engine is slow to load

    client, report = _find(vault, name, start)
    text = _text(vault, client, wall.compose(vault, client, report))
    digest = _digest(text)
    said = documents.plain(text) if is_readable else text
    fields = tuple(item.field for item in report.items)
    sheet = Sheet(
        client.code, report.on, _state(report, digest), report.validated_on, fields, digest, said, report.id
    )
    return Card("report", sheet)


def validate(vault: Vault, name: str, start: str | None, sha256: str, on: date) -> Done:
    """Keep that the beneficiary agreed to the text of this SHA-256: to no other (PI-5.4)."""
    with vault.change() as change:
        client, report = _find(vault, name, start)
        if on < report.on:
            raise RefusedError(
                _("the report is of %(date)s, after that day") % {"date": report.on},
                _("give --on that day or a later one"),
            )
        contract = wall.mandate(vault, client, report.contract)
        said = wall.told(vault, client, contract, report.on, report.items)
        digest = _digest(_text(vault, client, said))
        if sha256.strip().lower() != digest:
            raise RefusedError(
                _("that is not the SHA-256 of the report as it reads now"),
                _("show the client the text again with: coach report show %(code)s") % {"code": client.code},
            )
        change.update(report, {"validated": digest, "validated_on": on})
    facts = {"code": client.code, "report": report.id, "sha256": digest, "validated_on": on}
    message = _(
        "the report on %(code)s is validated as of %(date)s; write it with: coach report render %(code)s"
    )
    return Done(message % {"code": client.code, "date": on}, facts)


def render(vault: Vault, name: str, start: str | None, to: str) -> "Rendered":
    """Return the report in a format, and keep it; refuses every text but the one that was validated.

    So a template, contract, consent, profile or log that changed since then stops it.
    """
    from coachvault.actions import document  # noqa: PLC0415 a template engine is slow to load

    client, report = _find(vault, name, start)
    contract = wall.mandate(vault, client, report.contract)
    said = wall.told(vault, client, contract, report.on, report.items)
    text = _text(vault, client, said)
    if report.validated is None:
        raise RefusedError(
            _("the client has not validated this report"),
            _("show it with: coach report show %(code)s; then: coach report validate %(code)s")
            % {"code": client.code},
        )
    if report.validated != _digest(text):
        raise RefusedError(
            _("the report no longer reads as the client validated it"),
            _("show it again with: coach report show %(code)s; then: coach report validate %(code)s")
            % {"code": client.code},
        )
    language, name = _language(vault, client), f"{client.code}-reports"
    made = document.convert(text, to, name=name, language=language, author=said.coach, on=said.on)
    values = {"on": report.on, "template": TEMPLATE, "about": report.id, "version": report.validated}
    with vault.change() as change:
        document.keep(vault, change, (client.folder, "reports"), made, values)
    return made


def deliver(
    vault: Vault, name: str, start: str | None, options: Mapping[str, Any], reason: str | None = None
) -> Done:
    """Record that a report was handed to a party: `options` are `to`, `name`, `means` and `on` (PI-5.4).

    Refused for what was not rendered in the words that the beneficiary validated, and before that day; to a
    sponsor, for what the contract and a live consent do not allow that day: a `reason` goes past that, and is
    kept in the ethics log.
    """
    from coachvault.actions import handover  # noqa: PLC0415 a template engine is slow to load

    with vault.change() as change:
        client, report = _find(vault, name, start)
        party.refuse_absent(vault, client, options["to"])
        made = [d for d in vault.load(client.folder, "reports", Document) if d.about == report.id]
        sent = [d for d in made if report.validated and d.version == report.validated]
        if not sent or report.validated_on is None:
            raise RefusedError(
                _("the report on %(code)s was not rendered in the words that were validated")
                % {"code": client.code},
                _("render it with: coach report render %(code)s") % {"code": client.code},
            )
        if options["on"] < report.validated_on:
            raise RefusedError(
                _("the report was validated on %(date)s, after that day") % {"date": report.validated_on},
                _("give --on that day or a later one"),
            )
        breach = _breach(vault, client, report, options)
        if breach and not reason:
            raise RefusedError(
                breach.message,
                _("hand nothing over; what the sponsor has all the same is recorded with: --override REASON"),
            )
        facts = {"what": "report", "about": report.id, "version": report.on.isoformat()}
        done = handover.record(vault, change, client, options, {**facts, "sha256": sent[-1].sha256})
        if breach:
            log = {"on": options["on"], "about": done.facts["delivery"], "checks": CHECKS, "reason": reason}
            change.add("override", client.folder, log)
    return msgspec.structs.replace(done, warnings=(*done.warnings, *_said(breach, reason)))


def _breach(vault: Vault, client: Client, report: Report, options: Mapping[str, Any]) -> RefusedError | None:
    """Return why the sponsor may not have had a report on that day, or None if they may (LC-21)."""
    if options["to"] != "sponsor":
        return None
    try:
        contract = wall.mandate(vault, client, report.contract)
        allowed = wall.shareable(vault, client, contract, options["on"])
        wall.refuse_more(contract, allowed, [item.field for item in report.items])
    except RefusedError as error:
        return error
    return None


def _said(breach: RefusedError | None, reason: str | None) -> tuple[str, ...]:
    """Return what to say of an override: that it is in the ethics log, or that none was needed."""
    if breach:
        return (_("that was not agreed on; the ethics log says so: coach session list --overrides"),)
    return (_("nothing was missing: the override is not needed and not kept"),) if reason else ()


def proof(vault: Vault, name: str, start: str | None) -> "Rendered":
    """Return the text that the beneficiary reads and validates: the Markdown of the very document."""
    from coachvault.actions import document  # noqa: PLC0415 a template engine is slow to load

    client, report = _find(vault, name, start)
    said = wall.compose(vault, client, report)
    text, name = _text(vault, client, said), f"{client.code}-reports-to-validate"
    language = _language(vault, client)
    return document.convert(text, "md", name=name, language=language, author=said.coach, on=said.on)


def _find(vault: Vault, name: str, start: str | None) -> tuple[Client, Report]:
    client = who.find(vault, name)
    found = vault.load(client.folder, "reports", Report)
    return client, who.pick(found, start, f"coach report list {client.code}")


def _items(
    fields: Mapping[Shareable, str | None], options: Mapping[str, Any], before: tuple[Item, ...]
) -> tuple[Item, ...]:
    """Return the items in their order; one that stays keeps its id."""
    ids = {item.field: item.id for item in before}
    wanted: dict[Shareable, str | None] = dict(fields)
    for field in SHAREABLE:
        value = options.get(field)
        if value is False or value == "":
            wanted.pop(field, None)
        elif value is not None:
            wanted[field] = None if value is True else schema.tidy(value)
    return tuple(
        Item(id=ids.get(field) or layout.new_id(), field=field, text=wanted[field])
        for field in SHAREABLE
        if field in wanted
    )


def _refuse_empty(items: tuple[Item, ...]) -> None:
    if not items:
        raise RefusedError(
            _("the report would say nothing"),
            _("give --progress or --closing, as far as the contract allows"),
        )


def _refuse_early(vault: Vault, contract: Contract, on: date, client: Client) -> None:
    """Raise RefusedError for a day before the first version of the contract was signed."""
    first = versions(vault.load(client.folder, "contract", Contract), contract)[0].signed_on
    if first and on < first:
        raise RefusedError(
            _("the contract with %(code)s was signed after that day") % {"code": client.code},
            _("give --on the day of the signature or a later one"),
        )


def _text(vault: Vault, client: Client, said: "SponsorReport") -> str:
    from coachvault import documents  # noqa: PLC0415 a template engine is slow to load

    context, own = documents.report_context(said), vault.root / layout.TEMPLATES
    return documents.render(TEMPLATE, _language(vault, client), context, own)


def _language(vault: Vault, client: Client) -> str:
    return client.language or vault.config.language


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _state(report: Report, digest: str | None = None) -> str:
    if report.validated is None:
        return "draft"
    return "validated" if digest in (None, report.validated) else "changed"


def _done(vault: Vault, client: Client, report: Report, said: "SponsorReport", message: str) -> Done:
    digest = _digest(_text(vault, client, said))
    facts = {"code": client.code, "report": report.id, "sha256": digest}
    step = _("hand the client this text to read, then validate it: coach report show %(code)s")
    return Done(message % {"code": client.code}, facts, lines=(step % {"code": client.code},))
