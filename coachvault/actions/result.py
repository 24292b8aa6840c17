"""The three shapes of what a command returns; one module knows how each is shown."""

from collections.abc import Mapping
from typing import Any

import msgspec


class Listing(msgspec.Struct, frozen=True):
    """Things of one kind, in a stated order; `empty` is what to say where there is none."""

    kind: str
    items: tuple[msgspec.Struct, ...]
    empty: str = ""


class Card(msgspec.Struct, frozen=True):
    """One thing, field by field."""

    kind: str
    item: msgspec.Struct


class Done(msgspec.Struct, frozen=True):
    """A sentence that says what happened, and the facts that a script needs of it.

    `lines` say the facts to a person, below the sentence.
    """

    message: str
    facts: Mapping[str, Any] = {}
    warnings: tuple[str, ...] = ()
    lines: tuple[str, ...] = ()
