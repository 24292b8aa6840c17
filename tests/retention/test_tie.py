"""What one folder says of another: it keeps a name for as long as somebody needs it."""

from datetime import date
from typing import Any

import pytest
from retention_records import FOLDER, client, contract, facts, note, session

from coachvault.records.base import Record
from coachvault.records.client import Client
from coachvault.records.group import Group, Member
from coachvault.records.organisation import Organisation
from coachvault.retention.schedule import load
from coachvault.retention.term import Term, terms
from coachvault.retention.tie import ties

OTHER = "ponmlkjihgfedcba"
CREATED, END = date(2008, 1, 1), date(2009, 6, 30)


def subject(cls: type[Any], code: str, **fields: Any) -> Any:  # noqa: ANN401 a record of that class
    like = {name: getattr(client(), name) for name in ("id", "folder", "drawer", "created", "updated")}
    return cls(**like, schema=f"{cls.__name__.lower()}/1", name="Hedgerow", code=code, **fields)


def member(folder: str, left: date | None = None) -> Member:
    return Member(id=folder, client=folder, joined_on=CREATED, left_on=left)


def found(records: list[Record], folder: Any, named: dict[str, date | None]) -> dict[str, Term]:  # noqa: ANN401 a kind of folder
    drawers: dict[str, list[Record]] = {}
    for record in records:
        drawers.setdefault(record.drawer, []).append(record)
    known = terms(load("FR"), facts(drawers, None, named), tuple(drawers), folder=folder)
    return {term.drawer: term for term in known}


def test_a_sponsor_an_employer_and_the_organisation_of_a_group_are_tied_for_good() -> None:
    employed: Client = subject(Client, "C-0000", employer=OTHER, closed_on=END)
    assert ties([employed]) == {OTHER: None}
    assert ties([contract(ended=END, sponsor=OTHER)]) == {OTHER: None}
    assert ties([subject(Group, "G-0000", organisation=OTHER, closed_on=END)]) == {OTHER: None}
    assert ties([client(), contract(), note(END)]) == {}


def test_a_member_is_tied_until_they_leave_or_the_group_ends() -> None:
    assert ties([subject(Group, "G-0000", members=(member(OTHER),))]) == {OTHER: None}
    assert ties([subject(Group, "G-0000", members=(member(OTHER, CREATED),))]) == {OTHER: CREATED}
    assert ties([subject(Group, "G-0000", members=(member(OTHER),), closed_on=END)]) == {OTHER: END}
    twice = (member(OTHER, CREATED), member(OTHER, END))
    assert ties([subject(Group, "G-0000", members=twice)]) == {OTHER: END}
    back = (member(OTHER, CREATED), member(OTHER))
    assert ties([subject(Group, "G-0000", members=back)]) == {OTHER: None}


@pytest.mark.parametrize("closed", [None, END])
def test_an_organisation_that_is_named_is_never_due(closed: date | None) -> None:
    records = [subject(Organisation, "O-0000", closed_on=closed), contract(ended=END)]
    for term in found(records, "organisation", {FOLDER: None}).values():
        assert (term.due, term.why) == (None, "tied")


def test_an_organisation_that_nobody_names_counts_from_its_end_or_its_entry() -> None:
    own = [subject(Organisation, "O-0000"), contract(ended=END)]
    assert {term.due for term in found(own, "organisation", {}).values()} == {date(2014, 6, 30)}
    alone = found([subject(Organisation, "O-0000")], "organisation", {OTHER: None})
    assert alone["identity"].due == date(2013, 1, 1)
    closed = found([subject(Organisation, "O-0000", closed_on=END)], "organisation", {})
    assert closed["identity"].due == date(2014, 6, 30)


def test_a_group_counts_from_its_end_and_its_sessions() -> None:
    alone = found([subject(Group, "G-0000")], "group", {})
    assert (alone["identity"].due, alone["identity"].why) == (None, "not_closed")
    closed = subject(Group, "G-0000", closed_on=END, members=(member(OTHER),))
    assert found([closed], "group", {})["identity"].due == date(2014, 6, 30)
    later = [closed, contract(ended=END), session(date(2009, 8, 31)), note(END)]
    dues = {drawer: term.due for drawer, term in found(later, "group", {}).items()}
    assert dues == {
        "identity": date(2014, 8, 31), "contract": date(2014, 8, 31), "log": date(2014, 8, 31),
        "notes": date(2010, 8, 31),
    }  # fmt: skip


def test_a_member_of_a_group_that_goes_on_is_not_due() -> None:
    records = [client(closed=END), contract(ended=END), note(END)]
    for term in found(records, "client", {FOLDER: None}).values():
        assert (term.due, term.why) == (None, "tied")
    left = found(records, "client", {FOLDER: date(2010, 6, 30)})
    assert left["contract"].due == date(2015, 6, 30)


def test_who_only_was_in_a_group_is_no_prospect() -> None:
    known = facts({"identity": [client()]}, None, {FOLDER: END})
    assert not known.is_prospect
    assert facts({"identity": [client()]}, None, {OTHER: END}).is_prospect
    assert found([client()], "client", {FOLDER: END})["identity"].due == date(2014, 6, 30)


def test_a_draft_makes_no_client_of_who_is_known_as_a_prospect() -> None:
    known, draft = {"prospect_on": CREATED}, contract(signed=None)
    prospect = facts({"identity": [subject(Client, "C-0000", **known)], "contract": [draft]}, None)
    assert prospect.is_prospect
    declined = [subject(Client, "C-0000", declined_on=END, closed_on=END)]
    assert facts({"identity": declined, "contract": [contract(END, signed=None)]}, None).is_prospect
    assert not facts({"identity": declined, "contract": [contract(END)]}, None).is_prospect
    assert not facts({"identity": declined, "log": [session(END)]}, None).is_prospect
    assert not facts({"identity": [client()], "contract": [draft]}, None).is_prospect
