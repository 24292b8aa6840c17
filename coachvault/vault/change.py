"""What one command writes and deletes, collected until all of it is known to be right."""

from collections.abc import Collection, Iterable, Mapping
import functools
import io
from typing import TYPE_CHECKING, Any, TypeVar, cast

import msgspec

from coachvault import clock
from coachvault.crypto import box, keys
from coachvault.errors import BadDataError, Problem, RefusedError
from coachvault.language import _
from coachvault.records import kinds, schema
from coachvault.records.base import Record
from coachvault.vault import journal, layout, padding, yamlfile
from coachvault.vault.journal import Content
from coachvault.vault.store import Drawer, Vault, decrypt

if TYPE_CHECKING:
    from coachvault.records.document import Document
    from coachvault.records.file import File
    from coachvault.vault import part

# What a new record does not need is loaded by what does.
R = TypeVar("R", bound=Record)


class Change:
    """Writes and deletions that will happen together; nothing happens before the end."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self.writes: dict[str, Content] = {}
        self.deletions: list[str] = []
        # Drawers whose key goes, with the drawer or for another one.
        self.destroyed: list[Drawer] = []
        self.parent = ""
        self._renewed: dict[Drawer, str] = {}
        # Drawers of which is known that their key is the vault's own.
        self._trusted: set[Drawer] = set()
        self._written: dict[str, Record] = {}

    def add(self, kind: str, folder: str, values: Mapping[str, Any], *, drawer: str | None = None) -> Record:
        """Return a new record of the folder with these values; raises BadDataError for wrong ones."""
        now = clock.now()
        place = drawer or kinds.KINDS[kind].drawer
        system = {
            "schema": kinds.schema_of(kind), "id": layout.new_id(), "folder": folder, "drawer": place,
            "created": now, "updated": now, "revision": 1,
        }  # fmt: skip
        record = convert(kind, {**system, **values})
        self._write(record)
        return record

    def update(self, record: R, values: Mapping[str, Any]) -> R:
        """Return the record with these values changed (None clears one); the same if none differs."""
        kept = {name: getattr(record, name) for name in record.__struct_fields__} | dict(values)
        given = {name: value for name, value in kept.items() if value is not None}
        changed = cast("R", convert(record.noun, given))
        if changed == record:
            return record
        stamped = msgspec.structs.replace(changed, updated=clock.now(), revision=record.revision + 1)
        self._write(stamped)
        return stamped

    def latest(self, record: R) -> R:
        """Return a record as this change leaves it: another part of the change may have written it."""
        return cast("R", self._written.get(record.id, record))

    def remove(self, record: Record) -> None:
        """Delete one record's file and the bytes that belong to it; history still holds them."""
        self.deletions.append(layout.record_path(record.folder, record.drawer, record.id))
        self.deletions += self._files(record.folder, record.drawer, record.id)

    def attach(self, folder: str, drawer: str, values: Mapping[str, Any], data: bytes) -> "Document":
        """Return the record of a new document of the drawer, whose bytes are kept beside it."""
        return cast("Document", self.keep("document", folder, values, io.BytesIO(data), drawer=drawer))

    def keep(
        self,
        kind: str,
        folder: str,
        values: Mapping[str, Any],
        source: "part.Readable",
        *,
        drawer: str | None = None,
    ) -> "File":
        """Return the record of a new file, read from the source and kept beside it, whatever its size."""
        from coachvault.vault import part  # noqa: PLC0415 see above

        home = drawer or cast("str", kinds.KINDS[kind].drawer)
        staged = part.stage(self._vault.root, source, box.recipient_of(self._secret(folder, home)))
        facts = {"size": staged.size, "sha256": staged.sha256, "parts": len(staged.places)}
        record = self.add(kind, folder, {**values, **facts}, drawer=home)
        place = layout.record_path(folder, home, record.id)
        # Last of all the record, so that whoever reads meanwhile finds all that it speaks of.
        written = self.writes.pop(place)
        for number, data in enumerate(staged.places):
            self.writes[layout.part_path(folder, home, record.id, number)] = data
        self.writes[place] = written
        return cast("File", record)

    def destroy(self, folder: str, drawer: str, facts: Mapping[str, Any]) -> None:
        """Destroy a drawer: its tombstone is written, then its key goes, then its records and files."""
        records = self._vault.record_ids(folder, drawer)
        self._bury(folder, drawer, {"whole": True, "records": len(records), **facts})
        self.deletions.append(layout.key_path(folder, drawer))
        self.deletions += [layout.record_path(folder, drawer, record) for record in records]
        self.deletions += self._files(folder, drawer, "*")

    def rekey(
        self, folder: str, drawer: str, facts: Mapping[str, Any], without: Collection[str] = ()
    ) -> None:
        """Give a drawer another key: these records are destroyed with the old one, the rest goes on.

        History keeps what the old key wrote, of destroyed records and of the others, and nothing opens it.
        """
        from coachvault.vault import seal  # noqa: PLC0415 see above

        gone = sorted(without)
        old = self._vault.secret(folder, drawer)
        new = self._renewed[folder, drawer] = box.generate()
        next_key = {"successor_sha256": seal.fingerprint(new)}
        self._bury(folder, drawer, {"whole": False, "records": len(gone), "ids": gone, **facts, **next_key})
        self.writes[layout.key_path(folder, drawer)] = self._wrap(folder, drawer, new)
        for record in gone:
            paths = [layout.record_path(folder, drawer, record), *self._files(folder, drawer, record)]
            self.deletions += paths
            self.writes = {path: data for path, data in self.writes.items() if path not in paths}
        for path in self._survivors(folder, drawer):
            # Made when it is staged, one at a time: a recording is larger than memory should be.
            source = self.writes.get(path, self._vault.root / path)
            self.writes[path] = functools.partial(_recrypt, path, source, old, box.recipient_of(new))

    def _bury(self, folder: str, drawer: str, facts: Mapping[str, Any]) -> None:
        """Write the tombstone of a drawer's key, and let everything go that could still hold a part of it."""
        from coachvault.vault import tombstone  # noqa: PLC0415 see above

        refuse_partial(self._vault)
        place = tombstone.path(self._vault.root, folder, drawer)
        if place in self.writes:
            message = "a change gives a drawer one tombstone"
            raise ValueError(message)
        self.writes[place] = tombstone.compose(folder, drawer, self._vault.secret(folder, drawer), facts)
        self.destroyed.append((folder, drawer))
        # They may name the client, and their old keys must not open what was copied of them.
        self.drop_caches()

    def drop_caches(self) -> None:
        """Delete the caches of the vault, each after its key."""
        self.deletions += [path for path in layout.all_cache_paths() if path not in self.deletions]

    def _survivors(self, folder: str, drawer: str) -> list[str]:
        """Return every file that a drawer's key opens and that this change does not delete."""
        records = [
            layout.record_path(folder, drawer, name) for name in self._vault.record_ids(folder, drawer)
        ]
        homes = tuple(f"{area}/{folder}/{drawer}/" for area in (layout.RECORDS, layout.FILES))
        new = [path for path in self.writes if path.startswith(homes)]
        found = dict.fromkeys([*records, *self._files(folder, drawer, "*"), *new])
        return [path for path in found if path not in self.deletions]

    def _files(self, folder: str, drawer: str, record: str) -> Iterable[str]:
        place = self._vault.root / layout.FILES / folder / drawer
        return sorted(path.relative_to(self._vault.root).as_posix() for path in place.glob(f"{record}.*.age"))

    def _write(self, record: Record) -> None:
        text = yamlfile.dump(schema.plain(record)).encode()
        _read_back(record, text)
        recipient = box.recipient_of(self._secret(record.folder, record.drawer))
        path = layout.record_path(record.folder, record.drawer, record.id)
        self.writes[path] = box.encrypt(padding.pad(text), [recipient])
        self._written[record.id] = record

    def _secret(self, folder: str, drawer: str) -> str:
        """Return the key of a drawer, made now if the drawer is new.

        A drawer that has records has a key: another one in its place would lose them for good.
        """
        self._distrust(folder, drawer)
        if (folder, drawer) in self._renewed:
            return self._renewed[folder, drawer]
        path = layout.key_path(folder, drawer)
        is_new = not self._vault.has(folder, drawer) and not self._vault.record_ids(folder, drawer)
        if path not in self.writes and is_new:
            secret = box.generate()
            self._vault.remember(folder, drawer, secret)
            self.writes = {path: self._wrap(folder, drawer, secret), **self.writes}
        self._vault.open_to_write(folder, drawer)
        secret = self._vault.secret(folder, drawer)
        if (self._vault.root / layout.stone_path(folder, drawer, 1)).exists():
            self._refuse_destroyed(folder, drawer, secret)
        return secret

    def _refuse_destroyed(self, folder: str, drawer: str, secret: str) -> None:
        """Raise RefusedError for a key that a tombstone names: somebody has put its file back."""
        from coachvault.vault import seal, tombstone  # noqa: PLC0415 see above

        name = seal.fingerprint(secret)
        if any(stone.key_sha256 == name for stone in tombstone.read_all(self._vault.root, folder, drawer)):
            raise RefusedError(
                _("the key of the drawer %(place)s was destroyed, and its file is back")
                % {"place": f"{folder}/{drawer}"},
                _("nothing was written with it; see what to do with: coach doctor"),
            )

    def _distrust(self, folder: str, drawer: str) -> None:
        """Replace the key of a drawer without records, the first time, if nothing says where it comes from.

        Raises RefusedError for a reader of some folders, who leaves no tombstone.
        """
        place = (folder, drawer)
        if place in self._trusted or place in self._renewed:
            return
        self._trusted.add(place)
        if not self._vault.has(*place) or self._vault.record_ids(*place):
            return
        from coachvault.vault import provenance  # noqa: PLC0415 few drawers were emptied

        if provenance.unaccounted(self._vault, [place]):
            self.rekey(*place, {"rule": "unknown-key", "basis": "", "destroyed_on": clock.today()})

    def _wrap(self, folder: str, drawer: str, secret: str) -> bytes:
        return keys.wrap(secret, folder, drawer, self._vault.recipients(folder, drawer))

    def rewrap(self, folder: str, drawer: str) -> None:
        """Wrap a drawer's key to those who are to read it now; no record is touched."""
        secret = self._renewed.get((folder, drawer)) or self._vault.secret(folder, drawer)
        self.writes[layout.key_path(folder, drawer)] = self._wrap(folder, drawer, secret)


