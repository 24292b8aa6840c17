"""What two devices made of one vault becomes one, as a change that is carried out wholly or not at all.

First it is settled which key each drawer goes on with. Then records are merged and, where they were
written with a key that goes, encrypted to the one that stays. Nothing is lost that no tombstone names.
"""

from collections import Counter
from collections.abc import Callable, Mapping
import functools
from typing import NamedTuple

from coachvault.crypto import box
from coachvault.errors import CoachError, RefusedError
from coachvault.language import _
from coachvault.records.base import Record
from coachvault.vault import files, incoming, layout, padding, recordfile, tree
from coachvault.vault.change import Change
from coachvault.vault.foreign import Foreign, Side
from coachvault.vault.lineage import RULE
from coachvault.vault.remote import Heads, Remote
from coachvault.vault.settlement import Settlement
from coachvault.vault.store import Drawer, Vault


class _Version(NamedTuple):
    """A record as one side has it: its text with its padding, the key that opened it, and its file."""

    record: Record
    text: bytes
    secret: str
    data: bytes


class _Changed(NamedTuple):
    """Whether the file of a record is another one than in the common ancestor."""

    ours: bool
    theirs: bool


def _choose(
    before: _Version | None, mine: _Version | None, other: _Version | None, changed: _Changed, final: str
) -> _Version | None:
    """Return what becomes of a record, None if it goes; an edit wins over a removal."""
    if mine and other and mine.record == other.record:
        # The file that only the other side wrote anew is taken, or two devices would never agree on one.
        is_theirs_newer = not changed.ours or mine.secret != final
        return other if other.secret == final and is_theirs_newer else mine
    # A file that was only encrypted anew is another one, and the record is not.
    is_ours, is_theirs = (
        is_changed and not (before and side and side.record == before.record)
        for is_changed, side in zip(changed, (mine, other), strict=True)
    )
    if not is_theirs or not is_ours:
        return other if is_theirs else mine
    if mine is None or other is None:
        return mine or other
    from coachvault.vault.merge import text_of, three_way  # noqa: PLC0415 few syncs need it

    merged = three_way(before.record if before else None, mine.record, other.record)
    same = next((side for side in (mine, other) if side.record == merged), None)
    return same or _Version(merged, padding.pad(text_of(merged)), "", b"")


def _recrypted(path: str, source: Callable[[], bytes], secrets: list[str], final: str) -> Callable[[], bytes]:
    """Return what makes a part of a document as the drawer's key opens it, one at a time."""

    def make() -> bytes:
        data = source()
        opened = incoming.opens(data, secrets)
        if opened is None:
            raise incoming.refused(
                [path],
                _("it does not open with its drawer's key, or belongs elsewhere"),
                _("nothing was taken; the version here stays; find out who can write to the remote"),
            )
        return data if opened[1] == final else box.encrypt(opened[0], [box.recipient_of(final)])

    return make


_NONE = tree.Pair(None, None)


