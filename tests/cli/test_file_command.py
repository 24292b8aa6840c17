"""Files and recordings of a client: kept, listed, saved, handed back, destroyed; and what is refused."""

from collections.abc import Callable
import hashlib
import json
import os
from pathlib import Path

from practice import Practice
from program import Coach, Result, refused, run, snapshot
import pytest

from coachvault.actions import who
from coachvault.crypto import keys
from coachvault.vault import part, source
from coachvault.vault.store import Vault

pytestmark = pytest.mark.usefixtures("errors")
WHO = "rousseau"
DATA = bytes(number % 251 for number in range(2500))


@pytest.fixture
def cv(home: Path) -> Path:
    """A file whose name and bytes are a client's."""
    path = home / "CV Rousseau.PDF"
    path.write_bytes(DATA)
    return path


def consent(practice: Practice, **more: str) -> None:
    """Record what Augustine said of recordings."""
    vault = Vault(practice.root, keys.parse_identity(Path(os.environ["COACHVAULT_IDENTITY"]).read_bytes()))
    folder = who.entry(vault, practice.augustine).folder
    with vault.change() as change:
        change.add("consent", folder, {"on": "2026-11-01", "type": "recording", **more})


def added(*words: str, stdin: bytes | None = None) -> str:
    """Keep a file, and return its id."""
    result = run("file", "add", *words, "--json", stdin=stdin)
    assert result.code == 0, result.err
    return str(json.loads(result.out)["file"])


def test_a_file_comes_out_as_it_went_in(practice: Practice, cv: Path, coach: Coach, tmp_path: Path) -> None:
    result = coach("file", "add", WHO, str(cv), "--on", "2026-11-20")
    assert result.code == 0, result.err
    said = f"a file of {practice.augustine} of 2026-11-20 is kept\n"
    assert result.out == said + "the original is still where it was, in the clear\n"
    (line,) = coach("file", "list", WHO).out.splitlines()
    code, on, short, *rest = line.split("\t")
    assert (code, on) == (practice.augustine, "2026-11-20")
    assert rest == ["attachments", "application/pdf", "2500", "CV Rousseau.PDF"]
    result = coach("file", "save", WHO, short, "--output", str(tmp_path / "out"))
    assert (result.code, result.out) == (0, f"the file is at {tmp_path / 'out'}\n")
    assert (tmp_path / "out").read_bytes() == DATA
    assert (tmp_path / "out").stat().st_mode & 0o777 == 0o600
    assert coach("doctor").code == 0


def test_scripts_get_all_that_they_need(practice: Practice, cv: Path, coach: Coach) -> None:
    told = json.loads(coach("file", "add", WHO, str(cv), "--json").out)
    assert told["sha256"] == hashlib.sha256(DATA).hexdigest()
    assert (told["code"], told["drawer"], told["size"]) == (practice.augustine, "attachments", 2500)
    (item,) = json.loads(coach("file", "list", WHO, "--json").out)["items"]
    assert (item["id"], item["name"]) == (told["file"], "CV Rousseau.PDF")
    saved = json.loads(coach("file", "save", WHO, told["file"], "--json").out)
    assert (saved["sha256"], saved["size"]) == (told["sha256"], 2500)
    gone = json.loads(coach("file", "remove", WHO, told["file"], "--json").out)
    assert (gone["file"], gone["returned"]) == (told["file"], False)


def test_the_outbox_gets_it_under_the_code_and_never_under_a_name(
    practice: Practice, cv: Path, coach: Coach
) -> None:
    record = added(WHO, str(cv))
    assert coach("file", "save", WHO, record).code == 0
    (path,) = (practice.root / "outbox").iterdir()
    assert path.name == f"{practice.augustine}-attachments-{record}.pdf"
    assert path.read_bytes() == DATA
    before = snapshot(practice.root)
    refused(coach("file", "save", WHO, record), 10, "the file exists already")
    assert snapshot(practice.root) == before


def test_standard_input_and_output_take_any_bytes(practice: Practice, coach_process: Coach) -> None:
    assert practice
    record = added(WHO, "-", "--name", "bilan.txt", stdin=DATA)
    assert "the original" not in run("file", "add", WHO, "-", "--name", "x", stdin=b"x").out
    result = coach_process("file", "save", WHO, record, "--output", "-")
    assert (result.code, result.err) == (0, "")
    assert result.out == DATA.decode("utf-8", "replace")


