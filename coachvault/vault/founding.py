"""How a vault begins: built whole beside its place, then put there by one rename."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
import shutil
import tempfile
from typing import Any

from coachvault import clock
from coachvault.crypto import keys
from coachvault.errors import RefusedError
from coachvault.language import _
from coachvault.records.practice import Reader, Role
from coachvault.vault import driver, files, hook, layout, yamlfile
from coachvault.vault.history import History
from coachvault.vault.store import Vault


def check_place(root: Path) -> None:
    """Raise RefusedError if a vault cannot be made there."""
    if root.exists() and (not root.is_dir() or any(root.iterdir())):
        raise RefusedError(
            _("%(path)s exists and is not an empty folder") % {"path": root},
            _("name a new folder, or an empty one; nothing was changed"),
        )
    outer = layout.find(root.resolve().parent)
    if outer:
        raise RefusedError(
            _("a vault cannot lie within another one: %(path)s is one") % {"path": outer},
            _("name a folder that is not in it; nothing was changed"),
        )


def found(  # noqa: PLR0913 a vault has so many facts when it begins
    root: Path,
    *,
    country: str,
    language: str,
    readers: Sequence[Reader],
    profile: Mapping[str, Any],
    unwrapper: keys.Unwrapper,
    git: bool,
    last: Callable[[Vault], None] | None = None,
) -> Vault:
    """Make a vault with its settings and profile, and return it open.

    `last` is called when all of it is made and nothing is yet in its place: if it fails, nothing is.
    """
    check_place(root)
    with files.storage():
        root.parent.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix=f".{root.name}.", dir=root.parent))
    try:
        _build(building, country=country, language=language, git=git)
        vault = Vault(building, unwrapper)
        with vault.change() as change:
            vault.trust(readers)
            change.add("settings", vault.practice, {"readers": list(readers)})
            change.add("profile", vault.practice, profile)
        if last:
            last(vault)
        with files.storage():
            _place(building, root)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    return Vault(root, unwrapper)


def _place(building: Path, root: Path) -> None:
    """Put the vault in its place: by one rename, or entry by entry where somebody stands in the folder.

    What makes a folder a vault goes last: until then there is none.
    """
    if not root.exists():
        building.replace(root)
    else:
        moved = []
        try:
            for entry in sorted(building.iterdir(), key=lambda entry: entry.name == layout.CONFIG):
                moved.append(entry.replace(root / entry.name))  # noqa: PERF401 what moved before a failure counts
            files.sync_folder(root)
        except BaseException:
            for entry in moved:
                entry.replace(building / entry.name)
            raise
        building.rmdir()
        root.chmod(0o700)
    files.sync_folder(root.parent)


def _build(building: Path, *, country: str, language: str, git: bool) -> None:
    config = {
        "format": layout.FORMAT, "vault": layout.new_id(), "practice": layout.new_id(),
        "language": language, "country": country,
    }  # fmt: skip
    with files.storage():
        for folder in (layout.KEYS, layout.FILES, layout.OUTBOX, layout.STATE):
            files.make_folder(building / folder)
        files.write(building / layout.CONFIG, yamlfile.dump(config).encode())
        files.write(building / layout.STATE / "CACHEDIR.TAG", layout.CACHEDIR_TAG.encode())
        if git:
            files.write(building / ".gitattributes", layout.GITATTRIBUTES.encode())
            files.write(building / ".gitignore", layout.GITIGNORE.encode())
    if git:
        history = History.create(building, (layout.KEYS, layout.FILES))
        driver.configure(history)
        hook.install(building)
        history.record([layout.CONFIG, ".gitattributes", ".gitignore"])


def reader(role: Role, recipient: str, name: str = "", folders: Sequence[str] = ()) -> Reader:
    """Return an entry of the list of readers, added today; where no folder is named, it is of all."""
    return Reader(
        id=layout.new_id(),
        name=name or role,
        role=role,
        added_on=clock.today(),
        recipient=recipient,
        folders=tuple(folders),
    )
