"""A file that is kept in parts beside its record."""

from datetime import date
from typing import Annotated

import msgspec

from coachvault.records.base import Record


class File(Record, frozen=True, kw_only=True):
    """A record with the bytes of a file; `size` is in bytes, `sha256` is of the whole file."""

    on: date
    size: Annotated[int, msgspec.Meta(ge=0)]
    sha256: Annotated[str, msgspec.Meta(pattern=r"^[0-9a-f]{64}\Z")]
    parts: Annotated[int, msgspec.Meta(ge=0)]
