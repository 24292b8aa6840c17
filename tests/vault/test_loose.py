"""A branch is moved as git moves it, and never past somebody else."""

import errno
import os
from pathlib import Path
import subprocess
import time

import pytest
import vault_world as world

from coachvault.vault import loose
from coachvault.vault.history import History
from coachvault.vault.store import Vault

LINE = "coachvault <coachvault@localhost> 1 +0000\tcoachvault: update"


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return world.make(tmp_path / "v", git=True)


def git(vault: Vault, *words: str) -> str:
    return subprocess.run(("git", *words), cwd=vault.root, capture_output=True, check=True).stdout.decode()


def commits(vault: Vault) -> tuple[str, str]:
    """Return the last commit, and one that could follow it."""
    head = git(vault, "rev-parse", "HEAD").strip()
    who = ("-c", "user.name=x", "-c", "user.email=x")
    return head, git(vault, *who, "commit-tree", "-p", head, "-m", "x", f"{head}^{{tree}}").strip()


def left(vault: Vault) -> list[str]:
    """Return what lies in git's folder of a branch that was about to move."""
    return [
        p.name for p in (vault.root / ".git").rglob("*") if "coachvault-branch" in p.name or ".lock" in p.name
    ]


def test_git_sees_a_branch_that_moved_and_the_log_of_it(vault: Vault) -> None:
    old, new = commits(vault)
    assert loose.move(vault.root / ".git", old, new, LINE, {})
    assert git(vault, "rev-parse", "HEAD", "HEAD@{1}", "main@{1}").split() == [new, old, old]
    assert git(vault, "reflog", "--format=%gs", "-1").strip() == "coachvault: update"
    assert git(vault, "fsck", "--strict") == ""
    assert left(vault) == []


def test_a_branch_that_somebody_moved_meanwhile_stays(vault: Vault) -> None:
    old, new = commits(vault)
    git(vault, "update-ref", "HEAD", new)
    assert not loose.move(vault.root / ".git", old, old, LINE, {})
    assert git(vault, "rev-parse", "HEAD").strip() == new
    assert left(vault) == []


def test_a_branch_that_another_git_has_locked_is_left_to_git(vault: Vault) -> None:
    old, new = commits(vault)
    lock = vault.root / ".git/refs/heads/main.lock"
    lock.write_text("another's")
    assert not loose.move(vault.root / ".git", old, new, LINE, {})
    assert lock.read_text() == "another's"
    loose.unlock(vault.root / ".git", 0)
    assert left(vault) == ["main.lock"]


def test_a_lock_of_ours_goes_at_once_when_we_died_with_it(vault: Vault) -> None:
    old, new = commits(vault)
    passing = vault.root / ".git/coachvault-branch"
    passing.write_text(new)
    os.link(passing, vault.root / ".git/refs/heads/main.lock")
    loose.unlock(vault.root / ".git", time.time())
    assert left(vault) == []
    assert loose.move(vault.root / ".git", old, new, LINE, {})


def test_a_lock_that_a_sync_left_when_it_died_is_in_the_way_of_nothing(vault: Vault) -> None:
    """It has no journal: nobody but the next one to move the branch finds it."""
    passing = vault.root / ".git/coachvault-branch"
    passing.write_text(commits(vault)[1])
    os.link(passing, vault.root / ".git/refs/heads/main.lock")

    world.add_client(vault)

    assert git(vault, "status", "--porcelain") == ""
    assert left(vault) == []


def test_a_disk_that_fails_once_the_lock_is_taken_leaves_none(
    vault: Vault, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_words: object) -> None:
        raise OSError(errno.ENOSPC, "full")

    old, new = commits(vault)
    monkeypatch.setattr(loose, "_append", full)
    with pytest.raises(OSError, match="full"):
        loose.move(vault.root / ".git", old, new, LINE, {})

    assert left(vault) == []
    assert git(vault, "rev-parse", "HEAD").strip() == old


def test_where_git_keeps_its_folder_elsewhere_nothing_is_locked(tmp_path: Path) -> None:
    (tmp_path / ".git").write_text("gitdir: elsewhere\n")
    loose.unlock(tmp_path / ".git", 0)


@pytest.mark.parametrize("words", [("pack-refs", "--all"), ("checkout", "--quiet", "--detach")])
def test_what_is_kept_another_way_is_left_to_git(vault: Vault, words: tuple[str, ...]) -> None:
    old, new = commits(vault)
    git(vault, *words)
    assert not loose.move(vault.root / ".git", old, new, LINE, {})
    assert git(vault, "rev-parse", "HEAD").strip() == old
    assert left(vault) == []


def test_where_nobody_wants_a_log_none_is_made(vault: Vault) -> None:
    old, new = commits(vault)
    log = vault.root / ".git/logs/HEAD"
    log.unlink()
    assert loose.move(vault.root / ".git", old, new, LINE, {})
    assert not log.exists()


def test_in_a_packed_history_one_git_tells_all_trees(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = world.add_client(vault)
    world.add_note(vault, folder)
    git(vault, "gc", "--quiet", "--prune=now")
    started: list[str] = []
    start = History.start

    def watched(self: History, *words: str) -> object:
        started.append(words[0])
        return start(self, *words)

    monkeypatch.setattr(History, "start", watched)
    world.add_note(vault, folder)

    assert sorted(started) == ["cat-file", "update-index"]
    assert git(vault, "status", "--porcelain") == ""
    assert git(vault, "fsck", "--strict") == ""
