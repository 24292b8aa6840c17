"""Two or more copies of one vault and the remote between them, and what must be true of them."""

from collections.abc import Iterable, Iterator, Sequence
import os
from pathlib import Path
import shutil
import subprocess

from coachvault.actions import doctor
from coachvault.crypto import box, keys
from coachvault.records.note import Note
from coachvault.records.practice import Settings
from coachvault.vault import cloning, founding, gitobject, layout, sync
from coachvault.vault.history import History
from coachvault.vault.remote import Remote
from coachvault.vault.store import Vault

SECRET = box.generate()
IDENTITY = keys.Identity([SECRET])
TOMBSTONE = {"rule": "R1", "basis": "a law", "trigger": "contract_end", "destroyed_on": "2026-02-01"}


def make(place: Path, names: str = "ab") -> None:
    """Make a remote, and as many copies of one vault with one client."""
    git("init", "--quiet", "--bare", "--initial-branch=main", str(place / "remote"), at=place)
    vault = founding.found(
        place / names[0],
        country="FR",
        language="fr",
        readers=[founding.reader("coach", IDENTITY.recipient)],
        profile={"name": "Camille"},
        unwrapper=IDENTITY,
        git=True,
    )
    add_client(vault)
    Remote(vault.root).add(str(place / "remote"))
    sync.sync(vault)
    for name in names[1:]:
        sync.sync(cloning.clone(str(place / "remote"), place / name, lambda: IDENTITY), name)


def opened(root: Path) -> Vault:
    """Open a copy as a new command would."""
    return Vault(root, IDENTITY)


def git(*words: str, at: Path, data: bytes = b"") -> str:
    """Run git as a person would who lets nobody else read their files."""
    done = subprocess.run(("git", *words), cwd=at, capture_output=True, check=False, input=data, umask=0o077)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout.decode().strip()


def add_client(vault: Vault, name: str = "Augustine") -> str:
    """Enter a client and return the folder."""
    with vault.change() as change:
        return change.add("client", layout.new_id(), {"name": name, "code": layout.new_code("C")}).folder


def add_note(vault: Vault, folder: str, text: str = "une confidence") -> str:
    """Keep a note on a client; returns its id."""
    with vault.change() as change:
        return change.add("note", folder, {"on": "2026-01-31", "text": text}).id


def edit_note(vault: Vault, folder: str, name: str, text: str) -> None:
    """Put another text in a note's place."""
    with vault.change() as change:
        change.update(note(vault, folder, name), {"text": text})


def remove_note(vault: Vault, folder: str, name: str) -> None:
    """Delete a note's file."""
    with vault.change() as change:
        change.remove(note(vault, folder, name))


def note(vault: Vault, folder: str, name: str) -> Note:
    """Return a note."""
    return next(found for found in vault.load(folder, "notes", Note) if found.id == name)


def destroy(vault: Vault, folder: str, drawer: str = "notes") -> None:
    """Destroy a drawer."""
    with vault.change() as change:
        change.destroy(folder, drawer, TOMBSTONE)


def destroy_note(vault: Vault, folder: str, name: str) -> None:
    """Destroy one note: its drawer gets another key."""
    with vault.change() as change:
        change.rekey(folder, "notes", TOMBSTONE, [name])


def texts(vault: Vault) -> list[str]:
    """Return the texts of all notes, whatever their order."""
    folders = vault.folders()
    return sorted(found.text for folder in folders for found in vault.load(folder, "notes", Note))


def tree(root: Path) -> dict[str, bytes]:
    """Return every file of the vault that travels, with its bytes."""
    areas = (layout.RECORDS, layout.KEYS, layout.FILES, layout.TOMBSTONES)
    found = (path for area in areas for path in (root / area).rglob("*"))
    return {
        path.relative_to(root).as_posix(): path.read_bytes()
        for path in found
        if path.is_file() and ".git" not in path.parts
    }


