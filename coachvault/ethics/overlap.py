"""Who among those known is tied to whom: the comparison behind a conflict check (DA-19, CSS-3.20, LC-3).

Records in, codes out. Names count when they are whole, in either order; nothing is guessed. Former
clients are compared like the others, as long as their records are there (CSS-3.23).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Literal, NamedTuple, get_args

import msgspec

from coachvault.records.client import Client
from coachvault.records.contract import Contract
from coachvault.records.group import Group
from coachvault.records.name import Key, fold, key, mentions, parts
from coachvault.records.organisation import Organisation
from coachvault.records.person import Cast, Colleague
from coachvault.records.subject import Subject

Tie = Literal[
    "same_name", "same_employer", "same_sponsor", "same_team", "is_manager", "reports_to", "in_cast",
    "names_them", "guardian", "speaks_for", "same_group", "same_email", "same_phone", "same_address",
    "colleague", "supervisor",
]  # fmt: skip
TIES: tuple[Tie, ...] = get_args(Tie)
# What members of one group have in common by being in it.
_SHARED: frozenset[Tie] = frozenset({"same_group", "same_employer", "same_sponsor", "same_team"})
_MIN_DIGITS, _NATIONAL_DIGITS = 6, 9


class Dossier(msgspec.Struct, frozen=True, kw_only=True):
    """What is compared of a client, an organisation or a group."""

    subject: Subject
    contracts: tuple[Contract, ...] = ()
    cast: tuple[Cast, ...] = ()


class Match(NamedTuple):
    """Somebody who is tied to the one in question, and how; the code of a colleague is an id."""

    code: str
    kind: str
    tie: Tie


class Practice(NamedTuple):
    """Those around the practice itself: the directory of colleagues, and what is said of supervision."""

    colleagues: tuple[Colleague, ...] = ()
    supervision: str | None = None


NOBODY = Practice()


class _Side(NamedTuple):
    """What one side of a comparison is known by."""

    subject: Subject
    names: frozenset[Key]
    people: frozenset[Key]
    cast: frozenset[Key]
    guardians: frozenset[Key]
    contacts: frozenset[Key]
    manager: Key
    team: Key
    employer: str | None
    houses: frozenset[str]
    groups: frozenset[str]
    emails: frozenset[str]
    phones: frozenset[str]
    addresses: frozenset[Key]


def matches(folder: str, dossiers: Sequence[Dossier], practice: Practice = NOBODY) -> tuple[Match, ...]:
    """Return who is tied to whom a folder is about, each tie once, in the order of `TIES`."""
    groups = _memberships(dossiers)
    sides = {d.subject.folder: _side(d, groups.get(d.subject.folder, frozenset())) for d in dossiers}
    own = sides[folder]
    found = [*_between(own, sides.values()), *_around(own, practice)]
    return tuple(sorted(dict.fromkeys(found), key=lambda match: (TIES.index(match.tie), match.code)))


def _between(own: _Side, sides: Iterable[_Side]) -> Iterator[Match]:
    """Yield the ties to other subjects; for a group those among its members as well."""
    others = [side for side in sides if side is not own and side.subject.folder not in own.groups]
    inside = [side for side in others if own.subject.folder in side.groups]
    for other in others:
        if other not in inside:
            yield from _ties(own, other)
    for one in inside:
        for other in inside:
            if other is not one:
                yield from (match for match in _ties(one, other) if match.tie not in _SHARED)


def _ties(own: _Side, other: _Side) -> Iterator[Match]:
    subject = other.subject
    yield from (Match(subject.code, subject.noun, tie) for tie, holds in RULES.items() if holds(own, other))


def _around(own: _Side, practice: Practice) -> Iterator[Match]:
    for colleague in practice.colleagues:
        is_same = key(colleague.name) in own.people
        if is_same or _emails(colleague.email) & own.emails or _phones(colleague.phone) & own.phones:
            yield Match(colleague.id[:6], "colleague", "colleague")
    if practice.supervision and mentions(practice.supervision, own.people):
        yield Match("", "practice", "supervisor")


def _is_employed_together(own: _Side, other: _Side) -> bool:
    ids = {own.subject.folder} if isinstance(own.subject, Organisation) else {own.employer}
    return other.employer is not None and other.employer in ids


def _is_paid_by_the_same(own: _Side, other: _Side) -> bool:
    """Tell whether one house pays for one and pays for, or employs, the other."""
    if isinstance(other.subject, Organisation):
        return False
    return bool(own.houses & other.houses) and not _is_employed_together(own, other)


def _is_in_the_team(own: _Side, other: _Side) -> bool:
    return bool(own.team) and own.team == other.team and own.employer == other.employer


def _is_guardian(own: _Side, other: _Side) -> bool:
    return bool(own.guardians & other.guardians or own.guardians & other.names or own.names & other.guardians)


def _is_contact(own: _Side, other: _Side) -> bool:
    return bool(own.contacts & other.contacts or own.contacts & other.names or own.names & other.contacts)


RULES: Mapping[Tie, Callable[[_Side, _Side], bool]] = {
    "same_name": lambda own, other: bool(own.names & other.names),
    "same_employer": _is_employed_together,
    "same_sponsor": _is_paid_by_the_same,
    "same_team": _is_in_the_team,
    "is_manager": lambda own, other: own.manager in other.names,
    "reports_to": lambda own, other: other.manager in own.names,
    "in_cast": lambda own, other: bool(own.cast & other.names),
    "names_them": lambda own, other: bool(own.names & other.cast),
    "guardian": _is_guardian,
    "speaks_for": _is_contact,
    "same_group": lambda own, other: bool(own.groups & other.groups),
    "same_email": lambda own, other: bool(own.emails & other.emails),
    "same_phone": lambda own, other: bool(own.phones & other.phones),
    "same_address": lambda own, other: bool(own.addresses & other.addresses),
}


def _memberships(dossiers: Iterable[Dossier]) -> dict[str, frozenset[str]]:
    """Return the folders of the groups that each client belongs or belonged to."""
    found: dict[str, set[str]] = {}
    for subject in (dossier.subject for dossier in dossiers):
        for member in subject.members if isinstance(subject, Group) else ():
            found.setdefault(member.client, set()).add(subject.folder)
    return {client: frozenset(groups) for client, groups in found.items()}


def _side(dossier: Dossier, groups: frozenset[str]) -> _Side:
    subject = dossier.subject
    client = subject if isinstance(subject, Client) else None
    guardians = client.guardians if client else ()
    contacts = subject.contacts if isinstance(subject, Organisation) else ()
    reached = [person for person in (client, *guardians, *contacts) if person]
    homes = [person.address for person in (client, *guardians) if person]
    if isinstance(subject, Organisation):
        homes.append(subject.address)
    names = _keys([subject.name, *subject.aliases])
    cast = _keys([name for one in dossier.cast for name in (one.name, *one.aliases)])
    guarding, speaking = _keys([g.name for g in guardians]), _keys([c.name for c in contacts])
    manager = _keys([client.manager]) if client else frozenset()
    return _Side(
        subject=subject,
        names=names,
        people=names | cast | guarding | speaking | manager,
        cast=cast,
        guardians=guarding,
        contacts=speaking,
        manager=next(iter(manager), ()),
        team=key(client.team or "") if client else (),
        employer=client.employer if client else None,
        houses=_houses(dossier),
        groups=groups,
        emails=_emails(*(person.email for person in reached)),
        phones=_phones(*(person.phone for person in reached)),
        addresses=_addresses(*homes),
    )


def _houses(dossier: Dossier) -> frozenset[str]:
    """Return the organisations behind a subject: who employs or pays for it, or itself."""
    subject = dossier.subject
    found = {contract.sponsor for contract in dossier.contracts}
    if isinstance(subject, Client):
        found.add(subject.employer)
    if isinstance(subject, Group):
        found.add(subject.organisation)
    if isinstance(subject, Organisation):
        found.add(subject.folder)
    return frozenset(house for house in found if house)


def _keys(names: Iterable[str | None]) -> frozenset[Key]:
    return frozenset(key(name) for name in names if name) - {()}


def _emails(*addresses: str | None) -> frozenset[str]:
    return frozenset(fold(address) for address in addresses if address)


def _addresses(*texts: str | None) -> frozenset[Key]:
    """Return postal addresses as they are compared, word by word in their order."""
    return frozenset(tuple(parts(text)) for text in texts if text) - {()}


def _phones(*numbers: str | None) -> frozenset[str]:
    """Return numbers by their last nine digits, which are the same with a country's code or without."""
    digits = ("".join(digit for digit in number if digit.isdigit()) for number in numbers if number)
    return frozenset(number[-_NATIONAL_DIGITS:] for number in digits if len(number) >= _MIN_DIGITS)
