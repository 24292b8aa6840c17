"""Padmé: a size tells little, and costs little."""

from hypothesis import example, given
from hypothesis import strategies as st

from coachvault.vault import padding

LENGTHS = st.integers(0, 2**26)


@given(LENGTHS)
def test_a_padded_size_holds_the_text(length: int) -> None:
    assert padding.size(length) >= max(length, padding.MINIMUM)


@given(LENGTHS, LENGTHS)
def test_a_longer_text_is_never_padded_to_less(one: int, other: int) -> None:
    short, long = sorted((one, other))
    assert padding.size(short) <= padding.size(long)


@given(LENGTHS.filter(lambda length: length > padding.MINIMUM))
@example(513)
@example(2**20 + 1)
def test_padding_costs_at_most_twelve_percent(length: int) -> None:
    assert padding.size(length) <= length * 1.12


@given(LENGTHS)
def test_a_padded_size_is_padded_no_further(length: int) -> None:
    assert padding.size(padding.size(length)) == padding.size(length)


def test_every_short_text_has_the_same_size() -> None:
    assert {padding.size(length) for length in range(513)} == {512}


def test_a_mebibyte_of_lengths_has_few_sizes() -> None:
    assert len({padding.size(length) for length in range(2**20)}) < 256


@given(st.binary(max_size=2000))
def test_a_padded_text_is_the_text_and_newlines(text: bytes) -> None:
    padded = padding.pad(text)
    assert len(padded) == padding.size(len(text))
    assert padded.startswith(text)
    assert set(padded[len(text) :]) <= set(b"\n")
