"""Every write is whole or not at all; every read is of a regular file of sane size."""

from collections.abc import Callable
import errno
import os
from pathlib import Path

from fault import Fault, meet
import pytest

from coachvault.errors import DamagedError, RefusedError, StorageError
from coachvault.vault import files


def test_a_file_is_written_for_its_owner_alone(tmp_path: Path) -> None:
    files.write(tmp_path / "f", b"data")
    assert (tmp_path / "f").read_bytes() == b"data"
    assert (tmp_path / "f").stat().st_mode & 0o777 == 0o600


def test_a_new_file_is_never_written_over_another(tmp_path: Path) -> None:
    files.write(tmp_path / "f", b"old")
    with pytest.raises(FileExistsError):
        files.write(tmp_path / "f", b"new")
    assert (tmp_path / "f").read_bytes() == b"old"


def test_a_file_is_never_written_through_a_link(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(FileExistsError):
        files.write(tmp_path / "link", b"data")
    assert not (tmp_path / "elsewhere").exists()


def test_a_disk_that_keeps_something_else_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "pread", lambda *_words: b"dat\x00")
    with pytest.raises(StorageError, match="did not keep"):
        files.write(tmp_path / "f", b"data")
    with pytest.raises(StorageError, match="did not keep"), files.new(tmp_path / "g") as write:
        write(b"data")
    assert not (tmp_path / "g").exists()


