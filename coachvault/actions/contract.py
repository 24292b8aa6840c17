"""Contracts with a client or a group: drafting, checking, rendering, amending, ending."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from coachvault import clock
from coachvault.actions import contradiction, draft, profile, retention, who, wording
from coachvault.actions.result import Card, Done, Listing
from coachvault.errors import NotFoundError, RefusedError
from coachvault.ethics import interest
from coachvault.language import _
from coachvault.records import schema
from coachvault.records.base import Record
from coachvault.records.client import Client
from coachvault.records.contract import Contract, versions
from coachvault.records.event import ConflictCheck, ConflictOfInterest, Delivery, Explanation
from coachvault.records.group import Group
from coachvault.records.subject import Subject
from coachvault.vault import layout
from coachvault.vault.store import Vault

if TYPE_CHECKING:
    from coachvault.actions.document import Rendered
    from coachvault.documents import Context


class Row(msgspec.Struct, frozen=True):
    """A contract in a list; `version` is 1, and one more with every amendment."""

    code: str
    kind: str
    version: int
    state: str
    start: date | None
    sessions: int | None
    signed_on: date | None
    ended_on: date | None
    id: str


class Handover(msgspec.Struct, frozen=True):
    """That the contract was handed to a party; `who` is the member of a group, or the guardian."""

    on: date
    to: str
    who: str | None
    means: str
    version: str | None
    sha256: str


class Understanding(msgspec.Struct, frozen=True):
    """What of the contract a party had explained; `who` is the member of a group, or the guardian."""

    on: date
    to: str
    who: str | None
    how: str
    points: tuple[str, ...]


class Sheet(Contract, frozen=True, kw_only=True):
    """A contract, and what was handed over and explained of it."""

    version: int
    deliveries: tuple[Handover, ...]
    explanations: tuple[Understanding, ...]


def new(vault: Vault, name: str, options: Mapping[str, Any], source: draft.Source | None) -> Done:
    """Draft a contract; what the profile says of methods, place, currency and cancellation is the default."""
    with vault.change() as change:
        subject = who.subject(vault, name, who.COACHED)
        _refuse_second(vault, subject)
        prepare = wording.complete(vault, options, source)
        values = draft.values("contract", options, source, prepare, _defaults(vault))
        contract = change.add("contract", subject.folder, values | _parties(subject, values))
        assert isinstance(contract, Contract)  # noqa: S101 of that kind
        contradiction.refuse(vault, subject, contract)
        if subject.closed_on and isinstance(subject, Group):
            # Its members join before anything can be handed to them, which is before the signature.
            change.update(subject, reopened(subject))
    facts = {"code": subject.code, "contract": contract.id}
    return Done(_("a contract with %(code)s is drafted") % {"code": subject.code}, facts)


def edit(vault: Vault, name: str, options: Mapping[str, Any], source: draft.Source | None) -> Done:
    """Change the draft of a contract; a signed one stays as it was signed."""
    with vault.change() as change:
        subject = who.subject(vault, name, who.COACHED)
        contract = current(vault, subject)
        if contract.state != "draft" or contract.signatures:
            hint = (
                _("give the draft up with: coach contract end %(code)s --draft; then draft another")
                if contract.state == "draft"
                else _("agree on other terms with: coach contract amend %(code)s")
            )
            raise RefusedError(
                _("the contract with %(code)s is signed and stays as it was signed") % {"code": subject.code},
                hint % {"code": subject.code},
            )
        values = draft.edited(contract, options, source, wording.complete(vault, options, source))
        changed = change.update(contract, values | _parties(subject, values))
        _refuse_other_kind(vault, changed)
        contradiction.refuse(vault, subject, changed)
    return draft.changed(contract, changed, subject.code)


def amend(vault: Vault, name: str, options: Mapping[str, Any], source: draft.Source | None) -> Done:
    """Draft the next version of a signed contract: all its terms but those that are named.

    Once all have signed it, it takes the place of the one it amends; `sessions` counts those of all versions.
    """
    with vault.change() as change:
        subject = who.subject(vault, name, who.COACHED)
        before = current(vault, subject)
        if runs(vault, subject) is None:
            raise RefusedError(
                _("there is no signed contract with %(code)s that runs") % {"code": subject.code},
                _("change a draft with: coach contract edit %(code)s; after the end, draft a new contract")
                % {"code": subject.code},
            )
        _refuse_second(vault, subject)
        values = draft.edited(before, options, source, wording.complete(vault, options, source))
        given = {name: value for name, value in values.items() if value is not None}
        system = {"amends": before.id, **_parties(subject, given)}
        contract = change.add("contract", subject.folder, given | system)
        assert isinstance(contract, Contract)  # noqa: S101 of that kind
        _refuse_other_kind(vault, contract)
        contradiction.refuse(vault, subject, contract)
    facts = {"code": subject.code, "contract": contract.id, "amends": before.id}
    return Done(_("an amendment with %(code)s is drafted") % {"code": subject.code}, facts)


def listing(vault: Vault, name: str | None) -> Listing:
    """Return the contracts of one client or group or of all, by name and start."""
    subjects = [who.subject(vault, name, who.COACHED)] if name else who.subjects(vault, who.COACHED)
    vault.open_drawers([(subject.folder, "contract") for subject in subjects])
    rows = [
        Row(
            subject.code, c.kind, len(versions(known, c)), c.state, c.start, c.sessions, c.signed_on,
            c.ended_on, c.id,
        )
        for subject in subjects
        for known in [vault.load(subject.folder, "contract", Contract)]
        for c in known
    ]  # fmt: skip
    return Listing("contract", tuple(rows))


def show(vault: Vault, name: str) -> Card:
    """Return the contract that runs, or the last one, with what was handed over and explained of it."""
    subject = who.subject(vault, name, who.COACHED)
    contract = current(vault, subject)
    records = vault.load(subject.folder, "contract", Record)
    guardians = subject.guardians if isinstance(subject, Client) else ()
    names = {guardian.id: guardian.name for guardian in guardians}
    return Card("contract", sheet(contract, records, who.codes(vault) | names))


def sheet(contract: Contract, records: Sequence[Record], codes: Mapping[str, str]) -> Sheet:
    """Return a contract with what the records of its drawer say of it.

    `codes` are those of the folders, and the names of guardians by their ids.
    """
    known = [record for record in records if isinstance(record, Contract)]
    about = [record for record in records if getattr(record, "about", None) == contract.id]
    sponsor = codes.get(contract.sponsor or "", contract.sponsor)
    guardians = tuple(codes.get(guardian, guardian) for guardian in contract.guardians)
    return Sheet(
        **(msgspec.structs.asdict(contract) | {"sponsor": sponsor, "guardians": guardians}),
        version=len(versions(known, contract)),
        deliveries=tuple(
            Handover(d.on, d.to, codes.get(d.who or ""), d.means, d.version, d.sha256)
            for d in about
            if isinstance(d, Delivery)
        ),
        explanations=tuple(
            Understanding(e.on, e.to, codes.get(e.who or ""), e.how, e.points)
            for e in about
            if isinstance(e, Explanation)
        ),
    )


def missing_fields(vault: Vault, subject: Subject, contract: Contract) -> tuple[str, ...]:
    """Return every field that the document of a contract needs and that is not set."""
    from coachvault import documents  # noqa: PLC0415 a template engine is slow to load

    language = subject.language or vault.config.language
    context = _context(vault, subject, contract)
    return documents.missing(f"contract-{contract.kind}", language, context, vault.root / layout.TEMPLATES)


def render(vault: Vault, name: str, to: str) -> "Rendered":
    """Return the contract as a document, and keep it in the contract's drawer with its SHA-256."""
    from coachvault.actions import document  # noqa: PLC0415 a template engine is slow to load

    subject = who.subject(vault, name, who.COACHED)
    contract = current(vault, subject)
    template = f"contract-{contract.kind}"
    made = document.make(
        template,
        to,
        _context(vault, subject, contract),
        name=f"{subject.code}-contract",
        language=subject.language or vault.config.language,
        own=vault.root / layout.TEMPLATES,
    )
    values = {"on": clock.today(), "template": template, "about": contract.id, "version": contract.wording}
    with vault.change() as change:
        document.keep(vault, change, (subject.folder, "contract"), made, values)
    return made


