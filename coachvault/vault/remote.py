"""The one remote of a vault: what it has, fetching it aside, and pushing all three refs at once.

The branch is fetched into the vault's repository, keys and files into their own nested ones, so that
no key ever stands among the objects of the branch. A push is atomic: the remote never has records
whose key it lacks, nor a key whose destruction the branch does not tell.
"""

from collections.abc import Mapping, Sequence
import functools
import os
from pathlib import Path
import re
import shlex
from typing import NamedTuple

from coachvault.errors import NotFoundError, ProgramError, RefusedError
from coachvault.language import _
from coachvault.vault import files, layout, loose, parcel, tree
from coachvault.vault.history import AGREED, Answer, History
from coachvault.vault.quarantine import Quarantine, quoted

NAME = "origin"
MAIN, KEYS_REF, FILES_REF = "refs/heads/main", "refs/coachvault/keys", "refs/coachvault/files"
# What the remote had when this device last agreed with it.
KNOWN = "refs/coachvault/remote"
NESTED = {"keys": layout.KEYS, "files": layout.FILES}
_REFS = {"main": MAIN, "keys": KEYS_REF, "files": FILES_REF}
# A pushing or fetching git may need these of a person's own settings.
_KEPT = ("GIT_SSH", "GIT_SSH_COMMAND", "GIT_ASKPASS")
_PASSWORD = re.compile(r"[a-z+]+://[^/@]*:[^/@]*@", re.IGNORECASE)


class RacedError(Exception):
    """Someone else has pushed meanwhile."""


class Heads(NamedTuple):
    """The commits of the branch, the keys and the files; empty where there is none."""

    main: str = ""
    keys: str = ""
    files: str = ""


def check_url(url: str) -> None:
    """Raise RefusedError for an address that holds a password, or that is a command."""
    if _PASSWORD.match(url):
        raise RefusedError(
            _("the address holds a password, which git would keep in the clear"),
            _("leave it out; git asks for it, or keeps it with: git config credential.helper"),
        )
    if url.startswith("-") or "::" in url.partition("/")[0] or not url.isprintable() or not url:
        raise RefusedError(
            _("this is no address of a git repository that coach uses"),
            _("give https://…, ssh://…, user@host:path or a folder"),
        )


