"""No option is passed over without a word: what says nothing in a call is refused, by its name."""

from practice import Practice
from program import Coach, refused, snapshot
import pytest

from coachvault.actions.check import Row
from coachvault.cli import _checklist

WHO = "rousseau"
BOTH = "--certificate and {} exclude each other"
CASES: dict[str, tuple[tuple[str, ...], str]] = {
    "purge status": (("purge", "--json", "status"), "an option before a subcommand"),
    "purge --yes status": (("purge", "--expired", "--yes", "status"), "an option before a subcommand"),
    "purge --dry-run": (
        ("purge", "--expired", "--dry-run", "--certificate", "c.pdf"),
        BOTH.format("--dry-run"),
    ),
    "purge --propose": (("purge", "--propose", "--certificate", "c.pdf"), BOTH.format("--propose")),
    "erase": (("erase", WHO, "--dry-run", "--certificate", "c.pdf"), BOTH.format("--dry-run")),
    "note remove": (
        ("note", "remove", WHO, "a", "--destroy", "--dry-run", "--certificate", "c.pdf"),
        BOTH.format("--dry-run"),
    ),
    "file remove": (
        ("file", "remove", WHO, "a", "--destroy", "--dry-run", "--certificate", "c.pdf"),
        BOTH.format("--dry-run"),
    ),
    "ending --on": (("client", "ending", WHO, "--on", "today"), "--on only goes with --delivered"),
    "ending --to": (("client", "ending", WHO, "--to", "guardian"), "--to only goes with --delivered"),
    "ending --name": (("client", "ending", WHO, "--name", "Oak"), "--name only goes with --delivered"),
    "conflict --reason": (("conflict", "check", WHO, "--reason", "x"), "--reason only goes with --answer"),
    "conflict --on": (("conflict", "check", WHO, "--on", "today"), "--on only goes with --answer"),
    "note - --text": (("note", "add", WHO, "-", "--text", "abc"), "- and --text exclude each other"),
    "note - --file": (("note", "add", WHO, "-", "--file", "abc"), "- and --file exclude each other"),
    "note - --from": (("note", "add", WHO, "-", "--from", "abc"), "- and --from exclude each other"),
    "contract check": (("contract", "check", "--all", "--full"), "--all and --full exclude each other"),
}
ON_STDOUT = (
    ("charter", "render"),
    ("contract", "render", WHO),
    ("report", "render", WHO),
    ("report", "show", WHO),
    ("client", "ending", WHO),
    ("file", "save", WHO, "a"),
    ("identity", "kit"),
)


@pytest.mark.parametrize(("words", "says"), CASES.values(), ids=list(CASES))
def test_what_says_nothing_here_is_refused(
    practice: Practice, coach: Coach, words: tuple[str, ...], says: str
) -> None:
    before = snapshot(practice.root)
    refused(coach(*words), 2, says)
    assert snapshot(practice.root) == before


@pytest.mark.parametrize("words", ON_STDOUT, ids=" ".join)
def test_a_document_and_json_do_not_share_stdout(
    practice: Practice, coach: Coach, words: tuple[str, ...]
) -> None:
    assert practice
    told = coach(*words, "--output", "-", "--json")
    refused(told, 2, "--json and --output - would both go to stdout")


def test_a_certificate_and_json_do_not_share_stdout(practice: Practice, coach: Coach) -> None:
    assert practice
    told = coach("purge", "--expired", "--yes", "--certificate", "-", "--json")
    refused(told, 2, "--json and --certificate - would both go to stdout")


def test_a_proposal_in_json_needs_no_yes(practice: Practice, coach: Coach) -> None:
    (practice.root / "retention.yaml").write_text("schema: 1\ngrace_days: 30\n")
    told = coach("purge", "--propose", "--json", "--clock-is-right")
    assert (told.code, told.out.startswith('{"version":1,')) == (0, True), told.err
    again = coach("purge", "--expired", "--json")
    refused(again, 2, "--json destroys only with --yes")


@pytest.mark.parametrize("name", ["--lang", "--vault", "--identity"])
def test_a_global_option_without_its_value_takes_no_command(
    practice: Practice, coach: Coach, name: str
) -> None:
    assert practice
    for words in (("client", "show", WHO, name), ("note", "add", WHO, name, "--", "-")):
        refused(coach(*words), 2, "an option lacks its value")


def test_what_is_missing_is_listed_on_the_narrowest_terminal() -> None:
    row = Row("charter", "met", ("DA-1", "DA-2"), "A charter was handed over", "charter deliver")
    for width in (1, 8, 14):
        lines = [line.text for line in _checklist.lines([row], width, is_full=False)]
        assert lines[1].endswith("…  DA-1 + 1")
