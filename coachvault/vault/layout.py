"""Where everything lies in a vault, and what its plain settings say.

coachvault.yaml                              format, ids, language, country
records/<folder>/<drawer>/<record>.yaml.age  in git
tombstones/<folder>-<drawer>-<n>.yaml        in git
keys/<folder>/<drawer>.age                   not in branch history
files/<folder>/<drawer>/<record>.<n>.age     not in branch history
outbox/  .coachvault/                        ignored by git
"""

import os
from pathlib import Path
import re
from typing import Annotated, Literal

import msgspec

from coachvault.errors import NoVaultError
from coachvault.language import _
from coachvault.records.base import Country, Id
from coachvault.records.kinds import DRAWERS

FORMAT = 1
CONFIG = "coachvault.yaml"
RETENTION = "retention.yaml"
RECORDS, KEYS, FILES, TOMBSTONES = "records", "keys", "files", "tombstones"
OUTBOX, STATE, TEMPLATES = "outbox", ".coachvault", "templates"
OUTSIDE_HISTORY = (KEYS, FILES, OUTBOX, STATE)
# There while a sync has fetched keys that are not agreed on yet: see vault.remote.
FETCHED = f"{STATE}/fetched"
# What may be deleted at any time: see vault.cache.
CACHES = ("index", "brief")
# Larger than this is no key file, however many readers it has.
MAX_KEY_FILE = 2**16
RECORD_SUFFIX, KEY_SUFFIX = ".yaml.age", ".age"

# Where git knows no driver of ours a record must be binary, or git merges it as text: an age file may
# hold no zero byte, and then marks of a conflict go into it. Who knows the driver names it for himself.
GITATTRIBUTES = "* -text\n*.age binary -delta\n"
GITATTRIBUTES_HERE = "*.age diff=coachvault merge=coachvault\n"
GITIGNORE = "".join(f"/{name}/\n" for name in OUTSIDE_HISTORY)
CACHEDIR_TAG = (
    "Signature: 8a477f597d28d172789f06886806bc55\n# made by coachvault; safe to leave out of backups\n"
)

_ID = re.compile(r"[a-z2-7]{16,26}\Z")
_STONE = re.compile(r"([a-z2-7]{16,26})-([a-z]+)-[0-9]{1,6}\.yaml\Z")
_MAX_DEPTH = 8
_CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


