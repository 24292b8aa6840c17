"""A folder whose name one device destroys while another writes in it: nothing stays that nobody finds."""

from collections.abc import Iterator
from pathlib import Path

from fault import memory
import pytest
import sync_world as world

from coachvault.actions import doctor
from coachvault.actions.finding import Finding
from coachvault.vault import layout, sync, tombstone


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    with memory() as place:
        world.make(place)
        (folder,) = world.opened(place / "a").folders()
        world.add_note(world.opened(place / "a"), folder, "il y a dix-huit ans")
        world.agree(place / "a", place / "b")
        yield place


@pytest.fixture
def pair(made: Path) -> Iterator[tuple[Path, Path]]:
    with memory() as place:
        a, b, _remote = world.copy(made, place / "w")
        yield a, b


def purge(root: Path) -> str:
    """Destroy everything of the only client, as a purge does."""
    (folder,) = world.opened(root).folders()
    with world.opened(root).change() as change:
        for drawer in world.opened(root).drawers(folder):
            change.destroy(folder, drawer, world.TOMBSTONE)
    return folder


def engage(root: Path, folder: str) -> None:
    """Begin a drawer that the other device does not know."""
    with world.opened(root).change() as change:
        change.add("contract", folder, {"kind": "individual"})


@pytest.mark.parametrize("is_destroyer_first", [True, False])
def test_what_was_written_meanwhile_goes_with_the_name_and_both_are_told(
    pair: tuple[Path, Path], *, is_destroyer_first: bool
) -> None:
    a, b = pair
    folder = purge(a)
    world.add_note(world.opened(b), folder, "de retour")
    engage(b, folder)
    reports: dict[Path, list[sync.Report]] = {a: [], b: []}
    for root in (a, b, a, b) if is_destroyer_first else (b, a, b, a):
        reports[root].append(sync.sync(world.opened(root)))
    world.agree(a, b)
    for root in (a, b):
        assert world.opened(root).folders() == ()
        assert not list((root / layout.RECORDS / folder).rglob("*.age"))
        assert {stone.drawer for stone in tombstone.read_all(root, folder) if stone.whole} == {
            "identity", "notes", "contract",
        }  # fmt: skip
    for root in (a, b):
        assert sum(report.lost for report in reports[root]) == 2
        assert any("2 records" in text for report in reports[root] for text in report.warnings)


def test_what_was_edited_meanwhile_is_counted_and_what_was_not_is_not(pair: tuple[Path, Path]) -> None:
    a, b = pair
    (folder,) = world.opened(b).folders()
    name = world.opened(b).record_ids(folder, "notes")[0]
    purge(a)
    sync.sync(world.opened(a))
    world.edit_note(world.opened(b), folder, name, "corrigé")
    assert sync.sync(world.opened(b)).lost == 1


def test_a_destruction_that_nothing_was_written_since_warns_of_nothing(pair: tuple[Path, Path]) -> None:
    a, b = pair
    purge(a)
    for root in (a, b, a):
        report = sync.sync(world.opened(root))
        assert (report.lost, report.warnings) == (0, [])
    world.agree(a, b)


def test_an_edit_of_what_was_destroyed_by_name_is_told(pair: tuple[Path, Path]) -> None:
    a, b = pair
    (folder,) = world.opened(b).folders()
    world.add_note(world.opened(a), folder, "autre")
    world.agree(a, b)
    first, second = world.opened(b).record_ids(folder, "notes")
    world.destroy_note(world.opened(a), folder, first)
    world.edit_note(world.opened(b), folder, first, "corrigé")
    sync.sync(world.opened(a))
    assert sync.sync(world.opened(b)).lost == 1
    world.agree(a, b)
    assert world.opened(a).record_ids(folder, "notes") == (second,)


def test_a_folder_that_an_older_version_left_without_its_name_goes_with_the_next_sync(
    pair: tuple[Path, Path],
) -> None:
    a, b = pair
    (folder,) = world.opened(a).folders()
    engage(a, folder)
    # So it was left: name and notes destroyed, and the contract nowhere named.
    with world.opened(a).change() as change:
        for drawer in ("identity", "notes"):
            change.destroy(folder, drawer, world.TOMBSTONE)
    (finding,) = (f for f in doctor.examine(world.opened(a)).items if folder in f.place)  # type: ignore[attr-defined] # a Finding
    assert finding == Finding(
        f"records/{folder}", "left without its name, which was destroyed: destroy it with: coach sync"
    )
    sync.sync(world.opened(a))
    world.agree(a, b)
    assert world.opened(a).folders() == ()
