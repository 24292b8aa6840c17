"""The checks and the clauses as data: nothing is named twice, forgotten, or served by nothing."""

from datetime import date, timedelta
import itertools
from pathlib import Path

from ethics_cases import full, held
from ethics_records import DAY, about, contract, every_clause, kept, make, plus
from hypothesis import given
from hypothesis import strategies as st
import msgspec
import pytest
import test_course_checks
import test_end_checks
import test_start_checks

from coachvault.documents import names, template
from coachvault.ethics import check, clause
from coachvault.ethics.case import Case
from coachvault.records.base import Record
from coachvault.records.client import Client
from coachvault.records.consent import Consent
from coachvault.records.event import ConflictOfInterest, FollowUp, Referral
from coachvault.records.group import Group

DOCUMENTS = {document for entry in clause.load().values() for document in entry.documents}
KINDS = ("individual", "tripartite", "group", "solidarity")


def test_every_clause_is_served_by_a_check_or_a_document() -> None:
    served = {name for c in check.load() for name in c.clauses}
    assert [name for name, c in clause.load().items() if name not in served and not c.documents] == []


def test_every_clause_has_a_code_and_a_duty_in_both_languages() -> None:
    for entry in clause.load().values():
        assert entry.code in {"CD", "DA", "CSS", "PI", "LC"}
        assert entry.duty.fr.endswith(".")
        assert entry.duty.en.endswith(".")


def test_every_check_serves_clauses_that_there_are() -> None:
    unknown = {(c.id, name) for c in check.load() for name in c.clauses if name not in clause.load()}
    assert unknown == set()
    assert [c.id for c in check.load() if not c.clauses] == []


def test_every_check_has_a_function_and_the_reverse() -> None:
    ids = [c.id for c in check.load()]
    assert len(ids) == len(set(ids))
    assert set(ids) == set(check.FUNCTIONS)


def test_every_check_is_shown_met_and_missing() -> None:
    rows = [*test_start_checks.ROWS, *test_course_checks.ROWS, *test_end_checks.ROWS]
    for column in ("met", "missing"):
        assert {c.id for c in check.load()} - {row.name for row in rows if getattr(row, column)} == set()


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("document", sorted(DOCUMENTS))
def test_a_document_says_the_clauses_that_it_is_said_to_serve(document: str, language: str) -> None:
    templates = [f"contract-{kind}" for kind in KINDS] if document == clause.CONTRACT else [document]
    for name in templates:
        assert name in names(language)
        said = template.served(name, language)
        assert {c.id for c in clause.load().values() if document in c.documents} - said == set()


def test_a_template_serves_what_it_takes_in_serves(tmp_path: Path) -> None:
    folder = tmp_path / "en"
    folder.mkdir()
    (folder / "charter.md.j2").write_text('{# serves: CD-1, CD-2 #}{% include "en/_rest.md.j2" %}', "utf-8")
    (folder / "_rest.md.j2").write_text("{#- serves: LC-1\n DA-7 -#}", "utf-8")
    assert template.served("charter", "en", tmp_path) == {"CD-1", "CD-2", "LC-1", "DA-7"}


@pytest.mark.parametrize("kind", KINDS)
def test_a_full_case_lacks_nothing_before_the_first_session(kind: str) -> None:
    found = check.run(full(kind), ("contract", "start", "session"))
    assert [finding.check.id for finding in found if finding.state == "missing"] == []


def test_a_check_of_other_contracts_does_not_apply() -> None:
    states = {f.check.id: f.state for f in check.run(full())}
    assert {states[c.id] for c in check.load() if "individual" not in c.kinds} == {"not_applicable"}


def test_wording_that_is_missing_names_its_clauses() -> None:
    case = msgspec.structs.replace(full(), clauses=every_clause() - {"CD-9", "CD-31", "CD-25", "DA-13"})
    found = next(f for f in check.run(case) if f.check.id == "wording")
    assert (found.state, found.clauses) == ("missing", ("CD-9", "CD-31"))


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_found_is_found_for_the_clauses_of_the_engagement_at_hand(kind: str) -> None:
    case = full(kind)
    for finding in check.run(case):
        if finding.state != "not_applicable":
            assert finding.clauses
            assert {clause.load()[name].only for name in finding.clauses} <= {None, kind}


