"""The coach's identity, and the key files that it opens."""

from pathlib import Path
import subprocess
import sys
import unicodedata

import cheap_identity
import pexpect
import pytest

from coachvault.crypto import box, keys
from coachvault.errors import CoachError, DamagedError, LockedError, NotFoundError, RefusedError

SECRET = box.generate()
FOLDER = "a" * 16
PASSPHRASE = "quatre mots compos\u00e9s \U0001f511"
SSH = (
    b"-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQ==\n"
    b"-----END OPENSSH PRIVATE KEY-----\n"
)
FULL_DISK = """
import resource, sys
from pathlib import Path
from coachvault.crypto import box, keys
from coachvault.errors import StorageError
box.encrypt_with_passphrase = lambda plaintext, _passphrase: plaintext
resource.setrlimit(resource.RLIMIT_FSIZE, (16, 16))
try:
    keys.write_identity(Path(sys.argv[1]), "quatre mots sans suite")
except StorageError as error:
    print(error.message, "|", error.hint)
"""


def never() -> str:
    raise AssertionError


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, keys.Identity]:
    path = tmp_path_factory.mktemp("identity") / "new" / "identity.age"
    return path, keys.write_identity(path, unicodedata.normalize("NFD", PASSPHRASE))


def test_an_identity_is_written_for_its_owner_alone(written: tuple[Path, keys.Identity]) -> None:
    path, _identity = written
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert b"AGE-SECRET-KEY" not in path.read_bytes()


def test_age_opens_a_written_identity_however_its_passphrase_was_typed(
    written: tuple[Path, keys.Identity], tmp_path: Path
) -> None:
    path, identity = written
    assert box.work_factor(path.read_bytes()) in range(15, box.MAX_WORK_FACTOR + 1)
    child = pexpect.spawn("age", ["-d", "-o", "out", str(path)], cwd=str(tmp_path), timeout=60)
    child.expect("passphrase")
    child.sendline(PASSPHRASE)
    child.expect(pexpect.EOF)
    child.close()
    assert box.recipient_of((tmp_path / "out").read_text().strip()) == identity.recipient


def test_a_written_identity_opens_what_is_wrapped_to_it(written: tuple[Path, keys.Identity]) -> None:
    _path, identity = written
    assert identity.unwrap([box.encrypt(b"x", [identity.recipient])]) == ["x"]


def test_the_passphrase_opens_the_identity(tmp_path: Path) -> None:
    path = tmp_path / "identity.age"
    path.write_bytes(cheap_identity.FILE)
    identity = keys.read_identity(path, lambda: cheap_identity.PASSPHRASE)
    assert identity.recipient == box.recipient_of(cheap_identity.SECRET)


def test_another_passphrase_does_not(tmp_path: Path) -> None:
    path = tmp_path / "identity.age"
    path.write_bytes(cheap_identity.FILE)
    with pytest.raises(LockedError, match="passphrase"):
        keys.read_identity(path, lambda: PASSPHRASE)


def test_an_identity_is_never_overwritten(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(box, "encrypt_with_passphrase", lambda text, _passphrase: text)
    path = tmp_path / "identity.age"
    path.write_bytes(b"mine")
    with pytest.raises(RefusedError):
        keys.write_identity(path, PASSPHRASE)
    assert path.read_bytes() == b"mine"


def test_an_identity_is_not_written_through_a_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(box, "encrypt_with_passphrase", lambda text, _passphrase: text)
    (tmp_path / "identity.age").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(RefusedError):
        keys.write_identity(tmp_path / "identity.age", PASSPHRASE)
    assert not (tmp_path / "elsewhere").exists()


def test_a_full_disk_leaves_no_half_identity(tmp_path: Path) -> None:
    words = (sys.executable, "-c", FULL_DISK, str(tmp_path / "identity.age"))
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("the identity cannot be written: ")
    assert list(tmp_path.iterdir()) == []


def test_a_plain_identity_file_of_age_needs_no_passphrase(tmp_path: Path) -> None:
    path = tmp_path / "id.txt"
    subprocess.run(("age-keygen", "-o", str(path)), check=True, capture_output=True)
    public = next(line for line in path.read_text().splitlines() if "public key" in line).split()[-1]
    assert keys.read_identity(path, never).recipient == public


def test_comments_and_blank_lines_are_passed_over() -> None:
    data = f"# created: today\r\n\r\n# public key: x\r\n  {SECRET}\r\n".encode()
    assert keys.parse_identity(data).recipient == box.recipient_of(SECRET)


def test_of_several_identities_each_opens_and_the_first_receives() -> None:
    second = box.generate()
    identity = keys.parse_identity(f"{SECRET}\n{second}\n".encode())
    wrapped = keys.wrap(box.generate(), FOLDER, "notes", [box.recipient_of(second)])
    assert identity.recipient == box.recipient_of(SECRET)
    assert len(identity.unwrap([wrapped])) == 1


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\n\n", b"# only a comment\n", b"garbage\n", b"\x00\xff\xfe", SSH, b"age1" + b"q" * 58,
        b"AGE-PLUGIN-YUBIKEY-1QQPQQQQQQQQQQQQ\n", SECRET.encode()[:-1], SECRET.encode() + b"\ngarbage\n",
    ],
)  # fmt: skip
def test_a_file_without_an_identity_is_refused_without_showing_it(data: bytes) -> None:
    with pytest.raises(LockedError) as caught:
        keys.parse_identity(data)
    assert "AGE-SECRET-KEY-1…" in caught.value.hint
    assert SECRET[:30] not in caught.value.message + caught.value.hint


