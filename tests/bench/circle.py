"""Three who share a vault, at random: circle.py --rounds 100 --seeds 20."""

import argparse
from pathlib import Path
import sys
import tempfile
import time

sys.path.insert(0, str(Path(__file__).parents[1]))
sys.path.insert(0, str(Path(__file__).parents[1] / "vault"))

import circle_walk


def main() -> None:
    """Walk once for each seed; a broken promise ends it with an AssertionError or an error of coach."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=100)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--first", type=int, default=1)
    options = parser.parse_args()
    for seed in range(options.first, options.first + options.seeds):
        start = time.perf_counter()
        with tempfile.TemporaryDirectory() as place:
            walk = circle_walk.wander(Path(place), options.rounds, seed)
        seconds = time.perf_counter() - start
        print(
            f"seed {seed}: {walk.count} rounds, given up {walk.given_up} times, {seconds:.0f} s", flush=True
        )


if __name__ == "__main__":
    main()