def refuse_partial(vault: Vault) -> None:
    """Raise RefusedError for a reader of some folders: the terms depend on what they cannot open."""
    if vault.is_partial:
        raise RefusedError(
            _("a reader of some folders destroys nothing"),
            _("ask whoever reads the whole vault to do it; nothing was changed"),
        )


def _recrypt(place: str, source: Content, old: str, recipient: str) -> bytes:
    """Return a file of a drawer as its new key opens it."""
    data = journal.bytes_of(source, place)
    return box.encrypt(decrypt(data, place, old), [recipient])


def _read_back(record: Record, text: bytes) -> None:
    """Raise BadDataError if the text would not be read as this record: a vault must open again."""
    if schema.read_record(yamlfile.read(yamlfile.decode(text, record.noun), record.noun)) != record:
        expected = _("expected values that are read again as they were written")
        raise BadDataError([Problem(record.noun, 0, 0, "", expected)])


def convert(kind: str, values: Mapping[str, Any]) -> Record:
    """Return the record that these values make; faults are named by their field alone."""
    try:
        return schema.read(kinds.cls_of(kind), schema.plain(schema.tidy(values)))
    except schema.SchemaError as error:
        raise BadDataError(
            [Problem(kind, 0, 0, fault.field, fault.expected) for fault in error.faults]
        ) from None
