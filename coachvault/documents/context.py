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
from coachvault.language import _
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


class Around(NamedTuple):
    """What stands around a contract.

    `conflict` is what was answered to the comparison with everyone known (DA-19), and `history` the versions
    that the contract amends, the oldest first.
    """

    sponsor: Organisation | None = None
    conflict: str | None = None
    history: Sequence[Contract] = ()


def contract_context(  # noqa: PLR0913 the records it is made of, and where and when
    profile: Profile,
    subject: Subject,
    contract: Contract,
    retention: Sequence[Row],
    *,
    country: str,
    language: str,
    on: date,
    around: Around | None = None,
) -> Context:
    """Return what a contract says; its template is `contract-` and the kind of the contract.

    `subject` stands there as `client` or as `group`; `country` is whose law governs. A sponsor does not read
    the goals that are the client's alone (CD-27).
    """
    sponsor, conflict, history = around or Around()
    person, terms = _fields(profile), _fields(contract)
    terms |= _goals(contract)
    if contract.kind == "group":
        terms["sponsor_report"] = None  # none is made on a group, whatever an older vault says
    terms |= {name: person[name] for name in INHERITED if terms[name] is None}
    # A guardian who pays is a party to the contract, and learns more of it than the amounts.
    guardians = subject.guardians if isinstance(subject, Client) else ()
    terms["payer_signs"] = (key(contract.payer_name or "") in {key(g.name) for g in guardians}) or None
    facts = _facts(person, language) | {name: terms[name] for name in ("consumer", "concluded")}
    said = _law(law.choose(country, on, facts), language, facts)
    return {
        "profile": person,
        "client": _fields(subject) if isinstance(subject, Client) else None,
        "group": _fields(subject) if isinstance(subject, Group) else None,
        "sponsor": _fields(sponsor) if sponsor else None,
        "contract": terms,
        "amendment": _amendment(history),
        "conflict": conflict,
        "retention": _table(retention),
        "country": country,
        "date": on,
        **said,
        "warnings": (*_unsaid(subject, contract), *said["warnings"]),
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


def _unsaid(subject: Subject, contract: Contract) -> tuple[str, ...]:
    """Return what a contract usually says of a client and this one does not; a sponsor reads no address."""
    if not isinstance(subject, Client) or subject.address or contract.kind == "tripartite":
        return ()
    warning = _(
        "the client's address does not stand in it; set it with: coach client edit %(code)s --address TEXT"
    )
    return (warning % {"code": subject.code},)


def _goals(contract: Contract) -> dict[str, Any]:
    """Return the goals that all parties may read, and whether the client has others."""
    hidden = ("client",) if contract.kind == "tripartite" else ()
    shown = [_plain(goal) for goal in contract.goals if goal.owner not in hidden]
    return {"goals": shown if contract.goals else None, "has_own_goals": len(shown) < len(contract.goals)}


def _amendment(history: Sequence[Contract]) -> dict[str, Any] | None:
    """Return which amendment it is, to which contract, and which earlier one it takes the place of."""
    if not history:
        return None
    number, before = len(history), history[-1]
    earlier = {"number": number - 1, "signed_on": before.signed_on} if number > 1 else None
    return {"number": number, "signed_on": history[0].signed_on, "earlier": earlier}


def _plain(value: object) -> object:
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return msgspec.structs.asdict(value) if isinstance(value, msgspec.Struct) else value


def _table(rows: Iterable[Row]) -> list[dict[str, str]]:
    # A cell of a table is one line.
    return [{name: " ".join(text.split()) for name, text in row._asdict().items()} for row in rows]


def _facts(profile: Mapping[str, object], language: str) -> dict[str, object]:
    return {f"profile.{name}": value for name, value in profile.items()} | {"language": language}


def _law(mentions: Iterable[law.Mention], language: str, facts: Mapping[str, object]) -> dict[str, Any]:
    texts: dict[str, list[str]] = {slot: [] for slot in law.SLOTS}
    warned = []
    for mention in mentions:
        warning = law.warn(mention, language, facts)
        if warning:
            warned.append(warning)
        if not mention.needs or facts.get(mention.needs):
            texts[mention.slot].append(mention.text(language))
    return {"law": texts, "warnings": tuple(warned)}
