"""What each document may say: one function for each, from records to plain values.

A context is a mapping of mappings; None is a field that is not set. Its `warnings` are for the coach:
what the document says of the law without our having verified it.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import msgspec

from coachvault.documents import law
from coachvault.documents.ending import Ending
from coachvault.records.base import SYSTEM_FIELDS, Record
from coachvault.records.client import Client
from coachvault.records.contract import Contract
from coachvault.records.group import Group
from coachvault.records.name import key
from coachvault.records.organisation import Organisation
from coachvault.records.practice import Profile
from coachvault.records.subject import Subject

Context = Mapping[str, object]

CHARTER_SLOTS = frozenset({"data_law", "data_rights", "authority", "mediation"})
ENDING_SLOTS = frozenset({"data_rights", "authority"})
# What the contract takes from the profile where it says nothing itself.
INHERITED = ("place", "methods", "currency", "cancellation_hours", "cancellation_percent")


class Row(NamedTuple):
    """How long a category of records is kept, in words, and on what ground."""

    label: str
    duration: str
    basis: str


def contract_context(  # noqa: PLR0913 the records it is made of, and where and when
    profile: Profile,
    subject: Subject,
    contract: Contract,
    retention: Sequence[Row],
    *,
    country: str,
    language: str,
    on: date,
    sponsor: Organisation | None = None,
) -> Context:
    """Return what a contract says; its template is `contract-` and the kind of the contract.

    `subject` stands there as `client` or as `group`; `country` is whose law governs.
    """
    person, terms = _fields(profile), _fields(contract)
    terms |= {name: person[name] for name in INHERITED if terms[name] is None}
    # A guardian who pays is a party to the contract, and learns more of it than the amounts.
    guardians = subject.guardians if isinstance(subject, Client) else ()
    terms["payer_signs"] = (key(contract.payer_name or "") in {key(g.name) for g in guardians}) or None
    facts = _facts(person, language) | {name: terms[name] for name in ("consumer", "concluded")}
    return {
        "profile": person,
        "client": _fields(subject) if isinstance(subject, Client) else None,
        "group": _fields(subject) if isinstance(subject, Group) else None,
        "sponsor": _fields(sponsor) if sponsor else None,
        "contract": terms,
        "retention": _table(retention),
        "country": country,
        "date": on,
        **_law(law.choose(country, on, facts), language, facts),
    }


def charter_context(
    profile: Profile, retention: Sequence[Row], *, country: str, language: str, on: date
) -> Context:
    """Return what the charter says, which is the same for every client."""
    person = _fields(profile)
    facts = _facts(person, language) | {"consumer": True}
    mentions = [mention for mention in law.choose(country, on, facts) if mention.slot in CHARTER_SLOTS]
    return {
        "profile": person,
        "retention": _table(retention),
        "country": country,
        "date": on,
        **_law(mentions, language, facts),
    }


def ending_context(  # noqa: PLR0913 what it is made of, and where and when
    profile: Profile,
    ending: Ending,
    retention: Sequence[Row],
    *,
    consumer: bool,
    country: str,
    language: str,
    on: date,
) -> Context:
    """Return what the document at the end says to the client."""
    person = _fields(profile)
    facts = _facts(person, language) | {"consumer": consumer}
    mentions = [mention for mention in law.choose(country, on, facts) if mention.slot in ENDING_SLOTS]
    lists = {
        name: [entry._asdict() for entry in getattr(ending, name)] for name in ("goals", "follow_ups", "ways")
    }
    is_early = ending.agreed is not None and ending.held < ending.agreed
    return {
        "profile": person,
        "ending": {**msgspec.structs.asdict(ending), **lists, "early": is_early},
        "retention": _table(retention),
        "country": country,
        "date": on,
        **_law(mentions, language, facts),
    }


def kit_context(secret: str, recipient: str, vault: str, *, on: date) -> Context:
    """Return what the recovery kit says: the secret, the public key that it belongs to, the vault's id."""
    return {"kit": {"secret": secret, "recipient": recipient, "vault": vault}, "date": on}


def certificate_context(
    vault: str,
    drawers: Sequence[Mapping[str, Any]],
    proof: Mapping[str, Any] | None,
    beyond: Sequence[str],
    *,
    on: date,
) -> Context:
    """Return what the certificate of a destruction says: opaque ids, rules, dates and counts, no name."""
    facts = {
        "vault": vault,
        "drawers": [dict(drawer) for drawer in drawers],
        "records": sum(drawer["records"] for drawer in drawers),
        "proof": proof,
        "beyond": list(beyond),
    }
    return {"certificate": facts, "date": on}


def warnings(context: Context) -> tuple[str, ...]:
    """Return what the coach has to know before relying on a document made of this context."""
    found = context.get("warnings", ())
    assert isinstance(found, tuple)  # noqa: S101 made so below
    return found


def _fields(record: Record) -> dict[str, Any]:
    values = {name: _plain(value) for name, value in msgspec.structs.asdict(record).items()}
    # A list that is empty is a field that is not set.
    return {
        name: None if value == [] else value for name, value in values.items() if name not in SYSTEM_FIELDS
    }


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return msgspec.structs.asdict(value) if isinstance(value, msgspec.Struct) else value


def _table(rows: Iterable[Row]) -> list[dict[str, str]]:
    # A cell of a table is one line.
    return [{name: " ".join(text.split()) for name, text in row._asdict().items()} for row in rows]


def _facts(profile: Mapping[str, object], language: str) -> dict[str, object]:
    return {f"profile.{name}": value for name, value in profile.items()} | {"language": language}


def _law(mentions: Iterable[law.Mention], language: str, facts: Mapping[str, object]) -> dict[str, object]:
    texts: dict[str, list[str]] = {slot: [] for slot in law.SLOTS}
    warned = []
    for mention in mentions:
        warning = law.warn(mention, language, facts)
        if warning:
            warned.append(warning)
        if not mention.needs or facts.get(mention.needs):
            texts[mention.slot].append(mention.text(language))
    return {"law": texts, "warnings": tuple(warned)}
