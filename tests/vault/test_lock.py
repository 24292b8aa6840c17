"""One writer at a time, and the lock goes with its process."""

from pathlib import Path
import signal
import stat
import subprocess
import sys

import pytest

from coachvault.errors import BusyError
from coachvault.vault import layout, lock

HOLDER = """
import sys, time
from pathlib import Path
from coachvault.vault import lock
with lock.locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def hold(root: Path) -> subprocess.Popen[bytes]:
    process = subprocess.Popen((sys.executable, "-c", HOLDER, str(root)), stdout=subprocess.PIPE)
    assert process.stdout
    assert process.stdout.readline() == b"held\n"
    return process


def test_a_free_lock_is_taken_and_given_back(tmp_path: Path) -> None:
    for _time in range(2):
        with lock.locked(tmp_path) as is_ours:
            assert is_ours


def test_the_lock_is_in_a_folder_of_its_owner_alone(tmp_path: Path) -> None:
    with lock.locked(tmp_path):
        assert stat.S_IMODE((tmp_path / layout.STATE).stat().st_mode) == 0o700
        assert stat.S_IMODE((tmp_path / layout.STATE / "lock").stat().st_mode) == 0o600


def test_who_does_not_wait_is_told_at_once_and_who_waits_at_last(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lock, "WAIT_SECONDS", 0.2)
    with hold(tmp_path) as process:
        with lock.locked(tmp_path, wait=False) as is_ours:
            assert not is_ours
        with pytest.raises(BusyError), lock.locked(tmp_path):
            pytest.fail("the lock was held by another")
        process.kill()


def test_a_killed_process_leaves_no_lock(tmp_path: Path) -> None:
    with hold(tmp_path) as process:
        process.send_signal(signal.SIGKILL)
    with lock.locked(tmp_path, wait=False) as is_ours:
        assert is_ours


def test_an_error_under_the_lock_gives_it_back(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), lock.locked(tmp_path):
        raise ZeroDivisionError
    with lock.locked(tmp_path, wait=False) as is_ours:
        assert is_ours
