"""Disclosures: what was passed on to somebody outside, and on what ground (DA-9, DA-11, PI-5.2, LC-7)."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import msgspec

from coachvault import clock
from coachvault.actions import draft, who
from coachvault.actions.result import Card, Done, Listing
from coachvault.errors import RefusedError
from coachvault.ethics import wording as texts
from coachvault.language import _
from coachvault.records import contract as contracts
from coachvault.records import schema
from coachvault.records.client import Client
from coachvault.records.consent import Consent, Disclosure, in_force
from coachvault.records.contract import Contract
from coachvault.records.name import fold
from coachvault.vault.store import Vault
from coachvault.word import word


class Row(msgspec.Struct, frozen=True):
    """A disclosure in a list."""

    code: str
    on: date
    basis: str
    recipient_type: str
    recipient: str
    told_on: date | None
    id: str


def add(
    vault: Vault,
    name: str,
    options: Mapping[str, Any],
    consent: str | None = None,
    source: draft.Source | None = None,
) -> Done:
    """Record what was passed on; `consent` is the beginning of an id, else the one that fits is taken."""
    values = draft.values("disclosure", options, source, defaults={"on": clock.today()})
    on = draft.past_day(values, options, source)
    if values.get("told_on") and date.fromisoformat(str(values["told_on"])) > clock.today():
        raise draft.misfit("told_on", _("the date is in the future"), options, source)
    with vault.change() as change:
        client = who.find(vault, name)
        if values["basis"] == "consent":
            given = _with_consent(vault, client, values, consent, on)
        else:
            given = _without_consent(client, values, consent)
        found = change.add("disclosure", client.folder, {**values, **given, "on": on})
    warnings = () if values.get("told_on") else (_untold(client),)
    message = _("what was passed on about %(code)s on %(date)s is recorded")
    facts = {"code": client.code, "disclosure": found.id, "consent": given.get("consent")}
    return Done(message % {"code": client.code, "date": on}, facts, warnings)


def listing(vault: Vault, name: str | None) -> Listing:
    """Return the disclosures about one client or all, by day."""
    clients = [who.entry(vault, name)] if name else who.entries(vault)
    vault.open_drawers([(client.folder, "contract") for client in clients])
    rows = [
        Row(client.code, d.on, d.basis, d.recipient_type, d.recipient, d.told_on, d.id)
        for client in clients
        for d in vault.load(client.folder, "contract", Disclosure)
    ]
    rows.sort(key=lambda row: (row.on, row.code))
    return Listing("disclosure", tuple(rows), _("nothing was passed on"))


def show(vault: Vault, name: str, start: str | None) -> Card:
    """Return a disclosure by the beginning of its id, or the last one."""
    client = who.find(vault, name)
    found = vault.load(client.folder, "contract", Disclosure)
    return Card("disclosure", who.pick(found, start, f"coach disclosure list {client.code}"))


def governing(vault: Vault, folder: str, day: date) -> Contract | None:
    """Return the signed contract of a folder that governs a day: one that runs, else the last."""
    return contracts.governing(vault.load(folder, "contract", Contract), day)


def _without_consent(client: Client, values: Mapping[str, Any], consent: str | None) -> dict[str, Any]:
    """Return what a disclosure on another ground than consent adds; the media get nothing so (LC-17)."""
    if consent or values.get("items"):
        raise RefusedError(
            _("a consent belongs to --basis consent alone"),
            _("leave --consent and --item out"),
        )
    default = "other" if values["basis"] == "danger" else "authority"
    recipient_type = values.get("recipient_type", default)
    if recipient_type == "media":
        raise RefusedError(
            _("nothing about %(code)s goes to the media on that ground") % {"code": client.code},
            _("only --basis consent allows it, with a live consent reference_name or testimonial"),
        )
    return {"recipient_type": recipient_type}


def _with_consent(
    vault: Vault, client: Client, values: Mapping[str, Any], start: str | None, on: date
) -> dict[str, Any]:
    """Return what a disclosure by consent adds; raises RefusedError where no live consent fits it."""
    contract = governing(vault, client.folder, on)
    if contract and contract.confidentiality_exceptions == "law":
        raise RefusedError(
            _("the contract with %(code)s lets secrecy give way to the law alone") % {"code": client.code},
            _("agree on another rule with the client first: coach contract amend %(code)s")
            % {"code": client.code},
        )
    found = _live(vault, client, values, start, on)
    fitting = [consent for consent in found if _fits(consent, values)]
    if not fitting:
        raise RefusedError(
            _("no live consent of %(code)s allows that, to that recipient") % {"code": client.code},
            _("see what it allows with: coach consent list %(code)s; name no more by --recipient and --item")
            % {"code": client.code},
        )
    if len(fitting) > 1:
        raise RefusedError(
            _("more than one consent of %(code)s allows that") % {"code": client.code},
            _("name one with --consent: coach consent list %(code)s") % {"code": client.code},
        )
    (consent,) = fitting
    if consent.type == "sponsor_report":
        _refuse_more(vault, client, values, on)
    default = texts.model(consent.type).recipients[0]
    return {"consent": consent.id, "recipient_type": values.get("recipient_type", default)}


def _refuse_more(vault: Vault, client: Client, values: Mapping[str, Any], on: date) -> None:
    """Raise RefusedError for what the contract of that day does not let the sponsor know (PI-5.5)."""
    known = vault.load(client.folder, "contract", Contract)
    contract = contracts.governing((c for c in known if c.sponsor), on)
    agreed = contract.sponsor_report if contract else ()
    for item in schema.tidy(list(values.get("items") or ())):
        if item not in agreed:
            raise RefusedError(
                _("the contract does not let the sponsor be told of: %(field)s") % {"field": word(item)},
                _("it allows: %(fields)s") % {"fields": ", ".join(map(word, agreed)) or _("nothing")},
            )


def _live(
    vault: Vault, client: Client, values: Mapping[str, Any], start: str | None, on: date
) -> Sequence[Consent]:
    """Return the consents that let something be passed on that day, or the one that was named."""
    consents = vault.load(client.folder, "consents", Consent)
    counting = (in_force(consents, type_, on) for type_ in texts.TYPES if texts.model(type_).recipients)
    found = [consent for consent in counting if consent and consent.is_live(on)]
    if start:
        named = who.pick(consents, start, f"coach consent list {client.code}")
        found = [consent for consent in found if consent.id == named.id]
    if found:
        return found
    wanted = values.get("recipient_type")
    types = texts.passing(wanted) if wanted else tuple(t for t in texts.TYPES if texts.model(t).recipients)
    facts = {"code": client.code, "types": "|".join(types)}
    raise RefusedError(
        _("%(code)s has given no consent that lets something be passed on and was live that day") % facts,
        _("ask, then record the answer with: coach consent record %(code)s --type %(types)s") % facts,
    )


def _fits(consent: Consent, values: Mapping[str, Any]) -> bool:
    """Tell whether a consent names this recipient, this kind of recipient and all that is passed on."""
    items = set(schema.tidy(list(values.get("items") or ())))
    is_kind = values.get("recipient_type") in (None, *texts.model(consent.type).recipients)
    recipient = consent.recipient
    is_recipient = recipient is None or fold(recipient) == fold(str(values["recipient"]))
    is_bounded = bool(items) and items <= set(consent.items) if consent.items else not items
    return is_kind and is_recipient and is_bounded


def _untold(client: Client) -> str:
    return _("tell %(code)s what was passed on, unless the law forbids it") % {"code": client.code}
