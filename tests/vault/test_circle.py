"""Coaches who share one vault and each read their own clients: by a real remote, from clone to removal."""

from pathlib import Path

import circle_walk
import circle_world as circle
import fault
import pytest
import sync_world as world

from coachvault.actions import client as clients
from coachvault.actions import closing, identity, place, reader, roster
from coachvault.actions import note as notes
from coachvault.clock import today
from coachvault.crypto import box, keys
from coachvault.errors import LockedError, RefusedError
from coachvault.records.kinds import CIRCLE
from coachvault.records.practice import Access, Circle
from coachvault.vault import access, branch, layout, seal, sync
from coachvault.vault.store import Vault


def names(vault: Vault) -> list[str]:
    return [row.name for row in roster.listing(vault).items]  # type: ignore[attr-defined] # rows


def test_who_reads_some_folders_sees_these_alone_in_their_clone(copies: circle.Copies) -> None:
    assert names(copies.opened("marie")) == ["Augustine", "Louise"]
    assert names(copies.opened("paul")) == ["Louise", "Zoé"]
    assert copies.texts("marie") == ["de Augustine", "de Louise"]
    with pytest.raises(LockedError):
        copies.opened("marie").secret(copies.folder("Zoé"), "notes")


def test_what_each_writes_reaches_all_who_read_it(copies: circle.Copies) -> None:
    copies.note("marie", "Augustine", "par Marie")
    copies.note("marie", "Louise", "par Marie aussi")
    copies.note("paul", "Louise", "par Paul")
    closing.close(copies.opened("paul"), "Zoé", closing.End(today(), "client", "ce qui fut atteint"))
    copies.note("a", "Ferdinand", "par A")
    circle.agree(copies)
    assert copies.texts("marie") == ["de Augustine", "de Louise", "par Marie", "par Marie aussi", "par Paul"]
    assert copies.texts("paul") == ["de Louise", "de Zoé", "par Marie aussi", "par Paul"]
    assert len(copies.texts("a")) == 8
    assert "summary" in copies.opened("a").drawers(copies.folder("Zoé"))


def test_two_who_edit_one_note_keep_both_texts(copies: circle.Copies) -> None:
    name = copies.note("a", "Augustine", "un")
    circle.agree(copies)
    folder = copies.folder("Augustine")
    world.edit_note(copies.opened("marie"), folder, name, "par Marie")
    world.edit_note(copies.opened("a"), folder, name, "par A")
    circle.agree(copies, ("marie", "a", "paul"))
    found = world.note(copies.opened("marie"), folder, name)
    assert {found.text, *(conflict.theirs for conflict in found.conflicts)} == {"par Marie", "par A"}


@pytest.mark.parametrize("order", [("a", "marie"), ("marie", "a")])
def test_who_reads_some_folders_keeps_nothing_of_one_whose_name_was_destroyed(
    copies: circle.Copies, order: tuple[str, str]
) -> None:
    folder, vault = copies.folder("Louise"), copies.opened("a")
    with vault.change() as change:
        for drawer in vault.drawers(folder):
            change.destroy(folder, drawer, world.TOMBSTONE)
    world.add_note(copies.opened("marie"), folder, "pendant ce temps")
    with copies.opened("marie").change() as change:
        change.add("contract", folder, {"kind": "individual"})
    reports = [copies.sync(name) for name in order]
    assert reports[1].lost == 2
    circle.agree(copies, (*order, "paul"))
    for name in ("a", "marie", "paul"):
        assert folder not in copies.opened(name).folders()


def test_what_is_destroyed_is_destroyed_in_every_copy(copies: circle.Copies) -> None:
    folder = copies.folder("Augustine")
    copies.note("marie", "Augustine", "trop tard")
    old = copies.opened("marie").secret(folder, "notes")
    world.destroy(copies.opened("a"), folder)
    world.destroy(copies.opened("a"), copies.folder("Zoé"))
    copies.sync("a")
    report = copies.sync("marie")
    assert report.destroyed == [(folder, "notes")]
    circle.agree(copies)
    assert copies.texts("marie") == ["de Louise"]
    assert copies.texts("paul") == ["de Louise"]
    for name in ("marie", "paul"):
        root = copies.place / name
        assert not (root / layout.key_path(folder, "notes")).exists()
        places = (root / "keys",)
        assert not any(old.encode() in text for text in world.opened_by(world.every_blob(*places), [old]))


