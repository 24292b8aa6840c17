"""A command in a process of its own that meets a fault at a chosen step of its work on the disk.

The process is a fork, so that it costs nothing to start. A step is whatever changes the disk, makes
sure of it, or has git write: between two steps a process that dies leaves the same. The last step is
the end, with all of it done. The kinds of faults:

killed      a real SIGKILL
full        from that step on every write fails, those of git too: the system's limit for a file's size
read-only   from that step on no folder takes a change, by their modes
flush       one flush to the disk fails (EIO)
refused     one step fails (ENOSPC)
"""

from collections.abc import Callable, Iterator, Sequence
import contextlib
import ctypes
import errno
import functools
import json
import os
from pathlib import Path
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
from typing import Any, NamedTuple

KINDS = ("killed", "full", "read-only", "flush", "refused")
END = "end"
# What a step is done to whose folder is known by its number alone, and goes with all that is in it.
INNER = "…"
# Of linux/capability.h and linux/prctl.h.
_OVERRIDE, _CAP_VERSION, _DROP_BOUNDING = (1, 2), 0x20080522, 24
_CHANGES = {"os.rename": "rename", "os.remove": "unlink", "os.mkdir": "mkdir", "os.rmdir": "rmdir"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
# Verbs of git that only read: what dies before one finds what it finds before the next that writes.
_READING = {
    "cat-file", "check-ignore", "config --get", "diff-tree", "for-each-ref", "ls-files", "ls-remote",
    "ls-tree", "merge-base", "remote", "rev-list", "rev-parse", "symbolic-ref", "status",
}  # fmt: skip
_RANDOM = re.compile(r"[0-9a-f]{38,}|\b[a-z2-7]{16,26}\b|[0-9]+|\b[0-9a-f]{2}(?=/#)")


class Fault(NamedTuple):
    """What goes wrong, and before which of the steps that it can come before."""

    kind: str
    step: int


class Ended(NamedTuple):
    """How a process ended: killed or not, whether the fault came, the steps it took, what it returned."""

    killed: bool
    met: bool
    steps: tuple[str, ...]
    result: Any


def meet(work: Callable[[], Any], place: Path, fault: Fault | None = None) -> Ended:
    """Do the work in a process of its own, whose files are below a place, and return how it ended."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os._exit(_live(work, _Watch(place, fault), writing))
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    if fault and fault.kind == "read-only":
        _set_modes(place, 0o700)
    if code == -signal.SIGKILL:
        return Ended(killed=True, met=True, steps=(), result=None)
    assert code == 0, f"the process ended with {code}"
    met, steps, result = json.loads(told)
    return Ended(killed=False, met=met, steps=tuple(steps), result=result)


def tear(work: Callable[[], Any], seconds: float) -> None:
    """Do the work in a process that is killed after so long, and every git of its own with it."""
    child = os.fork()
    if child == 0:
        os.setpgid(0, 0)
        try:
            work()
        finally:
            os._exit(0)
    with contextlib.suppress(OSError):
        os.setpgid(child, child)  # whichever of the two comes first
    time.sleep(seconds)
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)


def at(steps: Sequence[str], label: str) -> int:
    """Return the number of the first step of that name."""
    return next(number for number, found in enumerate(steps) if found.startswith(label))


@contextlib.contextmanager
def memory() -> Iterator[Path]:
    """A folder in memory where there is one: a disk that is slow to flush teaches these tests nothing."""
    shared = Path("/dev/shm")  # noqa: S108 only to make a folder of our own in
    with tempfile.TemporaryDirectory(dir=shared if os.access(shared, os.W_OK) else None) as name:
        yield Path(name)


class Pick(NamedTuple):
    """Which steps are tried: all, or so many-th from one on, always the last.

    Without the flushes: who is killed before one leaves what he leaves before the next step. Of the steps by
    which a folder is taken away with all that is in it, so many-th: what is left of it is no use to anybody.
    """

    every: int = 1
    first: int = 0
    flushes: bool = True
    inner: int = 1

    def of(self, steps: Sequence[str], kind: str) -> list[int]:
        """Return the numbers, of those it can come before, that a fault is to meet: always the same."""
        able = list(enumerate(label for label in steps if _is_able(kind, label)))
        able = [(n, label) for n, label in able if self.flushes or not label.startswith("fsync")]
        inner = [n for n, label in able if label.endswith(INNER)]
        left_out = set(inner) - set(inner[:: self.inner])
        numbers = [n for n, _label in able if n not in left_out]
        return sorted({*numbers[self.first :: self.every], *numbers[-1:]})


def _is_able(kind: str, label: str) -> bool:
    """Return whether a fault of this kind can come before such a step."""
    if kind == "flush":
        return label.startswith("fsync")
    return kind != "refused" or not label.startswith(("git", END))


def _live(work: Callable[[], Any], watch: "_Watch", writing: int) -> int:
    try:
        watch.begin()
        result = work()
        watch.step(END)
        os.write(writing, json.dumps([watch.is_met, watch.steps, result]).encode())
    except BaseException as error:  # noqa: BLE001 nothing of the test runner may go on in the child
        sys.__excepthook__(type(error), error, error.__traceback__)
        return 70
    return 0


class _Watch:
    """Counts the steps of this process, and lets the fault come before one of them."""

    def __init__(self, place: Path, fault: Fault | None) -> None:
        self._place, self._fault = str(place), fault
        self.steps: list[str] = []
        self.is_met = False
        self._able = 0

    def begin(self) -> None:
        """Watch from now on; nothing of it is taken back, since the process is a copy."""
        sys.dont_write_bytecode = True
        kind = self._fault.kind if self._fault else ""
        if kind == "read-only":
            _obey_modes()
        if kind == "full":
            # git is to be told of it as by a full disk, and not ended by a signal.
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
            begin = subprocess.Popen.__init__
            subprocess.Popen.__init__ = functools.partialmethod(begin, restore_signals=False)  # type: ignore[method-assign, assignment] # the process is a copy
        flush, fdopen = os.fsync, os.fdopen

        def fsync(descriptor: int) -> None:
            self.step("fsync", _path_of(descriptor))
            flush(descriptor)

        def write(descriptor: int, mode: str = "r", *words: Any, **more: Any) -> Any:  # noqa: ANN401 as it takes
            if "w" in mode:
                self.step("write", _path_of(descriptor))
            return fdopen(descriptor, mode, *words, **more)

        os.fsync, os.fdopen = fsync, write  # type: ignore[assignment] # narrower than they are declared
        sys.addaudithook(self._hear)

    def _hear(self, event: str, facts: tuple[Any, ...]) -> None:
        if event == "open" and isinstance(facts[2], int) and facts[2] & _WRITING:
            self.step("open", facts[0])
        elif event == "os.link":
            self.step("link", facts[1])
        elif event in _CHANGES:
            is_inner = -1 not in facts[1:]
            if is_inner or event != "os.remove" or os.path.lexists(facts[0]):
                self.step(_CHANGES[event], facts[0], is_inner=is_inner)
        elif event == "subprocess.Popen" and Path(facts[1][0]).name == "git":
            verb = _verb(facts[1])
            if verb not in _READING:
                self.step(f"git {verb}")
        elif event == "ctypes.dlsym" and facts[1] == "syncfs":
            self.step("fsync the disk")

    def step(self, what: str, path: Any = None, *, is_inner: bool = False) -> None:  # noqa: ANN401 a path of any type
        """Count a step on a path, which counts if it is below the place."""
        name = os.fsdecode(path) if isinstance(path, str | bytes | os.PathLike) else ""
        if path is not None and not is_inner and not name.startswith(self._place):
            return
        shown = INNER if is_inner else _RANDOM.sub("#", name.removeprefix(self._place).lstrip("/"))
        self.steps.append(f"{what} {shown}".rstrip())
        fault = self._fault
        if fault and not self.is_met and _is_able(fault.kind, self.steps[-1]):
            self._able += 1
            self.is_met = self._able > fault.step
            if self.is_met:
                self._come(fault.kind)

    def _come(self, kind: str) -> None:
        if kind == "killed":
            os.kill(os.getpid(), signal.SIGKILL)
        elif kind == "full":
            resource.setrlimit(resource.RLIMIT_FSIZE, (0, resource.getrlimit(resource.RLIMIT_FSIZE)[1]))
        elif kind == "read-only":
            _set_modes(Path(self._place), 0o500)
            assert not os.access(self._place, os.W_OK)
        else:
            number = errno.EIO if kind == "flush" else errno.ENOSPC
            raise OSError(number, os.strerror(number))


def _path_of(descriptor: int) -> Path:
    return Path(f"/proc/self/fd/{descriptor}").readlink()


def _verb(words: Sequence[Any]) -> str:
    """Return what git is to do."""
    said = [os.fsdecode(word) for word in words[1:]]
    while said and said[0].startswith("-"):
        said = said[2:] if said[0] == "-c" else said[1:]
    return " ".join(said[:2]) if said[:2] == ["config", "--get"] else said[0] if said else ""


def _obey_modes() -> None:
    """Let the modes of files bind this process and those that it starts, even where it is root's."""
    if os.getuid() != 0:
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header, held = (ctypes.c_uint32 * 2)(_CAP_VERSION, 0), (ctypes.c_uint32 * 6)()
    done = [libc.prctl(_DROP_BOUNDING, right, 0, 0, 0) for right in _OVERRIDE]
    done.append(libc.capget(header, held))
    for place in range(3):
        held[place] &= ~sum(1 << right for right in _OVERRIDE)
    done.append(libc.capset(header, held))
    assert done == [0] * len(done), os.strerror(ctypes.get_errno())


def _set_modes(place: Path, mode: int) -> None:
    for folder in [Path(name) for name, _folders, _files in os.walk(place)]:
        folder.chmod(mode)
