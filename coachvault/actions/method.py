"""The coach's methods: what they are and where they come from (DA-4a, PI-3.2)."""

import msgspec

from coachvault.actions import profile, who
from coachvault.actions.result import Done, Listing
from coachvault.errors import RefusedError
from coachvault.language import _
from coachvault.records import schema
from coachvault.records.name import fold
from coachvault.vault import layout
from coachvault.vault.store import Vault


class Row(msgspec.Struct, frozen=True):
    """A method in a list."""

    id: str
    name: str
    origin: str
    text: str


def add(vault: Vault, name: str, origin: str, text: str) -> Done:
    """Enter a method in the profile; contracts drafted from now on take it over."""
    with vault.change() as change:
        own = profile.get(vault)
        if fold(name) in {fold(method.name) for method in own.methods}:
            raise RefusedError(
                _("the profile has a method of that name"),
                _("see the methods with: coach method list, and remove that one first"),
            )
        one = {"id": layout.new_id(), "name": name, "origin": origin, "text": text}
        change.update(own, {"methods": [*schema.plain(own.methods), one]})
    return Done(_("the method is in the profile"), {"method": one["id"]})


def listing(vault: Vault) -> Listing:
    """Return the methods of the profile, in the order in which they were entered."""
    rows = (Row(m.id, m.name, m.origin, m.text) for m in profile.get(vault).methods)
    return Listing("method", tuple(rows))


def remove(vault: Vault, start: str) -> Done:
    """Take the method whose id begins so out of the profile; contracts that name it keep it."""
    with vault.change() as change:
        own = profile.get(vault)
        gone = who.pick(own.methods, start, "coach method list")
        change.update(own, {"methods": [method for method in own.methods if method != gone]})
    return Done(_("the method is out of the profile; contracts that name it keep it"), {"method": gone.id})
