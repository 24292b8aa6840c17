"""What a sync says of destructions that another device had made: the same proof as where they were made."""

from collections.abc import Callable
import json
from pathlib import Path
import subprocess
import sys

from program import run
import pytest
import sync_world as world

from coachvault.actions import place, sync
from coachvault.records.note import Note


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two copies of a vault that both have two notes, one of them in two versions."""
    place = tmp_path_factory.mktemp("made")
    world.make(place)
    (folder,) = world.opened(place / "a").folders()
    name = world.add_note(world.opened(place / "a"), folder, "un")
    world.add_note(world.opened(place / "a"), folder, "deux")
    world.edit_note(world.opened(place / "a"), folder, name, "un, revu")
    world.agree(place / "a", place / "b")
    return place


@pytest.fixture
def pair(made: Path, tmp_path: Path) -> tuple[Path, Path]:
    a, b, _remote = world.copy(made, tmp_path / "place")
    return a, b


def note(root: Path, text: str) -> Note:
    vault = world.opened(root)
    return next(found for found in vault.load(vault.folders()[0], "notes", Note) if found.text == text)


def test_a_drawer_that_goes_is_proven_gone_here(pair: tuple[Path, Path]) -> None:
    a, b = pair
    (folder,) = world.opened(a).folders()
    world.destroy(world.opened(a), folder)
    assert "proof" not in sync.sync(world.opened(a)).done().facts, "it was made here, and proven then"

    synced = sync.sync(world.opened(b))
    done = synced.done()
    assert done.facts["destroyed"] == [f"{folder}/notes"]
    assert "1 drawer was destroyed here too" in done.message
    assert done.facts["proof"]["closed"] == 3
    assert not done.facts["proof"]["findings"]
    assert [line for line in done.lines if "opened by no key that is left: 3" in line]
    synced.refuse()
    again = sync.sync(world.opened(b)).done()
    assert ("proof" in again.facts, again.lines) == (False, ())


def test_single_records_that_go_are_proven_gone_here(pair: tuple[Path, Path]) -> None:
    a, b = pair
    found = note(a, "un, revu")
    world.destroy_note(world.opened(a), found.folder, found.id)
    sync.sync(world.opened(a))

    synced = sync.sync(world.opened(b))
    done = synced.done()
    assert (done.facts["destroyed"], done.facts["records_destroyed"]) == ([], 1)
    assert "1 single record was destroyed here too" in done.message
    assert done.facts["proof"]["closed"] == 3, "both versions of the one, and the other under the old key"
    assert not done.facts["proof"]["findings"]
    synced.refuse()


def test_the_other_device_is_clean_from_the_sync_that_obeyed_on_the_same_day(
    pair: tuple[Path, Path], at: Callable[[str], None]
) -> None:
    """It synchronised after the destruction, and yet before it could hear of it; then once more."""
    a, b = pair
    at("2026-11-22")
    (folder,) = world.opened(a).folders()
    world.destroy(world.opened(a), folder)
    world.add_client(world.opened(b), "Ferdinand")
    sync.sync(world.opened(b))
    sync.sync(world.opened(a))
    assert "b" in {row.place for row in place.listing(world.opened(a)).items if isinstance(row, place.Place)}
    sync.sync(world.opened(b))
    sync.sync(world.opened(a))
    sync.sync(world.opened(b))
    for root in pair:
        rows = place.listing(world.opened(root)).items
        assert {row.place for row in rows if isinstance(row, place.Place)} == {
            "the remote", "backups of the vault's folder",
        }  # fmt: skip


def test_a_tombstone_that_plain_git_brought_is_proven_too(pair: tuple[Path, Path]) -> None:
    a, b = pair
    (folder,) = world.opened(a).folders()
    world.destroy(world.opened(a), folder)
    sync.sync(world.opened(a))
    world.git("pull", "--quiet", "origin", "main", at=b)
    done = sync.sync(world.opened(b)).done()
    assert done.facts["destroyed"] == [f"{folder}/notes"]
    assert done.facts["proof"]["closed"] == 3


def test_what_can_still_be_read_here_ends_the_command_with_its_own_code(
    pair: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b = pair
    found = note(a, "un, revu")
    text = f"schema: note/1\nid: {found.id}\nfolder: {found.folder}\ndrawer: notes\ntext: un\n"
    planted = world.git("hash-object", "-w", "--stdin", at=b, data=text.encode())
    world.destroy_note(world.opened(a), found.folder, found.id)
    sync.sync(world.opened(a))

    identity = tmp_path / "identity.txt"
    identity.write_text(world.SECRET + "\n")
    monkeypatch.setenv("COACHVAULT_IDENTITY", str(identity))
    result = run("--lang", "en", "--vault", str(b), "sync", "--json")
    assert result.code == 13, result.err
    findings = json.loads(result.out)["proof"]["findings"]
    assert [finding["object"] for finding in findings] == [planted]
    assert "1 object of git can still be read" in result.err


def test_a_sync_that_destroys_nothing_does_not_load_the_proof(
    pair: tuple[Path, Path], tmp_path: Path
) -> None:
    identity = tmp_path / "identity.txt"
    identity.write_text(world.SECRET + "\n")
    code = (
        "import sys; from coachvault import cli; "
        f"cli.run(['--lang', 'en', '--vault', {str(pair[1])!r}, '--identity', {str(identity)!r}, 'sync']); "
        "print([name for name in sys.modules if name.endswith('.proof')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == ["0 files came, 0 files went", "[]"]
