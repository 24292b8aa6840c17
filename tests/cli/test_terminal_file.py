"""Files at a terminal: how far it is, Ctrl-C on the way, what removing means, and no bytes on the screen."""

import os
from pathlib import Path
import signal

import pexpect
from practice import Practice
from program import PROGRAM, Coach, run, snapshot
import pytest
from terminal_world import Terminal, finish, hear_ctrl_c, show

from coachvault.vault import journal, part

WHO = "rousseau"


@pytest.fixture
def large(home: Path) -> Path:
    """A file of two parts."""
    path = home / "large.bin"
    with path.open("wb") as file:
        file.truncate(part.PART_BYTES + 1)
    return path


def only(practice: Practice) -> str:
    """Return the id of the only file of all clients."""
    (record,) = practice.root.glob("records/*/attachments/*")
    return record.name.partition(".")[0]


def test_how_far_it_is_is_shown_and_the_result_stays_alone_on_stdout(
    practice: Practice, large: Path, terminal: Terminal, home: Path
) -> None:
    child = terminal("file", "add", WHO, str(large))
    child.expect(r"16\.0/16\.0 MiB")
    assert f"a file of {practice.augustine}" in "\n".join(show(child))
    child = terminal("file", "save", WHO, only(practice), "--output", str(home / "back"))
    child.expect(r"16\.0/16\.0 MiB")
    assert f"the file is at {home / 'back'}" in "\n".join(show(child))
    assert (home / "back").read_bytes() == large.read_bytes()


@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGKILL, signal.SIGTERM])
def test_what_ends_on_the_way_leaves_nothing(
    practice: Practice, home: Path, coach: Coach, ending: signal.Signals
) -> None:
    os.mkfifo(home / "pipe")
    line = f"exec {PROGRAM} file add {WHO} - --name x < {home / 'pipe'}"
    before = snapshot(practice.root)
    child = pexpect.spawn(
        "bash", ["-c", line], encoding="utf-8", timeout=60, dimensions=(24, 80), preexec_fn=hear_ctrl_c
    )
    with (home / "pipe").open("wb") as pipe:
        pipe.write(bytes(2 * part.PART_BYTES + 1))
        pipe.flush()
        child.expect("32[.]0/[?] MiB")
        staged = list((practice.root / journal.STAGING).iterdir())
        assert len(staged) > 0
        child.kill(ending)
        code, text = finish(child)
    assert ending != signal.SIGINT or (code, "coach: error: interrupted" in text) == (130, True)
    assert coach("client", "list").code == 0
    assert snapshot(practice.root) == before


def test_a_terminal_does_not_get_the_bytes(practice: Practice, large: Path, terminal: Terminal) -> None:
    assert run("file", "add", WHO, str(large)).code == 0
    code, text = finish(terminal("file", "save", WHO, only(practice), "--output", "-"))
    assert (code, "coach: error: a terminal does not show files" in text) == (10, True)


@pytest.mark.parametrize(("answer", "stones"), [("remove", 0), ("destroy", 1)])
def test_removing_asks_what_is_meant(
    practice: Practice, terminal: Terminal, coach: Coach, answer: str, stones: int
) -> None:
    assert coach("file", "add", "rouss", "-", "--name", "x", stdin=b"x").code == 4
    assert coach("file", "add", WHO, "-", "--name", "x", stdin=b"x").code == 0
    child = terminal("file", "remove", "rouss", only(practice))
    child.expect("Which one")
    child.sendline(practice.augustine)
    child.expect("Remove or destroy")
    child.sendline("detroy")
    child.expect("expected one of: remove, destroy, nothing")
    child.expect("Remove or destroy")
    child.sendline(answer)
    if answer == "destroy":
        child.expect(f"Type {practice.augustine} to destroy this for good")
        child.sendline(practice.augustine.lower())
    show(child)
    assert len(list((practice.root / "tombstones").glob("*-attachments-*"))) == stones
    assert not list(practice.root.glob("files/*/*/*.age"))


@pytest.mark.parametrize("answer", ["", "nothing"])
def test_removing_nothing_is_what_is_done_if_nothing_is_said(
    practice: Practice, terminal: Terminal, answer: str
) -> None:
    assert run("file", "add", WHO, "-", "--name", "x", stdin=b"x").code == 0
    before = snapshot(practice.root)
    child = terminal("file", "remove", practice.augustine, only(practice))
    child.expect("Remove or destroy")
    child.sendline(answer)
    code, text = finish(child)
    assert (code, "coach: hint: nothing was removed" in text) == (10, True)
    assert snapshot(practice.root) == before


def test_destroying_a_file_shows_its_plan_and_wants_the_code(practice: Practice, terminal: Terminal) -> None:
    assert run("file", "add", WHO, "-", "--name", "x", stdin=b"x").code == 0
    before = snapshot(practice.root)
    child = terminal("file", "remove", practice.augustine, only(practice), "--destroy", "--returned")
    child.expect("handed back")
    child.expect("Augustine")  # below the code, where the table is as narrow as this
    child.expect(f"Type {practice.augustine} to destroy this for good")
    child.sendline("yes")
    code, text = finish(child)
    assert (code, "coach: hint: nothing was destroyed" in text) == (10, True)
    assert snapshot(practice.root) == before


def test_a_pipe_without_a_name_is_asked_for_one(practice: Practice, terminal: Terminal, coach: Coach) -> None:
    child = terminal("file", "add", WHO, "-")
    child.expect("What is the file called")
    child.sendline("bilan.txt")
    child.sendline("une ligne")
    child.sendeof()
    show(child)
    assert coach("file", "save", WHO, only(practice), "--output", "-").out == "une ligne\n"
