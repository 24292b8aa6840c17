"""What one command writes and deletes, collected until all of it is known to be right."""

from collections.abc import Iterable, Mapping
import hashlib
from typing import Any, TypeVar, cast

import msgspec

from coachvault import clock
from coachvault.crypto import box, keys
from coachvault.errors import BadDataError, Problem
from coachvault.language import _
from coachvault.records import kinds, schema
from coachvault.records.base import Record
from coachvault.records.document import Document
from coachvault.vault import layout, padding, yamlfile
from coachvault.vault.store import Drawer, Vault

PART_BYTES = 16 * 2**20
R = TypeVar("R", bound=Record)


class Change:
    """Writes and deletions that will happen together; nothing happens before the end."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self.writes: dict[str, bytes] = {}
        self.deletions: list[str] = []
        self.destroyed: list[Drawer] = []

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

    def remove(self, record: Record) -> None:
        """Delete one record's file and the bytes that belong to it; history still holds them."""
        self.deletions.append(layout.record_path(record.folder, record.drawer, record.id))
        self.deletions += self._files(record.folder, record.drawer, record.id)

    def attach(self, folder: str, drawer: str, values: Mapping[str, Any], data: bytes) -> Document:
        """Return the record of a new document of the drawer, whose bytes are kept beside it."""
        starts = range(0, len(data), PART_BYTES)
        facts = {"size": len(data), "sha256": hashlib.sha256(data).hexdigest(), "parts": len(starts)}
        record = self.add("document", folder, {**values, **facts}, drawer=drawer)
        recipient = box.recipient_of(self._secret(folder, drawer))
        for number, start in enumerate(starts):
            part = box.encrypt(data[start : start + PART_BYTES], [recipient])
            self.writes[layout.part_path(folder, drawer, record.id, number)] = part
        return cast("Document", record)

    def destroy(self, folder: str, drawer: str, tombstone: Mapping[str, Any]) -> None:
        """Destroy a drawer: its tombstone is written, then its key goes, then its records and files."""
        public = box.recipient_of(self._vault.secret(folder, drawer))
        records = self._vault.record_ids(folder, drawer)
        stones = (self._vault.root / layout.TOMBSTONES).glob(f"{folder}-{drawer}-*.yaml")
        number = len(list(stones)) + 1
        facts = {
            "schema": "tombstone/1", "folder": folder, "drawer": drawer, "whole": True,
            "records": len(records),
            **tombstone, "key_sha256": hashlib.sha256(public.encode()).hexdigest(),
        }  # fmt: skip
        path = f"{layout.TOMBSTONES}/{folder}-{drawer}-{number}.yaml"
        self.writes[path] = yamlfile.dump(facts).encode()
        self.deletions.append(layout.key_path(folder, drawer))
        self.deletions += [layout.record_path(folder, drawer, record) for record in records]
        self.deletions += self._files(folder, drawer, "*")
        self.destroyed.append((folder, drawer))
        # The index may name the client, and its old key must not open what was copied of it.
        self.deletions += [path for path in (layout.INDEX_KEY, layout.INDEX) if path not in self.deletions]

    def _files(self, folder: str, drawer: str, record: str) -> Iterable[str]:
        place = self._vault.root / layout.FILES / folder / drawer
        return sorted(path.relative_to(self._vault.root).as_posix() for path in place.glob(f"{record}.*.age"))

    def _write(self, record: Record) -> None:
        text = yamlfile.dump(schema.plain(record)).encode()
        _read_back(record, text)
        recipient = box.recipient_of(self._secret(record.folder, record.drawer))
        path = layout.record_path(record.folder, record.drawer, record.id)
        self.writes[path] = box.encrypt(padding.pad(text), [recipient])

    def _secret(self, folder: str, drawer: str) -> str:
        """Return the key of a drawer, made now if the drawer is new.

        A drawer that has records has a key: another one in its place would lose them for good.
        """
        path = layout.key_path(folder, drawer)
        is_new = not self._vault.has(folder, drawer) and not self._vault.record_ids(folder, drawer)
        if path not in self.writes and is_new:
            secret = box.generate()
            self._vault.remember(folder, drawer, secret)
            self.writes = {path: keys.wrap(secret, folder, drawer, self._vault.recipients()), **self.writes}
        return self._vault.secret(folder, drawer)


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
