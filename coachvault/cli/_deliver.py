"""Where a document goes: the outbox, a file that is not there yet, or stdout."""

import os
from pathlib import Path
import sys
from typing import TYPE_CHECKING

from coachvault.cli import _out
from coachvault.cli._options import one_of
from coachvault.errors import RefusedError
from coachvault.language import _

if TYPE_CHECKING:
    from coachvault.actions.document import Rendered
    from coachvault.vault.store import Vault

FORMATS = ("pdf", "docx", "odt", "html", "md")


def check(output: str | None, file_format: str) -> str | None:
    """Return the place; refuses a form that does not exist, a file that does, and a screen."""
    one_of(file_format, "--format", FORMATS)
    if output == "-" and file_format in ("pdf", "docx", "odt") and sys.stdout.isatty():
        raise RefusedError(
            _("a terminal cannot show a %(format)s file") % {"format": file_format},
            _("give --output FILE, or send stdout elsewhere"),
        )
    if output not in (None, "-") and Path(output or "").exists():
        raise RefusedError(
            _("the file exists already"), _("give --output another name; nothing is overwritten")
        )
    return output


def deliver(vault: "Vault", rendered: "Rendered", place: str | None, *, as_json: bool) -> None:
    """Write the document and say where it is."""
    from coachvault.actions.result import Done
    from coachvault.vault import outbox

    if rendered.warnings:
        _out.note(_("before you rely on it (this is no legal advice):"))
    for warning in rendered.warnings:
        _out.note(f"- {warning}")
    if place == "-":
        _out.document(rendered.data)
        return
    path = (
        write_new(Path(place), rendered.data)
        if place
        else outbox.put(vault.root, rendered.name, rendered.data)
    )
    facts = {"path": str(path), "sha256": rendered.sha256, "size": len(rendered.data)}
    _out.show(Done(_("the document is at %(path)s") % {"path": path}, facts), as_json=as_json)


def write_new(path: Path, data: bytes) -> Path:
    """Write a file that only its owner can read and that was not there before."""
    from coachvault.vault import files

    with files.storage():
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        except FileExistsError:
            raise RefusedError(
                _("the file exists already"), _("give --output another name; nothing is overwritten")
            ) from None
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
    return path
