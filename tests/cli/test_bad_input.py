"""Bad input: two lines that say what to do, the right exit code, nothing written, nothing repeated."""

from pathlib import Path
from typing import NamedTuple

from program import Coach, refused, snapshot
import pytest

from coachvault.errors import CoachError

AUGUSTINE, SIGNED, FERDINAND, SOLANGE = "rousseau", "rousselin", "quenneville", "thibodeau"
SESSION = ("session", "add", AUGUSTINE, "--minutes", "60")
SPARE = "expected a name: one line of at most 120 characters, without slashes"
BOMB = "name: &a [Marqueur]\n" + "\n".join(f"x{n}: &b{n} [*a, *a, *a]" for n in range(9))


class Case(NamedTuple):
    """A command, its exit code, what its error says, and its standard input."""

    words: tuple[str, ...]
    code: int
    says: str
    stdin: str | bytes = ""


def of_yaml(says: str, text: str | bytes) -> Case:
    """Return a case of a client's YAML."""
    return Case(("client", "new", "--from", "-"), 5, says, text)


def of_session(says: str, text: str) -> Case:
    """Return a case of a session's YAML."""
    return Case(("session", "add", AUGUSTINE, "--from", "-"), 5, says, text)


NAMES = {
    "slash": "Marqueur/Zoé",
    "backslash": "Marqueur\\Zoé",
    "newline": "Marqueur\nZoé",
    "control": "Marqueur\x07Zoé",
    "escape": "Marqueur\x1b[31mZoé",
    "right_to_left": "Marqueur\u202eZoé",
    "unseen": "Marqueur\u200bZoé",
    "too_long": "Marqueur" * 16,
    "blank": "   ",
}
CASES = {
    "unknown_client": Case(("client", "show", "Marqueur"), 4, "no client goes by that"),
    "empty_client": Case(("client", "show", ""), 4, "no client goes by that"),
    "ambiguous_client": Case(("client", "show", "rouss"), 4, "2 names fit that: C-"),
    "unknown_note": Case(("note", "show", AUGUSTINE, "zzzzzz"), 4, "there is no such record"),
    "no_contract": Case(("contract", "show", SOLANGE), 4, "there is no contract with C-"),
    "missing_file": Case(("note", "add", AUGUSTINE, "--file", "Marqueur.md"), 4, "the file cannot be read"),
    "folder_as_file": Case(("note", "add", AUGUSTINE, "--file", "."), 4, "the file cannot be read"),
    "missing_yaml": Case(("client", "new", "--from", "Marqueur.yaml"), 4, "the file cannot be read"),
    "missing_signed_file": Case(
        ("contract", "sign", FERDINAND, "--by", "client", "--file", "Marqueur.pdf"), 4, "cannot be read"
    ),
    "wrong_type": of_yaml("stdin:2:8: phone: expected one line of text", "name: Marqueur\nphone: 12\n"),
    "wrong_type_of_all": of_yaml("stdin:1:1: expected fields", "- Marqueur\n"),
    "name_missing": of_yaml("name: expected a value", "email: marqueur@x.test\n"),
    "list_as_name_of_one": of_yaml(
        "guardians[0].name: expected a name",
        "name: Marqueur\nprotected: minor\nguardians: [{name: [x]}]\n",
    ),
    "fields_as_name_of_one": Case(
        ("org", "new", "--from", "-"),
        5,
        "contacts[0].name: expected a name",
        "name: Marqueur\ncontacts: [{name: {a: b}}]\n",
    ),
    "last_day": Case(
        ("conflict", "add", AUGUSTINE, "--from", "-"),
        5,
        "opened_on: the date is in the future",
        "opened_on: 9999-12-31\nnature: tie\ntext: Marqueur\n",
    ),
    "unknown_key": of_yaml(
        "stdin:2:1: expected a known field (did you mean email?)",
        "name: Marqueur\nemial: marqueur@exemple.test\n",
    ),
    "client_as_key": of_yaml("stdin:2:1: expected a known field", "name: X\nMarqueur: y\n"),
    "reserved_key": of_yaml("stdin:2:1: expected a known field", "name: Marqueur\ncode: C-AAAA\n"),
    "duplicate_key": of_yaml("stdin:2:1: expected each field once", "name: A\nname: Marqueur\n"),
    "alias_bomb": of_yaml("stdin:1:7: expected no anchor, alias or tag", BOMB),
    "python_tag": of_yaml("stdin:1:7: expected no anchor", "name: !!python/name:os.system x\n"),
    "deep": of_yaml("expected at most 20 levels", "name: " + "[" * 99_999),
    "binary": of_yaml("stdin:2:8: expected text in UTF-8", b"name: Marqueur\nphone: \xff\xfe\n"),
    "binary_note": Case(
        ("note", "add", AUGUSTINE, "-"), 5, "stdin:2:3: expected text in UTF-8", b"Marqueur\nab\xff"
    ),
    "broken_yaml": of_yaml("stdin:2:1: expected valid YAML", "name: {Marqueur\n"),
    "two_documents": of_yaml("expected valid YAML", "name: A\n---\nname: B\n"),
    "huge_yaml": of_yaml("stdin: expected at most 4194304 bytes", b"name: " + b"M" * 5_000_000),
    "huge_note": Case(
        ("note", "add", AUGUSTINE, "-"), 5, "expected text of at most 1000000", "é" * 1_000_001
    ),
    "several": of_session(
        "minutes: expected a whole number from 1 to 1440\n  stdin:2:7: kind: expected one of",
        "on: 2026-11-01\nkind: Marqueur\nminutes: 0\n",
    ),
    "no_such_day": Case((*SESSION, "--on", "2026-02-30"), 5, "--on: expected a date that exists"),
    "no_such_day_in_yaml": of_session(
        "stdin:1:5: on: expected a date that exists",
        "on: 2026-02-30\nminutes: 60\n",
    ),
    "no_day": Case((*SESSION, "--on", "Marqueur"), 5, "--on: expected a date that exists"),
    "too_long_ago": Case((*SESSION, "--on", "-9999y"), 5, "--on: expected a date that exists"),
    "tomorrow": Case((*SESSION, "--on", "2026-11-23"), 5, "--on: the date is in the future"),
    "tomorrow_in_yaml": of_session(
        "the date is in the future",
        "on: 2026-11-23\nminutes: 60\n",
    ),
    "note_of_tomorrow": Case(
        ("note", "add", AUGUSTINE, "--text", "x", "--on", "2026-11-23"), 5, "is in the future"
    ),
    "note_of_tomorrow_in_yaml": Case(
        ("note", "add", AUGUSTINE, "--from", "-"),
        5,
        "stdin:1:5: on: the date is in the future",
        "on: 2026-11-23\ntext: Marqueur\n",
    ),
    "signed_tomorrow": Case(
        ("contract", "sign", FERDINAND, "--by", "client", "--on", "2026-11-23"), 5, "future"
    ),
    "closed_tomorrow": Case(("client", "close", AUGUSTINE, "--on", "2026-11-23"), 5, "is in the future"),
    "bad_amount": Case(
        ("contract", "new", SOLANGE, "--kind", "individual", "--fee", "-5"), 5, "--fee: expected"
    ),
    "bad_number": Case((*SESSION[:-1], "soixante"), 5, "--minutes: expected a whole number, such as 8"),
    "bad_kind": Case(
        ("contract", "new", SOLANGE, "--kind", "marqueur"), 5, "--kind: expected one of: individual, tripart"
    ),
    "bad_closer": Case(
        ("client", "close", AUGUSTINE, "--by", "marqueur"),
        5,
        "expected one of: client, coach, sponsor, mutual",
    ),
    "bad_format": Case(
        ("contract", "render", AUGUSTINE, "--format", "exe"), 5, "--format: expected one of: pdf"
    ),
    "ends_before_it_starts": Case(
        ("contract", "edit", FERDINAND, "--start", "2026-10-02", "--end", "2026-10-01"),
        10,
        "would end before",
    ),
    "existing_output": Case(
        ("contract", "render", AUGUSTINE, "--format", "md", "--output", "coachvault.yaml"),
        10,
        "the file exists already",
    ),
    "text_and_file": Case(("note", "add", AUGUSTINE, "--text", "x", "--file", "y"), 2, "exclude each other"),
    "no_text": Case(("note", "add", AUGUSTINE), 2, "--text or --file is missing"),
    "empty_note": Case(("note", "add", AUGUSTINE, "--text", ""), 5, "text: expected"),
    "blank_note": Case(("note", "add", AUGUSTINE, "-"), 5, "expected text", " \n\t\n"),
    "no_minutes": Case(("session", "add", AUGUSTINE), 2, "--minutes is missing"),
    "no_kind": Case(("contract", "new", SOLANGE), 2, "--kind is missing"),
    "signed_contract_edited": Case(
        ("contract", "edit", AUGUSTINE, "--fee", "1"), 10, "is signed and stays as it was signed"
    ),
    "signed_twice": Case(("contract", "sign", AUGUSTINE, "--by", "client"), 10, "this party has signed"),
    "closed_before_the_last_session": Case(
        ("client", "close", AUGUSTINE, "--on", "2026-11-09"), 10, "has a session or a note of 2026-11-10"
    ),
    "closed_twice": Case(("client", "close", SOLANGE), 10, "is closed already, as of 2009-06-30"),
    "session_after_close": Case(
        ("session", "add", SOLANGE, "--minutes", "60", "--on", "2009-07-01"), 10, "is closed as of 2009-06-30"
    ),
    "ended_before_signed": Case(
        ("contract", "end", SIGNED, "--by", "term", "--on", "2026-11-04"), 10, "was signed after that day"
    ),
    "closed_before_signed": Case(
        ("client", "close", SIGNED, "--by", "term", "--on", "2026-11-04"), 10, "was signed after that day"
    ),
    "five_solidarity_sessions": Case(
        ("contract", "edit", FERDINAND, "--sessions", "5"), 10, "solidarity coaching has at most 4 sessions"
    ),
    "purge_of_what": Case(("purge",), 2, "purge does not say what to destroy"),
    "as_of_without_dry_run": Case(
        ("purge", "--expired", "--as-of", "2030-01-01"), 2, "--as-of only goes with --dry-run"
    ),
    "nobody_confirms": Case(("purge", "--expired"), 2, "nobody is there to confirm"),
    "bad_language": Case(("client", "list", "--lang", "de"), 2, "--lang is fr or en"),
    "hold_too_long": Case(
        ("client", "hold", AUGUSTINE, "--reason", "x", "--review-on", "2027-11-23"), 10, "within 12 months"
    ),
    "hold_without_reason": Case(("client", "hold", AUGUSTINE), 2, "--reason is missing"),
    "no_vault": Case(("--vault", "outbox", "client", "list"), 3, "is not a vault"),
    "no_vault_there": Case(("--vault", "/nowhere/at/all", "client", "list"), 3, "is not a vault"),
    "init_over_a_vault": Case(
        ("init", ".", "--name", "X", "--country", "FR", "--language", "fr"), 10, "not an empty"
    ),
    "init_in_no_country": Case(
        ("init", "../new", "--name", "X", "--country", "XX", "--language", "fr"), 5, "--country"
    ),
    **{f"name_with_{kind}": Case(("new-client", name), 5, SPARE) for kind, name in NAMES.items()},
    **{
        f"name_in_yaml_with_{kind}": of_yaml("stdin:1:7: ", f"name: {name!r}\n")
        for kind, name in NAMES.items()
        if kind in ("slash", "backslash", "right_to_left", "unseen", "too_long", "blank")
    },
}


