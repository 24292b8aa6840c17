"""Each check of the end of the work: what meets it, what leaves it missing, and where it does not apply."""

from datetime import date

from ethics_cases import SHA, Row, full, held
from ethics_records import (
    BEFORE,
    DAY,
    FAR,
    LATER,
    SIGNED,
    about,
    contract,
    kept,
    make,
    plus,
    referral,
    settled,
    signatures,
)
import msgspec
import pytest

from coachvault.ethics.case import Case
from coachvault.records.base import Record
from coachvault.records.client import Copy
from coachvault.records.contract import Contract
from coachvault.records.document import Document
from coachvault.records.event import Delivery

EARLY = date(2026, 1, 5)


def ended(kind: str = "individual", by: str = "client") -> Case:
    """Return a case whose contract has ended."""
    return kept(full(kind), ended_on=DAY, ended_by=by)


def written(case: Case, template: str) -> Case:
    """Return the case with a document about its contract."""
    assert case.contract
    facts = {"on": DAY, "role": "rendered", "template": template, "title": template, "format": "pdf"}
    return plus(case, make(Document, **facts, about=case.contract.id, size=1, sha256=SHA, parts=1))


def handed(closed_on: date) -> Case:
    """Return a closed case in which a document of the end of that day was handed over."""
    facts = {"on": DAY, "what": "ending", "to": "client", "version": str(closed_on), "sha256": SHA}
    return plus(about(ended(), closed_on=DAY), make(Delivery, **facts))


def again(*records: Record) -> Case:
    """Return a case that ended by the coach, with these records of an earlier relationship."""
    before = contract(created=EARLY, signatures=signatures("client", "coach", on=EARLY), ended_on=BEFORE)
    return plus(about(ended(by="coach"), closed_on=DAY), before, *records)


def again_told() -> Case:
    """Return a case that ended, of which an earlier end was written down."""
    case = again()
    (before,) = (c for c in case.all(Contract) if case.contract and c.id != case.contract.id)
    return msgspec.structs.replace(
        written(msgspec.structs.replace(case, contract=before), "ending"), contract=case.contract
    )


def closed_by_coach(discussed_on: date) -> Case:
    """Return a case whose contract the client ended, and the relationship the coach, after that talk."""
    case = kept(full(), ended_on=LATER, ended_by="client")
    return about(case, closed_on=DAY, closed_by="coach", discussed_on=discussed_on)


def closed_in_session() -> Case:
    """Return a case that ended with a closing session."""
    case = ended()
    return plus(case, *held(case, DAY, kind="closing"))


def followed() -> Case:
    """Return a case of solidarity that a usual contract followed."""
    return plus(ended("solidarity"), contract(created=DAY))


def stopped(**fields: object) -> Case:
    """Return a case whose work ended over a conflict that could not be settled."""
    return plus(kept(full(), ended_on=DAY, **fields), settled(outcome="ended"))


ROWS = (
    Row("ending", ended, lambda: kept(ended(), ended_by=None), full),
    Row("ending", None, None, lambda: ended(by="amendment")),
    Row(
        "agreed_ending",
        lambda: stopped(ended_by="mutual"),
        lambda: stopped(ended_by="coach"),
        lambda: stopped(ended_by="client"),
    ),
    Row("agreed_ending", None, None, lambda: stopped(ended_by="coach", conflict_policy="stop")),
    Row("agreed_ending", None, None, lambda: plus(kept(full(), ended_on=DAY, ended_by="coach"), settled())),
    Row(
        "agreed_ending",
        None,
        lambda: again(settled(outcome="ended")),
        lambda: again(settled(outcome="ended", closed_on=BEFORE)),
    ),
    Row("closing_session", lambda: about(ended(), closing_session="declined"), ended, full),
    Row("closing_session", closed_in_session, None, lambda: ended("group")),
    Row(
        "discussed",
        lambda: about(ended(by="coach"), discussed_on=DAY),
        lambda: about(ended(by="coach"), discussed_on=FAR),
        ended,
    ),
    Row("discussed", lambda: kept(ended(by="coach"), discussed_on=SIGNED), None),
    Row("discussed", lambda: closed_by_coach(DAY), lambda: closed_by_coach(FAR)),
    Row("discussed", None, lambda: about(ended(by="coach"), closed_on=FAR, discussed_on=FAR)),
    Row("way_forward", lambda: again(referral()), lambda: again(referral(on=BEFORE))),
    Row("way_forward", lambda: plus(ended(by="coach"), referral()), lambda: ended(by="coach"), ended),
    Row(
        "way_forward",
        None,
        lambda: about(full(), declined_for="ethical"),
        lambda: about(full(), declined_for="capacity"),
    ),
    Row("survivors", lambda: handed(DAY), lambda: handed(BEFORE), full),
    Row("survivors", lambda: written(ended(), "ending"), lambda: written(ended(), "charter")),
    Row("survivors", None, again_told),
    Row(
        "afterwards",
        lambda: plus(ended("solidarity"), referral(reason="after_support")),
        lambda: ended("solidarity"),
        lambda: full("solidarity"),
    ),
    Row("afterwards", followed, None, ended),
    Row(
        "copies",
        lambda: about(ended(), closed_on=DAY, copies_on=DAY),
        lambda: about(ended(), closed_on=DAY),
        full,
    ),
    Row(
        "copies",
        lambda: about(ended(), closed_on=LATER, copies_on=DAY),
        lambda: about(ended(), closed_on=DAY, copies_on=LATER),
    ),
    Row(
        "copies",
        None,
        lambda: plus(
            about(ended(), closed_on=DAY, copies_on=DAY), make(Copy, place="mail", on=DAY, what="x")
        ),
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_check_is_met_missing_or_not_applicable(row: Row) -> None:
    row.judge()
