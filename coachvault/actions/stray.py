"""What lies in the vault or in git and does not belong there: strange files, plaintext, open doors."""

from collections.abc import Iterator
import os
from pathlib import Path
import shlex

from coachvault.actions.finding import Damage, Finding, relative
from coachvault.crypto import box
from coachvault.language import _
from coachvault.vault import driver, files, gitobject, layout, own
from coachvault.vault.history import History
from coachvault.vault.store import Vault

_AREAS = (layout.RECORDS, layout.KEYS, layout.FILES)
_PLAIN = (".gitignore", ".gitattributes", layout.CONFIG, layout.RETENTION)
# What the vault's folder has beside them.
_KNOWN = (*_AREAS, *_PLAIN, layout.TOMBSTONES, layout.OUTBOX, layout.STATE, layout.TEMPLATES, ".git")
# As much of a file as tells whether it is one of age.
_HEAD = 64


def find(vault: Vault, identity: Path | None = None) -> Iterator[Finding]:
    """Yield what is strange, in the clear or open to others; `identity` is the file of the one in use."""
    yield from _strange(vault)
    yield from _unfit(vault)
    yield from _plaintext(vault)
    yield from _open(vault)
    if identity and identity.is_file() and _is_open(identity) and _is_secret(identity):
        yield Finding(str(identity), _exposed(str(identity)))
    if vault.history:
        yield from _tracked(vault.history)
        yield from _staged(vault.history)
        yield from _texts(vault.history)


def _strange(vault: Vault) -> Iterator[Finding]:
    """Find what the program never puts there: other names, links, files where folders belong."""
    sentence = _("a file that coach did not put there: move it out of the vault")
    for path in sorted(vault.root.iterdir()):
        if path.name not in _KNOWN:
            yield Finding(relative(vault, path), sentence)
    for area in (*_AREAS, layout.TOMBSTONES):
        for path in sorted((vault.root / area).rglob("*")):
            if path.relative_to(vault.root / area).parts[0] == ".git":
                continue
            if path.is_symlink() or not (path.is_dir() or layout.is_place(relative(vault, path))):
                yield Finding(relative(vault, path), sentence)


def _unfit(vault: Vault) -> Iterator[Finding]:
    for path in own.found(vault.root):
        if not own.is_fit(vault.root, path):
            sentence = _("history cannot keep it: a link, far too large, not readable, or an odd name")
            yield Finding(relative(vault, path), sentence)
    for path in sorted((vault.root / layout.OUTBOX).glob(".*.new")):
        yield Finding(relative(vault, path), _("a file that was not finished: coach outbox clear"))


def _plaintext(vault: Vault) -> Iterator[Finding]:
    for area in _AREAS:
        for path in sorted((vault.root / area).glob("*/*/*" if area != layout.KEYS else "*/*")):
            if ".git" in path.parts or not path.is_file() or path.is_symlink():
                continue
            with path.open("rb") as file:
                if not box.is_age(file.read(_HEAD)):
                    yield Damage(
                        relative(vault, path), _("plaintext, or no age file, where ciphertext belongs")
                    )


def _tracked(history: History) -> Iterator[Finding]:
    """Find in git's list what must never be in branch history, and what is no file of a vault."""
    for name in history.tracked(["."]):
        if name.partition("/")[0] in layout.OUTSIDE_HISTORY:
            sentence = _("in git, where it can never be destroyed: git rm --cached; then see its history")
            yield Finding(name, sentence)
        elif name not in _PLAIN and not layout.is_place(name):
            sentence = _("in git, and no file of a vault: git rm --cached; if committed, history keeps it")
            yield Finding(name, sentence)


def _staged(history: History) -> Iterator[Finding]:
    """Find plaintext that git has taken in the place of a record, whatever the work tree has by now."""
    names = {name: path for path, name in driver.differing(history, layout.RECORDS).items()}
    for name, data in gitobject.contents(history, list(names)):
        if not box.is_age(data[:_HEAD]):
            yield Finding(names[name], _("git has taken plaintext in its place: git reset, then git gc"))


def _texts(history: History) -> Iterator[Finding]:
    """Find what git keeps in the clear of records that it has shown."""
    if driver.caches_text(history):
        place = "diff.coachvault.cachetextconv"
        yield Finding(place, _("git keeps in the clear what it shows of records: set it to false"))
    for ref in driver.cached_texts(history):
        yield Finding(
            ref, _("records in the clear, kept by git: remove it with: git update-ref -d, then git gc")
        )


def _open(vault: Vault) -> Iterator[Finding]:
    """Find what others on this machine may read; of a folder that they may enter, the folder alone."""
    areas = (layout.KEYS, layout.RECORDS, layout.FILES, layout.OUTBOX, layout.STATE)
    places = {".": vault.root, **{area: vault.root / area for area in areas}}
    for name, place in places.items():
        if place.is_dir() and _is_open(place):
            yield Finding(name, _exposed(name))
        elif name != ".":
            yield from (
                Finding(relative(vault, path), _exposed(relative(vault, path))) for path in _inner(place)
            )


def _inner(folder: Path) -> Iterator[Path]:
    """Yield the outermost files and folders below a folder that others may read, but those of git."""
    for path in sorted(folder.glob("*")):
        if path.name == ".git" or path.is_symlink():
            continue
        if _is_open(path):
            yield path
        elif path.is_dir():
            yield from _inner(path)


def _is_open(path: Path) -> bool:
    return os.name == "posix" and bool(path.stat().st_mode & 0o077)


def _is_secret(identity: Path) -> bool:
    """Return whether a file may hold a key: that of a plugin alone says where the plugin keeps it."""
    try:
        words = files.read(identity).split()
    except OSError:
        return True
    return not any(word.startswith(b"AGE-PLUGIN-") for word in words)


def _exposed(place: str) -> str:
    return _("others on this machine may read it: chmod -R go= %(place)s") % {"place": shlex.quote(place)}
