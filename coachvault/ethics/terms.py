"""Checks of what a contract must say: one function each, from a case to a result."""

from collections.abc import Callable, Mapping

from coachvault.ethics.case import Case
from coachvault.ethics.result import MISSING, Result, met


def request(case: Case) -> Result:
    """Met once the contract has the client's request and at least one goal."""
    contract = case.contract
    return met(contract) if contract and contract.request and contract.goals else MISSING


def finite(case: Case) -> Result:
    """Met once the contract has a number of sessions."""
    contract = case.contract
    return met(contract) if contract and contract.sessions else MISSING


CHECKS: Mapping[str, Callable[[Case], Result]] = {check.__name__: check for check in (request, finite)}
