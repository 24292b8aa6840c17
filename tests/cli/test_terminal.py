"""The program at a terminal: questions, confirmations, tables, colours, the editor, Ctrl-C."""

from collections.abc import Iterator
import os
from pathlib import Path
import re
import stat
import tempfile

from leak import leaks
import pexpect
import plugin_program
from practice import Practice
from program import Coach, snapshot
import pytest
from terminal_world import PASSPHRASE, Terminal, finish, interrupt, show

from coachvault.crypto import box

ESCAPES = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


def test_ctrl_c_at_the_passphrase_leaves_everything_as_it_was(
    practice: Practice, terminal: Terminal, protected: Path
) -> None:
    before = snapshot(practice.root)
    child = terminal("note", "add", practice.augustine, "--text", "x", COACHVAULT_IDENTITY=str(protected))
    child.expect("Passphrase: ")
    interrupt(child)
    code, text = finish(child)
    assert (code, "coach: error: interrupted" in text) == (130, True)
    assert snapshot(practice.root) == before


def test_passphrase_opens_and_is_never_echoed(
    practice: Practice, terminal: Terminal, protected: Path
) -> None:
    child = terminal("client", "list", COACHVAULT_IDENTITY=str(protected))
    child.expect("Passphrase: ")
    child.sendline(PASSPHRASE)
    text = "\n".join(show(child))
    assert practice.augustine in text
    assert "phrase de passe" not in text


@pytest.mark.usefixtures("errors")
def test_wrong_passphrase_is_refused_and_not_repeated(
    practice: Practice, coach_process: Coach, protected: Path, tmp_path: Path
) -> None:
    (tmp_path / "wrong").write_text("une autre phrase de passe\n")
    given = {"COACHVAULT_IDENTITY": str(protected), "COACHVAULT_PASSCOMMAND": f"cat '{tmp_path / 'wrong'}'"}
    before = snapshot(practice.root)
    result = coach_process("client", "list", **given)
    assert (result.code, result.out) == (6, "")
    assert result.err.startswith("coach: error: the passphrase does not open the identity\ncoach: hint: ")
    assert "phrase de passe" not in result.err
    assert snapshot(practice.root) == before


@pytest.mark.parametrize("program", ["false", "/nowhere/at/all", "echo 'unbalanced"])
def test_program_for_the_passphrase_that_fails_is_said(
    program: str, practice: Practice, coach_process: Coach, protected: Path
) -> None:
    given = {"COACHVAULT_IDENTITY": str(protected), "COACHVAULT_PASSCOMMAND": program}
    result = coach_process("client", "show", practice.augustine, **given)
    assert (result.code, result.out) == (9, "")
    assert result.err.startswith("coach: error: COACHVAULT_PASSCOMMAND failed\ncoach: hint: ")


def test_passphrase_without_terminal_says_what_to_set(
    practice: Practice, coach_process: Coach, protected: Path
) -> None:
    result = coach_process("client", "show", practice.augustine, COACHVAULT_IDENTITY=str(protected))
    assert result.code == 6
    assert "coach: hint: set COACHVAULT_PASSCOMMAND to a program that prints it" in result.err


def answer_init(child: "pexpect.spawn[str]", *answers: str) -> None:
    """Answer the questions of `init` in their order, as many as there are answers."""
    questions = ("Where is the vault", "Language", "Country", "Your name", "recovery kit")
    for question, answer in zip(questions, answers, strict=False):
        child.expect(question)
        child.sendline(answer)


