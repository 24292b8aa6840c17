"""One vault on several devices: naming the remote, taking it to another machine, keeping them alike."""

from pathlib import Path

from coachvault.actions.result import Done
from coachvault.crypto import keys
from coachvault.errors import RefusedError
from coachvault.language import _, ngettext
from coachvault.vault import cloning, hook
from coachvault.vault import sync as syncing
from coachvault.vault.remote import Remote
from coachvault.vault.store import Vault


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


def clone(url: str, root: Path, unwrapper: keys.Unwrapper, label: str | None) -> Done:
    """Bring a vault from its remote to an empty place, and list this device in it."""
    vault = cloning.clone(url, root, unwrapper)
    report = syncing.sync(vault, label)
    message = _("the vault is at %(path)s") % {"path": root}
    return Done(message, {"vault": root, "id": vault.config.vault}, tuple(report.warnings))


def sync(vault: Vault, label: str | None, *, gives_up: bool = False) -> Done:
    """Take what other devices made and hand over what was made here."""
    report = syncing.sync(vault, label, gives_up=gives_up)
    received = ngettext("%(count)s file came", "%(count)s files came", report.received)
    sent = ngettext("%(count)s file went", "%(count)s files went", report.sent)
    parts = [received % {"count": report.received}, sent % {"count": report.sent}]
    if report.destroyed:
        count = len(report.destroyed)
        gone = ngettext(
            "%(count)s drawer was destroyed here too", "%(count)s drawers were destroyed here too", count
        )
        parts.append(gone % {"count": count})
    drawers = ["/".join(drawer) for drawer in report.destroyed]
    facts = {"received": report.received, "sent": report.sent, "destroyed": drawers}
    return Done(", ".join(parts), facts, tuple(report.warnings))


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
