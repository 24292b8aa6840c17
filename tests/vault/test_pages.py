"""Pages: every line comes back, and one that goes by a word is found without opening the others."""

import io
import json

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from coachvault.crypto import box
from coachvault.vault import pages

SECRET = box.generate()
HEAD = b'{"made":1}'
# JSON keeps a quote or a letter of another alphabet its own way, and a word may hold either.
WORDS = st.text(st.sampled_from('ab"\\éÿ \u2028'), min_size=1, max_size=3)
LINES = st.lists(st.lists(WORDS, min_size=1, max_size=3, unique=True), max_size=12)


def line(words: list[str]) -> bytes:
    return json.dumps([f"/{'/'.join(words)}/", "more/of it"], ensure_ascii=False).encode()


def said(word: str) -> bytes:
    return json.dumps(word, ensure_ascii=False).encode()[1:-1]


def opened(data: bytes, secret: str = SECRET) -> pages.Pages:
    return pages.Pages(io.BytesIO(data), secret)


def composed(lines: list[bytes]) -> bytes:
    return pages.compose(HEAD, b"\n".join(lines), SECRET)


@settings(max_examples=60)
@given(names=LINES, size=st.integers(1, 5))
def test_a_line_is_found_by_a_word_that_no_other_goes_by(names: list[list[str]], size: int) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(pages, "LINES", size)
        lines = [line(words) for words in names]
        found = opened(composed(lines))
        assert (found.head, found.lines().split(b"\n") if lines else []) == (HEAD, lines)
        for word in {word for words in names for word in words} | {"z"}:
            having = [line(words) for words in names if word in words]
            assert found.line(said(word)) == (having[0] if len(having) == 1 else b"")


def test_of_thousands_of_lines_two_pages_are_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [[f"c-{number}", f"{'some' * 20} {number}"] for number in range(10 * pages.LINES)]
    data = composed([line(words) for words in names])
    decrypt, opens = box.decrypt, []

    def count(ciphertext: bytes, identities: list[str]) -> bytes:
        opens.append(len(ciphertext))
        return decrypt(ciphertext, identities)

    monkeypatch.setattr(box, "decrypt", count)

    assert opened(data).line(b"c-777") == line(names[777])
    assert len(opens) == 2
    assert sum(opens) < len(data) / 3


def test_lines_that_go_by_nothing_are_kept_all_the_same() -> None:
    lines = [b'["a/b",1]', b"{}", b'["/', b"[]"]
    assert opened(composed(lines)).lines().split(b"\n") == lines


def test_pages_that_change_places_are_not_believed() -> None:
    """Each is sealed for itself: what stands in it says where it belongs."""
    lines = [line([f"c-{number:04}"]) for number in range(2 * pages.LINES)]
    first = second = data = b""
    while not data or len(first) != len(second):  # an age file holds something of a random length
        data = composed(lines)
        first, second = _pages(data)
    swapped = data[: _begin(data)] + second + first

    assert opened(data).line(b"c-0007") == lines[7]
    assert opened(swapped).line(b"c-0007") == b""


def _pages(data: bytes) -> list[bytes]:
    """Return the second page and the third."""
    magic = b"age-encryption.org/v1"
    return [magic + page for page in data[_begin(data) :].split(magic)[1:]]


def _begin(data: bytes) -> int:
    """Return where the second page begins."""
    return data.index(b"\n") + 1 + int(data.partition(b"\n")[0])


def test_what_is_cut_off_or_altered_is_not_read() -> None:
    data = composed([line([f"c-{number}"]) for number in range(2 * pages.LINES)])
    for place in (0, 1, 5, _begin(data) - 1, _begin(data), len(data) - 1):
        with pytest.raises(box.BrokenError):
            opened(data[:place]).lines()
    for place in (_begin(data) - 1, len(data) - 1):
        with pytest.raises(box.BrokenError):
            opened(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]).lines()


@pytest.mark.parametrize("data", [b"", b"\n", b"-1\n", b"x\nage", b"99999999999\n", b"9" * 30, b"\xff" * 99])
def test_what_is_no_page_is_not_read(data: bytes) -> None:
    with pytest.raises(box.BrokenError):
        opened(data)


@pytest.mark.parametrize("facts", ["[]", "{}", "[8]", "[0,-1]", "[0,99999999999]", "[4]", '["8"]', "[1e99]"])
def test_a_first_page_that_cannot_be_is_not_believed(facts: str) -> None:
    """Whoever knows the recipient can make one."""
    text = b"\n".join([HEAD, facts.encode(), b"1234"])
    first = box.encrypt(text, [box.recipient_of(SECRET)])
    with pytest.raises(box.BrokenError):
        opened(b"%d\n%b" % (len(first), first))


def test_another_key_opens_nothing() -> None:
    with pytest.raises(box.WrongKeyError):
        opened(composed([line(["a"])]), box.generate())
