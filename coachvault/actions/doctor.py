"""Checks that every file of the vault opens and is where it belongs; changes nothing."""

from collections.abc import Collection, Iterable, Iterator
import os
from pathlib import Path

import msgspec

from coachvault.actions.result import Done, Listing
from coachvault.crypto import box
from coachvault.errors import CoachError, FindingsError, RefusedError
from coachvault.language import _, ngettext
from coachvault.records.base import Record
from coachvault.records.file import File
from coachvault.records.kinds import KINDS
from coachvault.records.subject import Subject
from coachvault.vault import access, files, journal, layout, own, part, sync, tombstone, yamlfile
from coachvault.vault.store import Vault


class Finding(msgspec.Struct, frozen=True):
    """Something wrong: an opaque place, and what is wrong there."""

    place: str
    finding: str


def examine(vault: Vault, left: Iterable[Path] = ()) -> Listing:
    """Return every finding, by place; `left` are folders that an editor left in memory."""
    found = [*_strays(vault), *_plaintext(vault), *_keys(vault), *_orphans(vault), *_settings(vault)]
    broken = {finding.place for finding in found}
    for drawer in vault.reach():
        if layout.key_path(*drawer) not in broken:
            found += _drawer(vault, *drawer)
    found += [*_folders(vault, broken), *_tracked(vault), *_texts(vault), *_risen(vault), *_unheard(vault)]
    found += [*_stale(vault, broken), *_open(vault)]
    sentence = _("text that an editor left in the clear: the next command that opens one wipes it")
    found += [Finding(str(path), sentence) for path in left]
    unique = sorted({(files.printable(finding.place), finding.finding) for finding in found})
    return Listing(
        "finding", tuple(Finding(*pair) for pair in unique), _("every file opens and is in its place")
    )


def refuse(found: Listing) -> None:
    """Raise FindingsError if there is any finding."""
    count = len(found.items)
    if count:
        message = ngettext("%(count)s finding", "%(count)s findings", count) % {"count": count}
        raise FindingsError(message, _("restore what is damaged from a copy or from git, then look again"))


def resume(vault: Vault) -> Done:
    """Finish the change that was interrupted, as any other command would."""
    was_pending = journal.is_pending(vault.root)
    with vault.locked():
        vault.recover()
    message = _("the interrupted change is finished") if was_pending else _("no change was interrupted")
    return Done(message, {"resumed": was_pending})


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
    found = []
    for record in vault.record_ids(folder, drawer):
        place = layout.record_path(folder, drawer, record)
        try:
            found += _record(vault.read(folder, drawer, record), place, vault)
        except CoachError as error:
            found.append(Finding(place, error.message))
    return found


def _record(record: Record, place: str, vault: Vault) -> list[Finding]:
    home = KINDS[record.noun].drawer
    if home not in (None, record.drawer):
        return [Finding(place, _("a record of this kind belongs in another drawer"))]
    return _parts(record, vault) if isinstance(record, File) else []


def _parts(record: File, vault: Vault) -> list[Finding]:
    """Read a file to its end, and find parts that its record does not count."""
    part.pour(vault, record, len)
    counted = {layout.part_path(record.folder, record.drawer, record.id, n) for n in range(record.parts)}
    places = (vault.root / layout.FILES / record.folder / record.drawer).glob(f"{record.id}.*.age")
    extra = {_relative(vault, place) for place in places} - counted
    return [Finding(place, _("a part that its document does not have")) for place in sorted(extra)]


def _keys(vault: Vault) -> Iterator[Finding]:
    """Try every key file alone, so that one bad file does not hide the others."""
    for drawer in vault.reach():
        try:
            vault.open_drawers([drawer])
        except CoachError as error:
            yield Finding(layout.key_path(*drawer), error.message)


def _orphans(vault: Vault) -> Iterator[Finding]:
    """Find records and files without a key, and files without a record."""
    gone = {f"{stone.folder}-{stone.drawer}" for stone in _stones(vault) if stone.whole}
    for area in (layout.RECORDS, layout.FILES):
        for place in _drawer_folders(vault.root / area):
            folder, drawer = place.parent.name, place.name
            if vault.has(folder, drawer):
                continue
            came_back = f"{folder}-{drawer}" in gone
            sentence = _("a destroyed drawer came back") if came_back else _("a drawer without its key")
            yield Finding(f"{area}/{folder}/{drawer}", sentence)
    for place in sorted((vault.root / layout.FILES).glob("*/*/*.age")):
        folder, drawer = place.parent.parent.name, place.parent.name
        if not (vault.root / layout.record_path(folder, drawer, place.name.split(".")[0])).is_file():
            yield Finding(_relative(vault, place), _("a part of a document that has no record"))


def _folders(vault: Vault, broken: set[str]) -> list[Finding]:
    found = []
    for folder in vault.folders():
        if layout.key_path(folder, "identity") in broken:
            continue
        try:
            known = vault.load(folder, "identity", Subject)
        except CoachError:
            continue  # said above, of the record itself
        if len(known) != 1:
            found.append(
                Finding(
                    f"{layout.RECORDS}/{folder}",
                    _("a folder that is not of exactly one client, organisation or group"),
                )
            )
    return found


