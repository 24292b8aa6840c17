"""Runs `coach` as a person would: in this process, which is fast, or as the installed program."""

from collections.abc import Callable, Iterator
import contextlib
import io
import os
from pathlib import Path
import re
import subprocess
import sys
import tempfile
from typing import NamedTuple

import pytest

from coachvault import cli
from coachvault.crypto import box

_FOREIGN = ("COACH_DEBUG", "NO_COLOR", "FORCE_COLOR", "LC_MESSAGES", "VISUAL", "EDITOR", "TTY_COMPATIBLE")
_PASSING = (".coachvault/lock", ".coachvault/index", ".coachvault/brief")
_TWO_LINES = re.compile(r"coach: error: (.+(?:\n  .+)*)\ncoach: hint: .+\n")
PROGRAM = str(Path(sys.executable).parent / "coach")


class Result(NamedTuple):
    """What a command left: its exit code, its stdout and its stderr."""

    code: int
    out: str
    err: str


Coach = Callable[..., Result]


def isolate(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    """Make this folder the only home, and English the language of the locale."""
    for name in os.environ:
        if name.startswith(("COACHVAULT_", "XDG_", "GIT_")) or name in _FOREIGN:
            monkeypatch.delenv(name)
    places = {"HOME": "", "XDG_CONFIG_HOME": ".config", "XDG_DATA_HOME": ".data", "TMPDIR": ".tmp"}
    for name, inner in places.items():
        (home / inner).mkdir(parents=True, exist_ok=True)
        monkeypatch.setenv(name, str(home / inner))
    monkeypatch.setattr(tempfile, "tempdir", str(home / ".tmp"))
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    monkeypatch.setenv("LANG", "en_US.UTF-8")
    monkeypatch.setenv("LANGUAGE", "en")
    monkeypatch.setenv("TERM", "xterm-256color")


def write_plain_identity(place: Path) -> Path:
    """Write a new age identity without a passphrase, and return its file."""
    secret = box.generate()
    path = place / "identity.txt"
    path.touch(0o600)
    path.write_text(f"# public key: {box.recipient_of(secret)}\n{secret}\n")
    return path


def run(*words: str, stdin: str | bytes | None = None) -> Result:
    """Run one command in this process, with no terminal."""
    given = stdin.encode() if isinstance(stdin, str) else stdin or b""
    umask = os.umask(0o077)
    try:
        with _streams(given) as (out, err):
            code = cli.run(list(words))
            sys.stdout.flush()
            sys.stderr.flush()
            return Result(code, out.getvalue().decode("utf-8", "replace"), err.getvalue().decode())
    finally:
        os.umask(umask)


def run_process(*words: str, stdin: str | bytes | None = None, **environment: str) -> Result:
    """Run the installed program."""
    given = stdin.encode() if isinstance(stdin, str) else stdin or b""
    done = subprocess.run(
        [PROGRAM, *words],
        input=given,
        capture_output=True,
        check=False,
        timeout=60,
        env={**os.environ, **environment},
    )
    return Result(done.returncode, done.stdout.decode("utf-8", "replace"), done.stderr.decode())


def snapshot(root: Path) -> dict[str, bytes]:
    """Return every file below a folder with its bytes, but the lock and the caches."""
    found = {path.relative_to(root).as_posix(): path for path in sorted(root.rglob("*")) if path.is_file()}
    return {name: path.read_bytes() for name, path in found.items() if not name.startswith(_PASSING)}


def pack(root: Path) -> None:
    """Put git's objects into one file, so that a copy of the vault takes little time."""
    subprocess.run(["git", "-C", str(root), "gc", "--quiet"], check=True)


def refused(result: Result, code: int, says: str) -> None:
    """Assert that a command failed in two lines, with this code and these words, and said no result."""
    told = _TWO_LINES.fullmatch(result.err)
    assert told, result.err
    assert says in told[1], result.err
    assert (result.code, result.out) == (code, ""), result.err


@contextlib.contextmanager
def _streams(given: bytes) -> Iterator[tuple[io.BytesIO, io.BytesIO]]:
    kept = sys.stdin, sys.stdout, sys.stderr
    source, out, err = io.BytesIO(given), io.BytesIO(), io.BytesIO()
    sys.stdin = io.TextIOWrapper(source, "utf-8")
    sys.stdout = io.TextIOWrapper(out, "utf-8", write_through=True)
    sys.stderr = io.TextIOWrapper(err, "utf-8", write_through=True)
    try:
        yield out, err
    finally:
        for stream in (sys.stdin, sys.stdout, sys.stderr):
            stream.detach()
        sys.stdin, sys.stdout, sys.stderr = kept
