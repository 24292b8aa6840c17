"""Bringing a vault and its remote together: fetch, judge, merge as one change, push, in that order.

Nothing of the work tree is touched before all that was fetched is believed. Whoever was faster is
fetched again. What cannot be pushed stays here, recorded, until the next time.
"""

from collections.abc import Sequence
import contextlib
from pathlib import Path
from typing import NamedTuple

import msgspec

from coachvault import clock
from coachvault.errors import BusyError, CoachError, DamagedError, RefusedError, StorageError
from coachvault.language import _, ngettext
from coachvault.records.file import File
from coachvault.records.kinds import CIRCLE
from coachvault.records.practice import Circle, Device, Settings
from coachvault.records.subject import Subject
from coachvault.vault import (
    access,
    branch,
    files,
    gitobject,
    incoming,
    layout,
    outbox,
    own,
    settlement,
    tombstone,
    tree,
)
from coachvault.vault.foreign import Side
from coachvault.vault.history import History
from coachvault.vault.reconcile import Merge
from coachvault.vault.remote import NESTED, Heads, RacedError, Remote
from coachvault.vault.store import Drawer, Vault

TRIES = 5
DEVICE = f"{layout.STATE}/device"


class Report(msgspec.Struct, kw_only=True):
    """What a sync did: files that came and went, drawers that another device had destroyed.

    `renewed` are those and the ones whose key is another one here now; `stones` the tombstones that came;
    `lost` counts the records that one device wrote while another destroyed what they belonged to, and
    `conflicts` the fields that two devices had changed at once.
    """

    received: int = 0
    sent: int = 0
    destroyed: list[Drawer] = []
    renewed: list[Drawer] = []
    stones: list[str] = []
    lost: int = 0
    conflicts: int = 0
    warnings: list[str] = []


class _Wish(NamedTuple):
    """What a person asked for, and whether coach made the last commit before that."""

    label: str | None
    gives_up: bool
    is_own: bool


class Unpushed(msgspec.Struct, frozen=True):
    """What the remote lacks as far as is known here: commits, and whether keys or files differ."""

    commits: int
    keys: bool
    files: bool


def sync(vault: Vault, label: str | None = None, *, gives_up: bool = False) -> Report:
    """Take what other devices made and hand over what was made here; nothing is ever lost by it.

    With `gives_up`, what a reader of some folders wrote in one that was taken back since goes. Raises
    RefusedError for what is not believed, ProgramError if the remote cannot be reached or refuses, and
    BusyError if others were always faster.
    """
    _check(vault)
    remote = Remote(vault.root)
    report = Report()
    with vault.locked():
        vault.recover()
        remote.mend()
        is_own = _prepare(vault, remote.main)
        try:
            for _attempt in range(TRIES):
                try:
                    _once(vault, remote, report, _Wish(label, gives_up, is_own))
                except RacedError:
                    is_own = True
                    continue
                report.warnings += _loss(report.lost)
                return report
        except StorageError as error:
            # What was merged before it stays, so it cannot be said that nothing was changed.
            error.hint = _("nothing is lost: mend that, then go on from where it was with: coach sync")
            raise
        finally:
            # Where it cannot be done now, the next command does it.
            with contextlib.suppress(CoachError):
                remote.drop_incoming()
    raise BusyError(
        _("other devices pushed %(count)s times meanwhile") % {"count": TRIES},
        _("what you did is kept here; try again with: coach sync"),
    )


def unpushed(vault: Vault) -> Unpushed | None:
    """Return what the remote lacks, without asking it; None for a vault without a remote."""
    if vault.history is None or not vault.history.has_remote():
        return None
    remote = Remote(vault.root)
    known = remote.known()
    words = ("rev-list", "--count", "HEAD", *([f"^{known.main}"] if known.main else []))
    differs = [
        _differs(remote, name, commit) for name, commit in (("keys", known.keys), ("files", known.files))
    ]
    return Unpushed(int(remote.main.text(*words) or 0), *differs)


def _differs(remote: Remote, name: str, commit: str) -> bool:
    """Return whether the files here are others than in a commit; writes nothing."""
    repository = remote.repositories[name]
    here = {
        path.relative_to(repository.root).as_posix(): path
        for path in repository.root.glob("*/*.age" if name == "keys" else "*/*/*.age")
    }
    there = (
        {path: pair.new for path, pair in tree.differences(repository, "", commit).items()} if commit else {}
    )
    if here.keys() != there.keys():
        return True
    # Parts of documents never change in place but with their drawer's key, and are large.
    entries = [(path, there[path]) for path in here] if name == "keys" else []
    return any(entry and gitobject.name_of(here[path], entry.name) != entry.name for path, entry in entries)


def _check(vault: Vault) -> None:
    if vault.history is None:
        raise RefusedError(
            _("the vault was made without git, and has nothing to synchronise with"),
            _("make a vault with a history: coach init DIR"),
        )
    vault.history.check()
    if vault.is_partial and not vault.opens(vault.practice, CIRCLE):
        raise RefusedError(
            _("this copy of the vault lacks the key with which readers of some folders synchronise"),
            _("make a new copy with: coach clone; if that fails, ask whoever reads the whole vault"),
        )


