"""Destroying what has reached its term: the plan first, then the destruction, then the receipt."""

from collections.abc import Sequence
from datetime import date, timedelta

import msgspec

from coachvault import clock
from coachvault.actions import retention, who
from coachvault.actions.result import Done, Listing
from coachvault.errors import ClockError
from coachvault.language import _, ngettext
from coachvault.records.base import Record
from coachvault.records.client import Client
from coachvault.records.contract import Contract
from coachvault.records.document import Document
from coachvault.retention import term
from coachvault.vault import layout, outbox, yamlfile
from coachvault.vault.change import Change
from coachvault.vault.store import Vault

# A clock further ahead than this of the newest thing in the vault is not believed.
MAX_AHEAD = timedelta(days=400)


class Doomed(msgspec.Struct, frozen=True):
    """A drawer that has reached its term."""

    code: str
    drawer: str
    records: int
    rule: str
    due: date
    basis: str
    confidence: str
    folder: str


class Plan(msgspec.Struct, frozen=True):
    """What would be destroyed, and what a hold keeps although its term has passed."""

    items: tuple[Doomed, ...]
    held: int
    newest: date | None

    def listing(self) -> Listing:
        """Return the drawers as a list to show."""
        return Listing("expired", self.items, _("no drawer has reached its term"))

    def summary(self) -> tuple[str, ...]:
        """Return how many drawers are due, and how many more a hold keeps: a sentence each."""
        due = ngettext(
            "%(count)s drawer has reached its term",
            "%(count)s drawers have reached their term",
            len(self.items),
        )
        held = ngettext(
            "a hold keeps %(count)s drawer whose term has passed",
            "holds keep %(count)s drawers whose term has passed",
            self.held,
        )
        said = ((len(self.items), due), (self.held, held))
        return tuple(sentence % {"count": count} for count, sentence in said if count)


def plan(vault: Vault, today: date, name: str | None = None) -> Plan:
    """Return every drawer whose term has passed, of one client or of all."""
    clients = [who.find(vault, name)] if name else list(who.clients(vault))
    items: list[Doomed] = []
    held = 0
    for client in clients:
        for entry in retention.survey(vault, client):
            held += entry.is_held and entry.due is not None and entry.due <= today
            if term.is_expired(entry, today):
                items.append(_doomed(vault, client, entry))
    return Plan(tuple(items), held, newest(vault, clients))


def check_clock(found: Plan, today: date) -> None:
    """Raise ClockError if the date cannot be right: before the newest record, or long after it."""
    if found.newest is None or timedelta(0) <= today - found.newest <= MAX_AHEAD:
        return
    raise ClockError(
        _("the date is %(today)s, and the newest change in the vault is of %(newest)s")
        % {"today": today, "newest": found.newest},
        _("set the clock; if the date is right, confirm it with: --clock-is-right"),
    )


def destroy(vault: Vault, agreed: Sequence[Doomed], today: date) -> Done:
    """Destroy the drawers that were agreed on and are still due; returns the receipt."""
    wanted = {(item.folder, item.drawer) for item in agreed}
    destroyed: list[Doomed] = []
    copies = 0
    with vault.change() as change:
        for client in [client for client in who.clients(vault) if client.folder in {f for f, _d in wanted}]:
            due = {
                entry.drawer: entry
                for entry in retention.survey(vault, client)
                if term.is_expired(entry, today)
            }
            chosen = {drawer: entry for drawer, entry in due.items() if (client.folder, drawer) in wanted}
            for entry in chosen.values():
                destroyed.append(_doomed(vault, client, entry))
                change.destroy(client.folder, entry.drawer, _tombstone(entry, today))
            copies += _remove_copies(vault, change, client, chosen)
            _keep_the_end(vault, change, client, chosen)
    return _receipt(vault, destroyed, copies, today)


def newest(vault: Vault, clients: Sequence[Client]) -> date | None:
    """Return the day of the newest record or tombstone that the plan has seen."""
    seen = [
        record.updated.date()
        for client in clients
        for drawer in vault.drawers(client.folder)
        for record in vault.load(client.folder, drawer, Record)
    ]
    for path in (vault.root / layout.TOMBSTONES).glob("*.yaml"):
        stone = yamlfile.read(yamlfile.decode(path.read_bytes(), path.name), path.name)
        if isinstance(stone, dict):
            seen.append(date.fromisoformat(str(stone["destroyed_on"])))
    return max(seen, default=None)


def _doomed(vault: Vault, client: Client, entry: term.Term) -> Doomed:
    count = len(vault.record_ids(client.folder, entry.drawer))
    due = entry.due or clock.today()
    return Doomed(
        client.code, entry.drawer, count, entry.rule, due, entry.basis, entry.confidence, client.folder
    )


def _tombstone(entry: term.Term, today: date) -> dict[str, object]:
    return {
        "rule": entry.rule, "basis": entry.basis, "trigger": entry.trigger, "triggered_on": entry.start,
        "due_on": entry.due, "destroyed_on": today,
    }  # fmt: skip


def _remove_copies(vault: Vault, change: Change, client: Client, chosen: dict[str, term.Term]) -> int:
    """Delete from the outbox what was made of these drawers, by name and by content."""
    documents = [doc for drawer in chosen for doc in vault.load(client.folder, drawer, Document)]
    digests = frozenset(document.sha256 for document in documents)
    drawers = [""] if "identity" in chosen else list(chosen)
    found = outbox.copies(vault.root, tuple(f"{client.code}-{drawer}" for drawer in drawers), digests)
    change.deletions += found
    return len(found)


def _keep_the_end(vault: Vault, change: Change, client: Client, chosen: dict[str, term.Term]) -> None:
    """Write the end of the relationship on the client before the contract that says it goes."""
    if "contract" not in chosen or "identity" in chosen or client.closed_on:
        return
    ends = [c.ended_on for c in vault.load(client.folder, "contract", Contract) if c.ended_on]
    change.update(client, {"closed_on": max(ends), "closed_by": "term"} if ends else {})


def _receipt(vault: Vault, destroyed: Sequence[Doomed], copies: int, today: date) -> Done:
    count = len(destroyed)
    message = ngettext("%(count)s drawer is destroyed", "%(count)s drawers are destroyed", count) % {
        "count": count
    }
    facts = {
        "destroyed_on": today,
        "drawers": [msgspec.to_builtins(item) for item in destroyed],
        "records": sum(item.records for item in destroyed),
        "outbox_copies": copies,
        "beyond_reach": beyond_reach(vault),
    }
    return Done(message, facts)


def beyond_reach(vault: Vault) -> list[str]:
    """Return the places that this program cannot clean, in words."""
    places = [
        _("copies of the vault's folder and backups made before today, as long as they hold its keys"),
        _("documents sent or printed, mail, and copies made with other programs"),
    ]
    if vault.history and vault.history.has_remote():
        places.append(_("other clones and the remote: their keys, until they too have destroyed them"))
    return places
