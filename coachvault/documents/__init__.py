"""Documents: templates and records in, pages to hand over out."""

from collections.abc import Mapping
from datetime import date
from pathlib import Path

from coachvault.documents.context import (
    Around,
    Context,
    Row,
    certificate_context,
    charter_context,
    contract_context,
    ending_context,
    kit_context,
    warnings,
)
from coachvault.documents.convert import FORMATS, Format, convert
from coachvault.documents.ending import Aim, Ending, Promise, Way
from coachvault.documents.filter import plain
from coachvault.documents.render import commands, missing, render
from coachvault.documents.sponsor import Meeting, SponsorReport, report_context
from coachvault.documents.template import find, names, served

__all__ = [
    "FORMATS",
    "Aim",
    "Around",
    "Context",
    "Ending",
    "Format",
    "Meeting",
    "Promise",
    "Row",
    "SponsorReport",
    "Way",
    "certificate_context",
    "charter_context",
    "commands",
    "contract_context",
    "convert",
    "ending_context",
    "find",
    "kit_context",
    "missing",
    "names",
    "plain",
    "render",
    "report_context",
    "served",
    "warnings",
    "write",
]


def write(name: str, to: Format, context: Context, *, language: str, templates: Path | None = None) -> bytes:
    """Return a document in a format, dated as its context; raises TemplateError or ProgramError.

    `name` is one of `names(language)`; the coach's name goes into the properties of a PDF.
    """
    markdown = render(name, language, context, templates)
    profile, on = context.get("profile", {}), context["date"]
    assert isinstance(profile, Mapping)  # noqa: S101 the functions that make a context see to both
    assert isinstance(on, date)  # noqa: S101
    return convert(markdown, to, language=language, author=profile.get("name", ""), on=on)
