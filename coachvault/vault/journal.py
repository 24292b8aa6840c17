"""Changes of many files that happen wholly or not at all, whatever interrupts them.

New files are first staged under `.coachvault/staging`. Then the journal, one small file with opaque
paths only, says which staged file takes which place and which files go. From then on the change is
decided: whoever finds the journal carries it out again from the start, every step being one that
can be repeated. Without a journal, what is staged was never decided and is thrown away.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
import contextlib
import os
from pathlib import Path
import shutil

import msgspec

from coachvault.errors import DamagedError
from coachvault.language import _
from coachvault.vault import files, index, layout

JOURNAL = f"{layout.STATE}/journal"
STAGING = f"{layout.STATE}/staging"
_AREAS = (layout.RECORDS, layout.KEYS, layout.FILES, layout.TOMBSTONES, layout.OUTBOX, layout.TEMPLATES)
# What a file will hold, how to make it when it is staged, one at a time, whatever its size, or where it
# is staged already.
Content = bytes | Callable[[], bytes] | Path
_FORBIDDEN = ("", ".", "..", ".git")


class Plan(msgspec.Struct, frozen=True):
    """A decided change: moves (staged name, place) in order, then deletions in order.

    `parent` is the commit of another device that the change merges, if it does.
    """

    moves: tuple[tuple[str, str], ...]
    deletions: tuple[str, ...]
    parent: str = ""

    @property
    def paths(self) -> tuple[str, ...]:
        """Return every path that the change touches."""
        return (*(place for _staged, place in self.moves), *self.deletions)

    @property
    def stones(self) -> tuple[str, ...]:
        """Return where the tombstones lie that the change leaves: it is a destruction if there are any."""
        return tuple(path for path in self.paths if path.startswith(f"{layout.TOMBSTONES}/"))

    @property
    def copies(self) -> int:
        """Return how many files of the outbox go with the change."""
        return sum(path.startswith(f"{layout.OUTBOX}/") for path in self.deletions)


def is_pending(root: Path) -> bool:
    """Return whether a decided change waits to be carried out."""
    return (root / JOURNAL).exists()


def carry_out(
    root: Path,
    writes: Mapping[str, Content],
    deletions: Sequence[str],
    record: Callable[..., None],
    parent: str = "",
) -> None:
    """Write and delete these files as one change, then `record` its paths in the history."""
    with files.storage():
        try:
            _decide(root, _stage(root, writes), deletions, parent)
        except BaseException:
            # It may be in place although the disk failed: then it must go before what it names.
            (root / JOURNAL).unlink(missing_ok=True)
            discard(root)
            raise
    resume(root, record)


def resume(root: Path, record: Callable[..., None]) -> Plan | None:
    """Carry out the change that the journal holds, and throw away what was never decided.

    Returns that change, or None where there was none.
    """
    plan = None
    if is_pending(root):
        with files.storage(is_decided=True):
            plan = _read(root)
            folders = _apply(root, plan)
        record(plan.paths, *([plan.parent] if plan.parent else []))
        with files.storage(is_decided=True):
            # The journal stays until all of it is on the disk, so each folder is flushed once, and last.
            files.flush_all(folders)
            (root / JOURNAL).unlink()
            files.sync_folder(root / layout.STATE)
    discard(root)
    return plan


def roll_back(root: Path) -> bool:
    """Give up the decided change, if any, while none of it was carried out; False where it is too late."""
    if not is_pending(root):
        return True
    with files.storage():
        plan = _read(root)
        if not _is_untouched(root, plan):
            return False
        (root / JOURNAL).unlink()
        files.sync_folder(root / layout.STATE)
    discard(root)
    return True


def _is_untouched(root: Path, plan: Plan) -> bool:
    """Tell whether nothing took its place yet: what is deleted goes after all that is moved."""
    if plan.moves:
        return all((root / STAGING / staged).exists() for staged, _place in plan.moves)
    caches = layout.all_cache_paths()
    return all((root / path).exists() for path in plan.deletions if path not in caches)


def _read(root: Path) -> Plan:
    try:
        plan = msgspec.json.decode(files.read(root / JOURNAL), type=Plan)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise DamagedError(
            _("the journal of the vault is damaged"),
            _("restore the vault from a copy, then run: coach doctor"),
        ) from None
    if not all(staged.isdecimal() for staged, _place in plan.moves) or not all(map(_is_ours, plan.paths)):
        raise DamagedError(
            _("the journal of the vault names a path that is not for it to change"), _("run: coach doctor")
        )
    return plan


def _is_ours(path: str) -> bool:
    """Return whether a change may touch this: a journal that came from elsewhere could name anything."""
    area, *inner = path.split("/")
    if path in (*layout.all_cache_paths(), layout.RETENTION):
        return True
    return area in _AREAS and bool(inner) and not any(part.lower() in _FORBIDDEN for part in inner)


def bytes_of(content: Content, place: str = "") -> bytes:
    """Return what a file will hold; it must be small."""
    if isinstance(content, Path):
        return files.read(content, place)
    return content() if callable(content) else content


def stage(root: Path, data: bytes) -> Path:
    """Stage a file of a change that is not decided yet, under the lock; returns where.

    Whoever gives up the change discards it.
    """
    with files.storage():
        place = _free(root)
        files.write(place, data, flush=False)
    return place


def _free(root: Path) -> Path:
    # Its own name is flushed with that of the journal, without which it means nothing.
    (root / STAGING).mkdir(mode=0o700, exist_ok=True)
    return root / STAGING / str(len(os.listdir(root / STAGING)))  # noqa: PTH208 only how many there are


def _stage(root: Path, writes: Mapping[str, Content]) -> dict[str, Path]:
    """Return where the file for each place is staged, not flushed yet."""
    staged: dict[str, Path] = {}
    first = _free(root)
    for number, (place, data) in enumerate(writes.items(), int(first.name)):
        staged[place] = data if isinstance(data, Path) else first.with_name(str(number))
        if not isinstance(data, Path):
            files.write(staged[place], bytes_of(data), flush=False)
    return staged


def _decide(root: Path, staged: Mapping[str, Path], deletions: Sequence[str], parent: str) -> None:
    """Put the journal in place, once all that it names is on the disk."""
    moves = tuple((path.name, place) for place, path in staged.items())
    passing = files.passing_of(root / JOURNAL)
    files.write(passing, msgspec.json.encode(Plan(moves, tuple(deletions), parent)), flush=False)
    files.flush_all([*staged.values(), root / STAGING, passing])
    passing.replace(root / JOURNAL)
    files.sync_folder(root / layout.STATE)


def _apply(root: Path, plan: Plan) -> Collection[Path]:
    """Move and delete; returns the folders that are to be flushed."""
    folders: dict[str, Path] = {}
    for staged, place in plan.moves:
        folder = place.rpartition("/")[0]
        if folder not in folders:
            folders[folder] = root / folder
            files.make_folder(folders[folder])
        _move(f"{root}/{STAGING}/{staged}", f"{root}/{place}")
    for path in plan.deletions:
        files.remove(root / path, root)
    index.touch(root, plan.paths)
    return [folder for folder in folders.values() if folder.exists()]


def _move(source: str, target: str) -> None:
    """Move a staged file to its place: there may be thousands, for which a Path costs as much as the move."""
    try:
        os.replace(source, target)  # noqa: PTH105 see above
    except FileNotFoundError:
        # Already moved when a first try was interrupted after this step.
        if not os.path.exists(target):  # noqa: PTH110 see above
            raise DamagedError(
                _("a change was decided and its files are gone"),
                _("restore the vault from a copy, then run: coach doctor"),
            ) from None


def discard(root: Path) -> None:
    """Throw away what is staged, as far as the disk lets us: the next command does the rest."""
    for path in (JOURNAL, *layout.all_cache_paths()):
        with contextlib.suppress(OSError):
            files.passing_of(root / path).unlink(missing_ok=True)
    shutil.rmtree(root / STAGING, ignore_errors=True)
