"""Which client, organisation or group a person means by part of a name, an alias or a code."""

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Protocol, TypeVar

from coachvault.errors import NotFoundError
from coachvault.language import _
from coachvault.records.name import fold
from coachvault.vault import index
from coachvault.vault.index import Entry
from coachvault.vault.store import Vault

if TYPE_CHECKING:
    from coachvault.records.client import Client
    from coachvault.records.subject import Subject


class Numbered(Protocol):
    """A record, or a thing of a record's list."""

    @property
    def id(self) -> str:
        """Return what it is named by."""


R = TypeVar("R", bound=Numbered)

CLIENT: tuple[str, ...] = ("client",)
ORGANISATION: tuple[str, ...] = ("organisation",)
GROUP: tuple[str, ...] = ("group",)
# Whom a contract is with.
COACHED = (*CLIENT, *GROUP)
ANYONE = (*CLIENT, *ORGANISATION, *GROUP)
# What each is called in a command.
NOUNS = {"client": "client", "organisation": "org", "group": "group"}

# How a person at a terminal is asked for the code of one of several; None where nobody can be.
choose: Callable[[Sequence[Entry]], str] | None = None
# How a person at a terminal is told that something takes its time; None where nobody is there.
tell: Callable[[str], None] | None = None


class AmbiguousError(NotFoundError):
    """More than one goes by that; says their codes, since names are for the list."""

    def __init__(self, clients: Sequence[Entry]) -> None:
        codes = ", ".join(client.code for client in clients)
        super().__init__(
            _("%(count)s names fit that: %(codes)s") % {"count": len(clients), "codes": codes},
            _("name one by its code; %(command)s shows who is who")
            % {"command": f"coach {NOUNS[clients[0].kind]} list"},
        )


def entries(vault: Vault, kinds: Sequence[str] = CLIENT) -> tuple[Entry, ...]:
    """Return every client, or everyone of these kinds, as lists show them, sorted by name."""
    return _sorted(entry for entry in index.subjects(vault) if entry.kind in kinds)


def _sorted(found: Iterable[Entry]) -> tuple[Entry, ...]:
    return tuple(sorted(found, key=lambda entry: (fold(entry.name), entry.code)))


def clients(vault: Vault) -> tuple["Client", ...]:
    """Return every client's record, sorted by name."""
    return tuple(_client(vault, entry) for entry in entries(vault))


def subjects(vault: Vault, kinds: Sequence[str] = ANYONE) -> tuple["Subject", ...]:
    """Return the record of everyone of these kinds, sorted by name."""
    return tuple(_record(vault, entry) for entry in entries(vault, kinds))


def find(vault: Vault, who: str) -> "Client":
    """Return the record of the one client meant, as `entry` finds it."""
    return _client(vault, entry(vault, who))


def subject(vault: Vault, who: str, kinds: Sequence[str] = ANYONE) -> "Subject":
    """Return the record of the one client, organisation or group meant, as `entry` finds it."""
    return _record(vault, entry(vault, who, kinds))


def entry(vault: Vault, who: str, kinds: Sequence[str] = CLIENT) -> Entry:
    """Return the one meant, as lists show it; a code or a whole name wins over a part of one.

    Raises NotFoundError, without repeating what was asked for: it is somebody's name.
    """
    wanted = fold(who)
    one = index.only(vault, wanted) if wanted else None
    if one and one.kind in kinds and (_is_code(one, wanted) or _is_name(one, wanted)):
        return one
    everyone = index.subjects(vault) if wanted else ()
    known = [one for one in everyone if one.kind in kinds]
    for matches in (_is_code, _is_name, _has_part):
        found = [one for one in known if matches(one, wanted)]
        if len(found) == 1:
            return found[0]
        if found and choose is None:
            raise AmbiguousError(_sorted(found))
        if found and choose:
            return entry(vault, choose(_sorted(found)), kinds)
    others = (one for matches in (_is_code, _is_name, _has_part) for one in everyone if matches(one, wanted))
    raise _unknown(kinds, next(others, None))


def _unknown(kinds: Sequence[str], other: Entry | None) -> NotFoundError:
    """Return the error for a name that nobody of these kinds goes by, and perhaps one of another does."""
    messages = {
        CLIENT: _("no client goes by that"),
        ORGANISATION: _("no organisation goes by that"),
        GROUP: _("no group goes by that"),
    }
    commands = [f"coach {NOUNS[kind]} list" for kind in kinds]
    message = messages.get(tuple(kinds), _("nobody goes by that"))
    if other:
        message = {
            "client": _("%(code)s is a client, and another kind of folder is meant here"),
            "organisation": _("%(code)s is an organisation, and another kind of folder is meant here"),
            "group": _("%(code)s is a group, and another kind of folder is meant here"),
        }[other.kind] % {"code": other.code}
    return NotFoundError(message, _("see them all with: %(commands)s") % {"commands": ", ".join(commands)})


def _client(vault: Vault, entry: Entry) -> "Client":
    from coachvault.records.client import Client  # noqa: PLC0415 a list needs no record

    found = _record(vault, entry)
    assert isinstance(found, Client)  # noqa: S101 entries of that kind were asked for
    return found


def _record(vault: Vault, entry: Entry) -> "Subject":
    from coachvault.records.subject import Subject  # noqa: PLC0415 a list needs no record

    found = vault.load(entry.folder, "identity", Subject)
    return next(one for one in found if one.code == entry.code)


def folder(vault: Vault, name: str, kinds: Sequence[str], known: str | None = None) -> str:
    """Return the folder of the one meant, as `entry` finds it; `known` is the id of one, and stays."""
    return name if name == known else entry(vault, name, kinds).folder


def codes(vault: Vault) -> dict[str, str]:
    """Return the code of every folder that this identity opens."""
    return {entry.folder: entry.code for entry in entries(vault, ANYONE)}


def new_code(vault: Vault, kind: str) -> str:
    """Return a code for one more of a kind that nobody else goes by."""
    from coachvault.records.subject import PREFIXES  # noqa: PLC0415 a list makes no code
    from coachvault.vault import layout  # noqa: PLC0415 the same

    taken = {entry.code for entry in entries(vault, ANYONE)}
    while (code := layout.new_code(PREFIXES[kind])) in taken:
        pass
    return code


def pick(found: Sequence[R], start: str | None, command: str) -> R:
    """Return the one record whose id begins so, or the last; `command` lists them."""
    matches = [record for record in found if record.id.startswith(start)] if start else list(found[-1:])
    if len(matches) == 1:
        return matches[0]
    message = _("more than one record has an id that begins so") if matches else _("there is no such record")
    raise NotFoundError(message, _("see the ids with: %(command)s") % {"command": command})


def _names(entry: Entry) -> tuple[str, ...]:
    return tuple(fold(name) for name in (entry.name, *entry.aliases))


def _is_code(entry: Entry, wanted: str) -> bool:
    return wanted in (fold(entry.code), fold(entry.code[2:]))


def _is_name(entry: Entry, wanted: str) -> bool:
    return wanted in _names(entry)


def _has_part(entry: Entry, wanted: str) -> bool:
    return any(wanted in name for name in _names(entry))
