"""The demo tells the truth, in both languages, without a network and without a question."""

from pathlib import Path
import socket
import sys

from program import Coach
import pypdf
import pytest

from coachvault import resource
from coachvault.vault import yamlfile


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_words: object) -> None:
        pytest.fail("the demo opened a connection")

    monkeypatch.setattr(socket.socket, "connect", refuse)


@pytest.mark.parametrize(
    ("language", "heading", "destroyed"),
    [
        ("fr", "contrat de coaching", "5 tiroirs sont détruits"),
        ("en", "coaching contract", "5 drawers are destroyed"),
    ],
)
def test_the_demo_builds_signs_and_purges(
    coach: Coach, home: Path, language: str, heading: str, destroyed: str
) -> None:
    result = coach("--lang", language, "demo", str(home / "demo"))

    assert result.code == 0, result.err
    assert destroyed in result.out
    assert 'ls "$COACHVAULT_DIR/outbox"' in result.out  # a folder may have a blank in its name
    contracts = sorted((home / "demo/practice/outbox").glob("C-*-contract.pdf"))
    assert len(contracts) == 2
    first_pages = [pypdf.PdfReader(path).pages[0].extract_text() for path in contracts]
    assert all(heading in page.lower() for page in first_pages)


def test_what_the_demo_leaves_can_be_looked_at(
    coach: Coach, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    coach("--lang", "fr", "demo", str(home / "demo"))
    monkeypatch.setenv("COACHVAULT_DIR", str(home / "demo/practice"))
    monkeypatch.setenv("COACHVAULT_IDENTITY", str(home / "demo/identity.txt"))

    clients = coach("client", "list").out
    assert [line.split("\t")[2] for line in clients.splitlines()] == ["active", "active", "held", "active"]
    assert "Jadis" not in clients
    assert coach("doctor").code == 0


def test_a_demo_never_writes_into_what_is_there(coach: Coach, home: Path) -> None:
    (home / "mine.txt").write_text("mine")

    result = coach("--lang", "en", "demo", str(home))

    assert result.code == 10
    assert "nothing was changed" in result.err
    assert not (home / "practice").exists()


def test_both_languages_have_the_same_files_and_sentences() -> None:
    examples = resource.folder("examples")
    script = yamlfile.read((examples / "demo.yaml").read_text("utf-8"), "demo.yaml")
    assert isinstance(script, dict)

    french, english = ({path.name for path in (examples / name).iterdir()} for name in ("fr", "en"))
    assert french == english
    assert script["texts"]["fr"].keys() == script["texts"]["en"].keys()
    assert all(step["fr"] and step["en"] for step in script["steps"])


def test_a_step_that_fails_ends_the_demo(coach: Coach, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys.modules["coachvault.resource"], "folder", lambda _name: home / "broken")
    (home / "broken").mkdir()
    step = "  - fr: x\n    en: x\n    run:\n      - [client, show, nobody]\n"
    (home / "broken/demo.yaml").write_text(f"texts:\n  fr: {{a: b}}\n  en: {{a: b}}\nsteps:\n{step}")

    result = coach("--lang", "en", "demo", str(home / "demo"))

    assert result.code == 9
    assert "a step of the demo ended with code 3" in result.err
