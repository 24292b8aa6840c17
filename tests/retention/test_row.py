"""The schedule in words, as a client and as the coach read it."""

import pytest

from coachvault.records.base import COUNTRIES
from coachvault.records.kinds import CLIENT_DRAWERS
from coachvault.retention.override import override
from coachvault.retention.row import READING_ORDER, Row, duration, entries, rows, span
from coachvault.retention.schedule import Keep, load


def test_a_row_in_french_and_in_english() -> None:
    assert rows(load("FR"), "fr")[1] == Row(
        "Contrat, annexes et preuves de l’accord", "5 ans après la fin du contrat", "Code civil, art. 2224"
    )
    assert rows(load("FR"), "en")[1] == Row(
        "Contract, annexes and proof of agreement",
        "5 years after the end of the contract",
        "French Civil Code, art. 2224",
    )


def test_the_rows_of_an_online_consumer_are_those_of_the_ten_year_rule() -> None:
    conditions = frozenset({"online_consumer", "bnc"})
    found = {row.label: row.duration for row in rows(load("FR"), "fr", conditions)}
    online = "Contrat conclu en ligne avec un consommateur (120\u00a0€ ou plus), annexes et preuves"
    assert found[online] == "10 ans après la fin du contrat"
    assert found["Factures et paiements (régime BNC)"] == "6 ans après la clôture de l’exercice comptable"
    assert len(found) == len(READING_ORDER)


def test_belgium_says_from_when_it_counts() -> None:
    assert rows(load("BE"), "fr")[3].duration == (
        "10 ans à compter du 1er janvier qui suit la clôture de l’exercice comptable"
    )


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_client_reads_of_every_drawer_once(country: str, language: str) -> None:
    assert sorted(READING_ORDER) == sorted(CLIENT_DRAWERS)
    found = rows(load(country), language)
    assert len({row.label for row in found}) == len(READING_ORDER)
    assert all(text.strip() and "%(" not in text for row in found for text in row)


@pytest.mark.parametrize(
    ("keep", "french", "english"),
    [
        (Keep(years=1), "1 an", "1 year"),
        (Keep(months=1), "1 mois", "1 month"),
        (Keep(years=2, months=6), "2 ans 6 mois", "2 years 6 months"),
    ],
)
def test_spans(keep: Keep, french: str, english: str) -> None:
    assert span(keep, "fr") == french
    assert span(keep, "en") == english


def test_what_has_no_term_says_how_long_all_the_same() -> None:
    schedule = load("FR")
    identity, settings = schedule.rule_of("client", "identity"), schedule.rule_of("practice", "settings")
    assert duration(identity, "en") == "as long as the rest of the file"
    assert duration(settings, "fr") == "aussi longtemps que le cabinet existe"


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_whole_schedule_has_an_entry_for_every_rule(country: str, language: str) -> None:
    found = entries(load(country), language)
    assert [entry.rule for entry in found] == [rule.id for rule in load(country).rules]
    for entry in found:
        assert entry.source
        assert entry.checked_on == "2026-11-22"
        assert not entry.overridden
        assert entry.reason is None


def test_an_own_term_is_shown_as_one() -> None:
    text = "schema: 1\nterms:\n  - {drawer: notes, keep: {months: 6}, reason: my charter, 100 %}\n"
    text = text.replace("my charter, 100 %", "'my charter, 100 %'")
    schedule = override(load("FR"), text)
    entry = next(entry for entry in entries(schedule, "en") if entry.rule == "raw_notes")
    assert (entry.overridden, entry.reason) == (True, "my charter, 100 %")
    assert entry.duration == "6 months after the end of the contract"
    notes = next(row for row in rows(schedule, "fr") if row.label == "Notes de séance")
    assert notes.basis.endswith("my charter, 100 %")
