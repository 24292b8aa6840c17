"""Git keeps the ciphertext, and learns nothing else."""

import hashlib
import os
from pathlib import Path
import shutil
import subprocess
import time

import pytest
import vault_world as world

from coachvault.actions import doctor
from coachvault.errors import DamagedError, ProgramError
from coachvault.records import schema
from coachvault.records.base import Record
from coachvault.records.note import Note
from coachvault.vault import driver, files, history, hook, journal, layout, loose
from coachvault.vault.history import History
from coachvault.vault.store import Vault


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    return world.make(tmp_path / "v", git=True)


def git(vault: Vault, *words: str) -> str:
    return subprocess.run(("git", *words), cwd=vault.root, capture_output=True, check=True).stdout.decode()


def log(vault: Vault, form: str) -> set[str]:
    return set(git(vault, "log", f"--format={form}").split("\n")) - {""}


def configure(home: Path, *lines: str) -> None:
    (home / ".gitconfig").write_text("\n".join(lines) + "\n")


def test_every_commit_says_the_same(vault: Vault) -> None:
    world.add_note(vault, world.add_client(vault))
    assert log(vault, "%B") == {"coachvault: update"}
    assert log(vault, "%an %ae %cn %ce") == {
        "coachvault coachvault@localhost coachvault coachvault@localhost"
    }


def test_a_persons_own_settings_do_not_sign_or_rename_a_commit(
    vault: Vault, home: Path, tmp_path: Path
) -> None:
    (tmp_path / "template").write_text("Camille\n")
    configure(
        home,
        "[user]\nname = Camille\nemail = camille@exemple.test\nsigningkey = x",
        "[author]\nname = Camille\n[committer]\nname = Camille\nemail = camille@exemple.test",
        f"[commit]\ngpgsign = true\ntemplate = {tmp_path / 'template'}\nverbose = true",
        "[core]\nautocrlf = true\nquotepath = true\n[init]\ndefaultBranch = other",
    )
    world.add_client(vault)
    assert log(vault, "%an %ae %cn %ce %B") == {
        "coachvault coachvault@localhost coachvault coachvault@localhost coachvault: update"
    }
    assert doctor.examine(world.reopen(vault)).items == ()


