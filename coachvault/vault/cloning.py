"""A vault from its remote, on a machine that has nothing but the identity."""

from collections.abc import Callable
from pathlib import Path
import shutil
import tempfile

from coachvault.crypto import keys
from coachvault.errors import DamagedError, NotFoundError, ProgramError
from coachvault.language import _
from coachvault.vault import access, branch, driver, files, hook, incoming, layout, seal, tombstone, tree
from coachvault.vault.founding import check_place
from coachvault.vault.history import History
from coachvault.vault.remote import MAIN, NESTED, Heads, Remote, check_url
from coachvault.vault.store import Vault


def clone(url: str, root: Path, unlock: Callable[[], keys.Unwrapper]) -> Vault:
    """Bring a vault here whole, judge it, and put it in its place by one rename.

    `unlock` hands over what opens it, and is called when there is a vault at that address. Raises
    RefusedError for what is not believed: then nothing stays of it.
    """
    check_url(url)
    check_place(root)
    with files.storage():
        root.parent.mkdir(parents=True, exist_ok=True)
        building = Path(tempfile.mkdtemp(prefix=f".{root.name}.", dir=root.parent))
    try:
        unwrapper = _fetch(url, building, unlock)
        vault = Vault(building, unwrapper)
        _judge(vault)
        with files.storage():
            building.replace(root)
            files.sync_folder(root.parent)
    except BaseException:
        shutil.rmtree(building, ignore_errors=True)
        raise
    return Vault(root, unwrapper)


def _fetch(url: str, building: Path, unlock: Callable[[], keys.Unwrapper]) -> keys.Unwrapper:
    with files.storage():
        for folder in (layout.KEYS, layout.FILES, layout.OUTBOX, layout.STATE):
            files.make_folder(building / folder)
        files.write(building / layout.STATE / "CACHEDIR.TAG", layout.CACHEDIR_TAG.encode())
    history = History.create(building, (layout.KEYS, layout.FILES))
    driver.configure(history)
    remote = Remote(building)
    remote.add(url)
    try:
        heads = remote.heads()
    except ProgramError as error:
        error.hint = _("check the address, and that you may read there; nothing was made here")
        raise
    if not heads.main or not heads.keys:
        raise NotFoundError(
            _("there is no vault at that address, or its keys were never pushed"),
            _("push it first from where it is, with: coach remote add URL; coach sync"),
        )
    unwrapper = unlock()
    remote.fetch(heads)
    _check(remote, heads)
    remote.keep_fetched()
    history.run("update-ref", MAIN, heads.main)
    history.run("reset", "--quiet", "--hard", heads.main)
    for name, commit in zip(("keys", "files"), heads[1:], strict=True):
        if commit:
            remote.repositories[name].run("read-tree", "-u", "--reset", commit)
    remote.remember(heads)
    remote.accept_incoming()
    hook.install(building)
    return unwrapper


def _check(remote: Remote, heads: Heads) -> None:
    """Refuse names, modes and sizes that no vault has, before any of it becomes a file."""
    entries = tree.differences(remote.main, "", heads.main)
    found = {path: pair.new for path, pair in entries.items() if pair.new}
    # These two are written by coach, and only ever by it.
    for name, text in ((".gitattributes", layout.GITATTRIBUTES), (".gitignore", layout.GITIGNORE)):
        entry = found.pop(name, None)
        if entry and (entry.mode != tree.FILE or tree.content(remote.main, entry.name) != text.encode()):
            raise incoming.refused([name], _("it is not what coach wrote"), _("nothing was made here"))
    incoming.check_files(remote.main, found)
    for name, commit in zip(NESTED, heads[1:], strict=True):
        pairs = tree.differences(remote.repositories[name], "", commit) if commit else {}
        incoming.check_files(
            remote.repositories[name], {p: pair.new for p, pair in pairs.items() if pair.new}, NESTED[name]
        )


def _judge(vault: Vault) -> None:
    """Refuse a vault whose keys are not ours, or whose last change no device of it has made."""
    assert vault.history  # noqa: S101 it was made by git
    head = vault.history.text("rev-parse", "HEAD")
    config = vault.config
    if not vault.has(config.practice, "settings"):
        raise DamagedError(
            _("the remote lacks the key of the practice's settings"),
            _("run coach sync on a device that has it; nothing was made here"),
        )
    drawers = [(f, d) for f in (vault.practice, *vault.folders()) for d in vault.drawers(f)]
    if not vault.is_partial:
        vault.open_drawers(drawers)
    branch.check(vault.history, head, "", branch.own(vault))
    # Keys for others alone are kept as they came, by who reads some folders.
    found = {drawer: vault.own_secret(*drawer) for drawer in drawers}
    secrets = {drawer: secret for drawer, secret in found.items() if secret}
    stones = tombstone.read_all(vault.root)
    dead, followers = ({getattr(s, name) for s in stones} for name in ("key_sha256", "successor_sha256"))
    unproven = incoming.unproven(vault.history, head, secrets)
    for drawer, secret in secrets.items():
        name = seal.fingerprint(secret)
        if name in dead or (drawer in unproven and name not in followers):
            # A destroyed key that somebody has put back, or one that opens nothing here.
            files.remove(vault.root / layout.key_path(*drawer), vault.root)
    if not vault.is_partial:
        _check_readers(vault)
    remote = Remote(vault.root)
    for place in NESTED:
        remote.forget_old(place)
    for area in (layout.RECORDS, layout.TOMBSTONES, *NESTED.values()):
        for path in (vault.root / area, *(vault.root / area).rglob("*")):
            if ".git" not in path.parts and path.exists() and not path.is_symlink():
                path.chmod(0o700 if path.is_dir() else 0o600)


def _check_readers(vault: Vault) -> None:
    """Raise RefusedError if the list of readers is not the one that clients' keys were wrapped for.

    Whoever knows the coach's recipient, as colleagues do, can make settings and a key of theirs that open
    here, but no key file of a drawer that is closed to them. Keys are not wrapped for such a list.
    """
    behind = [drawer for drawer in access.stale(vault) if drawer[1] == "identity"]
    if behind:
        raise incoming.refused(
            [layout.key_path(*drawer) for drawer in behind],
            _("the key was wrapped for other readers than those whom the settings name"),
            _("nothing was made here; run coach sync on a device that has the vault, then clone it again"),
        )
