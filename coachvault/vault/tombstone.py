"""Tombstones: what was destroyed, when and by which rule, in the clear and without personal data.

A tombstone beats every copy that comes back: a key whose public half has the SHA-256 it names, and
every record that it lists, are gone for good.
"""

from collections.abc import Mapping
from datetime import date
from pathlib import Path
import re
from typing import Any

import msgspec

from coachvault.records.base import Id
from coachvault.vault import files, layout, seal, yamlfile

SCHEMA = "tombstone/1"
_DESTROYED = re.compile(rb"^destroyed_on: (\d{4}-\d\d-\d\d)$", re.MULTILINE)


class Tombstone(msgspec.Struct, frozen=True, kw_only=True):
    """A destruction: of a whole drawer, or of the key of one that goes on and of some records in it.

    `ids` names the records that were destroyed where the drawer goes on; of a whole drawer, all were.
    `successor_sha256` is of the key that took the place of the destroyed one. `seal` is a MAC with the
    destroyed key: who still has that key obeys no tombstone without it (see `vault.seal`).
    """

    schema: str
    folder: Id
    drawer: str
    whole: bool
    records: int
    ids: tuple[Id, ...] = ()
    rule: str = ""
    basis: str = ""
    trigger: str = ""
    triggered_on: date | None = None
    due_on: date | None = None
    destroyed_on: date
    key_sha256: str
    successor_sha256: str = ""
    seal: str = ""


def compose(folder: str, drawer: str, secret: str, facts: Mapping[str, Any]) -> bytes:
    """Return the file of a tombstone; `facts` are all the fields that are not of the drawer itself."""
    place = {"schema": SCHEMA, "folder": folder, "drawer": drawer}
    sealed = seal.of_tombstone({**place, **facts, "key_sha256": seal.fingerprint(secret)}, secret)
    return yamlfile.dump(sealed).encode()


def path(root: Path, folder: str, drawer: str) -> str:
    """Return where the next tombstone of a drawer lies, from the root of the vault."""
    return layout.stone_path(folder, drawer, len(_paths(root, folder, drawer)) + 1)


def read(file: Path) -> Tombstone:
    """Return one tombstone; raises BadDataError for a file that is none."""
    place = f"{layout.TOMBSTONES}/{file.name}"
    return yamlfile.read_struct(Tombstone, yamlfile.decode(files.read(file, place), place), place)


def read_all(root: Path, folder: str = "*", drawer: str = "*") -> tuple[Tombstone, ...]:
    """Return the tombstones of the vault, or of one folder or drawer."""
    return tuple(map(read, _paths(root, folder, drawer)))


def newest(root: Path) -> date | None:
    """Return the day of the newest destruction; of thousands, none is read for more than that."""
    texts = (files.read(path, path.name) for path in _paths(root, "*", "*"))
    days = (found[1] for text in texts if (found := _DESTROYED.search(text)))
    return max((date.fromisoformat(day.decode()) for day in days), default=None)


def count(root: Path) -> int:
    """Return how many tombstones the vault has."""
    return len(_paths(root, "*", "*"))


def _paths(root: Path, folder: str, drawer: str) -> list[Path]:
    return sorted((root / layout.TOMBSTONES).glob(f"{folder}-{drawer}-*.yaml"))
