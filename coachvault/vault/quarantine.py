"""What was fetched and is not judged yet: beside a repository's objects, so that a refusal leaves nothing.

Among its objects nobody would find it again, and git keeps for weeks what nothing points to.
"""

import os
from pathlib import Path
import shutil

from coachvault.vault import files
from coachvault.vault.history import History

_NAME = "coachvault-incoming"
_ALTERNATES = "GIT_ALTERNATE_OBJECT_DIRECTORIES"


class Quarantine:
    """The objects that come to one repository, which sees them as its own until they are kept or dropped."""

    def __init__(self, history: History) -> None:
        self._history = history

    def begin(self) -> dict[str, str]:
        """Make the place; returns what git's environment must have to fetch into it."""
        place, own = self._place(), self._history.git / "objects"
        with files.storage():
            files.make_folder(place)
        self._history.environment[_ALTERNATES] = quoted(place)
        return {"GIT_OBJECT_DIRECTORY": str(place), _ALTERNATES: quoted(own)}

    def keep(self) -> None:
        """Move what came among the repository's objects."""
        place = self._place()
        # Git finds a pack by its list, which therefore comes last.
        found = sorted(place.rglob("*"), key=lambda path: path.suffix == ".idx")
        folders: set[Path] = set()
        with files.storage():
            for path in found:
                target = self._history.git / "objects" / path.relative_to(place)
                if path.is_file() and not target.exists():
                    files.make_folder(target.parent)
                    path.replace(target)
                    folders.add(target.parent)
            # The branch must not outlive, in a power cut, what it points to.
            files.flush_all(folders)
        self.drop()

    def drop(self) -> None:
        """Delete what came and was not kept."""
        self._history.environment.pop(_ALTERNATES, None)
        # A nested repository may be gone; it is begun again.
        if (self._history.root / ".git").exists() and self._place().is_dir():
            with files.storage(is_decided=True):
                shutil.rmtree(self._place())

    def _place(self) -> Path:
        return self._history.git / _NAME


def quoted(path: Path) -> str:
    """Return a folder as git takes it in a list of folders."""
    text = str(path)
    if os.pathsep not in text and '"' not in text:
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
