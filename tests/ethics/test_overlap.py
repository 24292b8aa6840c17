"""Who is tied to whom: records in, codes out, and nothing guessed."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from itertools import count
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
import pytest

from coachvault.ethics import overlap
from coachvault.ethics.overlap import TIES, Dossier, Match, Practice, matches
from coachvault.records.client import Client, Guardian
from coachvault.records.contract import Contract
from coachvault.records.group import Group, Member
from coachvault.records.organisation import Contact, Organisation
from coachvault.records.person import Cast, Colleague
from coachvault.records.subject import Subject

MOMENT = datetime(2026, 11, 22, 12, tzinfo=UTC)
DAY = date(2026, 11, 22)
_number = count()


def system(noun: str, folder: str, drawer: str) -> dict[str, Any]:
    name = f"{next(_number):016d}"
    return {
        "schema": f"{noun}/1", "id": name, "folder": folder, "drawer": drawer,
        "created": MOMENT, "updated": MOMENT,
    }  # fmt: skip


def client(name: str, cast: tuple[str, ...] = (), sponsor: str | None = None, **values: Any) -> Dossier:  # noqa: ANN401
    """Return a client whose folder and code are the name."""
    folder = values.pop("folder", name)
    people = tuple(Cast(**system("cast", folder, "notes"), name=one) for one in cast)
    contract = Contract(**system("contract", folder, "contract"), kind="tripartite", sponsor=sponsor)
    subject = Client(**system("client", folder, "identity"), name=name, code=folder, **values)
    return Dossier(subject=subject, cast=people, contracts=(contract,))


def house(name: str, *contacts: Contact, **values: Any) -> Dossier:  # noqa: ANN401 fields of a record
    system_fields = system("organisation", name, "identity")
    return Dossier(subject=Organisation(**system_fields, name=name, code=name, contacts=contacts, **values))


def group(name: str, *members: str, organisation: str | None = None) -> Dossier:
    inside = tuple(Member(id=one, client=one, joined_on=DAY) for one in members)
    fields = system("group", name, "identity")
    return Dossier(subject=Group(**fields, name=name, code=name, members=inside, organisation=organisation))


def guardian(name: str, **values: Any) -> tuple[Guardian, ...]:  # noqa: ANN401 its fields
    return (Guardian(id="g" * 16, name=name, **values),)


def contact(name: str, **values: str) -> Contact:
    return Contact(id="k" * 16, name=name, **values)


def compared(
    folder: str, dossiers: Sequence[Dossier], practice: Practice = overlap.NOBODY
) -> tuple[Match, ...]:
    """Return who is tied to the one of a folder, by what each is compared by."""
    own = next(one for one in dossiers if one.subject.folder == folder)
    return matches(own, map(overlap.side, dossiers), practice)


def ties(folder: str, *dossiers: Dossier) -> set[tuple[str, str]]:
    return {(match.code, match.tie) for match in compared(folder, dossiers)}


ZOE, ABEL = "Zoé Marteau", "Abel Pommier"
# What the two say of themselves, what Zoé's check finds of Abel, and what Abel's finds of Zoé.
PAIRS: dict[str, tuple[dict[str, Any], dict[str, Any], str | None, str | None]] = {
    "nothing": ({}, {}, None, None),
    "same_name": ({}, {"aliases": ("MARTEAU Zoe",)}, "same_name", "same_name"),
    "part_of_a_name": ({}, {"aliases": ("Zoé",)}, None, None),
    "same_employer": ({"employer": "x"}, {"employer": "x"}, "same_employer", "same_employer"),
    "other_employer": ({"employer": "x"}, {"employer": "y"}, None, None),
    "same_sponsor": ({"sponsor": "x"}, {"sponsor": "x"}, "same_sponsor", "same_sponsor"),
    "sponsor_employs": ({"sponsor": "x"}, {"employer": "x"}, "same_sponsor", "same_sponsor"),
    "same_team": ({"team": "Nord"}, {"team": " nord "}, "same_team", "same_team"),
    "team_elsewhere": ({"team": "Nord", "employer": "x"}, {"team": "Nord", "employer": "y"}, None, None),
    "manager": ({"manager": "pommier abel"}, {}, "is_manager", "reports_to"),
    "manager_in_part": ({"manager": "Abel"}, {}, None, None),
    "cast": ({"cast": ("ABEL POMMIER",)}, {}, "in_cast", "names_them"),
    "cast_in_part": ({"cast": ("Abel", "Pommier", "Abel P.")}, {}, None, None),
    "cast_alias": ({"cast": ("Abou",)}, {"aliases": ("Abou",)}, "in_cast", "names_them"),
    "guardian": ({"guardians": guardian("Abel Pommier")}, {}, "guardian", "guardian"),
    "siblings": ({"guardians": guardian("O X")}, {"guardians": guardian("O X")}, "guardian", "guardian"),
    "email": ({"email": "a.b@x.test"}, {"email": "A.B@x.test"}, "same_email", "same_email"),
    "email_alike": ({"email": "a.b@x.test"}, {"email": "a-b@x.test"}, None, None),
    "phone": ({"phone": "+33 6 12 34 56 78"}, {"phone": "06.12.34.56.78"}, "same_phone", "same_phone"),
    "short_phone": ({"phone": "3115"}, {"phone": "3115"}, None, None),
    "guardians_phone": (
        {"phone": "0612345678"},
        {"guardians": guardian("O X", phone="06 12 34 56 78")},
        "same_phone",
        "same_phone",
    ),
    "address": (
        {"address": "4, allée des Tilleuls\n99000 Hauteville"},
        {"address": "4 allee des tilleuls, 99000 HAUTEVILLE"},
        "same_address",
        "same_address",
    ),
    "address_nearby": ({"address": "4 allée des Tilleuls"}, {"address": "14 allée des Tilleuls"}, None, None),
    "former": ({"employer": "x"}, {"employer": "x", "closed_on": DAY}, "same_employer", "same_employer"),
}


@pytest.mark.parametrize("name", PAIRS)
def test_two_clients(name: str) -> None:
    own, other, seen_by_zoe, seen_by_abel = PAIRS[name]
    pair = (client(ZOE, **own), client(ABEL, **other))
    assert ties(ZOE, *pair) == ({(ABEL, seen_by_zoe)} if seen_by_zoe else set())
    assert ties(ABEL, *pair) == ({(ZOE, seen_by_abel)} if seen_by_abel else set())


def test_an_organisation_is_tied_to_whom_it_employs_pays_for_and_is_spoken_for_by() -> None:
    people = (
        client("A", employer="H"),
        client("B", sponsor="H"),
        client("Carole Aulne"),
        client("D D", phone="0612345678"),
        client("E", employer="other", sponsor="other"),
    )
    own = house("H", contact("Aulne Carole"), contact("X Y", phone="+33612345678"))
    assert ties("H", own, *people) == {
        ("A", "same_employer"), ("B", "same_sponsor"), ("Carole Aulne", "speaks_for"), ("D D", "same_phone"),
    }  # fmt: skip


def test_a_client_is_not_tied_to_their_own_house_or_group() -> None:
    dossiers = (client("A", employer="H", sponsor="H"), house("H"), group("G", "A", organisation="H"))
    assert ties("A", *dossiers) == set()
    assert ties("H", *dossiers) == {("A", "same_employer"), ("G", "same_sponsor")}


def test_members_of_one_group_are_tied_and_former_ones_too() -> None:
    dossiers = (client("A"), client("B"), client("C"), group("G", "A", "B"), group("F", "C"))
    assert ties("A", *dossiers) == {("B", "same_group")}


def test_a_groups_check_looks_among_its_members_and_beyond() -> None:
    dossiers = (
        client("Anne Orme", employer="H", manager="Boris Orme"),
        client("Boris Orme", employer="H"),
        client("C C", employer="H"),
        group("G", "Anne Orme", "Boris Orme", organisation="H"),
        house("H"),
    )
    assert ties("G", *dossiers) == {
        ("Boris Orme", "is_manager"), ("Anne Orme", "reports_to"), ("C C", "same_sponsor"),
    }  # fmt: skip


@pytest.mark.parametrize(
    ("colleague", "is_tied"),
    [
        ({"name": "marteau zoé"}, True),
        ({"name": "Zoé"}, False),
        ({"name": "Odile Marteau"}, True),
        ({"name": "X Y", "email": "z@x.test"}, True),
        ({"name": "X Y", "email": "y@x.test"}, False),
    ],
)
def test_a_colleague_of_the_directory_may_be_tied(colleague: dict[str, Any], *, is_tied: bool) -> None:
    record = Colleague(**system("colleague", "p" * 16, "profile"), trade="coach", **colleague)
    one = client(ZOE, email="z@x.test", guardians=guardian("Odile Marteau"))
    found = compared(ZOE, [one], Practice((record,)))
    assert found == ((Match(record.id[:6], "colleague", "colleague"),) if is_tied else ())


@pytest.mark.parametrize(
    ("said", "is_tied"),
    [
        ("Supervisé par Zoé Marteau chaque mois", True),
        ("Abel Pommier, Lyon", True),
        ("Odile Hêtre", True),
        ("Zoé, puis Marteau", False),
        (None, False),
    ],
)
def test_the_coachs_supervisor_may_be_tied(said: str | None, *, is_tied: bool) -> None:
    one = client(ZOE, manager="Pommier Abel", cast=("Odile Hêtre",))
    found = compared(ZOE, [one], Practice((), said))
    assert found == ((Match("", "practice", "supervisor"),) if is_tied else ())


def test_what_is_told_holds_codes_and_no_names() -> None:
    one = client(ZOE, cast=("Abel Pommier",), folder="C-ZOE2", email="a@x.test")
    other = client(ABEL, folder="C-ABEL", email="a@x.test")
    found = compared("C-ZOE2", [one, other])
    assert found == (Match("C-ABEL", "client", "in_cast"), Match("C-ABEL", "client", "same_email"))


NAMES = st.sampled_from(["Anne Orme", "Boris Orme", "Cléa Pin", "Orme Anne"])
CLIENTS = st.fixed_dictionaries({
    "employer": st.sampled_from([None, "h", "k"]), "team": st.sampled_from([None, "t"]),
    "manager": st.none() | NAMES, "cast": st.lists(NAMES, max_size=2).map(tuple),
    "email": st.sampled_from([None, "a@x.test"]), "aliases": st.lists(NAMES, max_size=1).map(tuple),
})  # fmt: skip
MIRRORED = {
    "is_manager": "reports_to",
    "reports_to": "is_manager",
    "in_cast": "names_them",
    "names_them": "in_cast",
}


@given(st.lists(CLIENTS, min_size=2, max_size=4))
def test_whoever_is_asked_about_the_same_ties_are_found(fields: list[dict[str, Any]]) -> None:
    dossiers = [client(f"Personne {number}", **values) for number, values in enumerate(fields)]
    folders = [dossier.subject.folder for dossier in dossiers]
    found = {(folder, m.code, str(m.tie)) for folder in folders for m in compared(folder, dossiers)}
    assert found == {(other, own, MIRRORED.get(tie, tie)) for own, other, tie in found}


def test_every_tie_is_met_here() -> None:
    met = {tie for _own, _other, *seen in PAIRS.values() for tie in seen if tie}
    elsewhere = {"speaks_for", "same_group", "colleague", "supervisor"}
    assert met | elsewhere == set(TIES)
    assert all(issubclass(cls, Subject) for cls in (Client, Group, Organisation))