@pytest.mark.parametrize("name", CASES)
def test_is_refused_with_its_exit_code_and_writes_nothing(
    name: str, practice: object, coach: Coach, errors: list[CoachError]
) -> None:
    case, before = CASES[name], snapshot(Path())
    assert before
    assert practice

    result = coach(*case.words, stdin=case.stdin)

    if name == "nobody_confirms":  # the plan is shown before
        result = result._replace(out="", err=result.err[result.err.index("coach: error") :])
    refused(result, case.code, case.says)
    assert snapshot(Path()) == before
    assert "marqueur" not in result.err.lower().replace("marqueur.", "")
    assert {error.exit_code for error in errors} <= {case.code}


SLIPS = {
    "command": (("statuts",), "cette commande n’existe pas ; vouliez-vous dire status ?"),
    "group": (("sessoin", "add", "zoe"), "vouliez-vous dire session ?"),
    "verb": (("session", "ad", "zoe"), "cette commande n’existe pas ; vouliez-vous dire add ?"),
    "nothing like it": (("xyzzy",), "cette commande n’existe pas\n"),
    "option": (
        ("profile", "edit", "--adress", "x"),
        "cette option n’existe pas ; vouliez-vous dire --address ?",
    ),
    "argument": (("note", "add"), "il manque WHO (Une partie d’un nom, un autre nom ou un code)"),
}


@pytest.mark.parametrize(("words", "says"), SLIPS.values(), ids=list(SLIPS))
def test_a_slip_in_a_command_gets_a_suggestion(words: tuple[str, ...], says: str, coach: Coach) -> None:
    result = coach("--lang", "fr", *words)
    assert (result.code, result.out) == (2, "")
    said = says.replace(" ;", "\u00a0;").replace(" ?", "\u00a0?")
    assert said in result.err, result.err


def test_a_language_alone_shows_the_help(coach: Coach) -> None:
    result = coach("--lang", "en")
    assert (result.code, result.out) == (2, "")
    assert "Usage: coach" in result.err
    assert result.err == coach().err.replace("Utilisation :", "Usage:")
