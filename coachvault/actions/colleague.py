"""The directory of colleagues: whom a client may be referred to, by trade (CD-11, CD-13)."""

from collections.abc import Mapping
from typing import Any

import msgspec

from coachvault.actions import draft
from coachvault.actions.result import Done, Listing
from coachvault.errors import NotFoundError, RefusedError
from coachvault.language import _
from coachvault.records.name import fold
from coachvault.records.person import Colleague
from coachvault.vault.store import Vault

DRAWER = "profile"


class Row(msgspec.Struct, frozen=True):
    """A colleague in a list."""

    name: str
    trade: str
    email: str | None
    phone: str | None
    languages: str | None
    id: str


def add(vault: Vault, options: Mapping[str, Any], source: draft.Source | None) -> Done:
    """Enter a colleague; each name goes there once."""
    values = draft.values("colleague", options, source)
    with vault.change() as change:
        _refuse_double(vault, str(values["name"]))
        made = change.add("colleague", vault.practice, values)
    return Done(_("the directory has one colleague more"), {"colleague": made.id})


def listing(vault: Vault, trade: str | None) -> Listing:
    """Return the colleagues, or those of a trade, by trade and name."""
    found = (one for one in _all(vault) if trade is None or fold(trade) in fold(one.trade))
    rows = [Row(c.name, c.trade, c.email, c.phone, c.languages, c.id) for c in found]
    rows.sort(key=lambda row: (fold(row.trade), fold(row.name)))
    return Listing("colleague", tuple(rows))


def edit(vault: Vault, name: str, options: Mapping[str, Any], source: draft.Source | None) -> Done:
    """Change a colleague's fields; those not named stay."""
    with vault.change() as change:
        before = find(vault, name)
        values = draft.edited(before, options, source)
        if fold(str(values["name"])) != fold(before.name):
            _refuse_double(vault, str(values["name"]))
        after = change.update(before, values)
    return draft.changed(before, after, _("the colleague"))


def remove(vault: Vault, name: str) -> Done:
    """Take a colleague out of the directory; referrals to them keep the trade, and no name."""
    with vault.change() as change:
        found = find(vault, name)
        change.remove(found)
    return Done(_("the colleague is out of the directory; referrals keep the trade"), {"colleague": found.id})


def find(vault: Vault, name: str) -> Colleague:
    """Return the one colleague who goes by that: a whole name wins over a part of one, or of an id.

    Raises NotFoundError, without repeating what was asked for.
    """
    wanted, everyone = fold(name), _all(vault)
    whole = [one for one in everyone if fold(one.name) == wanted]
    part = [one for one in everyone if wanted and (wanted in fold(one.name) or one.id.startswith(wanted))]
    matches = whole or part
    if len(matches) == 1:
        return matches[0]
    message = _("more than one colleague goes by that") if matches else _("no colleague goes by that")
    raise NotFoundError(
        message, _("see them with: coach colleague list; enter one with: coach colleague add")
    )


def names(vault: Vault) -> dict[str, str]:
    """Return what each colleague is called, by id; a reader of some folders does not see the directory."""
    return {} if vault.is_partial else {one.id: one.name for one in _all(vault)}


def _all(vault: Vault) -> tuple[Colleague, ...]:
    return vault.load(vault.practice, DRAWER, Colleague)


def _refuse_double(vault: Vault, name: str) -> None:
    if fold(name) in {fold(one.name) for one in _all(vault)}:
        raise RefusedError(
            _("a colleague of that name is in the directory already"),
            _("see them with: coach colleague list; change one with: coach colleague edit"),
        )
