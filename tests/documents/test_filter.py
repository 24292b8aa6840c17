"""What a person typed stands in every format exactly as typed."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
import html
import io
from pathlib import Path
import re
import subprocess
import unicodedata

from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
import pypandoc  # type: ignore[import-untyped] # it has no types
import pypdf
import pytest

from coachvault.documents import Format, convert, render
from coachvault.documents.convert import _arguments
from coachvault.documents.filter import code, escape, filters, paragraphs, quote
from coachvault.documents.filter import plain as unescaped

ON = date(2026, 11, 22)
Plain = Callable[[bytes, str], str]
Own = Callable[[str], Path]

TORTURE = [
    "*gras* **gras** _souligné_ __x__ ***",
    "a | b | c",
    "|---|---|",
    "# titre",
    "Titre\n=====",
    "Titre\n-----",
    "<script>alert(1)</script> <b>x</b> <!-- x --> &amp; &lt; &#42; &copy;",
    "{{ client.name }} {% for %} {# x #}",
    "`code` ``x`` ```",
    "```{=typst}\n#panic()\n```",
    "```\nfin",
    '`#read("/etc/passwd")`{=typst}',
    '#import "@preview/tablex:0.0.8": *',
    '#read("/etc/passwd") #let x = 1 #x',
    "@x <label> @fig:x[p. 3]",
    "$x^2$ $$y$$ \\(z\\) \\[t\\]",
    "\\newpage \\textbf{x} \\\\ \\* \\",
    "- tiret\n- tiret",
    "+ plus",
    "* étoile",
    "1. un\n2. deux\n10) dix",
    "a. lettre\ni) chiffre",
    "(1) un (@) deux",
    "= titre typst\n== deux",
    "/ terme: sens",
    "// commentaire /* autre */ http://x.org//y",
    "http://example.org https://a.b/c?d=e&f#g www.example.org a@b.org",
    "    quatre espaces",
    "\ttabulation\tet une autre",
    "un\n\n\ndeux\n \ntrois",
    "---",
    "***",
    "___",
    "~~~\nx\n~~~",
    "~~barré~~ H~2~O x^2^",
    "::: note\nx\n:::",
    "[x](javascript:alert(1)) ![y](z.png) [ref]\n\n[ref]: http://x.org",
    "note[^1] et ^[en ligne]\n\n[^1]: bas de page",
    "[x]{.smallcaps} {#id .c k=v}",
    "> citation\n>> deux",
    "a -- b --- c ... d' 'e' \"f\" -1 -? ~ 1-2",
    ": définition",
    "- [ ] à faire",
    ":smile: ==surligné== ++x++",
    "%titre\n%auteur",
    "élève Jean-Pierre, M. Dupont : « oui » ; l’été… 100 % !",
    "😀 ❤️ 👩‍👧 🇫🇷",
    "fin\\",
    "-",
    "1.",
    "=",
]
# Two of them set typographic quotes of their own accord, unless told not to.
READERS = ("commonmark", "gfm", "commonmark_x-smart", "markdown-smart")
SPOTS = {
    "line": "{{ client.text }}",
    "sentence": "avant {{ client.text }} après",
    "list": "- {{ client.text }}",
    "number": "1. {{ client.text }}",
    "strong": "**x {{ client.text }} x**",
    "paragraphs": "{{ client.text|paragraphs }}",
    "quote": "{{ client.text|quote }}",
    "macro": "{% macro m(t) %}{{ t }}{% endmacro %}{{ m(client.text) }}",
    "captured": "{% set t %}{{ client.text }}{% endset %}{{ t }}",
}


def words(text: str) -> str:
    """Return text without its spaces: a page may break its lines anywhere."""
    return "".join(unicodedata.normalize("NFC", text).split())


def written(own: Own, spot: str, text: str) -> str:
    return render("test", "fr", {"client": {"text": text}}, own(SPOTS[spot]))


@pytest.mark.parametrize("spot", SPOTS)
def test_markdown_shows_every_text_as_typed(own: Own, plain: Plain, spot: str) -> None:
    texts = [written(own, spot, text) for text in TORTURE]
    for reader in READERS:
        shown = words(plain("\n\n<!-- -->\n\n".join(texts).encode(), reader))
        start = 0
        for text in TORTURE:
            found = shown.find(words(text), start)
            assert found >= 0, (reader, spot, text, shown[start : start + 200])
            start = found + len(words(text))


@pytest.mark.parametrize("spot", SPOTS)
def test_markdown_makes_no_element_of_a_text(own: Own, spot: str) -> None:
    allowed = {"p", "br", "ul", "li", "ol", "strong", "blockquote"}
    for text in TORTURE:
        page = MarkdownIt("gfm-like", {"linkify": False}).render(written(own, spot, text))
        assert set(re.findall(r"<([a-z0-9]+)", page)) <= allowed, (spot, text)
        assert words(text) in words(html.unescape(re.sub(r"<[^>]*>", "", page))), (spot, text)


@pytest.mark.parametrize("to", ["docx", "odt", "html"])
def test_files_show_every_text_as_typed(own: Own, plain: Plain, to: Format) -> None:
    for spot in ("line", "list", "quote"):
        markdown = "\n\n".join(written(own, spot, text) for text in TORTURE)
        data = convert(f"# x\n\n{markdown}", to, language="fr", author="x", on=ON)
        shown = words(plain(data, to))
        start = 0
        for text in TORTURE:
            found = shown.find(words(text), start)
            assert found >= 0, (to, spot, text, shown[start : start + 200])
            start = found + 1


def test_html_has_neither_script_nor_link_of_a_text(own: Own) -> None:
    markdown = "\n\n".join(written(own, "line", text) for text in TORTURE)
    page = convert(f"# x\n\n{markdown}", "html", language="fr", author="x", on=ON).decode()
    body = page[page.index("<body>") :]
    assert not re.search(r"<(script|a|img|em|strong|code|pre|h2|span|del|sup|sub|table|div|section)\b", body)


def test_pdf_shows_every_text_as_typed(own: Own) -> None:
    markdown = "\n\n".join(f"{written(own, 'line', text)}\n\n¶" for text in TORTURE)
    data = convert(f"# x\n\n{markdown}", "pdf", language="fr", author="x", on=ON)
    shown = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(data)).pages)
    flat = re.sub(r"x·22novembre2026·\d+/\d+(?=¶|$)", "", words(shown))
    # The variation selector and the joiner that hold an emoji together are no glyphs of their own.
    for text in TORTURE[:-5] + TORTURE[-4:]:
        assert words(text) in flat, text
    assert "😀" in flat


def test_a_text_keeps_its_lines_and_paragraphs(own: Own) -> None:
    text = "un\ndeux\n\ntrois"
    assert str(escape(text)) == "un\\\ndeux\\\n\\\ntrois"
    assert str(paragraphs(text)) == "un\\\ndeux\n\ntrois"
    assert str(quote(text)) == "> un\\\n> deux\n>\n> trois"
    page = convert(written(own, "paragraphs", text), "html", language="fr", author="x", on=ON).decode()
    assert "<p>un<br />\ndeux</p>\n<p>trois</p>" in page


def test_what_needs_no_backslash_has_none_and_the_others_can_be_taken_away() -> None:
    for text in ("camille@aubepine.example", "RGPD, art. 5(1)(e)", "€120.00", "+33 6 12", "vite !", "A & B"):
        assert str(escape(text)) == text
    for text in TORTURE:
        if "\t" not in text and "    " not in text:
            assert words(unescaped(str(escape(text)))) == words(text)


def test_a_block_of_code_is_copied_out_as_it_went_in(plain: Plain) -> None:
    for text in ("AGE-SECRET-KEY-1QQQ", "a`b``c```d", "*x* <b> {{ y }}", 'a\\"; #panic() ```'):
        assert plain(str(code(text)).encode(), "commonmark").strip() == text
        data = convert(f"# x\n\n{code(text)}", "pdf", language="fr", author="x", on=ON)
        assert words(text) in words(pypdf.PdfReader(io.BytesIO(data)).pages[0].extract_text())


# Everything that any dialect of Markdown, HTML, TeX or typst reads as a sign, and what surrounds it.
SIGNS = st.text(
    st.sampled_from("abwéZ09 \n\t*_`~#=+-|\\/<>[](){}!&;:@$%^\"'.,?…«»’\u00a0\u202f😀中"),
    min_size=1,
    max_size=40,
)
ANYTHING = st.text(
    st.characters(
        exclude_categories=["Cs", "Cc", "Cf", "Co", "Cn", "Zl", "Zp", "Zs"], include_characters=" \n"
    ),
    min_size=1,
    max_size=40,
)
TEXTS = st.one_of(SIGNS, ANYTHING).filter(lambda text: text.strip() != "")


@settings(max_examples=30, deadline=None)
@given(st.lists(TEXTS, min_size=4, max_size=4))
def test_any_text_is_literal_in_markdown(texts: list[str]) -> None:
    source = "\n\n".join(f"{escape(text)}\n\n- {escape(text)}\n\n{quote(text)}" for text in texts)
    expected = words("".join(text * 3 for text in texts)).replace("-", "")
    arguments = [pypandoc.get_pandoc_path(), "--to", "plain", "--wrap=none", "--from"]
    for reader in ("commonmark", "gfm"):
        done = subprocess.run([*arguments, reader], input=source.encode(), capture_output=True, check=True)
        assert words(done.stdout.decode()).replace("-", "") == expected, reader


@settings(max_examples=30, deadline=None)
@given(TEXTS)
def test_no_character_of_a_text_is_typst_markup(text: str) -> None:
    arguments = [pypandoc.get_pandoc_path(), *_arguments("pdf", "fr")]
    done = subprocess.run(arguments, input=f"# x\n\n{escape(text)}".encode(), capture_output=True, check=True)
    body = done.stdout.decode().split("$body$")[-1].rpartition("line(length: 100%, stroke: rule)\n})")[2]
    strings = re.findall(r'#"((?:[^"\\]|\\.)*)";', body, re.DOTALL)
    assert words("".join(re.sub(r"\\(.)", r"\1", string) for string in strings)) == words(text)
    rest = re.sub(r'#"(?:[^"\\]|\\.)*";', "", body, flags=re.DOTALL)
    assert re.fullmatch(r"[\s~\\]*", rest.replace("#horizontalrule", "")), rest


@settings(max_examples=4, deadline=None)
@given(SIGNS.filter(lambda text: text.strip() != "" and "中" not in text))
def test_any_text_makes_a_pdf(text: str) -> None:
    data = convert(f"# x\n\n{escape(text)}", "pdf", language="fr", author="x", on=ON)
    shown = words(pypdf.PdfReader(io.BytesIO(data)).pages[0].extract_text())
    assert shown.replace("-", "") == f"x{words(text)}x·22novembre2026·1/1".replace("-", "")


def test_money_dates_and_durations_are_those_of_the_language() -> None:
    fr, en = filters("fr"), filters("en")
    assert words(str(fr["money"](Decimal(120), "EUR"))) == "120,00€"
    assert en["money"](Decimal(120), "EUR") == "€120.00"
    assert fr["date"](date(2026, 12, 1)) == "1er décembre 2026"
    assert fr["date"](date(2026, 12, 11)) == "11 décembre 2026"
    assert en["date"](date(2026, 12, 1)) == "1 December 2026"
    assert words(str(fr["minutes"](90))) == "1heure30minutes"
    assert words(str(fr["minutes"](50))) == "50minutes"
    assert en["minutes"](120) == "2 hours"
    assert words(str(fr["hours"](48))) == "48heures"
    assert fr["count"](1, "séance", "séances") == "1\u00a0séance"
    assert fr["count"](4, "séance", "séances") == "4\u00a0séances"
    assert fr["times"](Decimal("0.10"), 3) == Decimal("0.30")
