"""From the plaintext of a record's file to the record, which must be the one its path says."""

from coachvault.errors import BadDataError, DamagedError
from coachvault.language import _
from coachvault.records import schema
from coachvault.records.base import Record
from coachvault.vault import layout, yamlfile


def parse(data: bytes, folder: str, drawer: str, record: str) -> Record:
    """Return the record; raises BadDataError, or DamagedError if it belongs elsewhere."""
    place = layout.record_path(folder, drawer, record)
    found = parse_any(data, place)
    if (found.folder, found.drawer, found.id) != (folder, drawer, record):
        raise DamagedError(
            _("the record at %(place)s belongs elsewhere: it was exchanged with another") % {"place": place},
            _("restore it from a copy or from git, then run: coach doctor"),
        )
    return found


def parse_any(data: bytes, place: str) -> Record:
    """Return the record whatever path it says; raises BadDataError, in which `place` names it."""
    text = yamlfile.decode(data.rstrip(b"\n"), place)
    try:
        return schema.read_record(yamlfile.read(text, place))
    except schema.SchemaError as error:
        raise BadDataError(
            yamlfile.problems(error, text, place), _("see every such record with: coach doctor")
        ) from None