def test_init_asks_question_by_question_and_the_passphrase_opens_what_it_made(
    home: Path, terminal: Terminal, coach_process: Coach, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(home)
    child = terminal("init")
    answer_init(child, "practice", "en", "FR", "Camille Aubépine", "")
    child.expect("New passphrase: ")
    child.sendline(PASSPHRASE)
    child.expect("again: ")
    child.sendline(PASSPHRASE)
    text = "\n".join(show(child))
    assert f"the vault is at {home / 'practice'}" in text
    assert "phrase de passe" not in text

    path = home / ".config" / "coachvault" / "identity.age"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert box.work_factor(path.read_bytes()) is not None
    (tmp_path / "passphrase").write_text(f"{PASSPHRASE}\n")
    given = {"COACHVAULT_PASSCOMMAND": f"cat '{tmp_path / 'passphrase'}'"}
    opened = coach_process("--vault", str(home / "practice"), "profile", "show", "--json", **given)
    assert '"name":"Camille Aubépine"' in opened.out
    assert leaks([home], [PASSPHRASE]) == []


@pytest.mark.parametrize("count", [0, 5])
def test_ctrl_c_during_init_makes_nothing(
    count: int, home: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home)
    before = snapshot(home)
    child = terminal("init")
    answer_init(child, *("practice", "en", "FR", "Camille", "")[:count])
    child.expect(["Where is the vault", "New passphrase: "])
    interrupt(child)
    code, text = finish(child)
    assert (code, "coach: error: interrupted" in text) == (130, True)
    assert snapshot(home) == before


@pytest.mark.parametrize(
    ("first", "second", "says"),
    [
        ("court", None, "shorter than 10 characters"),
        (PASSPHRASE, "une autre phrase", "the two passphrases differ"),
    ],
)
def test_weak_or_mistyped_passphrase_is_asked_for_again_and_makes_nothing(
    first: str, second: str | None, says: str, home: Path, terminal: Terminal
) -> None:
    before = snapshot(home)
    child = terminal("init")
    answer_init(child, str(home / "practice"), "en", "FR", "Camille", "")
    child.expect("New passphrase: ")
    child.sendline(first)
    if second:
        child.expect("again: ")
        child.sendline(second)
    child.expect(says)
    child.expect("New passphrase: ")
    interrupt(child)
    code, text = finish(child)
    assert (code, "hint: nothing was changed\n" in text) == (130, True)
    assert first not in text
    assert snapshot(home) == before


def test_ctrl_c_at_the_confirmation_destroys_nothing(practice: Practice, terminal: Terminal) -> None:
    before = snapshot(practice.root)
    child = terminal("purge", "--expired", "--clock-is-right")
    child.expect(r"Type the number of drawers to destroy them for good \(2\)")
    interrupt(child)
    code, text = finish(child)
    assert (code, "coach: error: interrupted" in text) == (130, True)
    assert snapshot(practice.root) == before


@pytest.mark.parametrize("answer", ["", "3"])
def test_any_other_answer_destroys_nothing(answer: str, practice: Practice, terminal: Terminal) -> None:
    before = snapshot(practice.root)
    child = terminal("purge", "--expired", "--clock-is-right")
    child.expect("Type the number of drawers")
    child.sendline(answer)
    code, text = finish(child)
    assert (code, "coach: error: not confirmed" in text) == (10, True)
    assert snapshot(practice.root) == before


def test_the_number_typed_destroys(practice: Practice, terminal: Terminal) -> None:
    child = terminal("purge", "--expired", "--clock-is-right")
    child.expect("Type the number of drawers")
    child.sendline("2")
    assert any("2 drawers are destroyed" in line for line in show(child))
    assert len(list((practice.root / "tombstones").iterdir())) == 2


@pytest.mark.parametrize(
    "words",
    [
        ("client", "list"),
        ("contract", "list"),
        ("retention", "explain", "rousseau"),
        ("purge", "--expired", "--dry-run"),
        ("client", "show", "rousseau"),
    ],
    ids=" ".join,
)
def test_table_fits_80_columns_without_losing_its_first_column(
    words: tuple[str, ...], practice: Practice, terminal: Terminal
) -> None:
    said = [ESCAPES.sub("", line) for line in show(terminal(*words))]
    # A note on stderr is a line of its own, which the terminal folds: a command in it can be copied.
    lines = [line for line in said if not line.startswith("coach: ")]
    assert lines
    assert max(map(len, lines)) <= 80
    assert "…" not in "".join(lines)
    if words[-1] == "list":
        assert any(practice.augustine in line for line in lines)


def test_no_color_is_honoured(practice: Practice, terminal: Terminal) -> None:
    coloured = "\n".join(show(terminal("client", "list")))
    plain = "\n".join(show(terminal("client", "list", NO_COLOR="1")))
    assert "\x1b[" in coloured
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]", plain)
    assert practice.augustine in plain


def test_two_matches_at_a_terminal_are_a_choice(practice: Practice, terminal: Terminal) -> None:
    child = terminal("client", "show", "rouss")
    child.expect("Which one")
    child.sendline("")
    child.expect("an answer is needed")
    child.expect("Which one")
    child.sendline(practice.augustine)
    assert any("Augustine Rousseau" in line for line in show(child))


