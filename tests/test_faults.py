"""A command that is killed, or whose disk fails, at any step is done or not done, and nothing is lost.

Here every step is killed but the flushes, and some of those that take a whole folder away; a disk fails at a
few steps of every command. `python tests/bench/faults.py` tries all of it.
"""

from collections.abc import Iterator
import multiprocessing
import re

from fault import Pick, memory
from fault_world import COMMANDS, Clones, Interrupted, World, prepare
import pytest

EVERY = Pick(flushes=False, inner=8)
# A sync takes longer than the other commands: two processes share the work.
PARTS = 4
# About three of a command's steps, and about three of its flushes.
FEW = {"full": Pick(35), "read-only": Pick(35), "flush": Pick(7)}
FEW_OF_SYNC = {"full": Pick(110), "read-only": Pick(110), "flush": Pick(20)}


@pytest.fixture(scope="module", autouse=True)
def apart(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """A home for the worlds that several tests share."""
    with pytest.MonkeyPatch.context() as patch:
        prepare(patch, tmp_path_factory.mktemp("home"))
        yield


@pytest.fixture(scope="module")
def world(apart: None) -> Iterator[World]:  # noqa: ARG001 it comes first
    with memory() as place:
        yield World(place)


@pytest.fixture(scope="module")
def clones(apart: None) -> Iterator[Clones]:  # noqa: ARG001 it comes first
    with memory() as place:
        yield Clones(place)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_killed_at_any_step_is_done_or_not_done(world: World, command: str) -> None:
    swept = world.sweep(command, "killed", EVERY)
    assert 0 < swept.done < swept.met


@pytest.mark.parametrize("kind", FEW)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_whose_disk_fails_is_done_or_not_done_and_says_which(
    world: World, command: str, kind: str
) -> None:
    assert world.sweep(command, kind, FEW[kind]).met > 1


def test_what_carries_out_an_interrupted_command_may_be_killed_in_its_turn(apart: None) -> None:  # noqa: ARG001
    with memory() as place:
        swept = Interrupted(place).sweep("recovery", "killed", EVERY)
        assert swept.done == swept.met > 5


@pytest.mark.parametrize("part", range(PARTS))
def test_a_sync_killed_at_any_step_leaves_all_copies_whole(clones: Clones, part: int) -> None:
    swept = clones.sweep("sync", "killed", EVERY._replace(every=PARTS, first=part))
    assert 0 < swept.done < swept.met


@pytest.mark.parametrize("kind", FEW)
def test_a_sync_whose_disk_fails_leaves_all_copies_whole(clones: Clones, kind: str) -> None:
    assert clones.sweep("sync", kind, FEW_OF_SYNC[kind]).met > 2


def test_two_hundred_notes_of_eight_processes_at_once_are_all_there(world: World) -> None:
    world.begin()
    fork = multiprocessing.get_context("fork")
    running = [fork.Process(target=write, args=(world, number)) for number in range(8)]
    for process in running:
        process.start()
    for process in running:
        process.join()
    assert [process.exitcode for process in running] == [0] * 8
    listed = world.do("note", "list", "Zoe")
    assert {f"{number} {note}" for number in range(8) for note in range(25)} <= set(
        re.findall(r"\d+ \d+$", listed, re.MULTILINE)
    )
    world.check("client", "list")


def write(world: World, number: int) -> None:
    for note in range(25):
        world.do("note", "add", "Zoe", "--text", f"{number} {note}")
