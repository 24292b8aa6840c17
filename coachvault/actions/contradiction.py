"""What in a contract contradicts itself or its parties: refused before anything is written."""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import Any

from coachvault import clock
from coachvault.actions import profile, who
from coachvault.actions.case import Cases
from coachvault.errors import RefusedError
from coachvault.ethics import terms
from coachvault.language import _, ngettext
from coachvault.records.client import Client
from coachvault.records.contract import Contract, Kind, Party
from coachvault.records.group import Group
from coachvault.records.name import Key, fold, key
from coachvault.records.organisation import Organisation
from coachvault.records.subject import Subject
from coachvault.vault.store import Vault

SMALLEST_GROUP = 2
# Currencies of the countries whose law we know: to look up any other one takes time.
USUAL_CURRENCIES = ("EUR", "CHF", "CAD")

Fault = tuple[str, str]


def parties(subject: Subject, kind: Kind, *, has_sponsor: bool) -> tuple[Party, ...]:
    """Return who must sign; the members of a group adhere to it one by one instead (PI-4.1)."""
    own: tuple[Party, ...] = ("coach",) if kind == "group" else ("client", "coach")
    sponsor: tuple[Party, ...] = ("sponsor",) if has_sponsor else ()
    is_protected = isinstance(subject, Client) and subject.protected is not None
    return (*own, *sponsor, "guardian") if is_protected else (*own, *sponsor)


def guarded(subject: Subject) -> dict[str, Any]:
    """Return what a contract keeps of a client's guardians: who they are, and what they are told (DA-13)."""
    if not isinstance(subject, Client) or not subject.protected:
        return {"guardians": (), "told": None}
    return {"guardians": tuple(guardian.id for guardian in subject.guardians), "told": subject.told}


def sponsor_of(vault: Vault, contract: Contract) -> Organisation | None:
    """Return the organisation that a contract names as its sponsor."""
    if contract.sponsor is None:
        return None
    return next(iter(vault.load(contract.sponsor, "identity", Organisation)), None)


def refuse(vault: Vault, subject: Subject, contract: Contract) -> None:
    """Raise RefusedError for the first thing that cannot be (CSS-3.5-1, DA-13, LC-7, PI-4.3)."""
    faults = (
        *_of_kind(subject, contract),
        *_of_parties(contract),
        *between_fields(contract),
        *_of_payer_name(vault, subject, contract),
        *_of_solidarity(contract),
        *_of_guardian(vault, subject, contract),
        *_of_sessions(vault, subject, contract),
    )
    for message, hint in faults:
        raise RefusedError(message, hint)


def between_fields(contract: Contract) -> Iterator[Fault]:
    """Yield what fields of a contract contradict in each other: two devices may have changed one each."""
    yield from _of_dates(contract)
    yield from _of_payer(contract)
    yield from _of_money(contract)
    yield from _of_report(contract)


def refuse_other(contract: Contract, changed: Contract, code: str) -> None:
    """Raise RefusedError for other terms, or other signatures, than those that a party has signed."""
    before, after = ((each.wording, each.signatures) for each in (contract, changed))
    if contract.signatures and before != after:
        raise signed(code)


def signed(code: str) -> RefusedError:
    """Return the error that a contract is signed."""
    return RefusedError(
        _("the contract with %(code)s is signed and stays as it was signed") % {"code": code},
        _("agree on other terms with: coach contract amend %(code)s") % {"code": code},
    )


def refuse_unfinished(subject: Subject, contract: Contract, on: date) -> None:
    """Raise RefusedError for what may be open in a draft and not when it is signed."""
    is_free = contract.fee is None and contract.counterpart is None
    if contract.kind == "solidarity" and is_free:
        raise RefusedError(
            _("the client has not chosen what to give in return"),
            _("set it with: coach contract edit %(code)s --fee AMOUNT, or --counterpart TEXT")
            % {"code": subject.code},
        )
    if isinstance(subject, Group) and len(subject.present_on(on)) < SMALLEST_GROUP:
        raise RefusedError(
            _("a group has at least two members"),
            _("add them with: coach group join %(code)s CLIENT") % {"code": subject.code},
        )


