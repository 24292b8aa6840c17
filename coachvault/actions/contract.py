"""Contracts with a client: drafting, checking, rendering, signing, ending."""

from collections.abc import Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from coachvault import clock
from coachvault.actions import draft, profile, retention, who
from coachvault.actions.result import Card, Done, Listing
from coachvault.errors import NotFoundError, RefusedError
from coachvault.language import _
from coachvault.records.client import Client
from coachvault.records.contract import Contract
from coachvault.records.document import Document
from coachvault.records.subject import Subject
from coachvault.vault import layout
from coachvault.vault.store import Vault

if TYPE_CHECKING:
    from coachvault.actions.document import Rendered
    from coachvault.documents import Context


class Row(msgspec.Struct, frozen=True):
    """A contract in a list."""

    code: str
    kind: str
    state: str
    start: date | None
    sessions: int | None
    signed_on: date | None
    ended_on: date | None
    id: str


def new(vault: Vault, name: str, options: Mapping[str, Any], source: draft.Source | None) -> Done:
    """Draft a contract; what the profile says of place, currency and cancellation is the default."""
    with vault.change() as change:
        client = who.find(vault, name)
        values = draft.values("contract", options, source, _complete, _defaults(vault))
        _refuse_contradiction(values)
        contract = change.add("contract", client.folder, values)
        if client.closed_on:
            reopened = ("closed_on", "closed_by", "discussed_on", "closing_session")
            change.update(client, dict.fromkeys(reopened))
    facts = {"code": client.code, "contract": contract.id}
    return Done(_("a contract with %(code)s is drafted") % {"code": client.code}, facts)


def edit(vault: Vault, name: str, options: Mapping[str, Any], source: draft.Source | None) -> Done:
    """Change the draft of a contract; a signed one stays as it was signed."""
    with vault.change() as change:
        client = who.find(vault, name)
        contract = current(vault, client)
        if contract.state != "draft" or contract.signatures:
            raise RefusedError(
                _("the contract with %(code)s is signed and stays as it was signed") % {"code": client.code},
                _("end it with: coach contract end, and draft a new one"),
            )
        values = draft.edited(contract, options, source, _complete)
        _refuse_contradiction(values)
        changed = change.update(contract, values)
    return draft.changed(contract, changed, client.code)


def listing(vault: Vault, name: str | None) -> Listing:
    """Return the contracts of one client or of all, by client and start."""
    clients = [who.find(vault, name)] if name else who.clients(vault)
    vault.open_drawers([(client.folder, "contract") for client in clients])
    rows = [
        Row(client.code, c.kind, c.state, c.start, c.sessions, c.signed_on, c.ended_on, c.id)
        for client in clients
        for c in vault.load(client.folder, "contract", Contract)
    ]
    return Listing("contract", tuple(rows))


def show(vault: Vault, name: str) -> Card:
    """Return the contract with a client that runs, or the last one."""
    return Card("contract", current(vault, who.find(vault, name)))


def missing_fields(vault: Vault, client: Client, contract: Contract) -> tuple[str, ...]:
    """Return every field that the document of a contract needs and that is not set."""
    from coachvault import documents  # noqa: PLC0415 a template engine is slow to load

    language = client.language or vault.config.language
    context = _context(vault, client, contract)
    return documents.missing(f"contract-{contract.kind}", language, context, vault.root / layout.TEMPLATES)


def render(vault: Vault, name: str, to: str) -> "Rendered":
    """Return the contract as a document, and keep it in the contract's drawer with its SHA-256."""
    from coachvault.actions import document  # noqa: PLC0415 a template engine is slow to load

    client = who.find(vault, name)
    contract = current(vault, client)
    template, today = f"contract-{contract.kind}", clock.today()
    made = document.make(
        template,
        to,
        _context(vault, client, contract),
        name=f"{client.code}-contract",
        language=client.language or vault.config.language,
        own=vault.root / layout.TEMPLATES,
    )
    known = {kept.sha256 for kept in vault.load(client.folder, "contract", Document)}
    if made.sha256 not in known:
        values = {
            "on": today,
            "role": "rendered",
            "about": contract.id,
            "template": template,
            "title": template,
        }
        with vault.change() as change:
            change.attach(client.folder, "contract", {**values, "format": to}, made.data)
    return made


