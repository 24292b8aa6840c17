"""A vault begins whole, or not at all."""

import errno
import functools
from pathlib import Path
import subprocess

from fault import Fault, meet
import pytest
import vault_world as world

from coachvault.actions import doctor
from coachvault.errors import RefusedError, StorageError
from coachvault.records.practice import Profile, Settings
from coachvault.vault import files, founding, layout
from coachvault.vault.store import Vault


def test_a_new_vault_holds_its_settings_and_its_profile(tmp_path: Path) -> None:
    vault = world.make(tmp_path / "deep" / "er" / "v")
    (settings,) = vault.load(vault.practice, "settings", Settings)
    (profile,) = vault.load(vault.practice, "profile", Profile)
    assert [reader.recipient for reader in settings.readers] == [world.IDENTITY.recipient]
    assert profile.name == "Camille"
    assert (vault.root / layout.STATE / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d17")
    assert doctor.examine(vault).items == ()


def test_two_vaults_have_nothing_in_common(tmp_path: Path) -> None:
    one, other = (world.make(tmp_path / name) for name in "ab")
    assert one.practice != other.practice
    assert one.config.vault != other.config.vault
    assert one.secret(one.practice, "settings") != other.secret(other.practice, "settings")


def test_a_new_vault_is_for_its_owner_alone(tmp_path: Path) -> None:
    assert world.make(tmp_path / "v").root.stat().st_mode & 0o777 == 0o700


def test_an_empty_folder_may_become_a_vault(tmp_path: Path) -> None:
    (tmp_path / "v").mkdir()
    assert doctor.examine(world.make(tmp_path / "v")).items == ()


@pytest.mark.parametrize("name", ["file", ".hidden", "coachvault.yaml"])
def test_a_folder_that_is_not_empty_is_left_alone(tmp_path: Path, name: str) -> None:
    (tmp_path / "v").mkdir()
    (tmp_path / "v" / name).write_text("mine")
    with pytest.raises(RefusedError, match="not an empty folder"):
        world.make(tmp_path / "v")
    assert [path.name for path in tmp_path.rglob("*")] == ["v", name]


def test_a_file_is_no_place_for_a_vault(tmp_path: Path) -> None:
    (tmp_path / "v").write_text("mine")
    with pytest.raises(RefusedError):
        founding.check_place(tmp_path / "v")


@pytest.mark.parametrize("exception", [KeyboardInterrupt, ValueError, OSError])
def test_a_last_step_that_fails_leaves_nothing(tmp_path: Path, exception: type[BaseException]) -> None:
    def last(vault: Vault) -> None:
        assert (vault.root / layout.CONFIG).is_file()
        assert not (tmp_path / "v").exists()
        raise exception

    with pytest.raises(exception):
        founding.found(
            tmp_path / "v",
            country="FR",
            language="fr",
            readers=[founding.reader("coach", world.IDENTITY.recipient)],
            profile={"name": "Camille"},
            unwrapper=world.IDENTITY,
            git=False,
            last=last,
        )
    assert list(tmp_path.iterdir()) == []


def test_a_wrong_profile_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(Exception, match="expected a name"):
        founding.found(
            tmp_path / "v",
            country="FR",
            language="fr",
            readers=[founding.reader("coach", world.IDENTITY.recipient)],
            profile={"name": "a/b"},
            unwrapper=world.IDENTITY,
            git=False,
        )
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fails_while_it_is_made_leaves_nothing_or_all(tmp_path: Path) -> None:
    steps = meet(lambda: made(tmp_path / "v"), tmp_path).steps
    assert len(steps) > 30
    for step in range(len(steps)):
        root = tmp_path / str(step)
        root.mkdir()
        ended = meet(functools.partial(made, root / "v"), root, Fault("refused", step))
        left = list(root.iterdir())
        assert left or not ended.result
        assert not left or doctor.examine(Vault(root / "v", world.IDENTITY)).items == ()


def made(root: Path) -> bool:
    try:
        world.make(root)
    except StorageError:
        return False
    return True


def test_a_vault_without_git_has_no_trace_of_it(tmp_path: Path) -> None:
    names = {path.name for path in world.make(tmp_path / "v").root.rglob("*")}
    assert not [name for name in names if name.startswith(".git")]


def test_a_vault_with_git_begins_with_everything_recorded(tmp_path: Path) -> None:
    root = world.make(tmp_path / "v", git=True).root
    words = ("git", "status", "--porcelain")
    assert subprocess.run(words, cwd=root, capture_output=True, check=True).stdout == b""
    assert files.read(root / ".gitignore") == b"/keys/\n/files/\n/outbox/\n/.coachvault/\n"


def test_who_stands_in_the_empty_folder_still_stands_in_the_vault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "v").mkdir()
    monkeypatch.chdir(tmp_path / "v")
    before = (tmp_path / "v").stat().st_ino

    vault = world.make(tmp_path / "v")

    assert Path.cwd() == vault.root
    assert vault.root.stat().st_ino == before
    assert list(tmp_path.iterdir()) == [vault.root]


def test_an_empty_folder_stays_empty_if_the_vault_cannot_be_put_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "v").mkdir()
    move = Path.replace

    def fail_at_the_end(self: Path, target: Path) -> Path:
        if target == tmp_path / "v" / layout.CONFIG:
            raise OSError(errno.EIO, "made up")
        return move(self, target)

    monkeypatch.setattr(Path, "replace", fail_at_the_end)
    with pytest.raises(StorageError):
        world.make(tmp_path / "v")

    assert list((tmp_path / "v").iterdir()) == []
