"""The one folder where documents lie in the clear."""

import errno
import hashlib
import os
from pathlib import Path

import pytest

from coachvault.errors import RefusedError, StorageError
from coachvault.vault import layout, outbox


def test_a_document_is_put_for_its_owner_alone_and_replaces_its_like(tmp_path: Path) -> None:
    outbox.put(tmp_path, "C-2222-contract.pdf", b"old")
    path = outbox.put(tmp_path, "C-2222-contract.pdf", b"new")
    assert path.read_bytes() == b"new"
    assert path.stat().st_mode & 0o777 == 0o600
    assert [(sent.name, sent.size) for sent in outbox.names(tmp_path)] == [("C-2222-contract.pdf", 3)]


def test_an_empty_or_missing_outbox_lists_nothing(tmp_path: Path) -> None:
    assert outbox.names(tmp_path) == ()
    assert outbox.clear(tmp_path) == 0


def test_clearing_removes_files_and_follows_no_link(tmp_path: Path) -> None:
    outbox.put(tmp_path, "a.pdf", b"a")
    (tmp_path / "elsewhere").write_bytes(b"kept")
    (tmp_path / layout.OUTBOX / "link").symlink_to(tmp_path / "elsewhere")
    assert outbox.clear(tmp_path) == 1
    assert (tmp_path / "elsewhere").read_bytes() == b"kept"


def test_copies_are_known_by_name_or_by_content(tmp_path: Path) -> None:
    for name, data in (
        ("C-2222-notes.md", b"1"),
        ("C-2222-identity.md", b"2"),
        ("renamed", b"3"),
        ("C-3", b"4"),
    ):
        outbox.put(tmp_path, name, data)
    digests = frozenset({hashlib.sha256(b"3").hexdigest()})
    assert outbox.copies(tmp_path, ("C-2222-notes",), digests) == ["outbox/C-2222-notes.md", "outbox/renamed"]


def test_a_copy_that_no_plan_can_name_is_refused_before_anything_goes(tmp_path: Path) -> None:
    outbox.put(tmp_path, os.fsdecode(b"C-2222-notes-\xe8.txt"), b"1")
    with pytest.raises(RefusedError) as refusal:
        outbox.copies(tmp_path, ("C-2222-notes",), frozenset())
    assert refusal.value.message.isprintable()
    assert outbox.copies(tmp_path, ("C-3333-notes",), frozenset()) == []


def test_an_outbox_that_cannot_be_emptied_is_an_error_that_says_what_to_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outbox.put(tmp_path, "a.pdf", b"a")

    def refuse(_path: Path, *, missing_ok: bool) -> None:  # noqa: ARG001 as unlink has it
        raise PermissionError(errno.EACCES, "no")

    monkeypatch.setattr(Path, "unlink", refuse)
    with pytest.raises(StorageError):
        outbox.clear(tmp_path)
