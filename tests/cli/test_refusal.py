"""What is wrong around a command: identity, files of the vault, git, disk, clock, templates."""

from collections.abc import Callable
import json
from pathlib import Path
import resource
import shutil
import subprocess

from practice import Practice
from program import PROGRAM, Coach, Result, refused, run, snapshot, write_plain_identity
import pytest

from coachvault.errors import CoachError
from coachvault.vault import layout

pytestmark = pytest.mark.usefixtures("errors")
NOTE = ("note", "add", "rousseau", "--text", "Marqueur")


@pytest.fixture
def note_file(practice: Practice) -> Path:
    """The file of Augustine's note: hers is the only folder with a session log."""
    (log,) = practice.root.glob("records/*/log")
    (path,) = (log.parent / "notes").glob("*.age")
    return path


def test_wrong_identity_opens_nothing(practice: Practice, coach: Coach, tmp_path: Path) -> None:
    before = snapshot(practice.root)
    other = write_plain_identity(tmp_path)
    refused(coach(*NOTE, "--identity", str(other)), 6, "this identity does not open the vault")
    assert snapshot(practice.root) == before


def test_identity_file_that_is_missing_is_named(practice: Practice, coach: Coach) -> None:
    refused(coach(*NOTE, "--identity", "/nowhere/id.txt"), 4, "there is no identity at /nowhere/id.txt")
    assert practice


def test_no_identity_at_all_says_how_to_name_one(
    practice: Practice, coach: Coach, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COACHVAULT_IDENTITY")
    refused(coach(*NOTE), 6, "there is no identity on this machine")
    assert practice


def test_identity_file_without_a_key_is_refused_without_its_content(
    practice: Practice, coach: Coach, tmp_path: Path
) -> None:
    (tmp_path / "id.txt").write_text("phrase de passe\n")
    refused(coach(*NOTE, "--identity", str(tmp_path / "id.txt")), 6, "holds no age identity")
    assert practice


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-40])


def _flip(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[-40] ^= 1
    path.write_bytes(data)


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _write_text(path: Path) -> None:
    path.write_text("text: Marqueur\n")


def _swap(path: Path) -> None:
    """Exchange the note with the session of the same client."""
    log = next((path.parent.parent / "log").glob("*.age"))
    path.write_bytes(log.read_bytes())


def _rename(path: Path) -> None:
    """Give the note another id, as someone would who moves files about."""
    path.rename(path.with_name(f"{layout.new_id()}{layout.RECORD_SUFFIX}"))


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (_cut, "was truncated or altered"),
        (_flip, "was truncated or altered"),
        (_empty, "was truncated or altered"),
        (_write_text, "was truncated or altered"),
        (_swap, "was not written with its drawer's key"),
        (_rename, "belongs elsewhere"),
    ],
)
def test_harmed_record_is_refused_by_its_opaque_place(
    harm: Callable[[Path], None], says: str, practice: Practice, note_file: Path, coach: Coach
) -> None:
    harm(note_file)
    before = snapshot(practice.root)
    result = coach("note", "show", practice.augustine)
    refused(result, 7, says)
    assert f"records/{note_file.parent.parent.name}/notes/" in result.err
    assert snapshot(practice.root) == before


@pytest.mark.parametrize("harm", [_cut, _flip, _empty, _write_text, _swap, _rename])
def test_doctor_finds_a_harmed_record_and_goes_on(
    harm: Callable[[Path], None], practice: Practice, note_file: Path, coach: Coach
) -> None:
    harm(note_file)
    result = coach("doctor")
    assert result.code == 13
    assert all(line.startswith("records/") for line in result.out.splitlines())
    assert f"records/{note_file.parent.parent.name}/notes/" in result.out
    assert coach("client", "show", practice.ferdinand).code == 0


def test_key_of_another_drawer_is_noticed(practice: Practice, note_file: Path, coach: Coach) -> None:
    keys = practice.root / "keys" / note_file.parent.parent.name
    shutil.copy(keys / "log.age", keys / "notes.age")
    refused(coach("note", "show", practice.augustine), 7, "belongs to another drawer")


def test_key_that_is_gone_is_noticed(practice: Practice, note_file: Path, coach: Coach) -> None:
    (practice.root / "keys" / note_file.parent.parent.name / "notes.age").unlink()
    result = coach("doctor")
    assert (result.code, "a drawer without its key" in result.out) == (13, True)


def test_vault_of_a_newer_format_is_left_alone(practice: Practice, coach: Coach) -> None:
    config = practice.root / "coachvault.yaml"
    config.write_text(config.read_text().replace("format: 1", "format: 2\nfuture: field"))
    before = snapshot(practice.root)
    refused(coach(*NOTE), 3, "the vault has format 2, and this version knows up to 1")
    assert snapshot(practice.root) == before


def test_settings_that_are_no_yaml_are_named_by_line(practice: Practice, coach: Coach) -> None:
    (practice.root / "coachvault.yaml").write_text("format: 1\n\tvault: x\n")
    refused(coach(*NOTE), 5, "coachvault.yaml:2:")


def test_own_terms_that_are_wrong_are_named_by_line(practice: Practice, coach: Coach) -> None:
    (practice.root / "retention.yaml").write_text("schema: retention/1\nnonsense: [1]\n")
    refused(coach("retention", "show"), 5, "retention.yaml:2:1")


