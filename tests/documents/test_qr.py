"""The kit's key can be scanned: the picture of every format is the code of exactly that key."""

import base64
import io
import re
import struct
from typing import Any
import zlib

from document_world import SECRET, make_context
import pypdf
import pytest
import segno

from coachvault.documents import write


def modules(png: bytes, scale: int = 6) -> list[list[int]]:
    """Return the dark and light squares of a one-bit PNG, without help of what made it."""
    assert png.startswith(b"\x89PNG")
    width, height, depth, colour = struct.unpack(">IIBB", png[16:26])
    assert (depth, colour) == (1, 0)
    data, position = b"", 8
    while position < len(png):
        length, kind = struct.unpack(">I4s", png[position : position + 8])
        data += png[position + 8 : position + 8 + length] if kind == b"IDAT" else b""
        position += length + 12
    lines, stride = zlib.decompress(data), (width + 7) // 8 + 1
    rows = [lines[y * stride + 1 : (y + 1) * stride] for y in range(0, height, scale)]
    return [[1 - (row[x // 8] >> (7 - x % 8) & 1) for x in range(0, width, scale)] for row in rows]


def expected() -> list[list[int]]:
    return [
        [int(bit) for bit in row] for row in segno.make(SECRET, error="q", micro=False).matrix_iter(border=4)
    ]


@pytest.mark.parametrize("form", ["md", "html"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_picture_is_the_code_of_the_key(form: str, language: str) -> None:
    text = write("recovery-kit", form, make_context("recovery-kit"), language=language).decode()  # type: ignore[arg-type] # a format
    found = re.findall(r"data:image/png;base64,([A-Za-z0-9+/=]+)", text)
    assert len(found) == 1
    assert modules(base64.b64decode(found[0])) == expected()


@pytest.mark.parametrize(
    ("language", "words"), [("fr", "Code QR de la clé ci-dessous"), ("en", "QR code of the key below")]
)
def test_the_pdf_shows_it_and_says_what_it_is(language: str, words: str) -> None:
    data = write("recovery-kit", "pdf", make_context("recovery-kit"), language=language)
    reader = pypdf.PdfReader(io.BytesIO(data))
    assert len(reader.pages) == 2
    assert not reader.pages[1].images
    resources: Any = reader.pages[0]["/Resources"]
    pictures = [item.get_object() for item in resources["/XObject"].values()]
    assert [picture["/Subtype"] for picture in pictures] == ["/Image"]
    objects: list[Any] = [reader.get_object(number) for number in _numbers(reader)]
    alts = [str(item["/Alt"]) for item in objects if isinstance(item, dict) and "/Alt" in item]
    assert alts == [words]


def _numbers(reader: pypdf.PdfReader) -> list[int]:
    return sorted(
        {*reader.xref_objStm, *(number for table in reader.xref.values() for number in table)} - {0}
    )
