"""The vault's git history: the only module that calls git.

Commit messages are constant and the author is the program: who looks at the history learns when
something changed and how much, and nothing else.
"""

from collections.abc import Sequence
import os
from pathlib import Path
import shutil
import subprocess

from coachvault.errors import ProgramError
from coachvault.language import _
from coachvault.vault import layout

MESSAGE = "coachvault: update"
_WHO = "coachvault"
_OPTIONS = (
    "-c", "commit.gpgsign=false", "-c", "core.autocrlf=false", "-c", "core.fsync=committed",
    "-c", "core.quotepath=false",
    # --no-verify leaves out only some of the hooks that a person's own configuration may name.
    "-c", f"core.hooksPath={os.devnull}", "-c", "core.fsmonitor=false",
    # What a textconv shows would be kept in the clear among git's objects.
    "-c", "diff.coachvault.cachetextconv=false",
)  # fmt: skip
# The environment alone wins over every setting of a person who commits under a name of their own.
_IDENTITY = {
    f"GIT_{role}_{fact}": value
    for role in ("AUTHOR", "COMMITTER")
    for fact, value in (("NAME", _WHO), ("EMAIL", f"{_WHO}@localhost"))
}


class History:
    """The git repository of a vault."""

    def __init__(self, root: Path) -> None:
        self.root = root

    @classmethod
    def find(cls, root: Path) -> "History | None":
        """Return the history of a vault, or None for a vault without git."""
        return cls(root) if (root / ".git").exists() else None

    @classmethod
    def create(cls, root: Path, nested: Sequence[str]) -> "History":
        """Make the repository, and one in each nested folder so that `git clean` leaves it alone."""
        history = cls(root)
        for place in (".", *nested):
            history.run("init", "--quiet", "--initial-branch=main", "--template=", "--", place)
        return history

    def check(self) -> None:
        """Raise ProgramError if git cannot be run here, before anything is written."""
        if shutil.which("git") is None:
            raise self._missing()

    def record(self, paths: Sequence[str]) -> None:
        """Commit these paths as they are now, changed, new or gone; nothing if none differs."""
        kept = [path for path in paths if path.partition("/")[0] not in layout.OUTSIDE_HISTORY]
        if not kept:
            return
        names = b"\0".join(path.encode() for path in kept)
        self.run("update-index", "--add", "--remove", "-z", "--stdin", data=names)
        if self.run("diff", "--cached", "--quiet", check=False).returncode:
            self.run("commit", "--quiet", "--no-verify", "--message", MESSAGE)

    def has_remote(self) -> bool:
        """Return whether the vault is kept elsewhere too."""
        return bool(self.run("remote").stdout.strip())

    def waiting(self) -> int:
        """Return how many files of the vault differ from what git has recorded."""
        return len(self.run("status", "--porcelain", "-z").stdout.split(b"\0")) - 1

    def tracked(self, folders: Sequence[str]) -> list[str]:
        """Return the files below these folders that git keeps."""
        names = self.run("ls-files", "-z", "--", *folders).stdout.decode("utf-8", "replace").split("\0")
        return [name for name in names if name]

    def run(self, *words: str, data: bytes = b"", check: bool = True) -> subprocess.CompletedProcess[bytes]:
        """Run git in the vault; raises ProgramError if it is missing or, when checked, fails."""
        environment = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
        environment |= {"LC_ALL": "C", "GIT_TERMINAL_PROMPT": "0", **_IDENTITY}
        try:
            done = subprocess.run(  # noqa: S603 constant words and opaque paths
                ("git", *_OPTIONS, *words),  # noqa: S607 git stands wherever the person installed it
                cwd=self.root,
                input=data,
                capture_output=True,
                check=False,
                env=environment,
            )
        except FileNotFoundError:
            raise self._missing() from None
        if check and done.returncode:
            raise ProgramError(
                _("git %(verb)s failed with code %(code)s") % {"verb": words[0], "code": done.returncode},
                _("if .git/index.lock was left by a crash, delete it; what coach was told is safe meanwhile"),
            )
        return done

    @staticmethod
    def _missing() -> ProgramError:
        return ProgramError(
            _("git is not installed, and this vault keeps its history with it"),
            _("install git; a vault without history is made with: coach init DIR --no-git"),
        )
