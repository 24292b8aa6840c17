"""What the documentation says is so: its commands exist and run, its links lead somewhere."""

from collections.abc import Iterator
import os
from pathlib import Path
import re
import shlex
import shutil
import subprocess
import sys
from typing import Any

from program import PROGRAM, write_plain_identity
import pytest
import typer

from coachvault import cli, errors, language
from coachvault.cli import _lazy
from coachvault.records import kinds, schema
from coachvault.records.base import COUNTRIES
from coachvault.retention import override, schedule

ROOT = Path(__file__).parents[1]
DOCS = ROOT / "docs"
PAGES = sorted([ROOT / "README.md", *DOCS.glob("*.md")])
MANUALS = sorted(DOCS.glob("manual.*.md"))
ROWS = {row.name: row for row in cli.TABLE}
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SPAN = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
LINK = re.compile(r"\]\(([^)\s]+)\)")
# What differs from one vault to the next in what a shell block shows.
PASSING = (
    (r"\b[0-9a-f]{64}\b", "SHA"),
    (r"\b[a-z2-7]{16}\b", "ID"),
    (r"\d{4}-\d\d-\d\dT[\d:]+[+-]\d\d:\d\d", "MOMENT"),
)


def blocks(page: Path, *names: str) -> list[str]:
    """Return the contents of the fenced blocks of these languages, in order."""
    return [text for name, text in BLOCK.findall(page.read_text("utf-8")) if name in names]


def examples(page: Path) -> Iterator[list[str]]:
    """Yield the words of every call of `coach` in the page's blocks of commands."""
    for block in blocks(page, "sh", "console"):
        code = re.sub(r"<<'(\w+)'\n.*?^\1$", "", block, flags=re.MULTILINE | re.DOTALL)
        for line in code.replace("\\\n", " ").splitlines():
            yield from calls(line.removeprefix("$ "))


def calls(line: str) -> Iterator[list[str]]:
    """Yield the words of every call of `coach` in a line of shell."""
    if not re.match(r"coach\b(?!:)|.*[|;&(] *coach\b", line):
        return
    lexer = shlex.shlex(line, posix=True, punctuation_chars="|;&<>")
    lexer.whitespace_split = True
    words: list[str] = []
    for word in [*lexer, ";"]:
        if not re.fullmatch(r"[|;&<>]+", word):
            words.append(word)
            continue
        if words[:1] == ["coach"]:
            yield words[1:]
        words = []


def parse(words: list[str]) -> None:
    """Let the real parser read a call, and run nothing."""
    command: Any = typer.main.get_command(cli.app)
    rest, context = cli._globals_first(words), None  # noqa: SLF001 as the program itself begins
    name = "coach"
    while command is not None:
        context = command.make_context(name, rest, parent=context, obj=None)
        rest = [*getattr(context, "_protected_args", []), *context.args]
        if not hasattr(command, "commands") and not isinstance(command, _lazy.LazyGroup):
            return
        if not rest and command.invoke_without_command:
            return
        name, command, rest = command.resolve_command(context, rest)


def exists(words: list[str]) -> bool:
    """Return whether the first words name a command, or ask something of `coach` itself."""
    sorted_ = cli._globals_first(words)  # noqa: SLF001 as the program itself begins
    while sorted_ and sorted_[0] in ("--vault", "--identity", "--lang"):
        del sorted_[:2]
    named = [word for word in sorted_ if not word.startswith("-")]
    row = ROWS.get(named[0]) if named else None
    if row is None:
        return not named
    if row.command or len(named) == 1:
        return True
    group: Any = _lazy.load(row)
    # What follows the options of a group that acts by itself may be their values.
    return named[1] in group.commands or (group.invoke_without_command and words[1].startswith("-"))


def leaves() -> Iterator[str]:
    """Yield every command with its group."""
    for row in cli.TABLE:
        children = getattr(_lazy.load(row), "commands", None)
        yield from [f"coach {row.name} {name}" for name in children] if children else [f"coach {row.name}"]


def sandbox(tmp_path: Path, home: Path, script: str, **more: str) -> subprocess.CompletedProcess[str]:
    """Run lines of shell in an empty folder, with `coach` on the path and nobody to answer."""
    environment = {**os.environ, "PATH": f"{Path(PROGRAM).parent}{os.pathsep}{os.environ['PATH']}"}
    environment |= {"COACHVAULT_IDENTITY": str(write_plain_identity(home)), **more}
    # Whoever commits by hand has a name of their own.
    environment |= {
        f"GIT_{role}_{fact}": "x@y" for role in ("AUTHOR", "COMMITTER") for fact in ("NAME", "EMAIL")
    }
    return subprocess.run(
        ["bash", "-euo", "pipefail", "-c", script],
        cwd=tmp_path, env=environment, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False,
        timeout=300,
    )  # fmt: skip


def without_passing(text: str) -> str:
    """Return the text with every id, digest and moment replaced by what it is."""
    for pattern, name in PASSING:
        text = re.sub(pattern, name, text)
    return text


