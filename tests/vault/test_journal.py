"""A change of many files happens wholly or not at all, wherever it is interrupted."""

from collections.abc import Iterator
import errno
import json
import os
from pathlib import Path
import shutil
import signal
import subprocess
import sys
import tempfile

import pytest
import vault_world as world

from coachvault.errors import DamagedError, StorageError
from coachvault.vault import journal, layout
from coachvault.vault.store import Vault

MANY = 1_000
KILLED = """
import os, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import vault_world as world
from coachvault.crypto import keys
from coachvault.vault.store import Vault

class Kill(world.Trap):
    def pass_by(self):
        self.count += 1
        if self.count - 1 == self._step:
            os.kill(os.getpid(), signal.SIGKILL)

vault = Vault(Path(sys.argv[2]), keys.Identity([sys.argv[3]]))
with world.trapped(Kill(int(sys.argv[4]), world.Crash(), is_end=True), world.CHANGING):
    world.change_much(vault)
"""


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return world.populated(tmp_path_factory.mktemp("plain") / "v").root


@pytest.fixture(scope="module")
def with_git(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return world.populated(tmp_path_factory.mktemp("git") / "v", git=True).root


@pytest.fixture
def memory(tmp_path: Path) -> Iterator[Path]:
    """A folder in memory where there is one: a disk that is slow to flush teaches these tests nothing."""
    shared = Path("/dev/shm")  # noqa: S108 only to make a folder of our own in
    if not os.access(shared, os.W_OK):
        yield tmp_path
        return
    with tempfile.TemporaryDirectory(dir=shared) as place:
        yield Path(place)


def copy(model: Path, place: Path) -> Vault:
    return Vault(Path(shutil.copytree(model, place)), world.IDENTITY)


def assert_whole(root: Path, model: Path) -> bool:
    """Assert that the vault is wholly as before or wholly changed; return whether it is changed."""
    vault = Vault(root, world.IDENTITY)
    vault.recover()
    assert world.is_settled(root)
    if world.tree(root) == world.tree(model):
        return False
    assert not (root / layout.INDEX_KEY).exists()
    assert world.content(vault) == world.AFTER
    return True


def test_the_change_of_these_tests_changes_what_they_say(plain: Path, tmp_path: Path) -> None:
    vault = copy(plain, tmp_path / "v")
    assert world.content(vault) == world.BEFORE
    world.change_much(vault)
    assert world.content(world.reopen(vault)) == world.AFTER


def test_a_crash_at_any_operation_leaves_all_or_nothing(plain: Path, memory: Path) -> None:
    outcomes = []
    for step in range(MANY):
        root = memory / str(step)
        trap = world.Trap(step, world.Crash(), is_end=True)
        vault = copy(plain, root)
        try:
            with world.trapped(trap, world.CHANGING):
                world.change_much(vault)
        except world.Crash:
            outcomes.append(assert_whole(root, plain))
        shutil.rmtree(root)
        if not trap.is_sprung:
            break
    assert outcomes == sorted(outcomes)
    assert {True, False} == set(outcomes)
    assert len(outcomes) > 50


def test_a_crash_of_the_recovery_itself_loses_nothing(plain: Path, memory: Path) -> None:
    half = memory / "half"
    crash_when_decided(copy(plain, half))
    for step in range(MANY):
        root = memory / str(step)
        trap = world.Trap(step, world.Crash(), is_end=True)
        vault = copy(half, root)
        try:
            with world.trapped(trap, world.CHANGING):
                vault.recover()
        except world.Crash:
            assert assert_whole(root, plain)
        shutil.rmtree(root)
        if not trap.is_sprung:
            break
    assert step > 20


def crash_when_decided(vault: Vault) -> None:
    """Leave the vault with a decided change of which nothing is carried out."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(journal, "resume", crash_if_pending)
        with pytest.raises(world.Crash):
            world.change_much(vault)
    assert journal.is_pending(vault.root)


def crash_if_pending(root: Path, _record: object) -> None:
    if journal.is_pending(root):
        raise world.Crash


def failure(vault: Vault, trap: world.Trap) -> StorageError | None:
    try:
        with world.trapped(trap, world.REFUSABLE):
            world.change_much(vault)
    except StorageError as error:
        return error
    return None


def test_a_disk_that_fails_at_any_operation_is_told_truly(plain: Path, memory: Path) -> None:
    told = set()
    for step in range(MANY):
        root = memory / str(step)
        trap = world.Trap(step, OSError(errno.ENOSPC, "full"), is_end=False)
        error = failure(copy(plain, root), trap)
        hint = error.hint if error else ""
        assert error is None or error.message == "the disk is full"
        assert error is None or ("nothing was changed" in hint) != ("finishes what you asked for" in hint)
        assert assert_whole(root, plain) is ("nothing was changed" not in hint)
        told.add(hint)
        shutil.rmtree(root)
        if not trap.is_sprung:
            break
    assert len(told) == 3


def test_a_crash_around_any_call_of_git_leaves_all_or_nothing(with_git: Path, tmp_path: Path) -> None:
    steps = 0
    while True:
        root = tmp_path / str(steps)
        trap = world.Trap(steps, world.Crash(), is_end=True)
        vault = copy(with_git, root)
        try:
            with world.trapped(trap, ()):
                world.change_much(vault)
        except world.Crash:
            assert assert_whole(root, with_git)
            assert is_clean(root)
            steps += 1
        else:
            break
    assert steps == 4


def is_clean(root: Path) -> bool:
    words = ("git", "status", "--porcelain")
    return not subprocess.run(words, cwd=root, capture_output=True, check=True).stdout


@pytest.mark.parametrize("step", [5, 30, 50])
def test_a_killed_process_leaves_all_or_nothing(with_git: Path, tmp_path: Path, step: int) -> None:
    root = copy(with_git, tmp_path / "v").root
    words = (sys.executable, "-c", KILLED, str(Path(__file__).parent), str(root), world.SECRET, str(step))
    done = subprocess.run(words, capture_output=True, check=False)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert_whole(root, with_git)
    assert is_clean(root)


def test_what_was_never_decided_is_thrown_away(plain: Path, tmp_path: Path) -> None:
    vault = copy(plain, tmp_path / "v")
    staging = vault.root / journal.STAGING
    staging.mkdir()
    (staging / "0").write_bytes(b"half")
    vault.recover()
    assert world.is_settled(vault.root)
    assert world.content(vault) == world.BEFORE


def test_a_vault_at_rest_is_not_written_to_by_recovery(plain: Path, tmp_path: Path) -> None:
    vault = copy(plain, tmp_path / "v")
    shutil.rmtree(vault.root / layout.STATE)
    vault.recover()
    assert not (vault.root / layout.STATE).exists()


def plan(root: Path, moves: list[tuple[str, str]], deletions: list[str]) -> None:
    (root / journal.STAGING).mkdir()
    (root / journal.STAGING / "0").write_bytes(b"evil")
    (root / journal.JOURNAL).write_text(json.dumps({"moves": moves, "deletions": deletions}))


@pytest.mark.parametrize(
    "path",
    [
        "/etc/evil", "../evil", "records/../../evil", "records/../.git/hooks/post-commit", "",
        ".git/hooks/post-commit", "keys/.git/hooks/post-commit", "keys/.GIT/config", "records", "records/",
        "coachvault.yaml", ".coachvault/journal", "records//x", "records/./x", ".gitattributes",
    ],
)  # fmt: skip
def test_a_journal_that_names_what_is_not_its_own_is_refused(plain: Path, tmp_path: Path, path: str) -> None:
    for moves, deletions in (([("0", path)], []), ([], [path])):
        vault = copy(plain, tmp_path / str(len(moves)))
        before = world.tree(vault.root)
        plan(vault.root, moves, deletions)
        with pytest.raises(DamagedError, match="not for it to change"):
            vault.recover()
        assert world.tree(vault.root) == before


@pytest.mark.parametrize("staged", ["../journal", "/etc/passwd", "../../coachvault.yaml", "", "."])
def test_a_journal_moves_only_what_was_staged(plain: Path, tmp_path: Path, staged: str) -> None:
    vault = copy(plain, tmp_path / "v")
    plan(vault.root, [(staged, "records/x")], [])
    with pytest.raises(DamagedError, match="not for it to change"):
        vault.recover()


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"\xff", b'{"moves":[],"deletions":["\xff"]}', b'{"a":' + b"[" * 9**6]
)
def test_a_journal_that_cannot_be_read_is_damaged(plain: Path, tmp_path: Path, data: bytes) -> None:
    vault = copy(plain, tmp_path / "v")
    (vault.root / journal.JOURNAL).write_bytes(data)
    with pytest.raises(DamagedError, match="journal"):
        vault.recover()


def test_a_decided_change_whose_files_are_gone_is_damaged(plain: Path, tmp_path: Path) -> None:
    vault = copy(plain, tmp_path / "v")
    crash_when_decided(vault)
    shutil.rmtree(vault.root / journal.STAGING)
    with pytest.raises(DamagedError, match="decided"):
        vault.recover()


def test_the_journal_and_its_names_are_opaque(plain: Path, tmp_path: Path) -> None:
    vault = copy(plain, tmp_path / "v")
    crash_when_decided(vault)
    told = (vault.root / journal.JOURNAL).read_bytes()
    for path in (vault.root / journal.STAGING).iterdir():
        told += path.name.encode() + path.read_bytes()
    assert not [word for word in (*world.SECRET_WORDS, "Zoé", "corrigée") if word.encode() in told]


def test_the_next_change_finishes_an_interrupted_one_first(plain: Path, tmp_path: Path) -> None:
    vault = copy(plain, tmp_path / "v")
    crash_when_decided(vault)
    world.add_client(world.reopen(vault), "Solange")
    assert "Zoé" in world.content(world.reopen(vault)).clients
    assert world.is_settled(vault.root)


def test_a_folder_without_write_permission_is_told_and_nothing_changes(
    plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = copy(plain, tmp_path / "v")
    before = world.tree(vault.root)
    opened = os.open

    def read_only(path: str, flags: int, mode: int = 0o777, **more: int) -> int:
        if flags & os.O_CREAT:
            raise OSError(errno.EROFS, "read-only")
        return opened(path, flags, mode, **more)

    monkeypatch.setattr(os, "open", read_only)
    with pytest.raises(StorageError) as caught:
        world.change_much(vault)
    monkeypatch.undo()
    assert caught.value.message == "the vault cannot be written"
    assert world.tree(vault.root) == before


def test_a_vault_on_a_read_only_disk_can_be_read(
    plain: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    vault = copy(plain, tmp_path / "v")

    def refuse(*_words: object, **_more: object) -> None:
        raise OSError(errno.EROFS, "read-only")

    for name in ("mkdir", "replace", "unlink", "fsync"):
        monkeypatch.setattr(os, name, refuse)
    vault.recover()
    assert world.content(vault) == world.BEFORE
