"""Which branch is believed: by the seal of its last commit, and by what it changes.

The key of the settings is held by those who read the whole vault; its seal vouches for all that a
commit holds. The key of the circle is held by everybody. Who reads some folders can check no other
seal, and believes it. Who reads the whole vault believes it as far as it reaches: since the last
commit with a seal of the settings nothing may differ but records of folders that are granted to some.
"""

from collections.abc import Iterator, Sequence
import re
from typing import NamedTuple

from coachvault.crypto import keys
from coachvault.errors import CoachError, RefusedError
from coachvault.language import _
from coachvault.records.base import Record
from coachvault.records.kinds import CIRCLE
from coachvault.records.practice import Settings
from coachvault.vault import gitobject, incoming, layout, recordfile, seal, tree
from coachvault.vault.history import MESSAGE, History
from coachvault.vault.remote import Heads, Remote
from coachvault.vault.store import Drawer, Vault

_PARENT = re.compile(r"^parent ([0-9a-f]+)$", re.MULTILINE)
# How git's log tells of a commit that was made here, by coach or by a person; "pull: Fast-forward" is none.
_MAKING = re.compile(
    rf"{MESSAGE}\Z|(commit|cherry-pick|revert|am)\b|.*\((pick|continue|reword|squash|fixup|edit)\):|"
    r"(pull|merge)\b.*: Merge made by"
)


class Seals(NamedTuple):
    """The keys whose seals are believed; of the settings none for a reader of some folders."""

    practice: str
    settings: Sequence[str]
    circle: Sequence[str]

    def vouch(self, text: bytes) -> bool:
        """Return whether a commit is believed for its seal alone."""
        if self.settings:
            return seal.is_own_commit(text, self.settings)
        return seal.is_of_circle(text, self.circle)

    def are_all_on(self, text: bytes) -> bool:
        """Return whether a commit has every seal that can be made here."""
        return self.vouch(text) and (not self.circle or seal.is_of_circle(text, self.circle))


def own(vault: Vault) -> Seals:
    """Return the keys that commits are sealed with here."""
    circle = vault.own_secret(vault.practice, CIRCLE)
    settings = [] if vault.is_partial else [vault.secret(vault.practice, "settings")]
    return Seals(vault.practice, settings, [circle] if circle else [])


def believed(vault: Vault, remote: Remote, known: Heads, heads: Heads) -> Seals:
    """Return the keys whose seals are believed on the remote: ours, and those just before and after them.

    Raises RefusedError for who was a reader of some folders and is none any more.
    """
    mine = own(vault)
    found = {"settings": mine.settings, CIRCLE: mine.circle}
    for drawer, secrets in found.items():
        place, other = (vault.practice, drawer), _offered(vault, remote, heads, drawer)
        if other and secrets and _are_kin(remote.main, place, (heads.main, known.main), secrets[0], other):
            found[drawer] = [*secrets, other]
        elif other and not secrets and drawer == CIRCLE:
            # It was made elsewhere and has no key here yet: its record proves it, see `check`.
            found[drawer] = [other]
    return Seals(vault.practice, found["settings"], found[CIRCLE])


def _are_kin(history: History, place: Drawer, commits: tuple[str, str], mine: str, other: str) -> bool:
    """Return whether a tombstone says that the remote's key follows ours, or ours the remote's.

    What was sealed with a former key is believed until the remote has heard that it was replaced.
    """
    now, before = commits
    return _follows(history, now, place, mine, other) or (
        _follows(history, "HEAD", place, other, mine) and not _follows(history, before, place, other, mine)
    )


def _follows(history: History, commit: str, place: Drawer, old: str, new: str) -> bool:
    """Return whether a commit has a tombstone that was made with the old key and names the new one."""
    return any(
        seal.is_own_tombstone(stone.text, [old]) and stone.facts.successor_sha256 == seal.fingerprint(new)
        for stone in (incoming.stones(history, commit, [place]) if commit else ())
    )


def _offered(vault: Vault, remote: Remote, heads: Heads, drawer: str) -> str | None:
    """Return the key that the remote has for a drawer of the practice, if it is one that opens here."""
    nested = remote.repositories["keys"]
    found = tree.files(nested, heads.keys, vault.practice) if heads.keys else {}
    entry = found.get(f"{vault.practice}/{drawer}{layout.KEY_SUFFIX}")
    if entry is None or not 0 <= tree.sizes(nested, [entry.name])[entry.name] <= layout.MAX_KEY_FILE:
        return None
    try:
        return keys.secret_of(vault.unwrap(tree.content(nested, entry.name)), vault.practice, drawer)
    except CoachError:
        return None


def check_member(vault: Vault, remote: Remote, heads: Heads) -> None:
    """Raise RefusedError for who was a reader of some folders and, as the remote has it, is none any more."""
    if vault.is_partial and heads.keys and _offered(vault, remote, heads, CIRCLE) is None:
        raise RefusedError(
            _("on the remote this identity is not among the readers of the vault"),
            _("ask whoever reads the whole vault whether you still are one; nothing was changed"),
        )