def runs(vault: Vault, subject: Subject) -> Contract | None:
    """Return the signed contract that has not ended, or None."""
    known = vault.load(subject.folder, "contract", Contract)
    return next((contract for contract in reversed(known) if contract.state == "signed"), None)


def drafted(vault: Vault, subject: Subject) -> Contract | None:
    """Return the contract or the amendment that is being prepared, or None."""
    known = vault.load(subject.folder, "contract", Contract)
    return next((contract for contract in reversed(known) if contract.state == "draft"), None)


def refuse_early_end(contract: Contract, on: date, code: str) -> None:
    """Raise RefusedError if a contract would end before it was signed."""
    if contract.signed_on and on < contract.signed_on:
        raise RefusedError(
            _("the contract with %(code)s was signed after that day") % {"code": code},
            _("give --on the day of the signature or a later one"),
        )


def current(vault: Vault, subject: Subject) -> Contract:
    """Return the contract that `find` finds; raises NotFoundError if there is none."""
    found = find(vault, subject)
    if found is None:
        kind = "group" if isinstance(subject, Group) else "individual"
        raise NotFoundError(
            _("there is no contract with %(code)s") % {"code": subject.code},
            _("draft one with: coach contract new %(code)s --kind %(kind)s")
            % {"code": subject.code, "kind": kind},
        )
    return found


