"""How names are compared: without case, accents, order or what stands between their parts."""

import re
import unicodedata

# The parts of a name, sorted: the same whichever comes first.
Key = tuple[str, ...]

_PARTS = re.compile(r"[^\W_]+")
# Marks upon letters, and what takes no place: a soft hyphen, a joiner, a mark of direction.
_UNSEEN = ("Mn", "Me", "Cf")
# Letters that show nothing: the fillers of Hangul.
_FILLERS = "\u115f\u1160"


def fold(text: str) -> str:
    """Return the text as names are compared: without case, accents, letters unseen, blanks around.

    What it returns is in the caches, which count for the version of the program that made them.
    """
    return text.casefold().strip() if text.isascii() else _bare(text).casefold().strip()


def parts(text: str) -> list[str]:
    """Return the words of a text, folded."""
    return _PARTS.findall(fold(text))


def proper(text: str) -> set[str]:
    """Return those words of a text, folded, that begin with a capital as names do."""
    return {fold(word) for word in _PARTS.findall(_bare(text)) if word[0].isupper()}


def _bare(text: str) -> str:
    letters = unicodedata.normalize("NFKD", text)
    return "".join(
        letter for letter in letters if unicodedata.category(letter) not in _UNSEEN and letter not in _FILLERS
    )


def key(name: str) -> Key:
    """Return what two ways of writing one name have in common; empty where there is no letter."""
    return tuple(sorted(parts(name)))


def mentions(text: str, keys: frozenset[Key]) -> bool:
    """Tell whether a text says one of these names whole, in either order.

    A name of one word is looked for nowhere: it may be a word like any other.
    """
    words = parts(text)
    lengths = {len(key) for key in keys if len(key) > 1}
    return any(
        tuple(sorted(words[start : start + length])) in keys
        for length in lengths
        for start in range(len(words) - length + 1)
    )
