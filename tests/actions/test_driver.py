from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
import runpy
import shutil
import sys

import clone_world as world
from practice import Practice
from program import Coach, refused, run
import pytest

from coachvault.actions import driver
from coachvault.cli import _session
from coachvault.crypto import box, keys
from coachvault.errors import BadDataError, DamagedError, LockedError
from coachvault.records.contract import Contract
from coachvault.vault import layout, merge, padding, recordfile
from coachvault.vault.store import Vault

At = Callable[[str], None]


class Versions:
    """Three encrypted versions of Ferdinand's contract in files, as git hands them over."""

    def __init__(self, practice: Practice, folder: Path) -> None:
        self.vault = world.open_vault(practice.root)
        self.record = world.contract(practice.root, practice.ferdinand)
        self.place = layout.record_path(self.record.folder, self.record.drawer, self.record.id)
        self.secret = self.vault.secret(self.record.folder, self.record.drawer)
        self.base, self.ours, self.theirs = (folder / name for name in ("base", "ours", "theirs"))
        for path in (self.base, self.ours, self.theirs):
            self.write(path)

    def write(self, path: Path, secret: str | None = None, **fields: object) -> Contract:
        """Put a version with these fields into a file."""
        text = merge.text_of(self.record)
        plain = {name: f"{name}: {value}\n".encode() for name, value in fields.items()}
        kept = [line for line in text.splitlines(keepends=True) if line.split(b":")[0].decode() not in plain]
        data = b"".join([*kept[:6], *plain.values(), *kept[6:]])
        path.write_bytes(box.encrypt(padding.pad(data), [box.recipient_of(secret or self.secret)]))
        return self.read(path) if secret is None else self.record

    def read(self, path: Path) -> Contract:
        """Return the record of a version."""
        found = recordfile.parse_any(box.decrypt(path.read_bytes(), [self.secret]), "test")
        assert isinstance(found, Contract)
        return found

    def merge(self, place: str | None = None) -> None:
        """Do what git asks for."""
        driver.merge_files(self.vault, self.base, self.ours, self.theirs, place or self.place)


@pytest.fixture
def versions(practice: Practice, tmp_path: Path) -> Versions:
    return Versions(practice, tmp_path)


def test_two_clones_merge_by_plain_git_and_say_the_same(practice: Practice, at: At, tmp_path: Path) -> None:
    one, other = world.diverged(practice, at, tmp_path / "other")
    again = tmp_path / "again"
    shutil.copytree(other, again)
    world.merge(one, other)
    world.merge(again, practice.root, code=0)
    texts = {merge.text_of(world.contract(root, practice.ferdinand)) for root in (one, again)}
    assert len(texts) == 1
    merged = world.contract(one, practice.ferdinand)
    assert (merged.fee, merged.place, merged.frequency) == (Decimal(130), "ici", "hebdo")
    assert [(c.field, c.theirs) for c in merged.conflicts] == [("fee", "120")]
    assert world.git(one, "status", "--porcelain") == b""
    assert run("conflicts", "list").out.split("\t")[3] == "fee"


def test_merging_in_both_directions_comes_to_the_same_text(
    practice: Practice, at: At, tmp_path: Path
) -> None:
    one, other = world.diverged(practice, at, tmp_path / "other")
    before = tmp_path / "before"
    shutil.copytree(one, before)
    world.merge(one, other)
    world.merge(other, before)
    assert merge.text_of(world.contract(one, practice.ferdinand)) == merge.text_of(
        world.contract(other, practice.ferdinand)
    )


def test_a_clone_that_knows_no_driver_keeps_ours_even_where_git_takes_it_for_text(
    practice: Practice, at: At, tmp_path: Path
) -> None:
    one = practice.root
    record = world.contract(one, practice.ferdinand)
    place = layout.record_path(record.folder, record.drawer, record.id)
    secret = world.open_vault(one).secret(record.folder, record.drawer)
    # The ancestor too must hold no zero byte, or git would see from it that the file is binary.
    (one / place).write_bytes(world.seal_as_text(padding.pad(merge.text_of(record)), secret))
    world.git(one, "commit", "--quiet", "--all", "--message", "x")
    other = world.clone(one, tmp_path / "other", knows_driver=False)
    for root, day, fee in ((one, "2026-11-23", "120"), (other, "2026-11-24", "130")):
        at(day)
        world.edit(root, practice.ferdinand, "--fee", fee)
        text = padding.pad(merge.text_of(world.contract(root, practice.ferdinand)))
        (root / place).write_bytes(world.seal_as_text(text, secret))
        world.git(root, "commit", "--quiet", "--all", "--message", "x")
    ours = (other / place).read_bytes()
    world.merge(other, one, code=1)
    assert (other / place).read_bytes() == ours
    assert b"UU " in world.git(other, "status", "--porcelain")


