"""Where a document goes: the outbox, a file that is not there yet, or stdout."""

import os
from pathlib import Path
import sys
from typing import TYPE_CHECKING

from coachvault.cli import _out
from coachvault.cli._options import one_of
from coachvault.errors import NotFoundError, RefusedError, UsageError
from coachvault.language import _
from coachvault.vault import files

if TYPE_CHECKING:
    from coachvault.actions.document import Rendered
    from coachvault.vault.store import Vault

FORMATS = ("pdf", "docx", "odt", "html", "md")


def check(
    output: str | None, file_format: str, *, as_json: bool = False, option: str = "--output"
) -> str | None:
    """Return the place; refuses a form that does not exist, a file that does, a screen, and --json."""
    one_of(file_format, "--format", FORMATS)
    if output == "-" and file_format in ("pdf", "docx", "odt") and sys.stdout.isatty():
        raise RefusedError(
            _("a terminal cannot show a %(format)s file") % {"format": file_format},
            _("name a file, or send stdout elsewhere"),
        )
    return free(output, as_json=as_json, option=option)


def free(output: str | None, *, as_json: bool = False, option: str = "--output") -> str | None:
    """Return the place; refuses a file that is there already, a folder that is not, and --json."""
    if output == "-" and as_json:
        raise UsageError(
            _("--json and %(option)s - would both go to stdout") % {"option": option},
            _("give %(option)s a file") % {"option": option},
        )
    if output not in (None, "-"):
        path = Path(output or "")
        if os.path.lexists(path):
            raise files.taken()
        if not path.parent.is_dir():
            raise NotFoundError(
                _("the folder of that file does not exist"), _("make it, or name another one")
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
    with files.storage(), files.new(path) as write:
        write(data)
    return path