def test_a_note_that_is_destroyed_is_gone_where_others_wrote_with_the_old_key(copies: circle.Copies) -> None:
    folder = copies.folder("Louise")
    gone = copies.note("a", "Louise", "à oublier")
    circle.agree(copies)
    world.destroy_note(copies.opened("a"), folder, gone)
    copies.note("marie", "Louise", "par Marie")
    world.edit_note(copies.opened("paul"), folder, gone, "trop tard")
    circle.agree(copies, ("a", "marie", "paul"))
    assert copies.texts("paul") == ["de Louise", "de Zoé", "par Marie"]


def test_a_new_drawer_that_three_begin_has_the_key_that_was_pushed_first_and_no_tombstone(
    copies: circle.Copies,
) -> None:
    folder = copies.folder("Louise")
    # Between two who read the whole vault the key of the last one would stay.
    made = sorted((box.generate() for _person in range(3)), key=seal.fingerprint, reverse=True)
    for person, secret in zip(("a", "marie", "paul"), made, strict=True):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(box, "generate", lambda secret=secret: secret)
            with copies.opened(person).change() as change:
                change.add("session", folder, {"on": "2026-01-31", "minutes": 60})
    circle.agree(copies)
    assert copies.opened("a").secret(folder, "log") == made[0]
    assert not list((copies.a / layout.TOMBSTONES).glob("*"))
    vaults = [copies.opened(person) for person in ("a", "marie", "paul")]
    assert len({vault.secret(folder, "log") for vault in vaults}) == 1
    assert len(vaults[0].record_ids(folder, "log")) == 3


def test_a_document_of_a_folder_travels_and_those_of_others_are_kept(copies: circle.Copies) -> None:
    values = {"on": "2026-01-01", "role": "signed", "title": "x", "format": "pdf"}
    kept = {}
    for person, client in (("a", "Ferdinand"), ("marie", "Augustine")):
        with copies.opened(person).change() as change:
            kept[client] = change.attach(copies.folder(client), "contract", values, client.encode() * 99)
    circle.agree(copies)
    for client, record in kept.items():
        assert copies.opened("a").document(record) == client.encode() * 99
    assert copies.opened("marie").document(kept["Augustine"]) == b"Augustine" * 99


def test_who_reads_some_folders_destroys_nothing(copies: circle.Copies) -> None:
    with pytest.raises(RefusedError, match="destroys nothing"):
        notes.destroy(copies.opened("marie"), "Augustine", "")


def test_each_lists_their_own_copy_where_they_can(copies: circle.Copies) -> None:
    sync.sync(copies.opened("marie"), "portable")
    copies.sync("a")
    vault = copies.opened("a")
    (found,) = vault.load(vault.practice, CIRCLE, Circle)
    assert "portable" in {device.label for device in found.devices}
    assert len(found.devices) == 2


def test_a_folder_that_is_granted_later_opens_after_the_next_sync(copies: circle.Copies) -> None:
    copies.note("marie", "Augustine", "avant")
    reader.add(copies.opened("a"), "Marie", circle.RECIPIENTS["marie"], ["Ferdinand"])
    copies.note("a", "Ferdinand", "et encore")
    circle.agree(copies)
    assert "Ferdinand" in names(copies.opened("marie"))
    assert {"de Ferdinand", "et encore", "avant"} <= set(copies.texts("marie"))
    copies.note("marie", "Ferdinand", "par Marie")
    circle.agree(copies)
    assert "par Marie" in copies.texts("a")