def test_without_an_identity_git_keeps_ours(practice: Practice, at: At, tmp_path: Path) -> None:
    one, other = world.diverged(practice, at, tmp_path / "other")
    record = world.contract(one, practice.ferdinand)
    ours = (one / layout.record_path(record.folder, record.drawer, record.id)).read_bytes()
    said = world.merge(one, other, code=1, COACHVAULT_IDENTITY=str(tmp_path / "none"))
    assert b"coach: error: there is no identity" in said
    assert (one / layout.record_path(record.folder, record.drawer, record.id)).read_bytes() == ours


def test_nobody_is_asked_for_a_passphrase_while_git_is_at_work(
    practice: Practice, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    assert practice.root == Path.cwd()
    locked = tmp_path / "identity.age"
    locked.write_bytes(
        runpy.run_path(str(Path(__file__).parents[1] / "crypto" / "cheap_identity.py"))["FILE"]
    )
    monkeypatch.setenv("COACHVAULT_IDENTITY", str(locked))
    for stream in (sys.stdin, sys.stderr):
        monkeypatch.setattr(stream, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(_session._Place, "vault", None)  # noqa: SLF001 the same
    monkeypatch.setattr(_session._Place, "is_alone", False)  # noqa: SLF001 it is set for the whole process
    assert _session.is_terminal()
    with pytest.raises(LockedError, match="no terminal"):
        _session.open_for_git()
    assert not _session.is_terminal()


def test_git_is_told_of_the_vault_it_stands_in_whatever_the_environment_names(
    practice: Practice, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COACHVAULT_DIR", str(tmp_path))
    monkeypatch.setattr(_session._Place, "is_alone", False)  # noqa: SLF001 it is set for the whole process
    monkeypatch.setattr(_session._Place, "vault", None)  # noqa: SLF001 the same
    assert _session.open_for_git().root == practice.root


def test_nothing_in_the_clear_is_ever_an_object_of_git(practice: Practice, at: At, tmp_path: Path) -> None:
    one, other = world.diverged(practice, at, tmp_path / "other")
    world.merge(one, other)
    shown = world.git(one, "log", "-p", "-m", "--first-parent", "-2")
    assert b"+fee: 130" in shown
    assert b"-fee: 120" in shown
    world.git(one, "stash", "list")
    world.git(one, "diff", "HEAD~1")
    everything = world.objects(one)
    assert b"age-encryption.org" in everything
    assert [word for word in world.SECRETS if word in everything] == []
    assert world.git(one, "for-each-ref", "refs/notes") == b""


def test_doctor_finds_what_git_keeps_of_records_in_the_clear(practice: Practice, home: Path) -> None:
    settings = '[diff "coachvault"]\n\ttextconv = cat\n\tcachetextconv = true\n'
    (home / ".gitconfig").write_text(settings)
    assert run("doctor").code == 0  # the vault's own settings win
    world.git(practice.root, "config", "--unset", "diff.coachvault.cachetextconv")
    assert "diff.coachvault.cachetextconv" in run("doctor").out
    world.git(practice.root, "log", "-p", "-1")
    found = run("doctor")
    assert found.code == 13
    assert "refs/notes/textconv/coachvault" in found.out
    assert "copy" not in found.err, "nothing is damaged"


@pytest.mark.parametrize("words", [("--unset", "{}"), ("{}", "true")])
def test_the_next_change_forces_off_what_git_would_keep_in_the_clear(
    practice: Practice, home: Path, words: tuple[str, str]
) -> None:
    (home / ".gitconfig").write_text('[diff "coachvault"]\n\tcachetextconv = true\n')
    name = "diff.coachvault.cachetextconv"
    world.git(practice.root, "config", *(word.format(name) for word in words))
    assert name in run("doctor").out
    assert run("note", "add", practice.augustine, "--text", "x").code == 0
    assert run("doctor").out == ""


def test_what_is_equal_stays_as_it_is_and_what_is_only_theirs_is_taken_whole(versions: Versions) -> None:
    ours = versions.ours.read_bytes()
    versions.merge()
    assert versions.ours.read_bytes() == ours
    versions.write(versions.theirs, fee=120, revision=2)
    versions.merge()
    assert versions.ours.read_bytes() == versions.theirs.read_bytes()


@pytest.mark.parametrize("base", ["empty", "other key", "noise"])
def test_without_a_base_that_opens_everything_of_both_is_kept(versions: Versions, base: str) -> None:
    versions.write(versions.base, box.generate())
    data = {"empty": b"", "other key": versions.base.read_bytes(), "noise": b"noise"}
    versions.base.write_bytes(data[base])
    versions.write(versions.ours, place="ici", revision=2)
    versions.write(versions.theirs, frequency="hebdo", revision=3)
    versions.merge()
    merged = versions.read(versions.ours)
    assert (merged.place, merged.frequency, merged.revision) == ("ici", "hebdo", 4)


def test_what_was_merged_is_padded_and_opens_with_the_key_of_its_drawer(versions: Versions) -> None:
    versions.write(versions.ours, place="ici", revision=2)
    versions.write(versions.theirs, frequency="hebdo", revision=2)
    versions.merge()
    text = box.decrypt(versions.ours.read_bytes(), [versions.secret])
    assert len(text) == padding.size(len(text.rstrip(b"\n")) + 1)


def test_a_version_under_another_key_is_an_error_and_ours_stays(versions: Versions) -> None:
    versions.write(versions.theirs, box.generate())
    ours = versions.ours.read_bytes()
    with pytest.raises(DamagedError):
        versions.merge()
    assert versions.ours.read_bytes() == ours


def test_a_record_of_another_place_is_an_error(versions: Versions) -> None:
    folder, drawer, _record = versions.place.removeprefix("records/").split("/")
    with pytest.raises(DamagedError):
        versions.merge(layout.record_path(folder, drawer, "a" * 16))


def test_git_keeps_ours_of_a_drawer_that_is_destroyed_or_unknown(
    practice: Practice, versions: Versions, coach: Coach
) -> None:
    ours = versions.ours.read_bytes()
    words = ("git", "merge", str(versions.base), str(versions.ours), str(versions.theirs))
    versions.write(versions.theirs, fee=120, revision=2)
    refused(coach(*words, "keys/x.age"), 10, "no record of the vault")
    refused(coach(*words, f"records/{'a' * 16}/notes/{'b' * 16}.yaml.age"), 10, "no key for the drawer")
    result = coach("purge", "--expired", "--client", practice.solange, "--yes")
    assert result.code == 0, result.err
    stone = next((practice.root / "tombstones").glob("*-notes-*.yaml"))
    folder = stone.name.split("-")[0]
    refused(coach(*words, f"records/{folder}/notes/{'b' * 16}.yaml.age"), 10, f"{folder}/notes is destroyed")
    assert versions.ours.read_bytes() == ours


@pytest.mark.parametrize("name", ["{id}.yaml.age", "x1Y2z3_{id}.yaml.age"])
def test_a_copy_of_a_version_is_shown_by_the_id_in_its_name(
    versions: Versions, name: str, tmp_path: Path
) -> None:
    copy = tmp_path / name.format(id=versions.record.id)
    copy.write_bytes(versions.ours.read_bytes())
    assert driver.show(versions.vault, copy) == merge.text_of(versions.record)


def test_a_version_is_shown_though_its_record_is_removed(practice: Practice, tmp_path: Path) -> None:
    (path,) = _note(practice)
    copy = tmp_path / path.name
    shutil.copy(path, copy)
    path.unlink()
    assert b"conflit avec sa soeur" in driver.show(world.open_vault(practice.root), copy)


def test_a_file_of_any_name_is_tried_with_every_key(versions: Versions) -> None:
    assert driver.show(versions.vault, versions.ours) == merge.text_of(versions.record)


def test_a_version_that_no_key_opens_is_a_line_that_says_so(versions: Versions, tmp_path: Path) -> None:
    for name in ("any", f"{versions.record.id}.yaml.age"):
        versions.write(tmp_path / name, box.generate())
        shown = driver.show(versions.vault, tmp_path / name)
        assert shown.startswith(b"# no key of this vault opens this version")


def test_the_history_of_a_destroyed_drawer_can_still_be_walked(practice: Practice, coach: Coach) -> None:
    words = ("log", "-p", "--all", "--", "records/*/notes/*")
    assert b"dette de jeu" in world.git(practice.root, *words)
    assert coach("purge", "--expired", "--client", practice.solange, "--yes").code == 0
    shown = world.git(practice.root, *words)
    assert b"dette de jeu" not in shown
    assert b"conflit avec sa soeur" in shown
    assert b"# no key of this vault opens this version" in shown


def test_what_is_no_age_file_or_a_damaged_one_is_not_shown(versions: Versions, tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"schema: note/1\n")
    with pytest.raises(BadDataError):
        driver.show(versions.vault, tmp_path / "plain")
    versions.ours.write_bytes(versions.ours.read_bytes()[:-1])
    with pytest.raises(DamagedError):
        driver.show(versions.vault, versions.ours)


def test_an_identity_that_opens_nothing_is_an_error(versions: Versions, practice: Practice) -> None:
    stranger = Vault(practice.root, keys.Identity([box.generate()]))
    with pytest.raises(LockedError):
        driver.show(stranger, versions.ours)


def test_a_vault_is_made_with_both_drivers(practice: Practice) -> None:
    listed = world.git(practice.root, "config", "--local", "--list").decode()
    assert "merge.coachvault.driver=coach git merge %O %A %B %P" in listed
    assert "diff.coachvault.textconv=coach git show" in listed
    assert "diff.coachvault.cachetextconv=false" in listed
    checked = world.git(practice.root, "check-attr", "merge", "diff", "text", "--", "records/x.age").decode()
    assert [line.split()[-1] for line in checked.splitlines()] == ["coachvault", "coachvault", "unset"]


def _note(practice: Practice) -> list[Path]:
    """Return the file of Augustine's note."""
    folder = world.folder_of(world.open_vault(practice.root), practice.augustine)
    return list((practice.root / "records" / folder / "notes").iterdir())