def test_the_environment_of_another_repository_does_not_lead_astray(
    vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"):
        monkeypatch.setenv(name, str(tmp_path / "elsewhere"))
    for name in ("GIT_AUTHOR_NAME", "GIT_COMMITTER_EMAIL"):
        monkeypatch.setenv(name, "Camille")
    world.add_client(vault)
    monkeypatch.undo()
    assert not (tmp_path / "elsewhere").exists()
    assert not [entry for entry in log(vault, "%an %ce") if "Camille" in entry]
    assert git(vault, "status", "--porcelain") == ""


def test_no_hook_of_a_person_runs(vault: Vault, home: Path, tmp_path: Path) -> None:
    hooks = tmp_path / "hooks"
    names = (
        "pre-commit",
        "prepare-commit-msg",
        "commit-msg",
        "post-commit",
        "post-index-change",
        "reference-transaction",
    )
    for folder in (hooks, vault.root / ".git" / "hooks"):
        folder.mkdir(exist_ok=True)
        for name in names:
            (folder / name).write_text(f"#!/bin/sh\ntouch {tmp_path}/ran-{name}\n")
            (folder / name).chmod(0o755)
    world.add_client(vault)
    configure(home, f"[core]\nhooksPath = {hooks}")
    world.add_client(vault)
    assert not list(tmp_path.glob("ran-*"))


def test_no_hook_comes_from_a_template(home: Path, tmp_path: Path) -> None:
    (tmp_path / "template" / "hooks").mkdir(parents=True)
    (tmp_path / "template" / "hooks" / "pre-push").write_text("#!/bin/sh\n")
    configure(home, f"[init]\ntemplateDir = {tmp_path / 'template'}")
    root = world.make(tmp_path / "v", git=True).root
    ours = root / ".git/hooks/pre-push"
    assert list(root.rglob("pre-push")) == [ours]
    assert ours.read_text() == hook.PRE_PUSH


def test_after_every_change_git_sees_nothing_left(vault: Vault) -> None:
    folder = world.add_client(vault)
    record = world.add_note(vault, folder)
    for act in (
        lambda: world.add_document(vault, folder, b"%PDF"),
        lambda: remove(vault, record),
        lambda: world.add_note(vault, folder),
        lambda: world.destroy(vault, folder, "notes"),
    ):
        commits = len(git(vault, "rev-list", "HEAD").split())
        act()
        assert git(vault, "status", "--porcelain") == ""
        assert len(git(vault, "rev-list", "HEAD").split()) == commits + 1


def remove(vault: Vault, record: Record) -> None:
    with vault.change() as change:
        change.remove(record)


def test_keys_and_bytes_of_documents_are_in_no_commit(vault: Vault) -> None:
    folder = world.add_client(vault)
    world.add_document(vault, folder, b"%PDF")
    names = set(git(vault, "log", "--name-only", "--format=").split())
    assert {name.partition("/")[0] for name in names} == {
        "coachvault.yaml", ".gitattributes", ".gitignore", "records",
    }  # fmt: skip
    assert vault.history
    assert vault.history.tracked(layout.OUTSIDE_HISTORY) == []


def test_what_waits_is_counted(vault: Vault) -> None:
    assert vault.history
    assert vault.history.waiting() == 0
    (vault.root / "retention.yaml").write_text("")
    (vault.root / "mine").write_text("")
    assert vault.history.waiting() == 2


def test_a_remote_is_noticed(vault: Vault) -> None:
    assert vault.history
    assert not vault.history.has_remote()
    git(vault, "remote", "add", "origin", "/nowhere")
    assert vault.history.has_remote()


def test_cleaning_the_work_tree_leaves_keys_and_documents_alone(vault: Vault) -> None:
    folder = world.add_client(vault)
    record = world.add_document(vault, folder, b"%PDF")
    world.add_note(vault, folder)
    git(vault, "clean", "-fdx")
    found = world.reopen(vault)
    assert len(found.load(folder, "notes", Note)) == 1
    assert found.document(record) == b"%PDF"
    world.add_note(found, folder)
    assert doctor.examine(world.reopen(vault)).items == ()


def test_without_git_nothing_is_written(
    vault: Vault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = world.tree(vault.root)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ProgramError, match="git is not installed"):
        world.add_client(vault)
    assert world.tree(vault.root) == before
    assert world.is_settled(vault.root)


def test_without_git_no_vault_that_needs_it_is_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ProgramError, match="git is not installed"):
        world.make(tmp_path / "v", git=True)
    assert list(tmp_path.iterdir()) == []


