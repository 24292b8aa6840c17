from collections.abc import Callable, Iterator
import os
from pathlib import Path
import re
import shutil
import signal
import tempfile
import time

import cheap_identity
from program import Coach, refused
import pytest

from coachvault.cli.agent import _seconds as seconds
from coachvault.crypto import agent, channel
from coachvault.errors import BadDataError


@pytest.fixture
def protected(home: Path, monkeypatch: pytest.MonkeyPatch, coach: Coach) -> Iterator[Path]:
    """An identity behind a passphrase where the program looks for it, and a vault of one client."""
    runtime = Path(tempfile.mkdtemp(prefix="cv", dir="/tmp"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(runtime))
    path = home / ".config" / "coachvault" / "identity.age"
    path.parent.mkdir(parents=True)
    path.write_bytes(cheap_identity.FILE)
    says = home / "says"
    says.write_text(
        f"#!/bin/sh\nprintf '%s\\n' '{cheap_identity.PASSPHRASE}'\necho asked >> '{home}/asked'\n"
    )
    says.chmod(0o700)
    monkeypatch.setenv("COACHVAULT_PASSCOMMAND", str(says))
    monkeypatch.setenv("COACHVAULT_DIR", str(home / "vault"))
    words = ("init", str(home / "vault"), "--name", "Ada", "--country", "FR", "--language", "en")
    assert coach(*words).code == 0
    assert coach("client", "new", "Augustine").code == 0
    yield path
    agent.forget()
    shutil.rmtree(runtime)


@pytest.fixture
def times_asked(home: Path) -> Callable[[], int]:
    """How often the passphrase was asked for since the last time this was called."""

    def count() -> int:
        place = home / "asked"
        found = len(place.read_text().splitlines()) if place.exists() else 0
        place.unlink(missing_ok=True)
        return found

    return count


def test_unlocked_commands_ask_for_nothing_until_it_is_locked(
    protected: Path, coach_process: Coach, times_asked: Callable[[], int]
) -> None:
    assert times_asked() == 2
    assert coach_process("unlock").code == 0
    assert times_asked() == 1
    assert coach_process("note", "add", "augustine", "--text", "Came late.").code == 0
    assert "unlocked until " in coach_process("status").out
    assert times_asked() == 0
    assert coach_process("lock").out == "locked: 1 agent is gone\n"
    assert not channel.place_of(protected).exists()
    assert "lock\tlocked\n" in coach_process("status").out
    assert times_asked() == 1
    assert coach_process("lock").out == "nothing was unlocked\n"


def test_a_named_identity_has_an_agent_of_its_own(
    protected: Path, home: Path, coach_process: Coach, times_asked: Callable[[], int]
) -> None:
    other = home / "other.age"
    shutil.copy(protected, other)
    coach_process("unlock")
    times_asked()
    assert coach_process("client", "list", "--identity", str(other)).code == 0
    assert times_asked() == 1
    coach_process("unlock", COACHVAULT_IDENTITY=str(other))
    times_asked()
    assert coach_process("client", "list", "--identity", str(other)).code == 0
    assert times_asked() == 0


def test_after_its_time_the_passphrase_is_asked_for(
    protected: Path, coach_process: Coach, times_asked: Callable[[], int]
) -> None:
    assert coach_process("unlock", "--for", "1s").code == 0
    times_asked()
    deadline = time.monotonic() + 10
    while agent.seconds_left(protected) is not None and time.monotonic() < deadline:
        time.sleep(0.05)
    assert coach_process("client", "list").code == 0
    assert times_asked() == 1


def test_after_a_killed_agent_the_passphrase_is_asked_for(
    protected: Path, coach_process: Coach, times_asked: Callable[[], int]
) -> None:
    coach_process("unlock")
    times_asked()
    names = [path.parent for path in Path("/proc").glob("[0-9]*/cmdline") if _is_of(path, protected)]
    assert len(names) == 1
    os.kill(int(names[0].name), signal.SIGKILL)
    assert coach_process("client", "list").code == 0
    assert times_asked() == 1


def _is_of(path: Path, identity: Path) -> bool:
    try:
        return os.fsencode(channel.place_of(identity)) in path.read_bytes()
    except OSError:
        return False


def test_a_destruction_ends_every_agent(protected: Path, coach_process: Coach) -> None:
    coach_process("unlock")
    coach_process("note", "add", "augustine", "--on", "2000-12-31", "--text", "Came late.")
    closed = coach_process("client", "close", "augustine", "--on", "2001-01-01")
    assert closed.code == 0, closed.err
    assert agent.seconds_left(protected) is not None
    purged = coach_process("purge", "--expired", "--yes", "--clock-is-right", COACHVAULT_PASSCOMMAND="false")
    assert purged.code == 0, purged.err
    assert "destroyed" in purged.out
    assert "coach: the vault is locked again: after a destruction" in purged.err
    assert agent.seconds_left(protected) is None


def test_a_time_of_another_day_is_said_with_its_day(protected: Path, coach_process: Coach) -> None:
    told = coach_process("unlock", "--for", "24h").out
    assert re.search(r"before: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\n", told)
    assert re.search(r"unlocked until \d{4}-", coach_process("status").out)
    assert protected.exists()


def test_an_identity_without_a_passphrase_has_nothing_to_unlock(identity: Path, coach_process: Coach) -> None:
    assert identity.exists()
    refused(coach_process("unlock"), 10, "nothing to unlock")


def test_a_wrong_passphrase_starts_nothing(protected: Path, coach_process: Coach) -> None:
    refused(coach_process("unlock", COACHVAULT_PASSCOMMAND="echo wrong horse"), 6, "does not open")
    assert agent.seconds_left(protected) is None


def test_a_folder_of_others_starts_nothing(protected: Path, coach_process: Coach) -> None:
    place = Path(os.environ["XDG_RUNTIME_DIR"]) / "coachvault"
    place.mkdir(mode=0o777)
    place.chmod(0o777)
    refused(coach_process("unlock"), 10, "private")
    place.chmod(0o700)
    assert agent.seconds_left(protected) is None


@pytest.mark.parametrize(("span", "expected"), [("90s", 90), ("15m", 900), ("2h", 7200), ("24h", 86400)])
def test_a_time_is_a_number_and_its_unit(span: str, expected: int) -> None:
    assert seconds(span) == expected


@pytest.mark.parametrize("span", ["", "0m", "15", "m", "-1m", "1.5h", "25h", "1d", "99999h", "١m"])
def test_another_time_is_refused(span: str) -> None:
    with pytest.raises(BadDataError):
        seconds(span)


KEYCHAIN = """
from pathlib import Path
import keyring.backend

class InAFile(keyring.backend.KeyringBackend):
    priority = {priority}
    place = Path(__file__).with_name("kept")
    def get_password(self, service, name):
        return self.place.read_text() if self.place.exists() else None
    def set_password(self, service, name, password):
        self.place.write_text(password)
    def delete_password(self, service, name):
        self.place.unlink()
"""


@pytest.fixture
def keychain(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A keychain that keeps one password in a file, by the interface that every real one has."""
    pytest.importorskip("keyring", reason="the keychain is an extra")
    (home / "standin").mkdir()
    (home / "standin" / "a_keychain.py").write_text(KEYCHAIN.format(priority=5))
    monkeypatch.setenv("PYTHONPATH", str(home / "standin"))
    monkeypatch.setenv("PYTHON_KEYRING_BACKEND", "a_keychain.InAFile")
    return home / "standin" / "kept"


def test_a_remembered_passphrase_is_asked_for_once(
    protected: Path, keychain: Path, coach_process: Coach, times_asked: Callable[[], int]
) -> None:
    times_asked()
    first = coach_process("unlock", "--remember")
    assert "one more copy" in first.err
    assert (keychain.read_text(), times_asked()) == (cheap_identity.PASSPHRASE, 1)
    coach_process("lock")
    assert coach_process("unlock", "--remember").code == 0
    assert times_asked() == 0
    assert coach_process("lock", "--forget").code == 0
    assert not keychain.exists()
    assert agent.seconds_left(protected) is None


def test_a_remembered_passphrase_that_is_wrong_is_asked_for_again(
    protected: Path, keychain: Path, coach_process: Coach
) -> None:
    keychain.write_text("what it was before")
    assert coach_process("unlock", "--remember").code == 0
    assert keychain.read_text() == cheap_identity.PASSPHRASE
    assert agent.seconds_left(protected) is not None


def test_a_keychain_that_keeps_things_in_the_clear_is_refused(
    protected: Path, keychain: Path, coach_process: Coach
) -> None:
    keychain.with_name("a_keychain.py").write_text(KEYCHAIN.format(priority=0.5))
    refused(coach_process("unlock", "--remember"), 9, "keychain")
    assert not keychain.exists()
    assert agent.seconds_left(protected) is None
