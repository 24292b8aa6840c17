"""An open vault: its folders, drawers and records, and changes to them.

Reading needs no lock, since every file is replaced whole. Writing happens inside `Vault.change()`,
which holds the vault's one lock and writes all or nothing.
"""

from collections.abc import Callable, Iterator, Sequence
import contextlib
import functools
import os
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from coachvault.crypto import box, keys
from coachvault.errors import CoachError, DamagedError, LockedError, NotFoundError, ProgramError, RefusedError
from coachvault.language import _
from coachvault.records.kinds import CIRCLE
from coachvault.vault import cache, driver, files, journal, layout
from coachvault.vault.history import History

if TYPE_CHECKING:
    from coachvault.records.base import Record
    from coachvault.records.file import File
    from coachvault.records.practice import Reader
    from coachvault.vault.change import Change

# YAML and the kinds of record are loaded by the first record that is read: a list needs neither.
R = TypeVar("R", bound="Record")
Drawer = tuple[str, str]
Stamp = tuple[int, int, int]


class Vault:
    """A vault and whoever can unwrap its keys."""

    def __init__(self, root: Path, unwrapper: keys.Unwrapper | None) -> None:
        self.root = root
        self.history = History.find(root)
        self._unwrapper = unwrapper
        self._secrets: dict[Drawer, str] = {}
        # Which file each key is from: another command may have replaced it meanwhile.
        self._stamps: dict[Drawer, Stamp | None] = {}
        self._is_locked = False
        # Whether this command has destroyed something: then nothing that opens keys may outlive it.
        self.has_destroyed = False
        # What an interrupted command had decided and this one has carried out: nobody was told of it yet.
        self.finished: journal.Plan | None = None
        # The digest of the readers that each key file was wrapped to.
        self._digests: dict[Drawer, str] = {}
        self._readers: tuple[Reader, ...] = ()

    @functools.cached_property
    def config(self) -> layout.Config:
        """Return the plain settings of the vault."""
        return layout.read_config(self.root)

    @property
    def practice(self) -> str:
        """Return the id of the practice's own folder."""
        return self.config.practice

    @functools.cached_property
    def is_partial(self) -> bool:
        """Return whether this identity opens some folders alone; raises LockedError if it opens nothing."""
        if not self.has(self.practice, "settings") or self.opens(self.practice, "settings"):
            return False
        if self.opens(self.practice, CIRCLE) or any(self.opens(f, "identity") for f in self.folders()):
            return True
        raise LockedError(
            _("this identity does not open the vault"),
            _("name the right one: --identity FILE; if it was replaced, use this vault's recovery kit"),
        )

    def readers(self) -> "tuple[Reader, ...]":
        """Return who reads the vault, as its encrypted settings say; raises DamagedError without them."""
        from coachvault.records.practice import Settings  # noqa: PLC0415 see above

        if not self._readers:
            settings = self.load(self.practice, "settings", Settings)
            self._readers = tuple(reader for entry in settings for reader in entry.readers)
        if not self._readers:
            raise DamagedError(
                _("the vault has lost its settings, which say whose keys open it"),
                _("restore the practice's folder in keys/ and records/ from a copy; nothing was changed"),
            )
        return self._readers

    def recipients(self, folder: str | None = None, drawer: str = "") -> tuple[str, ...]:
        """Return whom keys of a folder are wrapped to, or those of the practice; of the circle, to all.

        The settings decide; who cannot open them goes by what they left in the folder.
        """
        place = folder or self.practice
        if self.is_partial:
            return self._left(place)
        is_for_all = (place, drawer) == (self.practice, CIRCLE)
        return tuple(r.recipient for r in self.readers() if is_for_all or not r.folders or place in r.folders)

    def _left(self, folder: str) -> tuple[str, ...]:
        from coachvault.records.practice import Access  # noqa: PLC0415 see above

        found = self.load(folder, "identity", Access) if self.has(folder, "identity") else ()
        if not found:
            raise RefusedError(
                _("this identity opens some folders of the vault, and makes no new ones"),
                _("ask whoever reads the whole vault to do it; nothing was changed"),
            )
        return found[-1].recipients

    def folders(self, practice: str | None = None) -> tuple[str, ...]:
        """Return the ids of the folders of clients, organisations and groups, sorted.

        `practice` is the practice's own folder where the caller knows it already.
        """
        found = {name for area in (layout.KEYS, layout.RECORDS) for name in files.names(self.root / area)}
        own = practice or self.practice
        return tuple(sorted(name for name in found if layout.is_id(name) and name != own))

    def visible(self) -> tuple[str, ...]:
        """Return the folders that this identity opens, sorted: all of them, or those that were granted.

        Where all should open, one that does not is no other reader's, and is left to be noticed.
        """
        known = self.folders()
        return tuple(name for name in known if self.opens(name, "identity")) if self.is_partial else known

    def reach(self) -> tuple[Drawer, ...]:
        """Return every drawer that this identity should open: all, or the granted folders' and the circle."""
        folders = self.visible() if self.is_partial else (*self.folders(), self.practice)
        circle = (self.practice, CIRCLE)
        found = tuple((folder, drawer) for folder in folders for drawer in self.drawers(folder))
        return (*found, circle) if self.is_partial and self.has(*circle) else found

    def drawers(self, folder: str) -> tuple[str, ...]:
        """Return the drawers of a folder that have a key, sorted."""
        names = (Path(name) for name in files.names(self.root / layout.KEYS / folder))
        return tuple(sorted(name.stem for name in names if name.suffix == layout.KEY_SUFFIX and name.stem))

    def record_ids(self, folder: str, drawer: str) -> tuple[str, ...]:
        """Return the ids of a drawer's records, sorted."""
        names = files.names(self.root / layout.RECORDS / folder / drawer)
        ending = layout.RECORD_SUFFIX
        return tuple(sorted(name.removesuffix(ending) for name in names if name.endswith(ending)))

    def has(self, folder: str, drawer: str) -> bool:
        """Return whether the drawer has a key."""
        return (self.root / layout.key_path(folder, drawer)).is_file()

    def is_destroyed(self, folder: str, drawer: str) -> bool:
        """Return whether a tombstone says that the whole drawer was destroyed."""
        from coachvault.vault import tombstone  # noqa: PLC0415 see above

        return any(stone.whole for stone in tombstone.read_all(self.root, folder, drawer))

    def open_drawers(self, drawers: Sequence[Drawer]) -> None:
        """Unwrap the keys of these drawers in one question to whoever holds the identity."""
        stamps = {drawer: self._stamp(drawer) for drawer in drawers}
        wanted = [drawer for drawer, stamp in stamps.items() if stamp and stamp != self._stamps.get(drawer)]
        if not wanted or self._unwrapper is None:
            return
        wrapped = [self._read(layout.key_path(*drawer)) for drawer in wanted]
        try:
            contents = self._unwrapper.unwrap(wrapped)
        except LockedError:
            if not self.is_partial:
                raise
            raise LockedError(
                _("this identity opens some folders of the vault, and what is asked for is in none of them"),
                _("ask whoever reads the whole vault to do it; nothing was changed"),
            ) from None
        for drawer, content in zip(wanted, contents, strict=True):
            self._secrets[drawer] = keys.secret_of(content, *drawer)
            self._digests[drawer] = keys.readers_of(content)
            self._stamps[drawer] = stamps[drawer]

    def open_to_write(self, folder: str, drawer: str) -> None:
        """Unwrap the key of a drawer, and those that will seal the change, in one question if that can be."""
        seals = [(self.practice, name) for name in ("settings", CIRCLE)] if self.history else []
        # Whoever opens some folders has not all of these: each is asked for again where it is needed.
        with contextlib.suppress(CoachError):
            self.open_drawers([(folder, drawer), *seals])

    def opens(self, folder: str, drawer: str) -> bool:
        """Return whether this identity opens the key of a drawer."""
        if self._unwrapper is None or not self.has(folder, drawer):
            return False
        try:
            self._unwrapper.unwrap([self._read(layout.key_path(folder, drawer))])
        except LockedError:
            return False
        return True

    def wrapped_for(self, folder: str, drawer: str) -> str:
        """Return the digest of the readers that an open drawer's key is wrapped to, if it says so."""
        return self._digests.get((folder, drawer), "")

    def secret(self, folder: str, drawer: str) -> str:
        """Return the key of a drawer; raises DamagedError if its key file is gone."""
        self.open_drawers([(folder, drawer)])
        if (folder, drawer) not in self._secrets:
            is_elsewhere = self.history is not None and self.history.has_remote()
            raise DamagedError(
                _("the drawer %(place)s has lost its key") % {"place": f"{folder}/{drawer}"},
                _("if git brought it, run: coach sync; else see coach doctor, and restore keys/ from a copy")
                if is_elsewhere
                else _("see what else is wrong with: coach doctor; then restore keys/ from a copy"),
            )
        return self._secrets[folder, drawer]

    def own_secret(self, folder: str, drawer: str) -> str | None:
        """Return the key of a drawer; None where it has none, or one that is for other readers alone."""
        if not self.has(folder, drawer):
            return None
        try:
            return self.secret(folder, drawer)
        except LockedError:
            if not self.is_partial:
                raise
            return None

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
        return decrypt(self._read(place), place, secret)

    def document(self, record: "File") -> bytes:
        """Return the bytes of a file that is known to be small; raises DamagedError as `part.pour` does."""
        from coachvault.vault import part  # noqa: PLC0415 see above

        parts: list[bytes] = []
        part.pour(self, record, parts.append)
        return b"".join(parts)

    def recover(self, *, needs_git: bool = False) -> None:
        """Finish or throw away what an interrupted command left, unless another is at work.

        Where git fails, it is put off, or if that must not be, ProgramError is raised.
        """
        has_fetched = (self.root / layout.FETCHED).exists()
        if has_fetched or journal.is_pending(self.root) or (self.root / journal.STAGING).exists():
            # Reading does not wait for git: the files are in place, and the next change needs it anyway.
            put_off = () if needs_git else (ProgramError,)
            with self.locked(wait=False) as is_ours, contextlib.suppress(*put_off):
                if is_ours:
                    self._resume()
                    if has_fetched and self.history:
                        from coachvault.vault.remote import Remote  # noqa: PLC0415 few commands find any

                        Remote(self.root).drop_incoming()

    def _resume(self) -> None:
        if self.history and journal.is_pending(self.root):
            # What a power cut left of git's own work on this very change would refuse it for good.
            self.history.unlock((self.root / journal.JOURNAL).stat().st_mtime)
        self.finished = journal.resume(self.root, self._record) or self.finished

    @contextlib.contextmanager
    def change(self) -> "Iterator[Change]":
        """Hold the lock, collect writes and deletions, and carry them out together at the end."""
        from coachvault.vault.change import Change  # noqa: PLC0415 readers need none of it

        if self.history:
            self.history.check()
        with self.locked():
            self._resume()
            if self.history:
                driver.force_off(self.history)
            change = Change(self)
            # Another command may have changed them; and what a failed change trusted is not so.
            self._readers = ()
            try:
                yield change
            except BaseException:
                self._readers = ()
                journal.discard(self.root)
                raise
            if change.writes or change.deletions or change.parent:
                # Of folders that a destruction leaves alone, none is read again; a merge may change any.
                gone = set() if change.parent else {folder for folder, _drawer in change.destroyed}
                kept = cache.outlasting(self, gone) if gone else {}
                journal.carry_out(self.root, change.writes, change.deletions, self._record, change.parent)
                for name, data in kept.items():
                    cache.save(self, name, data, lambda: True)
                for drawer in change.destroyed:
                    self._secrets.pop(drawer, None)
                    self._stamps.pop(drawer, None)

    def trust(self, readers: "Sequence[Reader]") -> None:
        """Wrap keys to these from now on, before the settings on the disk say so."""
        self._readers = tuple(readers)

    def remember(self, folder: str, drawer: str, secret: str) -> None:
        """Keep the key of a drawer that is being made."""
        self._secrets[folder, drawer] = secret

    def forget(self) -> None:
        """Forget every key and setting that was read: the files have changed."""
        self._secrets.clear()
        self._stamps.clear()
        self._digests.clear()
        self._readers = ()
        self.__dict__.pop("is_partial", None)

    def seal(self) -> "Callable[[bytes], bytes] | None":
        """Return what seals a commit of this vault; None for who opens no key that does."""
        from coachvault.vault import seal  # noqa: PLC0415 readers need none of it

        settings, circle = self._sealing("settings"), self._sealing(CIRCLE)
        return (lambda body: seal.of_commit(body, settings, circle)) if settings or circle else None

    def _sealing(self, drawer: str) -> str | None:
        try:
            return self.secret(self.practice, drawer) if self.has(self.practice, drawer) else None
        except CoachError:
            return None

    def _record(self, paths: tuple[str, ...], parent: str = "") -> None:
        from coachvault.vault import own  # noqa: PLC0415 readers need none of it

        is_destruction = any(path.startswith(f"{layout.TOMBSTONES}/") for path in paths)
        self.has_destroyed |= is_destruction
        if self.history:
            # A reader of some folders is not to change what is the practice's.
            is_whole = self._sealing("settings") or not self._sealing(CIRCLE)
            mine = own.fit(self.root) if is_whole else []
            self.history.record((*paths, *mine), parent, self.seal, own.AREAS if is_whole else ())
            if is_destruction:
                self.history.renew((layout.KEYS, layout.FILES))
            elif self.history.has_former(layout.KEYS, paths):
                # Former readers open what stands there of a key that was wrapped anew.
                self.history.renew((layout.KEYS,))

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

    def _stamp(self, drawer: Drawer) -> Stamp | None:
        """Return what tells a key file from the one that took its place, or None if there is none."""
        try:
            found = os.stat(f"{self.root}/{layout.key_path(*drawer)}")  # noqa: PTH116 there are thousands
        except OSError:
            return None
        return (found.st_mtime_ns, found.st_ino, found.st_size)

    def _read(self, place: str) -> bytes:
        try:
            return files.read(self.root / place, place)
        except FileNotFoundError:
            raise NotFoundError(
                _("the file %(place)s is gone") % {"place": place}, _("look at the vault with: coach doctor")
            ) from None
        except OSError as error:
            raise files.storage_error(error) from None


def decrypt(data: bytes, place: str, secret: str) -> bytes:
    """Return the plaintext of what a file of a drawer holds; raises DamagedError naming its place."""
    try:
        return box.decrypt(data, [secret])
    except box.WrongKeyError:
        message = _("the file %(place)s was not written with its drawer's key") % {"place": place}
    except box.BrokenError:
        message = _("the file %(place)s was truncated or altered") % {"place": place}
    raise DamagedError(message, _("restore it from a copy or from git, then run: coach doctor"))