class Remote:
    """The remote named origin, seen from one vault."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.main = History(root)
        self.repositories = {
            "main": self.main,
            **{name: History(root / place, is_nested=True) for name, place in NESTED.items()},
        }
        self._quarantines = {name: Quarantine(history) for name, history in self.repositories.items()}

    @functools.cached_property
    def url(self) -> str:
        """Return the address, or nothing where no remote is named."""
        return self.main.text("config", "--get", f"remote.{NAME}.url", check=False)

    def add(self, url: str) -> None:
        """Name the remote, so that plain git too knows where to pull from and push to."""
        check_url(url)
        if self.url:
            raise RefusedError(
                _("the vault has a remote already"),
                _("see it with: %(command)s; it is the only one")
                % {"command": f"git -C {shlex.quote(str(self.root))} remote -v"},
            )
        # A folder is named from where the person stands, and git is run from elsewhere.
        is_folder = Path(url).is_dir()
        place = str(Path(url).absolute()) if is_folder else url
        if is_folder:
            self.main.spare(place)
        self.main.run("remote", "add", "-t", "main", "--", NAME, place)
        del self.url
        self.main.run("config", "branch.main.remote", NAME)
        self.main.run("config", "branch.main.merge", MAIN)

    def heads(self) -> Heads:
        """Ask the remote what it has; raises ProgramError if it cannot be reached."""
        if not self.url:
            raise NotFoundError(
                _("the vault has no remote"), _("name one with: coach remote add URL; then: coach sync")
            )
        done = self._talk(self.main, "ls-remote", "--", self.url, *_REFS.values())
        if done.returncode:
            raise self._unreachable()
        lines = (line.split("\t") for line in done.stdout.decode("utf-8", "replace").splitlines())
        found = {ref: name for name, ref in lines if re.fullmatch(r"[0-9a-f]{40}|[0-9a-f]{64}", name)}
        return Heads(*(found.get(ref, "") for ref in _REFS.values()))

    def known(self) -> Heads:
        """Return what the remote had when this device last agreed with it."""
        return Heads(*(self._ref(name, f"{KNOWN}/{name}") for name in _REFS))

    def mend(self) -> None:
        """Begin a nested repository again that was interrupted while it was begun anew, and unlock them.

        What was fetched when a sync was interrupted goes.
        """
        self._drop_fetched()
        for name, place in NESTED.items():
            # Nobody but coach works there.
            loose.unlock(self.root / place / ".git", 0)
            loose.sweep(self.root / place / ".git")
            if self.repositories[name].run("rev-parse", "--git-dir", check=False).returncode:
                files.make_folder(self.root / place)
                self.main.renew((place,))
                self.main.begin(place)

    def agreed(self, name: str) -> str:
        """Return the last commit agreed on of a repository that was begun anew since, if it is here."""
        repository = self.repositories[name]
        commit = repository.text("config", "--get", AGREED, check=False)
        is_here = commit and not repository.run("cat-file", "-e", commit, check=False).returncode
        return commit if is_here else ""

    def local(self) -> Heads:
        """Return what the remote should have: the branch, and the keys and files as they are now."""
        nested = [self.commit_nested(name) for name in NESTED]
        return Heads(self.main.text("rev-parse", "--verify", "HEAD"), *nested)

    def fetch(self, wanted: Heads) -> None:
        """Fetch these commits, aside until they are kept; raises RacedError if the remote has others now."""
        for name, commit in zip(_REFS, wanted, strict=True):
            repository = self.repositories[name]
            if (
                not commit
                or not repository.run("cat-file", "-e", f"{commit}^{{tree}}", check=False).returncode
            ):
                continue
            self._fetch(name, commit)

    def complete(self, commit: str, contents: Sequence[str]) -> None:
        """Fetch a commit of the files again if one of these contents of it was let go of since it came."""
        nested = self.repositories["files"]
        if min(tree.sizes(nested, contents).values(), default=0) < 0:
            # Who says that it has a commit is not sent what is in it.
            nested.run("update-ref", "-d", f"{KNOWN}/files")
            self._fetch("files", commit)

    def _fetch(self, name: str, commit: str) -> None:
        words = ("--no-tags", "--no-write-fetch-head", "--no-auto-maintenance", "--no-recurse-submodules")
        if name == "keys":
            self._note_fetching()
        # The refspec of the vault's own settings must not move a branch of the person's.
        nested = self.repositories[name]
        aside = self._quarantines[name].begin()
        done = self._talk(
            nested, "fetch", "--quiet", "--refmap=", *words, "--", self.url, _REFS[name], more=aside
        )
        if done.returncode:
            raise self._unfetched(done.stderr)
        if nested.run("cat-file", "-e", f"{commit}^{{tree}}", check=False).returncode:
            raise RacedError

    def push(self, wanted: Heads, expected: Heads) -> None:
        """Push all that differs, in one step, if the remote still has what is expected.

        Raises RacedError if it has not, ProgramError if it cannot be reached or refuses.
        """
        changed = {
            name: (new, old) for name, new, old in zip(_REFS, wanted, expected, strict=True) if new != old
        }
        leases = [f"--force-with-lease={_REFS[name]}:{old}" for name, (_new, old) in changed.items()]
        specs = [f"{new}:{_REFS[name]}" for name, (new, _old) in changed.items()]
        if specs:
            words = ("push", "--quiet", "--atomic", "--no-verify", *leases, "--", self.url, *specs)
            done = self._talk(self.main, *words)
            if done.returncode:
                if self.heads() != expected:
                    raise RacedError
                raise self._refused(done.stderr)
        self.remember(wanted)

    def remember(self, heads: Heads) -> None:
        """Keep what the remote has now, for whoever asks without reaching it."""
        for name, commit in zip(_REFS, heads, strict=True):
            branch = [f"update refs/remotes/{NAME}/main {commit}"] if name == "main" else []
            orders = "\n".join([f"update {KNOWN}/{name} {commit}", *branch, ""])
            if commit:
                self.repositories[name].run("update-ref", "--stdin", data=orders.encode())

    def _note_fetching(self) -> None:
        """Leave a note: from now on keys may lie among the objects that nobody here has agreed to."""
        with files.storage():
            (self.root / layout.FETCHED).touch(0o600)
            files.sync_folder(self.root / layout.STATE)

    def keep_fetched(self) -> None:
        """Take what was fetched among the objects here: it was judged and is believed."""
        for quarantine in self._quarantines.values():
            quarantine.keep()

    def _drop_fetched(self) -> None:
        for quarantine in self._quarantines.values():
            quarantine.drop()

    def accept_incoming(self) -> None:
        """Take back the note that keys were fetched: of their objects, those may stay that are left."""
        if (self.root / layout.FETCHED).exists():
            with files.storage(is_decided=True):
                files.remove(self.root / layout.FETCHED, self.root)

    def drop_incoming(self) -> None:
        """Let go of what was fetched and not agreed on: keys among it may be of what was destroyed here."""
        self._drop_fetched()
        if (self.root / layout.FETCHED).exists():
            self.mend()
            self.main.renew((layout.KEYS,))
        self.accept_incoming()

    def has_replaced(self, name: str, old: str, new: str) -> bool:
        """Return whether a file of the older commit is another one, or gone, in the newer."""
        repository = self.repositories[name]
        if repository.run("cat-file", "-e", old, check=False).returncode:
            return False
        return any(pair.old for pair in tree.differences(repository, old, new).values())

    def forget_old(self, name: str) -> None:
        """Begin a nested repository anew: nothing stays of keys or files that others had."""
        known = self._ref(name, f"{KNOWN}/{name}")
        self.main.renew((NESTED[name],))
        if self.commit_nested(name) == known:
            self.repositories[name].run("update-ref", f"{KNOWN}/{name}", known)

    def commit_nested(self, name: str) -> str:
        """Return the commit of all keys, or of all files, as they are now: no former one, no date."""
        repository = self.repositories[name]
        depth = "*/*.age" if name == "keys" else "*/*/*.age"
        paths = {path.relative_to(repository.root).as_posix() for path in repository.root.glob(depth)}
        paths |= set(tree.listed(repository))
        listed = "\0".join(sorted(path for path in paths if not path.startswith(".git/")))
        repository.run("update-index", "--add", "--remove", "-z", "--stdin", data=listed.encode())
        whole = repository.text("write-tree")
        parents = parcel.commits(repository, whole) if name == "files" else ()
        text = parcel.text(whole, parents)
        made = repository.text("hash-object", "-t", "commit", "-w", "--stdin", data=text)
        repository.run("update-ref", _REFS[name], made)
        return made

    def _ref(self, name: str, ref: str) -> str:
        return self.repositories[name].text("rev-parse", "--quiet", "--verify", ref, check=False)

    def _talk(self, repository: History, *words: str, more: Mapping[str, str] | None = None) -> Answer:
        """Run git towards the remote, every object that comes checked, and without waiting for ever."""
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ} | dict(more or {})
        objects = (self.root / place / ".git" / "objects" for place in NESTED.values())
        if words[0] == "push":
            # Keys and files are read where they are, and never copied among the branch's objects.
            kept["GIT_ALTERNATE_OBJECT_DIRECTORIES"] = os.pathsep.join(map(quoted, objects))
        strict = ("-c", "fetch.fsckObjects=true", "-c", "protocol.ext.allow=never")
        patient = ("-c", "http.lowSpeedLimit=100", "-c", "http.lowSpeedTime=60")
        return repository.run(*strict, *patient, *words, check=False, more=kept)

    @staticmethod
    def _unreachable() -> ProgramError:
        return ProgramError(
            _("the remote cannot be reached, or is no git repository"),
            _("what you did is kept here; when it can be reached again: coach sync"),
        )

    def _unfetched(self, said: bytes) -> ProgramError:
        if b"fsck" not in said and b"bad" not in said:
            return self._unreachable()
        return ProgramError(
            _("the remote has an object that is no sound one of git"),
            _("nothing of it was taken; look at what was pushed there last"),
        )

    @staticmethod
    def _refused(said: bytes) -> ProgramError:
        if b"atomic" in said and b"not support" in said:
            return ProgramError(
                _("the remote cannot take the records and their keys in one step (git push --atomic)"),
                _("use another remote; any git since 2.4 can, over ssh, https or a folder"),
            )
        return ProgramError(
            _("the remote refused what was to be pushed"),
            _("nothing was changed there; what you did is kept here: see who may push, then: coach sync"),
        )
