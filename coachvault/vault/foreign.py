"""What a reader of some folders takes as it comes: the drawers whose keys are for others alone.

Nobody changes them here, so whatever the believed branch says of them is right. Their keys cannot be
proven by who does not open them: they are kept as the remote has them, and handed on unchanged.
"""

from collections.abc import Iterable, Iterator, Mapping
import functools
from typing import NamedTuple

from coachvault.crypto import keys
from coachvault.errors import CoachError, LockedError, RefusedError
from coachvault.language import _
from coachvault.records.practice import Access
from coachvault.vault import incoming, layout, recordfile, seal, tree
from coachvault.vault.change import Change
from coachvault.vault.history import History
from coachvault.vault.store import Drawer, Vault


class Side(NamedTuple):
    """The commits that a merge starts from: their common ancestor, ours, and theirs; empty if none.

    `is_own` tells whether our last commit was made by coach: its tombstones are ours then.
    """

    base: str
    ours: str
    theirs: str
    is_own: bool = False


class Foreign:
    """The drawers that this identity does not open; none for who reads the whole vault."""

    def __init__(self, vault: Vault, change: Change, history: History, side: Side, *, gives_up: bool) -> None:
        self._vault, self._change, self._history, self._side = vault, change, history, side
        # Whether what was written here goes where a folder was taken back.
        self._gives_up = gives_up
        self._commit = side.theirs or side.ours
        # Whose key on the remote does not open here, and of those the ones that were ours until now.
        self._closed: set[Drawer] = set()
        self._withdrawn: set[Drawer] = set()
        # Folders that were taken back, with the drawers of them that only this copy has.
        self._folders: set[str] = set()
        self._closed_here: dict[Drawer, bool] = {}

    def __contains__(self, drawer: Drawer) -> bool:
        if not self._vault.is_partial:
            return False
        if drawer not in self._closed_here:
            is_closed = self._vault.has(*drawer) and self._vault.own_secret(*drawer) is None
            self._closed_here[drawer] = is_closed
        return drawer in self._closed or drawer[0] in self._folders or self._closed_here[drawer]

    def sort(self, wrapped: Mapping[Drawer, bytes]) -> dict[Drawer, str]:
        """Return the keys that open here; the key files of the others are taken as they are.

        Raises RefusedError for a key file in the place of one of ours that nobody has taken back.
        """
        found: dict[Drawer, str] = {}
        for drawer, data in wrapped.items():
            if self._opens(data):
                found |= incoming.open_keys(self._vault, {drawer: data})
                continue
            if self._vault.own_secret(*drawer):
                self._check_withdrawn(drawer)
                self._withdrawn.add(drawer)
                self._folders |= {drawer[0]} if drawer[1] == "identity" else set()
                self._change.destroyed.append(drawer)
            self._closed.add(drawer)
            self._change.writes[layout.key_path(*drawer)] = data
        return found

    def _opens(self, data: bytes) -> bool:
        try:
            self._vault.unwrap(data)
        except LockedError:
            return False
        except CoachError:
            return True  # it is refused by its name
        return True

    def _check_withdrawn(self, drawer: Drawer) -> None:
        """Raise RefusedError unless the believed branch has other readers for the folder, or another key."""
        folder = drawer[0]
        secret = self._vault.own_secret(folder, "identity")
        if secret is None:
            return
        before = self._vault.wrapped_for(folder, "identity")
        stones = incoming.stones(self._history, self._commit, [(folder, "identity")])
        is_replaced = any(seal.is_own_tombstone(stone.text, [secret]) for stone in stones)
        if not is_replaced and any(keys.digest(r) == before for r in self._told(folder, secret)):
            raise incoming.refused(
                [layout.key_path(*drawer)],
                _("the key does not open with this identity, or is of another drawer"),
                _("nothing was taken; if you replaced the identity on one device: coach identity adopt FILE"),
            )

    def _told(self, folder: str, secret: str) -> Iterator[tuple[str, ...]]:
        """Yield the recipients that the believed branch names in a folder."""
        place = f"{layout.RECORDS}/{folder}/identity"
        for path, entry in tree.files(self._history, self._commit, place).items():
            opened = incoming.opens(tree.content(self._history, entry.name), [secret])
            name = path.rpartition("/")[2].removesuffix(layout.RECORD_SUFFIX)
            record = recordfile.parse(opened[0], folder, "identity", name) if opened else None
            if isinstance(record, Access):
                yield record.recipients

    def bury(self, drawers: Iterable[Drawer]) -> None:
        """Delete the keys here of drawers that were destroyed, or begun in a folder that was taken back.

        `drawers` are those with a new tombstone, and those that have another key, or none, there.
        """
        gone = {drawer for drawer in drawers if drawer in self and drawer not in self._closed}
        begun = sorted(drawer for drawer in gone if drawer[0] in self._folders)
        self._change.destroyed += begun
        self._change.deletions += [layout.key_path(*drawer) for drawer in begun]
        for stone in incoming.stones(self._history, self._commit, gone):
            drawer = (stone.facts.folder, stone.facts.drawer)
            path = layout.key_path(*drawer)
            place = f"{layout.RECORDS}/{drawer[0]}/{drawer[1]}"
            is_gone = stone.facts.whole and not tree.files(self._history, self._commit, place)
            if is_gone and path not in self._change.deletions:
                self._change.deletions.append(path)

    def take(self, path: str, base: str, ours: str, theirs: str) -> None:
        """Have a record as the believed branch has it; raises RefusedError if it was changed here."""
        if not self._side.theirs or ours == theirs:
            return
        if ours != base:
            self._refuse_changed(path)
        if theirs:
            self._change.writes[path] = functools.partial(tree.content, self._history, theirs)
        else:
            self._change.deletions.append(path)

    def _refuse_changed(self, path: str) -> None:
        drawer = layout.place_of(path)
        if drawer not in self._withdrawn and drawer[0] not in self._folders:
            raise RefusedError(
                _("%(place)s is another one here, and this identity does not open it") % {"place": path},
                _("ask whoever reads the whole vault to run: coach sync; then here again"),
            )
        if not self._gives_up:
            raise RefusedError(
                _("%(place)s was written here, and the folder was taken back since") % {"place": path},
                _("tell its new reader what you wrote; then give it up with: coach sync --give-up"),
            )