def test_who_may_read_all_from_now_on_reads_all_after_the_next_sync(copies: circle.Copies) -> None:
    reader.add(copies.opened("a"), "Marie", circle.RECIPIENTS["marie"], [])
    copies.sync("a", "marie")
    circle.agree(copies)
    assert len(names(copies.opened("marie"))) == 4
    clients.new(copies.opened("marie"), {"name": "Nouvelle"}, None)
    circle.agree(copies)
    assert "Nouvelle" in names(copies.opened("a"))


@pytest.mark.parametrize("rekey", [False, True])
def test_a_client_is_handed_over_by_two_commands(copies: circle.Copies, *, rekey: bool) -> None:
    copies.note("marie", "Augustine", "juste avant")
    reader.add(copies.opened("a"), "Paul", circle.RECIPIENTS["paul"], ["Augustine"])
    copies.sync("marie")
    reader.remove(copies.opened("a"), "Marie", ["Augustine"], rekey=rekey)
    circle.agree(copies, ("a", "paul", "marie"))
    assert names(copies.opened("marie")) == ["Louise"]
    assert names(copies.opened("paul")) == ["Augustine", "Louise", "Zoé"]
    assert "juste avant" in copies.texts("paul")
    copies.note("paul", "Augustine", "par Paul")
    copies.note("marie", "Louise", "par Marie")
    circle.agree(copies)
    assert {"par Paul", "par Marie"} <= set(copies.texts("a"))


@pytest.mark.parametrize("rekey", [False, True])
def test_what_was_written_in_a_folder_that_was_taken_back_is_not_lost_unasked(
    copies: circle.Copies, *, rekey: bool
) -> None:
    reader.remove(copies.opened("a"), "Marie", ["Louise"], rekey=rekey)
    copies.sync("a")
    copies.note("marie", "Louise", "écrit dans le train")
    copies.note("marie", "Augustine", "aussi")
    # A drawer that only her copy has, with a document in it.
    values = {"on": "2026-01-01", "role": "signed", "title": "x", "format": "pdf"}
    with copies.opened("marie").change() as change:
        change.attach(copies.folder("Louise"), "attachments", values, b"%PDF")
    before = world.tree(copies.place / "marie")
    with pytest.raises(RefusedError, match="taken back"):
        copies.sync("marie")
    assert world.tree(copies.place / "marie") == before
    assert "écrit dans le train" in copies.texts("marie")
    copies.sync("marie", gives_up=True)
    circle.agree(copies)
    assert copies.texts("marie") == ["aussi", "de Augustine"]
    assert "écrit dans le train" not in copies.texts("a")


@pytest.mark.parametrize("rekey", [False, True])
def test_who_is_no_reader_any_more_is_told_and_takes_nothing(copies: circle.Copies, *, rekey: bool) -> None:
    copies.note("paul", "Zoé", "avant de le savoir")
    copies.sync("paul")
    done = reader.remove(copies.opened("a"), "Marie", [], rekey=rekey)
    assert done.facts["rekeyed"] == (5 if rekey else 0)
    circle.agree(copies, ("a", "paul"))
    assert "avant de le savoir" in copies.texts("a")
    before = world.tree(copies.place / "marie")
    with pytest.raises(RefusedError, match="not among the readers"):
        copies.sync("marie")
    assert world.tree(copies.place / "marie") == before
    with pytest.raises(LockedError):
        copies.clone("marie", "again")
    vault = copies.opened("a")
    assert access.stale(vault) == ()
    old = Vault(copies.place / "marie", keys.Identity([circle.SECRETS["marie"]]))
    is_same = old.secret(old.practice, CIRCLE) == vault.secret(vault.practice, CIRCLE)
    assert is_same is not rekey


def test_a_key_of_the_settings_that_was_replaced_meanwhile_stays_believed(copies: circle.Copies) -> None:
    copies.clone("a2")
    reader.add(copies.opened("a"), "Eve", box.recipient_of(box.generate()), [])
    circle.agree(copies, ("a", "a2"))
    reader.remove(copies.opened("a"), "Eve", [], rekey=True)
    copies.note("a2", "Ferdinand", "entre-temps")
    copies.sync("a2")
    circle.agree(copies, ("a", "a2", "marie", "paul"))
    assert "entre-temps" in copies.texts("a")


