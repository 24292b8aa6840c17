"""How names are compared: without case, accents, order or what stands between their parts."""

import re
import unicodedata

# The parts of a name, sorted: the same whichever comes first.
Key = tuple[str, ...]

_PARTS = re.compile(r"[^\W_]+")


def fold(text: str) -> str:
    """Return the text without case, accents or blanks around, as names are compared."""
    if text.isascii():
        return text.casefold().strip()
    letters = unicodedata.normalize("NFKD", text)
    return "".join(letter for letter in letters if not unicodedata.combining(letter)).casefold().strip()


def parts(text: str) -> list[str]:
    """Return the words of a text, folded."""
    return _PARTS.findall(fold(text))


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
