"""Judging what was fetched, before anything of it is used: whoever can write to the remote is not believed.

The branch is believed as a whole, by the seal of its last commit; a key by a record of that branch
which it opens. What is neither is refused by the name of the file, and the vault stays as it was.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from coachvault.crypto import box, keys
from coachvault.errors import CoachError, NoVaultError, RefusedError
from coachvault.language import _
from coachvault.vault import layout, tombstone, tree, yamlfile
from coachvault.vault.history import History
from coachvault.vault.part import PART_BYTES
from coachvault.vault.store import Drawer, Vault
from coachvault.vault.tombstone import Tombstone

_MARGIN = 2**20  # what encryption and padding add, at most
_LIMITS = {layout.KEYS: layout.MAX_KEY_FILE, layout.FILES: PART_BYTES + _MARGIN, layout.TOMBSTONES: 2**20}
_LIMIT = yamlfile.MAX_BYTES + _MARGIN
_SHOWN = 3


def refused(places: Sequence[str], why: str, hint: str) -> RefusedError:
    """Return the error that names what is not taken, and says that nothing was."""
    shown = [place.encode("unicode_escape").decode() for place in sorted(places)[:_SHOWN]]
    more = [_("%(count)s more") % {"count": len(places) - _SHOWN}] if len(places) > _SHOWN else []
    names = ", ".join((*shown, *more))
    message = (
        _("the remote was altered: %(names)s: %(why)s") if names else _("the remote was altered: %(why)s")
    )
    return RefusedError(message % {"names": names, "why": why}, hint)


def _hint() -> str:
    return _("nothing was taken from it; find out who can write to the remote, and see its last commits")


def check_files(history: History, found: Mapping[str, tree.Entry], area: str = "") -> None:
    """Raise RefusedError for what is no file of a vault by its name, its mode or its size."""
    strange = [path for path in found if not layout.is_place(f"{area}/{path}" if area else path)]
    if strange:
        raise refused(
            strange,
            _("no file of a vault has that name"),
            _("nothing was taken; if it is your own, take it with git pull once you have looked at it"),
        )
    links = [path for path, entry in found.items() if entry.mode != tree.FILE]
    if links:
        raise refused(links, _("a link, a program or a folder of git, where a file belongs"), _hint())
    sizes = tree.sizes(history, {entry.name for entry in found.values()})
    large = [
        path
        for path, entry in found.items()
        if not 0 <= sizes.get(entry.name, -1) <= _LIMITS.get(area or path.partition("/")[0], _LIMIT)
    ]
    if large:
        raise refused(large, _("far too large for what it is called"), _hint())


def check_config(vault_config: layout.Config, data: bytes) -> None:
    """Raise an error if the remote's plain settings are of another vault or of a newer format."""
    text = yamlfile.decode(data, layout.CONFIG)
    value = yamlfile.read(text, layout.CONFIG)
    version = value.get("format") if isinstance(value, dict) else None
    if isinstance(version, int) and version > layout.FORMAT:
        raise NoVaultError(
            _("the remote has format %(found)s, and this version knows up to %(known)s")
            % {"found": version, "known": layout.FORMAT},
            _("install a newer coachvault; this one has changed nothing"),
        )
    if yamlfile.read_struct(layout.Config, text, layout.CONFIG) != vault_config:
        raise refused([layout.CONFIG], _("it is of another vault, or was changed"), _hint())


def open_keys(vault: Vault, wrapped: Mapping[Drawer, bytes]) -> dict[Drawer, str]:
    """Return the key in each of these key files; raises RefusedError naming those that are not ours."""
    found: dict[Drawer, str] = {}
    bad = []
    for drawer, data in wrapped.items():
        try:
            found[drawer] = keys.secret_of(vault.unwrap(data), *drawer)
            box.recipient_of(found[drawer])
        except (CoachError, ValueError):
            bad.append(layout.key_path(*drawer))
    if bad:
        raise refused(
            bad,
            _("the key does not open with this identity, or is of another drawer"),
            _(
                "nothing was taken; where another device replaced the identity: coach identity adopt FILE; "
                "where the remote went back to an old copy: take an empty one in its place"
            ),
        )
    return found


def unproven(history: History, commit: str, secrets: Mapping[Drawer, str]) -> list[Drawer]:
    """Return the drawers whose key opens no record that the believed branch has there, or once had.

    Whoever knows a recipient of the coach could make a key file; nobody else can make the record.
    """
    present: dict[Drawer, list[str]] = {drawer: [] for drawer in secrets}
    for path, entry in tree.files(history, commit, layout.RECORDS).items() if secrets else ():
        drawer = layout.drawer_of(path)
        if drawer in present:
            present[drawer].append(entry.name)
    firsts = {drawer: names[0] for drawer, names in present.items() if names}
    data = tree.contents(history, _small(history, firsts.values()))
    proven = {d for d, name in firsts.items() if name in data and opens(data[name], [secrets[d]])}
    return [d for d in secrets if d not in proven and not _opens_any(history, commit, d, secrets[d])]


def _opens_any(history: History, commit: str, drawer: Drawer, secret: str) -> bool:
    place = f"{layout.RECORDS}/{drawer[0]}/{drawer[1]}/"
    # A record that one device wrote and removed before the next sync is on a side that git would leave out.
    words = ("rev-list", "--full-history", "--objects", "--no-object-names", commit, "--", place)
    past = history.text(*words).split()
    return any(opens(tree.content(history, name), [secret]) for name in _small(history, past))


def _small(history: History, names: Iterable[str]) -> list[str]:
    return [name for name, size in tree.sizes(history, names).items() if 0 <= size <= _LIMIT]


def opens(data: bytes, secrets: Iterable[str]) -> tuple[bytes, str] | None:
    """Return the plaintext and the key that gave it, or None if none of these opens it."""
    for secret in secrets:
        try:
            return box.decrypt(data, [secret]), secret
        except (box.WrongKeyError, box.BrokenError):
            continue
    return None


class Stone(NamedTuple):
    """A tombstone as a record of the drawer, and all that its file says, which its seal is of."""

    facts: Tombstone
    text: Mapping[str, Any]


def stones(history: History, commit: str, drawers: Iterable[Drawer]) -> list[Stone]:
    """Return the tombstones that a commit has of these drawers; raises RefusedError for a broken one."""
    wanted = set(drawers)
    found = tree.files(history, commit, layout.TOMBSTONES) if wanted else {}
    chosen = {path: entry.name for path, entry in found.items() if layout.drawer_of_stone(path) in wanted}
    data = tree.contents(history, list(chosen.values()))
    return [read_stone(data[name], path) for path, name in chosen.items()]


def read_stone(data: bytes, path: str) -> Stone:
    """Return a tombstone; raises RefusedError if it is none, or of another drawer than its name says."""
    try:
        text = yamlfile.decode(data, path)
        stone = yamlfile.read_struct(Tombstone, text, path)
        value = yamlfile.read(text, path)
    except CoachError:
        raise refused([path], _("a tombstone that cannot be read"), _hint()) from None
    if (stone.folder, stone.drawer) != layout.drawer_of_stone(path) or stone.schema != tombstone.SCHEMA:
        raise refused([path], _("a tombstone of another drawer than its name says"), _hint())
    return Stone(stone, value if isinstance(value, dict) else {})
