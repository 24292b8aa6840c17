"""Checks that every file of the vault opens and is where it belongs; changes nothing."""

from collections.abc import Callable, Collection, Iterable, Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from coachvault.actions import proving, stray
from coachvault.actions.destruction import Receipt
from coachvault.actions.finding import Damage, Finding, relative
from coachvault.actions.result import Done, Listing
from coachvault.errors import CoachError, FindingsError, RefusedError
from coachvault.language import _, ngettext
from coachvault.records.base import Record
from coachvault.records.contract import Contract
from coachvault.records.file import File
from coachvault.records.kinds import KINDS
from coachvault.records.subject import Subject
from coachvault.vault import (
    access,
    files,
    journal,
    layout,
    part,
    provenance,
    seal,
    settlement,
    sync,
    tombstone,
    yamlfile,
)
from coachvault.vault.store import Vault


class Resumed(NamedTuple):
    """A change that was interrupted and is finished, if there was one; with a receipt, if it destroyed."""

    was_pending: bool
    receipt: Receipt | None

    def done(self, say: Callable[[str], str] = str) -> Done:
        """Return it as it is shown; `say` is what a drawer is called there."""
        facts = {"resumed": self.was_pending}
        if self.receipt:
            done = self.receipt.done(say)
            message = _("the interrupted destruction is finished: %(what)s") % {"what": done.message}
            return msgspec.structs.replace(done, message=message, facts={**facts, **done.facts})
        message = (
            _("the interrupted change is finished") if self.was_pending else _("no change was interrupted")
        )
        return Done(message, facts)

    def refuse(self) -> None:
        """Raise FindingsError if the proof found anything that can still be read."""
        if self.receipt:
            self.receipt.refuse()


def examine(vault: Vault, identity: Path | None = None, left: Iterable[Path] = ()) -> Listing:
    """Return every finding, by place.

    `identity` is the file of the identity in use, where there is one; `left` are folders that an editor
    left in memory.
    While a decided change waits to be carried out nothing else is looked at: files are between two states.
    """
    found = _waiting(vault) or [*_examine(vault), *stray.find(vault, identity)]
    sentence = _("text that an editor left in the clear: the next command that opens one wipes it")
    found += [Finding(str(path), sentence) for path in left]
    # A place is told once of each finding, whoever found it.
    unique = {(files.printable(one.place), one.finding): type(one) for one in found}
    items = tuple(cls(*pair) for pair, cls in sorted(unique.items(), key=lambda item: item[0]))
    return Listing("finding", items, _("every file opens and is in its place"))


def _waiting(vault: Vault) -> list[Finding]:
    """Find a decided change that nobody is carrying out."""
    # A vault that cannot be written is looked at as well: the lock is asked for where it matters alone.
    if not journal.is_pending(vault.root):
        return []
    with vault.locked(wait=False) as is_ours:
        if not (is_ours and journal.is_pending(vault.root)):
            return []
    sentence = _("a change was decided and interrupted: coach doctor --resume, or --rollback to give it up")
    return [Finding(journal.JOURNAL, sentence)]


def _examine(vault: Vault) -> Iterator[Finding]:
    keys = [*_keys(vault)]
    broken = {finding.place for finding in keys}
    yield from (*keys, *_orphans(vault), *_settings(vault))
    for drawer in vault.reach():
        if layout.key_path(*drawer) not in broken:
            yield from _drawer(vault, *drawer)
    yield from (*_folders(vault, broken), *_risen(vault), *_unheard(vault))
    yield from (*_stale(vault, broken), *_unknown(vault, broken))


def refuse(found: Listing) -> None:
    """Raise FindingsError if there is any finding."""
    count = len(found.items)
    if count:
        message = ngettext("%(count)s finding", "%(count)s findings", count) % {"count": count}
        damaged = _(
            "restore what is damaged from a copy or from git, and nothing that was destroyed; then look again"
        )
        is_damaged = any(isinstance(item, Damage) for item in found.items)
        raise FindingsError(
            message, damaged if is_damaged else _("each line says what to do; then look again")
        )


