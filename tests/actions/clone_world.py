"""Two clones of one vault, and plain git between them: neither `coach sync` nor `coach clone`."""

from collections.abc import Callable
import os
from pathlib import Path
import shutil
import subprocess

from practice import Practice
from program import PROGRAM, run

from coachvault.crypto import box, keys
from coachvault.records.client import Client
from coachvault.records.contract import Contract
from coachvault.vault import driver, layout
from coachvault.vault.history import History
from coachvault.vault.store import Vault

# Nothing that git keeps or writes may hold any of these but where it shows a record.
SECRETS = (b"reprendre confiance", b"candidature", b"Augustine", b"schema:", b"<<<<<<<", b">>>>>>>")


def clone(root: Path, place: Path, *, knows_driver: bool = True) -> Path:
    """Copy a vault as git does, and its keys as a person would."""
    git(root.parent, "clone", "--quiet", str(root), str(place))
    for area in (layout.KEYS, layout.FILES):
        shutil.copytree(root / area, place / area)
    (place / layout.STATE).mkdir()
    if knows_driver:
        driver.configure(History(place))
    return place


def git(place: Path, *words: str, code: int = 0, **environment: str) -> bytes:
    """Run git as a person does, with `coach` on the path; returns what it says on stdout and stderr."""
    who = {f"GIT_{role}_{fact}": "test" for role in ("AUTHOR", "COMMITTER") for fact in ("NAME", "EMAIL")}
    path = f"{Path(PROGRAM).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        ["git", *words],
        cwd=place,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, **who, "PATH": path, **environment},
    )
    assert done.returncode == code, done.stdout
    return done.stdout


def merge(place: Path, other: Path, *, code: int = 0, **environment: str) -> bytes:
    """Merge the other clone's branch by plain git."""
    git(place, "fetch", "--quiet", str(other), "main")
    return git(place, "merge", "--no-edit", "FETCH_HEAD", code=code, **environment)


def open_vault(root: Path) -> Vault:
    """Open a vault by the identity that the environment names."""
    return Vault(root, keys.parse_identity(Path(os.environ["COACHVAULT_IDENTITY"]).read_bytes()))


def contract(root: Path, code: str) -> Contract:
    """Return a client's first contract."""
    vault = open_vault(root)
    return vault.load(folder_of(vault, code), "contract", Contract)[0]


def folder_of(vault: Vault, code: str) -> str:
    """Return a client's folder."""
    clients = (client for folder in vault.folders() for client in vault.load(folder, "identity", Client))
    return next(client.folder for client in clients if client.code == code)


def edit(root: Path, code: str, *words: str) -> None:
    """Change a client's contract."""
    result = run("contract", "edit", code, *words, "--vault", str(root))
    assert result.code == 0, result.err


def diverged(practice: Practice, at: Callable[[str], None], place: Path, **more: bool) -> tuple[Path, Path]:
    """Return two clones in which one draft was changed: its fee in both, its place and rhythm in one each."""
    one, other = practice.root, clone(practice.root, place, **more)
    at("2026-11-23")
    edit(one, practice.ferdinand, "--fee", "120", "--place", "ici")
    at("2026-11-24")
    edit(other, practice.ferdinand, "--fee", "130", "--frequency", "hebdo")
    return one, other


def seal_as_text(data: bytes, secret: str) -> bytes:
    """Encrypt until there is no zero byte: git then takes the file for text."""
    return next(
        sealed
        for sealed in iter(lambda: box.encrypt(data, [box.recipient_of(secret)]), None)
        if b"\0" not in sealed
    )


def objects(root: Path) -> bytes:
    """Return every object that git has, reachable or not, in one piece."""
    return git(root, "cat-file", "--batch-all-objects", "--batch")