def agree(*roots: Path) -> None:
    """Synchronise until nothing moves, and assert that all copies are the same and whole."""
    for _round in range(4):
        for root in roots:
            sync.sync(opened(root))
        trees = [tree(root) for root in roots]
        if all(found == trees[0] for found in trees[1:]) and len(_heads(roots)) == 1:
            break
    differing = {name for found in trees for name, data in found.items() if trees[0].get(name) != data}
    missing = {name for found in trees for name in trees[0].keys() - found.keys()}
    assert not differing | missing
    assert len(_heads(roots)) == 1
    for root in roots:
        assert doctor.examine(opened(root)).items == ()
        assert sync.unpushed(opened(root)) == sync.Unpushed(commits=0, keys=False, files=False)
        assert git("status", "--porcelain", at=root) == ""


def _heads(roots: Sequence[Path]) -> set[str]:
    return {git("rev-parse", "HEAD", at=root) for root in roots}


def every_blob(*repositories: Path) -> Iterator[bytes]:
    """Yield every content that these repositories hold, reachable or not."""
    for place in repositories:
        history = History(place)
        names = [found.name for found in gitobject.objects(history) if found.kind == "blob"]
        for _name, data in gitobject.contents(history, names):
            yield data


def copy(made: Path, place: Path) -> tuple[Path, Path, Path]:
    """Copy a world that was made before; returns the first copy, the second and the remote."""
    shutil.copytree(made, place, symlinks=True)
    for name in "ab":
        git("config", "remote.origin.url", str(place / "remote"), at=place / name)
    return place / "a", place / "b", place / "remote"


def settings(vault: Vault) -> Settings:
    """Return the settings of the practice."""
    return vault.load(vault.practice, "settings", Settings)[0]


def forge(remote: Path, place: Path, files: dict[str, bytes | None], *, link: str = "") -> None:
    """Change the branch of the remote as somebody does who can push and has no key."""
    git("clone", "--quiet", str(remote), str(place), at=remote)
    for name, data in files.items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        if data is None:
            git("rm", "--quiet", "--cached", name, at=place)
        elif name == link:
            path.symlink_to(data.decode())
        else:
            path.write_bytes(data)
    git("add", "--all", "--force", at=place)
    git(
        "-c", "user.name=x", "-c", "user.email=x@x", "commit", "--quiet", "-m", "coachvault: update", at=place
    )
    git("push", "--quiet", "origin", "HEAD:main", at=place)


def forge_keys(remote: Path, files: dict[str, bytes | None], ref: str = "keys", mode: str = "100644") -> None:
    """Change the keys of the remote as somebody does who can push."""
    lines = git("ls-tree", "-r", f"refs/coachvault/{ref}", at=remote).splitlines()
    kept = {line.split("\t")[1]: line for line in lines}
    for name, data in files.items():
        kept.pop(name, None)
        if data is not None:
            blob = git("hash-object", "-w", "--stdin", at=remote, data=data)
            kept[name] = f"{mode} blob {blob}\t{name}"
    index = {"GIT_INDEX_FILE": str(remote / "forged")}
    command = ("git", "update-index", "--add", "--index-info")
    text = "".join(f"{line}\n" for line in kept.values()).encode()
    subprocess.run(command, cwd=remote, input=text, check=True, env={**os.environ, **index})
    tree_name = (
        subprocess.run(
            ("git", "write-tree"), cwd=remote, capture_output=True, check=True, env={**os.environ, **index}
        )
        .stdout.decode()
        .strip()
    )
    (remote / "forged").unlink()
    words = ("-c", "user.name=x", "-c", "user.email=x@x", "commit-tree", "-m", "x", tree_name)
    git("update-ref", f"refs/coachvault/{ref}", git(*words, at=remote), at=remote)


def opened_by(blobs: Iterable[bytes], secrets: Sequence[str]) -> Iterator[bytes]:
    """Yield the plaintext of every content that one of these keys opens."""
    ring = box.Ring(secrets)
    for data in blobs:
        found = ring.open(data) if box.is_age(data) else None
        if found:
            yield found[1]
