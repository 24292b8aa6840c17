"""Runs the stories: scripts of `coach` commands with what they must say, and a search for leaks.

    $ coach note add zoe -        a command; coach runs in this process, other programs as they are
    < words                       a line of its standard input
    > a note on {code} is kept    a line of stdout, `...` for any lines, /…/ for a regular expression
    ! coach: error: …             a line of stderr, in the same way
    ? 2                           the exit code, 0 if none is given
    -- in/client.yaml --          what follows, to the end or the next such line, is that file

`{code}`, `{id}`, `{short}`, `{path}` and `{sha}` match such a word, and the same name with the same
digits (`{code2}`) means the same word from then on, in commands too. `{any}` and `{moment}` do not.
`$ cd DIR` changes the folder and `$ clock DAY` the date. `# secret: WORD` says what must not leak.
"""

from collections.abc import Callable, Sequence
import json
from pathlib import Path
import re
import shlex
import subprocess

from leak import leaks
from program import Result, run
import pytest

from coachvault.errors import CoachError

STORIES = sorted((Path(__file__).parent / "stories").glob("*.txt"))
PATTERNS = {
    "code": r"[COG]-[0-9A-Z]{4}", "id": r"[a-z2-7]{16}", "short": r"[a-z2-7]{6}", "path": r"\S+?",
    "sha": r"[0-9a-f]{64}", "any": r".*", "moment": r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d\S*",
}  # fmt: skip
UNBOUND = ("any", "moment")
PLACEHOLDER = re.compile(rf"\{{(({'|'.join(PATTERNS)})\d*)\}}")


class Step:
    """One command of a story, and what it must leave."""

    def __init__(self, words: str, line: int) -> None:
        self.words, self.line = words, line
        self.given: dict[str, list[str]] = {"<": [], ">": [], "!": [], "?": []}


class Story:
    """A parsed script, and the words that its placeholders stand for so far."""

    def __init__(self, text: str) -> None:
        script, *rest = re.split(r"^-- (\S+) --\n", text, flags=re.MULTILINE)
        self.files = dict(zip(rest[::2], rest[1::2], strict=True))
        self.secrets = re.findall(r"^# secret: (.+)$", script, re.MULTILINE)
        self.steps: list[Step] = []
        self.bound: dict[str, str] = {}
        for number, line in enumerate(script.splitlines(), 1):
            if line.startswith("$ "):
                self.steps.append(Step(line[2:], number))
            elif line and line[0] in "<>!?":
                self.steps[-1].given[line[0]].append(line[2:])
            else:
                assert not line or line.startswith("#"), f"line {number} is none of a story"

    def run(self, work: Path, set_clock: Callable[[str], None], move: Callable[[Path], None]) -> list[str]:
        """Run every step and return what each wrote to stderr."""
        errors = []
        for step in self.steps:
            name, *words = shlex.split(self._filled(step.words))
            if name == "cd":
                move(work / words[0])
            elif name == "clock":
                set_clock(words[0])
            else:
                result = _run(name, words, "".join(f"{line}\n" for line in step.given["<"]))
                self._compare(step, result)
                errors.append(result.err)
        return errors

    def _compare(self, step: Step, result: Result) -> None:
        told = f"line {step.line}: {step.words}\n--- stdout\n{result.out}--- stderr\n{result.err}"
        assert result.code == int((step.given["?"] or ["0"])[0]), f"{told}--- exit code {result.code}"
        self._match(step.given[">"], result.out, f"stdout of {told}")
        self._match(step.given["!"], result.err, f"stderr of {told}")

    def _match(self, lines: Sequence[str], text: str, told: str) -> None:
        names: list[str] = []
        found = re.fullmatch("".join(self._pattern(line, names) for line in lines), text)
        assert found, f"{told}--- expected\n" + "\n".join(lines)
        self.bound |= {name: found[name] for name in names}

    def _pattern(self, line: str, names: list[str]) -> str:
        if line == "...":
            return r"(?:.*\n)*?"
        if len(line) > 2 and line[0] == line[-1] == "/":
            return line[1:-1] + r"\n"
        pattern, end = "", 0
        for match in PLACEHOLDER.finditer(line):
            pattern += re.escape(line[end : match.start()]) + self._word(match[1], match[2], names)
            end = match.end()
        return pattern + re.escape(line[end:]) + r"\n"

    def _word(self, name: str, kind: str, names: list[str]) -> str:
        if name in self.bound:
            return re.escape(self.bound[name])
        if kind in UNBOUND:
            return PATTERNS[kind]
        if name in names:
            return f"(?P={name})"
        names.append(name)
        return f"(?P<{name}>{PATTERNS[kind]})"

    def _filled(self, command: str) -> str:
        return PLACEHOLDER.sub(lambda match: self.bound[match[1]], command)


