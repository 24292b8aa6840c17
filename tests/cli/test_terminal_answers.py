"""Answers at a terminal: a slip is asked again, what is missing is asked for, and Enter proves nothing."""

from pathlib import Path
import subprocess
from typing import TYPE_CHECKING

from practice import Practice
from program import PROGRAM, Coach, Result, refused, snapshot
import pytest
from terminal_world import Terminal, finish, show

if TYPE_CHECKING:
    import pexpect

FRENCH = ("--lang", "fr")
Asked = tuple[tuple[str, str], ...]


def answer(child: "pexpect.spawn[str]", *answers: tuple[str, str]) -> None:
    """Answer these questions, each of which must stand there, in their order."""
    for question, text in answers:
        child.expect_exact(question)
        child.sendline(text)


@pytest.mark.parametrize("words", [("client", "close"), ("contract", "end")], ids=" ".join)
def test_a_mistyped_day_is_asked_for_again(
    practice: Practice, terminal: Terminal, words: tuple[str, ...]
) -> None:
    child = terminal(*FRENCH, *words, practice.augustine)
    answer(
        child,
        ("Qui y met fin", "coach"),
        ("parlé avec le client", "ier"),
        ("il faut une date qui existe", "2999-01-01"),
        ("la date est dans le futur", "hier"),
    )
    if words[0] == "client":
        child.expect_exact("séance de clôture")
    else:
        show(child)


def test_what_was_explained_is_understood_in_the_words_that_are_shown(
    practice: Practice, terminal: Terminal, coach: Coach
) -> None:
    child = terminal(*FRENCH, "contract", "explain", practice.augustine, "--to", "client")
    answer(
        child,
        ("(tous, nature, prix, organisation, ", ","),
        ("il faut l’une de ces valeurs", "prix, tarif"),
        ("il faut l’une de ces valeurs", "Prix, donnees ending"),
        ("(avec ses propres mots, par des questions, par une lecture commune)", "par osmose"),
        ("il faut l’une de ces valeurs", "par des questions"),
    )
    show(child)
    shown = coach("contract", "show", practice.augustine, "--json").out
    assert '"how":"questions","points":["fees","data","ending"]' in shown, shown


def test_an_answer_on_record_is_said_and_not_asked_for_again(
    practice: Practice, terminal: Terminal, coach: Coach
) -> None:
    assert coach("conflict", "check", practice.augustine, "--answer", "declined").code == 0
    text = " ".join(" ".join(show(terminal(*FRENCH, "conflict", "check", practice.augustine))).split())
    assert "est consignée : refusé ; une autre se donne avec --answer" in text
    assert "Que décidez-vous" not in text
    child = terminal(*FRENCH, "conflict", "check", practice.augustine, "--reason", "aucun lien")
    child.expect_exact("Que décidez-vous")


@pytest.mark.parametrize("editor", ["vi '", "  ", "rm -f"])
def test_an_editor_that_cannot_be_used_is_no_defect(
    practice: Practice, terminal: Terminal, editor: str
) -> None:
    before = snapshot(practice.root)
    code, text = finish(terminal("note", "add", practice.augustine, EDITOR=editor))
    assert (code, "coach: error: the editor failed" in text) == (9, True), text
    assert snapshot(practice.root) == before


CHOSEN: tuple[tuple[Asked, str], ...] = (
    ((("Vers qui l’orienter", "confrère"), ("Quel confrère", "nul"), ("aucun confrère", "oak")), "Dr Oak"),
    ((("Vers qui l’orienter", "métier"), ("Quel métier", "notaire")), "notaire"),
)


@pytest.mark.parametrize(("answers", "to"), CHOSEN, ids=["colleague", "trade"])
def test_to_whom_somebody_is_referred_is_asked(
    practice: Practice, terminal: Terminal, coach: Coach, answers: Asked, to: str
) -> None:
    assert coach("colleague", "add", "Dr Oak", "--trade", "psychologist").code == 0
    child = terminal(*FRENCH, "refer", "add", practice.augustine)
    answer(child, ("Pourquoi une autre personne", "compétence"), *answers)
    show(child)
    assert f"\t{to}\t" in coach("refer", "list", practice.augustine).out


