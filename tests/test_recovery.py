"""Recovery on an empty machine, from the remote and the printed page alone, by what the page says."""

from collections.abc import Iterator
import os
from pathlib import Path
import re
import shutil
import subprocess
from typing import NamedTuple

import pexpect
from program import PROGRAM, isolate, run
from pypdf import PdfReader
import pytest

PASSPHRASE = "une phrase toute nouvelle"
TEXT = "elle hésite, et le dit"
FILE = b"%PDF-1.7 signed\n"
COMMAND = re.compile(r"(?:coach|git|mkdir|age) \S.*")


class Saved(NamedTuple):
    """What is left: the remote, the lines of the printed page, and a folder that is an empty home."""

    remote: Path
    lines: tuple[str, ...]
    home: Path

    def key(self) -> str:
        """Return the key as it stands on the page."""
        return next(line for line in self.lines if line.startswith("AGE-SECRET-KEY-1"))

    def commands(self, *programs: str) -> list[str]:
        """Return the printed commands that begin with one of these words, with the remote's address."""
        found = [line for line in self.lines if COMMAND.fullmatch(line) and line.split()[0] in programs]
        return [re.sub(r"\bURL\b", str(self.remote), line) for line in found]


@pytest.fixture(scope="module", params=["fr", "en"])
def printed(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Saved]:
    """A practice that was synchronised, and of which the machine is lost: a page and a remote are left."""
    place = tmp_path_factory.mktemp("lost")
    with pytest.MonkeyPatch.context() as patch:
        isolate(patch, place)
        patch.setenv("COACHVAULT_NEW_PASSCOMMAND", "echo nobody knows it any more")
        patch.setenv("COACHVAULT_PASSCOMMAND", "echo nobody knows it any more")
        (place / "signed.pdf").write_bytes(FILE)
        subprocess.run(["git", "init", "--quiet", "--bare", str(place / "remote.git")], check=True)
        patch.setenv("COACHVAULT_DIR", str(place / "practice"))
        kit = ("--country", "FR", "--language", request.param, "--kit", str(place / "kit.pdf"))
        for words in (
            ("init", str(place / "practice"), "--name", "Camille", *kit),
            ("new-client", "Zoé"),
            ("note", "add", "zoe", "--text", TEXT),
            ("contract", "new", "zoe", "--kind", "individual"),
            ("contract", "deliver", "zoe", "--to", "client", "--file", str(place / "signed.pdf")),
            ("contract", "sign", "zoe", "--by", "client", "--file", str(place / "signed.pdf")),
            ("remote", "add", str(place / "remote.git")),
            ("sync",),
        ):
            result = run(*words)
            assert result.code == 0, result.err
    pages = PdfReader(place / "kit.pdf").pages
    assert len(pages) == 2
    lines = tuple(line for page in pages for line in page.extract_text().splitlines())
    yield Saved(place / "remote.git", lines, place)
    shutil.rmtree(place)


@pytest.fixture
def saved(printed: Saved, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Saved:
    """The same, with a remote of the test's own; the test stands in an empty home."""
    remote = tmp_path / "remote.git"
    shutil.copytree(printed.remote, remote)
    monkeypatch.setenv("PATH", f"{Path(PROGRAM).parent}{os.pathsep}{os.environ['PATH']}")
    monkeypatch.chdir(home)
    found = printed._replace(remote=remote, home=home)
    (home / "kit.txt").write_text(found.key() + "\n")
    return found


def shell(line: str) -> bytes:
    """Run a line of shell as it is, and return what it says."""
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", line], stdin=subprocess.DEVNULL, capture_output=True, check=False
    )
    assert done.returncode == 0, (line, done.stderr)
    return done.stdout


def type_at(line: str, *answers: tuple[str, str]) -> str:
    """Run a line of shell at a terminal, answer its questions in order, and return what else it says."""
    child = pexpect.spawn(
        "bash", ["-c", line], encoding="utf-8", timeout=60, env={**os.environ, "LC_ALL": "C.UTF-8"}
    )
    for question, answer in answers:
        child.expect(question)
        child.sendline(answer)
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0, (line, child.before)
    return str(child.before)


def test_the_page_leads_back_to_the_practice_with_coach(saved: Saved) -> None:
    clone, look, rotate, sync = saved.commands("coach")
    shell(clone)
    assert "Zoé" in shell(look).decode()
    assert TEXT in shell("coach --vault vault --identity kit.txt note show zoe").decode()

    secret = (": ", PASSPHRASE)
    type_at(rotate, ("rotate.*: ", "rotate"), secret, secret)
    type_at(sync, secret)

    assert (saved.home / ".config/coachvault/identity.age").stat().st_mode & 0o777 == 0o600
    assert TEXT in type_at("coach --vault vault note show zoe", secret)
    type_at("coach --vault vault doctor", secret)
    (saved.home / "new-key.txt").write_text(key_of(saved.home / "new-kit.pdf"))
    shell("coach --vault vault identity drill --file new-key.txt")
    refused = run("--vault", "vault", "--identity", "kit.txt", "client", "list")
    assert refused.code == 6, "the old page opens the vault no longer"
    readers = type_at("coach --vault vault reader list", secret)
    assert len(re.findall(r"age1", readers)) == 2, "the lost identity is no reader any more"


def key_of(page: Path) -> str:
    """Return the key that stands on a printed page."""
    return next(
        line
        for line in PdfReader(page).pages[0].extract_text().splitlines()
        if line.startswith("AGE-SECRET-KEY-1")
    )


@pytest.mark.skipif(shutil.which("age") is None, reason="age is not installed")
def test_the_page_leads_back_to_the_records_with_git_and_age(saved: Saved) -> None:
    fetching = saved.commands("git", "mkdir")
    assert [line.split()[0] for line in fetching] == ["git", "mkdir", "git", "git", "git", "git"]
    for line in fetching:
        shell(line)
    record, document = saved.commands("age")
    (note,) = Path("vault/records").glob("*/notes/*.yaml.age")
    assert f"text: {TEXT}" in shell(placed(record, note)).decode()
    (part,) = Path("vault/files").glob("*/*/*.0.age")
    shell(placed(document, part))
    assert Path(f"{part.name.partition('.')[0]}.pdf").read_bytes() == FILE


def placed(line: str, path: Path) -> str:
    """Return the line with the folder, the drawer and the record of a file in place of F, D and R."""
    folder, drawer, record = (*path.parts[-3:-1], path.name.partition(".")[0])
    return re.sub(r"\bR\b", record, re.sub(r"\bF/D\b", f"{folder}/{drawer}", line))