def elsewhere(code: str) -> str:
    """Return what to do where help in solidarity has come to its end (CSS-3.22)."""
    return _(
        "offer a usual contract, or a colleague: coach contract new %(code)s --kind individual, "
        "or coach refer add %(code)s"
    ) % {"code": code}


def _of_dates(contract: Contract) -> Iterator[Fault]:
    if contract.start and contract.end and contract.end < contract.start:
        yield _("the contract would end before it starts"), _("correct --start or --end")
    if contract.commitment_on and contract.commitment_on > clock.today():
        yield (
            _("the beneficiary cannot have committed in the future"),
            _("give --commitment the day on which it was said"),
        )


def _of_kind(subject: Subject, contract: Contract) -> Iterator[Fault]:
    if isinstance(subject, Group) != (contract.kind == "group"):
        yield (
            _("a contract of kind group is one with a group, and a group has no other"),
            _("name the group with --kind group, or a client with another kind"),
        )
    if contract.kind == "tripartite" and not contract.sponsor:
        yield (
            _("a tripartite contract has a sponsor"),
            _("name the organisation with --sponsor; enter it with: coach org new"),
        )
    if contract.sponsor and contract.kind not in ("tripartite", "group"):
        yield (
            _("a contract with a sponsor is tripartite"),
            _("give --kind tripartite, or leave out --sponsor"),
        )


def _of_parties(contract: Contract) -> Iterator[Fault]:
    allowed = {*contract.signers, "member"} if contract.kind == "group" else {*contract.signers}
    if not {expectation.party for expectation in contract.expectations} <= allowed:
        yield (
            _("an expectation is noted for somebody who is no party to the contract"),
            _("give --expects for these alone: %(parties)s") % {"parties": ", ".join(sorted(allowed))},
        )
    if contract.commitment_on and contract.kind != "tripartite":
        yield (
            _("only the beneficiary of a tripartite contract commits to what a sponsor pays for"),
            _("leave out --commitment, or give --kind tripartite"),
        )


def _of_payer(contract: Contract) -> Iterator[Fault]:
    if contract.payer == "sponsor" and not contract.sponsor:
        yield (
            _("a contract that an organisation pays for is tripartite"),
            _("give --kind tripartite and --sponsor, or --payer other and --payer-name for a relative"),
        )
    if (contract.payer == "other") != (contract.payer_name is not None):
        yield (
            _("a payer who is neither client nor sponsor has a name, and only such a one"),
            _("give --payer other with --payer-name, or neither"),
        )


def _of_payer_name(vault: Vault, subject: Subject, contract: Contract) -> Iterator[Fault]:
    """Another payer is a person besides the parties: an organisation that pays is one of them (PI-4.3)."""
    name = key(contract.payer_name or "")
    if not name:
        return
    known = who.entries(vault, who.ORGANISATION)
    if name in _keys(own for entry in known for own in (entry.name, *entry.aliases)):
        yield (
            _("an organisation that pays is a party to the contract"),
            _("give --payer sponsor and --sponsor, with --kind tripartite if it is with a client"),
        )
    if name in _keys((subject.name, *subject.aliases)):
        yield (
            _("the payer is the client"),
            _("give --payer client and clear the name: --payer-name ''"),
        )
    if name in _keys([profile.get(vault).name]):
        yield _("the coach does not pay for the coaching"), _("give --payer-name the name of who pays")


def _keys(names: Iterable[str]) -> set[Key]:
    return {key(name) for name in names}


def _of_money(contract: Contract) -> Iterator[Fault]:
    if contract.currency and contract.currency not in USUAL_CURRENCIES:
        from coachvault.documents.filter import is_currency  # noqa: PLC0415 slow to load, and seldom needed

        if not is_currency(contract.currency):
            yield (
                _("nobody pays in a currency of that code"),
                _("give --currency the code of one in use, as EUR, CHF or CAD"),
            )
    if contract.kind != "solidarity" and (contract.usual_fee is not None or contract.counterpart):
        yield (
            _("a usual price beside the price, and a counterpart, are of solidarity alone"),
            _("clear them: --usual-fee '' and --counterpart ''; or give --kind solidarity"),
        )


