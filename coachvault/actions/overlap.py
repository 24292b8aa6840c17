"""The conflict check: one client, organisation or group against everyone known (DA-19, CSS-3.20, LC-3).

It names others by their codes, to the coach alone. What is kept says how many there were, never who.
"""

from datetime import date
from typing import NamedTuple

import msgspec

from coachvault.actions import brief, naming, who
from coachvault.actions.result import Done, Listing
from coachvault.errors import CoachError, RefusedError
from coachvault.ethics import overlap
from coachvault.ethics.overlap import Match, Practice
from coachvault.language import _, ngettext
from coachvault.records.event import ConflictCheck
from coachvault.records.person import Colleague
from coachvault.records.practice import Profile
from coachvault.records.subject import Subject
from coachvault.vault.store import Vault
from coachvault.word import word

# How many codes a warning names.
_MAX_NAMED = 8


class Row(msgspec.Struct, frozen=True):
    """Somebody who is tied to the one in question, and how."""

    code: str
    kind: str
    tie: str


class Found(NamedTuple):
    """Whom a check was about, what it found, and whether it saw but a part of the vault."""

    subject: Subject
    matches: tuple[Match, ...]
    is_partial: bool = False

    @property
    def others(self) -> int:
        """Return how many others are tied to the subject, however often."""
        return len({(match.kind, match.code) for match in self.matches})

    def listing(self) -> Listing:
        """Return the ties as a list to show."""
        nobody = _("nobody known is tied to them")
        if self.is_partial:
            nobody = _(
                "nobody in the folders that you were granted is tied to them; the others were not seen"
            )
        return Listing("match", tuple(Row(*match) for match in self.matches), nobody)


def check(vault: Vault, name: str) -> Found:
    """Return who of those that this identity sees is tied to the one meant; nothing is written."""
    return compare(vault, who.subject(vault, name))


def compare(vault: Vault, subject: Subject) -> Found:
    """Return who is tied to a client, an organisation or a group, former ones too."""
    own = next(found for found in brief.dossiers(vault, subject.folder) if found.subject.code == subject.code)
    sides = (side for known in brief.every(vault).values() for side in known.sides)
    return Found(
        subject=subject, matches=overlap.matches(own, sides, _practice(vault)), is_partial=vault.is_partial
    )


def compared(vault: Vault, entered: Done) -> Done:
    """Return what to say of somebody who was entered, with the codes of those who are tied to them.

    Nothing is refused: whoever was entered is entered, and what is damaged elsewhere must not look like a
    failure of that.
    """
    code = {"code": entered.facts["code"]}
    try:
        found = check(vault, code["code"])
    except CoachError:
        warning = _("not everybody could be compared with %(code)s: coach conflict check %(code)s") % code
    else:
        if not found.matches:
            return entered
        warning = _warning(found)
    return msgspec.structs.replace(entered, warnings=(*entered.warnings, warning))


def answer(vault: Vault, found: Found, decided: str, reason: str | None, on: date) -> Done:
    """Record that a check was made and what the coach decided on it: how many matched, never who."""
    code, count = found.subject.code, found.others
    if decided == "none" and count and not reason:
        raise RefusedError(
            _("the check of %(code)s found ties") % {"code": code},
            _("say with --reason why none of them matters, or answer managed or declined"),
        )
    with vault.change() as change:
        subject = who.subject(vault, code)
        naming.refuse_clients(vault, subject, [reason])
        values = {"on": on, "matches": count, "answer": decided} | ({"reason": reason} if reason else {})
        record = change.add("conflict_check", subject.folder, values)
    message = ngettext(
        "the check of %(code)s is recorded: %(count)s tie, answer %(answer)s",
        "the check of %(code)s is recorded: %(count)s ties, answer %(answer)s",
        count,
    )
    todo = _("enter what is to be managed with: coach conflict add %(code)s") % {"code": code}
    facts = {"code": code, "conflict_check": record.id, "answer": decided, "matches": count}
    shown = {"items": found.listing().items}
    return Done(
        message % {"code": code, "answer": word(decided), "count": count},
        {**facts, **shown},
        lines=(todo,) if decided == "managed" else (),
    )


def answered(vault: Vault, found: Found) -> tuple[date, str] | None:
    """Return the day and the word of the answer that is on record last, or None."""
    known = vault.load(found.subject.folder, "contract", ConflictCheck)
    return (known[-1].on, known[-1].answer) if known else None


def _warning(found: Found) -> str:
    named = [name for name in dict.fromkeys(match.code for match in found.matches) if name]
    codes = ", ".join(named[:_MAX_NAMED]) + ("…" if len(named) > _MAX_NAMED else "")
    message = ngettext(
        "%(count)s possible conflict of interest with %(code)s (%(codes)s): coach conflict check %(code)s",
        "%(count)s possible conflicts of interest with %(code)s (%(codes)s): coach conflict check %(code)s",
        found.others,
    )
    return message % {"code": found.subject.code, "count": found.others, "codes": codes or "-"}


def _practice(vault: Vault) -> Practice:
    """Return those around the practice, whom a reader of some folders does not see."""
    if vault.is_partial:
        return overlap.NOBODY
    profiles = vault.load(vault.practice, "profile", Profile)
    return Practice(
        vault.load(vault.practice, "profile", Colleague), profiles[0].supervision if profiles else None
    )
