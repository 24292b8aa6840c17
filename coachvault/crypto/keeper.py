"""The agent's own process: it keeps an identity in memory for a while, and answers to its person.

It is started without the person's environment and with nothing open but the pipe that the identity
comes through. It leaves no core dump, lets nobody look into its memory, and writes nothing, anywhere.
It ends when it was idle for too long, when it is told to, and when its socket is gone.
"""

import contextlib
import ctypes
import os
from pathlib import Path
import resource
import select
import signal
import socket
import subprocess
import sys
import time
from typing import NoReturn

from coachvault.crypto import agent, channel, keys
from coachvault.errors import CoachError, DamagedError, ProgramError
from coachvault.language import _

READY = b"ready\n"
START_SECONDS = 30
# How long a question may take to arrive, and how often the keeper looks whether it is still wanted.
_QUESTION_SECONDS, _GLANCE_SECONDS = 1.0, 2.0
_INHERITED = ("LD_LIBRARY_PATH", "PATH", "PYTHONHOME")
_DUMPABLE, _LOCK_CURRENT = 4, 1  # PR_SET_DUMPABLE and MCL_CURRENT


def start(place: Path, secrets: str, seconds: int) -> None:
    """Start a keeper in a session of its own; raises ProgramError unless it says that it is ready."""
    environment = {name: os.environ[name] for name in _INHERITED if name in os.environ}
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, sys.path))  # the modules that we have
    words = (sys.executable, "-P", "-m", __name__, str(place), str(seconds))
    answer = b""
    with contextlib.suppress(OSError):
        process = subprocess.Popen(  # noqa: S603 our own program
            words,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=os.sep,
            env=environment,
            start_new_session=True,
        )
        try:
            answer = _hand_over(process, secrets)
        finally:
            if answer != READY:
                process.kill()
                process.wait()
    if answer != READY:
        raise ProgramError(_("the agent could not start"), _("commands go on asking for the passphrase"))
    process.returncode = 0  # it outlives us; nobody is to wait for it, or to be warned


def main(place: Path, seconds: int) -> None:
    """Take the identity from standard input, answer, and end."""
    _hide()
    identity = keys.parse_identity(sys.stdin.buffer.read(2**16))
    _pin()
    signal.signal(signal.SIGTERM, _leave)
    listener = channel.Listener(place)
    try:
        _let_go()
        _serve(listener, identity, seconds)
    finally:
        listener.close()


def _serve(listener: channel.Listener, identity: keys.Identity, seconds: int) -> None:
    end = _now() + seconds
    while listener.is_in_place and _now() < end:
        line = listener.accept(min(end - _now(), _GLANCE_SECONDS))
        if line is None:
            continue
        with line, contextlib.suppress(OSError, ValueError):
            question, parts = _question(line)
            if _now() >= end:
                return
            if question == agent.UNWRAP and parts:
                end = _now() + seconds
            left = str(int(end - _now())).encode()
            channel.send(line, answer(identity, question, parts, left), _QUESTION_SECONDS)
            if question == agent.LOCK:
                return


def _question(line: socket.socket) -> tuple[bytes, list[bytes]]:
    message = channel.receive(line, _QUESTION_SECONDS)
    try:
        return agent.unpack(message)
    except ValueError:
        return agent.UNKNOWN, []


def answer(identity: keys.Identity, question: bytes, parts: list[bytes], left: bytes) -> bytes:
    """Return the answer to a question: what the key files hold, the seconds left, or a refusal."""
    plain = {agent.STATUS: agent.pack(agent.DONE, [left]), agent.LOCK: agent.pack(agent.DONE)}
    if question in plain and not parts:
        return plain[question]
    if question != agent.UNWRAP or not parts:
        return agent.pack(agent.UNKNOWN)
    try:
        contents = identity.unwrap(parts)
    except DamagedError:
        return agent.pack(agent.DAMAGED)
    except CoachError:
        return agent.pack(agent.CLOSED)
    # Whatever else was encrypted to this identity is no business of an agent.
    if not all(keys.is_key(content) for content in contents):
        return agent.pack(agent.UNKNOWN)
    return agent.pack(agent.DONE, [content.encode() for content in contents])


def _now() -> float:
    """Return seconds that go on while the machine sleeps, where the system counts them."""
    return time.clock_gettime(getattr(time, "CLOCK_BOOTTIME", time.CLOCK_MONOTONIC))


def _hide() -> None:
    """Leave no core dump, and close the memory to other processes, where the system can."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_DUMPABLE, 0, 0, 0, 0)


def _pin() -> None:
    """Keep what is in memory now out of the swap, as far as the system's limit lets us."""
    if sys.platform == "linux":
        ctypes.CDLL(None).mlockall(_LOCK_CURRENT)


def _let_go() -> None:
    """Say that we are ready, then hold nothing open but the socket."""
    os.write(sys.stdout.fileno(), READY)
    nowhere = os.open(os.devnull, os.O_RDWR)
    for descriptor in (0, 1, 2):
        os.dup2(nowhere, descriptor)
    os.close(nowhere)


def _leave(_number: int, _frame: object) -> NoReturn:
    raise SystemExit


def _hand_over(process: "subprocess.Popen[bytes]", secrets: str) -> bytes:
    """Write the identity into the pipe and return what comes back, or nothing in time."""
    if process.stdin is None or process.stdout is None:
        return b""
    with process.stdin, process.stdout:
        process.stdin.write(secrets.encode())
        process.stdin.close()
        ready, _out, _err = select.select([process.stdout], [], [], START_SECONDS)
        return os.read(process.stdout.fileno(), len(READY)) if ready else b""


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