def _run(name: str, words: Sequence[str], stdin: str) -> Result:
    if name == "coach":
        return run(*words, stdin=stdin)
    done = subprocess.run([name, *words], input=stdin, capture_output=True, check=False, text=True)
    return Result(done.returncode, done.stdout, done.stderr)


@pytest.mark.usefixtures("identity")
@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_story(
    path: Path, home: Path, at: Callable[[str], None], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    story = Story(path.read_text("utf-8"))
    said: list[str] = []
    _listen(monkeypatch, said)
    for name, text in story.files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    work = home / "work"
    work.mkdir()
    monkeypatch.chdir(work)
    (work / "in").symlink_to(tmp_path / "in")
    at("2026-11-22")

    errors = story.run(work, at, monkeypatch.chdir)

    assert leaks([home], story.secrets) == []
    assert [word for word in story.secrets if word.lower() in "\n".join(errors + said).lower()] == []
    assert list((home / ".tmp").iterdir()) == []


def _listen(monkeypatch: pytest.MonkeyPatch, said: list[str]) -> None:
    """Keep what every error says, those that were caught on the way too."""
    begin = CoachError.__init__

    def keep(self: CoachError, message: str, hint: str) -> None:
        said.append(f"{message}\n{hint}")
        begin(self, message, hint)

    monkeypatch.setattr(CoachError, "__init__", keep)


@pytest.mark.parametrize("path", STORIES, ids=lambda path: path.stem)
def test_every_story_that_has_clients_says_what_must_not_leak(path: Path) -> None:
    text = path.read_text("utf-8")
    assert "# secret: " in text or "\n$ coach init" not in text


def test_a_story_fails_when_the_program_says_something_else() -> None:
    with pytest.raises(AssertionError, match="exit code"):
        Story("$ coach --version\n? 3\n").run(Path(), print, print)
    with pytest.raises(AssertionError, match="stdout"):
        Story("$ coach --version\n> coach nine\n").run(Path(), print, print)


def test_a_word_in_a_plain_file_is_found_as_a_leak(tmp_path: Path) -> None:
    (tmp_path / "index.json").write_text(json.dumps({"name": "ROUSSEAU"}))
    assert leaks([tmp_path], ["Rousseau"]) == ["index.json: rousseau"]


def test_a_word_in_a_file_name_is_found_as_a_leak(tmp_path: Path) -> None:
    (tmp_path / "contract-rousseau.age").write_bytes(b"age-encryption.org/v1")
    assert leaks([tmp_path], ["Rousseau"]) == ["name of contract-rousseau.age: rousseau"]


def test_a_word_in_an_object_that_git_no_longer_reaches_is_found_as_a_leak(tmp_path: Path) -> None:
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
    words = ["git", "-C", str(tmp_path), "hash-object", "-w", "--stdin"]
    subprocess.run(words, input=b"un secret de Rousseau", check=True, capture_output=True)
    assert leaks([tmp_path], ["Rousseau"]) == ["objects of .git: rousseau"]
