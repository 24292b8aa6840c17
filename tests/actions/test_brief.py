"""What is known of each folder in short is what its records say, and says no name to anybody."""

from datetime import date
import os
from pathlib import Path
import time
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest
import vault_world as world

from coachvault import __version__
from coachvault.actions import brief, conflict, overlap, purge
from coachvault.records.base import Record
from coachvault.vault import cache, index, layout
from coachvault.vault.store import Vault

# Nothing of the note that these tests write is due then.
DAY = date(2026, 2, 1)
PLACES = layout.cache_paths(brief.NAME)
WORDS = ("Augustine", "Ferdinand", "confidence", "06 12", "612345678", "a@x.test", "Tilleuls", "Odile")


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return world.make(tmp_path / "v")


def age(vault: Vault) -> None:
    """Make every folder look as if it had not changed for a while."""
    past = time.time() - 60
    for path in [*(vault.root / layout.RECORDS).rglob("*"), vault.root / layout.RECORDS]:
        os.utime(path, (past, past))


def known(vault: Vault) -> dict[str, brief.Brief]:
    return brief.every(world.reopen(vault))


def read_all(vault: Vault) -> dict[str, brief.Brief]:
    """Return what the records say, without a cache."""
    fresh = world.reopen(vault)
    return {folder: brief.of(fresh, folder) for folder in fresh.folders()}


def settled(vault: Vault) -> None:
    age(vault)
    known(vault)


def add(vault: Vault, noun: str, folder: str, **values: Any) -> None:  # noqa: ANN401 fields of a record
    with vault.change() as change:
        change.add(noun, folder, values)


def plaintext(vault: Vault) -> bytes:
    found = cache.read(vault, brief.NAME)
    return b"\n".join(found) if found else b""


def watch(monkeypatch: pytest.MonkeyPatch, read: list[str]) -> None:
    """Have the folders that are read noted."""
    of = brief.of

    def read_and_say(vault: Vault, folder: str) -> brief.Brief:
        read.append(folder)
        return of(vault, folder)

    monkeypatch.setattr(brief, "of", read_and_say)


def read_no_record(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Vault, "read", lambda *_words: pytest.fail("a record was opened"))


