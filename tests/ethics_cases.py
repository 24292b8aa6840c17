"""Cases in which everything before the first session is met: one of each kind of contract."""

from collections.abc import Callable
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from ethics_records import BEFORE, DAY, LEA, NOE, ZOE, contract, every_clause, make, new_id

from coachvault.ethics import check
from coachvault.ethics.case import Case
from coachvault.records.client import Client
from coachvault.records.consent import Consent
from coachvault.records.event import POINTS, ConflictCheck, Delivery, Explanation
from coachvault.records.group import Group
from coachvault.records.session import Session

if TYPE_CHECKING:
    from coachvault.records.base import Record

SHA = "0" * 64


class Row(NamedTuple):
    """A check, and cases in which it is met, missing, and not applicable; None where that cannot be."""

    name: str
    met: Callable[[], Case] | None
    missing: Callable[[], Case] | None
    other: Callable[[], Case] | None = None

    def judge(self) -> None:
        """Assert that each case has the result that it is to have."""
        states = {"met": self.met, "missing": self.missing, "not_applicable": self.other}
        for expected, case in states.items():
            assert case is None or state(case(), self.name) == expected, expected


def state(case: Case, name: str) -> str:
    """Return what comes of one check."""
    return next(finding.state for finding in check.run(case) if finding.check.id == name)


def full(kind: str = "individual", **fields: Any) -> Case:  # noqa: ANN401 the fields of the contract
    """Return a case that lacks nothing; `fields` are those of its contract."""
    agreed = contract(kind, **fields)
    subject = group() if kind == "group" else make(Client, name="Zoé", code="C-4F7K", ties=["none"])
    addressees: list[tuple[str, str | None]] = (
        [("member", ZOE), ("member", NOE)]
        if kind == "group"
        else [(party, None) for party in agreed.parties or ("client", "coach") if party != "coach"]
    )
    handed: list[Record] = []
    for to, who in addressees:
        facts = {"on": BEFORE, "to": to, **({"who": who} if who else {})}
        what = "group_charter" if kind == "group" else "charter"
        # Before anyone signed.
        handed += [
            make(Delivery, what=what, sha256=SHA, **facts),
            make(Delivery, what="contract", about=agreed.id, sha256=SHA, **facts),
            make(Explanation, about=agreed.id, points=list(POINTS), **facts),
        ]
    records = [
        subject,
        agreed,
        *handed,
        make(ConflictCheck, on=BEFORE, answer="none"),
        asked(),
    ]
    answers = {who: (asked(),) for _to, who in addressees if who}
    return Case(
        subject=subject,
        day=DAY,
        contract=agreed,
        records=tuple(records),
        answers=answers,
        clauses=every_clause(),
    )


def asked(**fields: Any) -> Consent:  # noqa: ANN401 the fields of the record
    """Return the answer to the supervision question."""
    return make(Consent, **{"on": BEFORE, "type": "supervision", "answer": "refused"} | fields)


def group(**fields: Any) -> Group:  # noqa: ANN401 the fields of the record
    """Return a group of two who joined of their own free will and signed the charter."""
    members = [member(ZOE), member(NOE)]
    return make(Group, **{"name": "Pairs", "code": "G-4F7K", "members": members} | fields)


def member(client: str, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 the fields of the member
    """Return a member of a group."""
    days = {"joined_on": BEFORE, "voluntary_on": BEFORE, "charter_on": BEFORE}
    return {"id": new_id(), "client": client, **days, **fields}


def held(case: Case, *days: date, **fields: Any) -> tuple[Session, ...]:  # noqa: ANN401 the fields of the record
    """Return sessions of the contract of a case."""
    assert case.contract
    return tuple(make(Session, on=day, minutes=60, contract=case.contract.id, **fields) for day in days)


# Who has neither chosen to come nor signed.
THIRD = member(LEA, voluntary_on=None, charter_on=None)
