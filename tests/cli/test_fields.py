"""An option that names its choices names those of the record's field, all and in their order."""

from typing import Any, Literal, get_args, get_origin, get_type_hints

import pytest

from coachvault.cli import _fields
from coachvault.records import kinds

OPTIONS = {
    "client": _fields.CLIENT, "organisation": _fields.ORGANISATION, "group": _fields.GROUP,
    "cast": _fields.CAST, "colleague": _fields.COLLEAGUE, "referral": _fields.REFERRAL,
    "follow_up": _fields.FOLLOW_UP, "copy": _fields.COPY, "contract": _fields.CONTRACT,
    "progress": _fields.GOAL, "profile": _fields.PROFILE, "consent": _fields.CONSENT,
    "disclosure": _fields.DISCLOSURE, "conflict": _fields.CONFLICT, "session": _fields.SESSION,
}  # fmt: skip
# An answer that an option of its own gives.
APART = ("no_resource",)


def choices(hint: Any) -> tuple[str, ...]:  # noqa: ANN401 any type
    """Return the words that a field may hold, where they are few."""
    if get_origin(hint) is Literal:
        return get_args(hint)
    return next((found for inner in get_args(hint) if (found := choices(inner))), ())


@pytest.mark.parametrize("kind", OPTIONS)
def test_the_choices_of_an_option_are_those_of_the_record(kind: str) -> None:
    hints = get_type_hints(kinds.cls_of(kind))
    said = {field.name: tuple(field.metavar.split("|")) for field in OPTIONS[kind] if "|" in field.metavar}
    meant = {field.name: choices(hints[field.name]) for field in OPTIONS[kind]}
    assert said == {name: tuple(w for w in found if w not in APART) for name, found in meant.items() if found}
