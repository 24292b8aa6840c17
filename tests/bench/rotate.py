"""Measure the re-wrapping of a rotation against bare pyrage, in one run.

    python tests/bench/rotate.py [--drawers 2000] [--rounds 3] [--place DIR]

Bare is `pyrage.decrypt` and `pyrage.encrypt` of the same key files to as many recipients, in memory;
kept is the same with each file written and put in the place of the old one, unflushed and unproven;
ours is the whole journaled change on the disk, proven and flushed, without the passphrase and the
page of the kit. Ratios are medians over rounds, each with its own baselines. The vault lies in memory
where there is room, so that the first ratio measures the re-wrapping: on some disks making and replacing
a file takes longer than its encryption, of which the second ratio tells. Name such a disk as PLACE. Exits
1 below the limit, which is for the first ratio.
"""

import argparse
from pathlib import Path
import statistics
import sys
import tempfile
import time

import msgspec
import pyrage
from pyrage import x25519

from coachvault.crypto import box, keys
from coachvault.records.practice import Reader
from coachvault.vault import access, founding, layout
from coachvault.vault.store import Vault

LIMIT = 0.6
MEMORY = Path("/dev/shm")  # noqa: S108 only to make a folder of our own in
DRAWERS = ("identity", "contract", "log", "notes", "summary")


def main() -> int:
    """Build a vault, measure, print, and judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--drawers", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--place", type=Path, default=MEMORY if MEMORY.is_dir() else None)
    options = parser.parse_args()
    ratios, kept_ratios = [], []
    with tempfile.TemporaryDirectory(dir=options.place) as folder:
        secret, root = box.generate(), Path(folder) / "vault"
        count = _practice(root, secret, options.drawers)
        for number in range(options.rounds):
            bare, kept = _bare(root, secret), _bare(root, secret, Path(folder) / "kept")
            secret, ours = _rotate(root, secret)
            ratios.append(bare / ours)
            kept_ratios.append(kept / ours)
            print(
                f"round {number + 1}: {count} keys, bare {bare:.3f} s, kept {kept:.3f} s, ours {ours:.3f} s"
            )
    ratio = statistics.median(ratios)
    print(f"re-wraps at {ratio:.0%} of the speed of bare pyrage (limit {LIMIT:.0%})")
    print(f"and at {statistics.median(kept_ratios):.0%} of its speed where it keeps what it makes")
    return 0 if ratio >= LIMIT else 1


def _practice(root: Path, secret: str, drawers: int) -> int:
    """Make a vault of this many drawers that an identity and a kit open; returns how many keys it has."""
    readers = [founding.reader("coach", box.recipient_of(secret)), _kit()]
    vault = founding.found(
        root,
        country="FR",
        language="en",
        readers=readers,
        profile={"name": "Ann"},
        unwrapper=keys.Identity([secret]),
        git=False,
    )
    with vault.change() as change:
        for number in range(drawers):
            if number % len(DRAWERS) == 0:
                folder = layout.new_id()
            drawer = DRAWERS[number % len(DRAWERS)]
            place = layout.key_path(folder, drawer)
            change.writes[place] = keys.wrap(box.generate(), folder, drawer, vault.recipients())
    return drawers + 2


def _bare(root: Path, secret: str, keep: Path | None = None) -> float:
    """Return how long pyrage takes; with a folder to keep its work, each file replaces one that is there."""
    files = [path.read_bytes() for path in sorted((root / layout.KEYS).glob("*/*.age"))]
    places = [f"{keep}/{number}" for number in range(len(files))]
    if keep:
        keep.mkdir(exist_ok=True)
        for place in places:
            Path(place).write_bytes(files[0])
    identity = x25519.Identity.from_str(secret)
    recipients = [x25519.Identity.generate().to_public() for _reader in ("coach", "kit")]
    start = time.perf_counter()
    for place, data in zip(places, files, strict=True):
        made = pyrage.encrypt(pyrage.decrypt(data, [identity]), recipients)
        if keep:
            Path(f"{place}.new").write_bytes(made)
            Path(f"{place}.new").replace(place)
    return time.perf_counter() - start


def _rotate(root: Path, secret: str) -> tuple[str, float]:
    new = box.generate()
    start = time.perf_counter()
    # As the command does it: what is wrapped must open with the new identity.
    vault = Vault(root, keys.Succession(lambda: keys.Identity([new]), lambda: keys.Identity([secret])))
    with vault.change() as change:
        mine = next(reader for reader in vault.readers() if reader.role == "coach")
        heir = msgspec.structs.replace(mine, recipient=box.recipient_of(new))
        access.grant(vault, change, (heir, _kit()))
    return new, time.perf_counter() - start


def _kit() -> Reader:
    return founding.reader("kit", box.recipient_of(box.generate()))


if __name__ == "__main__":
    sys.exit(main())
