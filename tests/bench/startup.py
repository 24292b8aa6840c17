"""Measure start-up as a ratio to `python -c "import typer"`, all in one run.

    python tests/bench/startup.py [--rounds 21] [--clients 20]

Each round runs every command once, in turn, so that a machine that speeds up or slows down does so
for all of them; the ratio is the median over rounds of each command's time by that of the same
round's baseline. Exits 1 if a ratio is above its limit.
"""

import argparse
from collections.abc import Sequence
import os
from pathlib import Path
import statistics
import subprocess
import sys
import tempfile
import time

LIMITS = {"coach --version": 1.3, "coach client list": 1.8}


def main() -> int:
    """Build a vault, measure, print a table, and judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--clients", type=int, default=20)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        environment = _practice(Path(folder), options.clients)
        coach = [sys.executable, "-m", "coachvault"]
        commands = {
            "python -c pass": [sys.executable, "-c", "pass"],
            "python -c 'import typer'": [sys.executable, "-c", "import typer"],
            "coach --version": [*coach, "--version"],
            "coach --help": [*coach, "--help"],
            "coach client list": [*coach, "client", "list"],
        }
        times = _measure(commands, options.rounds, environment)
    return _report(times, "python -c 'import typer'")


def _practice(folder: Path, clients: int) -> dict[str, str]:
    from coachvault.crypto import box  # noqa: PLC0415 the measured process, not this one, must be lean

    identity = folder / "identity.txt"
    identity.write_text(box.generate() + "\n")
    environment = {
        # An installed program runs from compiled files; measure that.
        **{name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"},
        "COACHVAULT_IDENTITY": str(identity),
        "COACHVAULT_DIR": str(folder / "vault"),
    }
    coach = [sys.executable, "-m", "coachvault"]
    _run(
        [*coach, "init", str(folder / "vault"), "--name", "Bench", "--country", "FR", "--language", "en"],
        environment,
    )
    for number in range(clients):
        _run([*coach, "new-client", f"Client {number}"], environment)
    return environment


def _measure(
    commands: dict[str, list[str]], rounds: int, environment: dict[str, str]
) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, words in commands.items():
            start = time.perf_counter()
            _run(words, environment)
            if number:  # the first round warms the caches
                times[name].append(time.perf_counter() - start)
    return times


def _report(times: dict[str, list[float]], baseline: str) -> int:
    failed = False
    print(f"{'command':28} {'median ms':>10} {'ratio':>6} {'limit':>6}")
    for name, values in times.items():
        ratio = statistics.median(own / base for own, base in zip(values, times[baseline], strict=True))
        limit = LIMITS.get(name)
        failed |= limit is not None and ratio > limit
        print(f"{name:28} {statistics.median(values) * 1000:10.1f} {ratio:6.2f} {limit or '':>6}")
    return 1 if failed else 0


def _run(words: Sequence[str], environment: dict[str, str]) -> None:
    subprocess.run(words, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