@pytest.fixture(params=["nameless", "named"])
def kind(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Whether the system has files without a name; not every disk has, nor every system."""
    if request.param == "named":
        monkeypatch.setattr(files, "_NAMELESS", 0)
    return str(request.param)


@pytest.mark.usefixtures("kind")
def test_a_file_written_part_by_part_is_there_once_it_is_whole(tmp_path: Path) -> None:
    with files.new(tmp_path / "f") as write:
        write(b"one ")
        write(b"two")
        assert not (tmp_path / "f").exists()
    assert (tmp_path / "f").read_bytes() == b"one two"
    assert (tmp_path / "f").stat().st_mode & 0o777 == 0o600
    assert names(tmp_path) == ["f"]


def names(folder: Path) -> list[str]:
    return [path.name for path in folder.iterdir()]


def fail(write: Callable[[bytes], None]) -> None:
    write(b"one")
    raise ZeroDivisionError


@pytest.mark.usefixtures("kind")
def test_a_file_that_was_not_finished_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), files.new(tmp_path / "f") as write:
        fail(write)
    assert names(tmp_path) == []


@pytest.mark.usefixtures("kind")
def test_a_file_that_came_meanwhile_is_not_overwritten(tmp_path: Path) -> None:
    with pytest.raises(RefusedError, match="exists already"), files.new(tmp_path / "f"):
        (tmp_path / "f").write_bytes(b"other")
    assert (tmp_path / "f").read_bytes() == b"other"
    assert names(tmp_path) == ["f"]


@pytest.mark.parametrize("make", [Path.touch, Path.mkdir, lambda path: path.symlink_to("nowhere")])
def test_what_is_there_is_not_overwritten_by_a_new_file(
    tmp_path: Path, make: Callable[[Path], object]
) -> None:
    make(tmp_path / "f")
    with pytest.raises(RefusedError, match="exists already"), files.new(tmp_path / "f"):
        pytest.fail("it was begun")


@pytest.mark.parametrize("fault", ["killed", "refused", "flush"])
def test_a_new_file_that_fails_at_any_step_is_whole_or_not_there(
    tmp_path: Path, kind: str, fault: str
) -> None:
    steps = meet(lambda: put(tmp_path / "f"), tmp_path).steps
    (tmp_path / "f").unlink()
    for step in range(len(steps) - 1):
        ended = meet(lambda: put(tmp_path / "f"), tmp_path, Fault(fault, step))
        left = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
        if fault == "killed" and kind == "named":
            # Nothing else can be done there; what is left is never in the place of the file but empty.
            left = {name: data for name, data in left.items() if data and not name.endswith(".new")}
        assert left in ({}, {"f": b"data"})
        assert not ended.met or fault == "killed" or left == {}
        for path in tmp_path.iterdir():
            path.unlink()


def put(path: Path) -> str:
    try:
        with files.storage(), files.new(path) as write:
            write(b"data")
    except StorageError as error:
        return error.message
    return ""


def test_a_link_that_is_replaced_becomes_a_file(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").write_bytes(b"old")
    (tmp_path / "link").symlink_to(tmp_path / "elsewhere")
    files.replace(tmp_path / "link", b"new")
    assert not (tmp_path / "link").is_symlink()
    assert (tmp_path / "elsewhere").read_bytes() == b"old"


def test_what_an_interrupted_write_left_is_no_hindrance(tmp_path: Path) -> None:
    files.passing_of(tmp_path / "f").write_bytes(b"half")
    files.replace(tmp_path / "f", b"new")
    assert [path.name for path in tmp_path.iterdir()] == ["f"]
    assert (tmp_path / "f").read_bytes() == b"new"


@pytest.mark.parametrize("kind", ["killed", "refused"])
def test_a_replacement_that_fails_leaves_the_old_file_or_the_new_one(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "f"
    steps = meet(lambda: files.replace(path, b"new"), tmp_path).steps
    assert [step.split()[0] for step in steps] == ["open", "write", "fsync", "rename", "fsync", "end"]
    for step in range(5):
        files.passing_of(path).unlink(missing_ok=True)
        path.write_bytes(b"old")
        meet(lambda: failure(path), tmp_path, Fault(kind, step))
        assert path.read_bytes() == (b"old" if step < 4 else b"new")
        assert kind == "killed" or list(tmp_path.iterdir()) == [path]


def failure(path: Path) -> None:
    with pytest.raises(OSError, match="No space"):
        files.replace(path, b"new")


def test_folders_are_made_for_their_owner_alone(tmp_path: Path) -> None:
    files.make_folder(tmp_path / "a" / "b")
    assert (tmp_path / "a").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700


def test_removing_a_file_removes_the_folders_that_this_empties(tmp_path: Path) -> None:
    for name in ("records/f/notes/1", "records/f/log/2"):
        files.make_folder((tmp_path / name).parent)
        files.write(tmp_path / name, b"")
    files.remove(tmp_path / "records/f/notes/1", tmp_path)
    assert not (tmp_path / "records/f/notes").exists()
    files.remove(tmp_path / "records/f/log/2", tmp_path)
    assert (tmp_path / "records").is_dir()
    assert not (tmp_path / "records/f").exists()


def test_removing_again_removes_what_an_interruption_left(tmp_path: Path) -> None:
    (tmp_path / "records" / "f").mkdir(parents=True)
    files.remove(tmp_path / "records/f/notes/1", tmp_path)
    assert not (tmp_path / "records/f").exists()


def test_removing_in_the_root_leaves_the_root(tmp_path: Path) -> None:
    root = tmp_path / "a" / "v"
    root.mkdir(parents=True)
    (root / "f").write_bytes(b"")
    files.remove(root / "f", root)
    assert root.is_dir()


def make_link(path: Path) -> None:
    path.with_name("target").write_bytes(b"secret")
    path.symlink_to("target")


def make_large(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(70 * 2**20)


@pytest.mark.parametrize("make", [make_link, os.mkfifo, Path.mkdir, make_large])
def test_what_the_program_never_writes_is_not_read(tmp_path: Path, make: Callable[[Path], object]) -> None:
    make(tmp_path / "f")
    with pytest.raises(DamagedError, match="records/x is none that coach writes"):
        files.read(tmp_path / "f", "records/x")


def test_a_file_that_is_gone_is_said_to_be_gone(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        files.read(tmp_path / "f")


@pytest.mark.parametrize(
    ("number", "message", "hint"),
    [
        (errno.ENOSPC, "the disk is full", "nothing was changed"),
        (errno.EDQUOT, "the disk is full", "nothing was changed"),
        (errno.EFBIG, "the disk is full", "nothing was changed"),
        (errno.EROFS, "cannot be written", "nothing was changed"),
        (errno.EACCES, "cannot be written", "nothing was changed"),
        (errno.EIO, "the disk failed: ", "coach doctor"),
    ],
)
def test_a_failing_disk_is_told_without_the_name_of_a_file(number: int, message: str, hint: str) -> None:
    with pytest.raises(StorageError) as caught, files.storage():
        raise OSError(number, "reason", "/home/secret")
    assert message in caught.value.message
    assert hint in caught.value.hint
    assert "secret" not in caught.value.message + caught.value.hint


def test_when_a_change_is_decided_a_failing_disk_does_not_say_otherwise() -> None:
    with pytest.raises(StorageError) as caught, files.storage(is_decided=True):
        raise OSError(errno.ENOSPC, "full")
    assert "nothing was changed" not in caught.value.hint