def resume(vault: Vault) -> Resumed:
    """Finish the change that was interrupted, as any other command would, and prove what it destroyed."""
    was_pending = journal.is_pending(vault.root)
    if vault.history:
        vault.history.check()
    with vault.locked():
        vault.recover(needs_git=True)
    plan, vault.finished = vault.finished, None  # all of it is said here
    return Resumed(was_pending, proving.receipt(vault, plan) if plan and plan.stones else None)


def roll_back(vault: Vault) -> Done:
    """Give up the change that was interrupted; raises RefusedError once any of it was carried out."""
    was_pending = journal.is_pending(vault.root)
    with vault.locked():
        is_undone = journal.roll_back(vault.root)
    if not is_undone:
        raise RefusedError(
            _("a part of the interrupted change was carried out already: it can only be finished"),
            _("finish it with: coach doctor --resume"),
        )
    message = _("the interrupted change is given up") if was_pending else _("no change was interrupted")
    return Done(message, {"rolled_back": was_pending})


def _drawer(vault: Vault, folder: str, drawer: str) -> list[Finding]:
    found: list[Finding] = []
    for record in vault.record_ids(folder, drawer):
        place = layout.record_path(folder, drawer, record)
        try:
            found += _record(vault.read(folder, drawer, record), place, vault)
        except CoachError as error:
            found.append(Damage(place, error.message))
    return found


def _record(record: Record, place: str, vault: Vault) -> list[Finding]:
    home = KINDS[record.noun].drawer
    if home not in (None, record.drawer):
        return [Damage(place, _("a record of this kind belongs in another drawer"))]
    if isinstance(record, Contract) and not record.ended_on:
        from coachvault.actions import contradiction  # noqa: PLC0415 few folders have a contract that runs

        return [Finding(place, message) for message, _hint in contradiction.between_fields(record)]
    return _parts(record, vault) if isinstance(record, File) else []


def _parts(record: File, vault: Vault) -> list[Finding]:
    """Read a file to its end, and find parts that its record does not count."""
    part.pour(vault, record, len)
    counted = {layout.part_path(record.folder, record.drawer, record.id, n) for n in range(record.parts)}
    places = (vault.root / layout.FILES / record.folder / record.drawer).glob(f"{record.id}.*.age")
    extra = {relative(vault, place) for place in places} - counted
    return [Finding(place, _("a part that its document does not have: delete it")) for place in sorted(extra)]


def _keys(vault: Vault) -> Iterator[Finding]:
    """Try every key file alone, so that one bad file does not hide the others."""
    for drawer in vault.reach():
        try:
            vault.open_drawers([drawer])
        except CoachError as error:
            yield Damage(layout.key_path(*drawer), error.message)


def _orphans(vault: Vault) -> Iterator[Finding]:
    """Find records and files without a key, and files without a record."""
    gone = {f"{stone.folder}-{stone.drawer}" for stone in _stones(vault) if stone.whole}
    for area in (layout.RECORDS, layout.FILES):
        for place in _drawer_folders(vault.root / area):
            folder, drawer = place.parent.name, place.name
            if vault.has(folder, drawer):
                continue
            name = f"{area}/{folder}/{drawer}"
            if f"{folder}-{drawer}" in gone:
                yield Finding(name, _("a destroyed drawer came back: delete it"))
            else:
                yield Damage(name, _("a drawer without its key"))
    for place in sorted((vault.root / layout.FILES).glob("*/*/*.age")):
        folder, drawer = place.parent.parent.name, place.parent.name
        if not (vault.root / layout.record_path(folder, drawer, place.name.split(".")[0])).is_file():
            yield Damage(relative(vault, place), _("a part of a document that has no record"))


