"""Two copies of one vault, changed and synchronised in any order: converge.py --rounds 1000 --seed 1.

The rules are those of the tests (`Walk` in tests/vault/pair_world.py), drawn by Hypothesis for the same
two copies all along; every 100 rounds they must agree, have lost nothing and open nothing destroyed.
"""

import argparse
from pathlib import Path
import sys
import time

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "vault"))

from fault import memory
from pair_world import Pair, Walk
import sync_world

STRETCH = 100


def main() -> None:
    """Walk, and say how long it took; a broken promise ends it with an AssertionError."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    with memory() as place:
        sync_world.make(place)
        pair, start = Pair(place), time.perf_counter()
        # The copies outlive each stretch, so nothing can be shrunk: the rounds are said as they are drawn.
        run_state_machine_as_test(
            seed(options.seed)(lambda: Walk(pair)),  # type: ignore[arg-type] # it calls it
            settings=settings(
                # The first stretch is always the simplest one, one rule over and over.
                max_examples=-(-options.rounds // STRETCH) + 1,
                stateful_step_count=min(STRETCH, options.rounds),
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
                derandomize=False,
                database=None,
                deadline=None,
            ),
        )
        seconds = time.perf_counter() - start
    counts = f"{len(pair.added)} notes added, {len(pair.destroyed)} destroyed"
    print(f"{pair.count} rounds, {counts}, converged, {seconds:.0f} s")


if __name__ == "__main__":
    main()
