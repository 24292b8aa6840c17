"""Where the templates are: the vault's own first, then those that came with the program."""

from pathlib import Path
import re

from coachvault import resource
from coachvault.errors import TemplateError
from coachvault.language import _

_SERVES = re.compile(r"\{#-?\s*serves:\s*([^#]*?)\s*-?#\}")
_PARENT = re.compile(r"""\{%-?\s*(?:extends|include|from)\s+["']([^"']+)["']""")
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


def served(name: str, language: str, templates: Path | None = None) -> frozenset[str]:
    """Return the ids of the clauses that a document says it serves, in its own text or what it takes in."""
    return _served(f"{language}/{name}.md.j2", templates, frozenset())


def _served(file: str, templates: Path | None, seen: frozenset[str]) -> frozenset[str]:
    text = find(file, templates).read_text("utf-8", "replace")
    own = {clause for ids in _SERVES.findall(text) for clause in re.split(r"[\s,]+", ids) if clause}
    parents = set(_PARENT.findall(text)) - seen - {file}
    return frozenset(own).union(*(_served(parent, templates, seen | {file}) for parent in parents))
