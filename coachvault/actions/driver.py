"""What git asks of us: to merge three versions of a record, and to show one of them."""

from collections.abc import Iterator
from pathlib import Path
import re

from coachvault.crypto import box
from coachvault.errors import BadDataError, DamagedError, LockedError, Problem, RefusedError
from coachvault.language import _
from coachvault.records.base import Record
from coachvault.vault import files, layout, merge, padding, recordfile, store
from coachvault.vault.store import Drawer, Vault

# How git calls the copy of a version that it hands over: by the name of the file, some letters before it.
_COPY = re.compile(r"(?:^|_)([a-z2-7]{16,26})" + re.escape(layout.RECORD_SUFFIX) + r"\Z")


class KeptError(RefusedError):
    """Git keeps our version and says that the file is in conflict."""


def merge_files(vault: Vault, base: Path, ours: Path, theirs: Path, place: str) -> None:
    """Put what three_way makes of three encrypted versions in the place of ours; `place` is its path.

    Whatever is raised, our version is as it was. A version of the base that does not open, under a key
    that is gone, counts as none.
    """
    found = layout.record_of(place)
    if found is None:
        raise _kept(_("git asks to merge a file that is no record of the vault"))
    folder, drawer, _record = found
    if vault.is_destroyed(folder, drawer):
        raise _kept(_("the drawer %(place)s is destroyed") % {"place": f"{folder}/{drawer}"})
    if not vault.has(folder, drawer):
        raise _kept(_("there is no key for the drawer %(place)s") % {"place": f"{folder}/{drawer}"})
    secret = vault.secret(folder, drawer)
    texts = [store.decrypt(files.read(path, place), place, secret) for path in (ours, theirs)]
    mine, other = (recordfile.parse(text, *found) for text in texts)
    merged = merge.three_way(_base(base, found, secret), mine, other)
    text = merge.text_of(merged)
    if text == merge.text_of(mine):
        return
    if text == merge.text_of(other):
        sealed = files.read(theirs, place)
    else:
        sealed = box.encrypt(padding.pad(_checked(text, merged, found)), [box.recipient_of(secret)])
    with files.storage():
        files.replace(ours, sealed)


def show(vault: Vault, path: Path) -> bytes:
    """Return the text of one version of a record, wherever git has put it.

    For a version whose key was destroyed that is a line which says so: a history must stay readable.
    """
    data = files.read(path, path.name)
    if not box.is_age(data):
        raise BadDataError([Problem(path.name, 0, 0, "", _("expected an encrypted record"))])
    for drawer in _candidates(vault, path):
        try:
            return box.decrypt(data, [vault.secret(*drawer)]).rstrip(b"\n") + b"\n"
        except box.WrongKeyError:
            continue
        except box.BrokenError:
            raise DamagedError(
                _("the file was truncated or altered"),
                _("look at another version of it, or run: coach doctor"),
            ) from None
    sentence = _("no key of this vault opens this version: it is destroyed, or its drawer has another key")
    return f"# {sentence}\n".encode()


def _kept(message: str) -> KeptError:
    return KeptError(message, _("our version is kept; settle the merge with: coach sync"))


def _base(path: Path, found: tuple[str, str, str], secret: str) -> Record | None:
    try:
        return recordfile.parse(box.decrypt(files.read(path), [secret]), *found)
    except (box.WrongKeyError, box.BrokenError, BadDataError, DamagedError):
        return None


def _checked(text: bytes, merged: Record, found: tuple[str, str, str]) -> bytes:
    """Return the text if it is read again as the record that was merged."""
    if recordfile.parse(text, *found) != merged:
        raise _kept(_("the merged record would not be read again as it is written"))
    return text


def _candidates(vault: Vault, path: Path) -> Iterator[Drawer]:
    """Yield the drawers whose key may open a file: the one its name tells of, else every one."""
    name = _COPY.search(path.name)
    drawers = _drawers_of(vault, name[1]) if name else None
    if drawers is not None:
        yield from (drawer for drawer in drawers if vault.has(*drawer))
        return
    every = [
        (folder, drawer) for folder in (vault.practice, *vault.folders()) for drawer in vault.drawers(folder)
    ]
    yield from _that_open(vault, every)


def _drawers_of(vault: Vault, record: str) -> set[Drawer] | None:
    """Return where a record is, or where history says it was; None if it was never here."""
    pattern = layout.record_path("*", "*", record)
    places = [path.relative_to(vault.root).as_posix() for path in vault.root.glob(pattern)]
    if not places and vault.history:
        words = ("log", "--all", "--format=", "--name-only", "-z", "--", f":(glob){pattern}")
        places = vault.history.text(*words, check=False).replace("\n", "\0").split("\0")
    found = {place[:2] for place in map(layout.record_of, places) if place}
    return found or None


def _that_open(vault: Vault, drawers: list[Drawer]) -> Iterator[Drawer]:
    """Yield the drawers whose key can be had; raises LockedError if that is none."""
    refused: LockedError | None = None
    has_opened = False
    for drawer in drawers:
        try:
            vault.open_drawers([drawer])
        except LockedError as error:
            refused = error
        except DamagedError:
            continue
        else:
            has_opened = True
            yield drawer
    if refused and not has_opened:
        raise refused
