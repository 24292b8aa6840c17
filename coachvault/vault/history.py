"""The vault's git history: the only module that calls git.

Commit messages are constant and the author is the program: who looks at the history learns when
something changed and how much, and nothing else.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
import contextlib
import functools
import os
from pathlib import Path
import shutil
import subprocess
import time
from typing import IO, TYPE_CHECKING

from coachvault import clock
from coachvault.errors import DamagedError, ProgramError
from coachvault.language import _
from coachvault.vault import files, layout, loose

if TYPE_CHECKING:
    from coachvault.vault.snapshot import Snapshot

MESSAGE = "coachvault: update"
Answer = subprocess.CompletedProcess[bytes]
Seal = Callable[[bytes], bytes]
Sealing = Callable[[], Seal | None] | None
_WHO = "coachvault"
_LOCK_SECONDS = 0.5
_LARGE = 2**20
_INDEXING = ("-z", "--index-info")
# Which kind of name has so many digits.
_KINDS = {40: "sha1", 64: "sha256"}
_OPTIONS = (
    "-c", "commit.gpgsign=false", "-c", "core.autocrlf=false", "-c", "core.fsync=committed",
    "-c", "core.quotepath=false",
    # What is not in the large part of a split index is put among it one by one, whenever it is read.
    "-c", "splitIndex.maxPercentChange=2",
    # --no-verify leaves out only some of the hooks that a person's own configuration may name.
    "-c", f"core.hooksPath={os.devnull}", "-c", "core.fsmonitor=false",
    # What a textconv shows would be kept in the clear among git's objects.
    "-c", "diff.coachvault.cachetextconv=false",
    # Ciphertext has nothing in common with other ciphertext: looking for it takes git hours and gigabytes.
    "-c", "core.bigFileThreshold=1m", "-c", "core.packedGitWindowSize=16m", "-c", "core.packedGitLimit=64m",
)  # fmt: skip
# The same for whoever else calls git in a repository of ours; and ciphertext cannot be made shorter.
_OF_CIPHERTEXT = (
    ("core.bigFileThreshold", "1m"), ("core.packedGitWindowSize", "16m"), ("core.packedGitLimit", "64m"),
    ("core.compression", "0"),
)  # fmt: skip
# The environment alone wins over every setting of a person who commits under a name of their own.
_IDENTITY = {
    f"GIT_{role}_{fact}": value
    for role in ("AUTHOR", "COMMITTER")
    for fact, value in (("NAME", _WHO), ("EMAIL", f"{_WHO}@localhost"))
}

# The setting of a nested repository that names the remote's last commit that was agreed with.
AGREED = "coachvault.agreed"


class History:
    """The git repository of a vault."""

    def __init__(self, root: Path, *, is_nested: bool = False) -> None:
        self.root = root
        # For git besides; a nested repository that is broken must not be taken for the one around it.
        self.environment = {"GIT_DIR": ".git"} if is_nested else {}

    @classmethod
    def find(cls, root: Path) -> "History | None":
        """Return the history of a vault, or None for a vault without git."""
        return cls(root) if (root / ".git").exists() else None

    @classmethod
    def create(cls, root: Path, nested: Sequence[str]) -> "History":
        """Make the repository, and one in each nested folder so that `git clean` leaves it alone."""
        history = cls(root)
        history.run("init", "--quiet", "--initial-branch=main", "--template=")
        for place in nested:
            history.begin(place)
        return history

    def begin(self, nested: str) -> None:
        """Make a nested repository, or make one whole again."""
        self.run("init", "--quiet", "--initial-branch=main", "--template=", "--", nested)
        self.spare(f"{nested}/.git")

    def spare(self, git: str) -> None:
        """Have a repository of ciphertext neither compare nor compress it; one that is not there is left."""
        for name, value in _OF_CIPHERTEXT:
            self.run(f"--git-dir={git}", "config", name, value, check=False)

    def renew(self, nested: Sequence[str]) -> None:
        """Begin these nested repositories anew: no old object stays, their settings do.

        What the remote had when this device last agreed with it is kept as a name, without its object; of the
        files as a commit whose contents are gone, or all of them would have to come and go again.
        """
        for place in nested:
            inner = self.root / place / ".git"
            if not inner.is_dir():
                continue
            last = f"refs/coachvault/remote/{place}"
            known = self.text(
                f"--git-dir={place}/.git", "rev-parse", "--verify", "--quiet", last, check=False
            )
            if known:
                self.run(f"--git-dir={place}/.git", "config", AGREED, known)
            outline = self._outline(place, known) if known and place == layout.FILES else b""
            # Without its HEAD it is no repository: whoever finds it interrupted begins it anew once more.
            with files.storage(is_decided=True):
                for path in sorted(inner.iterdir(), key=lambda path: path.name != "HEAD"):
                    if path.is_dir() and not path.is_symlink():
                        shutil.rmtree(path)
                    elif path.name != "config":
                        path.unlink()
            if (self.root / place).is_dir():
                self.run("init", "--quiet", "--template=", "--", place)
                git = f"--git-dir={place}/.git"
                if (
                    outline
                    and not self.run(git, "unpack-objects", "-q", data=outline, check=False).returncode
                ):
                    self.run(git, "update-ref", last, known)

    def _outline(self, nested: str, commit: str) -> bytes:
        """Return a commit without any content of a file, as git packs it; nothing if it is not whole."""
        words = ("pack-objects", "--quiet", "--revs", "--stdout", "--filter=blob:none")
        done = self.run(f"--git-dir={nested}/.git", *words, data=f"{commit}\n".encode(), check=False)
        return b"" if done.returncode else done.stdout

    def unlock(self, since: float) -> None:
        """Delete the locks that a git left which died during a change of ours, begun at that moment."""
        for place in ("", layout.KEYS, layout.FILES):
            loose.unlock(self.root / place / ".git", since)

    def has_former(self, nested: str, paths: Sequence[str]) -> bool:
        """Return whether a nested repository may hold one of these as it was, or is broken."""
        git = self.root / nested / ".git"
        names = {path.removeprefix(f"{nested}/") for path in paths if path.startswith(f"{nested}/")}
        if not names or not git.is_dir():
            return False
        done = self.run(f"--git-dir={nested}/.git", "ls-files", "-z", check=False)
        return bool(done.returncode) or not names.isdisjoint(os.fsdecode(done.stdout).split("\0"))

    def check(self) -> None:
        """Raise ProgramError if git cannot be run here, before anything is written."""
        _program()

    def record(
        self, paths: Sequence[str], parent: str = "", sealing: Sealing = None, areas: Sequence[str] = ()
    ) -> None:
        """Commit these paths as they are now, changed, new or gone, and all that is gone of these areas.

        `sealing` returns what seals the commit, if anything does. `parent` is a commit of another device
        whose changes are among these paths: it becomes the second parent, or the branch moves to it where
        that leaves nothing to add. Nothing is done if nothing differs.
        """
        kept = [path for path in paths if path.partition("/")[0] not in layout.OUTSIDE_HISTORY]
        if not kept and not parent:
            return
        with self._indexing() as listed, self._reading() as read:
            head, before = loose.last(self.root / ".git") or self._last()
            shot = self.snapshot(before)
            kept += [
                path for path in shot.below(before, areas, read) if not os.path.lexists(self.root / path)
            ]
            with files.storage(is_decided=True):
                entries = shot.take(self.root, kept)
            for entry in shot.for_index(entries):
                # Each whole or not at all, whatever ends us: git takes what it has got by then.
                listed.write(entry)
                listed.flush()
            listed.close()
            tree = shot.make(before, entries, read)
            if parent and self.is_ancestor(parent, head):
                parent = ""
            is_there = parent and self.is_ancestor(head, parent) and self._tree_of(parent) == tree
            if parent or tree != before:
                seal = sealing() if sealing else None
                made = parent if is_there else self._add_commit(shot, tree, [head, parent], seal)
                self._move(shot, head, made, "coachvault: take" if is_there else MESSAGE)
        if loose.is_crowded(self.git):
            # As git does after a commit of its own, but not behind our back: whoever copies the folder once
            # we are done would miss what is moving.
            self.run("-c", "gc.autoDetach=false", "gc", "--auto", "--quiet", check=False)

    def commit(self, tree: str, parents: Sequence[str], seal: Seal | None) -> None:
        """Make a commit, sealed if it can be, and move the branch to it from the first of its parents."""
        shot = self.snapshot(tree)
        self._move(shot, parents[0], self._add_commit(shot, tree, parents, seal))

    @contextlib.contextmanager
    def _indexing(self) -> Iterator[IO[bytes]]:
        """Yield where git's index takes entries from: git reads it while we are at work on the tree."""
        self._wait_for_index()
        try:
            is_large = (self.root / ".git" / "index").stat().st_size > _LARGE
        except OSError:
            is_large = False
        # Of a large index, git writes what changed by itself.
        split = ["--split-index"] if is_large else []
        with self.start("update-index", *split, *_INDEXING) as (entries, _answers):
            yield entries

    def _wait_for_index(self) -> None:
        """Let a git that is at its end finish: that of a command that was killed goes on for a moment."""
        end = time.monotonic() + _LOCK_SECONDS
        while (self.git / "index.lock").exists() and time.monotonic() < end:
            time.sleep(0.02)

    def snapshot(self, like: str) -> "Snapshot":
        """Return a snapshot with names of the same kind, or where there is none, of the repository's."""
        from coachvault.vault.snapshot import Snapshot  # noqa: PLC0415 loaded while git starts

        return Snapshot(_KINDS.get(len(like)) or self.text("rev-parse", "--show-object-format"))

    @staticmethod
    def _add_commit(shot: "Snapshot", tree: str, parents: Sequence[str], seal: Seal | None) -> str:
        who = _signature()
        lines = [f"parent {name}" for name in parents if name]
        head = "\n".join([f"tree {tree}", *lines, f"author {who}", f"committer {who}", ""]).encode()
        message = f"\n{MESSAGE}\n".encode()
        return shot.commit(head + (seal(head + message) if seal else b"") + message)

    def _move(self, shot: "Snapshot", old: str, new: str, message: str = MESSAGE) -> None:
        """Write what was made, then move the branch to it; git's log says by which message."""
        with files.storage(is_decided=True):
            line = f"{_signature()}\t{message}"
            if loose.move(self.root / ".git", old, new, line, shot.objects):
                return
            loose.write(self.git, shot.objects)
        self.run("update-ref", "-m", message, "HEAD", new, old or "0" * len(new))

    @contextlib.contextmanager
    def _reading(self) -> Iterator[Callable[[str], bytes]]:
        """Yield what returns the content of a tree; of those that lie in a pack, one git tells it."""
        with contextlib.ExitStack() as stack:
            asked: list[tuple[IO[bytes], IO[bytes]]] = []

            def read(name: str) -> bytes:
                found = loose.read(self.git, "tree", name)
                if found is not None:
                    return found
                if not asked:
                    asked.append(stack.enter_context(self.start("cat-file", "--batch")))
                questions, answers = asked[0]
                questions.write(f"{name}\n".encode())
                questions.flush()
                return answer(answers)

            yield read

    def _tree_of(self, commit: str) -> str:
        return self.text("rev-parse", f"{commit}^{{tree}}")

    @functools.cached_property
    def git(self) -> Path:
        """Return the folder in which git keeps its objects: another one where this is a second work tree."""
        own = self.root / ".git"
        return own if own.is_dir() else self.root / self.text("rev-parse", "--git-common-dir")

    def _last(self) -> tuple[str, str]:
        """Return the names of the last commit and of its tree, both empty before the first."""
        words = self.text("rev-list", "--max-count=1", "--format=%T", "HEAD", check=False).split()
        return (words[1], words[2]) if words else ("", "")

    def is_ancestor(self, old: str, new: str) -> bool:
        """Return whether a commit is another one or comes before it."""
        return not self.run("merge-base", "--is-ancestor", old, new, check=False).returncode

    def text(self, *words: str, data: bytes = b"", check: bool = True) -> str:
        """Return what git says, without the last line feed."""
        return self.run(*words, data=data, check=check).stdout.decode("utf-8", "replace").strip()

    def has_remote(self) -> bool:
        """Return whether the vault is kept elsewhere too."""
        return bool(self.run("remote").stdout.strip())

    def unpushed(self, folder: str) -> int:
        """Return how many commits that touch a folder no remote is known to have."""
        done = self.run("rev-list", "--count", "HEAD", "--not", "--remotes", "--", folder, check=False)
        return int(done.stdout.strip() or 0)

    def waiting(self) -> int:
        """Return how many files of the vault differ from what git has recorded."""
        return len(self.run("status", "--porcelain", "-z").stdout.split(b"\0")) - 1

    def tracked(self, folders: Sequence[str]) -> list[str]:
        """Return the files below these folders that git keeps."""
        names = os.fsdecode(self.run("ls-files", "-z", "--", *folders).stdout)
        return names.split("\0")[:-1]

    def run(
        self, *words: str, data: bytes = b"", check: bool = True, more: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[bytes]:
        """Run git in the vault; raises ProgramError if it is missing or, when checked, fails."""
        done = subprocess.run(  # noqa: S603 constant words and opaque paths
            (_program(), *_OPTIONS, *words),
            cwd=self.root,
            input=data,
            capture_output=True,
            check=False,
            env={**_environment(), **self.environment, **(more or {})},
        )
        if check and done.returncode:
            raise _failed(words[0], done.returncode)
        return done

    @contextlib.contextmanager
    def start(self, *words: str) -> Iterator[tuple[IO[bytes], IO[bytes]]]:
        """Run git beside us: yields where questions are written and answers are read.

        Raises ProgramError if it is missing or fails.
        """
        process = subprocess.Popen(  # noqa: S603 constant words
            (_program(), *_OPTIONS, *words),
            cwd=self.root,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**_environment(), **self.environment},
        )
        # Whatever goes wrong here, git is left to end by itself: killed, it would leave its lock behind.
        with process:
            assert process.stdin  # noqa: S101 asked for above
            assert process.stdout  # noqa: S101 the same
            try:
                yield process.stdin, process.stdout
                process.stdin.close()
            except BrokenPipeError:
                with contextlib.suppress(BrokenPipeError):
                    process.stdin.close()
                if not process.wait():
                    raise  # the pipe of another
                # It has ended, and its code says why.
        if process.returncode:
            raise _failed(words[0], process.returncode)


