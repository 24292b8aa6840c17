from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
import contextlib
import os
from pathlib import Path
import shutil
import signal
import socket
import stat
import struct
import subprocess
import sys
import tempfile
import time

import pytest

from coachvault.crypto import agent, box, channel, keeper, keys
from coachvault.errors import DamagedError, LockedError, RefusedError

FOLDER, DRAWER = "a" * 16, "notes"


class NobodyError(Exception):
    pass


def nobody() -> keys.Identity:
    raise NobodyError


@pytest.fixture
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    # A socket's name is short, so pytest's own folders are too deep.
    place = Path(tempfile.mkdtemp(prefix="cv", dir="/tmp"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(place))
    yield place
    agent.forget()
    shutil.rmtree(place, ignore_errors=True)


class Held:
    """An identity with its file, which nobody needs to be able to decrypt here."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.secret = box.generate()
        path.write_text("stands for the encrypted file\n")

    def start(self, seconds: int = 60) -> None:
        agent.start(self.path, self.secret + "\n", seconds)

    def wrapped(self, drawer_key: str) -> bytes:
        return keys.wrap(drawer_key, FOLDER, DRAWER, [box.recipient_of(self.secret)])

    def client(self) -> agent.Client:
        return agent.Client(self.path, nobody)

    @property
    def socket(self) -> Path:
        return channel.place_of(self.path)

    def pid(self) -> int:
        with channel.connect(self.socket, 5) as line:
            data = line.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
        return int(struct.unpack("3i", data)[0])


@pytest.fixture
def held(runtime: Path, tmp_path: Path) -> Held:  # noqa: ARG001 every agent stands there
    return Held(tmp_path / "identity.age")


def waits_until(done: Callable[[], bool], seconds: float = 10) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if done():
            return True
        time.sleep(0.05)
    return False


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split(")")[1].split()[0] != "Z"
    except OSError:
        return False


def test_it_unwraps_what_was_wrapped_to_its_identity(held: Held) -> None:
    held.start()
    secrets = [box.generate() for _number in range(3)]
    contents = held.client().unwrap([held.wrapped(secret) for secret in secrets])
    assert [keys.secret_of(content, FOLDER, DRAWER) for content in contents] == secrets


def test_more_key_files_than_one_question_carries(held: Held) -> None:
    held.start()
    data = held.wrapped(box.generate())
    assert len(held.client().unwrap([data] * (agent.MAX_FILES + 9))) == agent.MAX_FILES + 9


def test_the_socket_and_its_folder_are_private(held: Held, runtime: Path) -> None:
    held.start()
    assert stat.S_IMODE(held.socket.stat().st_mode) == 0o600
    assert stat.S_IMODE((runtime / "coachvault").stat().st_mode) == 0o700


def test_the_process_shows_no_secret_and_holds_nothing_open(
    held: Held, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COACHVAULT_PASSCOMMAND", "echo a-passphrase")
    held.start()
    pid = held.pid()
    shown = Path(f"/proc/{pid}/cmdline").read_bytes()
    assert b"SECRET" not in shown
    assert held.secret.encode() not in shown
    listed = subprocess.run(["cat", f"/proc/{pid}/environ"], capture_output=True, check=False).stdout
    assert b"PASSCOMMAND" not in listed
    assert b"SECRET" not in listed
    limits = Path(f"/proc/{pid}/limits").read_text()
    assert next(line for line in limits.splitlines() if "core file" in line).split()[4:6] == ["0", "0"]
    assert Path(f"/proc/{pid}").stat().st_uid == 0  # what the kernel does to a process that is not dumpable
    with contextlib.suppress(PermissionError):
        files = {str(path.readlink()) for path in Path(f"/proc/{pid}/fd").iterdir()}
        # A process that is one of several for the tests has pipes for its own streams, and hands them on.
        streams = {"pipe"} if "PYTEST_XDIST_WORKER" in os.environ else set()
        assert {name.partition(":")[0] for name in files} - streams <= {"/dev/null", "socket"}
        assert sum(name.startswith("socket") for name in files) == 1
    assert os.getsid(pid) == pid


def test_lock_ends_it_and_its_socket(held: Held) -> None:
    held.start()
    pid = held.pid()
    assert agent.forget() == 1
    assert waits_until(lambda: not is_alive(pid))
    assert not held.socket.exists()
    assert agent.forget() == 0


def test_it_ends_when_it_was_idle_and_not_before(held: Held) -> None:
    held.start(2)
    pid, data = held.pid(), held.wrapped(box.generate())
    for _number in range(3):
        time.sleep(0.8)
        held.client().unwrap([data])
    assert agent.seconds_left(held.path) in (0, 1)
    assert waits_until(lambda: not is_alive(pid), 5)
    assert agent.seconds_left(held.path) is None
    with pytest.raises(NobodyError):
        held.client().unwrap([data])


def test_asking_for_its_state_does_not_keep_it_alive(held: Held) -> None:
    held.start(1)
    pid = held.pid()
    assert waits_until(lambda: agent.seconds_left(held.path) is None, 5)
    assert waits_until(lambda: not is_alive(pid), 5)


def test_it_ends_when_its_folder_is_gone(held: Held, runtime: Path) -> None:
    held.start()
    pid = held.pid()
    shutil.rmtree(runtime / "coachvault")
    assert waits_until(lambda: not is_alive(pid))


def test_sigterm_takes_the_socket_away(held: Held) -> None:
    held.start()
    place, pid = held.socket, held.pid()
    os.kill(pid, signal.SIGTERM)
    assert waits_until(lambda: not is_alive(pid))
    assert not place.exists()


def test_a_killed_agent_leaves_a_socket_that_is_passed_over_and_replaced(held: Held) -> None:
    held.start()
    pid, data = held.pid(), held.wrapped(box.generate())
    os.kill(pid, signal.SIGKILL)
    assert waits_until(lambda: not is_alive(pid))
    assert held.socket.is_socket()
    with pytest.raises(NobodyError):
        held.client().unwrap([data])
    held.start()
    assert held.client().unwrap([data])


def test_a_second_unlock_ends_the_first_agent(held: Held) -> None:
    held.start()
    first = held.pid()
    held.start()
    assert held.pid() != first
    assert waits_until(lambda: not is_alive(first))


def test_two_identities_do_not_mix(held: Held, tmp_path: Path) -> None:
    other = Held(tmp_path / "other.age")
    held.start()
    assert agent.seconds_left(other.path) is None
    other.start()
    with pytest.raises(LockedError):
        other.client().unwrap([held.wrapped(box.generate())])


def test_a_file_in_the_place_of_the_identity_is_another_identity(held: Held) -> None:
    held.start()
    held.path.unlink()
    held.path.write_text("another\n")
    assert agent.seconds_left(held.path) is None


def test_a_damaged_key_file_is_said_to_be_one(held: Held) -> None:
    held.start()
    with pytest.raises(DamagedError):
        held.client().unwrap([held.wrapped(box.generate())[:-1]])


def test_it_opens_key_files_and_nothing_else(held: Held) -> None:
    held.start()
    letter = box.encrypt(b"dear diary", [box.recipient_of(held.secret)])
    assert agent.ask(held.path, agent.UNWRAP, [letter]) == (agent.UNKNOWN, [])


@pytest.mark.parametrize(
    "message",
    [
        b"",
        b"identity please",
        b"u",
        b"x",
        b"u" + struct.pack(">I", 2**31) + b"abc",
        b"u" + struct.pack(">I", 0) * (agent.MAX_FILES + 1),
        b"s" + struct.pack(">I", 1) + b"x",
        bytes(range(256)) * 64,
    ],
)
def test_what_is_no_question_gets_no_answer_and_does_no_harm(held: Held, message: bytes) -> None:
    held.start()
    with channel.connect(held.socket, 5) as line:
        channel.send(line, message, 5)
        assert channel.receive(line, 5) == agent.UNKNOWN
    assert held.client().unwrap([held.wrapped(box.generate())])


def test_too_long_a_question_is_hung_up_on(held: Held) -> None:
    held.start()
    with channel.connect(held.socket, 5) as line:
        line.sendall(struct.pack(">I", channel.MAX_MESSAGE + 1))
        assert line.recv(1) == b""
    assert held.client().unwrap([held.wrapped(box.generate())])


def test_who_says_nothing_holds_up_nobody_for_long(held: Held) -> None:
    held.start()
    with channel.connect(held.socket, 5), channel.connect(held.socket, 5) as slow:
        slow.sendall(b"\0")
        assert held.client().unwrap([held.wrapped(box.generate())])


def test_many_clients_at_once(held: Held) -> None:
    held.start()
    secrets = [box.generate() for _number in range(40)]

    def ask(secret: str) -> str:
        return keys.secret_of(held.client().unwrap([held.wrapped(secret)])[0], FOLDER, DRAWER)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, secrets)) == secrets


def test_an_agent_of_another_user_is_not_trusted(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    held.start()
    monkeypatch.setattr(channel, "peer", lambda _line: os.geteuid() + 1)
    with pytest.raises(NobodyError):
        held.client().unwrap([held.wrapped(box.generate())])


def test_another_user_gets_no_answer(held: Held) -> None:
    place = channel.place_of(held.path, make=True)
    listener = channel.Listener(place)
    try:
        with socket.socket(socket.AF_UNIX) as line, pytest.MonkeyPatch.context() as patch:
            line.connect(str(place))
            patch.setattr(channel, "peer", lambda _line: os.geteuid() + 1)
            assert listener.accept(5) is None
            assert line.recv(1) == b""
    finally:
        listener.close()


@pytest.fixture
def ready(held: Held) -> Held:
    channel.folder(make=True)
    return held


def test_a_link_in_the_socket_s_place_is_not_followed(ready: Held) -> None:
    elsewhere = Path(tempfile.mkdtemp(prefix="cv", dir="/tmp"))
    with socket.socket(socket.AF_UNIX) as trap:
        trap.bind(str(elsewhere / "s"))
        trap.listen()
        ready.socket.symlink_to(elsewhere / "s")
        with pytest.raises(NobodyError):
            ready.client().unwrap([ready.wrapped(box.generate())])
        trap.settimeout(0)
        with pytest.raises(BlockingIOError):
            trap.accept()
        ready.start()
        assert ready.client().unwrap([ready.wrapped(box.generate())])
        assert (elsewhere / "s").exists()
    shutil.rmtree(elsewhere)


def test_a_hung_agent_is_given_up(ready: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(agent, "_PATIENCE", 0.2)
    with socket.socket(socket.AF_UNIX) as hung:
        hung.bind(str(ready.socket))
        ready.socket.chmod(0o600)
        hung.listen()
        start = time.monotonic()
        with pytest.raises(NobodyError):
            ready.client().unwrap([ready.wrapped(box.generate())])
        assert time.monotonic() - start < 2


@pytest.mark.parametrize("mode", [0o755, 0o770, 0o701])
def test_a_folder_that_others_may_enter_is_refused(ready: Held, runtime: Path, mode: int) -> None:
    (runtime / "coachvault").chmod(mode)
    with pytest.raises(RefusedError):
        ready.start()
    assert agent.find(ready.path, lambda: keys.Identity([ready.secret])).__class__ is keys.Identity


def test_a_link_in_the_folder_s_place_is_refused(held: Held, runtime: Path, tmp_path: Path) -> None:
    (tmp_path / "theirs").mkdir(mode=0o700)
    (runtime / "coachvault").symlink_to(tmp_path / "theirs")
    with pytest.raises(RefusedError):
        held.start()


def test_without_a_runtime_folder_there_is_a_private_one(held: Held, monkeypatch: pytest.MonkeyPatch) -> None:
    place = Path(tempfile.mkdtemp(prefix="cv", dir="/tmp"))
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    monkeypatch.setenv("TMPDIR", str(place))
    held.start()
    assert held.socket.parent == place / f"coachvault-{os.geteuid()}"
    assert stat.S_IMODE(held.socket.parent.stat().st_mode) == 0o700
    agent.forget()
    shutil.rmtree(place)


def test_every_folder_is_looked_in_when_all_is_forgotten(
    held: Held, runtime: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A command of cron has not the environment of the terminal where it was unlocked, and the other way."""
    here = runtime / str(os.geteuid())
    here.mkdir(mode=0o700)
    monkeypatch.setattr(channel, "_RUNTIME", str(runtime))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(here))
    held.start()
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    assert agent.forget() == 1
    monkeypatch.setenv("TMPDIR", str(runtime))
    held.start()
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(here))
    assert agent.forget() == 1


def test_the_answer_never_holds_the_identity() -> None:
    secret = box.generate()
    identity = keys.Identity([secret])
    wrapped = keys.wrap(box.generate(), FOLDER, DRAWER, [box.recipient_of(secret)])
    for letter in map(bytes, ([value] for value in range(256))):
        for parts in ([], [b""], [wrapped], [secret.encode()]):
            assert secret.encode() not in keeper.answer(identity, letter, parts, b"1")


def test_a_client_loads_little() -> None:
    code = "import sys, coachvault.crypto.agent; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True).stdout
    heavy = {"hashlib", "subprocess", "tempfile", "pyrage", "msgspec", "yaml", "ctypes", "multiprocessing"}
    assert not heavy & set(loaded.split())
