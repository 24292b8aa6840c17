"""Destroying drawers and single records, and the receipt of it: what purge, erase and remove share."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import msgspec

from coachvault import clock
from coachvault.actions import who
from coachvault.actions.result import Done
from coachvault.errors import ClockError, FindingsError, RefusedError
from coachvault.language import _, ngettext
from coachvault.records.base import Record
from coachvault.records.client import Hold
from coachvault.records.contract import Contract
from coachvault.records.file import File
from coachvault.records.group import Group
from coachvault.records.subject import Subject
from coachvault.vault import layout, outbox, proof, tombstone
from coachvault.vault.change import Change
from coachvault.vault.proof import Proof
from coachvault.vault.store import Vault
from coachvault.vault.tombstone import Tombstone

# A clock further ahead than this of the newest thing in the vault is not believed.
MAX_AHEAD = timedelta(days=400)


class Doomed(msgspec.Struct, frozen=True):
    """A drawer to be destroyed or, where `ids` names some, single records of one that goes on.

    `label` is what its rule is called in words.
    """

    code: str
    drawer: str
    records: int
    rule: str
    due: date
    basis: str
    confidence: str
    folder: str
    started_by: str = ""
    started_on: date | None = None
    ids: tuple[str, ...] = ()
    label: str = ""


class Receipt(msgspec.Struct, frozen=True, kw_only=True):
    """What was destroyed, the tombstones that say so, and what was found afterwards.

    `proof` is None for a vault without git; `beyond` are places this program cannot clean, in words.
    """

    destroyed_on: date
    items: tuple[Doomed, ...]
    stones: tuple[Tombstone, ...]
    copies: int
    proof: Proof | None
    beyond: tuple[str, ...]

    def done(self, say: Callable[[str], str] = str) -> Done:
        """Return the receipt as it is shown; `say` is what a drawer is called there."""
        facts = {
            "destroyed_on": self.destroyed_on,
            "drawers": [msgspec.to_builtins(item) for item in self.items],
            "records": sum(item.records for item in self.items),
            "keys_sha256": [stone.key_sha256 for stone in self.stones],
            "outbox_copies": self.copies,
            "proof": msgspec.to_builtins(self.proof),
            "beyond_reach": list(self.beyond),
        }
        lines = (*(_line(item, say) for item in self.items), *proof_lines(self.proof))
        return Done(_message(self.items), facts, lines=lines)

    def refuse(self) -> None:
        """Raise FindingsError if the proof found anything that can still be read."""
        refuse_findings(self.proof)


def carry_out(vault: Vault, change: Change, subject: Subject, items: Sequence[Doomed], today: date) -> int:
    """Put the destruction of these items of a folder into a change; returns how many copies go with it."""
    whole = [item.drawer for item in items if not item.ids]
    if "identity" in whole:
        items = [*items, *_empty(vault, subject, items)]
    for item in items:
        if item.ids:
            change.rekey(subject.folder, item.drawer, _facts(item, today), item.ids)
        else:
            change.destroy(subject.folder, item.drawer, _facts(item, today))
    _keep_the_end(vault, change, subject, whole)
    copies = _copies(vault, subject, items, whole)
    change.deletions += copies
    return len(copies)


def requested(vault: Vault, subject: Subject, drawer: str, basis: str, ids: tuple[str, ...] = ()) -> Doomed:
    """Return a drawer that somebody wants destroyed before its term, or single records of it."""
    count, today = len(ids) or len(vault.record_ids(subject.folder, drawer)), clock.today()
    return Doomed(
        subject.code, drawer, count, "removal", today, basis, "high", subject.folder, "request", today, ids
    )


def destroy_one(vault: Vault, name: str, find: Callable[[str], Record], basis: str) -> Receipt:
    """Destroy a record of a client or a group, found by their code, with the key that it was written with.

    What else is in its drawer gets a new key. Raises RefusedError where a hold keeps it.
    """
    today = clock.today()
    with vault.change() as change:
        subject, item = _one(vault, name, find, basis)
        copies = carry_out(vault, change, subject, [item], today)
    return receipt(vault, change, [item], copies, today)


def plan_one(vault: Vault, name: str, find: Callable[[str], Record], basis: str) -> Doomed:
    """Return what `destroy_one` would destroy; raises what it raises."""
    return _one(vault, name, find, basis)[1]


def _one(vault: Vault, name: str, find: Callable[[str], Record], basis: str) -> tuple[Subject, Doomed]:
    subject = who.subject(vault, name, who.COACHED)
    refuse_held(vault, subject)
    found = find(subject.code)
    return subject, requested(vault, subject, found.drawer, basis, (found.id,))


def forget_members(vault: Vault, change: Change) -> None:
    """Take everybody whose name goes with a change off the lists of the groups that stay."""
    names = {folder for folder, drawer in change.destroyed if drawer == "identity"}
    # Not those whose drawer goes on with another key.
    gone = {folder for folder in names if layout.key_path(folder, "identity") in change.deletions}
    for entry in who.entries(vault, who.GROUP) if gone else ():
        for group in vault.load(entry.folder, "identity", Group) if entry.folder not in gone else ():
            left = tuple(member for member in group.members if member.client not in gone)
            if left != group.members:
                change.update(change.latest(group), {"members": left})


def receipt(vault: Vault, change: Change, items: Sequence[Doomed], copies: int, today: date) -> Receipt:
    """Return the receipt of a change that was carried out, with the proof made now."""
    places = [place for place in change.writes if place.startswith(f"{layout.TOMBSTONES}/")]
    stones = tuple(tombstone.read(vault.root / place) for place in places)
    found = proof.prove(vault, stones) if stones else None
    return Receipt(
        destroyed_on=today,
        items=tuple(items),
        stones=stones,
        copies=copies,
        proof=found,
        beyond=tuple(beyond_reach(vault)),
    )


def refuse_held(vault: Vault, subject: Subject) -> None:
    """Raise RefusedError if a hold keeps everything of a subject, whoever asks for its destruction."""
    if any(hold.closed_on is None for hold in vault.load(subject.folder, "identity", Hold)):
        raise RefusedError(
            _("a hold keeps everything of %(code)s") % {"code": subject.code},
            _("see why with: coach client show %(code)s; end it with: coach client release %(code)s")
            % {"code": subject.code},
        )


def refuse_findings(found: Proof | None) -> None:
    """Raise FindingsError if a proof found anything."""
    count = len(found.findings) if found else 0
    if count:
        message = ngettext(
            "%(count)s object of git can still be read", "%(count)s objects of git can still be read", count
        )
        raise FindingsError(
            message % {"count": count},
            _(
                "delete what points to them; git reflog expire --expire=now --all; git gc --prune=now; "
                "then prove it again: coach purge proof"
            ),
        )


def proof_lines(found: Proof | None) -> tuple[str, ...]:
    """Return what a proof says, a sentence a line."""
    if found is None:
        return (_("the vault has no git history that could hold older versions"),)
    sentence = _(
        "proof: objects of git looked at: %(objects)s; age files tried with up to %(keys)s keys: %(files)s; "
        "older versions of what is kept: %(older)s; opened by no key that is left: %(closed)s"
    )
    lines = [sentence % msgspec.structs.asdict(found)]
    if found.left_out:
        lines.append(_("not tried, since too large to be a record: %(count)s") % {"count": found.left_out})
    if found.unknown:
        lines.append(_("keys that this identity cannot try: %(count)s") % {"count": found.unknown})
    lines += [f"{finding.object[:12]}: {finding.finding}" for finding in found.findings]
    return tuple(lines)


def beyond_reach(vault: Vault) -> list[str]:
    """Return the places that this program cannot clean, in words."""
    places = [
        _("copies of the vault's folder and backups made before today, as long as they hold its keys"),
        _("documents sent or printed, mail, and copies made with other programs"),
    ]
    if vault.history and vault.history.has_remote():
        places.append(_("other clones and the remote: their keys, until they too have destroyed them"))
    return places


def _message(items: Sequence[Doomed]) -> str:
    drawers = sum(not item.ids for item in items)
    records = sum(len(item.ids) for item in items)
    said = []
    if drawers or not records:
        message = ngettext("%(count)s drawer is destroyed", "%(count)s drawers are destroyed", drawers)
        said.append(message % {"count": drawers})
    if records:
        message = ngettext(
            "%(count)s single record is destroyed", "%(count)s single records are destroyed", records
        )
        said.append(message % {"count": records})
    return "; ".join(said)


def _line(item: Doomed, say: Callable[[str], str]) -> str:
    count = ngettext("%(count)s record", "%(count)s records", item.records) % {"count": item.records}
    facts = {"code": item.code, "drawer": say(item.drawer), "count": count, "basis": item.basis}
    return "  " + _("%(code)s, %(drawer)s: %(count)s (%(basis)s)") % facts


def _facts(item: Doomed, today: date) -> Mapping[str, Any]:
    return {
        "rule": item.rule, "basis": item.basis, "trigger": item.started_by, "triggered_on": item.started_on,
        "due_on": item.due, "destroyed_on": today,
    }  # fmt: skip


def _empty(vault: Vault, subject: Subject, items: Sequence[Doomed]) -> Iterable[Doomed]:
    """Yield the drawers that have a key and nothing else, which nobody would find without the name."""
    named = {item.drawer: item for item in items}
    for drawer in vault.drawers(subject.folder):
        if drawer not in named and not vault.record_ids(subject.folder, drawer):
            yield msgspec.structs.replace(named["identity"], drawer=drawer, records=0)


def _copies(vault: Vault, subject: Subject, items: Iterable[Doomed], whole: Sequence[str]) -> list[str]:
    """Return what the outbox has of these items, by name and by content."""
    digests = frozenset(
        file.sha256
        for item in items
        for file in vault.load(subject.folder, item.drawer, File)
        if not item.ids or file.id in item.ids
    )
    drawers = [""] if "identity" in whole else whole
    return outbox.copies(vault.root, tuple(f"{subject.code}-{drawer}" for drawer in drawers), digests)


def _keep_the_end(vault: Vault, change: Change, subject: Subject, whole: Sequence[str]) -> None:
    """Write the end of the relationship beside the name before the contract that says it goes."""
    if "contract" not in whole or "identity" in whole or subject.closed_on:
        return
    known = vault.load(subject.folder, "contract", Contract)
    # A draft that was given up is the end of nothing but itself.
    ends = [c.ended_on for c in [c for c in known if c.signed_on] or known if c.ended_on]
    by = {"closed_by": "term"} if "closed_by" in subject.__struct_fields__ else {}
    change.update(subject, {"closed_on": max(ends), **by} if ends else {})


def check_clock(newest: date | None, today: date) -> None:
    """Raise ClockError if the date cannot be right: before the newest change, or long after it."""
    if newest is None or timedelta(0) <= today - newest <= MAX_AHEAD:
        return
    raise ClockError(
        _("the date is %(today)s, and the newest change in the vault is of %(newest)s")
        % {"today": today, "newest": newest},
        _("set the clock; if the date is right, confirm it with: --clock-is-right"),
    )
