"""Checks of what a client allows: each question has an answer, and each use a consent."""

from collections.abc import Callable, Mapping
from datetime import date

from coachvault.ethics.case import Case
from coachvault.ethics.result import NOT_APPLICABLE, Result, judged, met_by
from coachvault.records.consent import Consent, ConsentType, Disclosure, allowed, in_force
from coachvault.records.contract import Contract, governing
from coachvault.records.event import Delivery
from coachvault.records.session import Override


def supervision(case: Case) -> Result:
    """Met once the client was asked whether the coach may speak of them in supervision; a no is an answer."""
    return met_by(consent for consent in case.all(Consent) if consent.type == "supervision")


def remote_tools(case: Case) -> Result:
    """Met while the client agrees to the tools of sessions at a distance, where this one is, or may be."""
    agreed = case.contract.channel if case.contract else None
    if (case.channel or agreed) in (None, "on_site"):
        return NOT_APPLICABLE
    return met_by(c for c in _counting(case, "remote_tools") if c.is_live(case.day))


def recordings(case: Case) -> Result:
    """Met where the client has agreed to being recorded and not taken it back, if there are recordings."""
    if "recordings" not in case.drawers:
        return NOT_APPLICABLE
    # What was recorded before a consent ran out stays; after a withdrawal nothing does.
    agreed = (c for c in _counting(case, "recording") if c.answer == "given")
    return met_by(c for c in agreed if not (c.withdrawn_on and c.withdrawn_on <= case.day))


def publicity(case: Case) -> Result:
    """Met while whoever may be named or quoted has agreed to the very words, within bounds."""
    given = [c for c in _counting(case, "reference_name", "testimonial") if c.is_live(case.day)]
    return judged(given, (c for c in given if not ((c.wording or c.version) and (c.scope or c.items))))


def report_agreed(case: Case) -> Result:
    """Met while every report that a sponsor had was one that the contract and the client allowed.

    One that was handed over all the same was not, which the ethics log says.
    """
    sent = [d for d in case.all(Delivery) if d.what == "report" and d.to == "sponsor"]
    breaches = {entry.about for entry in case.all(Override)}
    return judged(sent, (d for d in sent if d.id in breaches or not _may_report(case, d.on)))


def disclosures(case: Case) -> Result:
    """Met while all that was told with consent had one, where the contract knows that exception.

    What a sponsor was told, the contract allowed as well (PI-5.5).
    """
    told = case.all(Disclosure)
    return judged(told, (d for d in told if d.basis == "consent" and not _is_allowed(case, d)))


def _may_report(case: Case, day: date) -> bool:
    contract = case.governing(day)
    return bool(contract and contract.sponsor_report and allowed(case.all(Consent), "sponsor_report", day))


def _is_allowed(case: Case, told: Disclosure) -> bool:
    contract = case.governing(told.on)
    is_foreseen = contract is None or contract.confidentiality_exceptions == "law_and_consent"
    named = next((c for c in case.all(Consent) if c.id == told.consent), None)
    if named and named.type == "sponsor_report":
        # Whatever the client agrees to, a sponsor is told no more than the contract lets them know.
        agreed = governing((c for c in case.all(Contract) if c.sponsor), told.on)
        is_foreseen = is_foreseen and agreed is not None and set(told.items) <= set(agreed.sponsor_report)
    return bool(is_foreseen and named and named in allowed(case.all(Consent), named.type, told.on))


def _counting(case: Case, *types: ConsentType) -> list[Consent]:
    """Return the answer of each type that counts on the day in question: the last one, given or not."""
    found = (in_force(case.all(Consent), type_, case.day) for type_ in types)
    return [consent for consent in found if consent]


CHECKS: Mapping[str, Callable[[Case], Result]] = {
    check.__name__: check
    for check in (supervision, remote_tools, recordings, publicity, report_agreed, disclosures)
}