def check(history: History, commit: str, ours: str, seals: Seals) -> None:
    """Raise RefusedError, naming files, unless those who made a branch may; `ours` is what is here."""
    text = text_of(history, commit)
    if seals.vouch(text):
        return
    bounds = [f"^{ours}"] if ours else []
    bases = history.text("merge-base", "--all", ours, commit, check=False).split() if ours else []
    last = _vouched(history, [commit, *bounds], seals)
    since = last or next(iter(bases), "")
    hint = _("if another device of yours made it with plain git, run there: coach sync; else: who can push?")
    if not since or not _is_of_circle(history, since, text, seals):
        raise incoming.refused(
            list(tree.differences(history, since, commit)),
            _("no device of this practice has sealed this change"),
            hint,
        )
    is_one = not _vouched(history, [commit, f"^{since}", *bounds], seals) if last else len(bases) == 1
    if not is_one or not all(history.is_ancestor(base, since) for base in bases):
        raise incoming.refused(
            [],
            _("a reader of some folders has joined what they cannot read"),
            _("nothing was taken; on a device that has the last change, run: coach sync; then here again"),
        )
    _check_reach(history, since, commit, seals)


def check_pulled(history: History, known: str, theirs: str, seals: Seals) -> None:
    """Raise RefusedError, naming files, for what plain git brought into the branch here and nobody sealed.

    A seal made here would vouch for all that it is made on. `known` is what was agreed on before, and
    `theirs` what the remote has now.
    """
    is_vouched = theirs and seals.vouch(text_of(history, theirs))
    bounds = [f"^{commit}" for commit in (known, theirs if is_vouched else "") if commit]
    names = history.text("rev-list", "--topo-order", "HEAD", *bounds).split()
    made = _made_here(history) if names else set()
    ours = set(names[:1])
    for name, text in gitobject.contents(history, names):
        if name in ours & made:
            # Sealed or not: what it was made on came from somewhere.
            ours |= set(_PARENT.findall(text.partition(b"\n\n")[0].decode("utf-8", "replace")))
        elif name in ours:
            _check_one(history, name, known, seals)


def _check_one(history: History, name: str, known: str, seals: Seals) -> None:
    try:
        check(history, name, known, seals)
    except RefusedError as error:
        facts = {"good": (_vouched(history, [name], seals) or known)[:12], "bad": name[:12]}
        hint = _(
            "git pull brought it; leave it out with: git rebase --onto %(good)s %(bad)s; then: coach sync"
        )
        raise RefusedError(error.message, hint % facts) from None


def _made_here(history: History) -> set[str]:
    """Return the commits that were made in this work tree, as git's log of HEAD tells.

    Those that a pull, a merge or a sync brought are not among them, but for the merges themselves.
    """
    # Read as it is: git would open every commit that it names.
    place = history.root / history.text("rev-parse", "--git-path", "logs/HEAD")
    text = place.read_text("utf-8", "replace") if place.is_file() else ""
    entries = (line.partition("\t") for line in text.split("\n") if line)
    made = (facts.split(" ")[1:2] for facts, _tab, message in entries if _MAKING.match(message))
    return {name for names in made for name in names}


def _is_of_circle(history: History, since: str, text: bytes, seals: Seals) -> bool:
    """Return whether a commit has a seal of the circle, whose key opens a record that is believed."""
    signers = [secret for secret in seals.circle if seal.is_of_circle(text, [secret])]
    return bool(signers) and any(_records(history, since, (seals.practice, CIRCLE), signers))


def _vouched(history: History, commits: Sequence[str], seals: Seals) -> str:
    """Return the last of these commits that is believed for its seal alone; nothing if there is none."""
    names = history.text("rev-list", "--topo-order", *commits).split()
    return next((name for name, text in gitobject.contents(history, names) if seals.vouch(text)), "")


def _check_reach(history: History, since: str, commit: str, seals: Seals) -> None:
    """Raise RefusedError for what no reader of some folders may change."""
    settings = _records(history, since, (seals.practice, "settings"), seals.settings)
    readers = [reader for entry in settings if isinstance(entry, Settings) for reader in entry.readers]
    granted = {folder for reader in readers for folder in reader.folders}
    strange = []
    for path in tree.differences(history, since, commit):
        folder, drawer, _name = layout.record_of(path) or ("", "", "")
        if folder not in granted and (folder, drawer) != (seals.practice, CIRCLE):
            strange.append(path)
    if strange:
        raise incoming.refused(
            strange,
            _("a reader of some folders changed it, who may not"),
            _("nothing was taken; find out which colleague did it, or who has their key: who can push?"),
        )


def _records(history: History, commit: str, drawer: Drawer, secrets: Sequence[str]) -> Iterator[Record]:
    """Yield the records of a drawer of a commit that one of these keys opens."""
    place = f"{layout.RECORDS}/{drawer[0]}/{drawer[1]}"
    for path, entry in tree.files(history, commit, place).items():
        opened = incoming.opens(tree.content(history, entry.name), secrets)
        if opened:
            name = path.rpartition("/")[2].removesuffix(layout.RECORD_SUFFIX)
            yield recordfile.parse(opened[0], *drawer, name)


def text_of(history: History, commit: str) -> bytes:
    """Return a commit as it is written."""
    return history.run("cat-file", "commit", commit).stdout
