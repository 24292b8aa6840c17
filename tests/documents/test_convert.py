"""Files that keep: standard, in their language, the same again, and calling on nobody."""

from datetime import UTC, date, datetime
import io
from pathlib import Path
import re
from typing import Any
import zipfile

import docx
import pypandoc  # type: ignore[import-untyped] # it has no types
import pypdf
import pytest

from coachvault.documents import FORMATS, Format, convert
from coachvault.documents.convert import _arguments, _compile
from coachvault.errors import ProgramError, TemplateError

ON = date(2026, 11, 22)
TEXT = (
    "# Titre\n\nUn *texte*.\n\n## Article\n\n| a | b |\n|---|---|\n| x | y |\n\n"
    "***\n\n## Annexe\n\n> cité\n\n1. un\n"
)


def make(to: Format, text: str = TEXT, language: str = "fr") -> bytes:
    return convert(text, to, language=language, author="Claire Dubois", on=ON)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_pdf_is_archivable_accessible_and_in_its_language(language: str) -> None:
    reader = pypdf.PdfReader(io.BytesIO(make("pdf", language=language)))
    root: Any = reader.trailer["/Root"]
    assert root["/Lang"] == language
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    xmp = root["/Metadata"].get_data().decode()
    assert re.search(r"pdfaid:part>2<", xmp)
    assert re.search(r"pdfaid:conformance>A<", xmp)
    assert re.search(r"pdfuaid:part>1<", xmp)
    assert reader.metadata is not None
    assert reader.metadata.title == "Titre"
    assert reader.metadata.author == "Claire Dubois"


def test_a_pdf_numbers_its_pages_and_begins_one_at_a_rule() -> None:
    pages = [page.extract_text() for page in pypdf.PdfReader(io.BytesIO(make("pdf"))).pages]
    assert [page.splitlines()[-1].strip() for page in pages] == [
        f"Titre · 22 novembre 2026 · {number} / 2" for number in (1, 2)
    ]
    assert "Annexe" in pages[1]


@pytest.mark.parametrize("what", ["- a list", "> a quotation", "1. an enumeration"])
def test_what_a_colon_announces_begins_on_the_same_page(what: str) -> None:
    announced = [
        next(
            page
            for page in pypdf.PdfReader(io.BytesIO(make("pdf", lines(count, what)))).pages
            if "Announced" in page.extract_text()
        )
        for count in range(34, 40)
    ]

    assert all(what.rsplit(maxsplit=1)[-1] in page.extract_text() for page in announced)
    assert len({page.page_number for page in announced}) == 2


def lines(count: int, what: str) -> str:
    """Return a document of so many lines, and then of something that a colon announces."""
    return "\n\n".join(
        ["# Title", *[f"Line {number}." for number in range(count)], "Announced\N{NBSP}:", what]
    )


@pytest.mark.parametrize("to", FORMATS)
def test_the_same_document_is_made_of_the_same_bytes(to: Format) -> None:
    assert make(to) == make(to)


def test_html_is_one_page_that_calls_on_nobody() -> None:
    page = make("html").decode()
    assert '<html lang="fr">' in page
    assert "<title>Titre</title>" in page
    assert page.count("<h1") == 1
    assert "default-src 'none'" in page
    assert not re.search(r"https?:|//[a-z]|\bsrc=|\burl\(|@import|<link|<script", page)


def test_word_has_styles_language_and_page_numbers() -> None:
    data = make("docx")
    document = docx.Document(io.BytesIO(data))
    styles = [paragraph.style.name for paragraph in document.paragraphs if paragraph.style]
    assert styles[0] == "Title"
    assert styles.count("Heading 1") == 2
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        assert re.search(r'<w:lang [^>]*w:val="fr"', parts.read("word/styles.xml").decode())
        assert "2026-11-22T" in parts.read("docProps/core.xml").decode()
        footers = [parts.read(name).decode() for name in parts.namelist() if "footer" in name]
    assert any(" PAGE " in footer and " NUMPAGES " in footer for footer in footers)


def test_open_document_has_title_language_and_page_numbers() -> None:
    with zipfile.ZipFile(io.BytesIO(make("odt"))) as parts:
        styles = parts.read("styles.xml").decode()
        meta = parts.read("meta.xml").decode()
    assert "<dc:title>Titre</dc:title>" in meta
    assert "text:page-number" in styles
    assert "text:page-count" in styles
    assert 'fo:language="fr"' in styles
    assert "2026-11-22T" in meta


def test_markdown_is_the_rendered_text_itself() -> None:
    assert make("md") == TEXT.encode()


def test_a_character_without_a_font_is_refused_without_quoting_the_text() -> None:
    with pytest.raises(TemplateError) as caught:
        make("pdf", "# x\n\nSecret \U00012000\n")
    assert caught.value.message == "the document cannot be made a PDF: no font here has one of its characters"
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__


def test_typst_finds_neither_files_nor_packages() -> None:
    for source in ('#read("/etc/passwd")', '#include "print.typ"', '#import "@preview/tablex:0.0.8": *'):
        with pytest.raises(RuntimeError):
            _compile(source.encode(), {"author": "x"}, datetime(2026, 11, 22, tzinfo=UTC), system_fonts=False)


def test_pandoc_is_told_nothing_of_the_document() -> None:
    arguments = _arguments("docx", "fr")
    assert "--sandbox" in arguments
    assert not any("Titre" in argument or "Claire" in argument for argument in arguments)
    assert all(argument.startswith(("-", "+")) for argument in arguments)


def test_raw_typst_html_and_tex_of_a_template_are_text() -> None:
    text = "# x\n\n`#panic()`{=typst} \\newpage <script>x</script> $x$\n\n```{=typst}\n#panic()\n```\n"
    assert "<script" not in make("html", text).decode()
    assert b"%PDF" in make("pdf", text)[:8]


def test_an_image_brings_no_file_in(tmp_path: Path) -> None:
    (tmp_path / "x.txt").write_text("secret-content", encoding="utf-8")
    text = f"# x\n\n![i]({tmp_path / 'x.txt'}) ![j](/etc/passwd)\n"
    formats: tuple[Format, ...] = ("docx", "odt", "html")
    for to in formats:
        assert b"secret-content" not in make(to, text)
    with pytest.raises(TemplateError):
        make("pdf", text)


def test_pandoc_missing_or_failing_is_said_without_quoting_the_text(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(pypandoc, "get_pandoc_path", lambda: str(tmp_path / "none"))
    with pytest.raises(ProgramError, match="pandoc did not run: FileNotFoundError"):
        make("html")
    failing = tmp_path / "pandoc"
    failing.write_text("#!/bin/sh\ncat >&2\nexit 43\n", encoding="utf-8")
    failing.chmod(0o755)
    monkeypatch.setattr(pypandoc, "get_pandoc_path", lambda: str(failing))
    with pytest.raises(ProgramError) as caught:
        make("html")
    assert caught.value.message == "pandoc failed with status 43"