def test_an_identity_that_is_not_there_is_missed_by_its_path(tmp_path: Path) -> None:
    for path in (tmp_path / "no.txt", tmp_path, tmp_path / "no.txt" / "x"):
        with pytest.raises(NotFoundError) as caught:
            keys.read_identity(path, never)
        assert str(path) in caught.value.message


def test_an_identity_encrypted_to_a_key_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "id.age"
    path.write_bytes(box.encrypt(SECRET.encode(), [box.recipient_of(SECRET)]))
    with pytest.raises(LockedError, match="not by a passphrase"):
        keys.read_identity(path, never)


def test_a_costly_identity_is_refused_before_its_passphrase_is_worked_on(tmp_path: Path) -> None:
    path = tmp_path / "id.age"
    path.write_bytes(b"age-encryption.org/v1\n-> scrypt " + b"A" * 22 + b" 30\n" + b"A" * 43 + b"\n--- x\n")
    with pytest.raises(LockedError, match="more memory than is safe"):
        keys.read_identity(path, lambda: PASSPHRASE)


def test_a_damaged_identity_is_said_to_be_damaged(tmp_path: Path) -> None:
    path = tmp_path / "id.age"
    path.write_bytes(b"age-encryption.org/v1\n-> scrypt " + b"A" * 22 + b" 10\n")
    with pytest.raises(DamagedError):
        keys.read_identity(path, lambda: PASSPHRASE)


def test_a_key_file_gives_its_drawers_key_back() -> None:
    secret = box.generate()
    identity = keys.Identity([SECRET])
    (content,) = identity.unwrap([keys.wrap(secret, FOLDER, "notes", [identity.recipient])])
    assert keys.secret_of(content, FOLDER, "notes") == secret


def test_age_takes_the_content_of_a_key_file_as_an_identity(tmp_path: Path) -> None:
    secret = box.generate()
    identity = keys.Identity([SECRET])
    (content,) = identity.unwrap([keys.wrap(secret, FOLDER, "notes", [identity.recipient])])
    (tmp_path / "d.key").write_text(content)
    data = box.encrypt(b"une note", [box.recipient_of(secret)])
    words = ("age", "-d", "-i", str(tmp_path / "d.key"))
    assert subprocess.run(words, input=data, capture_output=True, check=True).stdout == b"une note"


@pytest.mark.parametrize(
    ("folder", "drawer"), [(FOLDER, "log"), ("b" * 16, "notes"), ("", ""), (FOLDER, "notes\n")]
)
def test_a_key_file_in_another_drawers_place_is_damaged(folder: str, drawer: str) -> None:
    identity = keys.Identity([SECRET])
    (content,) = identity.unwrap([keys.wrap(box.generate(), FOLDER, "notes", [identity.recipient])])
    with pytest.raises(DamagedError, match=f"{folder}/{drawer.strip()}"):
        keys.secret_of(content, folder, drawer)


@pytest.mark.parametrize(
    "content",
    ["", "\n", SECRET, f"# coachvault drawer {FOLDER}/notes\n", f"# coachvault drawer {FOLDER}/notes\nx"],
)
def test_a_key_file_without_a_key_is_damaged(content: str) -> None:
    with pytest.raises(DamagedError):
        keys.secret_of(content, FOLDER, "notes")


def unwrap(data: bytes) -> CoachError:
    with pytest.raises(CoachError) as caught:
        keys.Identity([SECRET]).unwrap([data])
    return caught.value


def test_a_key_file_of_another_identity_stays_shut() -> None:
    data = keys.wrap(box.generate(), FOLDER, "notes", [box.recipient_of(box.generate())])
    assert type(unwrap(data)) is LockedError


def test_a_key_file_cut_short_is_damaged() -> None:
    data = keys.wrap(box.generate(), FOLDER, "notes", [box.recipient_of(SECRET)])
    for length in (0, 10, len(data) // 2, len(data) - 1):
        assert type(unwrap(data[:length])) is DamagedError


def test_a_key_file_that_holds_no_text_is_damaged() -> None:
    assert type(unwrap(box.encrypt(b"\xff\xfe", [box.recipient_of(SECRET)]))) is DamagedError