def test_two_who_each_make_a_circle_come_to_one(tmp_path: Path) -> None:
    world.make(tmp_path)
    copies = circle.Copies(tmp_path)
    b = tmp_path / "b"
    reader.add(copies.opened("a"), "Marie", circle.RECIPIENTS["marie"], ["Augustine"])
    reader.add(world.opened(b), "Paul", circle.RECIPIENTS["paul"], ["Augustine"])
    b.rename(tmp_path / "ab")
    copies.sync("ab", "a", "ab")
    for person in ("marie", "paul"):
        copies.clone(person)
    copies.note("paul", "Augustine", "par Paul")
    circle.agree(copies, ("a", "ab", "marie", "paul"))
    assert copies.texts("marie") == ["par Paul"]
    vault = copies.opened("marie")
    told = vault.load(copies.folder("Augustine"), "identity", Access)
    assert {len(entry.recipients) for entry in told} == {3}


def test_a_vault_without_such_readers_has_no_circle_and_one_seal(tmp_path: Path) -> None:
    world.make(tmp_path, "a")
    vault = world.opened(tmp_path / "a")
    assert CIRCLE not in vault.drawers(vault.practice)
    assert b"coachvault-circle" not in branch.text_of(vault.history, "HEAD")  # type: ignore[arg-type] # it has one
    reader.add(vault, "Bob", box.recipient_of(box.generate()), [])
    assert CIRCLE not in vault.drawers(vault.practice)


def test_a_new_kit_opens_the_circle_too_and_colleagues_go_on(copies: circle.Copies) -> None:
    secrets: list[str] = []
    identity.make_kit(copies.opened("a"), lambda secret, _vault: secrets.append(secret))
    vault = copies.opened("a")
    done = identity.drill(copies.a, secrets[0])
    assert done.facts["keys"] == len(vault.reach())
    assert (vault.practice, CIRCLE) in vault.reach()
    copies.note("marie", "Augustine", "de Marie")
    circle.agree(copies)
    assert access.stale(copies.opened("a")) == ()


def test_copies_of_colleagues_that_have_not_heard_of_a_destruction_are_named(
    copies: circle.Copies,
) -> None:
    sync.sync(copies.opened("marie"), "portable de Marie")
    copies.sync("a")
    facts = {**world.TOMBSTONE, "destroyed_on": today()}
    with copies.opened("a").change() as change:
        change.destroy(copies.folder("Augustine"), "notes", facts)
    copies.sync("a", "paul")
    for name in ("a", "paul"):
        rows = [row.place for row in place.listing(copies.opened(name)).items]  # type: ignore[attr-defined] # rows
        assert "portable de Marie" in rows


# A few of the steps of a sync in which a folder is granted, one taken back and a drawer destroyed.
@pytest.mark.parametrize("step", [5, 40, 90, 130, 170])
def test_a_crash_at_any_step_leaves_a_partial_copy_whole(copies: circle.Copies, step: int) -> None:
    reader.add(copies.opened("a"), "Marie", circle.RECIPIENTS["marie"], ["Ferdinand"])
    reader.remove(copies.opened("a"), "Marie", ["Louise"], rekey=True)
    world.destroy(copies.opened("a"), copies.folder("Zoé"))
    copies.sync("a")
    copies.note("marie", "Augustine", "de Marie")

    def work() -> None:
        copies.sync("marie")

    assert fault.meet(work, copies.place, fault.Fault("killed", step)).met
    copies.opened("marie").recover()
    circle.agree(copies)
    assert copies.texts("marie") == ["de Augustine", "de Ferdinand", "de Marie"]


# More of them by `python tests/bench/circle.py`.
@pytest.mark.parametrize("seed", [1, 2])
def test_whatever_three_do_they_agree_and_lose_nothing(tmp_path: Path, seed: int) -> None:
    circle_walk.wander(tmp_path, 20, seed)
