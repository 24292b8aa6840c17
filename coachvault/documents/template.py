"""Where the templates are: the vault's own first, then those that came with the program."""

from collections.abc import Iterator
from pathlib import Path
import re

from coachvault import resource
from coachvault.errors import TemplateError
from coachvault.language import _

# The comment that names the clauses which the paragraph after it serves, and what a template takes in.
_SERVES = re.compile(r"\{#-?\s*serves:([^#]*?)-?#\}")
_TAKES_IN = re.compile(r"\{%-?\s*(?:extends|include)\s+[\"']([^\"']+)[\"']")
_BLOCK = re.compile(r"\{%-?\s*(?:block\s+(\w+)|endblock\b).*?%\}")

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
        _("the documents are: %(names)s") % {"names": ", ".join(sorted(names("en")))},
    )


def names(language: str, templates: Path | None = None) -> dict[str, Path]:
    """Return the documents that can be written in a language, and the file that each comes from."""
    folders = [folder / language for folder in (shipped(), templates) if folder is not None]
    files = [path for folder in folders for path in sorted(folder.glob("[a-z]*.md.j2"))]
    return {path.name.removesuffix(".md.j2"): path for path in files}


def served(name: str, language: str, templates: Path | None = None) -> frozenset[str]:
    """Return the ids of the clauses that a document's template serves, with what it extends or includes.

    A paragraph names them in a comment before it: `{# serves: CD-9 DA-7 #}`. What stands in a block that the
    document replaces does not count.
    """
    return frozenset(_served(f"{language}/{name}.md.j2", templates, frozenset()))


def _served(name: str, templates: Path | None, replaced: frozenset[str]) -> Iterator[str]:
    source = find(name, templates).read_text(encoding="utf-8")
    text = "".join(_kept(source, replaced))
    for ids in _SERVES.findall(text):
        yield from ids.replace(",", " ").split()
    own = frozenset(filter(None, _BLOCK.findall(source)))
    for other in _TAKES_IN.findall(text):
        yield from _served(other, templates, replaced | own)


def _kept(source: str, replaced: frozenset[str]) -> Iterator[str]:
    """Yield the parts of a template that stand in no block of these names, nor in a block in such a block."""
    within: list[str] = []
    end = 0
    for tag in _BLOCK.finditer(source):
        if not replaced.intersection(within):
            yield source[end : tag.start()]
        end = tag.end()
        if tag[1]:
            within.append(tag[1])
        elif within:
            within.pop()
    yield source[end:]
