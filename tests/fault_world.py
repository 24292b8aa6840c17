"""The vault that commands are interrupted in, the commands, and what must be true of it afterwards."""

from collections.abc import Callable, Sequence
import hashlib
import io
import os
from pathlib import Path
import random
import re
import shutil
import subprocess
import time
from typing import Any, ClassVar, NamedTuple

from fault import Ended, Fault, Pick, at, meet, tear
import msgspec
from program import Result, isolate, run
import pytest

from coachvault.actions import doctor
from coachvault.cli import _deliver, _kit
from coachvault.crypto import box, identityfile, keys
from coachvault.records import schema
from coachvault.records.client import Client
from coachvault.records.file import File
from coachvault.vault import access, founding, journal, layout, outbox, part, tombstone
from coachvault.vault.remote import Remote
from coachvault.vault.store import Vault

COMMANDS = {
    "note add": ("note", "add", "Zoe", "--text", "new"),
    "client new": ("client", "new", "Solange"),
    "purge": ("purge", "--expired", "--yes"),
    "note remove --destroy": ("note", "remove", "Zoe", "NOTE", "--destroy", "--yes"),
    "identity rotate": ("identity", "rotate", "--output", "KIT.pdf", "--yes"),
    "identity kit": ("identity", "kit", "--output", "KIT.pdf"),
    "reader remove": ("reader", "remove", "Bob"),
    "reader remove --rekey": ("reader", "remove", "Bob", "--rekey"),
    "file add": ("file", "add", "Zoe", "FILE"),
    "file save": ("file", "save", "Zoe", "KEPT"),
}
_RANDOM = re.compile(r'"([a-z2-7]{16}|age1[a-z0-9]+|C-[0-9A-Z]{4})"')
# What the next command writes is no part of what is compared.
NEXT = "the next"
ALL = Pick()


def prepare(patch: pytest.MonkeyPatch, home: Path) -> None:
    """Make a home for worlds, in which what is kept in parts is short."""
    isolate(patch, home)
    patch.setattr(part, "PART_BYTES", 10)


def plain_page(place: str, _language: str | None = None) -> Callable[[str, Vault], None]:
    """Return what writes a kit's secret to a place, and no page around it."""

    def write(secret: str, _vault: Vault) -> None:
        _deliver.write_new(Path(place), secret.encode())

    return write


class Swept(NamedTuple):
    """The steps of a command, how many of them a fault met, and how often all was done after it."""

    steps: int
    met: int
    done: int


class Ends(NamedTuple):
    """What a vault holds before a command, the steps of the command, and what the vault holds then."""

    before: list[str]
    steps: tuple[str, ...]
    after: list[str]


