"""A document that was rendered or came back signed; its bytes lie beside the records."""

from typing import Literal

from coachvault.records.base import Id, Line
from coachvault.records.file import File


class Document(File, frozen=True, kw_only=True):
    """A document of a drawer; `version` is the wording of the contract, or the report's text, in it."""

    role: Literal["rendered", "signed"]
    about: Id | None = None
    template: Line | None = None
    version: Line | None = None
    title: Line
    format: Line
