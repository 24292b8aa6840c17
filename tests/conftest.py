"""What every test stands on: a home of its own, an identity, a vault, a clock, and the program."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
import os
from pathlib import Path
import re
import shutil

from hypothesis import settings
import practice as practices
from program import Coach, isolate, pack, run, run_process, write_plain_identity
import pytest

from coachvault import clock, language
from coachvault.errors import CoachError

pytest_plugins = ["circle_world", "document_world", "engaged_world", "terminal_world", "wall_world"]

# Thousands of tests flush what they write, and wait for the disk most of their time; in memory they do not.
MEMORY = Path("/dev/shm")  # noqa: S108 a place of the system's
if MEMORY.is_dir() and shutil.disk_usage(MEMORY).free > 4 * 2**30:
    os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(MEMORY))

# The machines that run the tests are slow and shared, and a failure must come back the same.
settings.register_profile("ci", deadline=None, derandomize=True, database=None, max_examples=50)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ci"))


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """Call a case with a key in it by its argument: it is another one in each process of the tests."""
    text = val.decode("utf-8", "replace") if isinstance(val, bytes) else str(val)
    return argname if re.search("AGE-SECRET-KEY-1|age1", text) else None


@pytest.fixture(autouse=True)
def home(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home of the test's own, which it may look through."""
    place = tmp_path_factory.mktemp("home")
    isolate(monkeypatch, place)
    language.use("en")  # a test before it may have left another
    return place


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Set the clock to noon of a day."""

    def set_clock(day: str) -> None:
        moment = datetime.fromisoformat(day).replace(hour=12, tzinfo=UTC)
        monkeypatch.setattr(clock, "now", lambda: moment)

    return set_clock


@pytest.fixture
def identity(home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A plain age identity file, named by the environment."""
    path = write_plain_identity(home)
    monkeypatch.setenv("COACHVAULT_IDENTITY", str(path))
    return path


@pytest.fixture
def coach() -> Coach:
    """`coach(*words, stdin=None)` in this process."""
    return run


@pytest.fixture
def coach_process() -> Coach:
    """`coach_process(*words, stdin=None, NAME=value)`: the installed program."""
    return run_process


@pytest.fixture
def vault(identity: Path, home: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A vault that is empty, in France and in English; the test stands in it."""
    assert identity.is_file()
    root = home / "vault"
    words = ("init", str(root), "--name", "Camille Aubépine", "--country", "FR", "--language", "en")
    assert run(*words).code == 0
    monkeypatch.chdir(root)
    return root


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[practices.Practice, Path]:
    """The practice that tests get copies of, and the identity that opens it."""
    place = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        isolate(patch, place)
        identity = write_plain_identity(place)
        patch.setenv("COACHVAULT_IDENTITY", str(identity))
        moment = datetime.fromisoformat(practices.TODAY).replace(hour=9, tzinfo=UTC)
        patch.setattr(clock, "now", lambda: moment)
        practice = practices.make(place / "vault")
        pack(practice.root)
        return practice, identity


@pytest.fixture
def practice(
    made: tuple[practices.Practice, Path],
    home: Path,
    monkeypatch: pytest.MonkeyPatch,
    at: Callable[[str], None],
) -> practices.Practice:
    """A copy of the practice of the test's own; it stands in it, on the day it was made."""
    practice, identity = made
    root = home / "vault"
    shutil.copytree(practice.root, root, symlinks=True)
    monkeypatch.chdir(root)
    monkeypatch.setenv("COACHVAULT_IDENTITY", str(identity))
    at(practices.TODAY)
    return practice._replace(root=root)


@pytest.fixture
def errors(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[CoachError]]:
    """Every error that the test makes, caught on the way or not: none may hold a client's words."""
    heard: list[CoachError] = []
    begin = CoachError.__init__

    def keep(self: CoachError, message: str, hint: str) -> None:
        begin(self, message, hint)
        heard.append(self)

    monkeypatch.setattr(CoachError, "__init__", keep)
    yield heard
    for error in heard:
        told = f"{error} {error.args} {vars(error)}".lower()
        assert [word for word in practices.WORDS if word.lower() in told] == []
