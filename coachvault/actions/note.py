"""Notes: what was said, kept as short as the schedule says."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import msgspec

from coachvault import clock
from coachvault.actions import draft, who
from coachvault.actions.result import Card, Done, Listing
from coachvault.errors import BusyError, RefusedError
from coachvault.language import _
from coachvault.records.note import Note
from coachvault.vault.store import Vault

if TYPE_CHECKING:
    from coachvault.actions.destruction import Doomed, Receipt


class Row(msgspec.Struct, frozen=True):
    """A note in a list, by its first line."""

    code: str
    on: date
    id: str
    first_line: str


def add(vault: Vault, name: str, options: Mapping[str, Any], source: draft.Source | None = None) -> Done:
    """Keep a note on a client or a group; it is of today unless its fields say another day.

    A group's notes name nobody who is outside it (PI-8.1).
    """
    values = draft.values("note", options, source, defaults={"on": clock.today()})
    on = draft.past_day(values, options, source)
    with vault.change() as change:
        entry = who.entry(vault, name, who.COACHED)
        if values.get("special"):
            _refuse_special(vault, entry.code, values["special"], on)
        if entry.kind == "group":
            _refuse_outsiders(vault, entry.code, values["text"])
        note = change.add("note", entry.folder, {**values, "on": on})
    message = _("a note on %(code)s of %(date)s is kept") % {"code": entry.code, "date": on}
    return Done(message, {"code": entry.code, "note": note.id})


def listing(vault: Vault, name: str) -> Listing:
    """Return the notes on a client or a group, oldest first."""
    subject = who.subject(vault, name, who.COACHED)
    notes = vault.load(subject.folder, "notes", Note)
    return Listing("note", tuple(Row(subject.code, n.on, n.id, n.text.partition("\n")[0]) for n in notes))


def show(vault: Vault, name: str, note: str | None) -> Card:
    """Return a note by the beginning of its id, or the last one."""
    return Card("note", find(vault, name, note))


def edit(vault: Vault, name: str, before: Note, text: str | None, on: date | None) -> Done:
    """Put another text or day in a note's place; refuses if it changed since it was read."""
    with vault.change() as change:
        note = find(vault, name, before.id)
        if note.revision != before.revision:
            raise BusyError(
                _("the note was changed by another command meanwhile"),
                _("read it again with: coach note show, then repeat the change"),
            )
        given: dict[str, Any] = {"text": text, "on": on}
        if on and note.special:
            _refuse_special(vault, name, note.special, on)
        if text:
            _refuse_outsiders(vault, name, text)
        changed = change.update(note, {name: value for name, value in given.items() if value is not None})
    if changed == note:
        return Done(_("nothing was different; nothing was written"), {"changed": False})
    return Done(_("the note is changed"), {"changed": True, "revision": changed.revision})


def remove(vault: Vault, name: str, note: str) -> Done:
    """Delete a note's file; older copies in git open until the drawer's key is destroyed.

    Raises RefusedError where a hold keeps it.
    """
    from coachvault.actions import destruction  # noqa: PLC0415 a new note must not wait for the proof

    with vault.change() as change:
        destruction.refuse_held(vault, who.subject(vault, name, who.COACHED))
        found = find(vault, name, note)
        change.remove(found)
    message = (
        _("the note is removed; copies in git history and backups open until its drawer is destroyed")
        if vault.history
        else _("the note is removed; copies in backups open until its drawer is destroyed")
    )
    return Done(message, {"note": found.id})


def destroy(vault: Vault, name: str, note: str) -> "Receipt":
    """Delete a note and the key it was written with: the other notes get a new one; returns the receipt."""
    from coachvault.actions import destruction  # noqa: PLC0415 the same

    return destruction.destroy_one(
        vault, name, lambda code: find(vault, code, note), _("decision of the coach")
    )


def plan(vault: Vault, name: str, note: str) -> "Doomed":
    """Return what destroying a note takes."""
    from coachvault.actions import destruction  # noqa: PLC0415 the same

    return destruction.plan_one(vault, name, lambda code: find(vault, code, note), _("decision of the coach"))


def find(vault: Vault, name: str, note: str | None) -> Note:
    """Return the note whose id begins so, or the last one; raises NotFoundError."""
    subject = who.subject(vault, name, who.COACHED)
    return who.pick(vault.load(subject.folder, "notes", Note), note, f"coach note list {subject.code}")


def _refuse_outsiders(vault: Vault, name: str, text: str) -> None:
    """Refuse a group's note that names somebody who does not belong to the group."""
    subject = who.subject(vault, name, who.COACHED)
    if subject.noun == "group":
        from coachvault.actions import naming  # noqa: PLC0415 a note on a client must not wait for it
        from coachvault.records.group import Group  # noqa: PLC0415 the same

        assert isinstance(subject, Group)  # noqa: S101 that is what its noun says
        naming.refuse_outsiders(vault, subject, text)


def _refuse_special(vault: Vault, name: str, special: Sequence[str], on: date) -> None:
    """Refuse sensitive data that no live consent allows to note."""
    from coachvault.actions import consent  # noqa: PLC0415 a note without such data must not wait for it

    client = who.find(vault, name)  # such data is one person's: a group's notes have none
    # What is written now needs a consent now, whatever day it is about.
    consent.require(vault, client, "special_categories", clock.today())
    allowed = consent.require(vault, client, "special_categories", on).items
    if allowed and set(special) - set(allowed):
        raise RefusedError(
            _("the consent of %(code)s allows other sensitive data to be noted") % {"code": client.code},
            _("see it with: coach consent list %(code)s") % {"code": client.code},
        )
