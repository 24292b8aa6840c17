"""Checks of what is handed over, explained and signed before the work begins."""

from collections.abc import Callable, Iterable, Mapping

from coachvault.ethics.case import Case
from coachvault.ethics.result import MISSING, Result, judged, met, met_if
from coachvault.records.contract import Party
from coachvault.records.event import POINTS, Delivery, Explanation, Point

CHARTERS = ("charter", "group_charter")


def charter_delivered(case: Case) -> Result:
    """Met once each party but the coach had the charter before it signed."""
    return _delivered(case, [d for d in case.all(Delivery) if d.what in CHARTERS])


def contract_delivered(case: Case) -> Result:
    """Met once each party but the coach had this very version of the contract before it signed."""
    contract = case.contract
    found = (d for d in case.all(Delivery) if d.what == "contract")
    return _delivered(case, [d for d in found if contract and d.about == contract.id])


def understood(case: Case) -> Result:
    """Met once the client had explained, and understood, every point that all codes ask for."""
    return _understood(case, case.audience, POINTS)


def limits(case: Case) -> Result:
    """Met once each party has agreed on where confidentiality ends."""
    return _understood(case, case.others, ("confidentiality",))


def answered(case: Case) -> Result:
    """Met while every question that a party asked has an answer."""
    asked = [e for e in case.all(Explanation) if e.about in case.versions and e.questions]
    return judged(asked, (e for e in asked if not e.answers))


def signed(case: Case) -> Result:
    """Met once everyone has signed: the coach, and at least one other party."""
    contract = case.contract
    if contract is None or "coach" not in contract.parties or not set(case.audience) & set(case.others):
        return MISSING
    return met_if(all(map(case.signed, contract.parties)), contract)


def _delivered(case: Case, deliveries: Iterable[Delivery]) -> Result:
    proof = [d for d in deliveries if d.to in case.others and d.on <= case.limit(d.to)]
    return met(*proof) if case.others and {d.to for d in proof} >= set(case.others) else MISSING


def _understood(case: Case, parties: tuple[Party, ...], points: tuple[Point, ...]) -> Result:
    """Return that it is met once each of these parties has understood each of these points."""
    versions = case.versions
    told = [e for e in case.all(Explanation) if e.about in versions and e.on <= case.limit(e.to)]
    known = {(e.to, point) for e in told for point in e.points}
    wanted: set[tuple[Party, Point]] = {(party, point) for party in parties for point in points}
    return met(*(e for e in told if e.to in parties)) if wanted and wanted <= known else MISSING


CHECKS: Mapping[str, Callable[[Case], Result]] = {
    check.__name__: check
    for check in (charter_delivered, contract_delivered, understood, limits, answered, signed)
}
