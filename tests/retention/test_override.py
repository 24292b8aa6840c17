"""The coach's own terms: with a reason, never below the law, and every fault with its place."""

import gettext

import pytest

from coachvault.errors import BadDataError
from coachvault.records.base import COUNTRIES
from coachvault.retention.override import override
from coachvault.retention.schedule import Keep, load

HALF = """\
schema: 1
terms:
  - drawer: notes
    keep: {months: 6}
    reason: my charter promises six months
"""


@pytest.fixture(autouse=True)
def _in_english(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("coachvault.language._catalogue", gettext.NullTranslations())


def faults(text: str, country: str = "FR") -> list[str]:
    with pytest.raises(BadDataError) as caught:
        override(load(country), text)
    return [str(problem) for problem in caught.value.problems]


def term(body: str) -> str:
    return f"schema: 1\nterms:\n  - {body}\n"


@pytest.mark.parametrize("country", COUNTRIES)
def test_an_own_term_says_whose_it_is_and_why(country: str) -> None:
    schedule = override(load(country), HALF)
    rule = schedule.rule_of("client", "notes")
    assert rule.keep == Keep(months=6)
    assert rule.overridden
    assert rule.reason == "my charter promises six months"
    assert rule.basis.en == "Term chosen by the coach: my charter promises six months"
    assert rule.basis.fr == "Durée choisie par le coach\u00a0: my charter promises six months"
    assert rule.confidence == "judgement"


def test_an_own_term_changes_nothing_else() -> None:
    before, after = load("FR"), override(load("FR"), HALF)
    changed = [(old, new) for old, new in zip(before.rules, after.rules, strict=True) if old != new]
    assert [old.id for old, _ in changed] == ["raw_notes"]
    old, new = changed[0]
    assert (new.source, new.floor, new.trigger, new.label) == (old.source, old.floor, old.trigger, old.label)
    assert not load("FR").rule_of("client", "notes").overridden


def test_a_rule_may_be_named_instead_of_a_drawer() -> None:
    text = term("{rule: prospects, keep: {years: 1, months: 6}, reason: shorter}")
    rule = override(load("FR"), text).rule_of("client", "identity", {"prospect"})
    assert rule.keep == Keep(years=1, months=6)


def test_no_terms_change_nothing() -> None:
    assert override(load("CH"), "schema: 1\n") == load("CH")


def test_a_term_below_the_law_is_refused_with_its_place() -> None:
    text = "schema: 1\nterms:\n  - rule: billing\n    keep:\n      years: 9\n    reason: enough for me\n"
    (fault,) = faults(text)
    assert fault.startswith("retention.yaml:5:7: terms[0].keep: ")
    assert fault.endswith("legal minimum of billing")
    assert "enough for me" not in fault


def test_a_term_at_the_legal_minimum_is_taken() -> None:
    text = term("{drawer: log, keep: {years: 7}, reason: the law}")
    assert override(load("BE"), text).rule_of("client", "log").keep == Keep(years=7)
    assert "legal minimum of session_log" in faults(text.replace("years: 7", "months: 83"), "BE")[0]


@pytest.mark.parametrize(
    ("body", "place", "expected"),
    [
        ("{rule: invoices, keep: {years: 9}, reason: x}", "3:12: terms[0].rule", "expected one of: "),
        ("{drawer: cellar, keep: {years: 9}, reason: x}", "3:14: terms[0].drawer", "expected one of: "),
        ("{drawer: notes, keep: {months: -1}, reason: x}", "3:36: terms[0].keep.months", "whole number"),
        ("{drawer: notes, keep: {months: 0}, reason: x}", "3:27: terms[0].keep", "at least one month"),
        ("{drawer: notes, keep: {weeks: 3}, reason: x}", "3:28: terms[0].keep", "expected a known field"),
        ("{drawer: notes, keep: {months: 1}}", "3:5: terms[0].reason", "there is none"),
        ("{drawer: notes, keep: {months: 1}, reason: ' '}", "3:48: terms[0].reason", "one line of text"),
        ("{keep: {months: 1}, reason: x}", "3:5: terms[0]", "a rule or a drawer"),
        ("{rule: cpd, drawer: cpd, keep: {years: 1}, reason: x}", "3:5: terms[0]", "not both"),
        ("{drawer: identity, keep: {years: 9}, reason: x}", "3:14: terms[0].drawer", "a term of its own"),
        ("{rule: practice, keep: {years: 9}, reason: x}", "3:12: terms[0].rule", "a term of its own"),
        ("{drawer: contract, keep: {years: 9}, reason: x}", "3:14: terms[0].drawer", "contract_online"),
        ("{drawer: supervision, keep: {years: 9}, reason: x}", "3:14: terms[0].drawer", "supervision_log"),
    ],
)
def test_a_fault_has_its_place(body: str, place: str, expected: str) -> None:
    (fault,) = faults(term(body))
    assert fault.startswith(f"retention.yaml:{place}: ")
    assert expected in fault


def test_the_same_rule_twice_is_refused() -> None:
    text = HALF + "  - rule: raw_notes\n    keep: {months: 3}\n    reason: again\n"
    assert faults(text) == ["retention.yaml:6:11: terms[1].rule: expected each rule once"]


def test_every_fault_is_told_at_once() -> None:
    text = (
        "schema: 1\nterms:\n"
        "  - {rule: billing, keep: {years: 1}, reason: x}\n"
        "  - {rule: nothing, keep: {years: 1}, reason: x}\n"
    )
    assert [fault.split(":")[1] for fault in faults(text)] == ["3", "4"]


def test_a_field_of_another_version_is_refused() -> None:
    assert faults("schema: 1\nmercy_days: 30\n")[0].startswith("retention.yaml:2:1: ")
    assert faults("schema: 2\n")[0].startswith("retention.yaml:1:9: schema: ")
