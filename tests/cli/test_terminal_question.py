"""Questions at a terminal, in French: a slip is said and asked again, and no danger is the default."""

from pathlib import Path
import signal
import tempfile
import time

import pexpect
from practice import Practice
from program import Coach, snapshot
import pytest
from terminal_world import PASSPHRASE, Terminal, finish, show

from coachvault.cli import _editor

FRENCH = ("--lang", "fr")


def answer(child: "pexpect.spawn[str]", *answers: tuple[str, str]) -> None:
    """Answer these questions, each of which must stand there, in their order."""
    for question, text in answers:
        child.expect_exact(question)
        child.sendline(text)


def test_init_asks_again_what_it_did_not_understand(
    home: Path, terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(home)
    child = terminal(*FRENCH, "init", HOME=str(home))
    answer(
        child,
        ("Dossier du coffre à créer [coachvault] : ", "~/cabinet"),
        ("Langue (français, anglais) [français] : ", "franç"),
        ("Pays (France, Suisse, Belgique, Québec) [France] : ", "Suise"),
        ("il faut l’une de ces valeurs : France, Suisse, Belgique, Québec", "quebec"),
        ("Votre nom, tel qu’il figurera dans les documents : ", ""),
        ("il faut une réponse (Ctrl-C pour abandonner)", "Zoé"),
        ("à imprimer (vide : aucun) : ", "nulle/part.pdf"),
        ("le dossier de ce fichier n’existe pas", ""),
        ("10 caractères au moins", "court"),
        ("moins de 10 caractères", PASSPHRASE),
        ("encore une fois : ", "autre"),
        ("les deux phrases secrètes diffèrent", PASSPHRASE),
        ("encore une fois : ", PASSPHRASE),
    )
    show(child)
    assert (home / "cabinet" / "coachvault.yaml").is_file()
    assert "country: QC" in (home / "cabinet" / "coachvault.yaml").read_text()


def test_a_choice_is_shown_and_understood_in_words(
    practice: Practice, terminal: Terminal, coach: Coach
) -> None:
    child = terminal(*FRENCH, "copy", "add", practice.augustine, "--what", "un brouillon")
    answer(
        child,
        ("Où se trouve la copie ? (courriel, téléphone, nuage, papier, ordinateur, autre) ", "tiroir"),
        ("il faut l’une de ces valeurs", "Téléphone"),
    )
    show(child)
    assert "\tphone\t" in coach("copy", "list", practice.augustine).out


def test_whom_to_erase_is_never_guessed_and_the_code_is_typed(practice: Practice, terminal: Terminal) -> None:
    before = snapshot(practice.root)
    child = terminal(*FRENCH, "erase", "rouss")
    child.expect_exact(f"{practice.augustine}  Augustine Rousseau  actif, depuis le ")
    answer(
        child,
        ("De qui s’agit-il ? (", ""),
        ("il faut une réponse", "C-0000"),
        ("il faut l’une de ces valeurs", practice.augustine.lower()),
    )
    answer(child, (f"Tapez {practice.augustine} pour détruire cela définitivement : ", ""))
    code, text = finish(child)
    assert (code, "rien n’a été détruit" in text) == (10, True)
    assert snapshot(practice.root) == before


def test_the_plan_of_a_purge_says_the_names(practice: Practice, terminal: Terminal) -> None:
    lines = show(terminal(*FRENCH, "purge", "--expired", "--dry-run", NO_COLOR="1"))
    assert any(f"{practice.solange} Solange " in line for line in lines), lines


def test_a_name_is_resolved_before_the_editor_opens(
    practice: Practice, terminal: Terminal, tmp_path: Path
) -> None:
    opened = tmp_path / "opened"
    editor = _script(tmp_path, f"touch {opened}")
    code, text = finish(terminal(*FRENCH, "note", "add", "inconnue", EDITOR=editor))
    assert (code, "erreur" in text, opened.exists()) == (4, True, False)
    assert finish(terminal(*FRENCH, "conflict", "add", "inconnue", "--nature", "tie", EDITOR=editor))[0] == 4
    assert not opened.exists()
    child = terminal(*FRENCH, "note", "add", "rouss", EDITOR=editor)
    child.expect_exact("De qui s’agit-il ?")
    assert not opened.exists()
    assert practice.root.is_dir()


@pytest.fixture
def in_memory(monkeypatch: pytest.MonkeyPatch) -> Path:
    place = Path(tempfile.mkdtemp(dir="/dev/shm"))
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(place))
    return place


