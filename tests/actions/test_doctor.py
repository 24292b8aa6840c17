"""What doctor finds, each thing made for it, and that the hint of each mends it."""

from collections.abc import Callable
import contextlib
from pathlib import Path
import shutil
import subprocess

from practice import Practice
from program import Coach, refused
import pytest

from coachvault.actions import who
from coachvault.crypto import box, keys
from coachvault.records.contract import Contract
from coachvault.records.note import Note
from coachvault.vault import journal, layout
from coachvault.vault.store import Vault


def opened(root: Path, identity: str) -> Vault:
    return Vault(root, keys.parse_identity(Path(identity).read_bytes()))


@pytest.fixture
def vault(practice: Practice, monkeypatch: pytest.MonkeyPatch, made: tuple[Practice, Path]) -> Vault:
    monkeypatch.chdir(practice.root)
    return opened(practice.root, str(made[1]))


@pytest.fixture
def remote(vault: Vault, coach: Coach, home: Path) -> Path:
    """A remote that has everything."""
    place = home / "remote"
    subprocess.run(("git", "init", "--quiet", "--bare", str(place)), check=True)
    assert coach("remote", "add", str(place)).code == 0
    assert coach("sync").code == 0
    assert coach("doctor").out == "", vault.root
    return place


def found(coach: Coach) -> dict[str, str]:
    """Return what doctor finds, by its place."""
    result = coach("doctor")
    assert result.code == (13 if result.out else 0), result.err
    return dict(line.split("\t") for line in result.out.splitlines())


def folder_with(vault: Vault, drawer: str) -> str:
    return next(folder for folder in vault.folders() if vault.has(folder, drawer))


def test_a_contract_whose_fields_contradict_each_other_is_found_and_mended(
    practice: Practice, vault: Vault, coach: Coach
) -> None:
    """As a merge leaves it where one device moved the start and another the end."""
    folder = who.folder(vault, practice.ferdinand, who.COACHED)
    (contract,) = vault.load(folder, "contract", Contract)
    with vault.change() as change:
        change.update(contract, {"start": "2026-12-20", "end": "2026-12-10", "signatures": ()})
    place = layout.record_path(folder, "contract", contract.id)
    assert found(coach)[place] == "the contract would end before it starts"
    assert coach("contract", "edit", practice.ferdinand, "--end", "2027-06-30").code == 0
    assert found(coach) == {}


def test_a_key_that_is_behind_the_list_of_readers_is_found_and_mended(vault: Vault, coach: Coach) -> None:
    folder, eve = folder_with(vault, "notes"), box.recipient_of(box.generate())
    place = vault.root / layout.key_path(folder, "notes")
    both = [*vault.recipients(folder), eve]
    place.write_bytes(keys.wrap(vault.secret(folder, "notes"), folder, "notes", both))
    assert "coach reader renew" in found(coach)[layout.key_path(folder, "notes")]
    assert "1 key is wrapped" in coach("reader", "renew").out
    assert found(coach) == {}
    assert "already" in coach("reader", "renew").out


def test_a_key_that_does_not_open_is_found_and_hides_no_other(vault: Vault, coach: Coach) -> None:
    folder = folder_with(vault, "notes")
    for drawer, content in (("notes", "notes"), ("billing", "billing")):
        stranger = keys.wrap(box.generate(), folder, content, [box.recipient_of(box.generate())])
        (vault.root / layout.key_path(folder, drawer)).write_bytes(stranger)
    shutil.copy(vault.root / layout.key_path(folder, "identity"), vault.root / layout.key_path(folder, "log"))
    said = found(coach)
    assert "does not open" in said[layout.key_path(folder, "notes")]
    assert "does not open" in said[layout.key_path(folder, "billing")]
    assert "belongs to another drawer" in said[layout.key_path(folder, "log")]


def test_a_key_that_no_file_of_the_vault_has_is_found(vault: Vault, coach: Coach) -> None:
    folder = folder_with(vault, "notes")
    names = (f"{folder}/diary.age", f"{folder}/notes.txt", "unknown/notes.age")
    for name in names:
        (vault.root / layout.KEYS / name).parent.mkdir(exist_ok=True, mode=0o700)
        (vault.root / layout.KEYS / name).touch(mode=0o600)
    assert {f"keys/{name}" for name in names} <= found(coach).keys()


def test_a_whole_drawer_that_comes_back_is_found(vault: Vault, coach: Coach, practice: Practice) -> None:
    folder = folder_with(vault, "notes")
    place = vault.root / layout.key_path(folder, "notes")
    key, records = place.read_bytes(), vault.root / layout.RECORDS / folder / "notes"
    shutil.copytree(records, practice.root.parent / "kept")
    facts = {"rule": "R", "basis": "a law", "destroyed_on": "2026-11-22"}
    with vault.change() as change:
        change.destroy(folder, "notes", facts)
    shutil.copytree(practice.root.parent / "kept", records)
    assert found(coach)[f"records/{folder}/notes"] == "a destroyed drawer came back"
    place.write_bytes(key)
    place.chmod(0o600)
    assert found(coach)[layout.key_path(folder, "notes")] == "a destroyed key came back"


