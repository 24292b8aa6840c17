"""A phrase in both languages, as data files have it."""

import msgspec


class Words(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same phrase in both languages."""

    fr: str
    en: str

    def say(self, language: str) -> str:
        """Return the phrase in `fr` or `en`."""
        return self.en if language == "en" else self.fr
