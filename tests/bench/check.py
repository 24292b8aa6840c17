"""Measure `contract check --all` beside the mere decrypting and parsing of the records that it needs.

    python tests/bench/check.py [--clients 1000] [--sessions 6] [--rounds 3]

Both are measured in turn, each on a vault that is opened anew, so that a machine that speeds up or slows
down does so for both. What counts is the time that this process had: others may share the machine. Exits 1
if the checks cost more than LIMIT times the reading.
"""

import argparse
from pathlib import Path
import statistics
import sys
import tempfile
import time

sys.path.insert(0, str(Path(__file__).parents[1]))

from ethics_cases import full, held
from ethics_records import DAY, about, plus

from coachvault.actions import check, founding, who
from coachvault.crypto import box, keys
from coachvault.ethics.case import DRAWERS
from coachvault.records import schema
from coachvault.vault import layout
from coachvault.vault.store import Vault

LIMIT = 1.5


def main() -> int:
    """Build a vault, read it and check it in turn, print the figures, and judge."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--clients", type=int, default=1000)
    parser.add_argument("--sessions", type=int, default=6)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    identity = keys.Identity([box.generate()])
    with tempfile.TemporaryDirectory() as folder:
        root = _build(Path(folder) / "vault", options.clients, options.sessions, identity)
        # The index and git's view of the vault are made once, by whichever command comes first.
        who.entries(Vault(root, identity))
        rounds = [(_read(root, identity), _check(root, identity)) for _round in range(options.rounds)]
    records = rounds[0][0][1]
    found = rounds[0][1][1]
    print(f"{options.clients} clients, {records} records, {found} checks missing")
    for (reading, _count), (checking, _found) in rounds:
        print(f"decrypt and parse {reading:6.2f} s, check --all {checking:6.2f} s, {checking / reading:.2f}")
    ratio = statistics.median(checking / reading for (reading, _c), (checking, _f) in rounds)
    print(f"ratio {ratio:.2f}, limit {LIMIT}")
    return int(ratio > LIMIT)


def _build(root: Path, clients: int, sessions: int, identity: keys.Identity) -> Path:
    founding.init(root, name="X", country="FR", language="en", identity=identity, kit=None, git=False)
    with Vault(root, identity).change() as change:
        for number in range(clients):
            folder = layout.new_id()
            case = about(full(), code=f"C-{number:04}", name=f"Client {number}")
            for record in plus(case, *held(case, *[DAY] * sessions)).records:
                names = ("id", *schema.own_fields(type(record)))
                values = {name: getattr(record, name) for name in names}
                change.add(record.noun, folder, {name: v for name, v in values.items() if v is not None})
    return root


def _read(root: Path, identity: keys.Identity) -> tuple[float, int]:
    """Return the seconds that opening, decrypting and parsing every record takes, and how many there are."""
    vault = Vault(root, identity)
    start = time.process_time()
    folders = vault.folders()
    drawers = [(folder, drawer) for folder in folders for drawer in DRAWERS if vault.has(folder, drawer)]
    vault.open_drawers(drawers)
    count = 0
    for place in drawers:
        for record in vault.record_ids(*place):
            vault.read(*place, record)
            count += 1
    return time.process_time() - start, count


def _check(root: Path, identity: keys.Identity) -> tuple[float, int]:
    """Return the seconds that checking everyone takes, and how much is missing."""
    vault = Vault(root, identity)
    start = time.process_time()
    found = check.every(vault, DAY)
    return time.process_time() - start, len(found.items)


if __name__ == "__main__":
    sys.exit(main())
