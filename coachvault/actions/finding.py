"""What doctor finds: an opaque place, and what is wrong there."""

from pathlib import Path

import msgspec

from coachvault.vault.store import Vault


class Finding(msgspec.Struct, frozen=True):
    """Something wrong, with what to do about it."""

    place: str
    finding: str


class Damage(Finding, frozen=True):
    """Something lost, altered or exchanged, which a copy or git may still have."""


def relative(vault: Vault, path: Path) -> str:
    """Return a place of the vault as it is named in a finding."""
    return path.relative_to(vault.root).as_posix()
