"""The identity at a terminal: a passphrase mistyped, not repeated or broken off changes nothing."""

from pathlib import Path
import time

import pexpect
from practice import Practice
from program import Coach, snapshot
import pytest
from terminal_world import PASSPHRASE, Terminal, finish, interrupt, show

from coachvault.crypto import identityfile
from coachvault.errors import LockedError

OTHER = "une tout autre phrase de passe"
QUESTIONS = {
    "old": "Passphrase: ",
    "new": "New passphrase: ",
    "again": "again: ",
    "word": "Type rotate to confirm: ",
}
Answers = tuple[tuple[str, str], ...]


class Guarded:
    """A practice behind a passphrase, and all that a command on its identity could change."""

    def __init__(self, practice: Practice, path: Path) -> None:
        self.root, self.path, self.kit = practice.root, path, path.with_name("kit.pdf")
        self.before = self.state()

    def state(self) -> tuple[dict[str, bytes], dict[str, bytes]]:
        return snapshot(self.root), snapshot(self.path.parent)

    def opens_with(self, passphrase: str) -> bool:
        try:
            identityfile.open_file(self.path, lambda: passphrase)
        except LockedError:
            return False
        return True


@pytest.fixture
def guarded(practice: Practice, protected: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Guarded:
    """A copy of the identity of the test's own, alone in its folder."""
    path = tmp_path / "own" / "identity.age"
    path.parent.mkdir()
    path.write_bytes(protected.read_bytes())
    path.chmod(0o600)
    monkeypatch.setenv("COACHVAULT_IDENTITY", str(path))
    return Guarded(practice, path)


def answer(child: "pexpect.spawn[str]", *answers: tuple[str, str]) -> None:
    """Answer these questions in their order."""
    for question, text in answers:
        child.expect_exact(QUESTIONS[question])
        child.sendline(text)


def test_a_wrong_passphrase_at_passwd_leaves_all_as_it_was(guarded: Guarded, terminal: Terminal) -> None:
    child = terminal("identity", "passwd")
    answer(child, ("old", OTHER))
    found, text = finish(child)
    assert (found, "the passphrase does not open the identity" in text) == (6, True), text
    assert "phrase de passe" not in text
    assert guarded.state() == guarded.before


PASSWD_FAULTS = {
    "too short": ((("new", "court"),), "shorter than 10 characters"),
    "mistyped repetition": ((("new", OTHER), ("again", f"{OTHER}.")), "the two passphrases differ"),
}


@pytest.mark.parametrize(("answers", "says"), PASSWD_FAULTS.values(), ids=list(PASSWD_FAULTS))
def test_a_mistake_at_passwd_is_asked_for_again(
    answers: Answers, says: str, guarded: Guarded, terminal: Terminal
) -> None:
    child = terminal("identity", "passwd")
    answer(child, ("old", PASSPHRASE), *answers)
    child.expect(says)
    assert guarded.state() == guarded.before
    answer(child, ("new", OTHER), ("again", OTHER))
    text = "\n".join(show(child))
    assert not any(word in text for word in ("phrase de passe", "court"))
    assert (guarded.opens_with(PASSPHRASE), guarded.opens_with(OTHER)) == (False, True)


PASSWD = (("old", PASSPHRASE), ("new", OTHER), ("again", OTHER))
ROTATE = (("old", PASSPHRASE), ("word", "rotate"))


@pytest.mark.parametrize(
    ("verb", "answers", "next_question"),
    [
        (verb, said[:n], said[n][0])
        for verb, said in (("passwd", PASSWD), ("rotate", ROTATE))
        for n in range(len(said))
    ],
)
def test_ctrl_c_at_any_question_leaves_all_as_it_was(
    verb: str, answers: Answers, next_question: str, guarded: Guarded, terminal: Terminal
) -> None:
    child = terminal("identity", verb, *(("--output", str(guarded.kit)) if verb == "rotate" else ()))
    answer(child, *answers)
    child.expect_exact(QUESTIONS[next_question])
    interrupt(child)
    code, text = finish(child)
    assert (code, "coach: error: interrupted" in text) == (130, True)
    assert guarded.state() == guarded.before


def test_passwd_gives_the_file_another_passphrase_and_nothing_else(
    guarded: Guarded, terminal: Terminal
) -> None:
    child = terminal("identity", "passwd")
    answer(child, *PASSWD)
    text = "\n".join(show(child))
    assert "the passphrase of the identity is changed" in text
    assert "phrase de passe" not in text
    assert guarded.state()[0] == guarded.before[0]
    assert [path.name for path in guarded.path.parent.iterdir()] == ["identity.age"]
    assert (guarded.opens_with(PASSPHRASE), guarded.opens_with(OTHER)) == (False, True)
    listing = terminal("client", "list")
    answer(listing, ("old", OTHER))
    assert any("Rousseau" in line for line in show(listing))


ROTATE_FAULTS = {
    "wrong passphrase": ((("old", OTHER),), 6, "the passphrase does not open the identity"),
    "not confirmed": ((("old", PASSPHRASE), ("word", "no")), 10, "not confirmed"),
}


@pytest.mark.parametrize(("answers", "code", "says"), ROTATE_FAULTS.values(), ids=list(ROTATE_FAULTS))
def test_a_mistake_at_rotate_leaves_all_as_it_was(
    answers: Answers, code: int, says: str, guarded: Guarded, terminal: Terminal
) -> None:
    child = terminal("identity", "rotate", "--output", str(guarded.kit))
    answer(child, *answers)
    found, text = finish(child)
    assert (found, says in text) == (code, True), text
    assert "phrase de passe" not in text
    assert guarded.state() == guarded.before


@pytest.mark.parametrize("seconds", [0.3, 1.2, 2.4])
def test_ctrl_c_while_rotate_is_at_work_is_done_or_undone_by_the_next_command(
    seconds: float, guarded: Guarded, terminal: Terminal
) -> None:
    child = terminal("identity", "rotate", "--output", str(guarded.kit))
    answer(child, ("old", PASSPHRASE), ("word", "rotate"))
    time.sleep(seconds)
    interrupt(child)
    code, text = finish(child)
    assert code in (0, 130), text
    listing = terminal("client", "list")
    # Whoever finishes or takes back a rotation asks for the passphrase of each file that it tries.
    while listing.expect_exact([QUESTIONS["old"], pexpect.EOF]) == 0:
        listing.sendline(PASSPHRASE)
    listing.close()
    assert (listing.exitstatus, "Rousseau" in str(listing.before)) == (0, True)
    assert {path.name for path in guarded.path.parent.iterdir()} <= {"identity.age", "kit.pdf"}
    doctor = terminal("doctor")
    answer(doctor, ("old", PASSPHRASE))
    show(doctor)


def test_rotate_goes_on_with_the_passphrase_and_prints_the_kit(
    guarded: Guarded, terminal: Terminal, coach_process: Coach, protected: Path
) -> None:
    child = terminal("identity", "rotate", "--output", str(guarded.kit))
    answer(child, ("old", PASSPHRASE), ("word", "rotate"))
    text = "\n".join(show(child))
    assert "keys are wrapped to them" in text
    assert "AGE-SECRET-KEY" not in text
    assert guarded.kit.read_bytes().startswith(b"%PDF")
    assert sorted(path.name for path in guarded.path.parent.iterdir()) == ["identity.age", "kit.pdf"]
    assert guarded.opens_with(PASSPHRASE)
    given = {"COACHVAULT_PASSCOMMAND": f"echo '{PASSPHRASE}'"}
    assert coach_process("client", "list", **given).code == 0
    old = coach_process("client", "list", **given, COACHVAULT_IDENTITY=str(protected))
    assert (old.code, "does not open the vault" in old.err) == (6, True)