def test_keys_that_a_push_left_behind_are_found_and_mended(vault: Vault, coach: Coach, remote: Path) -> None:
    assert remote.is_dir()
    assert coach("new-client", "Louise").code == 0
    assert found(coach) == {}, "what waits to be pushed is told by status"
    git = ("git", "-C", str(vault.root))
    subprocess.run((*git, "push", "--quiet", "--no-verify", "origin", "main"), check=True)
    assert "older keys" in found(coach)["keys"]
    assert coach("sync").code == 0
    assert found(coach) == {}


def test_a_destruction_that_was_not_pushed_is_found_and_mended(
    vault: Vault, coach: Coach, remote: Path
) -> None:
    assert remote.is_dir()
    folder = folder_with(vault, "notes")
    with vault.change() as change:
        change.destroy(folder, "notes", {"rule": "R", "basis": "a law", "destroyed_on": "2026-11-22"})
    assert "has not heard of" in found(coach)["tombstones"]
    assert coach("sync").code == 0
    assert found(coach) == {}


def test_a_change_that_was_interrupted_is_finished_or_given_up(vault: Vault, coach: Coach) -> None:
    interrupt(vault, _interrupted, "un")
    assert journal.is_pending(vault.root)
    assert "given up" in coach("doctor", "--rollback").out
    assert not journal.is_pending(vault.root)
    interrupt(vault, _interrupted, "deux")
    assert "is finished" in coach("doctor", "--resume").out
    assert "no change" in coach("doctor", "--resume").out
    kept = [note.text for folder in vault.folders() for note in vault.load(folder, "notes", Note)]
    assert "deux" in kept
    assert "un" not in kept
    assert found(coach) == {}


def test_a_change_that_was_begun_cannot_be_given_up(vault: Vault, coach: Coach) -> None:
    apply = journal._apply  # noqa: SLF001 it ends half-way here

    def half(root: Path, plan: journal.Plan) -> None:
        apply(root, journal.Plan(plan.moves[:1], ()))
        raise KeyboardInterrupt

    interrupt(vault, half, "un", "deux")
    refused(coach("doctor", "--rollback"), 10, "only be finished")
    assert coach("doctor").out == "", "any command finishes it"
    assert not journal.is_pending(vault.root)


@pytest.mark.parametrize(
    "pattern",
    [
        ".",
        "keys",
        "keys/{folder}",
        "keys/{folder}/notes.age",
        "records/{folder}/notes/*",
        ".coachvault",
        ".coachvault/CACHEDIR.TAG",
        "outbox",
    ],
)
def test_what_others_on_the_machine_may_read_is_found_and_mended(
    vault: Vault, coach: Coach, pattern: str
) -> None:
    assert found(coach) == {}
    places = vault.root.glob(pattern.format(folder=folder_with(vault, "notes"))) if pattern != "." else ()
    place = next(iter(places), vault.root)
    name = place.relative_to(vault.root).as_posix()
    for mode in (0o040, 0o004, 0o010):
        place.chmod(place.stat().st_mode | mode)
        said = found(coach)
        assert list(said) == [name]
        command = said[name].partition(": ")[2]
        subprocess.run(command, shell=True, cwd=vault.root, check=True)  # noqa: S602 it is what is to be tried
        assert found(coach) == {}


def interrupt(vault: Vault, apply: Callable[..., None], *texts: str) -> None:
    """Begin to keep these notes, and end as this step of the journal does."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(journal, "_apply", apply)
        with contextlib.suppress(KeyboardInterrupt), vault.change() as change:
            for text in texts:
                change.add("note", folder_with(vault, "notes"), {"on": "2026-11-22", "text": text})


def _interrupted(*_words: object) -> None:
    raise KeyboardInterrupt


def test_a_file_of_the_outbox_that_was_not_finished_is_found_and_cleared(vault: Vault, coach: Coach) -> None:
    place = vault.root / layout.OUTBOX / ".C-2222-recordings.m4a.1.new"
    place.write_bytes(b"half")
    place.chmod(0o600)
    assert "coach outbox clear" in found(coach)[f"outbox/{place.name}"]
    assert coach("outbox", "clear").code == 0
    assert found(coach) == {}


def test_staged_files_of_a_command_that_died_go_before_doctor_looks(vault: Vault, coach: Coach) -> None:
    staging = vault.root / journal.STAGING
    staging.mkdir()
    (staging / "0").write_bytes(b"half")
    assert found(coach) == {}
    assert not staging.exists()
