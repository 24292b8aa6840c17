"""The schedules of the four countries: complete, unambiguous, and as the law has it."""

from itertools import chain, combinations
from typing import get_args

import pytest

from coachvault.errors import UsageError
from coachvault.records.base import COUNTRIES
from coachvault.records.kinds import CLIENT_DRAWERS, PRACTICE_DRAWERS
from coachvault.retention.schedule import Condition, Keep, TriggerName, load
from coachvault.retention.trigger import TRIGGERS

DRAWERS = {
    "client": CLIENT_DRAWERS,
    "organisation": ("identity", "contract", "billing", "attachments", "complaints"),
    "group": tuple(drawer for drawer in CLIENT_DRAWERS if drawer != "rights"),
    "practice": PRACTICE_DRAWERS,
}
CONDITIONS = get_args(Condition)
COMBINATIONS = list(chain.from_iterable(combinations(CONDITIONS, n) for n in range(len(CONDITIONS) + 1)))

# rule: (years, months) and trigger, per country
YEARS = {
    "contract": (5, 10, 10, 6),
    "sponsor_report": (5, 10, 10, 6),
    "billing": (10, 10, 10, 6),
    "session_log": (5, 10, 10, 6),
    "closing_summary": (5, 5, 5, 3),
    "consents": (5, 10, 10, 3),
    "complaints": (5, 10, 10, 3),
    "rights_requests": (5, 5, 5, 5),
    "prospects": (3, 2, 3, 1),
    "breach_register": (5, 5, 5, 6),
    "supervision_log": (6, 6, 6, 6),
    "cpd": (6, 6, 6, 6),
    "reflection": (6, 6, 6, 6),
}
MONTHS = {"raw_notes": 12, "recordings": 3, "attachments": 6, "supervision_cases": 12, "prospect_content": 6}
FLOORS = {
    ("FR", "contract_online"): 10,
    ("FR", "billing"): 10,
    ("FR", "billing_bnc"): 6,
    ("CH", "billing"): 10,
    ("CH", "breach_register"): 2,
    ("BE", "billing"): 7,
    ("BE", "session_log"): 7,
    ("QC", "billing"): 6,
    ("QC", "session_log"): 6,
    ("QC", "breach_register"): 5,
}


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_rule_is_complete_in_both_languages(country: str) -> None:
    for rule in load(country).rules:
        texts = [rule.source]
        for words in (rule.basis, rule.label, rule.explanation):
            texts += [words.fr, words.en]
        assert all(text == text.strip() and len(text) > 4 for text in texts), rule.id
        assert rule.label.fr != rule.label.en, rule.id
        assert rule.explanation.fr != rule.explanation.en, rule.id
        assert rule.checked_on.isoformat() == "2026-11-22"
        assert rule.reason is None


@pytest.mark.parametrize("country", COUNTRIES)
def test_only_the_file_and_the_practice_last_as_long_as_something_else(country: str) -> None:
    assert {rule.id for rule in load(country).rules if rule.keep is None} == {"identity", "practice"}


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("conditions", COMBINATIONS)
def test_every_drawer_has_exactly_one_rule(country: str, conditions: tuple[str, ...]) -> None:
    schedule = load(country)
    for folder, drawers in DRAWERS.items():
        for drawer in drawers:
            rule = schedule.rule_of(folder, drawer, conditions)
            governing = [r for r in schedule.rules if folder in r.folders and drawer in r.drawers]
            assert len([r for r in governing if r.when is None]) == 1, drawer
            special = [r for r in governing if r.when in conditions]
            assert rule in (special or governing)
            assert (rule.when is None) == (not special)
            # Two rules may hold at once only if one of them is plainly the longer.
            spans = [r.keep.total for r in special if r.keep]
            assert len(set(spans)) == len(special), drawer
            assert not spans or (rule.keep and rule.keep.total == max(spans))


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_rule_governs_drawers_that_exist_and_every_cap_too(country: str) -> None:
    for rule in load(country).rules:
        for folder in rule.folders:
            assert set(rule.drawers) <= set(DRAWERS[folder]), rule.id
            assert rule.cap is None or rule.cap in DRAWERS[folder]


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_term_stands_between_its_floor_and_its_maximum(country: str) -> None:
    for rule in load(country).rules:
        keep = rule.keep or Keep()
        assert rule.floor is None or rule.floor.total <= keep.total, rule.id
        assert rule.max is None or keep.total <= rule.max.total, rule.id


@pytest.mark.parametrize("country", COUNTRIES)
def test_figures(country: str) -> None:
    schedule = load(country)
    column = COUNTRIES.index(country)
    expected = {name: Keep(years=years[column]) for name, years in YEARS.items()}
    expected |= {name: Keep(months=months) for name, months in MONTHS.items()}
    if country == "FR":
        expected |= {"contract_online": Keep(years=10), "billing_bnc": Keep(years=6)}
    assert {rule.id: rule.keep for rule in schedule.rules if rule.keep} == expected
    floors = {(country, rule.id): rule.floor.years for rule in schedule.rules if rule.floor}
    assert floors == {key: years for key, years in FLOORS.items() if key[0] == country}


def test_belgium_counts_papers_from_the_new_year_and_quebec_from_the_close() -> None:
    found = {c: {load(c).rule_of("client", d).trigger for d in ("log", "billing")} for c in ("BE", "QC")}
    assert found == {"BE": {"year_after_fy_close"}, "QC": {"fy_close"}}


def test_an_unchecked_figure_says_so() -> None:
    unverified = {(c, r.id) for c in COUNTRIES for r in load(c).rules if r.confidence == "unverified"}
    assert unverified == {("CH", "breach_register")}


def test_the_content_of_sessions_is_the_same_everywhere_and_a_judgement() -> None:
    for country in COUNTRIES:
        notes = load(country).rule_of("client", "notes")
        assert (notes.keep, notes.confidence, notes.trigger) == (Keep(months=12), "judgement", "contract_end")


def test_what_is_entrusted_may_be_returned() -> None:
    for country in COUNTRIES:
        actions = {rule.id: rule.action for rule in load(country).rules if rule.action != "destroy"}
        assert actions == {"attachments": "return_or_destroy"}


def test_supervision_is_another_matter_for_the_client_than_for_the_practice() -> None:
    schedule = load("FR")
    assert schedule.rule_of("client", "supervision").id == "supervision_cases"
    assert schedule.rule_of("practice", "supervision").id == "supervision_log"


def test_every_trigger_has_its_function() -> None:
    assert set(TRIGGERS) == set(get_args(TriggerName))


def test_another_country_is_refused() -> None:
    with pytest.raises(UsageError) as caught:
        load("DE")
    assert "FR, CH, BE, QC" in caught.value.hint


def test_a_drawer_without_a_rule_is_refused() -> None:
    with pytest.raises(KeyError):
        load("FR").rule_of("organisation", "notes")