@pytest.mark.parametrize("ending", [signal.SIGHUP, signal.SIGTERM])
def test_a_terminal_that_is_closed_leaves_no_text(
    practice: Practice, terminal: Terminal, in_memory: Path, tmp_path: Path, ending: signal.Signals
) -> None:
    editor = _script(tmp_path, 'echo "conflit" > "$1"; cp "$1" "$1~"; touch "$0.open"; exec sleep 60')
    child = terminal("note", "add", practice.augustine, EDITOR=editor)
    _wait(Path(f"{editor}.open"))
    assert list(in_memory.rglob("note.md"))
    child.kill(ending)
    child.expect(pexpect.EOF)
    child.close()
    assert child.signalstatus == ending
    assert list(in_memory.iterdir()) == []


def test_what_a_killed_editor_left_is_found_and_swept(
    practice: Practice, terminal: Terminal, coach: Coach, in_memory: Path, tmp_path: Path
) -> None:
    waiting = _script(tmp_path, 'echo "conflit" > "$1"; touch "$0.open"; exec sleep 60')
    child = terminal("note", "add", practice.augustine, EDITOR=waiting)
    _wait(Path(f"{waiting}.open"))
    assert _editor.left_behind() == []
    child.kill(signal.SIGKILL)
    child.wait()
    (left,) = in_memory.iterdir()
    found = coach("doctor")
    assert (found.code, str(left) in found.out) == (13, True)
    show(terminal("note", "add", practice.augustine, EDITOR=_script(tmp_path, 'echo x > "$1"')))
    assert list(in_memory.iterdir()) == []
    assert coach("doctor").code == 0


def test_the_demo_asks_nothing_at_a_terminal(home: Path, terminal: Terminal) -> None:
    child = terminal(*FRENCH, "demo", str(home / "demo"))
    child.expect_exact("Pour explorer", timeout=300)
    show(child)


def test_nothing_is_asked_where_there_is_no_vault(home: Path, terminal: Terminal, coach: Coach) -> None:
    (home / "empty").mkdir()
    for words in (("method", "add"), ("contract", "new", "zoe"), ("note", "list")):
        code, text = finish(terminal("--vault", str(home / "empty"), *words))
        assert (code, "?" in text) == (3, False), text
        assert coach("--vault", str(home / "empty"), *words).code in (2, 3)


def test_clone_looks_for_the_vault_before_it_asks_for_the_passphrase(
    home: Path, terminal: Terminal, protected: Path
) -> None:
    (home / "nothing").mkdir()
    words = ("clone", str(home / "nothing"), str(home / "new"))
    code, text = finish(terminal(*words, COACHVAULT_IDENTITY=str(protected)))
    assert (code != 0, "Passphrase" in text) == (True, False), text


def test_init_says_what_one_needs_to_know(
    home: Path, terminal: Terminal, identity: Path, coach: Coach
) -> None:
    child = terminal(*FRENCH, "init", str(home / "cabinet"), "--name", "Zoé", "--country", "FR")
    answer(child, ("Langue (français, anglais)", ""), ("à imprimer", str(home / "kit.pdf")))
    text = " ".join(" ".join(show(child)).split())
    assert f"l’identité que vous avez ouvrira ce coffre aussi : {identity}" in text
    assert f"cd {home / 'cabinet'}" in text
    assert f"export COACHVAULT_DIR={home / 'cabinet'}" in text
    assert "gardez-en une copie ailleurs que dans le coffre" in text
    assert "coach identity drill" in text
    inner = coach(
        "init", str(home / "cabinet" / "autre"), "--name", "Zoé", "--country", "FR", "--language", "fr"
    )
    assert (inner.code, "a vault cannot lie within another one" in inner.err) == (10, True)
    assert not (home / "cabinet" / "autre").exists()