def test_the_contract_of_an_engagement_says_the_clauses_of_its_own_kind_alone() -> None:
    said = {kind: next(f for f in check.run(full(kind)) if f.check.id == "wording").clauses for kind in KINDS}
    assert set(said["individual"]) == set(said["group"])
    assert set(said["individual"]) == set.intersection(*map(set, said.values()))
    assert {"CD-24", "CD-25", "CD-27", "CD-28", "PI-4.3"} <= set(said["tripartite"]) - set(said["individual"])
    assert {"CSS-1.1", "CSS-2.solidaire-9"} <= set(said["solidarity"]) - set(said["individual"])
    assert not any("DA-13" in clauses for clauses in said.values())
    minor = next(f for f in check.run(about(full(), protected="minor")) if f.check.id == "wording")
    assert set(minor.clauses) - set(said["individual"]) == {"DA-13"}


def test_each_clause_of_a_check_is_at_hand_in_some_engagement_that_it_is_about() -> None:
    for entry in check.load():
        about_ = {*entry.kinds, "minor"} | ({"tripartite"} if "group" in entry.kinds else set())
        assert clause.at_hand(entry.clauses, about_) == entry.clauses


def test_a_group_with_a_sponsor_is_about_the_sponsor_too() -> None:
    case = full("group", payer="sponsor", parties=["coach", "sponsor"])
    assert case.engagements == ("tripartite", "group")
    assert next(f for f in check.run(case) if f.check.id == "agreement").clauses == ("DA-3a", "PI-4.3")


def test_what_is_met_is_proved_by_records_of_the_case() -> None:
    case = full()
    ids = {record.id for record in case.records}
    for finding in check.run(case):
        assert set(finding.proof) <= ids
        assert finding.proof or finding.state != "met" or finding.check.id == "wording"


_DAYS = st.one_of(st.none(), st.integers(-900, 900).map(lambda days: DAY + timedelta(days=days)))


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """Return a case of records that are each well formed, and need not fit together."""
    kind = draw(st.sampled_from(KINDS))
    case = full(kind)
    cleared = st.sampled_from(["request", "fee", "sessions", "place", "sponsor", "channel"])
    case = kept(case, **dict.fromkeys(draw(st.sets(cleared))), end=draw(_DAYS), ended_on=draw(_DAYS))
    case = kept(case, conflict_policy=draw(st.sampled_from(["stop", "resolve"])))
    if not isinstance(case.subject, Group):
        protected = draw(st.sampled_from([None, "minor", "vulnerable"]))
        case = about(case, protected=protected, closed_on=draw(_DAYS), discussed_on=draw(_DAYS))
    days = [day for day in draw(st.lists(_DAYS, max_size=4)) if day]
    extra = itertools.chain.from_iterable(_around(day, draw(_DAYS)) for day in days)
    case = plus(case, *extra, *held(case, *days))
    gone = draw(st.sets(st.integers(0, len(case.records) - 1)))
    records = tuple(record for number, record in enumerate(case.records) if number not in gone)
    has_contract, clauses = draw(st.booleans()), draw(st.sampled_from([None, frozenset[str]()]))
    return msgspec.structs.replace(
        case,
        records=records,
        contract=case.contract if has_contract else None,
        day=draw(_DAYS) or DAY,
        clauses=clauses,
        drawers=draw(st.sampled_from([frozenset[str](), frozenset({"recordings"})])),
        present=draw(st.sampled_from([None, (), ("z" * 16,)])),
    )


def _around(day: date, other: date | None) -> list[Record]:
    return [
        make(ConflictOfInterest, opened_on=day, due_on=day, nature="tie", text="x", closed_on=other),
        make(Referral, on=day, reason="competence"),
        make(FollowUp, due_on=day, what="x", done_on=other),
        make(Consent, on=day, type="recording", withdrawn_on=other),
        contract(created=day, amends=None),
    ]


@given(cases())
def test_every_check_has_a_result_for_any_records_and_the_same_one_again(case: Case) -> None:
    found = list(check.run(case))
    assert [finding.check for finding in found] == list(check.load())
    assert found == list(check.run(case))


def test_a_client_without_a_contract_lacks_one() -> None:
    case = Case(subject=make(Client, name="Zoé", code="C-4F7K"), day=DAY)
    missing = {f.check.id for f in check.run(case, ("contract", "start")) if f.state == "missing"}
    assert {"request", "terms", "charter_delivered", "signed", "conflict_check"} <= missing
