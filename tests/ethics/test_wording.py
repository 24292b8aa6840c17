"""The texts that are read to a client, and what each type of consent allows."""

import pytest

from coachvault.ethics import wording as texts
from coachvault.records.consent import ConsentType


def test_every_type_of_consent_has_its_texts_and_no_other_does() -> None:
    assert set(texts.load().consents) == set(texts.TYPES)


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("type_", texts.TYPES)
def test_a_text_says_that_it_may_be_withdrawn_and_has_a_version_of_its_own(
    type_: ConsentType, language: str
) -> None:
    text = texts.text(type_, language)
    assert text.endswith(texts.load().end.say(language))
    others = {texts.version(texts.text(other, said)) for other in texts.TYPES for said in ("fr", "en")}
    assert len(others) == 2 * len(texts.TYPES)
    assert texts.version(text) in others


def test_a_version_is_that_of_the_text_as_it_is_kept() -> None:
    assert texts.version("a\r\nb  \n") == texts.version("a\nb")
    assert texts.version("a b") != texts.version("a  b")


def test_only_consents_to_publish_reach_the_media() -> None:
    assert texts.passing("media") == ("reference_name", "testimonial")
    assert texts.passing("sponsor") == ("sponsor_report",)
    assert texts.passing("authority") == ()