def _of_solidarity(contract: Contract) -> Iterator[Fault]:
    if contract.kind != "solidarity":
        return
    if (contract.sessions or 0) > terms.MOST:
        yield (
            _("solidarity coaching has at most 4 sessions, the closing one included"),
            _("give --sessions 1 to 4; more need a contract of another kind"),
        )
    if contract.fee is None:
        return
    if contract.counterpart:
        yield (
            _("the client gives a sum or something of another kind, not both"),
            _("clear one of them: --fee '' or --counterpart ''"),
        )
    is_above = contract.usual_fee is not None and contract.fee > contract.usual_fee
    if contract.fee < terms.LEAST or is_above:
        yield (
            _("a solidarity price lies between 1 and the usual price"),
            _("correct --fee or --usual-fee, or give --counterpart instead of a price"),
        )


def _of_report(contract: Contract) -> Iterator[Fault]:
    if contract.sponsor_report and not contract.sponsor:
        yield (
            _("there is no sponsor who could be told anything"),
            _("leave out --sponsor-report, or name a sponsor"),
        )
    if contract.sponsor_report and contract.kind == "group":
        yield (
            _("a report to a sponsor is on one person, and never on a group"),
            _("leave out --sponsor-report; a report needs a tripartite contract with the person"),
        )
    if contract.sponsor_report and contract.confidentiality_exceptions == "law":
        yield (
            _("secrecy that gives way to the law alone leaves no report to a sponsor"),
            _("give --confidentiality law_and_consent, or leave out --sponsor-report"),
        )


def _of_guardian(vault: Vault, subject: Subject, contract: Contract) -> Iterator[Fault]:
    if not isinstance(subject, Client):
        return
    if subject.protected and not subject.guardians:
        yield (
            _("%(code)s is protected and has no guardian") % {"code": subject.code},
            _("name the guardian with: coach client edit %(code)s --guardian NAME") % {"code": subject.code},
        )
    sponsor = sponsor_of(vault, contract)
    if sponsor:
        names = {fold(name) for name in (sponsor.name, *sponsor.aliases)}
        names |= {fold(contact.name) for contact in sponsor.contacts}
        if any(fold(guardian.name) in names for guardian in subject.guardians):
            yield (
                _("the guardian of %(code)s is the sponsor or speaks for it") % {"code": subject.code},
                _("name another guardian, or another sponsor"),
            )


def _of_sessions(vault: Vault, subject: Subject, contract: Contract) -> Iterator[Fault]:
    """Yield what the sessions held forbid: to agree on fewer, or on more help in solidarity than four in all.

    A draft that amends nothing has none but those held past the gate, and only solidarity counts those then,
    and those under other contracts.
    """
    if contract.kind != "solidarity" and contract.amends is None:
        return
    facts = Cases(vault).load(subject, contract, clock.today())
    earlier, held = len(facts.support), facts.sessions
    if contract.kind == "solidarity" and earlier + (contract.sessions or 1) > terms.MOST:
        message = ngettext(
            "solidarity coaching has at most 4 sessions in all, and %(count)s was held with %(code)s before",
            "solidarity coaching has at most 4 sessions in all, and %(count)s were held with %(code)s before",
            earlier,
        )
        yield message % {"count": earlier, "code": subject.code}, elsewhere(subject.code)
    if contract.sessions is not None and contract.sessions < len(held):
        message = ngettext(
            "%(count)s session was held with %(code)s already",
            "%(count)s sessions were held with %(code)s already",
            len(held),
        )
        hint = _("give --sessions %(count)s or more: the number counts those of all versions")
        yield message % {"count": len(held), "code": subject.code}, hint % {"count": len(held)}
    last = max((session.on for session in held), default=None)
    if contract.end and last and contract.end < last:
        yield (
            _("a session was held with %(code)s on %(date)s, after that end")
            % {"code": subject.code, "date": last},
            _("give --end that day or a later one"),
        )
