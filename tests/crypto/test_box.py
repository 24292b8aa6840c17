"""Bytes in, an age file out, and back: the `age` program agrees on every file."""

import base64
from pathlib import Path
import subprocess
import time
from typing import Literal
import unicodedata

import cheap_identity
from hypothesis import given, settings
from hypothesis import strategies as st
import pexpect
import pytest

from coachvault.crypto import box

SECRET = box.generate()
OTHER = box.generate()
PLAINTEXT = b"une note, rien de plus\n" * 3
CHEAP = base64.b64decode(b"".join(cheap_identity.FILE.splitlines()[1:-1]))
PASSPHRASE = cheap_identity.PASSPHRASE


@pytest.fixture
def identity(tmp_path: Path) -> Path:
    path = tmp_path / "identity.txt"
    path.write_text(SECRET + "\n")
    return path


def age(*words: str, data: bytes = b"") -> bytes:
    return subprocess.run(("age", *words), input=data, capture_output=True, check=True).stdout


@settings(deadline=None, max_examples=25)
@given(st.binary(max_size=3000))
def test_what_was_encrypted_is_decrypted(plaintext: bytes) -> None:
    assert box.decrypt(box.encrypt(plaintext, [box.recipient_of(SECRET)]), [SECRET]) == plaintext


def test_age_opens_what_we_write(identity: Path) -> None:
    data = box.encrypt(PLAINTEXT, [box.recipient_of(SECRET)])
    assert age("-d", "-i", str(identity), data=data) == PLAINTEXT


def test_we_open_what_age_writes() -> None:
    assert box.decrypt(age("-r", box.recipient_of(SECRET), data=PLAINTEXT), [SECRET]) == PLAINTEXT


def test_we_open_what_age_writes_as_text() -> None:
    data = age("-a", "-r", box.recipient_of(SECRET), data=PLAINTEXT)
    assert box.is_age(data)
    assert box.decrypt(data, [SECRET]) == PLAINTEXT


def opened_by_age(data: bytes, folder: Path) -> bytes:
    (folder / "locked.age").write_bytes(data)
    child = pexpect.spawn("age", ["-d", "-o", "out", "locked.age"], cwd=str(folder), timeout=60)
    child.expect("passphrase")
    child.sendline(PASSPHRASE)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    return (folder / "out").read_bytes()


def test_age_opens_the_cheap_file_of_these_tests(tmp_path: Path) -> None:
    assert opened_by_age(cheap_identity.FILE, tmp_path).decode().strip() == cheap_identity.SECRET