def test_a_vault_without_history_needs_no_git(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    vault = world.make(tmp_path / "v")
    world.add_note(vault, world.add_client(vault))
    assert vault.history is None
    assert world.content(world.reopen(vault)).notes == ("une confidence",)


def test_a_vault_inside_another_repository_is_none_of_its_own(tmp_path: Path) -> None:
    History.create(tmp_path, ())
    vault = world.make(tmp_path / "v")
    world.add_client(vault)
    assert History.find(vault.root) is None
    words = ("git", "rev-list", "--all")
    assert subprocess.run(words, cwd=tmp_path, capture_output=True, check=True).stdout == b""


def test_when_git_fails_the_change_is_kept_and_recorded_by_the_next(vault: Vault) -> None:
    lock = vault.root / ".git" / "index.lock"
    lock.write_bytes(b"")
    with pytest.raises(ProgramError, match="git update-index failed"):
        world.add_client(vault)
    lock.unlink()
    found = world.reopen(vault)
    found.recover()
    assert git(vault, "status", "--porcelain") == ""
    assert world.content(found).clients == ("Augustine",)


def test_a_nested_repository_that_was_begun_by_half_is_begun_anew_by_the_next_key(vault: Vault) -> None:
    nested = vault.root / layout.KEYS
    shutil.rmtree(nested / ".git" / "refs")
    world.add_client(vault)
    assert History(nested, is_nested=True).text("rev-parse", "--git-dir") == ".git"


def interrupted(vault: Vault) -> tuple[Path, Path]:
    """Return a lock of git's, and the journal of a change that it refused a minute ago."""
    lock = vault.root / ".git" / "index.lock"
    lock.write_bytes(b"")
    with pytest.raises(ProgramError):
        world.add_client(vault)
    made = time.time() - 60
    os.utime(vault.root / journal.JOURNAL, (made, made))
    return lock, vault.root / journal.JOURNAL


def test_a_lock_that_git_left_when_it_died_with_us_goes_when_the_change_is_finished(vault: Vault) -> None:
    lock, pending = interrupted(vault)
    os.utime(lock, (time.time() - 30,) * 2)
    world.reopen(vault).recover()
    assert not lock.exists()
    assert not pending.exists()
    assert git(vault, "status", "--porcelain") == ""


@pytest.mark.parametrize("age", [0, 90])
def test_a_lock_that_may_be_another_s_stays(vault: Vault, age: int) -> None:
    lock, pending = interrupted(vault)
    os.utime(lock, (time.time() - age,) * 2)
    world.reopen(vault).recover()
    assert lock.exists()
    assert pending.exists()


def test_what_was_deleted_by_hand_is_recorded_when_it_is_deleted_by_us(vault: Vault) -> None:
    record = world.add_note(vault, world.add_client(vault))
    (vault.root / layout.record_path(record.folder, "notes", record.id)).unlink()
    remove(vault, record)
    assert git(vault, "status", "--porcelain") == ""


def test_of_a_large_index_git_writes_what_changed(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(history, "_LARGE", 0)
    folder = world.add_client(vault)
    with vault.change() as change:
        for number in range(200):
            change.add("note", folder, world.note(f"{number}"))
    index = vault.root / ".git" / "index"
    before = index.stat().st_size
    monkeypatch.undo()

    record = world.add_note(vault, folder)
    remove(vault, record)
    world.add_note(vault, folder)

    whole = max(vault.root.glob(".git/sharedindex.*"), key=lambda place: place.stat().st_size)
    assert before < index.stat().st_size < whole.stat().st_size
    assert git(vault, "status", "--porcelain") == ""
    assert git(vault, "fsck", "--strict") == ""


def test_git_packs_what_has_become_many_objects(vault: Vault, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = world.add_client(vault)
    git(vault, "config", "gc.auto", "1")
    world.add_note(vault, folder, "before")
    texts = (b"%d" % number for number in range(10_000))
    of_sample = [t for t in texts if hashlib.sha1(b"blob %d\0%b" % (len(t), t)).hexdigest()[:2] == "17"]  # noqa: S324 git's name
    for text in of_sample[:3]:
        subprocess.run(("git", "hash-object", "-w", "--stdin"), cwd=vault.root, input=text, check=True)
    assert list(vault.root.glob(".git/objects/pack/*.pack")) == []

    monkeypatch.setattr(loose, "CROWD", 1)
    world.add_note(vault, folder, "at that moment")
    world.add_note(vault, folder, "after")

    assert list(vault.root.glob(".git/objects/pack/*.pack"))
    assert world.content(world.reopen(vault)).notes == ("after", "at that moment", "before")
    assert git(vault, "status", "--porcelain") == ""
    assert git(vault, "fsck", "--strict", "--no-dangling") == ""


def tree_of_records(vault: Vault) -> Path:
    name = git(vault, "rev-parse", "HEAD:records").strip()
    return vault.root / ".git" / "objects" / name[:2] / name[2:]


@pytest.mark.parametrize("is_packed", [False, True])
@pytest.mark.parametrize("damage", ["altered", "gone"])
def test_where_a_tree_is_damaged_nothing_is_taken_for_gone(
    vault: Vault, damage: str, *, is_packed: bool
) -> None:
    for name in ("Augustine", "Ferdinand"):
        folder = world.add_client(vault, name)
    damaged = tree_of_records(vault)
    damaged.chmod(0o600)
    data = damaged.read_bytes()
    damaged.write_bytes(data[:-9] + bytes([data[-9] ^ 1]) + data[-8:])
    if damage == "gone":
        damaged.unlink()
    if is_packed:  # what is asked first is answered by a git, which then meets the damage
        tree = git(vault, "rev-parse", "HEAD^{tree}").strip()
        subprocess.run(
            ("git", "pack-objects", "-q", ".git/objects/pack/pack"),
            cwd=vault.root, input=f"{tree}\n".encode(), check=True, capture_output=True,
        )  # fmt: skip
        (vault.root / ".git" / "objects" / tree[:2] / tree[2:]).unlink()
    head = git(vault, "rev-parse", "HEAD")

    for _again in range(2):
        with pytest.raises(DamagedError, match="object of git"):
            world.add_note(world.reopen(vault), folder)

    assert git(vault, "rev-parse", "HEAD") == head
    damaged.write_bytes(data)
    world.reopen(vault).recover()
    assert git(vault, "status", "--porcelain") == ""
    assert git(vault, "fsck", "--strict") == ""


def test_the_broken_pipe_of_another_is_not_taken_for_our_own(vault: Vault) -> None:
    assert vault.history
    git_beside = vault.history.start("cat-file", "--batch")
    questions, _answers = git_beside.__enter__()
    broken = BrokenPipeError("another")
    assert not git_beside.__exit__(BrokenPipeError, broken, None)
    assert questions.closed


def test_what_is_the_same_does_not_differ_before_git_has_looked_at_it(vault: Vault) -> None:
    assert vault.history
    folder = world.add_client(vault)
    record = world.add_note(vault, folder)
    assert driver.differing(vault.history, layout.RECORDS) == {}

    path = layout.record_path(folder, "notes", record.id)
    (vault.root / path).write_bytes(b"another")
    assert driver.differing(vault.history, layout.RECORDS) == {
        path: git(vault, "rev-parse", f"HEAD:{path}").strip()
    }


def test_nothing_is_recorded_twice(vault: Vault) -> None:
    assert vault.history
    before = git(vault, "rev-list", "HEAD")
    vault.history.record([layout.CONFIG])
    vault.history.record([layout.key_path("a" * 16, "notes")])
    assert git(vault, "rev-list", "HEAD") == before


def test_the_coachs_own_terms_and_templates_are_recorded_along(vault: Vault) -> None:
    (vault.root / "retention.yaml").write_text("schema: 1\n")
    (vault.root / "templates/fr").mkdir(parents=True)
    (vault.root / "templates/fr/charter.md.j2").write_text("# Ma charte\n")

    world.add_client(vault)

    assert vault.history is not None
    assert vault.history.waiting() == 0


@pytest.mark.parametrize("what", ["an odd name", "a link", "far too large"])
def test_a_template_that_history_cannot_keep_is_in_the_way_of_nothing(vault: Vault, what: str) -> None:
    folder = world.add_client(vault)
    place = vault.root / "templates/fr/charter.md.j2"
    place.parent.mkdir(parents=True)
    if what == "an odd name":
        Path(os.fsdecode(os.fsencode(place.parent) + b"/mod\xe8le.md.j2")).write_text("# Mon mod\u00e8le\n")
    elif what == "a link":
        place.symlink_to(vault.root / layout.CONFIG)
    else:
        with place.open("wb") as file:
            file.truncate(files.MAX_FILE + 1)

    world.add_note(vault, folder)

    assert len(world.reopen(vault).load(folder, "notes", Note)) == 1
    assert git(vault, "status", "--porcelain").startswith("??")
    (found,) = schema.plain(doctor.examine(vault).items)
    assert found["place"].startswith("templates/fr/")
    assert found["place"].isprintable()


def test_where_two_clones_changed_a_record_git_writes_nothing_into_it(vault: Vault) -> None:
    """A ciphertext without a zero byte looks like text to git: it must not be merged as one."""
    folder = world.add_client(vault)
    path = layout.record_path(folder, "identity", vault.record_ids(folder, "identity")[0])
    assert vault.history is not None
    run = vault.history.run
    sides = {"ours": b"age-encryption.org/v1\nours\n", "theirs": b"age-encryption.org/v1\ntheirs\n"}
    run("branch", "theirs")
    for side, data in sides.items():
        if side == "theirs":
            run("checkout", "--quiet", "theirs")
        (vault.root / path).write_bytes(data)
        vault.history.record([path])

    merged = run("merge", "main", check=False)

    assert merged.returncode != 0
    assert (vault.root / path).read_bytes() == sides["theirs"]
