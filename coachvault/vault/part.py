"""The bytes of a file in parts: how they go into the vault and come out, one part in memory at a time."""

from collections.abc import Callable
import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from coachvault.crypto import box
from coachvault.errors import DamagedError
from coachvault.language import _
from coachvault.vault import journal, layout

if TYPE_CHECKING:
    from coachvault.records.file import File
    from coachvault.vault.store import Vault

PART_BYTES = 16 * 2**20
# Hears how many bytes are done, and of how many where that is known.
Told = Callable[[int, int | None], None]


class Readable(Protocol):
    """What gives its bytes in order, and none at its end."""

    def read(self, count: int, /) -> bytes:
        """Return so many bytes, fewer only at the end."""


class Staged(NamedTuple):
    """Where the parts of a file wait, encrypted, and what the file was: its size, and its SHA-256."""

    places: tuple[Path, ...]
    size: int
    sha256: str


def stage(root: Path, source: Readable, recipient: str) -> Staged:
    """Encrypt a file and stage it, for a change that is under way; it may be larger than memory."""
    places: list[Path] = []
    size, digest = 0, hashlib.sha256()
    while part := source.read(PART_BYTES):
        size += len(part)
        digest.update(part)
        places.append(journal.stage(root, box.encrypt(part, [recipient])))
        del part  # before the next one comes
    return Staged(tuple(places), size, digest.hexdigest())


def pour(vault: "Vault", record: "File", write: Callable[[bytes], object], told: Told | None = None) -> None:
    """Hand the bytes of a file, part by part, to what writes them.

    Raises DamagedError, after the last one at the latest, if they are not those it was kept with.
    """
    secret = vault.secret(record.folder, record.drawer)
    size, digest = 0, hashlib.sha256()
    for number in range(record.parts):
        part = vault.decrypt(layout.part_path(record.folder, record.drawer, record.id, number), secret)
        size += len(part)
        digest.update(part)
        write(part)
        if told:
            told(size, record.size)
        del part  # before the next one comes
    if (size, digest.hexdigest()) != (record.size, record.sha256):
        raise DamagedError(
            _("the parts of the document %(id)s were exchanged or lost") % {"id": record.id},
            _("restore files/ from a copy, then run: coach doctor"),
        )
