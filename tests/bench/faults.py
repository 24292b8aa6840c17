"""Let every fault come before every step of every command that writes.

    python tests/bench/faults.py [--only sync] [--kind killed] [--torn 100]

The tests try every step of the short commands and a few of the others; this tries all, in about an
hour. Each time the next command must find the vault whole, the command done or not done and said so,
every record there, and no former key among the objects of git. The first broken promise ends it.
"""

import argparse
from collections.abc import Callable
import functools
from pathlib import Path
import random
import sys
import tempfile
import time

import pytest

sys.path.insert(0, str(Path(__file__).parents[1]))

from fault import KINDS, memory
from fault_world import Clones, Interrupted, Swept, World, prepare

WORLDS = (World, Interrupted, Clones)


def main() -> None:
    """Sweep, and print a line for each command and fault."""
    parser = argparse.ArgumentParser(description=__doc__)
    names = [name for world in WORLDS for name in world.commands]
    parser.add_argument("--only", choices=names, action="append", help="this command alone; may be repeated")
    parser.add_argument("--kind", choices=KINDS, action="append", help="this fault alone; may be repeated")
    parser.add_argument("--torn", type=int, default=0, help="cut the power at so many random moments instead")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    chance = random.Random(options.seed)  # noqa: S311 repeatable on purpose
    print(f"{'command':24} {'fault':10} {'steps':>6} {'met':>5} {'done':>5} {'seconds':>8}")
    with tempfile.TemporaryDirectory() as home, pytest.MonkeyPatch.context() as patch:
        prepare(patch, Path(home))
        for make in WORLDS:
            chosen = [name for name in make.commands if name in (options.only or names)]
            if chosen:
                with memory() as place:
                    world = make(place)
                    for name in chosen:
                        if options.torn:
                            show(name, "torn", functools.partial(world.torn, name, options.torn, chance))
                            continue
                        for kind in options.kind or KINDS:
                            show(name, kind, functools.partial(world.sweep, name, kind))


def show(name: str, kind: str, sweep: Callable[[], Swept]) -> None:
    """Sweep one command with one fault, and say what came of it."""
    start = time.perf_counter()
    steps, met, done = sweep()
    seconds = time.perf_counter() - start
    print(f"{name:24} {kind:10} {steps:6} {met:5} {done:5} {seconds:8.0f}", flush=True)


if __name__ == "__main__":
    main()
