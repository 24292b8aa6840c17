"""What a person says of a contract, as its record has it: goals, expectations, methods, sponsor."""

from collections.abc import Callable, Mapping, Sequence
import functools
from typing import Any, NamedTuple, get_args, get_type_hints

from coachvault.actions import draft, profile, who
from coachvault.language import _
from coachvault.records import schema
from coachvault.records.contract import Goal, Party
from coachvault.records.method import Method
from coachvault.records.name import fold
from coachvault.vault import layout
from coachvault.vault.store import Vault

Values = dict[str, Any]
OWNERS = get_args(get_type_hints(Goal)["owner"])


class Typed(NamedTuple):
    """Where a value was typed, so that a fault is told with its place."""

    options: Mapping[str, Any]
    source: draft.Source | None


def complete(
    vault: Vault, options: Mapping[str, Any], source: draft.Source | None
) -> Callable[[Values], None]:
    """Return what completes the fields of a contract in place; raises BadDataError, NotFoundError.

    A goal may be its text alone or `OWNER:TEXT`, an expectation `PARTY:TEXT`, a method its name in the
    profile, and a sponsor any part of an organisation's name. What an organisation pays for is no
    consumer's contract.
    """
    typed = Typed(options, source)
    things: Mapping[str, Callable[[object], object]] = {
        "goals": goal,
        "expectations": functools.partial(_expectation, typed),
        "methods": functools.partial(_method, vault, typed),
    }

    def prepare(values: Values) -> None:
        for name, thing in things.items():
            if isinstance(values.get(name), list | tuple):
                values[name] = [thing(value) for value in values[name]]
        sponsor = values.get("sponsor")
        if isinstance(sponsor, str) and sponsor not in vault.folders():
            values["sponsor"] = who.subject(vault, sponsor, who.ORGANISATION).folder
        if values.get("kind") == "tripartite" or sponsor:
            values.setdefault("payer", "sponsor")
        if values.get("payer") == "sponsor":
            values.setdefault("consumer", False)

    return prepare


def _expectation(typed: Typed, value: object) -> object:
    if not isinstance(value, str):
        return draft.numbered(value)
    party, colon, text = value.partition(":")
    if not colon or party.strip() not in get_args(Party):
        expected = _("expected PARTY:TEXT, as in client:TEXT or sponsor:TEXT")
        raise draft.misfit("expectations", expected, *typed)
    return {"id": layout.new_id(), "party": party.strip(), "text": text}


def _method(vault: Vault, typed: Typed, value: object) -> object:
    if not isinstance(value, str):
        return draft.numbered(value)
    found = find_methods(profile.get(vault).methods, value)
    if len(found) != 1:
        expected = _("expected the name of one method of the profile (see: coach method list)")
        raise draft.misfit("methods", expected, *typed)
    return schema.plain(found[0])


def goal(value: object) -> object:
    """Return a goal with its id; text alone is one, and OWNER:TEXT one of that owner."""
    if not isinstance(value, str):
        return draft.numbered(value)
    owner, colon, text = value.partition(":")
    owned = {"owner": owner, "text": text} if colon and owner in OWNERS else {"text": value}
    return {"id": layout.new_id(), **owned}


def find_methods(known: Sequence[Method], name: str) -> list[Method]:
    """Return the method of that name, else all whose name has it as a part."""
    wanted = fold(name)
    exact = [method for method in known if fold(method.name) == wanted]
    return exact or [method for method in known if wanted and wanted in fold(method.name)]
