"""What may be kept: a regular file that stays as it is while it is read."""

from collections.abc import Callable
import io
import os
from pathlib import Path

import pytest

from coachvault.errors import CoachError, NotFoundError, RefusedError
from coachvault.vault import source


def read(given: source.Source) -> bytes:
    return b"".join(iter(lambda: given.read(4), b""))


def test_a_file_is_read_to_its_end_and_tells_how_far_it_is(tmp_path: Path) -> None:
    (tmp_path / "f").write_bytes(b"0123456789")
    heard: list[tuple[int, int | None]] = []
    with source.opened(tmp_path / "f", lambda done, total: heard.append((done, total))) as given:
        assert read(given) == b"0123456789"
    assert heard == [(4, 10), (8, 10), (10, 10)]


def test_a_pipe_is_read_to_its_end() -> None:
    heard: list[tuple[int, int | None]] = []
    given = source.Source(io.BytesIO(b"012345"), told=lambda done, total: heard.append((done, total)))
    assert read(given) == b"012345"
    assert heard == [(4, None), (6, None)]


def test_an_end_that_was_told_once_is_not_asked_for_again() -> None:
    class Terminal(io.BytesIO):
        """It gives one line each time it is told its end."""

        def read(self, count: int | None = -1, /) -> bytes:
            assert count
            return b"ab"

    assert read(source.Source(Terminal())) == b"ab"


def make_link(path: Path) -> None:
    path.with_name("target").write_bytes(b"une confidence")
    path.symlink_to("target")


def make_device(path: Path) -> None:
    os.mknod(path, 0o20600, os.makedev(1, 5))


@pytest.mark.parametrize(
    ("make", "says"),
    [
        (make_link, "the file is a link"),
        (Path.mkdir, "a folder, a pipe or a device"),
        (os.mkfifo, "a folder, a pipe or a device"),
        pytest.param(
            make_device,
            "a folder, a pipe or a device",
            marks=pytest.mark.skipif(os.getuid() != 0, reason="only root makes a device"),
        ),
    ],
)
def test_what_is_no_file_is_refused_at_once(
    tmp_path: Path, make: Callable[[Path], object], says: str
) -> None:
    make(tmp_path / "f")
    with pytest.raises(RefusedError, match=says), source.opened(tmp_path / "f"):
        pytest.fail("it was opened")


def test_a_file_that_is_not_there_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(NotFoundError, match="it is not there"), source.opened(tmp_path / "f"):
        pytest.fail("it was opened")


def test_a_file_that_cannot_be_read_is_said_so() -> None:
    # A regular file, whose beginning is no memory of this process.
    with source.opened(Path("/proc/self/mem")) as given, pytest.raises(NotFoundError, match="Input/output"):
        given.read(1)


def test_nothing_at_all_is_refused(tmp_path: Path) -> None:
    (tmp_path / "f").touch()
    with source.opened(tmp_path / "f") as given, pytest.raises(RefusedError, match="the file is empty"):
        given.read(4)
    with pytest.raises(RefusedError, match="the file is empty"):
        source.Source(io.BytesIO()).read(4)


def append(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"more")


def cut(path: Path) -> None:
    os.truncate(path, 5)


def rewrite(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"9876543210")
    os.utime(path, ns=(0, 0))


@pytest.mark.parametrize("change", [append, cut, rewrite])
def test_a_file_that_changes_meanwhile_is_refused(tmp_path: Path, change: Callable[[Path], None]) -> None:
    (tmp_path / "f").write_bytes(b"0123456789")
    with source.opened(tmp_path / "f") as given:
        given.read(4)
        change(tmp_path / "f")
        with pytest.raises(RefusedError, match="changed while it was read"):
            read(given)


def replace(path: Path) -> None:
    path.with_name("other").write_bytes(b"0123456789")
    path.with_name("other").replace(path)


@pytest.mark.parametrize("end", [Path.unlink, replace])
def test_a_file_that_goes_meanwhile_is_refused(tmp_path: Path, end: Callable[[Path], object]) -> None:
    (tmp_path / "f").write_bytes(b"0123456789")
    with source.opened(tmp_path / "f") as given:
        given.read(4)
        end(tmp_path / "f")
        with pytest.raises(RefusedError, match="vanished while it was read"):
            read(given)


def test_no_error_says_the_name(tmp_path: Path) -> None:
    (tmp_path / "Augustine").mkdir()
    for name in ("Augustine", "Augustine.pdf"):
        with pytest.raises(CoachError) as caught, source.opened(tmp_path / name):
            pytest.fail("it was opened")
        assert "Augustine" not in f"{caught.value.message} {caught.value.hint}"