def sign(vault: Vault, name: str, by: str, on: date, signed: bytes | None) -> Done:
    """Record that a party signed, on which day, and the signed file if there is one."""
    with vault.change() as change:
        client = who.find(vault, name)
        contract = current(vault, client)
        _refuse_signature(contract, by, client.code)
        entry: dict[str, Any] = {"by": by, "on": on}
        if signed is not None:
            values = {
                "on": on,
                "role": "signed",
                "about": contract.id,
                "title": _("signed contract"),
                "format": _kind_of(signed),
            }
            entry["document"] = change.attach(client.folder, "contract", values, signed).id
        signatures = [*contract.signatures, entry]
        changed = change.update(contract, {"signatures": signatures})
    waiting = {"client", "coach"} - {signature.by for signature in changed.signatures}
    message = (
        _("signed by %(by)s on %(date)s")
        if not waiting
        else _("signed by %(by)s on %(date)s; the other party has not signed yet")
    )
    party = {"client": _("the client"), "coach": _("the coach")}[by]
    return Done(message % {"by": party, "date": on}, {"code": client.code, "state": changed.state})


def end(vault: Vault, name: str, on: date, by: str) -> Done:
    """End the contract that runs; no reason is asked."""
    with vault.change() as change:
        client = who.find(vault, name)
        contract = current(vault, client)
        if contract.ended_on:
            raise RefusedError(
                _("the contract with %(code)s has ended already") % {"code": client.code},
                _("see it with: coach contract show CODE"),
            )
        refuse_early_end(contract, on, client.code)
        change.update(contract, {"ended_on": on, "ended_by": by})
    message = _("the contract with %(code)s has ended as of %(date)s; coach client close starts the terms")
    return Done(message % {"code": client.code, "date": on}, {"code": client.code, "ended_on": on})


def refuse_early_end(contract: Contract, on: date, code: str) -> None:
    """Raise RefusedError if a contract would end before it was signed."""
    if contract.signed_on and on < contract.signed_on:
        raise RefusedError(
            _("the contract with %(code)s was signed after that day") % {"code": code},
            _("give --on the day of the signature or a later one"),
        )


def current(vault: Vault, client: Subject) -> Contract:
    """Return the contract that runs, else the last one; raises NotFoundError if there is none."""
    found = vault.load(client.folder, "contract", Contract)
    if not found:
        raise NotFoundError(
            _("there is no contract with %(code)s") % {"code": client.code},
            _("draft one with: coach contract new %(code)s --kind individual") % {"code": client.code},
        )
    running = [contract for contract in found if contract.state != "ended"]
    return (running or list(found))[-1]


def _kind_of(data: bytes) -> str:
    """Return what kind of file these bytes are, by how they begin."""
    starts = {b"%PDF-": "pdf", b"PK\x03\x04": "zip", b"\xff\xd8\xff": "jpg", b"\x89PNG": "png"}
    return next((name for start, name in starts.items() if data.startswith(start)), "bin")


def _complete(values: dict[str, Any]) -> None:
    """Give every goal its id; a goal may be written as its text alone."""
    goals = values.get("goals")
    if isinstance(goals, list | tuple):
        values["goals"] = [_goal(goal) for goal in goals]


def _goal(goal: object) -> object:
    if isinstance(goal, str):
        return {"id": layout.new_id(), "text": goal}
    if isinstance(goal, Mapping):
        return {"id": layout.new_id(), **goal}
    return goal


def _defaults(vault: Vault) -> dict[str, Any]:
    own = profile.get(vault)
    names = ("place", "currency", "cancellation_hours", "cancellation_percent", "methods")
    found = {name: getattr(own, name) for name in names}
    return {name: value for name, value in found.items() if value is not None}


def _refuse_contradiction(values: Mapping[str, Any]) -> None:
    start, end_ = str(values.get("start") or ""), str(values.get("end") or "")
    if start and end_ and end_ < start:
        raise RefusedError(_("the contract would end before it starts"), _("correct --start or --end"))
    if values.get("kind") == "solidarity" and int(values.get("sessions") or 0) > 4:  # noqa: PLR2004 CSS: one to four
        raise RefusedError(
            _("solidarity coaching has at most 4 sessions, the closing one included"),
            _("give --sessions 1 to 4, or --kind individual"),
        )


def _refuse_signature(contract: Contract, by: str, code: str) -> None:
    if contract.ended_on:
        raise RefusedError(
            _("the contract with %(code)s has ended") % {"code": code},
            _("draft a new one with: coach contract new"),
        )
    if by in {signature.by for signature in contract.signatures}:
        raise RefusedError(
            _("this party has signed the contract with %(code)s already") % {"code": code},
            _("see the signatures with: coach contract show CODE"),
        )


def _context(vault: Vault, client: Client, contract: Contract) -> "Context":
    from coachvault import documents  # noqa: PLC0415 a template engine is slow to load
    from coachvault.actions import document  # noqa: PLC0415 the same

    language = client.language or vault.config.language
    # Who reads a contract is no longer a prospect, even if it is the first.
    conditions = retention.facts_of(vault, client).conditions - {"prospect"}
    return documents.contract_context(
        profile.get(vault),
        client,
        contract,
        document.table(vault, language, conditions),
        country=vault.config.country,
        language=language,
        on=clock.today(),
    )
