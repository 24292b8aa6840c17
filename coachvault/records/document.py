"""A document that was rendered or came back signed; its bytes lie beside the records."""

from datetime import date
from typing import Annotated, Literal

import msgspec

from coachvault.records.base import Id, Line, Record


class Document(Record, frozen=True, kw_only=True):
    """A file of a drawer, kept in parts. `size` is in bytes, `sha256` is of the whole file.

    `version` is the wording of the contract that was rendered.
    """

    on: date
    role: Literal["rendered", "signed"]
    about: Id | None = None
    template: Line | None = None
    version: Line | None = None
    title: Line
    format: Line
    size: Annotated[int, msgspec.Meta(ge=0)]
    sha256: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
    parts: Annotated[int, msgspec.Meta(ge=0)]
