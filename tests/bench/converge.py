"""Two copies of one vault, changed and synchronised at random: converge.py --rounds 1000."""

import argparse
from pathlib import Path
import shutil
import sys
import tempfile
import time

sys.path.insert(0, str(Path(__file__).parent.parent / "vault"))

import sync_world


def main() -> None:
    """Wander, and say how long it took; a broken promise ends it with an AssertionError."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--crashes", action="store_true", help="end a sync at every one of its steps instead")
    options = parser.parse_args()
    if options.crashes:
        print(f"a sync was ended at each of its {crash_everywhere()} steps, and nothing was lost")
        return
    with tempfile.TemporaryDirectory() as name:
        sync_world.make(Path(name))
        start = time.perf_counter()
        pair = sync_world.wander(Path(name), options.rounds, options.seed)
        seconds = time.perf_counter() - start
    counts = f"{len(pair.added)} notes added, {len(pair.destroyed)} destroyed"
    print(f"{options.rounds} rounds, {counts}, converged, {seconds:.0f} s")


def crash_everywhere() -> int:
    """End a sync at every step, each time in a world of its own; returns how many there are."""
    with tempfile.TemporaryDirectory() as name:
        made = Path(name) / "made"
        made.mkdir()
        sync_world.make(made)
        for step in range(10_000):
            place = Path(name) / "w"
            if not sync_world.crash_at(step, *sync_world.copy(made, place)):
                return step
            shutil.rmtree(place)
    raise AssertionError


if __name__ == "__main__":
    main()
