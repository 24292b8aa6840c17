"""The wording of a contract changes with its terms alone; its versions are a chain."""

from datetime import date
from decimal import Decimal
import itertools

from document_world import make_contract
from hypothesis import given
from hypothesis import strategies as st
import msgspec
import pytest

from coachvault.records.contract import Contract, Goal, Signature, versions

replace = msgspec.structs.replace
BASE = make_contract()


def test_a_signature_and_an_end_leave_the_wording() -> None:
    signed = replace(
        BASE,
        signatures=(Signature(by="client", on=date(2026, 11, 22)),),
        ended_on=date(2026, 11, 22),
        ended_by="coach",
        discussed_on=date(2026, 11, 22),
        revision=9,
    )
    assert signed.wording == BASE.wording


@pytest.mark.parametrize(
    "changes",
    [
        {"fee": Decimal(121)},
        {"sessions": None},
        {"parties": ("client", "coach", "guardian")},
        {"consumer": False},
        {"goals": (Goal(id="c" * 16, text="Souffler"),)},
        {"commitment_on": date(2026, 11, 1)},
        {"guardians": ("d" * 16,)},
        {"told": "Les dates"},
    ],
)
def test_every_other_field_changes_the_wording(changes: dict[str, object]) -> None:
    assert replace(BASE, **changes).wording != BASE.wording


@given(st.permutations(range(4)), st.integers(0, 3))
def test_versions_are_found_in_any_order(order: list[int], last: int) -> None:
    chain = [replace(BASE, id=letter * 16) for letter in "cdef"]
    chain = [
        chain[0],
        *(replace(one, amends=before.id) for before, one in itertools.pairwise(chain)),
    ]
    assert versions([chain[number] for number in order], chain[last]) == tuple(chain[: last + 1])


def test_a_chain_that_was_lost_or_bites_its_tail_ends() -> None:
    lost = replace(BASE, amends="z" * 16)
    assert versions([lost], lost) == (lost,)
    one = replace(BASE, id="c" * 16, amends="d" * 16)
    other = replace(BASE, id="d" * 16, amends="c" * 16)
    assert versions([one, other], one) == (other, one)


def test_a_contract_without_parties_binds_client_and_coach() -> None:
    assert replace(BASE, parties=()).missing_parties == ("client", "coach")
    three: Contract = replace(BASE, parties=("client", "coach", "sponsor"))
    both = tuple(Signature(by=by, on=date(2026, 11, 22)) for by in ("client", "coach"))
    assert replace(three, signatures=both).missing_parties == ("sponsor",)
    assert replace(three, signatures=both).state == "draft"
