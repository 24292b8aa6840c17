"""Turns Markdown into a document to hand over: pandoc for every format, typst for the pages of a PDF.

Nothing is written to disk: the Markdown goes to pandoc on its standard input, the document comes back on
its standard output, and typst runs in this process, on an empty folder.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
import io
import subprocess
import tempfile
from typing import Literal, get_args
import zipfile

import pypandoc  # type: ignore[import-untyped] # it has no types
import typst

from coachvault.documents.filter import long_date
from coachvault.documents.template import shipped
from coachvault.errors import ProgramError, TemplateError
from coachvault.language import _

Format = Literal["pdf", "docx", "odt", "html", "md"]
FORMATS: tuple[Format, ...] = get_args(Format)

TIMEOUT = 60
# No raw HTML; everything else that could be dangerous or surprising is off in this reader by default.
_READER = "commonmark-raw_html+pipe_tables"
_NO_DATE = b"1970-01-01"
_WRITERS = {"pdf": "typst", "docx": "docx", "odt": "odt", "html": "html5"}


def convert(markdown: str, to: Format, *, language: str, author: str, on: date) -> bytes:
    """Return a rendered document in another format.

    Its first heading becomes the title; `author` goes into the properties of a PDF, whose pages bear its
    title and the date `on`: the same text on the same date makes the same bytes. Raises ProgramError,
    TemplateError.
    """
    if to == "md":
        return markdown.encode()
    converted = _pandoc(markdown, to, language)
    if to == "pdf":
        inputs = {"author": author, "day": long_date(on, language)}
        return _typst(converted, inputs, datetime.combine(on, time(), UTC))
    return converted if to == "html" else _date(converted, on)


def _pandoc(markdown: str, to: Format, language: str) -> bytes:
    try:
        done = subprocess.run(  # noqa: S603 our own program and arguments: the text is its input
            [pypandoc.get_pandoc_path(), *_arguments(to, language)],
            input=markdown.encode(),
            capture_output=True,
            timeout=TIMEOUT,
            check=False,
        )
    except (OSError, subprocess.SubprocessError) as error:
        raise ProgramError(
            _("pandoc did not run: %(reason)s") % {"reason": type(error).__name__},
            _("install the package pypandoc_binary again; it brings pandoc"),
        ) from None
    if done.returncode:
        # Its own words may quote the document.
        raise ProgramError(
            _("pandoc failed with status %(status)s") % {"status": done.returncode},
            _("install the package pypandoc_binary again, or try another format"),
        )
    return done.stdout


def _arguments(to: Format, language: str) -> list[str]:
    """Return what pandoc is told: nothing in it comes from a record."""
    folder = shipped() / "print"
    style = "--reference-doc" if to in ("docx", "odt") else "--template"
    # The first heading is a title of its own, except in HTML, where it is a heading like the others.
    shift = [] if to == "html" else ["--shift-heading-level-by=-1"]
    return [
        "+RTS", "-M512M", "-RTS", "--sandbox", "--standalone", "--wrap=none", f"--data-dir={folder}",
        f"--from={_READER}", f"--to={_WRITERS[to]}", *shift,
        f"--metadata=lang:{language}", f"--lua-filter={folder / 'print.lua'}",
        f"{style}={folder / ('print.typ' if to == 'pdf' else f'print.{to}')}",
    ]  # fmt: skip


def _date(archive: bytes, on: date) -> bytes:
    """Return a Word or ODT file dated as its document: in its sandbox, pandoc knows no time."""
    dated = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(dated, "w") as new:
        for part in old.infolist():
            data = old.read(part)
            if part.filename in ("docProps/core.xml", "meta.xml"):
                data = data.replace(_NO_DATE, on.isoformat().encode())
            new.writestr(
                zipfile.ZipInfo(part.filename, (on.year, on.month, on.day, 0, 0, 0)), data, part.compress_type
            )
    return dated.getvalue()


def _typst(source: bytes, inputs: Mapping[str, str], moment: datetime) -> bytes:
    try:
        return _compile(source, inputs, moment, system_fonts=False)
    except typst.TypstError:
        pass
    try:
        # A script that our fonts lack: the only case in which the machine's own fonts are looked at.
        return _compile(source, inputs, moment, system_fonts=True)
    except typst.TypstError as error:
        # The rest of what typst says quotes the document.
        raise TemplateError(
            _("the document cannot be made a PDF: %(reason)s") % {"reason": _reason(error)},
            _("choose docx, odt or html, or install a font that has every character of it"),
        ) from None


def _reason(error: typst.TypstError) -> str:
    if "could not be displayed" in str(error):
        return _("no font here has one of its characters")
    if "codepoint" in str(error):
        return _("one of its characters has no agreed meaning, and PDF/A forbids it")
    return _("typst refuses it")


def _compile(source: bytes, inputs: Mapping[str, str], moment: datetime, *, system_fonts: bool) -> bytes:
    with tempfile.TemporaryDirectory() as empty:
        document: bytes = typst.compile(  # type: ignore[call-overload] # its types want one for input and root
            source,
            root=empty,
            package_path=empty,
            package_cache_path=empty,
            font_paths=[str(shipped() / "print")],
            ignore_system_fonts=not system_fonts,
            format="pdf",
            pdf_standards=["a-2a", "ua-1"],
            timestamp=int(moment.timestamp()),
            sys_inputs=dict(inputs),
        )
    return document