@pytest.mark.parametrize(
    ("answers", "says"),
    [((("orienter", "oui"), ("Quel confrère", "oak")), "Dr Oak"), ((("orienter", "non"),), "no_resource")],
    ids=["colleague", "nobody"],
)
def test_to_whom_a_declined_prospect_is_pointed_is_asked(
    practice: Practice, terminal: Terminal, coach: Coach, answers: Asked, says: str
) -> None:
    assert practice
    assert coach("colleague", "add", "Dr Oak", "--trade", "psychologist").code == 0
    prospect = coach("new-client", "Hazel Wood", "--prospect").out.split()[-1]
    child = terminal(*FRENCH, "client", "decline", prospect, "--reason", "ethical")
    answer(child, *answers)
    show(child)
    assert says in coach("refer", "list", prospect).out


def test_when_an_end_by_the_coach_was_talked_over_is_asked(practice: Practice, terminal: Terminal) -> None:
    child = terminal(*FRENCH, "contract", "end", practice.augustine, "--by", "coach")
    answer(child, ("parlé avec le client", "hier"))
    show(child)


@pytest.mark.parametrize(
    "words", [("charter", "deliver"), ("contract", "deliver"), ("contract", "explain"), ("report", "deliver")]
)
def test_nobody_is_handed_anything_by_the_enter_key(
    practice: Practice, terminal: Terminal, words: tuple[str, ...]
) -> None:
    before = snapshot(practice.root)
    child = terminal(*FRENCH, *words, practice.augustine)
    answer(
        child,
        ("(client) ", ""),
        ("il faut une réponse", ""),
        ("il faut une réponse", "\x03"),
    )
    assert finish(child)[0] == 130
    assert snapshot(practice.root) == before


def test_a_party_is_asked_for_among_those_that_there_are(
    practice: Practice, terminal: Terminal, coach: Coach
) -> None:
    assert practice
    guarded = coach(
        "new-client", "Ivy Lane", "--protected", "minor", "--guardian", "Elm Lane", "--told", "les dates"
    ).out.split()[-1]
    group = coach("group", "new", "Monday").out.split()[-1]
    for code, parties in ((guarded, "client, commanditaire, représentant"), (group, "commanditaire, membre")):
        child = terminal(*FRENCH, "charter", "deliver", code)
        answer(child, (f"Pour quelle partie\u00a0? ({parties}) ", "\x03"))
        assert finish(child)[0] == 130


def test_the_word_that_confirms_a_rotation_is_asked_for_with_one_colon(
    practice: Practice, terminal: Terminal
) -> None:
    words = ("identity", "rotate", "--output", str(practice.root.parent / "kit.pdf"))
    child = terminal(*FRENCH, *words)
    answer(child, ("Tapez rotate pour confirmer\u00a0: ", "non"))
    assert finish(child)[0] == 10


WANTING = ("reader add", "reader remove", "remote forget", "colleague edit", "group join x")


@pytest.mark.parametrize("words", WANTING)
def test_no_argument_is_asked_for_where_there_is_no_vault(home: Path, terminal: Terminal, words: str) -> None:
    (home / "empty").mkdir()
    code, text = finish(terminal("--vault", str(home / "empty"), *words.split()))
    assert (code, text.startswith("coach: error: ")) == (3, True), text


def test_what_makes_a_vault_asks_for_its_arguments_without_one(home: Path, terminal: Terminal) -> None:
    child = terminal("--vault", str(home), "clone")
    child.expect_exact("Where the vault is")


@pytest.mark.usefixtures("identity")
def test_a_kit_on_stdout_stands_there_alone(home: Path, coach: Coach) -> None:
    words = ("--name", "Zoé", "--country", "FR", "--language", "fr", "--kit", "-")
    both = coach("init", str(home / "one"), *words, "--json")
    refused(both, 2, "--json and --kit - would both go to stdout")
    assert not (home / "one").exists()
    page = coach("init", str(home / "one"), *words)
    assert (page.code, page.out.rstrip().endswith("%%EOF")) == (0, True)
    assert "the vault is at" in page.err


def test_a_full_disk_behind_stdout_is_said(practice: Practice) -> None:
    assert practice
    page = f"init {practice.root.parent / 'other'} --name Zoé --country FR --language fr --kit -"
    for words in ("client list", "client list --json", "--help", page):
        line = f"{PROGRAM} {words} > /dev/full"
        done = subprocess.run(["sh", "-c", line], capture_output=True, check=False, text=True)
        refused(Result(done.returncode, "", done.stderr), 11, "cannot be written: the disk is full")