def _name(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(layout.RECORD_SUFFIX)


class Merge:
    """The merge of one vault with what was fetched and believed; collected in a change."""

    def __init__(self, vault: Vault, change: Change, remote: Remote, side: Side, *, gives_up: bool) -> None:
        self._vault, self._change, self._remote, self._side = vault, change, remote, side
        self._history = remote.main
        self._foreign = Foreign(vault, change, remote.main, side, gives_up=gives_up)
        self._keys = Settlement(vault, change, remote, side, self._foreign)
        self.warnings = self._keys.warnings
        self.destroyed = self._keys.destroyed
        # What records hold, by the name of the content: git is asked for all of them at once.
        self._texts: Mapping[str, bytes] = {}
        # How many records of each drawer were written while another device destroyed it.
        self._late: Counter[Drawer] = Counter()
        self.lost = 0
        # Fields that two devices had changed, and of which a value is kept here now that was not before.
        self.conflicts = 0

    def plan(self, known: Heads, fetched: Heads, ours: Heads) -> None:
        """Collect all that the merge writes and deletes; raises RefusedError for what is not believed."""
        theirs = self._branch(self._side.theirs)
        mine = self._branch(self._side.ours)
        self._keys.settle(known, fetched, ours, theirs)
        self._records(mine, theirs)
        self._files(known, fetched, ours)
        self._stones(mine, theirs)
        self._plain(mine, theirs)
        self._bury_late()
        if self._side.theirs:
            self._change.parent = self._side.theirs
        if self.destroyed or self._change.destroyed:
            self._change.drop_caches()

    def _branch(self, commit: str) -> dict[str, tree.Pair]:
        return tree.differences(self._history, self._side.base, commit) if commit else {}

    # Records

    def _records(self, mine: dict[str, tree.Pair], theirs: dict[str, tree.Pair]) -> None:
        paths = {path for path in (*mine, *theirs) if path.startswith(f"{layout.RECORDS}/")}
        moving = {drawer for drawer in self._keys.final if self._keys.is_moving(drawer)}
        here = {
            path: entry
            for drawer in moving
            for path, entry in tree.files(
                self._history, self._side.ours, f"{layout.RECORDS}/{drawer[0]}/{drawer[1]}"
            ).items()
        }
        versions: dict[str, list[str]] = {}
        for path in sorted(paths | here.keys()):
            pair, other = mine.get(path), theirs.get(path)
            base = pair.old if pair else other.old if other else here.get(path)
            three = (base, pair.new if pair else base, other.new if other else base)
            versions[path] = [entry.name if entry else "" for entry in three]
        wanted = {name for path, names in versions.items() if self._is_read(path, *names) for name in names}
        self._texts = tree.contents(self._history, sorted(wanted - {""}))
        for path, names in versions.items():
            self._record(path, *names)

    def _is_read(self, path: str, base: str, _ours: str, theirs: str) -> bool:
        """Return whether what the versions of a record say decides which of them stays."""
        drawer = layout.place_of(path)
        is_ours = drawer not in self._foreign and self._keys.key(drawer) is not None
        return is_ours and (self._keys.is_moving(drawer) or theirs != base)

    def _record(self, path: str, base: str, ours: str, theirs: str) -> None:
        """Settle one record: deleted, kept, taken, or merged from both."""
        drawer = layout.place_of(path)
        if drawer in self._foreign:
            self._foreign.take(path, base, ours, theirs)
            return
        final = self._keys.key(drawer)
        if final is None or _name(path) in self._keys.gone[drawer]:
            self._drop(path, base, ours, theirs)
            return
        if not self._is_read(path, base, ours, theirs):
            return
        mine, other, before = self._versions(path, base, ours, theirs)
        if ours and mine is None:
            return  # damaged here, and never made worse
        living = [side for side in (mine, other) if side and side.secret not in self._keys.ended]
        if len(living) < sum(side is not None for side in (mine, other)):
            # The drawer was destroyed with that key, and another one was begun in its place.
            chosen = living[0] if living else None
            self._late[drawer] += not living and self._is_late(path, base, ours, theirs)
        else:
            chosen = _choose(before, mine, other, _Changed(ours != base, theirs != base), final)
        if chosen is None:
            if ours:
                self._change.deletions.append(path)
            return
        known = {conflict.id for conflict in mine.record.conflicts} if mine else set()
        self.conflicts += sum(conflict.id not in known for conflict in chosen.record.conflicts)
        if not (mine and chosen.data == mine.data and chosen.secret == final):
            is_whole = chosen.data and chosen.secret == final
            encrypt = functools.partial(box.encrypt, chosen.text, [box.recipient_of(final)])
            self._change.writes[path] = chosen.data if is_whole else encrypt()

    def _versions(self, path: str, base: str, ours: str, theirs: str) -> tuple[_Version | None, ...]:
        """Return ours, theirs, and what both came from where that still opens."""
        mine = self._version(path, ours, is_ours=True)
        other = mine if theirs == ours else self._version(path, theirs, is_ours=theirs == base)
        return mine, other, self._version(path, base, is_ours=True)

    def _drop(self, path: str, base: str, ours: str, theirs: str) -> None:
        """Delete a record that a tombstone names, by itself or with its drawer."""
        drawer = layout.place_of(path)
        self._refuse_keyless(path, drawer, ours, theirs)
        if drawer in self._keys.unburied or self._is_late(path, base, ours, theirs):
            self._late[drawer] += 1
        if ours:
            self._change.deletions.append(path)

    def _is_late(self, path: str, base: str, ours: str, theirs: str) -> bool:
        """Return whether a side wrote a record that goes since they parted; encrypted anew it is none."""
        written = next((name for name in (ours, theirs) if name not in ("", base)), "")
        if not written or not base:
            return bool(written)
        data = tree.contents(self._history, [base, written])
        opened = [incoming.opens(data[name], self._keys.candidates[layout.place_of(path)]) for name in data]
        return None not in opened and len({found[0] for found in opened if found}) > 1

    def _bury_late(self) -> None:
        """Tell the person, and other devices by tombstones, of what was written and goes all the same."""
        for drawer in sorted({*self._late, *self._keys.unburied}):
            if not self._vault.is_partial:
                self._keys.bury_late(drawer, self._late[drawer])
            self.lost += self._late[drawer]

    def _refuse_keyless(self, path: str, drawer: Drawer, ours: str, theirs: str) -> None:
        """Refuse a record that nobody could ever open: its key was held back, or not pushed."""
        if theirs in ("", ours) or self._keys.candidates[drawer] or self._keys.known_stones([drawer]):
            return
        raise incoming.refused(
            [path],
            _("a record whose key is not there"),
            _("nothing was taken; run coach sync on the device that wrote it, then here again"),
        )

    def _version(self, path: str, name: str, *, is_ours: bool) -> _Version | None:
        """Return what a side has; raises RefusedError if it is theirs and cannot be read."""
        if not name:
            return None
        drawer = layout.place_of(path)
        data = self._texts[name]
        opened = incoming.opens(data, self._keys.candidates[drawer])
        try:
            record = recordfile.parse(opened[0], *drawer, _name(path)) if opened else None
        except CoachError:
            record = None
        if record and opened:
            return _Version(record, *opened, data)
        if is_ours:
            return None
        raise incoming.refused(
            [path],
            _("it does not open with its drawer's key, or belongs elsewhere"),
            _("nothing was taken; the version here stays; find out who can write to the remote"),
        )

    # Files

    def _files(self, known: Heads, fetched: Heads, ours: Heads) -> None:
        """Take the parts of documents that only the other side has, and drop those without a record."""
        nested = self._remote.repositories["files"]
        pairs = tree.differences(nested, ours.files, fetched.files) if fetched.files else {}
        before = tree.differences(nested, "", known.files) if known.files else {}
        # What it had already was judged then, and its bytes may have been let go of since.
        new = {p: pair.new for p, pair in pairs.items() if pair.new and before.get(p, _NONE).new != pair.new}
        incoming.check_files(nested, new, layout.FILES)
        taken: dict[str, str] = {}
        for inner, pair in pairs.items():
            path = f"{layout.FILES}/{inner}"
            is_theirs = pair.old is None or before.get(inner, _NONE).new == pair.old
            if pair.new and is_theirs and self._will_have(path):
                taken[path] = pair.new.name
        self._remote.complete(fetched.files, list(taken.values()))
        for path, name in taken.items():
            self._take_part(path, name)
        for place in sorted((self._vault.root / layout.FILES).glob("*/*/*.age")):
            self._keep_part(place.relative_to(self._vault.root).as_posix())

    def _take_part(self, path: str, name: str) -> None:
        drawer = layout.place_of(path)
        source = functools.partial(tree.content, self._remote.repositories["files"], name)
        if drawer in self._foreign:
            self._change.writes[path] = source
            return
        final = self._keys.key(drawer)
        if final:
            secrets = list(self._keys.candidates[drawer])
            self._change.writes[path] = _recrypted(path, source, secrets, final)

    def _keep_part(self, path: str) -> None:
        """Keep a part that is here, encrypted to the key that its drawer goes on with."""
        drawer = layout.place_of(path)
        if path in self._change.writes or path in self._change.deletions:
            return
        if drawer in self._keys.final and self._keys.is_moving(drawer) and self._keys.final[drawer]:
            source = functools.partial(files.read, self._vault.root / path, path)
            final = self._keys.final[drawer]
            self._change.writes[path] = _recrypted(path, source, self._keys.candidates[drawer], final or "")
        if not self._will_have(path):
            self._change.writes.pop(path, None)
            self._change.deletions.append(path)

    def _will_have(self, path: str) -> bool:
        """Return whether the record of a document's part is there once the change is made."""
        drawer, name = layout.place_of(path), path.rpartition("/")[2].partition(".")[0]
        place = layout.record_path(*drawer, name)
        if place in self._change.deletions:
            return False
        return place in self._change.writes or (self._vault.root / place).is_file()

    # Tombstones and plain files

    def _stones(self, mine: dict[str, tree.Pair], theirs: dict[str, tree.Pair]) -> None:
        """Keep every tombstone; two under one name get two names."""
        for path, pair in theirs.items():
            if not path.startswith(f"{layout.TOMBSTONES}/") or pair.new is None:
                continue
            data = tree.content(self._history, pair.new.name)
            stone = incoming.read_stone(data, path)
            ours = mine.get(path)
            is_taken = ours and ours.new and ours.new != pair.new
            drawer = (stone.facts.folder, stone.facts.drawer)
            if stone.facts.whole and stone.facts.rule == RULE:
                self.lost += stone.facts.records
            self._change.writes[self._keys.free_stone(drawer, theirs) if is_taken else path] = data

    def _plain(self, mine: dict[str, tree.Pair], theirs: dict[str, tree.Pair]) -> None:
        """Take plain files that only the other side changed; of two versions keep ours, and say so."""
        for path, pair in theirs.items():
            if path != layout.RETENTION and not path.startswith(f"{layout.TEMPLATES}/"):
                continue
            ours = mine.get(path)
            if ours and ours.new != pair.new:
                sentence = _("%(place)s was changed on both devices: ours is kept, theirs is in git history")
                self.warnings.append(sentence % {"place": path})
            elif pair.new:
                self._refuse_own(path, pair)
                self._change.writes[path] = tree.content(self._history, pair.new.name)
            elif not ours:
                self._change.deletions.append(path)

    def _refuse_own(self, path: str, pair: tree.Pair) -> None:
        """Refuse to overwrite a template that a reader of some folders keeps here, beside the history."""
        if self._vault.is_partial and pair.old is None and (self._vault.root / path).exists():
            raise RefusedError(
                _("%(place)s comes from the remote, and there is another one here") % {"place": path},
                _("give yours another name, then run: coach sync"),
            )