def _folders(vault: Vault, broken: set[str]) -> list[Finding]:
    sentence = _("left without its name, which was destroyed: destroy it with: coach sync")
    try:
        left = settlement.nameless(vault)
    except CoachError:
        left = set()  # a tombstone that cannot be read, which is said of it
    found = [Finding(f"{layout.RECORDS}/{folder}", sentence) for folder in sorted(left)]
    for folder in (name for name in vault.folders() if name not in left):
        if layout.key_path(folder, "identity") in broken:
            continue
        try:
            known = vault.load(folder, "identity", Subject)
        except CoachError:
            continue  # said above, of the record itself
        if len(known) != 1:
            found.append(
                Damage(
                    f"{layout.RECORDS}/{folder}",
                    _("a folder that is not of exactly one client, organisation or group"),
                )
            )
    return found


def _settings(vault: Vault) -> Iterator[Finding]:
    from coachvault.actions import retention  # noqa: PLC0415 the schedule is slow to load

    for path in sorted((vault.root / layout.TOMBSTONES).glob("*")):
        try:
            yamlfile.read(yamlfile.decode(files.read(path), path.name), path.name)
        except (CoachError, OSError):
            yield Damage(relative(vault, path), _("a tombstone that cannot be read"))
    try:
        retention.in_force(vault)
    except CoachError as error:
        yield Finding(layout.RETENTION, error.message)


def _risen(vault: Vault) -> Iterator[Finding]:
    """Find keys and records that were destroyed and came back."""
    for stone in _stones(vault):
        place = layout.key_path(stone.folder, stone.drawer)
        try:
            has_risen = seal.fingerprint(vault.secret(stone.folder, stone.drawer)) == stone.key_sha256
        except CoachError:
            has_risen = False  # it is gone, or said above to be damaged
        if has_risen:
            whole, other = (
                _("a destroyed key came back: delete it"),
                _("a destroyed key came back: put the one that replaced it back, from a copy made since"),
            )
            yield Finding(place, whole if stone.whole else other)
        for name in set(stone.ids) & set(vault.record_ids(stone.folder, stone.drawer)):
            record = layout.record_path(stone.folder, stone.drawer, name)
            yield Finding(record, _("a destroyed record came back: delete it"))


def _unheard(vault: Vault) -> Iterator[Finding]:
    """Find destructions that a remote has not heard of, and keys that it lacks for records that it has."""
    if vault.history is None or not vault.history.has_remote():
        return
    if vault.history.unpushed(layout.TOMBSTONES):
        yield Finding(layout.TOMBSTONES, _("a destruction that the remote has not heard of: coach sync"))
    lacks = sync.unpushed(vault)
    if lacks and lacks.keys and not vault.history.unpushed("."):
        yield Finding(
            layout.KEYS, _("the remote has the records, and older keys than those here: coach sync")
        )


def _stale(vault: Vault, broken: Collection[str]) -> Iterator[Finding]:
    """Find keys that are wrapped to others than those who are to read them, as the settings say."""
    if vault.is_partial:
        return
    drawers = [drawer for drawer in vault.reach() if layout.key_path(*drawer) not in broken]
    try:
        behind = access.stale(vault, drawers)
    except CoachError:
        return  # the settings are damaged, which is said of them
    for drawer in behind:
        sentence = _("a key that is wrapped to others than its readers: coach reader renew")
        yield Finding(layout.key_path(*drawer), sentence)


def _unknown(vault: Vault, broken: Collection[str]) -> Iterator[Finding]:
    """Find keys that somebody else may have made: of drawers without a record, now or ever."""
    drawers = [drawer for drawer in vault.reach() if layout.key_path(*drawer) not in broken]
    for drawer in provenance.unaccounted(vault, drawers):
        sentence = _("a key that no record needs or ever did: delete it, and see who can write here")
        yield Finding(layout.key_path(*drawer), sentence)


def _stones(vault: Vault) -> Iterator[tombstone.Tombstone]:
    """Yield the tombstones that can be read; the others are findings of their own."""
    for path in sorted((vault.root / layout.TOMBSTONES).glob("*.yaml")):
        try:
            yield tombstone.read(path)
        except (CoachError, OSError):
            continue


def _drawer_folders(area: Path) -> list[Path]:
    return sorted(path for path in area.glob("*/*") if path.is_dir() and ".git" not in path.parts)
