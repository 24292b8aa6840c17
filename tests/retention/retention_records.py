"""Real records for the tests of retention: the system fields filled in, the days given."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from itertools import count
from types import MappingProxyType
from typing import Any, Literal

from coachvault.records.base import Record
from coachvault.records.client import Client, Hold
from coachvault.records.consent import Consent, ConsentType
from coachvault.records.contract import Contract, Signature
from coachvault.records.document import Document
from coachvault.records.kinds import CLIENT_DRAWERS
from coachvault.records.note import Note, Summary
from coachvault.records.practice import Profile
from coachvault.records.session import Session
from coachvault.retention.facts import Facts, trace
from coachvault.retention.facts import facts as judge
from coachvault.retention.tie import Ties

FOLDER = "abcdefghijklmnop"
CREATED = date(2008, 1, 1)
_number = count()


def facts(
    records: Mapping[str, Sequence[Record]], profile: Profile | None, ties: Ties = MappingProxyType({})
) -> Facts:
    """Return what these records and those of others say about time."""
    return judge(trace(records), profile, ties)


def _system(kind: str, drawer: str, created: date) -> dict[str, Any]:
    letters = "abcdefghijklmnopqrstuvwxyz234567"
    number = next(_number)
    moment = datetime(created.year, created.month, created.day, 12, tzinfo=UTC)
    return {
        "schema": f"{kind}/1",
        "id": "a" * 13 + letters[number // 1024 % 32] + letters[number // 32 % 32] + letters[number % 32],
        "folder": FOLDER,
        "drawer": drawer,
        "created": moment,
        "updated": moment,
    }


def client(closed: date | None = None, created: date = CREATED) -> Client:
    return Client(**_system("client", "identity", created), name="Zoé", code="C-4F7K", closed_on=closed)


def consent(type_: ConsentType, on: date, **values: Any) -> Consent:  # noqa: ANN401 fields of a record
    return Consent(**_system("consent", "consents", on), on=on, type=type_, **values)


def hold(closed: date | None = None) -> Hold:
    return Hold(
        **_system("hold", "identity", CREATED),
        opened_on=date(2009, 1, 1),
        review_on=date(2010, 1, 1),
        closed_on=closed,
        reason="a case before the court",
    )


def contract(ended: date | None = None, signed: date | None = date(2008, 2, 1), **more: Any) -> Contract:  # noqa: ANN401 the fields of the record
    signatures = (Signature(by="client", on=signed), Signature(by="coach", on=signed)) if signed else ()
    return Contract(
        **_system("contract", "contract", CREATED),
        kind="individual",
        signatures=signatures,
        ended_on=ended,
        **more,
    )


def session(on: date, kind: Literal["discovery", "regular", "closing"] = "regular") -> Session:
    return Session(**_system("session", "log", on), on=on, minutes=60, kind=kind)


def note(on: date, created: date | None = None) -> Note:
    return Note(**_system("note", "notes", created or on), on=on, text="what was said")


def summary(on: date) -> Summary:
    return Summary(**_system("summary", "summary", on), on=on, text="goals and milestones")


def document(drawer: str, on: date) -> Document:
    return Document(
        **_system("document", drawer, on),
        on=on,
        role="rendered",
        title="a paper",
        format="pdf",
        size=1,
        sha256="0" * 64,
        parts=1,
    )


def profile(**more: Any) -> Profile:  # noqa: ANN401 the fields of the record
    return Profile(**_system("profile", "profile", CREATED), name="Ada", **more)


class Matter(Record, frozen=True, kw_only=True):
    """Something that is opened and closed, as a complaint is."""

    opened_on: date
    closed_on: date | None = None


def matter(drawer: str, opened: date, closed: date | None, created: date = CREATED) -> Matter:
    return Matter(**_system("matter", drawer, created), opened_on=opened, closed_on=closed)


def coached(end: date | None, *extra: Record) -> dict[str, list[Record]]:
    """Return a client's whole folder: a last session at the end, and a record in every drawer."""
    seen = end or date(2009, 5, 30)
    records: dict[str, list[Record]] = {drawer: [document(drawer, seen)] for drawer in CLIENT_DRAWERS}
    records |= {
        "identity": [client(closed=end)],
        "contract": [contract(ended=end)],
        "log": [session(seen)],
        "notes": [note(seen)],
        "summary": [summary(seen)],
        "complaints": [matter("complaints", seen, seen)],
    }
    for record in extra:
        records[record.drawer].append(record)
    return records


def met(last: date, closed: date | None = None) -> dict[str, list[Record]]:
    """Return the folder of someone met once, who signed nothing."""
    return {
        "identity": [client(closed=closed)],
        "contract": [document("contract", last)],
        "log": [session(last, "discovery")],
        "notes": [note(last)],
        "attachments": [document("attachments", last)],
    }
