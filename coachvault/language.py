"""Which of the two languages a person reads, and the catalogue that says it.

Code speaks English: every sentence a person reads is a message id, looked up here. The choice is
`--lang`, then the vault's `language`, then the locale, and French where nothing says otherwise.
"""

import gettext
import os
from pathlib import Path

LANGUAGES = ("fr", "en")
DEFAULT = "fr"
DOMAIN = "coachvault"
CATALOGUES = Path(__file__).parent / "data" / "locale"

_current = DEFAULT
_catalogue: gettext.NullTranslations = gettext.NullTranslations()


def choose(*wishes: str | None) -> str:
    """Return the first wish that is a language here, else that of the locale, else French."""
    for wish in (*wishes, *(os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))):
        if wish and wish[:2].lower() in LANGUAGES:
            return wish[:2].lower()
    return DEFAULT


def use(language: str) -> None:
    """Speak this language from now on, in our sentences and in those of the command parser.

    The parser asks gettext's global domain and finds the language in `LANGUAGE`.
    """
    global _current, _catalogue  # noqa: PLW0603 one process speaks one language at a time
    _current = language
    os.environ["LANGUAGE"] = language
    gettext.bindtextdomain(DOMAIN, CATALOGUES)
    gettext.textdomain(DOMAIN)
    _catalogue = gettext.translation(DOMAIN, CATALOGUES, [language], fallback=True)


def current() -> str:
    """Return the language in use: `fr` or `en`."""
    return _current


def _(message: str) -> str:
    """Return the sentence in the language in use."""
    return _catalogue.gettext(message) if message else ""


def ngettext(one: str, many: str, count: int) -> str:
    """Return the sentence for this count in the language in use."""
    return _catalogue.ngettext(one, many, count)