def test_without_an_identity_the_kit_is_named(
    practice: Practice, coach: Coach, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("COACHVAULT_IDENTITY")
    result = coach("client", "show", practice.augustine)
    assert result.code == 6
    assert "coach --identity FILE identity rotate --output KIT.pdf" in result.err


def test_a_kit_that_is_needed_is_not_offered_to_be_none(practice: Practice, terminal: Terminal) -> None:
    child = terminal(*FRENCH, "identity", "kit")
    answer(child, ("Fichier du kit de secours, à imprimer\u00a0: ", ""))
    answer(child, ("il faut une réponse", str(practice.root.parent / "kit.pdf")))
    show(child)
    assert (practice.root.parent / "kit.pdf").is_file()


def test_what_cannot_be_read_is_said_in_french(practice: Practice, coach: Coach, home: Path) -> None:
    for path, says in ((home / "absent.txt", "il n’est pas là"), (home / "absent" / "x", "il n’est pas là")):
        for words in (("file", "add", practice.augustine, str(path)),):
            result = coach("--lang", "fr", *words)
            assert says in result.err, result.err
            assert "No such" not in result.err
    result = coach("--lang", "fr", "note", "add", practice.augustine, "--file", str(home))
    assert "c’est un dossier" in result.err


def test_a_name_that_a_client_has_already_is_asked_about(
    practice: Practice, terminal: Terminal, coach: Coach
) -> None:
    before = snapshot(practice.root)
    refused = coach("new-client", "rousseau augustine")
    assert (refused.code, f"{practice.augustine}, since" in refused.err) == (10, True)
    assert "Rousseau" not in refused.err
    child = terminal(*FRENCH, "new-client", "Augustine Rousseau")
    child.expect_exact(f"un client porte déjà ce nom\u00a0: {practice.augustine}, depuis le")
    answer(child, ("Inscrire un autre client de ce nom\u00a0? (oui, non) [non] ", ""))
    assert finish(child)[0] == 10
    assert snapshot(practice.root) == before
    child = terminal(*FRENCH, "new-client", "Augustine Rousseau")
    answer(child, ("[non] ", "o"))
    show(child)
    assert coach("new-client", "Augustine Rousseau", "--namesake").code == 0
    assert coach("new-client", "Solange Thibodeau").code == 0, "who has left is no namesake"


def test_a_remote_that_is_there_is_shown_from_anywhere(practice: Practice, coach: Coach, home: Path) -> None:
    assert coach("remote", "add", str(home / "remote")).code == 0
    again = coach("remote", "add", str(home / "remote"))
    assert f"git -C {practice.root} remote -v" in again.err


def _script(place: Path, line: str) -> str:
    path = place / f"editor{len(list(place.iterdir()))}"
    path.write_text(f"#!/bin/sh\n{line}\n")
    path.chmod(0o700)
    return str(path)


def _wait(path: Path) -> None:
    for _ in range(200):
        if path.exists():
            return
        time.sleep(0.05)
    pytest.fail(f"{path} did not come: {list(path.parent.iterdir())}")


def test_a_missing_argument_is_asked_for(practice: Practice, terminal: Terminal, coach: Coach) -> None:
    child = terminal(*FRENCH, "note", "add", "--text", "dette de jeu")
    answer(child, ("Une partie d’un nom, un autre nom ou un code\u00a0: ", practice.augustine))
    show(child)
    assert "dette de jeu" in coach("note", "show", practice.augustine).out