class World:
    """A practice with a client whose notes are due and one who goes on, a kit, and another reader."""

    commands: ClassVar = COMMANDS

    def __init__(self, place: Path) -> None:
        self.model, self.place = place / "model", place / "w"
        self.root = self.place / "vault"
        self._identity = self.place / "identity.txt"
        self.place.mkdir()
        self._note = self._kept = ""
        self._known_ends: dict[str, Ends] = {}
        self._secrets = {name: box.generate() for name in ("coach", "kit", "Bob")}
        self._make()
        self.known = self._names()
        self.keys = self._keys()
        self.place.rename(self.model)

    def coach(self, *words: str, root: Path | None = None) -> Result:
        """Run a command on the vault, or on another."""
        files = {name: str(self.place / name) for name in ("KIT.pdf", "FILE")}
        placed = {**files, "NOTE": self._note, "KEPT": self._kept}
        where = ("--vault", str(root or self.root), "--identity", str(self._identity))
        return run(*(placed.get(word, word) for word in words), *where, "--lang", "en")

    def do(self, *words: str, root: Path | None = None) -> str:
        """Run a command that must not fail, and return what it says."""
        result = self.coach(*words, root=root)
        assert result.code == 0, result.err + result.out
        return result.out

    def begin(self) -> None:
        """Put a copy of the world as it was made in its place."""
        shutil.rmtree(self.place, ignore_errors=True)
        shutil.copytree(self.model, self.place, symlinks=True)

    def meet(self, command: str, given: Fault | None = None) -> Ended:
        """Run a command that a fault meets, in a fresh copy."""
        self.begin()
        ended = meet(lambda: self._run(self.commands[command]), self.place, given)
        if given and given.kind == "read-only":
            self._wait()  # a git that it finds at work cannot delete its own lock either
        return ended

    def sweep(self, command: str, kind: str, pick: Pick = ALL) -> Swept:
        """Let a fault of one kind come before every step of a command, or before those that are picked.

        Asserts that each time the next command finds the vault whole, with all of it done or nothing.
        """
        before, steps, after = self.ends(command)
        chosen = pick.of(steps, kind)
        done = [
            self._judge(self.meet(command, Fault(kind, n)), before, after, Fault(kind, n)) for n in chosen
        ]
        found = [is_done for is_done in done if is_done is not None]
        assert kind != "killed" or found == sorted(found), "once it is decided, it stays so"
        return Swept(len(steps), len(found), found.count(True))

    def torn(self, command: str, times: int, chance: random.Random) -> Swept:
        """Cut the power at so many moments of a command: git may be in the middle of its work too."""
        before, steps, after = self.ends(command)
        self.begin()
        start = time.perf_counter()
        meet(lambda: self._run(self.commands[command]), self.place)
        longest = time.perf_counter() - start
        found = []
        for _time in range(times):
            self.begin()
            tear(lambda: self._run(self.commands[command]), chance.uniform(0, longest))
            self._wait()
            found.append(self.check("note", "add", "Zoe", "--text", NEXT))
            assert found[-1] in (before, after)
        return Swept(len(steps), times, found.count(after))

    def _wait(self) -> None:
        """Let so much time pass that git's locks are those of a git that died."""
        moment = time.time() - 60
        for path in (*self.place.rglob("*.lock"), self.root / journal.JOURNAL):
            if path.is_relative_to(self.place / "remote"):
                path.unlink()  # the remote's host has a power supply of its own
            elif path.exists():
                os.utime(path, (moment, moment))

    def ends(self, command: str) -> Ends:
        """Return what the vault holds before a command, the steps of the command, and what it leaves."""
        if command not in self._known_ends:
            self._known_ends[command] = self._ends(command)
        return self._known_ends[command]

    def _ends(self, command: str) -> Ends:
        self.begin()
        before = self.facts()
        ended = self.meet(command)
        assert ended.result[0] == 0, ended.result
        after = self.check("client", "list")
        return Ends(before, ended.steps, after)

    def _judge(self, ended: Ended, before: list[str], after: list[str], given: Fault) -> bool | None:
        """Return whether the command is done; None where the fault did not come."""
        if not ended.met:
            return None
        next_words = ("client", "list") if given.step % 2 else ("note", "add", "Zoe", "--text", NEXT)
        found = self.check(*next_words)
        is_done = found == after
        assert is_done or found == before, given
        page = self.place / "KIT.pdf"
        is_stuck = given.kind in ("killed", "read-only")  # nobody is there to delete it, or nobody can
        assert is_stuck or not page.exists() or self._opens(page.read_text(), self._vault()), given
        # Who carries out what another command began tells of a command of his own.
        if not ended.killed and before != after:
            self._told_truly(*ended.result, is_done=is_done)
        return is_done

    def _told_truly(self, code: int, said: str, *, is_done: bool) -> None:
        """Assert that a command that failed said so, and rightly whether it will be done."""
        if code:
            assert re.fullmatch(r"(?s).*coach: error: .+\ncoach: hint: .+\n", said), said
        assert "a defect in coach" not in said, said
        is_sure = not code or "finishes what you asked for" in said
        assert is_done or not is_sure, said
        assert not is_done or not re.search("nothing was changed(?! there)", said), said

    def check(self, *words: str) -> list[str]:
        """Assert that this command, the next one, finds the vault whole; returns what is in it."""
        self.do(*words)
        left = {path.name for path in (self.root / layout.STATE).iterdir()}
        caches = {Path(path).name for path in layout.all_cache_paths()}
        # What a command left that died as it wrote one goes with the next change.
        begun = {f".{name}.new" for name in caches} if words[1:] == ("list",) else set()
        assert left - {"CACHEDIR.TAG", "device", "lock", *caches, *begun} == set()
        assert not identityfile.beside(self._identity).exists()
        assert self._git("status", "--porcelain") == ""
        self._check_keys()
        return self.facts()

    def findings(self, vault: Vault) -> list[str]:
        """Return what doctor finds."""
        return [item.finding for item in doctor.examine(vault).items]  # type: ignore[attr-defined] # findings

    def facts(self, root: Path | None = None) -> list[str]:
        """Return all that the vault holds and who opens it, without what is random; it must be whole."""
        vault = self._vault(root)
        assert self.findings(vault) == []
        assert access.stale(vault) == ()
        drawers = self._drawers(vault)
        found = [[*drawer, self.keys.get(drawer) == vault.secret(*drawer)] for drawer in drawers]
        for drawer in drawers:
            found += [self._record(vault, drawer, name) for name in vault.record_ids(*drawer)]
        stones = tombstone.read_all(vault.root)
        found += [[stone.folder, stone.drawer, stone.whole, stone.records, stone.ids] for stone in stones]
        found += [[name, self._opens(secret, vault)] for name, secret in self._secrets.items()]
        found += [[path.name] for path in (vault.root / layout.OUTBOX).iterdir()]
        return sorted(told for told in map(self._told, found) if NEXT not in told)

    def _make(self) -> None:
        self._identity.write_text(self._secrets["coach"] + "\n")
        recipients = {name: box.recipient_of(secret) for name, secret in self._secrets.items()}
        founding.found(
            self.root,
            country="FR",
            language="en",
            readers=[
                founding.reader("coach", recipients["coach"]),
                founding.reader("kit", recipients["kit"]),
            ],
            profile={"name": "Ann"},
            unwrapper=keys.Identity([self._secrets["coach"]]),
            git=True,
        )
        self._do_each(
            self.root,
            ("client", "new", "Zoe"),
            ("note", "add", "Zoe", "--text", "kept"),
            ("note", "add", "Zoe", "--text", "wrong"),
            ("client", "new", "Ferdinand"),
            ("note", "add", "Ferdinand", "--text", "old", "--on", "2009-06-01"),
            ("client", "close", "Ferdinand", "--by", "client", "--on", "2009-06-30"),
            ("reader", "add", "Bob", recipients["Bob"]),
        )
        self._fill()
        # Objects of the keys lie in their repository, as after a sync.
        Remote(self.root).local()
        # In few files, which are copied fast; the last commit lies alone, as it does in a vault in use.
        for repository in (self.root, self.root / layout.KEYS, self.root / layout.FILES):
            subprocess.run(("git", "repack", "-adq"), cwd=repository, check=True)
        self.do("profile", "edit", "--place", "here")
        # Long ago, or whether the index is believed would depend on how fast this machine is.
        for path in self.root.rglob("*"):
            os.utime(path, (0, 0))
        self.do("client", "list")

    def _fill(self) -> None:
        """Keep a document beside the note to be destroyed, a file of parts, and a copy to be purged."""
        vault = self._vault()
        zoe = next(folder for folder in vault.folders() if len(vault.record_ids(folder, "notes")) == 2)
        self._note = vault.record_ids(zoe, "notes")[0]
        values = {"on": "2026-01-31", "role": "rendered", "title": "t", "format": "bin"}
        entrusted = {"on": "2026-01-31", "name": "a.txt", "media_type": "text/plain"}
        with vault.change() as change:
            change.attach(zoe, "notes", values, b"bytes")
            self._kept = change.keep("attachment", zoe, entrusted, io.BytesIO(b"in two parts")).id
        (self.place / "FILE").write_bytes(b"in two parts too")
        old = next(folder for folder in vault.folders() if folder != zoe)
        code = next(record.code for record in vault.load(old, "identity", Client))
        outbox.put(self.root, f"{code}-identity.pdf", b"%PDF")

    def _do_each(self, root: Path, *commands: Sequence[str]) -> None:
        for words in commands:
            self.do(*words, root=root)

    def _run(self, words: Sequence[str]) -> tuple[int, str]:
        # The system's keychain is not there, and takes long to say so.
        os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"
        # The page of the kit takes a second to draw, and is the same file.
        _kit.printer = plain_page  # type: ignore[assignment] # the process is a copy
        result = self.coach(*words)
        return result.code, result.err

    def _vault(self, root: Path | None = None) -> Vault:
        return Vault(root or self.root, keys.parse_identity(self._identity.read_bytes()))

    def _drawers(self, vault: Vault) -> list[tuple[str, str]]:
        folders = sorted((vault.practice, *vault.folders()))
        return [(folder, drawer) for folder in folders for drawer in vault.drawers(folder)]

    def _record(self, vault: Vault, drawer: tuple[str, str], name: str) -> list[Any]:
        record = vault.read(*drawer, name)
        data = vault.document(record).decode() if isinstance(record, File) else ""
        # How often settings were written, and when by which device, is nothing that could be lost.
        passing = {"created", "updated", *(("revision", "devices") if record.noun == "settings" else ())}
        return [{name: value for name, value in schema.plain(record).items() if name not in passing}, data]

    def _keys(self) -> dict[tuple[str, str], str]:
        vault = self._vault()
        return {drawer: vault.secret(*drawer) for drawer in self._drawers(vault)}

    def _names(self) -> set[str]:
        vault = self._vault()
        texts = msgspec.json.encode(
            [self._record(vault, d, n) for d in self._drawers(vault) for n in vault.record_ids(*d)]
        ).decode()
        return set(_RANDOM.findall(texts))

    def _told(self, item: object) -> str:
        return _RANDOM.sub(
            lambda match: match[0] if match[1] in self.known else '"*"', msgspec.json.encode(item).decode()
        )

    def _opens(self, secret: str, vault: Vault) -> bool:
        return Vault(vault.root, keys.Identity([secret])).opens(vault.practice, "settings")

    def _check_keys(self) -> None:
        """Assert that the objects of the keys' repository are key files as they are now, and no others."""
        listed = self._git("--git-dir=keys/.git", "cat-file", "--batch-all-objects", "--batch-check")
        blobs = {line.split()[0] for line in listed.splitlines() if " blob " in line}
        now = [path.read_bytes() for path in (self.root / layout.KEYS).glob("*/*.age")]
        assert blobs <= {hashlib.sha1(b"blob %d\0" % len(data) + data).hexdigest() for data in now}  # noqa: S324 git's name

    def _git(self, *words: str) -> str:
        done = subprocess.run(("git", *words), cwd=self.root, capture_output=True, check=True)
        return done.stdout.decode()


