"""What a destruction does not reach and a person must see to: copies elsewhere, and what was promised."""

from collections.abc import Callable, Iterator, Sequence

import msgspec

from coachvault.actions import copy
from coachvault.actions.destruction import Doomed
from coachvault.language import _
from coachvault.records.client import Client
from coachvault.records.event import FollowUp
from coachvault.vault.store import Vault


class Leftover(msgspec.Struct, frozen=True):
    """Of one folder that loses a drawer: where copies lie, whether that was asked, what is promised."""

    code: str
    places: tuple[str, ...]
    is_asked: bool
    is_promised: bool


def find(vault: Vault, items: Sequence[Doomed]) -> tuple[Leftover, ...]:
    """Return what is left of those whom these items are about (DA-10, DA-23d): it stops no destruction."""
    drawers: dict[tuple[str, str], set[str]] = {}
    for item in items:
        drawers.setdefault((item.folder, item.code), set()).add("" if item.ids else item.drawer)
    found = (_of(vault, folder, code, gone) for (folder, code), gone in drawers.items())
    return tuple(one for one in found if one.places or one.is_promised or not one.is_asked)


def sentences(found: Sequence[Leftover], say: Callable[[str], str] = str) -> Iterator[str]:
    """Yield a sentence for each thing to see to, with whom it is about; `say` is what a place is called."""
    codes = [f"{one.code} ({', '.join(map(say, one.places))})" for one in found if one.places]
    if codes:
        yield _("copies outside the vault are not destroyed: %(codes)s") % {"codes": ", ".join(codes)}
    codes = [one.code for one in found if not one.is_asked]
    if codes:
        sentence = _(
            "you have not said whether copies lie outside the vault: %(codes)s; say so with: "
            "coach copy add %(code)s, or coach copy none %(code)s"
        )
        yield sentence % {"codes": ", ".join(codes), "code": codes[0]}
    codes = [one.code for one in found if one.is_promised]
    if codes:
        yield _("what was promised is neither done nor waived: %(codes)s") % {"codes": ", ".join(codes)}


def _of(vault: Vault, folder: str, code: str, gone: set[str]) -> Leftover:
    """Return what is left of a folder: of whatever goes, a copy may lie elsewhere (DA-10)."""
    clients = vault.load(folder, "identity", Client)
    places = tuple(dict.fromkeys(one.place for client in clients for one in copy.remaining(vault, client)))
    is_asked = all(client.copies_on for client in clients)
    promised = vault.load(folder, "contract", FollowUp) if "contract" in gone else ()
    return Leftover(code, places, is_asked, any(one.state == "open" for one in promised))
