"""What comes of a check."""

from collections.abc import Iterable
from typing import Literal, NamedTuple

from coachvault.records.base import Record

State = Literal["met", "missing", "not_applicable"]


class Result(NamedTuple):
    """Whether a duty is met, and the ids of the records that prove it.

    `clauses` are those in question, where they are not all that the check serves.
    """

    state: State
    proof: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()


NOT_APPLICABLE = Result("not_applicable")
MISSING = Result("missing")


def met(*records: Record | None) -> Result:
    """Return that these records, those that there are, meet it."""
    return Result("met", tuple(record.id for record in records if record))


def met_by(records: Iterable[Record]) -> Result:
    """Return that it is met if there is at least one such record, else that it is missing."""
    found = tuple(records)
    return met(*found) if found else MISSING


def met_if(is_met: object, *records: Record | None) -> Result:
    """Return that these records meet it where that is so, else that it is missing."""
    return met(*records) if is_met else MISSING


def judged(records: Iterable[Record], wrong: Iterable[Record]) -> Result:
    """Return that it is met unless one of the records is wrong; without records it does not apply."""
    found = tuple(records)
    return met_if(not any(wrong), *found) if found else NOT_APPLICABLE
