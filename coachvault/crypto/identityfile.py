"""The file of an identity: opened, given another passphrase, and replaced by that of a new identity.

It lies outside the vault, is written whole and read back before it takes its place, and takes it by
one rename. Nothing here makes an identity because another did not open.
"""

from collections.abc import Callable, Iterator
import contextlib
import os
from pathlib import Path
from typing import NamedTuple

from coachvault.crypto import box, keys
from coachvault.errors import CoachError, DamagedError, RefusedError, StorageError, reason
from coachvault.language import _

_BESIDE = ".new"


class Opened(NamedTuple):
    """The file of an identity and what it holds; without a passphrase it lies there in the clear."""

    path: Path
    content: bytes
    passphrase: str | None
    work_factor: int | None

    @property
    def identity(self) -> keys.Identity:
        """Return the identity itself."""
        return keys.parse_identity(self.content)


def open_file(path: Path, ask: Callable[[], str]) -> Opened:
    """Return the content of an identity file, asking for its passphrase only if it has one."""
    asked: list[str] = []

    def answer() -> str:
        asked.append(ask())
        return asked[0]

    place = Path(os.path.realpath(path))
    data, content = keys.read_file(place, answer)
    keys.parse_identity(content)
    return Opened(place, content, asked[0] if asked else None, box.work_factor(data) if asked else None)


def protect(opened: Opened, passphrase: str) -> None:
    """Give an identity file another passphrase: the old file goes when the new one has opened."""
    _refuse_ssh(opened)
    if beside(opened.path).exists():
        raise _has_begun(opened.path)
    with _disk():
        _move(_write(opened.path, opened.content, passphrase), opened.path)


def beside(path: Path) -> Path:
    """Return where the identity that is to take the place of this one is written first."""
    place = Path(os.path.realpath(path))
    return place.with_name(place.name + _BESIDE)


def write_beside(opened: Opened, secret: str, remark: str) -> Opened:
    """Write a new identity beside the old one, under the same passphrase, and return it opened again."""
    check_replaceable(opened)
    place = beside(opened.path)
    if place.exists():
        raise _has_begun(opened.path)
    content = f"# {remark}\n{secret}\n".encode()
    with _disk():
        _move(_write(opened.path, content, opened.passphrase), place)
    return opened._replace(path=place, content=content)


def put_in_place(path: Path) -> None:
    """Let the identity beside this one take its place: the old one is gone with that."""
    with _disk():
        _move(beside(path), Path(os.path.realpath(path)))


def discard(path: Path) -> None:
    """Delete the identity beside this one, which opens nothing."""
    with _disk():
        beside(path).unlink(missing_ok=True)


def _write(path: Path, content: bytes, passphrase: str | None) -> Path:
    """Write an identity file that has no place yet, and read it back; returns where it is."""
    passing = path.with_name(f".{path.name}.passing")
    passing.unlink(missing_ok=True)
    keys.write_new(
        passing, content if passphrase is None else box.encrypt_with_passphrase(content, passphrase)
    )
    is_whole = False
    try:
        is_whole = _content(passing, passphrase) == content
    finally:
        # After a Ctrl-C too: reading back takes as long as a passphrase does.
        if not is_whole:
            passing.unlink()
    if not is_whole:
        raise DamagedError(
            _("the new identity file could not be read back"), _("check the disk; nothing was changed")
        )
    return passing


def _content(path: Path, passphrase: str | None) -> bytes:
    """Return what a file holds, or nothing if it does not open."""
    try:
        return open_file(path, lambda: passphrase or "").content
    except CoachError:
        return b""


def _move(source: Path, target: Path) -> None:
    source.replace(target)
    descriptor = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _has_begun(path: Path) -> RefusedError:
    return RefusedError(
        _("a rotation of this identity is not finished: there is a file %(path)s") % {"path": beside(path)},
        _("run any command on the vault that was rotated: it finishes the rotation, or takes it back"),
    )


def _refuse_ssh(opened: Opened) -> None:
    """Raise RefusedError for an ssh key, which serves elsewhere too."""
    if opened.content.lstrip().startswith(b"-----BEGIN"):
        raise RefusedError(
            _("this identity is an ssh key, which is not for coach to change"),
            _("change it with ssh-keygen; then: coach reader add with the new one, coach reader remove"),
        )


def check_replaceable(opened: Opened) -> None:
    """Raise RefusedError for an identity that another program made and keeps."""
    _refuse_ssh(opened)
    if opened.identity.plugin:
        raise RefusedError(
            _("this identity is of an age plugin, which is not for coach to replace"),
            _("make one with the plugin's own program; then: coach reader add with its recipient"),
        )


@contextlib.contextmanager
def _disk() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise StorageError(
            _("the identity cannot be written: %(reason)s") % {"reason": reason(error)},
            _("make room or check the permissions, then try again"),
        ) from None
