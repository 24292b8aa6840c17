"""A recording larger than memory should be: attachment.py --megabytes 2048 [--sync].

Random bytes go into a vault, are listed, come out and are compared; another file is destroyed, so that the
recording gets another key. With --sync they go to a remote and come back as a clone. Prints for each process
its time and the most memory that it, or git below it, had. The bare loop reads, encrypts and writes the same
bytes with pyrage alone, in parts of the same size.
"""

import argparse
from collections.abc import Sequence
import hashlib
import os
from pathlib import Path
import subprocess
import sys
import tempfile
import time

PROGRAM = str(Path(sys.executable).parent / "coach")
PIECE = 2**20
BARE = """
import os, sys
from pyrage import encrypt, x25519
recipient = [x25519.Identity.generate().to_public()]
with open(sys.argv[1], "rb") as source:
    number = 0
    while part := source.read(16 * 2**20):
        with open(f"{sys.argv[2]}/{number}", "wb") as target:
            target.write(encrypt(part, recipient))
            target.flush()
            os.fsync(target.fileno())
        number += 1
"""


def main() -> None:
    """Run, and print a line for each process."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--megabytes", type=int, default=2048)
    parser.add_argument("--sync", action="store_true", help="send it to a remote and clone it too")
    parser.add_argument(
        "--at", type=Path, help="the folder to work in; it needs four times the room, or eight"
    )
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=options.at) as name:
        place = Path(name)
        os.environ |= {"HOME": name, "COACHVAULT_IDENTITY": str(place / "id.txt")}
        os.environ["COACHVAULT_DIR"] = str(place / "vault")
        size = options.megabytes * PIECE
        digest = make(place / "recording.wav", size)
        print(f"{'process':28} {'seconds':>8} {'MB/s':>6} {'peak MB':>8}")
        (place / "bare").mkdir()
        show(
            "bare pyrage",
            [sys.executable, "-c", BARE, str(place / "recording.wav"), str(place / "bare")],
            size,
        )
        subprocess.run(["rm", "-r", str(place / "bare")], check=True)
        begin(place)
        show("file add", coach("file", "add", "Zoe", str(place / "recording.wav")), size)
        listed = show("file list", coach("file", "list", "Zoe"))
        record = listed.split("\t")[2]
        show("file save", coach("file", "save", "Zoe", record, "--output", str(place / "back.wav")), size)
        assert digest == digest_of(place / "back.wav"), "what came out is not what went in"
        (place / "back.wav").unlink()
        show("doctor", coach("doctor"), size)
        destroy(place, size)
        if options.sync:
            travel(place, record, digest, size)
        show("file remove", coach("file", "remove", "Zoe", record, "--keep-history"))
        print(f"{options.megabytes} MiB came out as they went in")


def begin(place: Path) -> None:
    """Make a vault with a client."""
    made = subprocess.run(["age-keygen"], capture_output=True, check=True).stdout
    (place / "id.txt").touch(mode=0o600)
    (place / "id.txt").write_bytes(made)
    for words in (
        ("init", str(place / "vault"), "--name", "Ann", "--country", "FR", "--language", "en"),
        ("new-client", "Zoe"),
    ):
        subprocess.run(coach(*words), check=True, capture_output=True)


def destroy(place: Path, size: int) -> None:
    """Destroy a small file of the same drawer: all that stays in it gets a new key."""
    (place / "small.txt").write_text("small\n")
    subprocess.run(coach("file", "add", "Zoe", str(place / "small.txt")), check=True, capture_output=True)
    rows = subprocess.run(coach("file", "list", "Zoe"), check=True, capture_output=True, text=True).stdout
    record = next(row.split("\t")[2] for row in rows.splitlines() if row.endswith("small.txt"))
    show("file remove --destroy", coach("file", "remove", "Zoe", record, "--destroy", "--yes"), size)


def travel(place: Path, record: str, digest: str, size: int) -> None:
    """Send the vault to a remote, clone it, and compare what the clone has; then sync both once more."""
    remote = str(place / "remote")
    subprocess.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", remote], check=True)
    subprocess.run(coach("remote", "add", remote), check=True, capture_output=True)
    show("sync, all of it", coach("sync"), size)
    show("sync, nothing new", coach("sync"))
    subprocess.run(coach("file", "add", "Zoe", str(place / "small.txt")), check=True, capture_output=True)
    show("sync, a small file more", coach("sync"))
    os.environ["COACHVAULT_DIR"] = str(place / "clone")
    show("clone", coach("clone", remote, str(place / "clone")), size)
    show("sync of the clone", coach("sync"))
    show("file save of the clone", coach("file", "save", "Zoe", record, "--output", str(place / "back.wav")))
    assert digest == digest_of(place / "back.wav"), "what came out of the clone is not what went in"
    os.environ["COACHVAULT_DIR"] = str(place / "vault")


def coach(*words: str) -> list[str]:
    """Return a call of the program."""
    return [PROGRAM, *words]


def show(name: str, words: Sequence[str], size: int = 0) -> str:
    """Run a process, print what it took, and return what it said."""
    start = time.perf_counter()
    process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout
    said = process.stdout.read()
    _id, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - start
    assert process.returncode == 0, name
    rate = f"{size / 2**20 / seconds:6.0f}" if size else " " * 6
    print(f"{name:28} {seconds:8.1f} {rate} {used.ru_maxrss / 1024:8.0f}", flush=True)
    return said


def make(path: Path, size: int) -> str:
    """Write a file of random bytes, and return its SHA-256."""
    digest = hashlib.sha256()
    with path.open("wb") as file:
        for _piece in range(size // PIECE):
            data = os.urandom(PIECE)
            digest.update(data)
            file.write(data)
    return digest.hexdigest()


def digest_of(path: Path) -> str:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


if __name__ == "__main__":
    main()
