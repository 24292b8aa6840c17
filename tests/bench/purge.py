"""Measure what purging 10 clients costs in a small vault and in a large one, but for the proof scan.

    python tests/bench/purge.py [--small 100] [--large 2000] [--rounds 5]

It is the whole command `coach purge --expired --yes`, from its start, with the caches that earlier commands
left, less the seconds that it says of its proof. Both vaults are built and measured in one run, in turn, so
that a machine that speeds up or slows down does so for both. Exits 1 if the large vault costs more than LIMIT
times the small one.
"""

import argparse
from datetime import date
import json
import os
from pathlib import Path
import shutil
import statistics
import subprocess
import sys
import tempfile
import time

from coachvault.actions import founding, purge
from coachvault.crypto import box, keys
from coachvault.vault import layout
from coachvault.vault.store import Vault

LIMIT = 2.0
DOOMED = 10
LONG_AGO, TODAY = date(2000, 1, 1), date(2026, 11, 22)


def main() -> int:
    """Build both vaults, destroy in each, print a table, and judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=100)
    parser.add_argument("--large", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    identity = keys.Identity([box.generate()])
    with tempfile.TemporaryDirectory() as folder:
        plain = Path(folder) / "identity.txt"
        plain.write_text(identity.reveal())
        sizes = (options.small, options.large)
        roots = {size: _build(Path(folder) / str(size), size, identity) for size in sizes}
        times: dict[int, list[tuple[float, float]]] = {size: [] for size in sizes}
        for number in range(options.rounds):
            for size, root in roots.items():
                copy = Path(shutil.copytree(root, Path(folder) / f"{size}-{number}"))
                os.sync()  # or the first flush would be of the copy
                times[size].append(_purge(copy, plain))
                shutil.rmtree(copy)
    print(f"{'clients':>8} {'purge ms':>9} {'proof ms':>9}")
    for size, measured in times.items():
        own, proof = (statistics.median(column) * 1000 for column in zip(*measured, strict=True))
        print(f"{size:8} {own:9.1f} {proof:9.1f}")
    pairs = zip(times[options.large], times[options.small], strict=True)
    ratio = statistics.median(large / small for (large, _p), (small, _q) in pairs)
    print(f"ratio {ratio:.2f}, limit {LIMIT}")
    return int(ratio > LIMIT)


def _build(root: Path, clients: int, identity: keys.Identity) -> Path:
    founding.init(root, name="X", country="FR", language="en", identity=identity, kit=None, git=True)
    with Vault(root, identity).change() as change:
        for number in range(clients):
            folder, ended = layout.new_id(), LONG_AGO if number < DOOMED else None
            change.add("client", folder, {"code": f"C-{number:04}", "name": f"Client {number}"})
            contract = {"kind": "individual", "ended_on": ended, "ended_by": "term" if ended else None}
            change.add("contract", folder, {name: value for name, value in contract.items() if value})
            change.add("note", folder, {"on": LONG_AGO, "text": f"note {number}"})
    # As after a while: the caches are there, and what changed is older than they are.
    for path in (root / layout.RECORDS).rglob("*"):
        os.utime(path, (0, 0))
    purge.plan(Vault(root, identity), TODAY)
    return root


def _purge(root: Path, identity: Path) -> tuple[float, float]:
    """Return the seconds that the command took without the proof, and those of the proof."""
    where = ("--vault", str(root), "--identity", str(identity))
    start = time.perf_counter()
    done = subprocess.run(
        (sys.executable, "-m", "coachvault", *where, "purge", "--expired", "--yes", "--json"),
        capture_output=True, check=True,
    )  # fmt: skip
    seconds = time.perf_counter() - start
    receipt = json.loads(done.stdout)
    assert len(receipt["drawers"]) == 3 * DOOMED
    assert not receipt["proof"]["findings"]
    return seconds - receipt["proof"]["seconds"], receipt["proof"]["seconds"]


if __name__ == "__main__":
    sys.exit(main())