class Interrupted(World):
    """A destruction that was decided, and nothing of it carried out: the next command's work is all of it."""

    commands: ClassVar = {"recovery": ("client", "list")}

    def _make(self) -> None:
        super()._make()
        kept = Path(shutil.copytree(self.place, self.model, symlinks=True))
        words = COMMANDS["purge"]
        decided = at(meet(lambda: self._run(words), self.place).steps, "rename vault/.coachvault/staging")
        shutil.rmtree(self.place)
        kept.rename(self.place)
        assert meet(lambda: self._run(words), self.place, Fault("killed", decided)).killed

    def _ends(self, command: str) -> Ends:
        self.begin()
        ended = self.meet(command)
        after = self.check("client", "list")
        return Ends(after, ended.steps, after)


class Clones(World):
    """Two copies and their remote: each of the two has destroyed, changed and added something."""

    commands: ClassVar = {"sync": ("sync",)}

    def __init__(self, place: Path) -> None:
        self._other = place / "w" / "other"
        self._final: list[str] = []
        super().__init__(place)

    def check(self, *words: str) -> list[str]:
        """Assert that the next commands, a sync among them, find both copies whole and then the same."""
        found = super().check(*words)
        for root in (self.root, self._other):
            self.do("sync", root=root)
        mine, theirs = self.facts(), self.facts(self._other)
        self._final = self._final or mine
        assert mine == theirs == self._final
        assert self._git("rev-list", "HEAD", "--not", "--remotes") == ""
        self._git(f"--git-dir={self.place / 'remote'}", "fsck", "--connectivity-only")
        self._check_keys()
        return found

    def findings(self, vault: Vault) -> list[str]:
        """Return what doctor finds, but for what the next sync mends."""
        return [found for found in super().findings(vault) if not found.endswith(": coach sync")]

    def _make(self) -> None:
        super()._make()
        self._do_each(
            self.root,
            ("client", "new", "Georges"),
            ("note", "add", "Georges", "--text", "old", "--on", "2009-06-01"),
            ("client", "close", "Georges", "--by", "client", "--on", "2009-06-30"),
        )
        remote = str(self.place / "remote")
        subprocess.run(("git", "init", "--quiet", "--bare", "--initial-branch=main", remote), check=True)
        self._do_each(self.root, ("remote", "add", remote), ("sync",))
        assert run("clone", remote, str(self._other), "--identity", str(self._identity)).code == 0
        self._do_each(
            self._other,
            ("note", "remove", "Zoe", "NOTE", "--destroy", "--yes"),
            ("purge", "--expired", "--yes", "--client", "Ferdinand"),
            ("profile", "edit", "--place", "there"),
            ("sync",),
        )
        self._do_each(
            self.root,
            ("note", "add", "Zoe", "--text", "from here"),
            ("purge", "--expired", "--yes", "--client", "Georges"),
            ("client", "new", "Paul"),
            ("client", "list"),
        )
