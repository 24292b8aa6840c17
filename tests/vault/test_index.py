"""The index is a cache: fast while it is right, made anew when it is not, and gone with its client."""

import io
import os
from pathlib import Path
import time

import msgspec
import pytest
import vault_world as world

from coachvault import __version__
from coachvault.crypto import box, keys
from coachvault.errors import LockedError
from coachvault.records.base import Record
from coachvault.vault import cache, index, layout, pages
from coachvault.vault.store import Vault

INDEX_KEY, INDEX = layout.cache_paths(index.NAME)


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return world.make(tmp_path / "v")


def names(vault: Vault) -> list[str]:
    return sorted(entry.name for entry in index.subjects(world.reopen(vault)))


def age(vault: Vault) -> None:
    """Make every folder look as if it had not changed for a while."""
    past = time.time() - 60
    records = vault.root / layout.RECORDS
    for path in [*records.rglob("*"), records, *(vault.root / layout.KEYS).rglob("*")]:
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


def rename(vault: Vault, folder: str, name: str) -> None:
    client = next(record for record in vault.load(folder, "identity", Record))
    with vault.change() as change:
        change.update(client, {"name": name})


def only(vault: Vault, name: str) -> str | None:
    """Return the folder of the only one of that name, if the index is sure of it."""
    found = index.only(world.reopen(vault), name)
    return found.folder if found else None


def test_of_one_who_is_meant_no_other_is_looked_at(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, other = (world.add_client(vault, name) for name in ("Zoé Augustine", "Ferdinand"))
    age(vault)
    names(vault)
    looked: list[str] = []
    look = cache.time_of

    def look_and_say(place: str) -> int:
        looked.append(place)
        return look(place)

    monkeypatch.setattr(cache, "time_of", look_and_say)

    assert only(vault, "zoe augustine") == folder

    assert [place for place in looked if place.endswith("identity")] == [
        f"{vault.root}/{layout.RECORDS}/{folder}/identity"
    ]
    (code,) = (entry.code for entry in index.subjects(vault) if entry.folder == other)
    assert only(vault, code.casefold()) == only(vault, code[2:].casefold()) == other
    for part in ("augustine", "zoe augustine/", "", "nobody", '"', folder):
        assert only(vault, part) is None


def test_another_who_took_the_same_name_is_not_overlooked(vault: Vault) -> None:
    folder, other = (world.add_client(vault, name) for name in ("Augustine", "Ferdinand"))
    age(vault)
    names(vault)
    assert only(vault, "augustine") == folder

    rename(vault, other, "Augustine")

    assert only(vault, "augustine") is None
    assert names(vault) == ["Augustine", "Augustine"]
    assert only(vault, "augustine") is None  # what was just made may change within the same tick
    age(vault)
    names(vault)
    assert only(vault, "augustine") is None
    new = world.add_client(vault, "Ferdinand")
    assert only(vault, "ferdinand") is None
    age(vault)
    names(vault)
    assert only(vault, "ferdinand") == new


def test_the_index_is_not_sure_of_one_whose_file_another_program_replaced(vault: Vault) -> None:
    folder, other = (world.add_client(vault, name) for name in ("Augustine", "Ferdinand"))
    age(vault)
    names(vault)
    records = vault.root / layout.RECORDS
    before = records.stat()
    rename(vault, folder, "Zoé")
    os.utime(records, ns=(before.st_atime_ns, before.st_mtime_ns))

    assert only(vault, "augustine") is None
    assert only(vault, "ferdinand") == other
    assert names(vault) == ["Ferdinand", "Zoé"]


@pytest.mark.parametrize("line", [b"{}", b'["/augustine/", 1]', b"\xff/augustine/"])
def test_a_line_that_is_broken_is_made_anew(vault: Vault, line: bytes) -> None:
    """Whoever holds the identity may have written it: another version of the program."""
    world.add_client(vault)
    age(vault)
    names(vault)
    secret = keys.secret_of(vault.unwrap((vault.root / INDEX_KEY).read_bytes()), "index", "index")
    head = plaintext(vault).partition(b"\n")[0]
    (vault.root / INDEX).write_bytes(pages.compose(head, line, secret))

    assert only(vault, "augustine") is None
    assert names(vault) == ["Augustine"]
    assert only(vault, "augustine") is not None


def test_a_change_within_the_same_tick_is_seen(vault: Vault) -> None:
    """The times of two changes may be equal: what is this young is read again."""
    folder = world.add_client(vault)
    names(vault)
    place = vault.root / layout.RECORDS / folder / "identity"
    before = place.stat().st_mtime_ns
    rename(vault, folder, "Ferdinand")
    os.utime(place, ns=(before, before))

    assert names(vault) == ["Ferdinand"]


@pytest.mark.parametrize("name", [INDEX, INDEX_KEY])
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


def plaintext(vault: Vault) -> bytes:
    """Return what the index says."""
    found = cache.read(vault, index.NAME)
    return b"\n".join(found) if found else b""


def test_a_destruction_takes_the_index_and_its_key(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    folder, _other = world.add_client(vault), world.add_client(vault, "Ferdinand")
    age(vault)
    names(vault)
    old = {name: (vault.root / name).read_bytes() for name in (INDEX, INDEX_KEY)}
    former = keys.secret_of(vault.unwrap(old[INDEX_KEY]), "index", "index")
    assert b"Augustine" in plaintext(vault)

    with vault.change() as change:
        change.destroy(folder, "identity", world.TOMBSTONE)

    # What is left of it has another key, and who stays is read no more.
    assert b"Augustine" not in plaintext(vault)
    assert folder.encode() not in plaintext(vault)
    with pytest.raises(box.WrongKeyError):
        pages.Pages(io.BytesIO((vault.root / INDEX).read_bytes()), former)
    assert b"Augustine" in pages.Pages(io.BytesIO(old[INDEX]), former).lines()
    monkeypatch.setattr(Vault, "read", lambda *_words: pytest.fail("a record was opened"))
    assert names(vault) == ["Ferdinand"]
    assert (vault.root / INDEX_KEY).read_bytes() != old[INDEX_KEY]


def test_who_read_before_a_destruction_does_not_put_the_name_back(vault: Vault) -> None:
    """A list that began earlier ends later: it must not write what it saw."""
    folder = world.add_client(vault)
    reader = world.reopen(vault)
    seen = index._look(reader, folder, 1)  # noqa: SLF001 the moment between reading and writing
    with vault.change() as change:
        change.destroy(folder, "identity", world.TOMBSTONE)

    facts = {"version": __version__, "made": 0, "config": (0, 0), "practice": reader.practice, "changed": 0}
    index._save(reader, msgspec.convert(facts, index._Head), {folder: seen})  # noqa: SLF001 the same

    assert b"Augustine" not in plaintext(vault)


def test_that_of_another_version_is_made_anew(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    """An entry is an array: a version that has one field more would take one for another."""
    world.add_client(vault)
    age(vault)
    names(vault)
    cache.save(vault, index.NAME, plaintext(vault).replace(b"Augustine", b"Augustin."), lambda: True)
    assert names(vault) == ["Augustin."]
    monkeypatch.setattr(cache, "__version__", "another")
    assert names(vault) == ["Augustine"]


def test_nothing_in_the_index_can_be_read_without_the_identity(vault: Vault) -> None:
    world.add_client(vault)
    names(vault)
    with pytest.raises(LockedError):
        index.subjects(Vault(vault.root, keys.Identity([box.generate()])))
    assert b"Augustine" not in (vault.root / INDEX).read_bytes()
