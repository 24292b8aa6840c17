"""The media type of a file, and the end of its name that may be shown."""

from datetime import date

import pytest

from coachvault import clock
from coachvault.records.attachment import UNKNOWN, Attachment, media_type


@pytest.mark.parametrize(
    ("name", "expected", "suffix"),
    [
        ("CV.PDF", "application/pdf", ".pdf"),
        ("séance du 3.m4a", "audio/mp4", ".m4a"),
        ("lettre.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"),
        ("tests.tar.gz", "application/gzip", ".gz"),
        ("notes", UNKNOWN, ""),
        (".pdf", UNKNOWN, ""),
        ("lettre.zoé martin", UNKNOWN, ""),
        ("data:,lettre.martin", UNKNOWN, ""),
        ("data:text.martin", UNKNOWN, ""),
    ],
)
def test_a_suffix_counts_only_where_it_is_a_known_one(name: str, expected: str, suffix: str) -> None:
    assert media_type(name) == expected
    now = clock.now()
    record = Attachment(
        schema="attachment/1", id="a" * 16, folder="b" * 16, drawer="attachments", created=now, updated=now,
        on=date(2026, 1, 31), name=name, media_type=expected, size=1, sha256="0" * 64, parts=1,
    )  # fmt: skip
    assert record.suffix == suffix
