"""Making a vault, the identity that opens it, and the recovery kit that opens it without either."""

from collections.abc import Callable
from pathlib import Path

from coachvault.actions.result import Done
from coachvault.crypto import box, keys
from coachvault.language import _
from coachvault.vault import founding
from coachvault.vault.store import Vault


def init(  # noqa: PLR0913 what a vault needs to begin
    root: Path,
    *,
    name: str,
    country: str,
    language: str,
    identity: keys.Identity,
    kit: Callable[[str, Vault], None] | None,
    git: bool,
) -> Done:
    """Make a vault that the identity opens; the kit's secret is handed over before it is in place."""
    if identity.plugin:
        # Its recipient is what a comment says: a vault must not be made for somebody else.
        identity.unwrap([keys.wrap(box.generate(), "new", "new", [identity.recipient])])
    secret = box.generate() if kit else None
    readers = [founding.reader("coach", identity.recipient)]
    if secret:
        readers.append(founding.reader("kit", box.recipient_of(secret)))

    def hand_over(vault: Vault) -> None:
        if kit and secret:
            kit(secret, vault)

    vault = founding.found(
        root,
        country=country,
        language=language,
        readers=readers,
        profile={"name": name},
        unwrapper=identity,
        git=git,
        last=hand_over,
    )
    facts = {"vault": root, "id": vault.config.vault, "kit": bool(secret), "git": git}
    warnings = (
        () if secret else (_("there is no recovery kit: without the identity nothing opens this vault"),)
    )
    return Done(_("the vault is at %(path)s") % {"path": root}, facts, warnings)


def find_identity(
    path: Path, *, is_named: bool, ask: Callable[[], str], ask_new: Callable[[], str]
) -> keys.Identity:
    """Return the identity of a file; where none is there and none was named, make it."""
    if is_named or path.exists():
        return keys.read_identity(path, ask)
    return keys.write_identity(path, ask_new())
