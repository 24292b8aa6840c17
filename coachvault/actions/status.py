"""What the vault holds and what waits."""

from collections import Counter
from datetime import date
from pathlib import Path

import msgspec

from coachvault.actions import agent, brief, conflict, purge, sync, who
from coachvault.actions import identity as identities
from coachvault.actions.result import Card
from coachvault.language import _, ngettext
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
    prospects: int
    organisations: int
    groups: int
    drafts: int
    expired: int
    proposed: int
    conflicts: int
    outbox: int
    history: str
    remote: str
    kit: str
    lock: str


def show(vault: Vault, today: date, identity: Path) -> Card:
    """Return how many clients, drafts and expired drawers there are, and how safe the vault is."""
    known = who.entries(vault, who.ANYONE)
    kinds = Counter(entry.kind for entry in known)
    states = Counter(entry.state for entry in known if entry.kind == "client")
    briefs = brief.every(vault)
    plan = purge.plan(vault, today, known=briefs)
    return Card(
        "status",
        Status(
            vault=str(vault.root),
            country=vault.config.country,
            language=vault.config.language,
            active=states["active"],
            closed=states["closed"] + states["declined"],
            held=states["held"],
            prospects=states["prospect"],
            organisations=kinds["organisation"],
            groups=kinds["group"],
            drafts=sum(known.drafts for known in briefs.values()),
            expired=len(plan.items) + len(plan.unproposed),
            proposed=len(plan.waiting),
            conflicts=conflict.count(vault, briefs.values()),
            outbox=len(outbox.names(vault.root)),
            history=_history(vault),
            remote=sync.state(vault),
            kit=identities.kit_state(vault, today),
            lock=agent.state(identity),
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
