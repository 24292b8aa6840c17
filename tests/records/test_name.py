"""Names are compared whole, in either order, without case and accents."""

import pytest

from coachvault.records.name import fold, key, mentions, parts, proper


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("Zoé Marteau", "MARTEAU Zoe", True),
        ("Jean-Pierre d’Aubépine", "daubepine jean pierre", False),
        ("Jean-Pierre d’Aubépine", "d'Aubepine, Jean Pierre", True),
        ("Zoé Marteau", "Zoé Martin", False),
        ("Zoé", "Zoé Marteau", False),
        ("Zoé Marteau", "Zoé Marteau Pin", False),
        ("李 小龍", "小龍 李", True),
    ],
)
def test_two_ways_of_writing_one_name_have_the_same_key(one: str, other: str, *, is_same: bool) -> None:
    assert (key(one) == key(other)) == is_same


@pytest.mark.parametrize(
    ("text", "is_there"),
    [
        ("Supervision par Zoé Marteau, chaque mois", True),
        ("MARTEAU Zoe (Lyon)", True),
        ("Zoé et Marteau", False),
        ("Zoé Marteaux", False),
        ("Rose", False),
        ("", False),
    ],
)
def test_a_text_mentions_a_whole_name_alone(text: str, *, is_there: bool) -> None:
    assert mentions(text, frozenset({key("Zoé Marteau"), key("Rose"), ()})) == is_there


@pytest.mark.parametrize(
    "hidden",
    [
        "\u00ad",
        "\u200b",
        "\u200d",
        "\u2060",
        "\ufeff",
        "\u034f",
        "\ufe0f",
        "\u115f",
        "\u1160",
        "\u3164",
        "\uffa0",
    ],
)
def test_a_letter_that_does_not_show_hides_no_name(hidden: str) -> None:
    written = f"Zoé Mar{hidden}teau"
    assert fold(written) == "zoe marteau"
    assert parts(written) == ["zoe", "marteau"]
    assert proper(written) == {"zoe", "marteau"}
    assert mentions(f"Vu {written} hier", frozenset({key("Zoé Marteau")}))


def test_a_name_begins_with_a_capital() -> None:
    assert proper("Élodie et\u00ad le d’Aubépine, MARTEAU_pin") == {"elodie", "aubepine", "marteau"}
