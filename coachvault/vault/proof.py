"""Proof of a destruction: every object of git is tried with every key that is left.

An age file among the objects is fine if it is a file of the work tree, an older version of a record
that is kept (it opens with that record's key and says so), or noise. A blob of the drawers that were
destroyed, and one that no commit gives a path, is tried with every key. What opens and is not what
its key is for, and what stands there in the clear, is a finding.
"""

from collections.abc import Iterator, Mapping, Sequence
import re
import time

import msgspec

from coachvault.crypto import box
from coachvault.errors import CoachError
from coachvault.language import _
from coachvault.records.kinds import KINDS
from coachvault.vault import gitobject, layout, seal
from coachvault.vault.files import MAX_FILE
from coachvault.vault.history import History
from coachvault.vault.store import Drawer, Vault
from coachvault.vault.tombstone import Tombstone

# Far more than a key file has, and what whoever holds the identity accepts to look at.
_FACT = re.compile(rb"""(?m)^[ \t{,]*["']?(schema|id|folder|drawer)["']?[ \t]*:[ \t]*["']?([\w/]+)""")
_JSON_FACT = re.compile(rb'"(schema|id|folder|drawer)":"([\w/]+)"')
_SECRET = re.compile(rb"AGE-SECRET-KEY-1[A-Z0-9]{58}")
_PLACE = re.compile(rf"{layout.RECORDS}/([a-z2-7]+)/([a-z]+)/([a-z2-7]+){re.escape(layout.RECORD_SUFFIX)}\Z")


class Finding(msgspec.Struct, frozen=True):
    """An object that should not be there, by its name in git, and what it is."""

    object: str
    finding: str


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """What was looked at and what was found.

    `files` age files were tried with up to `keys` keys: `older` are older versions of what is kept,
    `closed` opened with none. `texts` other blobs were searched for plaintext. `left_out` were too
    large to be a record; `unknown` drawers have a key that this identity cannot open.
    """

    objects: int
    files: int
    keys: int
    attempts: int
    older: int
    closed: int
    texts: int
    left_out: int
    unknown: int
    seconds: float
    rate: int
    findings: tuple[Finding, ...] = ()


def prove(vault: Vault, stones: Sequence[Tombstone]) -> Proof | None:
    """Return the proof that nothing of these destructions can be read; None for a vault without git."""
    if vault.history is None:
        return None
    start = time.perf_counter()
    known = gitobject.objects(vault.history)
    blobs = [found for found in known if found.kind == "blob"]
    paths = gitobject.places(vault.history, [found.name for found in known if found.kind == "commit"])
    now = gitobject.current(vault.history, layout.RECORDS)
    scan = _Scan(vault, stones, paths)
    wanted = [found.name for found in blobs if found.name not in now and found.size <= MAX_FILE]
    for name, data in gitobject.contents(vault.history, wanted):
        scan.look(name, data)
    scan.findings += _nested(vault)
    seconds = time.perf_counter() - start
    return Proof(
        objects=len(known),
        files=scan.files,
        keys=len(scan.keys),
        attempts=scan.attempts,
        older=scan.older,
        closed=scan.closed,
        texts=scan.texts,
        left_out=sum(found.size > MAX_FILE for found in blobs),
        unknown=scan.unknown,
        seconds=round(seconds, 3),
        rate=round(len(wanted) / seconds),
        findings=tuple(scan.findings),
    )


