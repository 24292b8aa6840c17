"""Checks of what a contract must say: one function each, from a case to a result."""

from collections.abc import Callable, Mapping
from decimal import Decimal

from coachvault.ethics import clause
from coachvault.ethics.case import Case
from coachvault.ethics.result import MISSING, NOT_APPLICABLE, Result, met, met_if

# Solidarity: sessions at most, the closing one included, and the least that money as a counterpart may be.
MOST, LEAST = 4, Decimal(1)


def request(case: Case) -> Result:
    """Met once the contract has the client's request."""
    contract = case.contract
    return met(contract) if contract and contract.request else MISSING


def goals(case: Case) -> Result:
    """Met once there is a goal; where a sponsor pays, one that is the client's own."""
    contract = case.contract
    owners = ("client",) if contract and contract.kind == "tripartite" else ("client", "shared", "sponsor")
    return met(contract) if contract and any(g.owner in owners for g in contract.goals) else MISSING


def expectations(case: Case) -> Result:
    """Met once the contract says what the client hopes for, and the sponsor where there is one."""
    contract = case.contract
    if contract is None:
        return MISSING
    wanted = {case.coached, *({"sponsor"} & set(case.parties))}
    return met_if(wanted <= {e.party for e in contract.expectations}, contract)


def terms(case: Case) -> Result:
    """Met once length, rhythm, place and price are set; help in solidarity may cost something in kind."""
    contract = case.contract
    if contract is None:
        return MISSING
    price = contract.counterpart if contract.fee is None and contract.kind == "solidarity" else contract.fee
    place = case.term("place") or contract.channel == "remote"
    return met_if(contract.duration and contract.frequency and place and price is not None, contract)


def channel(case: Case) -> Result:
    """Met once it is said whether sessions take place at a distance."""
    return met(case.contract) if case.contract and case.contract.channel else MISSING


def finite(case: Case) -> Result:
    """Met once the contract has a number of sessions: in solidarity, four at most in all."""
    contract = case.contract
    if contract is None or contract.sessions is None:
        return MISSING
    is_short = contract.sessions + len(case.support) <= MOST
    return met_if(contract.kind != "solidarity" or is_short, contract)


def most(case: Case) -> int | None:
    """Return how many sessions may be held under the contract, None where it does not say.

    Help in solidarity has four in all, those under other contracts included, whatever it says (CSS-3.5-1).
    """
    agreed = case.contract.sessions if case.contract else None
    if case.contract is None or case.contract.kind != "solidarity":
        return agreed
    left = max(MOST - len(case.support), 0)
    return left if agreed is None else min(agreed, left)


def methods(case: Case) -> Result:
    """Met once the methods are described, in the contract or for all contracts in the profile."""
    return met(case.contract) if case.contract and case.term("methods") else MISSING


def cancellation(case: Case) -> Result:
    """Met once it is said until when a session is cancelled for free, and what is owed after that."""
    names = ("cancellation_hours", "cancellation_percent")
    return met_if(case.contract and all(case.term(name) is not None for name in names), case.contract)


def agreement(case: Case) -> Result:
    """Met once whoever pays besides the client is a party: a sponsor signs, another payer has a name."""
    contract = case.contract
    if contract is None:
        return NOT_APPLICABLE
    if contract.kind == "tripartite":
        return met_if(contract.sponsor and {"client", "coach", "sponsor"} <= set(case.parties), contract)
    if contract.payer == "sponsor":
        return met_if(contract.kind == "group" and "sponsor" in case.parties, contract)
    return met_if(contract.payer_name, contract) if contract.payer == "other" else NOT_APPLICABLE


def commitment(case: Case) -> Result:
    """Met once the beneficiary has committed freely: that the employer wishes it is not enough."""
    contract = case.contract
    return met_if(contract and contract.commitment_on and contract.commitment_on <= case.day, contract)


def counterpart(case: Case) -> Result:
    """Met once the client has chosen a counterpart: in kind, or from €1 to the usual price."""
    contract = case.contract
    if contract is None:
        return MISSING
    usual = contract.usual_fee
    if contract.fee:
        return met_if(contract.fee >= LEAST and (usual is None or contract.fee <= usual), contract)
    return met_if(contract.counterpart, contract)


def usual_price(case: Case) -> Result:
    """Met once the usual price is disclosed."""
    return met_if(case.contract and case.contract.usual_fee, case.contract)


def wording(case: Case) -> Result:
    """Met while the template says every clause that the contract of such an engagement must say."""
    said = case.clauses
    if case.contract is None or said is None:
        return NOT_APPLICABLE
    wanted = clause.at_hand(clause.carried(f"contract-{case.contract.kind}"), case.engagements)
    lacking = tuple(name for name in wanted if name not in said)
    return Result("missing", clauses=lacking) if lacking else Result("met", clauses=wanted)


CHECKS: Mapping[str, Callable[[Case], Result]] = {
    check.__name__: check
    for check in (
        request, goals, expectations, terms, channel, finite, methods, cancellation, agreement, commitment,
        counterpart, usual_price, wording,
    )
}  # fmt: skip
