"""What the law of a country adds to a document: sentences kept as data, each with its source."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Literal, get_args

import msgspec

import coachvault
from coachvault.language import _
from coachvault.vault import yamlfile

FOLDER = Path(coachvault.__file__).parent / "data" / "law"
# A country's own law, after that of the union it is in.
COUNTRIES = {"FR": ("EU", "FR"), "BE": ("EU", "BE"), "CH": ("CH",), "QC": ("QC",)}

Slot = Literal[
    "payment", "data_law", "data_bases", "data_rights", "authority", "withdrawal", "withdrawal_form",
    "cancellation_form", "ending", "mediation", "language", "advice",
]  # fmt: skip


SLOTS: tuple[Slot, ...] = get_args(Slot)


class Mention(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A sentence for one place of a document; one for the slot `advice` is said to the coach instead.

    It applies from `valid_from` to `valid_to`, where the contract is a consumer's or not and concluded
    in one of these ways, for a document in one language or both, and where the field `needs` is set and the
    field `unless` is not.
    """

    id: str
    slot: Slot
    jurisdiction: str
    source: str
    checked_on: date
    confidence: Literal["high", "medium", "judgement", "unverified"]
    valid_from: date = date.min
    valid_to: date = date.max
    consumer: bool | None = None
    concluded: tuple[str, ...] = ()
    language: Literal["fr", "en"] | None = None
    needs: str | None = None
    unless: str | None = None
    fr: str
    en: str

    def text(self, language: str) -> str:
        """Return the sentence in a language."""
        return {"fr": self.fr, "en": self.en}[language]


class _File(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    mentions: tuple[Mention, ...]


@cache
def read(country: str) -> tuple[Mention, ...]:
    """Return all that is known for a country: `FR`, `CH`, `BE` or `QC`."""
    paths = [FOLDER / f"{name}.yaml" for name in COUNTRIES[country]]
    files = [yamlfile.read_struct(_File, path.read_text(encoding="utf-8"), path.name) for path in paths]
    return tuple(mention for file in files for mention in file.mentions)


def choose(country: str, on: date, facts: Mapping[str, object]) -> tuple[Mention, ...]:
    """Return what applies on a date; `facts` are `consumer`, `concluded`, `language` and `profile.…`.

    Where it is not known how the contract is concluded, all that may apply does: a client who reads
    of a right that they do not have loses nothing, the other way round they do.
    """
    return tuple(
        mention
        for mention in read(country)
        if mention.valid_from <= on <= mention.valid_to
        and mention.consumer in (None, facts.get("consumer"))
        and mention.language in (None, facts.get("language"))
        and (not mention.concluded or facts.get("concluded") in (None, *mention.concluded))
        and not (mention.unless and facts.get(mention.unless))
    )


def warn(mention: Mention, language: str, facts: Mapping[str, object]) -> str | None:
    """Return what the coach has to know of a mention before relying on it, or None."""
    where = {"id": mention.id, "source": mention.source, "date": mention.checked_on.isoformat()}
    if mention.needs and not facts.get(mention.needs):
        return _("%(id)s: left out, since %(field)s is not set (%(source)s)") % {
            **where,
            "field": mention.needs,
        }
    if mention.slot == "advice":
        return _("%(id)s: %(text)s (%(source)s)") % {**where, "text": mention.text(language)}
    if mention.confidence == "unverified":
        return _("%(id)s: not verified in the text of the law, read it again before use (%(source)s)") % where
    if mention.confidence == "judgement":
        return _("%(id)s: our reading of the law, not a quotation of it (%(source)s)") % where
    return None