def find(vault: Vault, subject: Subject) -> Contract | None:
    """Return the contract that runs, its amendment if one is drafted, else the last one, or None.

    The last one is that which was signed, if any was: a draft that was given up says nothing of the work.
    """
    found = vault.load(subject.folder, "contract", Contract)
    running = [contract for contract in found if contract.state != "ended"]
    running = running or [contract for contract in found if contract.signed_on] or list(found)
    amended = {contract.amends for contract in running}
    return next((contract for contract in reversed(running) if contract.id not in amended), None)


def _refuse_second(vault: Vault, subject: Subject) -> None:
    """Raise RefusedError while another contract, or an amendment, is being prepared."""
    found = drafted(vault, subject)
    if found is None:
        return
    message = (
        _("an amendment with %(code)s is being prepared already")
        if found.amends
        else _("a contract with %(code)s is being prepared already")
    )
    hint = _("change it: coach contract edit %(code)s; or give it up: coach contract end %(code)s --draft")
    raise RefusedError(message % {"code": subject.code}, hint % {"code": subject.code})


def reopened(subject: Subject) -> dict[str, None]:
    """Return what takes back the end of a relationship: a contract that all have signed, and no draft."""
    ends = ("closed_on", "closed_by", "discussed_on", "closing_session", "declined_on", "declined_for")
    return {name: None for name in ends if name in subject.__struct_fields__}


def _parties(subject: Subject, values: Mapping[str, Any]) -> dict[str, Any]:
    """Return who must sign: that follows from the kind, and is not for a person to type."""
    signers = contradiction.parties(subject, values["kind"], has_sponsor=bool(values.get("sponsor")))
    return {"parties": signers, **contradiction.guarded(subject)}


def _defaults(vault: Vault) -> dict[str, Any]:
    own = profile.get(vault)
    names = ("place", "currency", "cancellation_hours", "cancellation_percent")
    found = {name: getattr(own, name) for name in names} | {"law": vault.config.country}
    return {
        **{name: value for name, value in found.items() if value is not None},
        "methods": schema.plain(own.methods),
    }


def _refuse_other_kind(vault: Vault, contract: Contract) -> None:
    known = vault.load(contract.folder, "contract", Contract)
    if any(each.kind != contract.kind for each in versions(known, contract)):
        raise RefusedError(
            _("an amendment does not change the kind of a contract"),
            _("end the contract with: coach contract end, and draft one of another kind"),
        )


def _conflict(vault: Vault, subject: Subject) -> str | None:
    """Return what was last answered to the comparison with everyone known; None while a conflict is open.

    `managed` says that what was found was talked over: it is None too where that did not take place.
    """
    checks = vault.load(subject.folder, "contract", ConflictCheck)
    found = vault.load(subject.folder, "contract", ConflictOfInterest)
    if not checks or any(conflict.closed_on is None for conflict in found):
        return None
    if checks[-1].answer != "managed":
        return checks[-1].answer
    own = interest.since(checks[-1], found)
    return "managed" if own and all(interest.is_raised(subject, conflict) for conflict in own) else None


def _context(vault: Vault, subject: Subject, contract: Contract) -> "Context":
    from coachvault import documents  # noqa: PLC0415 a template engine is slow to load
    from coachvault.actions import document  # noqa: PLC0415 the same

    language = subject.language or vault.config.language
    # Who reads a contract is no longer a prospect, even if it is the first.
    conditions = retention.facts_of(vault, subject).conditions - {"prospect"}
    drawers = [d for d in retention.DRAWERS if d != "reports" or contract.sponsor_report]
    known = vault.load(subject.folder, "contract", Contract)
    sponsor, before = contradiction.sponsor_of(vault, contract), versions(known, contract)[:-1]
    around = documents.Around(sponsor, _conflict(vault, subject), before)
    return documents.contract_context(
        profile.get(vault),
        subject,
        contract,
        document.table(vault, language, conditions, drawers),
        around=around,
        country=contract.law or vault.config.country,
        language=language,
        on=clock.today(),
    )
