"""Records in memory for the tests of the checks, and cases in which everything is met."""

from datetime import UTC, date, datetime
from itertools import count
from typing import Any, TypeVar

import msgspec

from coachvault.ethics import clause
from coachvault.ethics.case import Case
from coachvault.records import kinds
from coachvault.records.base import Record
from coachvault.records.consent import Consent
from coachvault.records.contract import Contract
from coachvault.records.event import ConflictOfInterest, Referral

R = TypeVar("R", bound=Record)
FOLDER = "abcdefghijklmnop"
ZOE, NOE, LEA = "z" * 16, "n" * 16, "l" * 16
DAY, SIGNED, BEFORE, LATER = date(2026, 3, 10), date(2026, 3, 2), date(2026, 3, 1), date(2026, 3, 3)
FAR = date(2027, 6, 1)
_NAMES = {entry.name: (name, entry.drawer) for name, entry in kinds.KINDS.items()}
METHOD = {"id": "m" * 16, "name": "dialogue", "origin": "Plato", "text": "to and fro"}
_number = count()


def make(cls: type[R], **fields: Any) -> R:  # noqa: ANN401 the fields of any record
    """Return a record with an id of its own; `created` may be given as a day."""
    kind, drawer = _NAMES[cls.__name__]
    day = fields.pop("created", BEFORE)
    moment = datetime(day.year, day.month, day.day, 9, tzinfo=UTC)
    system = {
        "schema": f"{kind}/1",
        "id": new_id(),
        "folder": FOLDER,
        "drawer": drawer or "contract",
        "created": moment,
        "updated": moment,
    }
    return msgspec.convert(msgspec.to_builtins(system | fields), cls)


def new_id() -> str:
    """Return an id that no other record has."""
    letters, number = "abcdefghijklmnopqrstuvwxyz234567", next(_number)
    return "a" * 13 + letters[number // 1024 % 32] + letters[number // 32 % 32] + letters[number % 32]


def change(record: R, **fields: Any) -> R:  # noqa: ANN401 the fields of any record
    """Return the record with other values."""
    return msgspec.convert(msgspec.to_builtins(record) | msgspec.to_builtins(fields), type(record))


def signatures(*parties: str, on: date = SIGNED) -> list[dict[str, Any]]:
    """Return the signatures of these parties."""
    return [{"by": party, "on": on} for party in parties]


def contract(kind: str = "individual", **fields: Any) -> Contract:  # noqa: ANN401 the fields of the record
    """Return a contract that says all that is asked of one of its kind, signed by client and coach."""
    by_kind: dict[str, dict[str, Any]] = {
        "individual": {},
        "solidarity": {"usual_fee": "90", "fee": "10", "sessions": 4},
        "tripartite": {
            "sponsor": "s" * 16, "payer": "sponsor", "parties": ["client", "coach", "sponsor"],
            "commitment_on": BEFORE, "signatures": signatures("client", "coach", "sponsor"),
            "expectations": [_expects("client"), _expects("sponsor")],
        },
        "group": {
            "parties": ["coach"], "signatures": signatures("coach"), "expectations": [_expects("member")],
        },
    }  # fmt: skip
    facts = {
        "kind": kind, "request": "oser", "goals": [{"id": new_id(), "text": "parler"}],
        "expectations": [_expects("client")], "duration": 60, "frequency": "weekly", "place": "practice",
        "fee": "100", "currency": "EUR", "sessions": 6, "methods": [METHOD], "channel": "on_site",
        "cancellation_hours": 24, "cancellation_percent": 50,
        "place_is": ["neutral", "private", "available", "away_from_work"],
        "signatures": signatures("client", "coach"),
    }  # fmt: skip
    return make(Contract, **facts | by_kind[kind] | fields)


def _expects(party: str) -> dict[str, str]:
    return {"id": new_id(), "party": party, "text": "du calme"}


def consent(type_: str, **fields: object) -> Consent:
    return make(Consent, **{"on": BEFORE, "type": type_} | fields)


def talk(party: str) -> list[dict[str, object]]:
    return [{"id": new_id(), "on": DAY, "party": party}]


def referral(**fields: object) -> Referral:
    return make(Referral, **{"on": SIGNED, "reason": "competence"} | fields)


def conflict(**fields: object) -> ConflictOfInterest:
    facts = {"opened_on": SIGNED, "due_on": FAR, "nature": "commercial", "text": "la soeur"}
    return make(ConflictOfInterest, **facts | fields)


def settled(**fields: object) -> ConflictOfInterest:
    facts = {"closed_on": DAY, "outcome": "resolved", "harm": "none", "resolution": "said"}
    return conflict(**facts | fields)


def kept(case: Case, **fields: Any) -> Case:  # noqa: ANN401 the fields of the contract
    """Return the case with other values in its contract."""
    assert case.contract
    changed = change(case.contract, **fields)
    records = tuple(changed if record.id == changed.id else record for record in case.records)
    return msgspec.structs.replace(case, contract=changed, records=records)


def about(case: Case, **fields: Any) -> Case:  # noqa: ANN401 the fields of the client or group
    """Return the case with other values of its client or group."""
    changed = change(case.subject, **fields)
    records = tuple(changed if record.id == changed.id else record for record in case.records)
    return msgspec.structs.replace(case, subject=changed, records=records)


def plus(case: Case, *records: Record) -> Case:
    """Return the case with more records."""
    return msgspec.structs.replace(case, records=(*case.records, *records))


def without(case: Case, *classes: type[Record]) -> Case:
    """Return the case without the records of these classes."""
    return msgspec.structs.replace(
        case, records=tuple(record for record in case.records if not isinstance(record, classes))
    )


def every_clause() -> frozenset[str]:
    """Return the ids of all clauses, as a template has them that serves everything."""
    return frozenset(clause.load())