def _prepare(vault: Vault, history: History) -> bool:
    """Record and seal what is not yet; returns whether coach made the last commit before that."""
    git = vault.root / ".git"
    if any((git / name).exists() for name in ("MERGE_HEAD", "rebase-merge", "rebase-apply")):
        raise RefusedError(
            _("git is in the middle of a merge"), _("finish it, or give it up with: git merge --abort")
        )
    if history.text("symbolic-ref", "--quiet", "HEAD", check=False) != "refs/heads/main":
        raise RefusedError(_("git has another branch than main"), _("go back to it with: git switch main"))
    fields = history.run("status", "--porcelain", "-z", "--untracked-files=all", "--no-renames").stdout
    states = [(line[:2], line[3:]) for line in fields.decode("utf-8", "surrogateescape").split("\0") if line]
    gone = [path for state, path in states if "D" in state]
    lost = [path for path in gone if path.partition("/")[0] not in own.AREAS]
    if lost:
        raise DamagedError(
            ngettext(
                "%(count)s file of the vault is gone, and not by coach",
                "%(count)s files of the vault are gone, and not by coach",
                len(lost),
            )
            % {"count": len(lost)},
            _("put them back with: git restore --staged --worktree . ; nothing was changed"),
        )
    is_own = branch.own(vault).vouch(branch.text_of(history, "HEAD"))
    areas = (layout.RECORDS,) if vault.is_partial else (layout.RECORDS, layout.TOMBSTONES, *own.AREAS)
    mine = (path for _state, path in states if path.partition("/")[0] in areas)
    ours = [path for path in mine if path in gone or own.is_fit(vault.root, vault.root / path)]
    if vault.is_partial:
        # What they keep here beside the history, such as templates of their own, is their own affair.
        _refuse_foreign(vault, [path for state, path in states if state != "??" or path in ours])
    history.record(ours, "", vault.seal)
    return is_own


def _seal(vault: Vault, history: History) -> None:
    """Seal the last commit, by another one, if it lacks a seal that is ours to make."""
    if not branch.own(vault).are_all_on(branch.text_of(history, "HEAD")):
        head = history.text("rev-parse", "HEAD")
        history.commit(history.text("rev-parse", "HEAD^{tree}"), [head], vault.seal())


def _refuse_foreign(vault: Vault, paths: Sequence[str]) -> None:
    """Raise RefusedError for what a reader of some folders has changed and may not."""
    for path in paths:
        folder, drawer, _name = layout.record_of(path) or ("", "", "")
        is_granted = vault.own_secret(folder, "identity") or (folder, drawer) == (vault.practice, CIRCLE)
        if not is_granted or (vault.has(folder, drawer) and vault.own_secret(folder, drawer) is None):
            raise RefusedError(
                _("%(place)s was changed here, and is not for a reader of some folders to change")
                % {"place": path},
                _("put it back with: git restore --staged --worktree PATH; or move it out of the vault"),
            )


def _once(vault: Vault, remote: Remote, report: Report, wish: _Wish) -> None:
    heads, known, ours = remote.heads(), remote.known(), remote.local()
    if heads == known == ours and not settlement.nameless(vault):
        _finish(vault, set(), wish.label)
        ours = remote.local()
        if ours == heads:
            return
    remote.fetch(heads)
    seals = branch.believed(vault, remote, known, heads)
    branch.check_pulled(remote.main, known.main, heads.main, seals)
    _seal(vault, remote.main)
    ours = ours._replace(main=remote.main.text("rev-parse", "HEAD"))
    side = _believed(vault, remote, heads, ours, seals)._replace(is_own=wish.is_own)
    _tell_of_loss(remote, known, heads, report)
    with vault.change() as change:
        merge = Merge(vault, change, remote, side, gives_up=wish.gives_up)
        merge.plan(known, heads, ours)
        change.deletions += _copies(vault, merge.destroyed)
        remote.keep_fetched()
    vault.forget()
    report.destroyed += merge.destroyed
    report.renewed += change.destroyed
    report.stones += [path for path in change.writes if path.startswith(layout.TOMBSTONES)]
    report.lost += merge.lost
    report.conflicts += merge.conflicts
    report.warnings += [text for text in merge.warnings if text not in report.warnings]
    merged = remote.main.text("rev-parse", "HEAD")
    arrived = set(tree.differences(remote.main, ours.main, merged))
    leaving = set(tree.differences(remote.main, heads.main, merged))
    _finish(vault, arrived | leaving, wish.label)
    _seal(vault, remote.main)
    wanted = remote.local()
    if vault.is_partial:
        _refuse_unfit(vault, remote, known.main, heads.main)
    remote.push(wanted, heads)
    for place, old, new, known_one, found in zip(
        NESTED, ours[1:], wanted[1:], known[1:], heads[1:], strict=True
    ):
        # What others had, and what was here under another form, must not stay among the old objects.
        if found not in ("", known_one, old, new) or (old != new and remote.has_replaced(place, old, new)):
            remote.forget_old(place)
    remote.accept_incoming()
    report.received += len(arrived)
    report.sent = len(leaving)


