"""What the vault holds and what waits."""

from collections import Counter
from datetime import date

import msgspec

from coachvault.actions import client as clients
from coachvault.actions import purge, who
from coachvault.actions.result import Card
from coachvault.language import _, ngettext
from coachvault.records.contract import Contract
from coachvault.records.practice import Settings
from coachvault.vault import outbox
from coachvault.vault.store import Vault


class Status(msgspec.Struct, frozen=True):
    """The state of a vault in figures."""

    vault: str
    country: str
    language: str
    active: int
    closed: int
    held: int
    drafts: int
    expired: int
    outbox: int
    history: str
    kit: str


def show(vault: Vault, today: date) -> Card:
    """Return how many clients, drafts and expired drawers there are, and how safe the vault is."""
    known = who.clients(vault)
    states = Counter(clients.state(vault, client) for client in known)
    contracts = [c for client in known for c in vault.load(client.folder, "contract", Contract)]
    roles = {
        reader.role for entry in vault.load(vault.practice, "settings", Settings) for reader in entry.readers
    }
    return Card(
        "status",
        Status(
            vault=str(vault.root),
            country=vault.config.country,
            language=vault.config.language,
            active=states["active"],
            closed=states["closed"],
            held=states["held"],
            drafts=sum(contract.state == "draft" for contract in contracts),
            expired=len(purge.plan(vault, today).items),
            outbox=len(outbox.names(vault.root)),
            history=_history(vault),
            kit=_("made") if "kit" in roles else _("none: without the identity nothing opens this vault"),
        ),
    )


def _history(vault: Vault) -> str:
    if vault.history is None:
        return _("none (made with --no-git)")
    waiting = vault.history.waiting()
    if not waiting:
        return _("everything is recorded")
    message = ngettext("%(count)s file is not recorded yet", "%(count)s files are not recorded yet", waiting)
    return message % {"count": waiting}
