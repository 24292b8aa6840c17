"""A change of many files happens wholly or not at all, wherever it is interrupted."""

import errno
import json
import os
from pathlib import Path
import shutil

from fault import Fault, at, meet
import pytest
import vault_world as world

from coachvault.errors import DamagedError
from coachvault.vault import journal, layout
from coachvault.vault.store import Vault


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return world.populated(tmp_path_factory.mktemp("plain") / "v").root


def copy(model: Path, place: Path) -> Vault:
    return Vault(Path(shutil.copytree(model, place)), world.IDENTITY)


def test_the_change_of_these_tests_changes_what_they_say(plain: Path, tmp_path: Path) -> None:
    vault = copy(plain, tmp_path / "v")
    assert world.content(vault) == world.BEFORE
    world.change_much(vault)
    assert world.content(world.reopen(vault)) == world.AFTER


def crash_when_decided(vault: Vault) -> None:
    """Leave the vault with a decided change of which nothing is carried out."""
    model = Path(shutil.copytree(vault.root, vault.root.with_name("model")))
    steps = meet(lambda: world.change_much(world.reopen(vault)), vault.root).steps
    shutil.rmtree(vault.root)
    model.rename(vault.root)
    given = Fault("killed", at(steps, "rename .coachvault/staging"))
    assert meet(lambda: world.change_much(vault), vault.root, given).killed
    assert journal.is_pending(vault.root)


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
