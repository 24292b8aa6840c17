"""Where the templates are: the vault's own first, then those that came with the program."""

from pathlib import Path
import re

from coachvault import resource
from coachvault.errors import TemplateError
from coachvault.language import _

_NAME = re.compile(r"[A-Za-z0-9_-]+(?:/[A-Za-z0-9_.-]+)*\Z")


def shipped() -> Path:
    """Return the folder of our own templates."""
    return resource.folder("templates")


def find(name: str, templates: Path | None = None) -> Path:
    """Return the file of a template, named as in `fr/charter.md.j2`; `templates` is the vault's folder.

    Raises TemplateError where there is none. A link that leads out of its folder is none.
    """
    for folder in (templates, shipped()):
        if folder is None or not _NAME.match(name) or ".." in name:
            continue
        path = (folder / name).resolve()
        if path.is_file() and path.is_relative_to(folder.resolve()):
            return path
    raise TemplateError(
        _("there is no template %(name)s") % {"name": name},
        _("the documents are: %(names)s") % {"names": ", ".join(names("en"))},
    )


def names(language: str, templates: Path | None = None) -> dict[str, Path]:
    """Return the documents that can be written in a language, and the file that each comes from."""
    folders = [folder / language for folder in (shipped(), templates) if folder is not None]
    files = [path for folder in folders for path in sorted(folder.glob("[a-z]*.md.j2"))]
    return {path.name.removesuffix(".md.j2"): path for path in files}
