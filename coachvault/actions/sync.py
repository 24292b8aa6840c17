"""One vault on several devices: naming the remote, taking it to another machine, keeping them alike."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from coachvault.actions.result import Done
from coachvault.crypto import keys
from coachvault.errors import BadDataError, Problem, RefusedError
from coachvault.language import _, ngettext
from coachvault.records import schema
from coachvault.records.base import Name
from coachvault.vault import cloning, hook, tombstone
from coachvault.vault import sync as syncing
from coachvault.vault.remote import Remote
from coachvault.vault.store import Vault

if TYPE_CHECKING:
    from coachvault.vault.proof import Proof


class _Labelled(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a person may call a device."""

    label: Name | None = None


class Synced(msgspec.Struct, frozen=True):
    """What a sync did, how many single records it destroyed, and the proof that nothing of them is left.

    There is a proof where the sync obeyed a destruction of another device.
    """

    report: syncing.Report
    records: int = 0
    proof: "Proof | None" = None

    def done(self) -> Done:
        """Return the sync as it is shown."""
        report = self.report
        facts: dict[str, Any] = {
            "received": report.received,
            "sent": report.sent,
            "destroyed": ["/".join(drawer) for drawer in report.destroyed],
            "records_destroyed": self.records,
            "conflicts": report.conflicts,
        }
        lines: tuple[str, ...] = ()
        if self.proof is not None:
            from coachvault.actions import destruction  # noqa: PLC0415 see below

            facts["proof"] = msgspec.to_builtins(self.proof)
            lines = destruction.proof_lines(self.proof)
        return Done(_message(report, self.records), facts, (*report.warnings, *_conflicts(report)), lines)

    def refuse(self) -> None:
        """Raise FindingsError if the proof found anything that can still be read."""
        if self.proof is not None:
            from coachvault.actions import destruction  # noqa: PLC0415 see below

            destruction.refuse_findings(self.proof)


def add_remote(root: Path, url: str) -> Done:
    """Name the vault's one remote, and let a plain `git push` take the keys along."""
    if not (root / ".git").exists():
        raise RefusedError(
            _("the vault was made without git, and has nothing to synchronise with"),
            _("make a vault with a history: coach init DIR"),
        )
    remote = Remote(root)
    remote.add(url)
    is_hooked = hook.install(root)
    warning = _(
        "there is a pre-push hook already: a plain git push leaves the keys behind, so use coach sync"
    )
    return Done(
        _("the remote is named; bring it what is here with: coach sync"),
        {"url": remote.url},
        () if is_hooked else (warning,),
    )


def clone(url: str, root: Path, unlock: Callable[[], keys.Unwrapper], label: str | None) -> Done:
    """Bring a vault from its remote to an empty place, and list this device in it."""
    _check_label(label)
    vault = cloning.clone(url, root, unlock)
    report = syncing.sync(vault, label)
    message = _("the vault is at %(path)s") % {"path": root}
    return Done(message, {"vault": root, "id": vault.config.vault}, tuple(report.warnings))


def sync(vault: Vault, label: str | None = None, *, gives_up: bool = False) -> Synced:
    """Take what other devices made and hand over what was made here; what went here too is proven gone."""
    _check_label(label)
    report = syncing.sync(vault, label, gives_up=gives_up)
    came = [tombstone.read(vault.root / path) for path in report.stones]
    drawers = {*report.renewed, *((stone.folder, stone.drawer) for stone in came)}
    stones = [stone for drawer in sorted(drawers) for stone in tombstone.read_all(vault.root, *drawer)]
    # A key that was replaced and took no record with it destroyed nothing.
    if not any(stone.whole or stone.ids for stone in stones):
        return Synced(report)
    from coachvault.vault import proof  # noqa: PLC0415 few syncs destroy anything

    return Synced(report, sum(len(stone.ids) for stone in came), proof.prove(vault, stones))


def _check_label(label: str | None) -> None:
    """Raise BadDataError for a label that no device can have, before anything is done."""
    try:
        schema.read(_Labelled, {} if label is None else {"label": label})
    except schema.SchemaError as error:
        raise BadDataError([Problem("--label", 0, 0, "", fault.expected) for fault in error.faults]) from None


def _message(report: syncing.Report, records: int) -> str:
    came = ngettext("%(count)s file came", "%(count)s files came", report.received)
    went = ngettext("%(count)s file went", "%(count)s files went", report.sent)
    count = len(report.destroyed)
    drawers = ngettext(
        "%(count)s drawer was destroyed here too", "%(count)s drawers were destroyed here too", count
    )
    singles = ngettext(
        "%(count)s single record was destroyed here too",
        "%(count)s single records were destroyed here too",
        records,
    )
    parts = [came % {"count": report.received}, went % {"count": report.sent}]
    parts += [drawers % {"count": count}] if count else []
    parts += [singles % {"count": records}] if records else []
    return ", ".join(parts)


def _conflicts(report: syncing.Report) -> tuple[str, ...]:
    """Return what to say of fields that were changed on two devices: nobody else looks for them."""
    count = report.conflicts
    message = ngettext(
        "%(count)s field was changed on two devices: coach conflicts list",
        "%(count)s fields were changed on two devices: coach conflicts list",
        count,
    )
    return (message % {"count": count},) if count else ()


def state(vault: Vault) -> str:
    """Return in words what the remote lacks, as far as is known here."""
    found = syncing.unpushed(vault)
    if found is None:
        return _("none")
    if not found.commits and not found.keys and not found.files:
        return _("has everything, as of the last sync")
    commits = ngettext(
        "%(count)s change is not pushed yet", "%(count)s changes are not pushed yet", found.commits
    )
    parts = [commits % {"count": found.commits}] if found.commits else []
    parts += [_("its keys are older than those here")] if found.keys else []
    parts += [_("its files are older than those here")] if found.files else []
    return ", ".join(parts)
