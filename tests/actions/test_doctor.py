"""What doctor finds, each thing made for it, and that the hint of each mends it."""

from collections.abc import Callable
import contextlib
import json
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
from coachvault.vault import journal, layout, tombstone
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
    assert found(coach)[f"records/{folder}/notes"] == "a destroyed drawer came back: delete it"
    place.write_bytes(key)
    place.chmod(0o600)
    assert found(coach)[layout.key_path(folder, "notes")] == "a destroyed key came back: delete it"


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
    assert list(found(coach)) == [".coachvault/journal"], "doctor changes nothing"
    assert coach("status").code == 0, "any command finishes it"
    assert found(coach) == {}
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


def test_staged_files_of_a_command_that_died_go_with_the_next_that_is_not_doctor(
    vault: Vault, coach: Coach
) -> None:
    staging = vault.root / journal.STAGING
    staging.mkdir(mode=0o700)
    (staging / "0").write_bytes(b"half")
    (staging / "0").chmod(0o600)
    assert found(coach) == {}
    assert staging.exists()
    assert coach("status").code == 0
    assert not staging.exists()


# --- a destruction that was interrupted


@pytest.fixture
def half(vault: Vault) -> str:
    """Begin to destroy a note, and end once its key was replaced; returns its id."""
    folder = folder_with(vault, "notes")
    (note,) = vault.load(folder, "notes", Note)
    apply = journal._apply  # noqa: SLF001 it ends half-way here

    def begin(root: Path, plan: journal.Plan) -> None:
        apply(root, journal.Plan(plan.moves, ()))
        raise KeyboardInterrupt

    facts = {"rule": "removal", "basis": "a request", "destroyed_on": "2026-11-22"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(journal, "_apply", begin)
        with contextlib.suppress(KeyboardInterrupt), vault.change() as change:
            change.rekey(folder, "notes", facts, [note.id])
    return note.id


@pytest.mark.parametrize("words", [("client", "list"), ("identity", "show")])
def test_who_finishes_a_destruction_says_so_and_how_to_prove_it(
    vault: Vault, coach: Coach, half: str, words: tuple[str, str]
) -> None:
    assert list(found(coach)) == [".coachvault/journal"]
    assert journal.is_pending(vault.root)
    told = coach(*words)
    assert told.code == 0
    assert "coach purge proof" in told.err
    assert not journal.is_pending(vault.root)
    assert coach(*words).err == ""
    assert half not in "".join(path.name for path in vault.root.rglob("*"))


def test_doctor_resumes_a_destruction_with_proof_and_receipt(vault: Vault, coach: Coach, half: str) -> None:
    assert half
    told = coach("doctor", "--resume")
    assert told.code == 0
    assert "1 single record is destroyed" in told.out
    assert "proof: " in told.out
    assert "purge proof" not in told.err
    assert not journal.is_pending(vault.root)
    assert "no change" in coach("doctor", "--resume").out


def test_what_can_be_read_after_all_is_said_by_who_resumes_and_by_every_later_proof(
    vault: Vault, coach: Coach, half: str
) -> None:
    folder, git = folder_with(vault, "notes"), ("git", "-C", str(vault.root))
    text = f"schema: note/1\nid: {half}\nfolder: {folder}\ndrawer: notes\n"
    subprocess.run((*git, "hash-object", "-w", "--stdin"), input=text.encode(), check=True)
    assert coach("doctor", "--resume").code == 13
    again = coach("purge", "proof")
    assert again.code == 13
    assert "in the clear" in again.out
    assert "coach purge proof" in again.err
    subprocess.run((*git, "gc", "--quiet", "--prune=now"), check=True)
    clean = coach("purge", "proof", "--json")
    assert clean.code == 0
    facts = json.loads(clean.out)
    assert (facts["tombstones"], facts["proof"]["findings"]) == (1, [])
    assert facts["proof"]["rate"] > 0


def test_where_nothing_was_destroyed_there_is_nothing_to_prove(vault: Vault, coach: Coach) -> None:
    assert vault.history
    assert "nothing to prove" in coach("purge", "proof").out


def test_one_resumes_or_rolls_back(vault: Vault, coach: Coach, half: str) -> None:
    assert half
    refused(coach("doctor", "--resume", "--rollback"), 2, "exclude each other")
    assert journal.is_pending(vault.root)


# --- keys that somebody else may have made


def plant(vault: Vault, drawer: str) -> tuple[str, str]:
    """Put a key of one's own where a client has none yet; returns the folder and the key."""
    folder, secret = folder_with(vault, "notes"), box.generate()
    place = vault.root / layout.key_path(folder, drawer)
    place.touch(0o600)
    place.write_bytes(keys.wrap(secret, folder, drawer, vault.recipients(folder)))
    return folder, secret


def test_a_key_that_no_record_needs_is_found(vault: Vault, coach: Coach) -> None:
    folder, _secret = plant(vault, "supervision")
    assert "no record needs" in found(coach)[layout.key_path(folder, "supervision")]
    (vault.root / layout.key_path(folder, "supervision")).unlink()
    assert found(coach) == {}


def test_nothing_is_written_with_a_key_that_nothing_accounts_for(vault: Vault, coach: Coach) -> None:
    folder, secret = plant(vault, "supervision")
    values = {"on": "2026-11-22", "text": "Marqueur"}
    with vault.change() as change:
        for _again in range(2):
            change.add("note", folder, values, drawer="supervision")
    fresh = Vault(vault.root, vault._unwrapper)  # noqa: SLF001 as another command opens it
    assert fresh.secret(folder, "supervision") != secret
    assert len(fresh.load(folder, "supervision", Note)) == 2
    (stone,) = tombstone.read_all(vault.root, folder, "supervision")
    assert (stone.rule, stone.records) == ("unknown-key", 0)
    assert coach("purge", "proof").code == 0


@pytest.mark.parametrize("options", [("--keep-history",), ("--destroy", "--yes")])
def test_a_drawer_that_was_emptied_keeps_its_key(
    vault: Vault, coach: Coach, options: tuple[str, ...]
) -> None:
    folder = folder_with(vault, "notes")
    (note,) = vault.load(folder, "notes", Note)
    codes = who.codes(vault)
    assert coach("note", "remove", codes[folder], note.id, *options).code == 0
    assert found(coach) == {}
    fresh = Vault(vault.root, vault._unwrapper)  # noqa: SLF001 as another command opens it
    secret = fresh.secret(folder, "notes")
    assert coach("note", "add", codes[folder], "--text", "Marqueur").code == 0
    assert Vault(vault.root, vault._unwrapper).secret(folder, "notes") == secret  # noqa: SLF001 the same


# --- plaintext, wherever it is


def test_a_file_that_is_not_the_vaults_is_found_in_the_work_tree_and_in_git(
    vault: Vault, coach: Coach
) -> None:
    git = ("git", "-C", str(vault.root))
    (vault.root / "zoe.txt").write_text("Marqueur")
    (vault.root / "tombstones").mkdir(exist_ok=True)
    (vault.root / "tombstones" / "zoe.yaml").write_text("a: Marqueur\n")
    assert found(coach).keys() == {"zoe.txt", "tombstones/zoe.yaml"}
    assert "copy" not in coach("doctor").err, "nothing is damaged"
    subprocess.run((*git, "add", "-f", "zoe.txt"), check=True)
    (vault.root / "tombstones" / "zoe.yaml").unlink()
    (vault.root / "zoe.txt").unlink()
    assert "git rm --cached" in found(coach)["zoe.txt"]
    subprocess.run((*git, "rm", "--quiet", "--cached", "zoe.txt"), check=True)
    assert found(coach) == {}


def test_plaintext_that_git_has_taken_for_a_record_is_found(vault: Vault, coach: Coach) -> None:
    place = next(vault.root.glob("records/*/notes/*.age"))
    data, name = place.read_bytes(), place.relative_to(vault.root).as_posix()
    place.write_text("Marqueur")
    assert "damaged" in coach("doctor").err
    subprocess.run(("git", "-C", str(vault.root), "add", name), check=True)
    place.write_bytes(data)
    assert "plaintext" in found(coach)[name]
    subprocess.run(("git", "-C", str(vault.root), "reset", "--quiet"), check=True)
    assert found(coach) == {}


def test_an_identity_that_others_may_read_is_found_and_mended(
    vault: Vault, coach: Coach, home: Path, made: tuple[Practice, Path]
) -> None:
    other = home / "a b.txt"
    other.write_bytes(made[1].read_bytes())
    other.chmod(0o644)
    here = ("--vault", str(vault.root), "--identity", str(other))
    said = coach(*here, "doctor").out.partition(": ")[2]
    subprocess.run(said, shell=True, check=True)  # noqa: S602 it is what is to be tried
    assert coach(*here, "doctor").out == ""
