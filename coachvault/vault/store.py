"""An open vault: its folders, drawers and records, and changes to them.

Reading needs no lock, since every file is replaced whole. Writing happens inside `Vault.change()`,
which holds the vault's one lock and writes all or nothing.
"""

from collections.abc import Iterator, Sequence
import contextlib
import functools
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from coachvault.crypto import box, keys
from coachvault.errors import DamagedError, LockedError, NotFoundError, ProgramError
from coachvault.language import _
from coachvault.vault import files, journal, layout
from coachvault.vault.history import History

if TYPE_CHECKING:
    from coachvault.records.base import Record
    from coachvault.records.document import Document
    from coachvault.vault.change import Change

# YAML and the kinds of record are loaded by the first record that is read: a list needs neither.
R = TypeVar("R", bound="Record")
Drawer = tuple[str, str]


class Vault:
    """A vault and whoever can unwrap its keys."""

    def __init__(self, root: Path, unwrapper: keys.Unwrapper | None) -> None:
        self.root = root
        self.history = History.find(root)
        self._unwrapper = unwrapper
        self._secrets: dict[Drawer, str] = {}
        self._is_locked = False
        self._recipients: tuple[str, ...] = ()

    @functools.cached_property
    def config(self) -> layout.Config:
        """Return the plain settings of the vault."""
        return layout.read_config(self.root)

    @property
    def practice(self) -> str:
        """Return the id of the practice's own folder."""
        return self.config.practice

    def recipients(self) -> tuple[str, ...]:
        """Return who can unwrap the keys of the vault, as its encrypted settings say."""
        from coachvault.records.practice import Settings  # noqa: PLC0415 see above

        if not self._recipients:
            settings = self.load(self.practice, "settings", Settings)
            self._recipients = tuple(reader.recipient for entry in settings for reader in entry.readers)
        if not self._recipients:
            raise DamagedError(
                _("the vault has lost its settings, which say whose keys open it"),
                _("restore the practice's folder in keys/ and records/ from a copy; nothing was changed"),
            )
        return self._recipients

    def folders(self, practice: str | None = None) -> tuple[str, ...]:
        """Return the ids of the folders of clients, organisations and groups, sorted.

        `practice` is the practice's own folder where the caller knows it already.
        """
        found = {name for area in (layout.KEYS, layout.RECORDS) for name in _names(self.root / area)}
        own = practice or self.practice
        return tuple(sorted(name for name in found if layout.is_id(name) and name != own))

    def drawers(self, folder: str) -> tuple[str, ...]:
        """Return the drawers of a folder that have a key, sorted."""
        names = (Path(name) for name in _names(self.root / layout.KEYS / folder))
        return tuple(sorted(name.stem for name in names if name.suffix == layout.KEY_SUFFIX and name.stem))

    def record_ids(self, folder: str, drawer: str) -> tuple[str, ...]:
        """Return the ids of a drawer's records, sorted."""
        names = _names(self.root / layout.RECORDS / folder / drawer)
        ending = layout.RECORD_SUFFIX
        return tuple(sorted(name.removesuffix(ending) for name in names if name.endswith(ending)))

    def has(self, folder: str, drawer: str) -> bool:
        """Return whether the drawer has a key."""
        return (self.root / layout.key_path(folder, drawer)).is_file()

    def is_destroyed(self, folder: str, drawer: str) -> bool:
        """Return whether a tombstone says that the drawer was destroyed."""
        return any((self.root / layout.TOMBSTONES).glob(f"{folder}-{drawer}-*.yaml"))

    def open_drawers(self, drawers: Sequence[Drawer]) -> None:
        """Unwrap the keys of these drawers in one question to whoever holds the identity."""
        wanted = [drawer for drawer in drawers if drawer not in self._secrets and self.has(*drawer)]
        if not wanted or self._unwrapper is None:
            return
        wrapped = [self._read(layout.key_path(*drawer)) for drawer in wanted]
        for drawer, content in zip(wanted, self._unwrapper.unwrap(wrapped), strict=True):
            self._secrets[drawer] = keys.secret_of(content, *drawer)

    def secret(self, folder: str, drawer: str) -> str:
        """Return the key of a drawer; raises DamagedError if its key file is gone."""
        self.open_drawers([(folder, drawer)])
        if (folder, drawer) not in self._secrets:
            raise DamagedError(
                _("the drawer %(place)s has lost its key") % {"place": f"{folder}/{drawer}"},
                _("see what else is wrong with: coach doctor; then restore keys/ from a copy"),
            )
        return self._secrets[folder, drawer]

    def load(self, folder: str, drawer: str, cls: type[R]) -> tuple[R, ...]:
        """Return the drawer's records of one class, oldest day first; none if there is no drawer.

        Raises DamagedError for records whose key is gone, unless they were destroyed.
        """
        if not self.has(folder, drawer) and (
            not self.record_ids(folder, drawer) or self.is_destroyed(folder, drawer)
        ):
            return ()
        found = (self.read(folder, drawer, record) for record in self.record_ids(folder, drawer))
        return tuple(sorted((r for r in found if isinstance(r, cls)), key=lambda r: (r.day, r.created, r.id)))

    def read(self, folder: str, drawer: str, record: str) -> "Record":
        """Return one record; raises DamagedError if it is not what its path says."""
        from coachvault.vault import recordfile  # noqa: PLC0415 see above

        place = layout.record_path(folder, drawer, record)
        data = self.decrypt(place, self.secret(folder, drawer))
        return recordfile.parse(data, folder, drawer, record)

    def unwrap(self, wrapped: bytes) -> str:
        """Return what one key file holds."""
        if self._unwrapper is None:
            raise LockedError(_("the vault is locked"), _("name an identity with --identity FILE"))
        return self._unwrapper.unwrap([wrapped])[0]

    def decrypt(self, place: str, secret: str) -> bytes:
        """Return the plaintext of a file of a drawer; raises DamagedError naming its place."""
        try:
            return box.decrypt(self._read(place), [secret])
        except box.WrongKeyError:
            message = _("the file %(place)s was not written with its drawer's key") % {"place": place}
        except box.BrokenError:
            message = _("the file %(place)s was truncated or altered") % {"place": place}
        raise DamagedError(message, _("restore it from a copy or from git, then run: coach doctor"))

    def document(self, record: "Document") -> bytes:
        """Return the bytes of a document; raises DamagedError if they are not those it was kept with."""
        import hashlib  # noqa: PLC0415 see above

        secret = self.secret(record.folder, record.drawer)
        parts = range(record.parts)
        places = [layout.part_path(record.folder, record.drawer, record.id, part) for part in parts]
        data = b"".join(self.decrypt(place, secret) for place in places)
        if hashlib.sha256(data).hexdigest() != record.sha256:
            raise DamagedError(
                _("the parts of the document %(id)s were exchanged or lost") % {"id": record.id},
                _("restore files/ from a copy, then run: coach doctor"),
            )
        return data

    def recover(self) -> None:
        """Finish or throw away what an interrupted command left, unless another is at work."""
        if journal.is_pending(self.root) or (self.root / journal.STAGING).exists():
            # Reading does not wait for git: the files are in place, and the next change needs it anyway.
            with self.locked(wait=False) as is_ours, contextlib.suppress(ProgramError):
                if is_ours:
                    journal.resume(self.root, self._record)

    @contextlib.contextmanager
    def change(self) -> "Iterator[Change]":
        """Hold the lock, collect writes and deletions, and carry them out together at the end."""
        from coachvault.vault.change import Change  # noqa: PLC0415 readers need none of it

        if self.history:
            self.history.check()
        with self.locked():
            journal.resume(self.root, self._record)
            change = Change(self)
            yield change
            if change.writes or change.deletions:
                journal.carry_out(self.root, change.writes, change.deletions, self._record)
                for drawer in change.destroyed:
                    self._secrets.pop(drawer, None)

    def trust(self, recipients: Sequence[str]) -> None:
        """Wrap the first keys of a new vault to these, before its settings can say so."""
        self._recipients = tuple(recipients)

    def remember(self, folder: str, drawer: str, secret: str) -> None:
        """Keep the key of a drawer that is being made."""
        self._secrets[folder, drawer] = secret

    def _record(self, paths: tuple[str, ...]) -> None:
        if self.history:
            self.history.record((*paths, *self._own_files()))

    def _own_files(self) -> list[str]:
        """Return the coach's own terms and templates: history keeps them, whoever wrote them."""
        found = [self.root / layout.RETENTION, *(self.root / layout.TEMPLATES).rglob("*.j2")]
        return [path.relative_to(self.root).as_posix() for path in found if path.is_file()]

    @contextlib.contextmanager
    def locked(self, *, wait: bool = True) -> Iterator[bool]:
        """Hold the vault's lock, once however often it is asked for; see `lock.locked`."""
        from coachvault.vault.lock import locked  # noqa: PLC0415 readers need none of it

        if self._is_locked:
            yield True
            return
        with locked(self.root, wait=wait) as is_ours:
            self._is_locked = is_ours
            try:
                yield is_ours
            finally:
                self._is_locked = False

    def _read(self, place: str) -> bytes:
        try:
            return files.read(self.root / place, place)
        except FileNotFoundError:
            raise NotFoundError(
                _("the file %(place)s is gone") % {"place": place}, _("look at the vault with: coach doctor")
            ) from None
        except OSError as error:
            raise files.storage_error(error) from None


def _names(path: Path) -> list[str]:
    try:
        return [entry.name for entry in path.iterdir()]
    except (FileNotFoundError, NotADirectoryError):
        return []