def _program() -> str:
    """Return where git is; raises ProgramError if it is nowhere.

    A process that looks for it itself, folder by folder, holds us up until it has found it.
    """
    found = _find(os.environ.get("PATH"))
    if found is None:
        raise ProgramError(
            _("git is not installed, and this vault keeps its history with it"),
            _("install git; a vault without history is made with: coach init DIR --no-git"),
        )
    return found


@functools.cache
def _find(path: str | None) -> str | None:
    return shutil.which("git", path=path)


def answer(answers: IO[bytes]) -> bytes:
    """Return the content in the next answer of a `git cat-file --batch`.

    Raises DamagedError for an object that is gone or damaged: git says of one how long it was, and ends.
    """
    facts = answers.readline().split()
    size = int(facts[2]) if len(facts) == 3 else 0  # noqa: PLR2004 a name, a kind, a size
    data = answers.read(size)
    if len(facts) != 3 or len(data) != size:  # noqa: PLR2004 the same
        raise DamagedError(
            _("an object of git is gone or damaged"),
            _("see which with: git fsck; then restore .git from a copy, or clone the vault anew"),
        )
    answers.read(1)  # a line feed
    return data


def _failed(verb: str, code: int) -> ProgramError:
    return ProgramError(
        _("git %(verb)s failed with code %(code)s") % {"verb": verb, "code": code},
        _(
            "try again in a minute; a crash may leave .lock files in .git, to delete, or a broken index: "
            "delete .git/index, then run: git read-tree HEAD; nothing is lost"
        ),
    )


def _signature() -> str:
    """Return who does something now, as git writes it."""
    now = clock.now()
    return f"{_WHO} <{_WHO}@localhost> {int(now.timestamp())} {now:%z}"


def _environment() -> dict[str, str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    # An object is what its name says, whatever somebody has put in its place.
    quiet = {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", "GIT_NO_REPLACE_OBJECTS": "1"}
    return environment | quiet | _IDENTITY