def _strays(vault: Vault) -> Iterator[Finding]:
    """Find what the program never puts there: other names, links, files where folders belong."""
    for area in (layout.RECORDS, layout.KEYS, layout.FILES):
        for path in sorted((vault.root / area).rglob("*")):
            inner = path.relative_to(vault.root / area)
            if inner.parts[0] == ".git":
                continue
            if path.is_symlink() or not (path.is_dir() or layout.is_place(_relative(vault, path))):
                yield Finding(_relative(vault, path), _("a file that coach did not put there"))
    for path in own.found(vault.root):
        if not own.is_fit(vault.root, path):
            sentence = _("history cannot keep it: a link, far too large, not readable, or an odd name")
            yield Finding(_relative(vault, path), sentence)
    for path in sorted((vault.root / layout.OUTBOX).glob(".*.new")):
        yield Finding(_relative(vault, path), _("a file that was not finished: coach outbox clear"))


def _plaintext(vault: Vault) -> Iterator[Finding]:
    for area in (layout.RECORDS, layout.KEYS, layout.FILES):
        for path in sorted((vault.root / area).glob("*/*/*" if area != layout.KEYS else "*/*")):
            if ".git" in path.parts or not path.is_file() or path.is_symlink():
                continue
            with path.open("rb") as file:
                if not box.is_age(file.read(64)):
                    yield Finding(
                        _relative(vault, path), _("plaintext, or no age file, where ciphertext belongs")
                    )


def _settings(vault: Vault) -> Iterator[Finding]:
    from coachvault.actions import retention  # noqa: PLC0415 the schedule is slow to load

    for path in sorted((vault.root / layout.TOMBSTONES).glob("*")):
        try:
            yamlfile.read(yamlfile.decode(files.read(path), path.name), path.name)
        except (CoachError, OSError):
            yield Finding(_relative(vault, path), _("a tombstone that cannot be read"))
    try:
        retention.in_force(vault)
    except CoachError as error:
        yield Finding(layout.RETENTION, error.message)


def _tracked(vault: Vault) -> list[Finding]:
    """Find in git's list what must never be in branch history."""
    names = vault.history.tracked(layout.OUTSIDE_HISTORY) if vault.history else []
    return [Finding(name, _("in git, where it can never be destroyed")) for name in names]


def _texts(vault: Vault) -> Iterator[Finding]:
    """Find what git keeps in the clear of records that it has shown."""
    if vault.history is None:
        return
    if vault.history.caches_text():
        place = "diff.coachvault.cachetextconv"
        yield Finding(place, _("git keeps in the clear what it shows of records: set it to false"))
    for ref in vault.history.cached_texts():
        yield Finding(
            ref, _("records in the clear, kept by git: remove it with: git update-ref -d, then git gc")
        )


def _risen(vault: Vault) -> Iterator[Finding]:
    """Find keys and records that were destroyed and came back."""
    for stone in _stones(vault):
        place = layout.key_path(stone.folder, stone.drawer)
        try:
            has_risen = tombstone.digest(vault.secret(stone.folder, stone.drawer)) == stone.key_sha256
        except CoachError:
            has_risen = False  # it is gone, or said above to be damaged
        if has_risen:
            yield Finding(place, _("a destroyed key came back"))
        for name in set(stone.ids) & set(vault.record_ids(stone.folder, stone.drawer)):
            record = layout.record_path(stone.folder, stone.drawer, name)
            yield Finding(record, _("a destroyed record came back"))


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


def _open(vault: Vault) -> Iterator[Finding]:
    """Find what others on this machine may read; of a folder that they may enter, the folder alone."""
    areas = (layout.KEYS, layout.RECORDS, layout.FILES, layout.OUTBOX, layout.STATE)
    places = {".": vault.root, **{area: vault.root / area for area in areas}}
    for name, place in places.items():
        if place.is_dir() and _is_open(place):
            yield Finding(name, _exposed(name))
        elif name != ".":
            yield from (
                Finding(_relative(vault, path), _exposed(_relative(vault, path))) for path in _inner(place)
            )


def _inner(folder: Path) -> Iterator[Path]:
    """Yield the outermost files and folders below a folder that others may read, but those of git."""
    for path in sorted(folder.glob("*")):
        if path.name == ".git" or path.is_symlink():
            continue
        if _is_open(path):
            yield path
        elif path.is_dir():
            yield from _inner(path)


def _is_open(path: Path) -> bool:
    return os.name == "posix" and bool(path.stat().st_mode & 0o077)


def _exposed(place: str) -> str:
    return _("others on this machine may read it: chmod -R go= %(place)s") % {"place": place}


def _stones(vault: Vault) -> Iterator[tombstone.Tombstone]:
    """Yield the tombstones that can be read; the others are findings of their own."""
    for path in sorted((vault.root / layout.TOMBSTONES).glob("*.yaml")):
        try:
            yield tombstone.read(path)
        except (CoachError, OSError):
            continue


def _drawer_folders(area: Path) -> list[Path]:
    return sorted(path for path in area.glob("*/*") if path.is_dir() and ".git" not in path.parts)


def _relative(vault: Vault, path: Path) -> str:
    return path.relative_to(vault.root).as_posix()