class _Scan:
    """The counts so far, and what every blob is held against."""

    def __init__(self, vault: Vault, stones: Sequence[Tombstone], paths: Mapping[str, set[str]]) -> None:
        self._vault = vault
        self._paths = paths
        self._touched = {(stone.folder, stone.drawer) for stone in stones}
        self._drawers = {(stone.folder, stone.drawer) for stone in stones if stone.whole}
        self._ids = {name for stone in stones for name in stone.ids}
        self._digests = {stone.key_sha256 for stone in stones}
        self.keys, self.unknown = _keys(vault)
        self._ring = box.Ring(tuple(self.keys.values()))
        self._names = tuple(self.keys)
        self.files = self.attempts = self.older = self.closed = self.texts = 0
        self.findings: list[Finding] = []

    def look(self, name: str, data: bytes) -> None:
        """Take one blob into account."""
        found = self._age(name, data) if box.is_age(data) else self._text(data)
        if found:
            self.findings.append(Finding(name, found))

    def _age(self, name: str, data: bytes) -> str | None:
        self.files += 1
        homes = {(match[1], match[2]) for match in map(_PLACE.match, self._paths.get(name, ())) if match}
        for home in homes & self.keys.keys():
            self.attempts += 1
            text = box.Ring([self.keys[home]]).open(data)
            if text is not None:
                return self._opened(home, text[1])
        if not homes or homes & self._touched:
            self.attempts += len(self.keys)
            opened = self._ring.open(data)
            if opened is not None:
                return self._opened(self._names[opened[0]], opened[1])
        self.closed += 1
        return None if homes else self._key_file(data)

    def _opened(self, home: Drawer, text: bytes) -> str | None:
        """Judge what opens with the key of a drawer: a record of that drawer, and not destroyed."""
        facts = {key.decode(): value.decode() for key, value in reversed(_FACT.findall(text))}
        if (facts.get("folder"), facts.get("drawer")) != home:
            return _("opens with the key of %(place)s and is no record of it") % {"place": "/".join(home)}
        if facts.get("id") in self._ids:
            return _("opens with the key of %(place)s and holds a destroyed record") % {
                "place": "/".join(home)
            }
        self.older += 1
        return None

    def _key_file(self, data: bytes) -> str | None:
        """Judge an age file that no drawer's key opens: the coach's identity may open it as a key file."""
        if len(data) > layout.MAX_KEY_FILE:
            return None
        try:
            content = self._vault.unwrap(data)
        except CoachError:
            return None
        return self._secrets(content.encode())

    def _text(self, data: bytes) -> str | None:
        self.texts += 1
        facts: dict[str, set[str]] = {"schema": set(), "id": set(), "folder": set(), "drawer": set()}
        for key, value in (*_FACT.findall(data), *_JSON_FACT.findall(data)):
            facts[key.decode()].add(value.decode())
        is_record = any(schema.partition("/")[0] in KINDS for schema in facts["schema"])
        drawers = {(folder, drawer) for folder in facts["folder"] for drawer in facts["drawer"]}
        if is_record and (drawers & self._drawers or facts["id"] & self._ids):
            return _("holds a destroyed record in the clear")
        return self._secrets(data)

    def _secrets(self, data: bytes) -> str | None:
        """Judge every key that stands in a text: none may be one that was destroyed."""
        for secret in _SECRET.findall(data):
            try:
                if seal.fingerprint(secret.decode()) in self._digests:
                    return _("holds a destroyed key")
            except ValueError:
                continue  # no key, only a text that looks like one
        return None


def _keys(vault: Vault) -> tuple[dict[Drawer, str], int]:
    """Return every key of the vault that the identity opens, and how many it does not."""
    drawers = vault.reach()
    try:
        vault.open_drawers(drawers)
        return {drawer: vault.secret(*drawer) for drawer in drawers}, 0
    except CoachError:
        found = dict(_known(vault, drawers))
        return found, len(drawers) - len(found)


def _known(vault: Vault, drawers: Sequence[Drawer]) -> Iterator[tuple[Drawer, str]]:
    for drawer in drawers:
        try:
            yield drawer, vault.secret(*drawer)
        except CoachError:
            continue  # counted by its absence: not ours to open, or damaged, which doctor says


def _nested(vault: Vault) -> list[Finding]:
    """Find what the repositories of keys and files still hold of files that are gone."""
    found = []
    for area in (layout.KEYS, layout.FILES):
        if not (vault.root / area / ".git").exists():
            continue
        names = [
            known.name
            for known in gitobject.objects(History(vault.root / area, is_nested=True))
            if known.kind == "blob"
        ]
        paths = (path for path in (vault.root / area).glob("*/*") if names and ".git" not in path.parts)
        inner = [deep for path in paths for deep in (path.glob("*") if path.is_dir() else (path,))]
        kept = {gitobject.name_of(path, names[0]) for path in inner}
        sentence = _("is an old file of %(place)s") % {"place": f"{area}/"}
        found += [Finding(name, sentence) for name in names if name not in kept]
    return found
