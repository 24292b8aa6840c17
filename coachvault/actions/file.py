"""Files that a client entrusted to the coach, and recordings: kept under lock, handed back, destroyed."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from coachvault import clock
from coachvault.actions import consent, draft, who
from coachvault.actions.result import Done, Listing
from coachvault.language import _
from coachvault.records.attachment import Attachment, media_type
from coachvault.records.consent import Consent
from coachvault.vault import files, layout, part
from coachvault.vault.index import Entry
from coachvault.vault.part import Told
from coachvault.vault.source import Source
from coachvault.vault.store import Vault

if TYPE_CHECKING:
    from coachvault.actions.destruction import Doomed, Receipt

DRAWERS = ("attachments", "recordings")


class Row(msgspec.Struct, frozen=True):
    """A file in a list; `size` is in bytes."""

    code: str
    on: date
    id: str
    drawer: str
    media_type: str
    size: int
    name: str


class Found(NamedTuple):
    """A file, and whose it is."""

    client: Entry
    file: Attachment


def add(vault: Vault, name: str, source: Source, options: Mapping[str, Any], *, is_recording: bool) -> Done:
    """Keep a file of a client, whatever its size (LC-13); `options` are its `on` and its `name`.

    Raises RefusedError for a recording to which the client has not consented.
    """
    kind = "recording" if is_recording else "attachment"
    values = draft.values(kind, options, defaults={"on": clock.today()})
    on = draft.past_day(values, options, None)
    with vault.change() as change:
        client = who.entry(vault, name)
        facts: dict[str, Any] = {"on": on, "media_type": media_type(values["name"])}
        if is_recording:
            facts["consent"] = _consent(vault, client.code, on).id
        kept = change.keep(kind, client.folder, {**values, **facts}, source)
    message = (
        _("a recording of %(code)s of %(date)s is kept")
        if is_recording
        else _("a file of %(code)s of %(date)s is kept")
    ) % {"code": client.code, "date": on}
    told = {"code": client.code, "file": kept.id, "drawer": kept.drawer, "size": kept.size}
    lines = [_("the original is still where it was, in the clear")] if source.is_file else []
    return Done(message, {**told, "sha256": kept.sha256}, lines=tuple(lines))


def listing(vault: Vault, name: str) -> Listing:
    """Return the files and recordings of a client, oldest first."""
    client = who.entry(vault, name)
    rows = (
        Row(client.code, f.on, f.id, f.drawer, f.media_type, f.size, f.name) for f in _load(vault, client)
    )
    return Listing("file", tuple(rows))


def find(vault: Vault, name: str, start: str) -> Found:
    """Return the file of a client whose id begins so; raises NotFoundError."""
    client = who.entry(vault, name)
    return Found(client, who.pick(_load(vault, client), start, f"coach file list {client.code}"))


def save(vault: Vault, name: str, start: str, place: Path | None, told: Told | None = None) -> Done:
    """Write a file in the clear to a place that is free, else to the outbox; there it bears no name.

    Raises DamagedError if the bytes are not those that were kept: then nothing is left there.
    """
    client, found = find(vault, name, start)
    path = place or vault.root / layout.OUTBOX / f"{client.code}-{found.drawer}-{found.id}{found.suffix}"
    with files.storage():
        if place is None:
            files.make_folder(path.parent)
        with files.new(path) as write:
            part.pour(vault, found, write, told)
    facts = {"path": str(path), "sha256": found.sha256, "size": found.size}
    return Done(_("the file is at %(path)s") % {"path": path}, facts)


def remove(vault: Vault, name: str, start: str, *, is_returned: bool) -> Done:
    """Delete a file; copies of it open until its drawer's key is destroyed."""
    if is_returned:
        # The last that history keeps of it.
        with vault.change() as change:
            change.update(_removable(vault, name, start), {"returned_on": clock.today()})
    with vault.change() as change:
        found = _removable(vault, name, start)
        change.remove(found)
    message = _(
        "the file is removed; copies in backups and on other devices open until its drawer is destroyed"
    )
    return Done(message, {"file": found.id, "returned": is_returned})


def destroy(vault: Vault, name: str, start: str, *, is_returned: bool) -> "Receipt":
    """Delete a file and the key it was written with: the drawer's others get a new one."""
    from coachvault.actions import destruction  # noqa: PLC0415 a new file must not wait for the proof

    return destruction.destroy_one(
        vault, name, lambda code: find(vault, code, start).file, _basis(is_returned=is_returned)
    )


def plan(vault: Vault, name: str, start: str, *, is_returned: bool) -> "Doomed":
    """Return what destroying a file takes."""
    from coachvault.actions import destruction  # noqa: PLC0415 the same

    return destruction.plan_one(
        vault, name, lambda code: find(vault, code, start).file, _basis(is_returned=is_returned)
    )


def _basis(*, is_returned: bool) -> str:
    return _("handed back to the person") if is_returned else _("decision of the coach")


def _removable(vault: Vault, name: str, start: str) -> Attachment:
    """Return a file that no hold keeps: its bytes are not in the history, so that it goes for good."""
    from coachvault.actions import destruction  # noqa: PLC0415 the same

    client, found = find(vault, name, start)
    destruction.refuse_held(vault, who.find(vault, client.code))
    return found


def _load(vault: Vault, client: Entry) -> list[Attachment]:
    vault.open_drawers([(client.folder, drawer) for drawer in DRAWERS])
    found = [file for drawer in DRAWERS for file in vault.load(client.folder, drawer, Attachment)]
    return sorted(found, key=lambda file: (file.on, file.created, file.id))


def _consent(vault: Vault, name: str, on: date) -> Consent:
    """Return the consent that a recording of that day rests on, live then and today (LC-13).

    Raises RefusedError without one.
    """
    client = who.find(vault, name)
    consent.require(vault, client, "recording", on)
    return consent.require(vault, client, "recording", clock.today())
