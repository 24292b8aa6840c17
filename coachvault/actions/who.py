"""Which client a person means by part of a name, an alias or a code."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, TypeVar

from coachvault.errors import NotFoundError
from coachvault.language import _
from coachvault.vault import index
from coachvault.vault.index import Entry, fold
from coachvault.vault.store import Vault

if TYPE_CHECKING:
    from coachvault.records.base import Record
    from coachvault.records.client import Client

R = TypeVar("R", bound="Record")

# How a person at a terminal is asked for the code of one of several; None where nobody can be.
choose: Callable[[Sequence[Entry]], str] | None = None


class AmbiguousError(NotFoundError):
    """More than one client goes by that; says their codes, since names are for the list."""

    def __init__(self, clients: Sequence[Entry]) -> None:
        codes = ", ".join(client.code for client in clients)
        super().__init__(
            _("%(count)s clients go by that: %(codes)s") % {"count": len(clients), "codes": codes},
            _("name one by its code; coach client list shows who is who"),
        )


def entries(vault: Vault) -> tuple[Entry, ...]:
    """Return every client as lists show it, sorted by name."""
    return _sorted(index.clients(vault))


def _sorted(found: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(found, key=lambda entry: (fold(entry.name), entry.code)))


def clients(vault: Vault) -> tuple["Client", ...]:
    """Return every client's record, sorted by name."""
    return tuple(_record(vault, entry) for entry in entries(vault))


def find(vault: Vault, who: str) -> "Client":
    """Return the record of the one client meant, as `entry` finds it."""
    return _record(vault, entry(vault, who))


def entry(vault: Vault, who: str) -> Entry:
    """Return the one client meant, as lists show it; a code or a whole name wins over a part of one.

    Raises NotFoundError, without repeating what was asked for: it is somebody's name.
    """
    wanted = fold(who)
    one = index.only(vault, wanted) if wanted else None
    if one and (_is_code(one, wanted) or _is_name(one, wanted)):
        return one
    known = index.clients(vault) if wanted else ()
    for matches in (_is_code, _is_name, _has_part):
        found = [one for one in known if matches(one, wanted)]
        if len(found) == 1:
            return found[0]
        if found and choose is None:
            raise AmbiguousError(_sorted(found))
        if found and choose:
            return entry(vault, choose(_sorted(found)))
    raise NotFoundError(_("no client goes by that"), _("see them all with: coach client list"))


def _record(vault: Vault, entry: Entry) -> "Client":
    from coachvault.records.client import Client  # noqa: PLC0415 a list needs no record

    return next(
        client for client in vault.load(entry.folder, "identity", Client) if client.code == entry.code
    )


def pick(found: Sequence[R], start: str | None, command: str) -> R:
    """Return the one record whose id begins so, or the last; `command` lists them."""
    matches = [record for record in found if record.id.startswith(start)] if start else list(found[-1:])
    if len(matches) == 1:
        return matches[0]
    message = _("more than one record has an id that begins so") if matches else _("there is no such record")
    raise NotFoundError(message, _("see the ids with: %(command)s") % {"command": command})


def _is_code(entry: Entry, wanted: str) -> bool:
    return fold(entry.code) in (wanted, "c-" + wanted)


def _is_name(entry: Entry, wanted: str) -> bool:
    return fold(entry.name) == wanted or wanted in map(fold, entry.aliases)


def _has_part(entry: Entry, wanted: str) -> bool:
    return wanted in fold(entry.name) or any(wanted in fold(alias) for alias in entry.aliases)
