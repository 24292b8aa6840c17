"""Who among those known is tied to whom: the comparison behind a conflict check (DA-19, CSS-3.20, LC-3).

Records in, codes out. Names count when they are whole, in either order; nothing is guessed. Former
clients are compared like the others, as long as their records are there (CSS-3.23).
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
import hashlib
from typing import Literal, NamedTuple, get_args

import msgspec

from coachvault.records.client import Client, Guardian
from coachvault.records.contract import Contract
from coachvault.records.group import Group
from coachvault.records.name import Key, fold, key, mentions, parts
from coachvault.records.organisation import Contact, Organisation
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
# A name of more words than this is not found in a text.
_MOST_WORDS = 8


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


Marks = frozenset[int]


class Side(msgspec.Struct, frozen=True, kw_only=True, array_like=True, gc=False):
    """What one side of a comparison is known by: marks of names, numbers, addresses, never these themselves.

    Two marks are equal where what they stand for is. `houses` are the organisations behind a subject,
    `members` those of a group, and `groups` what `matches` finds in the members of the others.
    """

    folder: str
    code: str
    kind: str
    names: Marks = frozenset()
    cast: Marks = frozenset()
    guardians: Marks = frozenset()
    contacts: Marks = frozenset()
    manager: int = 0
    team: int = 0
    employer: str | None = None
    houses: frozenset[str] = frozenset()
    members: frozenset[str] = frozenset()
    groups: frozenset[str] = frozenset()
    emails: Marks = frozenset()
    phones: Marks = frozenset()
    addresses: Marks = frozenset()

    @property
    def is_organisation(self) -> bool:
        """Return whether it is of an organisation."""
        return self.kind == "organisation"

    @property
    def around(self) -> Marks:
        """Return the marks of those around a subject: cast, guardians, contacts, manager."""
        return self.cast | self.guardians | self.contacts | ({self.manager} - {0})


def matches(own: Dossier, others: Iterable[Side], practice: Practice = NOBODY) -> tuple[Match, ...]:
    """Return who is tied to the one in question, each tie once, in the order of `TIES`.

    `others` are the sides of everybody known; what they have of the one in question is left out.
    """
    known = [side(own), *(other for other in others if other.folder != own.subject.folder)]
    groups: dict[str, set[str]] = {}
    for member, folder in ((member, one.folder) for one in known for member in one.members):
        groups.setdefault(member, set()).add(folder)
    placed = [
        msgspec.structs.replace(one, groups=frozenset(groups[one.folder])) if one.folder in groups else one
        for one in known
    ]
    found = [*_between(placed[0], placed[1:]), *_around(own, placed[0], practice)]
    return tuple(sorted(dict.fromkeys(found), key=lambda match: (TIES.index(match.tie), match.code)))


def _between(own: Side, sides: Iterable[Side]) -> Iterator[Match]:
    """Yield the ties to other subjects; for a group those among its members as well."""
    others = [one for one in sides if one.folder not in own.groups]
    inside = [one for one in others if own.folder in one.groups]
    for other in others:
        if other not in inside:
            yield from _ties(own, other)
    for one in inside:
        for other in inside:
            if other is not one:
                yield from (match for match in _ties(one, other) if match.tie not in _SHARED)


def _ties(own: Side, other: Side) -> Iterator[Match]:
    yield from (Match(other.code, other.kind, tie) for tie, holds in RULES.items() if holds(own, other))


def _around(dossier: Dossier, own: Side, practice: Practice) -> Iterator[Match]:
    people = _people(dossier)
    for colleague in practice.colleagues:
        is_same = key(colleague.name) in people
        if is_same or _emails(colleague.email) & own.emails or _phones(colleague.phone) & own.phones:
            yield Match(colleague.id[:6], "colleague", "colleague")
    if practice.supervision and mentions(practice.supervision, people):
        yield Match("", "practice", "supervisor")


def _is_employed_together(own: Side, other: Side) -> bool:
    ids = {own.folder} if own.is_organisation else {own.employer}
    return other.employer is not None and other.employer in ids


def _is_paid_by_the_same(own: Side, other: Side) -> bool:
    """Tell whether one house pays for one and pays for, or employs, the other."""
    if other.is_organisation:
        return False
    return bool(own.houses & other.houses) and not _is_employed_together(own, other)


def _is_in_the_team(own: Side, other: Side) -> bool:
    return bool(own.team) and own.team == other.team and own.employer == other.employer


def _is_guardian(own: Side, other: Side) -> bool:
    return bool(own.guardians & other.guardians or own.guardians & other.names or own.names & other.guardians)


def _is_contact(own: Side, other: Side) -> bool:
    return bool(own.contacts & other.contacts or own.contacts & other.names or own.names & other.contacts)


RULES: Mapping[Tie, Callable[[Side, Side], bool]] = {
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


def side(dossier: Dossier) -> Side:
    """Return what a dossier is compared by."""
    subject = dossier.subject
    client = subject if isinstance(subject, Client) else None
    guardians, contacts = _guardians(dossier), _contacts(dossier)
    reached = [person for person in (client, *guardians, *contacts) if person]
    homes = [person.address for person in (client, *guardians) if person]
    if isinstance(subject, Organisation):
        homes.append(subject.address)
    return Side(
        folder=subject.folder,
        code=subject.code,
        kind=subject.noun,
        names=_marks(_keys([subject.name, *subject.aliases])),
        cast=_marks(_keys(_cast(dossier))),
        guardians=_marks(_keys(g.name for g in guardians)),
        contacts=_marks(_keys(c.name for c in contacts)),
        manager=_mark(key(client.manager or "")) if client else 0,
        team=_mark(key(client.team or "")) if client else 0,
        employer=client.employer if client else None,
        houses=_houses(dossier),
        members=frozenset(m.client for m in subject.members) if isinstance(subject, Group) else frozenset(),
        emails=_emails(*(person.email for person in reached)),
        phones=_phones(*(person.phone for person in reached)),
        addresses=_marks(tuple(parts(text)) for text in homes if text),
    )


def said(text: str) -> Marks:
    """Return the marks of all that may be a whole name in a text: two words and more, in whatever order.

    A name of one word is looked for nowhere: it may be a word like any other.
    """
    words = parts(text)
    lengths = range(2, _MOST_WORDS + 1)
    runs = (words[start : start + count] for count in lengths for start in range(len(words) - count + 1))
    return _marks(tuple(sorted(run)) for run in runs)


def _people(dossier: Dossier) -> frozenset[Key]:
    """Return by what names a subject and those around it go."""
    subject = dossier.subject
    around = [*(g.name for g in _guardians(dossier)), *(c.name for c in _contacts(dossier))]
    manager = subject.manager if isinstance(subject, Client) else None
    return _keys([subject.name, *subject.aliases, *_cast(dossier), *around, manager])


def _guardians(dossier: Dossier) -> tuple[Guardian, ...]:
    return dossier.subject.guardians if isinstance(dossier.subject, Client) else ()


def _contacts(dossier: Dossier) -> tuple[Contact, ...]:
    return dossier.subject.contacts if isinstance(dossier.subject, Organisation) else ()


def _cast(dossier: Dossier) -> list[str]:
    return [name for one in dossier.cast for name in (one.name, *one.aliases)]


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


def _mark(words: Key) -> int:
    """Return what stands for words of which nothing else may be kept; 0 where there is none."""
    if not words:
        return 0
    return int.from_bytes(hashlib.blake2b(" ".join(words).encode(), digest_size=7).digest())


def _marks(found: Iterable[Key]) -> Marks:
    return frozenset(map(_mark, found)) - {0}


def _emails(*addresses: str | None) -> Marks:
    return _marks((fold(address),) for address in addresses if address)


def _phones(*numbers: str | None) -> Marks:
    """Return numbers by their last nine digits, which are the same with a country's code or without."""
    digits = ("".join(digit for digit in number if digit.isdigit()) for number in numbers if number)
    return _marks((number[-_NATIONAL_DIGITS:],) for number in digits if len(number) >= _MIN_DIGITS)