def test_we_open_the_passphrase_file_of_age(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(PLAINTEXT)
    child = pexpect.spawn("age", ["-p", "-a", "-o", "locked.age", "plain"], cwd=str(tmp_path), timeout=60)
    for _time in range(2):
        child.expect("passphrase")
        child.sendline("un mot de passe")
    child.expect(pexpect.EOF)
    child.close()
    data = (tmp_path / "locked.age").read_bytes()
    assert box.work_factor(data) == 18
    assert box.decrypt_with_passphrase(data, "un mot de passe") == PLAINTEXT


def test_each_recipient_opens_it_and_nobody_else() -> None:
    data = box.encrypt(PLAINTEXT, [box.recipient_of(SECRET), box.recipient_of(OTHER)])
    assert box.decrypt(data, [SECRET]) == box.decrypt(data, [OTHER]) == PLAINTEXT
    with pytest.raises(box.WrongKeyError):
        box.decrypt(data, [box.generate()])


def test_one_right_key_of_several_is_enough() -> None:
    assert box.decrypt(box.encrypt(PLAINTEXT, [box.recipient_of(SECRET)]), [OTHER, SECRET]) == PLAINTEXT


def test_a_file_cut_short_anywhere_gives_nothing() -> None:
    data = box.encrypt(PLAINTEXT, [box.recipient_of(SECRET)])
    for length in range(len(data)):
        with pytest.raises(box.BrokenError):
            box.decrypt(data[:length], [SECRET])


def test_a_large_file_cut_after_a_whole_chunk_gives_nothing() -> None:
    data = box.encrypt(bytes(3 * 65536), [box.recipient_of(SECRET)])
    tail = len(data) - 3 * (65536 + 16)
    for chunks in (1, 2):
        with pytest.raises(box.BrokenError):
            box.decrypt(data[: tail + chunks * (65536 + 16)], [SECRET])


def test_a_file_with_bytes_after_its_end_gives_nothing() -> None:
    data = box.encrypt(PLAINTEXT, [box.recipient_of(SECRET)])
    with pytest.raises(box.BrokenError):
        box.decrypt(data + b"\n", [SECRET])


def test_a_changed_byte_anywhere_gives_nothing() -> None:
    data = box.encrypt(PLAINTEXT, [box.recipient_of(SECRET)])
    for position in range(len(data)):
        changed = bytearray(data)
        changed[position] ^= 0x01
        with pytest.raises((box.BrokenError, box.WrongKeyError)):
            box.decrypt(bytes(changed), [SECRET])


@settings(deadline=None)
@given(
    st.binary(max_size=300) | st.binary(max_size=200).map(lambda tail: b"age-encryption.org/v1\n-> " + tail)
)
def test_no_bytes_are_more_than_refused(data: bytes) -> None:
    with pytest.raises((box.BrokenError, box.WrongKeyError)):
        box.decrypt(data, [SECRET])


def test_a_passphrase_file_is_not_opened_by_a_key() -> None:
    with pytest.raises((box.BrokenError, box.WrongKeyError)):
        box.decrypt(CHEAP, [SECRET])


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("data", [CHEAP, cheap_identity.FILE], ids=["binary", "armored"])
def test_a_passphrase_is_the_same_however_its_accents_are_typed(
    data: bytes, form: Literal["NFC", "NFD"]
) -> None:
    typed = unicodedata.normalize(form, PASSPHRASE)
    assert box.decrypt_with_passphrase(data, typed).decode().strip() == cheap_identity.SECRET


@pytest.mark.parametrize("typed", ["", PASSPHRASE + " ", PASSPHRASE.upper()])
def test_a_wrong_passphrase_opens_nothing(typed: str) -> None:
    with pytest.raises(box.WrongKeyError):
        box.decrypt_with_passphrase(CHEAP, typed)


def test_a_passphrase_file_cut_short_anywhere_gives_nothing() -> None:
    for length in range(len(CHEAP)):
        with pytest.raises(box.BrokenError):
            box.decrypt_with_passphrase(CHEAP[:length], PASSPHRASE)


def test_a_passphrase_file_with_a_changed_byte_gives_nothing() -> None:
    costly = CHEAP.index(b" 4\n") + 1
    for position in range(len(CHEAP)):
        changed = bytearray(CHEAP)
        changed[position] ^= 0x01 if position != costly else 0x03
        with pytest.raises((box.BrokenError, box.WrongKeyError)):
            box.decrypt_with_passphrase(bytes(changed), PASSPHRASE)


def header(factor: bytes) -> bytes:
    return b"age-encryption.org/v1\n-> scrypt " + b"A" * 22 + b" " + factor + b"\n" + b"A" * 43 + b"\n--- x\n"


@pytest.mark.parametrize("factor", [b"21", b"30", b"64", b"255", b"0000000000000255", b"9" * 10_000])
def test_a_costly_passphrase_file_is_refused_before_any_work(factor: bytes) -> None:
    start = time.monotonic()
    with pytest.raises(box.TooCostlyError):
        box.decrypt_with_passphrase(header(factor), PASSPHRASE)
    assert time.monotonic() - start < 0.1


@pytest.mark.parametrize("ending", [b"\n", b"\r\n"])
def test_the_work_factor_is_read_in_a_text_file_too(ending: bytes, tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(header(b"30"))
    text = subprocess.run(("base64", "-w", "64", "x"), cwd=tmp_path, capture_output=True, check=True).stdout
    lines = [b"-----BEGIN AGE ENCRYPTED FILE-----", *text.split(), b"-----END AGE ENCRYPTED FILE-----", b""]
    assert box.work_factor(ending.join(lines)) == 30


@pytest.mark.parametrize(
    "data",
    [
        b"", b"text", header(b"-1"), header(b"1 2"), header(b""), header(b"x"),
        b"age-encryption.org/v1\n-> X25519 AAAA\n", b"-----BEGIN AGE ENCRYPTED FILE-----\n=\n",
        b"-----BEGIN AGE ENCRYPTED FILE-----",
    ],
)  # fmt: skip
def test_what_is_no_passphrase_file_has_no_work_factor(data: bytes) -> None:
    assert box.work_factor(data) is None
    with pytest.raises(box.BrokenError):
        box.decrypt_with_passphrase(data, PASSPHRASE)


@pytest.mark.parametrize(
    "text", ["", "age1", "AGE-SECRET-KEY-1", box.recipient_of(SECRET), SECRET[:-1], SECRET + "A"]
)
def test_what_is_no_identity_has_no_recipient(text: str) -> None:
    with pytest.raises(ValueError, match=r"^$"):
        box.recipient_of(text)


def test_two_identities_differ() -> None:
    assert SECRET != OTHER
    assert SECRET.startswith("AGE-SECRET-KEY-1")
    assert box.recipient_of(SECRET).startswith("age1")