def test_many_parts_are_one_file(
    practice: Practice, cv: Path, coach: Coach, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(part, "PART_BYTES", 100)
    record = added(WHO, str(cv))
    assert len(list(practice.root.glob(f"files/*/attachments/{record}.*.age"))) == 25
    assert coach("file", "save", WHO, record).code == 0
    assert next((practice.root / "outbox").iterdir()).read_bytes() == DATA
    tracked = Path(practice.root / ".git").rglob("*")
    assert not [path for path in tracked if path.is_file() and b"Rousseau.PDF" in path.read_bytes()]


# Recordings


def test_a_recording_rests_on_a_consent(practice: Practice, cv: Path, coach: Coach) -> None:
    words = ("--type", "recording", "--answer", "given", "--on", "2026-11-01")
    assert coach("consent", "record", WHO, *words).code == 0
    result = coach("file", "add", WHO, str(cv), "--recording", "--name", "séance.m4a")
    assert result.out.startswith(f"a recording of {practice.augustine} of 2026-11-22 is kept\n"), result.err
    assert coach("file", "list", WHO).out.split("\t")[3:5] == ["recordings", "audio/mp4"]
    explained = coach("retention", "explain", WHO).out
    assert "recordings\trecordings" in explained
    assert coach("doctor").code == 0


ASKED = {
    "none": ((), "was not asked for the consent “recording” by 2026-11-20"),
    "refused": (({"answer": "refused"},), "has refused the consent “recording”, as of 2026-11-20"),
    "withdrawn": (
        ({"withdrawn_on": "2026-11-21"},),
        "has withdrawn the consent “recording”, as of 2026-11-22",
    ),
    "changed": (({}, {"answer": "refused", "on": "2026-11-21"}), "has refused the consent “recording”"),
    "over": (({"until": "2026-11-21"},), "is over, as of 2026-11-22"),
    "later": (({"on": "2026-11-21"},), "was not asked for the consent “recording” by 2026-11-20"),
    "another": (({"type": "supervision"},), "was not asked for the consent “recording”"),
}


@pytest.mark.parametrize("case", ASKED)
def test_a_recording_needs_a_consent_that_was_live_then_and_is_today(
    practice: Practice, cv: Path, coach: Coach, case: str
) -> None:
    answers, says = ASKED[case]
    for answer in answers:
        consent(practice, **answer)
    before = snapshot(practice.root)
    refused(coach("file", "add", WHO, str(cv), "--recording", "--on", "2026-11-20"), 10, says)
    assert snapshot(practice.root) == before


# What is refused


def write_empty(path: Path) -> None:
    path.touch()


def write(path: Path) -> None:
    path.write_bytes(b"x")


def make_link(path: Path) -> None:
    path.symlink_to("CV Rousseau.PDF")


@pytest.mark.parametrize(
    ("make", "more", "case"),
    [
        (write_empty, (), (10, "the file is empty")),
        (make_link, (), (10, "the file is a link")),
        (Path.mkdir, (), (10, "a folder, a pipe or a device is not kept")),
        (lambda _path: None, (), (4, "the file cannot be read")),
        (write, ("--name", "a/b"), (5, "--name: expected a name")),
        (write, ("--name", ""), (5, "--name: expected a value")),
        (write, ("--name", "x" * 121), (5, "--name: expected a name")),
        (write, ("--on", "2026-11-23"), (5, "is in the future")),
    ],
)
def test_what_cannot_be_kept_is_refused(
    practice: Practice,
    cv: Path,
    make: Callable[[Path], object],
    more: tuple[str, ...],
    case: tuple[int, str],
) -> None:
    make(cv.with_name("Marqueur"))
    before = snapshot(practice.root)
    result = run("file", "add", WHO, str(cv.with_name("Marqueur")), *more)
    refused(result, *case)
    assert "Marqueur" not in result.err
    assert snapshot(practice.root) == before


@pytest.mark.parametrize(
    ("words", "stdin", "case"),
    [
        (("add", WHO, "-"), b"x", (2, "--name is missing")),
        (("add", WHO, "-", "--name", "x"), b"", (10, "the file is empty")),
        (("add", "Marqueur", "-", "--name", "x"), b"x", (4, "no client goes by that")),
        (("save", WHO, "zzzzzz"), b"", (4, "there is no such record")),
        (("remove", WHO, "zzzzzz"), b"", (4, "there is no such record")),
        (("remove", WHO, "zzzzzz", "--certificate", "x.pdf"), b"", (2, "--certificate only goes with")),
    ],
)
def test_what_makes_no_sense_is_refused(
    practice: Practice, words: tuple[str, ...], stdin: bytes, case: tuple[int, str]
) -> None:
    before = snapshot(practice.root)
    refused(run("file", *words, stdin=stdin), *case)
    assert snapshot(practice.root) == before


def test_a_file_that_changes_while_it_is_read_is_refused(
    practice: Practice, cv: Path, coach: Coach, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, before = source.Source.read, snapshot(practice.root)

    def grow(self: source.Source, count: int) -> bytes:
        with cv.open("ab") as file:
            file.write(b"more")
        return read(self, count)

    monkeypatch.setattr(source.Source, "read", grow)
    refused(coach("file", "add", WHO, str(cv)), 10, "the file changed while it was read")
    assert snapshot(practice.root) == before


def replace(path: Path) -> None:
    (other := path.with_name("other")).write_bytes(b"another")
    other.replace(path)


def cut(path: Path) -> None:
    os.truncate(path, 0)


@pytest.mark.parametrize(
    ("harm", "says"),
    [
        (Path.unlink, "the file vanished while it was read"),
        (replace, "the file vanished while it was read"),
        (cut, "the file changed while it was read"),
    ],
)
def test_a_file_that_vanishes_while_it_is_read_is_refused(
    practice: Practice,
    cv: Path,
    monkeypatch: pytest.MonkeyPatch,
    harm: Callable[[Path], object],
    says: str,
) -> None:
    read, before = source.Source.read, snapshot(practice.root)
    harms = [harm]

    def harmed(self: source.Source, count: int) -> bytes:
        for do in harms:
            do(cv)
        harms.clear()
        return read(self, count)

    monkeypatch.setattr(source.Source, "read", harmed)
    refused(run("file", "add", WHO, str(cv)), 10, says)
    assert snapshot(practice.root) == before


def test_a_place_that_is_taken_or_nowhere_is_refused(practice: Practice, cv: Path, coach: Coach) -> None:
    record = added(WHO, str(cv))
    before = snapshot(practice.root)
    refused(coach("file", "save", WHO, record, "--output", str(cv)), 10, "the file exists already")
    nowhere = str(cv.parent / "nowhere" / "f")
    refused(coach("file", "save", WHO, record, "--output", nowhere), 4, "the folder of that file")
    assert (snapshot(practice.root), cv.read_bytes()) == (before, DATA)


def test_a_harmed_file_is_not_saved(practice: Practice, cv: Path, coach: Coach, tmp_path: Path) -> None:
    record = added(WHO, str(cv))
    (found,) = practice.root.glob(f"files/*/attachments/{record}.0.age")
    found.write_bytes(found.read_bytes()[:-1])
    for words in ((), ("--output", str(tmp_path / "out"))):
        refused(coach("file", "save", WHO, record, *words), 7, "was truncated or altered")
    assert not list(tmp_path.iterdir())
    assert not list((practice.root / "outbox").iterdir())


# Removing


def test_a_removed_file_takes_its_parts_along(practice: Practice, cv: Path, coach: Coach) -> None:
    record, kept = added(WHO, str(cv)), added(WHO, "-", "--name", "y", stdin=b"kept")
    result = coach("file", "remove", WHO, record, "--keep-history", "--returned")
    assert (result.code, result.out.startswith("the file is removed; copies in backups")) == (0, True)
    assert [path.name for path in practice.root.glob("files/*/*/*.age")] == [f"{kept}.0.age"]
    assert len(coach("file", "list", WHO).out.splitlines()) == 1
    assert coach("doctor").code == 0


def test_a_destroyed_file_takes_its_key_and_its_copies_along(
    practice: Practice, cv: Path, coach: Coach
) -> None:
    record, kept = added(WHO, str(cv)), added(WHO, "-", "--name", "y", stdin=b"kept")
    for name in (record, kept):
        assert coach("file", "save", WHO, name).code == 0
    (key,) = practice.root.glob("keys/*/attachments.age")
    before = key.read_bytes()
    result = coach("file", "remove", WHO, record, "--destroy", "--yes", "--returned", "--json")
    told = json.loads(result.out)
    assert (result.code, told["outbox_copies"], told["proof"]["findings"]) == (0, 1, [])
    assert told["drawers"][0]["basis"] == "handed back to the person"
    assert key.read_bytes() != before
    assert [path.name for path in (practice.root / "outbox").iterdir()] == [
        f"{practice.augustine}-attachments-{kept}"
    ]
    (stone,) = practice.root.glob("tombstones/*-attachments-1.yaml")
    assert record in stone.read_text()
    assert "Rousseau" not in stone.read_text()
    assert coach("doctor").code == 0


@pytest.mark.parametrize("how", ["--destroy", "--keep-history"])
def test_a_hold_keeps_every_file(practice: Practice, cv: Path, coach: Coach, how: str) -> None:
    record = added(WHO, str(cv))
    assert coach("client", "hold", WHO, "--reason", "Marqueur").code == 0
    before = snapshot(practice.root)
    refused(coach("file", "remove", WHO, record, how, "--returned"), 10, "a hold keeps everything of")
    assert snapshot(practice.root) == before


def test_a_purged_drawer_takes_the_copies_of_its_files_along(
    practice: Practice, cv: Path, coach: Coach, at: Callable[[str], None]
) -> None:
    record = added(practice.solange, str(cv))
    saved: Result = coach("file", "save", practice.solange, record, "--output", "outbox/renamed")
    assert saved.code == 0, saved.err
    at("2027-11-23")
    result = coach("purge", "--expired", "--yes", "--client", practice.solange)
    assert result.code == 0, result.err
    assert not list((practice.root / "outbox").iterdir())
    assert not list(practice.root.glob("files/*/*/*.age"))


def test_a_file_in_french(practice: Practice, cv: Path, coach: Coach) -> None:
    result = coach("--lang", "fr", "file", "add", WHO, str(cv))
    assert result.out.startswith(f"un fichier de {practice.augustine} du 2026-11-22 est conservé\n")
    result = coach("--lang", "fr", "file", "add", WHO, str(cv.parent))
    assert "erreur\u00a0: un dossier, un tube ou un périphérique ne se conserve pas" in result.err
