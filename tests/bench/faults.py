"""Let every fault come before every step of every command that writes.

    python tests/bench/faults.py [--only sync] [--kind killed]

The tests try every step of the short commands and a few of the others; this tries all, in about an
hour. Each time the next command must find the vault whole, the command done or not done and said so,
every record there, and no former key among the objects of git. The first broken promise ends it.
"""

import argparse
from pathlib import Path
import sys
import tempfile
import time

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from fault import KINDS, memory
from fault_world import Clones, Interrupted, World
from program import isolate

WORLDS = (World, Interrupted, Clones)


def main() -> None:
    """Sweep, and print a line for each command and fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    names = [name for world in WORLDS for name in world.commands]
    parser.add_argument("--only", choices=names, action="append", help="this command alone; may be repeated")
    parser.add_argument("--kind", choices=KINDS, action="append", help="this fault alone; may be repeated")
    options = parser.parse_args()
    print(f"{'command':24} {'fault':10} {'steps':>6} {'met':>5} {'done':>5} {'seconds':>8}")
    with tempfile.TemporaryDirectory() as home, pytest.MonkeyPatch.context() as patch:
        isolate(patch, Path(home))
        for make in WORLDS:
            chosen = [name for name in make.commands if name in (options.only or names)]
            if chosen:
                with memory() as place:
                    world = make(place)
                    for name in chosen:
                        for kind in options.kind or KINDS:
                            sweep(world, name, kind)


def sweep(world: World, name: str, kind: str) -> None:
    """Sweep one command with one fault."""
    start = time.perf_counter()
    steps, met, done = world.sweep(name, kind)
    seconds = time.perf_counter() - start
    print(f"{name:24} {kind:10} {steps:6} {met:5} {done:5} {seconds:8.0f}", flush=True)


if __name__ == "__main__":
    main()
