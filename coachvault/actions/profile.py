"""What documents may say of the coach."""

from collections.abc import Mapping
from typing import Any

from coachvault.actions import draft
from coachvault.actions.result import Card, Done
from coachvault.records.practice import Profile
from coachvault.vault.store import Vault


def get(vault: Vault) -> Profile:
    """Return the coach's profile."""
    return vault.load(vault.practice, "profile", Profile)[0]


def show(vault: Vault) -> Card:
    """Return every field of the profile."""
    return Card("profile", get(vault))


def edit(vault: Vault, options: Mapping[str, Any], source: draft.Source | None) -> Done:
    """Change the profile's fields; those not named stay."""
    with vault.change() as change:
        before = get(vault)
        after = change.update(before, draft.edited(before, options, source, _complete))
    return draft.changed(before, after, after.name)


def _complete(values: dict[str, Any]) -> None:
    """Give every method its id."""
    if isinstance(values.get("methods"), list | tuple):
        values["methods"] = [draft.numbered(method) for method in values["methods"]]