class Config(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The plain settings of a vault: all that may be known of it without its key."""

    format: Annotated[int, msgspec.Meta(ge=1)]
    vault: Id
    practice: Id
    language: Literal["fr", "en"]
    country: Country


def new_id() -> str:
    """Return a random name of 80 bits: 16 lower-case letters and digits."""
    import base64  # noqa: PLC0415 reading needs no new name

    return base64.b32encode(os.urandom(10)).decode().lower()


def new_code(prefix: str) -> str:
    """Return a code, such as C-4F7K for a client, from characters that are not mistaken for others."""
    import secrets  # noqa: PLC0415 the same

    return f"{prefix}-" + "".join(secrets.choice(_CODE_ALPHABET) for _digit in range(4))


def is_id(text: str) -> bool:
    """Return whether the text is a name that `new_id` could have made."""
    return bool(_ID.match(text))


def is_drawer(text: str) -> bool:
    """Return whether the format has a drawer of that name."""
    return text in DRAWERS


def record_path(folder: str, drawer: str, record: str) -> str:
    """Return where a record lies, from the root of the vault."""
    return f"{RECORDS}/{folder}/{drawer}/{record}{RECORD_SUFFIX}"


def record_of(path: str) -> tuple[str, str, str] | None:
    """Return the folder, drawer and id of the record at a path from the root; None if it is no record's."""
    area, *inner = path.split("/")
    if area != RECORDS or len(inner) != 3 or not inner[2].endswith(RECORD_SUFFIX):  # noqa: PLR2004 three folders down
        return None
    folder, drawer, record = inner[0], inner[1], inner[2].removesuffix(RECORD_SUFFIX)
    return (folder, drawer, record) if is_id(folder) and is_drawer(drawer) and is_id(record) else None


def key_path(folder: str, drawer: str) -> str:
    """Return where a drawer's key lies, from the root of the vault."""
    return f"{KEYS}/{folder}/{drawer}{KEY_SUFFIX}"


def part_path(folder: str, drawer: str, record: str, part: int) -> str:
    """Return where a part of a document's bytes lies, from the root of the vault."""
    return f"{FILES}/{folder}/{drawer}/{record}.{part}.age"


def is_place(path: str) -> bool:
    """Return whether a vault has a file of that name that may come from elsewhere."""
    area, *inner = path.split("/")
    if path in (CONFIG, RETENTION):
        return True
    if area == TEMPLATES:
        return 0 < len(inner) < _MAX_DEPTH and path.isprintable() and not any(map(_is_unsafe, inner))
    if area == TOMBSTONES:
        return len(inner) == 1 and drawer_of_stone(path) is not None
    drawer = drawer_of(path)
    if drawer is None or not is_id(drawer[0]) or not is_drawer(drawer[1]):
        return False
    if area == KEYS:
        return len(inner) == 2 and inner[1] == drawer[1] + KEY_SUFFIX  # noqa: PLR2004 folder and key
    name, _dot, ending = inner[-1].partition(".")
    endings = {RECORDS: "yaml\\.age", FILES: "(0|[1-9][0-9]{0,5})\\.age"}
    fits = re.fullmatch(endings.get(area, "(?!)"), ending)
    return len(inner) == 3 and is_id(name) and bool(fits)  # noqa: PLR2004 folder, drawer, file


def _is_unsafe(part: str) -> bool:
    return part.startswith(".") or part.strip() != part or not part or "\\" in part or ":" in part


def drawer_of(path: str) -> tuple[str, str] | None:
    """Return the drawer that a path of records, keys or files belongs to."""
    parts = path.split("/")
    if parts[0] not in (RECORDS, KEYS, FILES) or len(parts) < 3:  # noqa: PLR2004 area and drawer
        return None
    return parts[1], parts[2].removesuffix(KEY_SUFFIX) if parts[0] == KEYS else parts[2]


def place_of(path: str) -> tuple[str, str]:
    """Return the drawer of a path that was judged before."""
    found = drawer_of(path)
    assert found  # noqa: S101 see is_place
    return found


def stone_path(folder: str, drawer: str, number: int) -> str:
    """Return where a tombstone of a drawer lies; they are numbered from 1."""
    return f"{TOMBSTONES}/{folder}-{drawer}-{number}.yaml"


def drawer_of_stone(path: str) -> tuple[str, str] | None:
    """Return the drawer that a tombstone's path names."""
    match = _STONE.match(path.rpartition("/")[2])
    return (match[1], match[2]) if match and is_drawer(match[2]) else None


def cache_paths(name: str) -> tuple[str, str]:
    """Return where a cache's key lies, and the cache: first the one without which the other is noise."""
    return f"{STATE}/{name}.key.age", f"{STATE}/{name}.pages"


def all_cache_paths() -> tuple[str, ...]:
    """Return where all caches and their keys lie, each key before what it opens."""
    return tuple(path for name in CACHES for path in cache_paths(name))


def find(start: Path) -> Path | None:
    """Return the nearest folder at or above this one that is a vault."""
    return next((place for place in (start, *start.parents) if (place / CONFIG).is_file()), None)


def check_vault(root: Path) -> None:
    """Raise NoVaultError if there is no vault, before anybody is asked for a passphrase."""
    if not (root / CONFIG).is_file():
        raise _no_vault(root)


def read_config(root: Path) -> Config:
    """Return the plain settings; raises NoVaultError for no vault or one of a newer format."""
    from coachvault.vault import yamlfile  # noqa: PLC0415 a listing reads the index and no YAML

    try:
        text = yamlfile.decode((root / CONFIG).read_bytes(), CONFIG)
    except OSError:
        raise _no_vault(root) from None
    value = yamlfile.read(text, CONFIG)
    version = value.get("format") if isinstance(value, dict) else None
    if isinstance(version, int) and version > FORMAT:
        raise NoVaultError(
            _("the vault has format %(found)s, and this version knows up to %(known)s")
            % {"found": version, "known": FORMAT},
            _("install a newer coachvault; this one has changed nothing"),
        )
    return yamlfile.read_struct(Config, text, CONFIG)


def _no_vault(root: Path) -> NoVaultError:
    return NoVaultError(
        _("%(path)s is not a vault") % {"path": root},
        _("name one with --vault DIR, or make one with: coach init DIR"),
    )
