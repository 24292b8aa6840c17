"""Measure start-up as a ratio to `python -c "import typer"`, all in one run.

    python tests/bench/startup.py [--rounds 21] [--clients 20 3000 10000]

Each round runs every command once, in turn, so that a machine that speeds up or slows down does so
for all of them; the ratio is the median over rounds of each command's time by that of the same
round's baseline. `note add`, with the agent unlocked, is measured by `coach --version`, for each
size of vault. Exits 1 if a ratio is above its limit.
"""

import argparse
from collections.abc import Sequence
from datetime import date
import os
from pathlib import Path
import statistics
import subprocess
import sys
import tempfile
import time

from coachvault.actions import founding
from coachvault.crypto import agent, box, keys
from coachvault.vault import layout
from coachvault.vault.store import Vault

TYPER, VERSION, NOTE = "python -c 'import typer'", "coach --version", "coach note add"
# A command, what it is measured by, how many times as long it may take, and of how many clients at most: a
# list says a line of each.
ANY = sys.maxsize
LIMITS = {VERSION: (TYPER, 1.3, ANY), "coach client list": (TYPER, 1.8, 200), NOTE: (VERSION, 2.0, ANY)}
COACH = (sys.executable, "-m", "coachvault")
NOTES, DAY, BATCH = 4, date(2026, 11, 2), 500
Command = tuple[Sequence[str], dict[str, str]]


def main() -> int:
    """Build a vault of each size, measure, print a table, and judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=21)
    parser.add_argument("--clients", type=int, nargs="+", default=[20, 3000, 10000])
    options = parser.parse_args()
    failed = False
    for clients in options.clients:
        # A socket has a short name, so the folder must not be deep.
        with tempfile.TemporaryDirectory(dir="/tmp") as folder:
            plain, unlocked = _practice(Path(folder), clients)
            commands: dict[str, Command] = {
                "python -c pass": ((sys.executable, "-c", "pass"), plain),
                TYPER: ((sys.executable, "-c", "import typer"), plain),
                VERSION: ((*COACH, "--version"), plain),
                "coach --help": ((*COACH, "--help"), plain),
                "coach client list": ((*COACH, "client", "list"), plain),
                NOTE: ((*COACH, "note", "add", "Client 7", "--text", "What was said."), unlocked),
            }
            print(f"{clients} clients")
            failed |= _report(_measure(commands, options.rounds), clients)
            agent.forget()
    return 1 if failed else 0


def _practice(folder: Path, clients: int) -> tuple[dict[str, str], dict[str, str]]:
    """Make a vault; return the environment of a plain identity, and that of an agent that holds it."""
    secret = box.generate()
    identity = folder / "identity.txt"
    identity.write_text(secret + "\n")
    protected = folder / "config" / "coachvault" / "identity.age"
    protected.parent.mkdir(parents=True)
    protected.write_bytes(box.encrypt_with_passphrase(f"{secret}\n".encode(), "never asked for"))
    os.environ |= {
        "COACHVAULT_DIR": str(folder / "vault"),
        "XDG_CONFIG_HOME": str(folder / "config"),
        "XDG_RUNTIME_DIR": str(folder),
        "COACHVAULT_PASSCOMMAND": "false",
    }
    # An installed program runs from compiled files; measure that.
    unlocked = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    unlocked.pop("COACHVAULT_IDENTITY", None)
    plain = {**unlocked, "COACHVAULT_IDENTITY": str(identity)}
    _fill(folder / "vault", clients, keys.Identity([secret]))
    agent.start(protected, secret + "\n", 3600)
    _run((*COACH, "client", "list"), plain)  # it leaves the cache that a practice has
    return plain, unlocked


def _fill(root: Path, clients: int, identity: keys.Identity) -> None:
    """Make a practice with a contract and a few notes for each client."""
    founding.init(root, name="Bench", country="FR", language="en", identity=identity, kit=None, git=True)
    for start in range(0, clients, BATCH):
        with Vault(root, identity).change() as change:
            for number in range(start, min(start + BATCH, clients)):
                folder = layout.new_id()
                change.add("client", folder, {"code": f"C-{number:05}", "name": f"Client {number}"})
                change.add("contract", folder, {"kind": "individual"})
                for _note in range(NOTES):
                    change.add("note", folder, {"on": DAY, "text": f"What {number} said."})
    # As a practice is: what was written is older than what a cache could miss, and the disk is at rest.
    time.sleep(3)
    os.sync()


def _measure(commands: dict[str, Command], rounds: int) -> dict[str, list[float]]:
    times: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, (words, environment) in commands.items():
            start = time.perf_counter()
            _run(words, environment)
            if number:  # the first round warms the caches
                times[name].append(time.perf_counter() - start)
    return times


def _report(times: dict[str, list[float]], clients: int) -> bool:
    """Print the table; return whether a ratio is above its limit."""
    failed = False
    print(f"{'command':28} {'median ms':>10} {'ratio':>6} {'limit':>6}")
    for name, values in times.items():
        baseline, limit, most = LIMITS.get(name, (TYPER, None, ANY))
        limit = limit if clients <= most else None
        ratio = statistics.median(own / base for own, base in zip(values, times[baseline], strict=True))
        failed |= limit is not None and ratio > limit
        print(f"{name:28} {statistics.median(values) * 1000:10.1f} {ratio:6.2f} {limit or '':>6}")
    return failed


def _run(words: Sequence[str], environment: dict[str, str]) -> None:
    subprocess.run(words, env=environment, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


if __name__ == "__main__":
    sys.exit(main())
