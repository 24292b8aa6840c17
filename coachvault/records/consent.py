"""What a client allows, and what was said of them outside without or with it."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Annotated, Literal

import msgspec

from coachvault.records.base import Id, Line, Record, Text

ConsentType = Literal[
    "supervision", "recording", "sponsor_report", "reference_name", "testimonial", "log_contact",
    "special_categories", "remote_tools", "referral",
]  # fmt: skip
# What outlives a coaching only where the client said so: the others serve the coaching itself (CSS-3.23-2).
LAPSING: tuple[ConsentType, ...] = ("reference_name", "testimonial", "log_contact", "referral")
Recipient = Literal["authority", "sponsor", "colleague", "media", "other"]


class Consent(Record, frozen=True, kw_only=True):
    """An answer to one question, given or refused; a withdrawal is a date. Drawer `consents`.

    `wording` is the text that was agreed to and `version` its SHA-256; `items` and `recipient` bound what
    it allows. With `after_end` it outlives the coaching; else closing ends one of `LAPSING` by its `until`.
    `replaces` is the former answer whose place it takes.
    """

    on: date
    type: ConsentType
    answer: Literal["given", "refused"] = "given"
    by: Literal["client", "guardian"] = "client"
    until: date | None = None
    after_end: bool = False
    withdrawn_on: date | None = None
    replaces: Id | None = None
    items: tuple[Line, ...] = ()
    recipient: Line | None = None
    version: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")] | None = None
    scope: Text | None = None
    wording: Text | None = None

    def is_live(self, day: date) -> bool:
        """Return whether it allows, as that day ends, what it is about: what is done now needs that."""
        return self.was_live(day) and self.withdrawn_on != day

    def was_live(self, day: date) -> bool:
        """Return whether it allowed at some time of that day what it is about.

        Days have no hours here: what was done on the day of a withdrawal was done before it, and stays valid.
        """
        is_over = (self.until and day > self.until) or (self.withdrawn_on and day > self.withdrawn_on)
        return self.answer == "given" and self.on <= day and not is_over


def in_force(consents: Iterable[Consent], type_: ConsentType, day: date) -> Consent | None:
    """Return the answer of one type that counts as a day ends: the last one, given or not; `consents` by day.

    Whatever is done now goes by this one.
    """
    return _last([consent for consent in consents if consent.type == type_ and consent.on <= day])


def allowed(consents: Iterable[Consent], type_: ConsentType, day: date) -> tuple[Consent, ...]:
    """Return the consents of one type that allowed something at some time of a day; `consents` by day.

    Whatever was done that day is judged by these: what counted as the day began, and each answer of the day.
    """
    answers = [consent for consent in consents if consent.type == type_]
    before = _last([consent for consent in answers if consent.on < day])
    counted = [
        consent for consent in (before, *answers) if consent and (consent is before or consent.on == day)
    ]
    return tuple(consent for consent in dict.fromkeys(counted) if consent.was_live(day))


def _last(answers: Sequence[Consent]) -> Consent | None:
    replaced = {consent.replaces for consent in answers}
    return next((consent for consent in reversed(answers) if consent.id not in replaced), None)


class Disclosure(Record, frozen=True, kw_only=True):
    """What was passed to a third party, and on what ground. Drawer `contract` (DA-11, PI-5.2).

    `items` are those of the `consent` that were passed on; `told_on` is when the client was told.
    """

    on: date
    basis: Literal["law", "court", "danger", "consent"]
    recipient: Line
    recipient_type: Recipient = "other"
    consent: Id | None = None
    items: tuple[Line, ...] = ()
    told_on: date | None = None
    ground: Text
    what: Text