def _refuse_unfit(vault: Vault, remote: Remote, known: str, theirs: str) -> None:
    """Raise RefusedError for what others would refuse; a remote that went back is given what it had."""
    since = known if known and not remote.main.is_ancestor(known, theirs) else theirs
    found = (tree.differences(remote.main, commit, "HEAD") for commit in (since, theirs))
    _refuse_foreign(vault, sorted(set.intersection(*map(set, found))))


def _believed(vault: Vault, remote: Remote, heads: Heads, ours: Heads, seals: branch.Seals) -> Side:
    """Return where the merge starts; raises RefusedError for a branch that is not of this practice."""
    history, theirs = remote.main, heads.main
    branch.check_member(vault, remote, heads)
    if not theirs or history.is_ancestor(theirs, ours.main):
        return Side("", ours.main, "")
    base = history.text("merge-base", ours.main, theirs, check=False)
    if not base:
        raise incoming.refused(
            [],
            _("it has no history in common with this vault"),
            _("nothing was taken; name the right remote"),
        )
    found = {path: pair.new for path, pair in tree.differences(history, base, theirs).items() if pair.new}
    # What a newer version made may be sealed in another way: its format is what a person must hear of.
    if layout.CONFIG in found:
        incoming.check_files(history, {layout.CONFIG: found[layout.CONFIG]})
        incoming.check_config(vault.config, tree.content(history, found[layout.CONFIG].name))
    branch.check(history, theirs, ours.main, seals)
    incoming.check_files(history, found)
    return Side(base, ours.main, theirs)


def _tell_of_loss(remote: Remote, known: Heads, heads: Heads, report: Report) -> None:
    """Say so if the remote went back behind what it had: what is here is put there again."""
    is_behind = known.main and not (heads.main and remote.main.is_ancestor(known.main, heads.main))
    sentence = _("the remote had lost changes that it once had; what is here was put there again")
    if is_behind and sentence not in report.warnings:
        report.warnings.append(sentence)


def _loss(count: int) -> list[str]:
    sentence = ngettext(
        "%(count)s record that one device wrote while another destroyed its drawer or its client is gone too",
        "%(count)s records that one device wrote while another destroyed their drawer or client are gone too",
        count,
    )
    return [sentence % {"count": count}] if count else []


def _copies(vault: Vault, destroyed: Sequence[Drawer]) -> list[str]:
    """Return the files of the outbox that were made of drawers that go, by name and by content."""
    found: list[str] = []
    for folder, drawer in destroyed:
        try:
            digests = frozenset(file.sha256 for file in vault.load(folder, drawer, File))
            codes = [subject.code for subject in vault.load(folder, "identity", Subject)]
        except CoachError:
            continue  # it is damaged here, and goes all the same
        ending = "" if drawer == "identity" else drawer
        found += outbox.copies(vault.root, tuple(f"{code}-{ending}" for code in codes), digests)
    return list(dict.fromkeys(found))


def _finish(vault: Vault, touched: set[str], label: str | None) -> None:
    """Wrap keys to who reads them by now, and list this device where there is something to say."""
    with vault.change() as change:
        if touched and not vault.is_partial:
            access.mend(vault, change)
        lists = {path for path in touched if _is_list(vault, path)}
        for record in _device_list(vault):
            device = _device(vault.root)
            before = next((known for known in record.devices if known.id == device), None)
            name = label or (before.label if before else None)
            is_known = before and before.label == name and before.last_sync.date() == clock.today()
            if not is_known or touched - lists:
                count = tombstone.count(vault.root)
                entry = Device(id=device, label=name, last_sync=clock.now(), tombstones=count)
                others = [known for known in record.devices if known.id != device]
                change.update(record, {"devices": tuple(sorted([*others, entry], key=lambda d: d.id))})


def _device_list(vault: Vault) -> Sequence[Settings] | Sequence[Circle]:
    """Return the record that lists devices like this one, where there is one."""
    if vault.is_partial:
        return vault.load(vault.practice, CIRCLE, Circle)[:1]
    return vault.load(vault.practice, "settings", Settings)[:1]


def _is_list(vault: Vault, path: str) -> bool:
    """Return whether a file lists devices: to answer such news with more of them would have no end."""
    folder, drawer, _name = layout.record_of(path) or ("", "", "")
    return folder == vault.practice and drawer in ("settings", CIRCLE)


def own_device(root: Path) -> str:
    """Return the random name of this copy of the vault; nothing where it has none yet."""
    try:
        found = files.read(root / DEVICE, DEVICE).decode("ascii", "replace").strip()
    except FileNotFoundError:
        return ""
    return found if layout.is_id(found) else ""


def _device(root: Path) -> str:
    """Return the random name of this copy of the vault, made the first time."""
    found = own_device(root)
    if not found:
        found = layout.new_id()
        with files.storage():
            files.replace(root / DEVICE, f"{found}\n".encode())
    return found