def test_folder_that_is_no_vault_is_named(coach: Coach, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(home)
    refused(coach("client", "list"), 3, f"{home} is not a vault")


@pytest.mark.parametrize("command", [NOTE, ("status",), ("purge", "--expired", "--yes")])
def test_without_git_nothing_is_written(
    command: tuple[str, ...], practice: Practice, coach: Coach, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = snapshot(practice.root)
    monkeypatch.setenv("PATH", "/nowhere")
    result = coach(*command)
    assert (result.code, "coach: error: git is not installed" in result.err) == (9, True)
    assert snapshot(practice.root) == before


def test_without_git_no_vault_is_begun(
    identity: Path, coach: Coach, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    words = ("init", str(home / "new"), "--name", "X", "--country", "FR", "--language", "en")
    refused(coach(*words), 9, "git is not installed")
    assert identity in home.iterdir()
    assert [path.name for path in home.iterdir() if path.name.startswith((".new", "new"))] == []


def test_without_git_one_can_still_read(
    practice: Practice, coach: Coach, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    assert coach("note", "show", practice.augustine).code == 0


@pytest.mark.parametrize("room", [0, 300])
def test_full_disk_changes_nothing(room: int, practice: Practice) -> None:
    before = snapshot(practice.root)

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    words = [PROGRAM, "note", "add", practice.augustine, "--text", "Marqueur " * 99]
    done = subprocess.run(words, capture_output=True, check=False, text=True, preexec_fn=limit)
    refused(Result(done.returncode, done.stdout, done.stderr), 11, "the disk is full")
    assert snapshot(practice.root) == before
    assert run("doctor").code == 0


def test_clock_before_the_newest_record_destroys_nothing(
    practice: Practice, coach: Coach, at: Callable[[str], None]
) -> None:
    before = snapshot(practice.root)
    at("2026-11-21")
    result = coach("purge", "--expired", "--yes")
    assert result.code == 14
    assert "the date is 2026-11-21, and the newest change in the vault is of 2026-11-22" in result.err
    assert snapshot(practice.root) == before


def test_clock_far_after_the_newest_record_destroys_nothing_unless_confirmed(
    practice: Practice, coach: Coach, at: Callable[[str], None]
) -> None:
    before = snapshot(practice.root)
    at("2027-12-28")
    assert coach("purge", "--expired", "--yes").code == 14
    assert snapshot(practice.root) == before
    assert coach("purge", "--expired", "--yes", "--clock-is-right").code == 0
    assert list((practice.root / "tombstones").iterdir())


def test_clock_400_days_after_the_newest_record_is_believed(
    practice: Practice, coach: Coach, at: Callable[[str], None]
) -> None:
    at("2027-12-27")
    assert coach("purge", "--expired", "--yes").code == 0
    assert list((practice.root / "tombstones").iterdir())


def test_hold_wins_over_every_term(practice: Practice, coach: Coach) -> None:
    assert coach("client", "hold", practice.solange, "--reason", "Marqueur").code == 0
    before = snapshot(practice.root)
    result = coach("purge", "--expired", "--yes")
    assert (result.code, result.out) == (0, "")
    assert "holds keep 2 drawers" in result.err
    assert snapshot(practice.root) == before


def test_nothing_due_is_said_and_nothing_written(practice: Practice, coach: Coach) -> None:
    before = snapshot(practice.root)
    result = coach("purge", "--expired", "--yes", "--client", practice.augustine)
    assert (result.code, result.out) == (0, "")
    assert "no drawer has reached its term" in result.err
    assert snapshot(practice.root) == before


def test_nothing_due_is_one_empty_object_for_a_script(practice: Practice, coach: Coach) -> None:
    result = coach("purge", "--expired", "--yes", "--json", "--client", practice.augustine)
    assert json.loads(result.out) == {"version": 1, "kind": "expired", "items": []}


def test_in_a_folder_that_was_deleted_help_and_an_error_still_come(
    home: Path, coach: Coach, monkeypatch: pytest.MonkeyPatch
) -> None:
    (home / "gone").mkdir()
    monkeypatch.chdir(home / "gone")
    (home / "gone").rmdir()
    assert coach("--help").code == 0
    refused(coach("client", "list"), 3, "/ is not a vault")


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("one\n{{ contract.nonsense }}", ":2: the template cannot be used: there is no field"),
        ("{{ contract.fee }}", "needs contract.fee, which is not set"),
        ("{{ client.__class__ }}", "there is no field client.__class__"),
        ("{{ ''.__class__.__mro__ }}", ":1: the template cannot be used: it asks for what no"),
        ("{{ self.__init__.__globals__ }}", "what no template may have"),
        ("{{ client.name.format(1) }}", ":1: the template cannot be used: "),
        ("{{ lipsum.__globals__ }}", ":1: the template cannot be used"),
        ("one\n\n{% if %}", ":3: the template cannot be used: "),
        ("{% include '../../keys' %}", "there is no template"),
    ],
)
def test_own_template_that_asks_for_what_is_not_there_or_forbidden_is_refused(
    template: str, says: str, practice: Practice, coach: Coach
) -> None:
    path = practice.root / "templates" / "en" / "contract-individual.md.j2"
    path.parent.mkdir(parents=True)
    path.write_text(template)
    before = snapshot(practice.root)
    refused(coach("contract", "render", practice.augustine, "--format", "md"), 8, says)
    assert snapshot(practice.root) == before


def test_a_defect_of_the_program_is_one_line_without_what_it_was_about(
    practice: Practice, coach: Coach, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_words: object) -> None:
        raise ValueError(practice.solange)

    monkeypatch.setattr("coachvault.actions.note.add", fail)
    monkeypatch.setenv("COACH_DEBUG", "1")
    result = coach(*NOTE)
    assert (result.code, result.out) == (1, "")
    assert "coach: error: a defect in coach (ValueError)" in result.err
    assert "test_refusal.py" in result.err
    assert practice.solange not in result.err


def test_every_class_of_error_has_an_exit_code_of_its_own() -> None:
    codes = [cls.exit_code for cls in CoachError.__subclasses__()]
    assert len(codes) == len(set(codes))
    assert not {0, 1, 130, 141} & set(codes)
