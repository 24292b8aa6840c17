"""A snapshot is the tree that git would make, byte for byte, whatever was there before."""

from pathlib import Path
import subprocess

from hypothesis import given, settings
from hypothesis import strategies as st
import pytest

from coachvault.vault import loose
from coachvault.vault.snapshot import Snapshot

# Names whose order as files differs from their order as folders.
ID = "abcdefghijklmnop"
PARTS = st.sampled_from(["a", "a-b", "a.b", "a0", "b", "é", "z z", "x100644 b", "x40000 a", ID, f"{ID}-b"])
PATHS = st.lists(PARTS, min_size=1, max_size=3).map("/".join)
STEPS = st.lists(
    st.dictionaries(PATHS, st.none() | st.sampled_from([b"", b"one", b"two\n"]), max_size=4), max_size=4
)


def git(root: Path, *words: str, data: bytes = b"") -> str:
    done = subprocess.run(["git", *words], cwd=root, input=data, capture_output=True, check=True)
    return done.stdout.decode().strip()


def put(root: Path, path: str, data: bytes | None) -> None:
    """Write or delete a file, and whatever stands where its folders belong."""
    place = root / path
    for folder in reversed(list(place.relative_to(root).parents)[:-1]):
        if (root / folder).is_file():
            (root / folder).unlink()
    if place.is_dir():
        subprocess.run(["rm", "-r", str(place)], check=True)
    place.unlink(missing_ok=True) if place.parent.is_dir() else None
    if data is not None:
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)


@pytest.mark.parametrize("kind", ["sha1", "sha256"])
@settings(max_examples=15)  # each asks git a dozen times
@given(steps=STEPS)
def test_it_is_the_tree_that_git_makes(
    tmp_path_factory: pytest.TempPathFactory, kind: str, steps: list[dict[str, bytes | None]]
) -> None:
    root = tmp_path_factory.mktemp("work")
    git(root, "init", "--quiet", f"--object-format={kind}")
    base = ""
    for step in steps:
        before = {path.relative_to(root).as_posix() for path in files(root)}
        for path, data in step.items():
            put(root, path, data)
        changed = sorted(before | {path.relative_to(root).as_posix() for path in files(root)} | step.keys())

        shot = Snapshot(kind)
        entries = shot.take(root, changed)
        base = shot.make(base, entries, lambda name: loose.read(root / ".git", "tree", name) or b"")
        loose.write(root / ".git", shot.objects)
        git(root, "update-index", "-z", "--index-info", data=b"".join(shot.for_index(entries)))

        assert base == git(root, "write-tree")
        git(root, "add", "--all")
        assert base == git(root, "write-tree")
    git(root, "fsck", "--strict")


def empty(_name: str) -> bytes:
    return b""


def files(root: Path) -> list[Path]:
    return [path for path in root.rglob("*") if path.is_file() and ".git" not in path.parts]


def test_folders_that_do_not_change_are_not_looked_at(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    for path in ("here/one", "there/two"):
        put(tmp_path, path, b"x")
    git(tmp_path, "add", "--all")
    before = git(tmp_path, "write-tree")
    asked: list[str] = []

    def read(name: str) -> bytes:
        asked.append(name)
        return loose.read(tmp_path / ".git", "tree", name) or b""

    put(tmp_path, "here/one", b"y")
    shot = Snapshot("sha1")
    shot.make(before, shot.take(tmp_path, ["here/one"]), read)

    assert asked == [before, git(tmp_path, "rev-parse", f"{before}:here")]
    assert len(shot.objects) == 3


def test_a_link_is_no_file_of_a_vault(tmp_path: Path) -> None:
    (tmp_path / "secret").write_bytes(b"x")
    (tmp_path / "link").symlink_to("secret")
    shot = Snapshot("sha1")

    entries = shot.take(tmp_path, ["link", "gone", "secret/below"])

    assert shot.make("", entries, empty) == shot.make("", {}, empty)


def test_a_program_stays_one(tmp_path: Path) -> None:
    git(tmp_path, "init", "--quiet")
    put(tmp_path, "run", b"#!/bin/sh\n")
    (tmp_path / "run").chmod(0o755)
    git(tmp_path, "add", "run")

    shot = Snapshot("sha1")

    assert shot.make("", shot.take(tmp_path, ["run"]), empty) == git(tmp_path, "write-tree")
