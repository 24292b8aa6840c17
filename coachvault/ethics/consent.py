"""Checks of what a client allows: each question has an answer, and each use a consent."""

from collections.abc import Callable, Mapping

from coachvault.ethics.case import Case
from coachvault.ethics.result import NOT_APPLICABLE, Result, judged, met_by
from coachvault.records.consent import Consent, ConsentType, Disclosure
from coachvault.records.event import Delivery


def supervision(case: Case) -> Result:
    """Met once the client was asked whether the coach may speak of them in supervision; a no is an answer."""
    return met_by(_of(case, "supervision"))


def remote_tools(case: Case) -> Result:
    """Met while the client agrees to the tools of sessions at a distance, where this one is, or may be."""
    agreed = case.contract.channel if case.contract else None
    if (case.channel or agreed) in (None, "on_site"):
        return NOT_APPLICABLE
    # A later answer takes the place of an earlier one.
    return met_by(c for c in _of(case, "remote_tools")[-1:] if c.is_live(case.day))


def recordings(case: Case) -> Result:
    """Met where the client has agreed to being recorded, if there are recordings."""
    if "recordings" not in case.drawers:
        return NOT_APPLICABLE
    return met_by(c for c in _of(case, "recording") if c.answer == "given")


def publicity(case: Case) -> Result:
    """Met while whoever may be named or quoted has agreed to the very words, within bounds."""
    given = [c for c in _of(case, "reference_name", "testimonial") if c.is_live(case.day)]
    return judged(given, (c for c in given if not ((c.wording or c.version) and (c.scope or c.items))))


def report_agreed(case: Case) -> Result:
    """Met while every report that a sponsor had was one that the contract and the client allowed."""
    sent = [d for d in case.all(Delivery) if d.what == "report" and d.to == "sponsor"]
    consents = _of(case, "sponsor_report")
    is_foreseen = bool(case.contract and case.contract.sponsor_report)
    return judged(sent, (d for d in sent if not (is_foreseen and any(c.is_live(d.on) for c in consents))))


def disclosures(case: Case) -> Result:
    """Met while all that was told with consent had one, where the contract knows that exception."""
    told = case.all(Disclosure)
    return judged(told, (d for d in told if d.basis == "consent" and not _is_allowed(case, d)))


def _is_allowed(case: Case, told: Disclosure) -> bool:
    is_foreseen = bool(case.contract and case.contract.confidentiality_exceptions == "law_and_consent")
    return is_foreseen and any(c.id == told.consent and c.is_live(told.on) for c in case.all(Consent))


def _of(case: Case, *types: ConsentType) -> list[Consent]:
    return [consent for consent in case.all(Consent) if consent.type in types]


CHECKS: Mapping[str, Callable[[Case], Result]] = {
    check.__name__: check
    for check in (supervision, remote_tools, recordings, publicity, report_agreed, disclosures)
}