def test_what_did_not_change_is_not_read_again(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    world.add_note(vault, world.add_client(vault))
    settled(vault)
    expected = read_all(vault)
    read_no_record(monkeypatch)
    assert known(vault) == expected


def test_of_many_folders_the_one_that_changed_is_read(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = [world.add_client(vault, name) for name in ("Augustine", "Ferdinand")]
    settled(vault)
    world.add_note(vault, folders[1])
    read: list[str] = []
    watch(monkeypatch, read)
    known(vault)
    assert read == [folders[1]]


def test_a_change_within_the_same_tick_is_seen(vault: Vault) -> None:
    folder = world.add_client(vault)
    world.add_note(vault, folder)
    known(vault)
    place = vault.root / layout.RECORDS / folder / "notes"
    before = place.stat().st_mtime_ns
    add(vault, "note", folder, on="2027-03-01", text="later")
    os.utime(place, ns=(before, before))
    assert str(known(vault)[folder].trace.seen) == "2027-03-01"


STEPS = st.lists(
    st.tuples(
        st.sampled_from(["client", "note", "session", "close", "contract", "destroy"]), st.integers(0, 3)
    ),
    max_size=8,
)


@settings(max_examples=15)  # each makes a vault
@given(steps=STEPS, are_old=st.booleans())
def test_it_is_what_the_records_say_after_any_change(
    tmp_path_factory: pytest.TempPathFactory, steps: list[tuple[str, int]], *, are_old: bool
) -> None:
    vault = world.make(tmp_path_factory.mktemp("walk") / "v")
    world.add_client(vault)
    for step, number in steps:
        folders = vault.folders()
        if step == "client" or not folders:
            world.add_client(vault, f"Person {number}")
            continue
        folder = folders[number % len(folders)]
        if step == "note":
            world.add_note(vault, folder)
        elif step == "session":
            add(vault, "session", folder, on=f"2026-01-0{number + 1}", minutes=60)
        elif step == "contract":
            add(vault, "contract", folder, kind="individual")
        elif step == "close":
            client = next(iter(vault.load(folder, "identity", Record)))
            with vault.change() as change:
                change.update(client, {"closed_on": f"2026-02-0{number + 1}"})
        elif vault.has(folder, "notes"):
            world.destroy(vault, folder, "notes")
        if are_old:
            age(vault)
        assert known(vault) == read_all(vault)


def test_a_destruction_takes_the_key_and_leaves_the_briefs_of_others(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone, stays = world.add_client(vault), world.add_client(vault, "Ferdinand")
    with vault.change() as change:
        member = {"id": "m" * 16, "client": gone, "joined_on": "2026-01-01"}
        group = change.add("group", layout.new_id(), {"name": "G", "code": "G-2345", "members": [member]})
    settled(vault)
    key = (vault.root / PLACES[0]).read_bytes()
    assert gone.encode() in plaintext(vault)

    world.destroy(vault, gone, "identity")

    assert (vault.root / PLACES[0]).read_bytes() != key
    # The group names who is gone: it is read again as well.
    assert gone.encode() not in plaintext(vault)
    assert group.folder.encode() not in plaintext(vault)
    assert stays.encode() in plaintext(vault)
    read: list[str] = []
    watch(monkeypatch, read)
    assert set(known(vault)) == {stays, group.folder}
    assert stays not in read


def test_who_read_before_a_destruction_does_not_put_it_back(vault: Vault) -> None:
    folder = world.add_client(vault)
    world.add_note(vault, folder)
    reader = world.reopen(vault)
    stamp = brief._stamp(reader, folder)  # noqa: SLF001 the moment between reading and writing
    line = brief._Line(folder, *stamp, brief.of(reader, folder))  # noqa: SLF001 the same
    world.destroy(vault, folder, "notes")
    head = cache.Head(version=__version__, made=time.time_ns())
    brief._save(reader, head, {folder: line})  # noqa: SLF001 the same
    assert folder.encode() not in plaintext(vault)


def test_no_word_of_anybody_is_in_it(vault: Vault) -> None:
    contact = {"phone": "06 12 34 56 78", "email": "a@x.test", "address": "4 allée des Tilleuls"}
    with vault.change() as change:
        folder = change.add(
            "client", layout.new_id(), {"name": "Augustine", "code": "C-2345", **contact}
        ).folder
        change.add("cast", folder, {"name": "Odile Pin", "role": "sister"})
        change.add("note", folder, world.note("une confidence"))
    settled(vault)
    text = plaintext(vault).decode()
    assert folder in text
    assert [word for word in WORDS if word.lower() in text.lower()] == []


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("data", [b"", b"age-encryption.org/v1\n", b"\0" * 600])
def test_one_that_is_broken_is_made_anew(vault: Vault, place: str, data: bytes) -> None:
    world.add_client(vault)
    settled(vault)
    (vault.root / place).write_bytes(data)
    assert known(vault) == read_all(vault)


def test_that_of_another_version_is_made_anew(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = world.add_client(vault)
    settled(vault)
    text = plaintext(vault).replace(b'"C-', b'"X-')
    cache.save(vault, brief.NAME, text, lambda: True)
    assert known(vault)[folder].sides[0].code.startswith("X-")
    monkeypatch.setattr(cache, "__version__", "another")
    assert known(vault) == read_all(vault)


def test_the_plan_of_a_purge_and_a_check_open_no_record_but_what_they_are_about(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = [world.add_client(vault, name) for name in ("Augustine", "Ferdinand", "Solange")]
    for folder in folders:
        world.add_note(vault, folder)
    settled(vault)
    index.subjects(vault)
    read: list[str] = []
    read_one = Vault.read

    def read_and_say(self: Vault, folder: str, drawer: str, record: str) -> Record:
        read.append(folder)

        return read_one(self, folder, drawer, record)

    monkeypatch.setattr(Vault, "read", read_and_say)
    fresh = world.reopen(vault)
    purge.plan(fresh, DAY)
    conflict.count(fresh, brief.every(fresh).values())
    assert set(read) <= {vault.practice}
    overlap.check(fresh, "augustine")
    assert set(read) == {vault.practice, folders[0]}


def test_a_client_who_is_entered_while_a_plan_is_made_is_not_in_it(vault: Vault) -> None:
    known = brief.every(vault)
    world.add_client(vault)
    assert purge.plan(vault, DAY, known=known).items == ()
