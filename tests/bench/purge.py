"""Measure what destroying 10 clients costs in a small vault and in a large one, but for the proof scan.

    python tests/bench/purge.py [--small 100] [--large 1000] [--rounds 3]

Both vaults are built and measured in one run, in turn, so that a machine that speeds up or slows
down does so for both. Exits 1 if the large vault costs more than LIMIT times the small one.
"""

import argparse
from datetime import date
from pathlib import Path
import shutil
import statistics
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
    parser.add_argument("--large", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    identity = keys.Identity([box.generate()])
    with tempfile.TemporaryDirectory() as folder:
        sizes = (options.small, options.large)
        roots = {size: _build(Path(folder) / str(size), size, identity) for size in sizes}
        times: dict[int, list[tuple[float, float]]] = {size: [] for size in sizes}
        for number in range(options.rounds):
            for size, root in roots.items():
                copy = Path(shutil.copytree(root, Path(folder) / f"{size}-{number}"))
                times[size].append(_destroy(copy, identity))
                shutil.rmtree(copy)
    print(f"{'clients':>8} {'purge ms':>10} {'proof ms':>10}")
    for size, measured in times.items():
        own, proof = (statistics.median(column) * 1000 for column in zip(*measured, strict=True))
        print(f"{size:8} {own:10.1f} {proof:10.1f}")
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
    return root


def _destroy(root: Path, identity: keys.Identity) -> tuple[float, float]:
    """Return the seconds that the destruction took without the proof, and those of the proof."""
    vault = Vault(root, identity)
    plan = purge.plan(vault, TODAY)
    start = time.perf_counter()
    receipt = purge.destroy(vault, plan.items, TODAY)
    seconds = time.perf_counter() - start
    assert receipt.proof  # a vault with a history has one
    assert not receipt.proof.findings
    assert len(receipt.items) == 3 * DOOMED
    return seconds - receipt.proof.seconds, receipt.proof.seconds


if __name__ == "__main__":
    sys.exit(main())
