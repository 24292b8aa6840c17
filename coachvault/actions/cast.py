"""The cast of a client's stories: who is who, so that no document names them (CD-15)."""

from collections.abc import Mapping
from typing import Any

import msgspec

from coachvault.actions import destruction, draft, who
from coachvault.actions.result import Done, Listing
from coachvault.errors import RefusedError
from coachvault.language import _
from coachvault.records.name import fold
from coachvault.records.person import Cast
from coachvault.vault.store import Vault


class Row(msgspec.Struct, frozen=True):
    """Somebody of a client's stories, in a list."""

    code: str
    name: str
    role: str | None
    organisation: str | None
    aliases: tuple[str, ...]
    id: str


def add(vault: Vault, name: str, options: Mapping[str, Any], source: draft.Source | None) -> Done:
    """Put somebody on the cast list of a client; each goes there once."""
    values = draft.values("cast", options, source)
    with vault.change() as change:
        client = who.entry(vault, name)
        known = {fold(person.name) for person in vault.load(client.folder, "notes", Cast)}
        if fold(str(values["name"])) in known:
            raise RefusedError(
                _("somebody of that name is on the cast list of %(code)s already") % {"code": client.code},
                _("see them with: coach cast list %(code)s") % {"code": client.code},
            )
        person = change.add("cast", client.folder, values)
    message = _("the cast list of %(code)s has one more") % {"code": client.code}
    return Done(message, {"code": client.code, "cast": person.id})


def listing(vault: Vault, name: str) -> Listing:
    """Return the cast of a client's stories, by name."""
    client = who.entry(vault, name)
    found = sorted(vault.load(client.folder, "notes", Cast), key=lambda person: fold(person.name))
    rows = (Row(client.code, p.name, p.role, p.organisation, p.aliases, p.id) for p in found)
    return Listing("cast", tuple(rows))


def remove(vault: Vault, name: str, start: str) -> Done:
    """Take somebody off the list; older copies in git open until the key of the notes is destroyed.

    Raises RefusedError where a hold keeps it.
    """
    with vault.change() as change:
        client = who.find(vault, name)
        destruction.refuse_held(vault, client)
        found = vault.load(client.folder, "notes", Cast)
        person = who.pick(found, start, f"coach cast list {client.code}")
        change.remove(person)
    message = (
        _("they are off the list; copies in git history and backups open until the notes are destroyed")
        if vault.history
        else _("they are off the list; copies in backups open until the notes are destroyed")
    )
    return Done(message, {"code": client.code, "cast": person.id})
