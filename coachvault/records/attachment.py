"""What a client entrusted to the coach, and recordings; their bytes lie beside the records."""

from datetime import date
from pathlib import PurePath

from coachvault.records.base import Id, Line, Name
from coachvault.records.file import File

UNKNOWN = "application/octet-stream"
# What people hand over and record, and the module of Python does not know on every machine.
_MORE = {
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    ".odt": "application/vnd.oasis.opendocument.text", ".md": "text/markdown", ".heic": "image/heic",
    ".webp": "image/webp", ".m4a": "audio/mp4", ".ogg": "audio/ogg", ".flac": "audio/flac",
}  # fmt: skip


class Attachment(File, frozen=True, kw_only=True):
    """A file entrusted to the coach (drawer `attachments`) or a recording (drawer `recordings`).

    `name` is what the file was called, `consent` the record of the consent that a recording rests on.
    """

    name: Name
    media_type: Line
    returned_on: date | None = None
    consent: Id | None = None

    @property
    def suffix(self) -> str:
        """Return how the name ends, where that is a type of file; it might be a client's words otherwise."""
        return "" if self.media_type == UNKNOWN else PurePath(self.name).suffix.lower()


def media_type(name: str) -> str:
    """Return the media type that the end of a file's name stands for."""
    import mimetypes  # noqa: PLC0415 only a new file needs it

    suffix = PurePath(name).suffix.lower()
    # By the suffix alone: the module takes a name with a colon for an address.
    found, packed = mimetypes.guess_type(f"file{suffix}")
    return f"application/{packed}" if packed else found or _MORE.get(suffix, UNKNOWN)
