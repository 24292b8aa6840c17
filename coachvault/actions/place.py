"""The places that may still hold what was destroyed, and what is known of each."""

from collections.abc import Iterator, Sequence

import msgspec

from coachvault.actions import copy, device, who
from coachvault.actions.result import Listing
from coachvault.language import _
from coachvault.records.client import Client
from coachvault.records.practice import Settings
from coachvault.vault import layout, sync, tombstone
from coachvault.vault.store import Vault
from coachvault.vault.tombstone import Tombstone


class Place(msgspec.Struct, frozen=True):
    """A place, how far it is known to be clean, and what to do about it."""

    place: str
    known: str
    advice: str


def listing(vault: Vault) -> Listing:
    """Return every place that is not known to be clean since the last destruction."""
    stones = tombstone.read_all(vault.root)
    found = _places(vault, stones) if stones else iter(())
    return Listing("place", tuple(found), _("nothing was destroyed, so nothing remains elsewhere"))


def _places(vault: Vault, stones: Sequence[Tombstone]) -> Iterator[Place]:
    settings = () if vault.is_partial else vault.load(vault.practice, "settings", Settings)
    yield from _remote(vault)
    yield from _devices(vault, len(stones))
    yield from _kits(settings, len(stones))
    yield from _copies(vault, frozenset(stone.folder for stone in stones))
    last = max(stone.destroyed_on for stone in stones)
    known = _("made before %(date)s: its keys open what was destroyed since") % {"date": last}
    yield Place(_("backups of the vault's folder"), known, _("delete them, or let them run out"))


def _remote(vault: Vault) -> Iterator[Place]:
    if vault.history is None or not vault.history.has_remote():
        return
    found = sync.unpushed(vault)
    if vault.history.unpushed(layout.TOMBSTONES) or (found and found.keys):
        yield Place(_("the remote"), _("has not heard of the last destruction"), "coach sync")
    else:
        known = _("was told; it deletes what nothing points to when it collects its garbage")
        yield Place(_("the remote"), known, _("ask its host when that is"))


def _devices(vault: Vault, count: int) -> Iterator[Place]:
    """Yield the other devices that had not obeyed all of these tombstones when they synchronised last."""
    own = sync.own_device(vault.root)
    for found in (found for entry in device.lists(vault) for found in entry.devices):
        if found.id != own and (found.tombstones or 0) < count:
            known = _("last sync %(date)s") % {"date": found.last_sync.date()}
            advice = _("run there: coach sync; lost, or of a former reader: coach remote forget %(device)s")
            yield Place(device.called(found), known, advice % {"device": found.id[:6]})


def _kits(settings: tuple[Settings, ...], count: int) -> Iterator[Place]:
    """Yield the recovery kit: with an old copy of the keys it opens what was destroyed after it was made."""
    for entry in settings:
        for reader in entry.readers:
            if reader.role == "kit" and (reader.tombstones or 0) < count:
                known = _("of %(date)s: it opens copies of the keys made before the destruction") % {
                    "date": reader.added_on
                }
                yield Place(_("the recovery kit"), known, "coach identity rotate")


def _copies(vault: Vault, folders: frozenset[str]) -> Iterator[Place]:
    """Yield the copies outside the vault of clients who lost a drawer and are still named."""
    for entry in who.entries(vault):
        clients = vault.load(entry.folder, "identity", Client) if entry.folder in folders else ()
        for found in (one for client in clients for one in copy.remaining(vault, client)):
            known = _("a copy of %(date)s (%(place)s) is not known to be destroyed")
            facts = {"date": found.on, "place": found.place}
            yield Place(entry.code, known % facts, f"coach copy destroyed {entry.code} {found.id[:6]}")
