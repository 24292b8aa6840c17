"""The index is a cache: fast while it is right, made anew when it is not, and gone with its client."""

import os
from pathlib import Path
import time

import pytest
import vault_world as world

from coachvault.crypto import box, keys
from coachvault.errors import LockedError
from coachvault.records.base import Record
from coachvault.vault import index, layout
from coachvault.vault.store import Vault


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return world.make(tmp_path / "v")


def names(vault: Vault) -> list[str]:
    return sorted(entry.name for entry in index.clients(world.reopen(vault)))


def age(vault: Vault) -> None:
    """Make every folder look as if it had not changed for a while."""
    past = time.time() - 60
    for path in [*(vault.root / layout.RECORDS).rglob("*"), *(vault.root / layout.KEYS).rglob("*")]:
        os.utime(path, (past, past))


def test_a_fresh_index_opens_no_record(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    world.add_client(vault)
    age(vault)
    assert names(vault) == ["Augustine"]

    def refuse(*_words: object) -> Record:
        pytest.fail("a record was opened")

    monkeypatch.setattr(Vault, "read", refuse)

    assert names(vault) == ["Augustine"]


def test_a_folder_that_changed_is_read_again(vault: Vault) -> None:
    world.add_client(vault)
    age(vault)
    names(vault)

    world.add_client(vault, "Ferdinand")

    assert names(vault) == ["Augustine", "Ferdinand"]


def test_a_change_within_the_same_tick_is_seen(vault: Vault) -> None:
    """The times of two changes may be equal: what is this young is read again."""
    folder = world.add_client(vault)
    names(vault)
    place = vault.root / layout.RECORDS / folder / "identity"
    before = place.stat().st_mtime_ns
    client = next(record for record in vault.load(folder, "identity", Record))
    with vault.change() as change:
        change.update(client, {"name": "Ferdinand"})
    os.utime(place, ns=(before, before))

    assert names(vault) == ["Ferdinand"]


@pytest.mark.parametrize("name", [layout.INDEX, layout.INDEX_KEY])
@pytest.mark.parametrize("data", [b"", b"age-encryption.org/v1\n", b"\0" * 600])
def test_an_index_that_is_broken_is_made_anew(vault: Vault, name: str, data: bytes) -> None:
    world.add_client(vault)
    names(vault)
    (vault.root / name).write_bytes(data)

    assert names(vault) == ["Augustine"]


def test_an_index_of_other_settings_is_not_believed(vault: Vault) -> None:
    world.add_client(vault)
    names(vault)
    config = vault.root / layout.CONFIG
    config.write_text(config.read_text() + "# a remark\n")

    assert names(vault) == ["Augustine"]


def test_a_destruction_takes_the_index_and_its_key(vault: Vault) -> None:
    folder = world.add_client(vault)
    names(vault)
    old = {name: (vault.root / name).read_bytes() for name in (layout.INDEX, layout.INDEX_KEY)}

    with vault.change() as change:
        change.destroy(folder, "identity", world.TOMBSTONE)

    assert not any((vault.root / name).exists() for name in old)
    assert names(vault) == []
    assert (vault.root / layout.INDEX_KEY).read_bytes() != old[layout.INDEX_KEY]


def test_who_read_before_a_destruction_does_not_put_the_name_back(vault: Vault) -> None:
    """A list that began earlier ends later: it must not write what it saw."""
    folder = world.add_client(vault)
    reader = world.reopen(vault)
    entries = index._read(reader, folder)  # noqa: SLF001 the moment between reading and writing
    seen = {folder: index._Seen(1, entries)}  # noqa: SLF001 the same
    with vault.change() as change:
        change.destroy(folder, "identity", world.TOMBSTONE)

    index._save(reader, index._Index((0, 0), reader.practice, 0, 0, seen))  # noqa: SLF001 the same

    assert not (vault.root / layout.INDEX).exists()


def test_nothing_in_the_index_can_be_read_without_the_identity(vault: Vault) -> None:
    world.add_client(vault)
    names(vault)
    with pytest.raises(LockedError):
        index.clients(Vault(vault.root, keys.Identity([box.generate()])))
    assert b"Augustine" not in (vault.root / layout.INDEX).read_bytes()
