"""What folders say of one another: a contract names its sponsor, a group lists its members.

A tie is the folder that is named and the day on which that ended: None while it lasts. What still
needs a name keeps it from destruction, wherever it lies (DA-10).
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from coachvault.records.base import Record
from coachvault.records.client import Client
from coachvault.records.contract import Contract
from coachvault.records.group import Group

Ties = Mapping[str, date | None]


def ties(records: Iterable[Record]) -> dict[str, date | None]:
    """Return every folder that these records name, and the latest end of what ties it: None if one lasts."""
    return _latest_of(named for record in records for named in _named(record))


def together(found: Iterable[Ties]) -> dict[str, date | None]:
    """Return the ties of many folders as one: of those of one folder, the latest end."""
    return _latest_of(named for one in found for named in one.items())


def _latest_of(named: Iterable[tuple[str, date | None]]) -> dict[str, date | None]:
    found: dict[str, list[date | None]] = {}
    for folder, end in named:
        found.setdefault(folder, []).append(end)
    return {folder: _latest(ends) for folder, ends in found.items()}


def _latest(ends: Iterable[date | None]) -> date | None:
    known = list(ends)
    return None if None in known else max(end for end in known if end)


def _named(record: Record) -> Iterator[tuple[str, date | None]]:
    """Yield the folders of others that a record names.

    An organisation is needed for as long as the record is there, since a claim on a contract that has
    ended is one on its sponsor too; a member, until they leave or the group ends, as with a contract.
    """
    if isinstance(record, Contract) and record.sponsor:
        yield record.sponsor, None
    if isinstance(record, Client) and record.employer:
        yield record.employer, None
    if isinstance(record, Group):
        if record.organisation:
            yield record.organisation, None
        yield from ((member.client, member.left_on or record.closed_on) for member in record.members)
