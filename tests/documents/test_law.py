"""The law is data: with its source, its day and how sure we are of it."""

from collections.abc import Callable
from datetime import date
import re

import pytest

from coachvault.documents import Context, warnings
from coachvault.documents.law import COUNTRIES, choose, read
from coachvault.records.practice import Profile

ON = date(2026, 11, 22)
Of = Callable[..., Context]


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_mention_has_source_day_and_both_languages(country: str) -> None:
    mentions = read(country)
    assert len({mention.id for mention in mentions}) == len(mentions)
    for mention in mentions:
        assert mention.jurisdiction in COUNTRIES[country], mention.id
        assert mention.id.startswith(mention.jurisdiction.lower()), mention.id
        assert mention.source, mention.id
        assert mention.checked_on == ON, mention.id
        assert mention.fr != mention.en, mention.id
        assert set(mention.concluded) <= {"premises", "distance", "off_premises"}


@pytest.mark.parametrize("country", COUNTRIES)
def test_every_country_says_what_a_privacy_notice_needs(country: str) -> None:
    slots = {mention.slot for mention in choose(country, ON, {})}
    assert {"data_law", "data_bases", "data_rights", "authority"} <= slots


def test_no_mention_links_to_the_closed_platform_or_claims_a_privilege() -> None:
    for country in COUNTRIES:
        for mention in read(country):
            assert not re.search(r"ec\.europa\.eu|\bODR\b|\bRLL\b|226-13", mention.fr + mention.en)


@pytest.mark.parametrize(
    ("country", "concluded", "consumer", "expected"),
    [
        ("FR", "distance", True, True),
        ("FR", "off_premises", True, True),
        ("FR", "premises", True, False),
        ("FR", "distance", False, False),
        ("BE", "distance", True, True),
        ("BE", "premises", True, False),
        ("CH", "distance", True, False),
        ("CH", "off_premises", True, True),
        ("QC", "distance", True, False),
    ],
)
def test_withdrawal_is_offered_where_the_law_gives_it(
    country: str,
    concluded: str,
    consumer: bool,  # noqa: FBT001 a column of the table
    expected: bool,  # noqa: FBT001 a column of the table
) -> None:
    found = choose(country, ON, {"concluded": concluded, "consumer": consumer})
    assert any(mention.slot == "withdrawal" for mention in found) is expected


def test_a_mention_ends_with_its_validity() -> None:
    def ids(on: date) -> set[str]:
        return {mention.id for mention in choose("FR", on, {"consumer": True, "concluded": "distance"})}

    assert "fr-tax" in ids(date(2027, 12, 31))
    assert "fr-tax" not in ids(date(2028, 1, 1))
    assert "fr-withdrawal-online" not in ids(date(2026, 6, 18))
    assert "fr-withdrawal-online" in ids(date(2026, 6, 19))


def test_a_document_says_which_of_its_law_is_not_verified(context_of: Of) -> None:
    found = warnings(context_of("contract-individual"))
    # A sentence is named by its first words, as it stands in the document.
    unread = "read in the law before use, since nobody has checked it there: “Dans ce cas, aucune séance"
    assert any(line.startswith(unread) for line in found)
    assert any(line.startswith("our reading of the law, not a quotation of it: “") for line in found)
    assert not any("Lorsque ce contrat est conclu" in line for line in found)
    assert not any(mention.id in line for mention in read("FR") for line in found)
    assert warnings(context_of("recovery-kit")) == ()


def test_what_the_law_wants_and_the_profile_lacks_is_said(
    context_of: Of, profile: Profile, without: Callable[..., Profile]
) -> None:
    bare = without(profile, "mediator", "tax_mention")
    found = warnings(context_of("contract-individual", profile=bare))
    assert any(line.startswith("left out, since profile.mediator is not set: “") for line in found)
    assert any(line.startswith("aucune mention fiscale") for line in found)


def test_an_english_version_in_quebec_comes_with_the_duty_to_hand_over_the_french_one(context_of: Of) -> None:
    def said(language: str) -> bool:
        context = context_of("contract-individual", country="QC", language=language)
        (advice,) = [mention for mention in read("QC") if mention.id == "qc-french-first"]
        return any(line.startswith(advice.text(language)) for line in warnings(context))

    assert said("en")
    assert not said("fr")