@pytest.fixture
def in_memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder in memory of the test's own, where the editor's file is put."""
    with tempfile.TemporaryDirectory(dir="/dev/shm") as place:
        monkeypatch.setenv("XDG_RUNTIME_DIR", place)
        yield Path(place)


def write_editor(place: Path, *lines: str) -> str:
    """Write an editor that does these lines of shell to its file, and return its name."""
    path = place / "editor"
    path.write_text("\n".join(("#!/bin/sh", *lines)) + "\n")
    path.chmod(0o700)
    return str(path)


def test_editor_writes_the_note_and_leaves_no_file(
    practice: Practice, terminal: Terminal, coach: Coach, in_memory: Path, tmp_path: Path
) -> None:
    editor = write_editor(tmp_path, 'echo "$1" > "$0.place"', 'echo "conflit avec sa soeur" > "$1"')
    show(terminal("note", "add", practice.ferdinand, EDITOR=editor))
    assert Path(f"{editor}.place").read_text().startswith(str(in_memory))
    assert list(in_memory.iterdir()) == []
    assert "conflit avec sa soeur" in coach("note", "show", practice.ferdinand).out


def test_text_that_is_refused_is_offered_again_and_not_lost(
    practice: Practice, terminal: Terminal, coach: Coach, in_memory: Path, tmp_path: Path
) -> None:
    editor = write_editor(
        tmp_path,
        'if [ -s "$1" ]; then tr -d "\\007" < "$1" > "$0.text"; cp "$0.text" "$1"',
        'else printf "dette\\007 de jeu" > "$1"; fi',
    )
    child = terminal("note", "add", practice.ferdinand, EDITOR=editor)
    child.expect("Edit the text again")
    child.sendline("y")
    show(child)
    assert "dette de jeu" in coach("note", "show", practice.ferdinand).out
    assert list(in_memory.iterdir()) == []


@pytest.mark.usefixtures("in_memory")
def test_edit_that_changes_nothing_writes_nothing(
    practice: Practice, terminal: Terminal, tmp_path: Path
) -> None:
    before = snapshot(practice.root)
    editor = write_editor(tmp_path, 'test -s "$1"')
    lines = show(terminal("note", "edit", practice.augustine, EDITOR=editor))
    assert "nothing was different; nothing was written" in lines
    assert snapshot(practice.root) == before


@pytest.mark.usefixtures("in_memory")
def test_editor_that_fails_is_said_and_nothing_is_written(practice: Practice, terminal: Terminal) -> None:
    before = snapshot(practice.root)
    code, text = finish(terminal("note", "add", practice.augustine, EDITOR="false"))
    assert (code, "coach: error: the editor failed" in text) == (9, True)
    assert snapshot(practice.root) == before


def test_a_plugin_may_ask_the_person_for_its_pin(
    practice: Practice, coach: Coach, terminal: Terminal, home: Path
) -> None:
    plugin_program.install(home / "bin")
    identity, recipient = plugin_program.keys()
    path = home / "plugin.txt"
    path.write_text(f"{identity}\n")
    more = {"PATH": f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PATH", more["PATH"])
        assert coach("reader", "add", "Noisette", recipient).code == 0
    words = ("--identity", str(path), "note", "list", practice.augustine)
    for pin, code in (("1234", 0), ("0000", 9)):
        child = terminal(*words, DEMO_PLUGIN="ask identity-v1", **more)
        child.expect_exact("The demo is  [31mawake")
        child.expect_exact("PIN of the demo: ")
        child.sendline(pin)
        while (found := child.expect([pexpect.EOF, "PIN of the demo: "])) == 1:
            child.sendline(pin)
        child.close()
        assert child.exitstatus == code, found
        assert pin not in str(child.before)


def test_nobody_consents_by_the_enter_key(practice: Practice, terminal: Terminal, coach: Coach) -> None:
    child = terminal("consent", "record", practice.augustine, "--type", "supervision")
    child.expect(r"answer\? \(given, refused\) ")
    child.sendline("")
    child.expect(r"answer\? \(given, refused\) ")
    child.sendline("refused")
    assert any("refusal recorded: supervision" in line for line in show(child))
    assert "answer\trefused\n" in coach("consent", "show", practice.augustine).out


def test_what_was_explained_and_understood_is_asked(practice: Practice, terminal: Terminal) -> None:
    child = terminal("contract", "explain", practice.augustine, "--to", "client")
    child.expect("Which points were explained")
    child.expect(r"recourse\) ")
    child.sendline("")
    child.expect(r"recourse\) ")
    child.sendline("fees, ending")
    child.expect("understood")
    child.sendline("in their own words")
    assert any("2 points of 8" in line for line in show(child))
    child = terminal("contract", "explain", practice.augustine, "--to", "client", "--how", "reading")
    child.expect(r"recourse\) ")
    child.sendline("all")
    assert any("8 points of 8" in line for line in show(child))
