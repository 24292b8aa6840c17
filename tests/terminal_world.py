"""A terminal to run the program at, and an identity behind a passphrase to type there."""

from collections.abc import Callable, Iterator
import os
from pathlib import Path
import signal
import time

import pexpect
from practice import Practice
from program import PROGRAM
import pytest

from coachvault.crypto import box

PASSPHRASE = "phrase de passe très longue"
Terminal = Callable[..., "pexpect.spawn[str]"]


def hear_ctrl_c() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    """`terminal(*words, NAME=value)` starts the program at a terminal of 80 columns."""
    started: list[pexpect.spawn[str]] = []

    def start(*words: str, **environment: str) -> "pexpect.spawn[str]":
        child = pexpect.spawn(
            PROGRAM,
            list(words),
            env={**os.environ, **environment},
            dimensions=(24, 80),
            encoding="utf-8",
            timeout=60,
            # What runs the tests may ignore Ctrl-C, and a program inherits that.
            preexec_fn=hear_ctrl_c,
        )
        started.append(child)
        return child

    yield start
    for child in started:
        child.close(force=True)


@pytest.fixture(scope="session")
def protected(tmp_path_factory: pytest.TempPathFactory, made: tuple[Practice, Path]) -> Path:
    """The identity of the practice behind a passphrase: made once, since scrypt is slow by design."""
    path = tmp_path_factory.mktemp("protected") / "identity.age"
    path.write_bytes(box.encrypt_with_passphrase(made[1].read_bytes(), PASSPHRASE))
    return path


def interrupt(child: "pexpect.spawn[str]") -> None:
    """Press Ctrl-C at a question that somebody had the time to read.

    Python looks for what a signal left behind before it waits for a line, and not while it begins to.
    """
    time.sleep(0.3)
    child.sendintr()


def finish(child: "pexpect.spawn[str]") -> tuple[int | None, str]:
    """Return the exit code and what was shown since the last expectation, without carriage returns."""
    child.expect(pexpect.EOF)
    child.close()
    return child.exitstatus, str(child.before).replace("\r\n", "\n")


def show(child: "pexpect.spawn[str]") -> list[str]:
    """Return the lines of a command that must end well."""
    code, text = finish(child)
    assert code == 0, text
    return text.splitlines()
