"""Checks of the place: what it means, and that one is alone, free and elsewhere in it. At a distance too."""

from collections.abc import Callable, Mapping
from functools import partial

from coachvault.ethics.case import Case
from coachvault.ethics.result import Result, met_if

QUALITIES = ("neutral", "private", "available", "away_from_work")


def place_reason(case: Case) -> Result:
    """Met once it is said what the place is, or why it is not all that it should be."""
    return met_if(case.contract and (case.contract.place_is or case.contract.place_reason), case.contract)


def place_is(quality: str, case: Case) -> Result:
    """Met once the place was looked at and is what it has to be, or it is said why it is not."""
    contract = case.contract
    return met_if(contract and (quality in contract.place_is or contract.place_reason), contract)


CHECKS: Mapping[str, Callable[[Case], Result]] = {
    "place_reason": place_reason,
    **{f"place_{quality}": partial(place_is, quality) for quality in QUALITIES},
}