@pytest.mark.parametrize("tool", ["reference.py", "catalogue.py"])
def test_generated_files_say_what_the_program_says(tool: str) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / ".ci" / tool), "--check"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("said", language.LANGUAGES)
def test_every_command_has_its_section_and_its_place_in_the_manual(said: str) -> None:
    reference = (DOCS / f"commands.{said}.md").read_text("utf-8")
    sections = re.findall(r"^#+ `(coach [^`]+)`$", reference, re.MULTILINE)
    assert [one for one in leaves() if not any(f"{text} ".startswith(f"{one} ") for text in sections)] == []
    manual = (DOCS / f"manual.{said}.md").read_text("utf-8")
    assert [one for one in leaves() if not re.search(rf"{one}\b", manual)] == []


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_lead_to_a_file_and_a_heading(page: Path) -> None:
    for target in LINK.findall(re.sub(BLOCK, "", page.read_text("utf-8"))):
        if re.match(r"[a-z]+:", target):
            continue
        path, _hash, anchor = target.partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), target
        assert not anchor or anchor in anchors(found), target


def anchors(page: Path) -> set[str]:
    """Return the anchors that a reader of Markdown makes of the headings."""
    headings = re.findall(r"^#+ (.+)$", re.sub(BLOCK, "", page.read_text("utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", [*MANUALS, ROOT / "README.md"], ids=lambda page: page.name)
def test_examples_are_read_by_the_parser(page: Path) -> None:
    found = list(examples(page))
    assert found
    for words in found:
        try:
            parse(words)
        except typer.Exit:  # --help and --version
            continue
        except Exception as error:  # noqa: BLE001 the parser's own classes
            pytest.fail(f"coach {shlex.join(words)}: {error!r}")


def test_the_parser_of_the_tests_refuses_what_does_not_exist() -> None:
    parse(["note", "add", "zoe", "--text", "x"])
    for words in (["note", "add", "zoe", "--txt", "x"], ["note", "ad"], ["nota"], ["purge", "--as-of"]):
        with pytest.raises(typer.TyperException):
            parse(words)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_no_page_names_a_command_that_does_not_exist(page: Path) -> None:
    text = page.read_text("utf-8")
    spans = [span.split() for span in SPAN.findall(re.sub(BLOCK, "", text)) if span.startswith("coach ")]
    found = [words[1:] for words in spans if "NOUN" not in words] + list(examples(page))
    assert [words for words in found if not exists(words)] == []


@pytest.mark.parametrize("page", MANUALS, ids=lambda page: page.name)
def test_the_manual_runs_from_top_to_bottom(page: Path, tmp_path: Path, home: Path) -> None:
    done = sandbox(tmp_path, home, "set -x\n" + "\n".join(blocks(page, "sh")))
    assert done.returncode == 0, done.stderr[-2000:]


@pytest.mark.skipif(shutil.which("age") is None, reason="age is not installed")
def test_a_record_opens_by_hand_as_the_format_says(tmp_path: Path, home: Path) -> None:
    page = DOCS / "format.md"
    text = page.read_text("utf-8")
    pairs = re.findall(r"```sh\n(.*?)```\n\n```text\n(.*?)```", text, re.DOTALL)
    assert len(pairs) == len(blocks(page, "sh")) > 3
    made = sandbox(tmp_path, home, 'coach --lang en demo "$PWD/demo"')
    assert made.returncode == 0, made.stderr
    places = {
        "COACHVAULT_DIR": str(tmp_path / "demo" / "practice"),
        "COACHVAULT_IDENTITY": str(tmp_path / "demo" / "identity.txt"),
    }
    done = sandbox(tmp_path, home, "\necho ----\n".join(script for script, _shown in pairs), **places)
    assert (done.returncode, done.stderr) == (0, "")
    shown = [without_passing(said) for said in done.stdout.split("----\n")]
    assert shown == [without_passing(said) for _script, said in pairs]
    sums = re.findall(r"\b[0-9a-f]{64}\b", done.stdout)
    assert len(sums) == 2
    assert sums[0] == sums[1]


def test_the_format_names_every_kind_drawer_and_field() -> None:
    text = (DOCS / "format.md").read_text("utf-8")
    for name, kind in kinds.KINDS.items():
        (row,) = re.findall(rf"^\| `{name}/{kind.version}` \| (.+)$", text, re.MULTILINE)
        wanted = [*schema.own_fields(kinds.cls_of(name)), *([kind.drawer] if kind.drawer else [])]
        assert [field for field in wanted if f"`{field}`" not in row] == []
    assert [drawer for drawer in kinds.DRAWERS if f"`{drawer}`" not in text] == []


def test_the_own_terms_of_the_format_are_good_ones() -> None:
    (text,) = blocks(DOCS / "format.md", "yaml")
    for country in COUNTRIES:
        found = override.override(schedule.load(country), text)
        assert sum(rule.overridden for rule in found.rules) == 2


def test_each_class_of_errors_has_an_exit_code_of_its_own() -> None:
    classes = [value for value in vars(errors).values() if isinstance(value, type)]
    codes = [found.exit_code for found in classes if issubclass(found, errors.CoachError)]
    assert len(codes) > 10
    assert sorted(codes) == sorted(set(codes))
