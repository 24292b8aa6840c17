"""Keys of age plugins, by a real one: what `coach` writes `age` opens, and the reverse."""

import os
from pathlib import Path
import subprocess

import plugin_program as plugin
from practice import Practice
from program import Coach, Result, refused, snapshot
import pytest

from coachvault.crypto import box, keys
from coachvault.errors import LockedError
from coachvault.records.note import Note
from coachvault.vault import layout
from coachvault.vault.store import Vault


class Person:
    """Who has a plugin and an identity of it."""

    def __init__(self, place: Path) -> None:
        self.identity, self.recipient = plugin.keys()
        self.path = place / "plugin.txt"
        self.path.write_text(f"# Recipient: {self.recipient}\n{self.identity}\n")

    def run(self, coach: Coach, *words: str) -> Result:
        """Run a command with this identity."""
        return coach("--identity", str(self.path), *words)


@pytest.fixture
def person(home: Path, monkeypatch: pytest.MonkeyPatch) -> Person:
    plugin.install(home / "bin")
    monkeypatch.setenv("PATH", f"{home / 'bin'}{os.pathsep}{os.environ['PATH']}")
    (home / "person").mkdir()
    return Person(home / "person")


@pytest.fixture
def without(monkeypatch: pytest.MonkeyPatch, person: Person) -> Person:
    """The same person where the plugin's program is not installed."""
    monkeypatch.setenv("PATH", os.environ["PATH"].partition(os.pathsep)[2])
    return person


def age(*words: str | Path, data: bytes = b"") -> bytes:
    done = subprocess.run(["age", *words], input=data, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_age_opens_what_coach_wrote_for_a_plugin_and_coach_what_age_wrote(person: Person) -> None:
    written = box.encrypt(b"by coach", [box.recipient_of(box.generate()), person.recipient])
    assert age("-d", "-i", person.path, data=written) == b"by coach"
    assert box.decrypt(age("-r", person.recipient, data=b"by age"), [person.identity]) == b"by age"


def test_a_reader_by_a_plugin_opens_their_folder_and_no_other(
    person: Person, practice: Practice, coach: Coach, tmp_path: Path
) -> None:
    assert coach("reader", "add", "Noisette", person.recipient, "--client", practice.augustine).code == 0
    listed = person.run(coach, "client", "list")
    assert practice.augustine in listed.out
    assert practice.ferdinand not in listed.out
    assert person.run(coach, "note", "add", practice.augustine, "--text", "par le greffon").code == 0
    assert "par le greffon" in coach("note", "list", practice.augustine).out
    refused(person.run(coach, "note", "list", practice.ferdinand), 4, "nobody goes by that")

    vault = Vault(practice.root, keys.read_identity(person.path, lambda: pytest.fail("nothing to ask")))
    (folder,) = vault.visible()
    secret = age("-d", "-i", person.path, practice.root / layout.key_path(folder, "notes"))
    (tmp_path / "drawer.key").write_bytes(secret)
    record = next(note for note in vault.load(folder, "notes", Note) if note.text == "par le greffon")
    place = practice.root / layout.record_path(folder, "notes", record.id)
    assert "par le greffon" in age("-d", "-i", tmp_path / "drawer.key", place).decode()


def test_a_plugins_identity_makes_a_vault_and_opens_it(person: Person, coach: Coach, home: Path) -> None:
    root = str(home / "new")
    words = ("--name", "Camille", "--country", "FR", "--language", "en")
    assert person.run(coach, "init", root, *words).code == 0
    assert person.run(coach, "--vault", root, "new-client", "Augustine").code == 0
    assert "Augustine" in person.run(coach, "--vault", root, "client", "list").out
    assert person.run(coach, "--vault", root, "doctor").code == 0
    assert person.recipient in person.run(coach, "--vault", root, "identity", "show", "--json").out


@pytest.mark.parametrize("is_anothers", [False, True])
def test_no_vault_is_made_for_a_recipient_that_is_not_known_or_anothers(
    person: Person, coach: Coach, home: Path, *, is_anothers: bool
) -> None:
    comment = plugin.keys()[1] if is_anothers else "nothing"
    person.path.write_text(f"# {comment}\n{person.identity}\n")
    words = ("--name", "Camille", "--country", "FR", "--language", "en")
    result = person.run(coach, "init", str(home / "new"), *words)
    refused(result, *((6, "does not open") if is_anothers else (10, "does not say its recipient")))
    assert not (home / "new").exists()


def test_without_the_program_a_reader_is_refused_and_nothing_is_changed(
    without: Person, practice: Practice, coach: Coach
) -> None:
    before = snapshot(practice.root)
    refused(coach("reader", "add", "N", without.recipient), 9, "missing or failed: age-plugin-demo")
    assert snapshot(practice.root) == before


def test_without_the_program_no_new_key_is_wrapped_and_nothing_is_changed(
    person: Person, practice: Practice, coach: Coach, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert coach("reader", "add", "Noisette", person.recipient).code == 0
    monkeypatch.setenv("PATH", os.environ["PATH"].partition(os.pathsep)[2])
    before = snapshot(practice.root)
    refused(coach("new-client", "Louise"), 9, "a reader is missing or failed: age-plugin-demo")
    refused(person.run(coach, "note", "list", practice.augustine), 9, "this identity is missing or failed")
    assert snapshot(practice.root) == before
    assert coach("note", "add", practice.augustine, "--text", "une clé est là déjà").code == 0
    assert coach("doctor").code == 0


@pytest.mark.parametrize("wish", ["refuse", "die", "ask"])
def test_a_plugin_that_fails_refuses_or_asks_where_nobody_is_leaves_all_as_it_was(
    wish: str, person: Person, practice: Practice, coach: Coach, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DEMO_PLUGIN", f"{wish} recipient-v1")
    before = snapshot(practice.root)
    refused(coach("reader", "add", "Noisette", person.recipient), 9, "of this recipient is missing or failed")
    assert snapshot(practice.root) == before
    monkeypatch.setenv("DEMO_PLUGIN", f"{wish} identity-v1")
    assert coach("reader", "add", "Noisette", person.recipient).code == 0
    refused(person.run(coach, "client", "list"), 9, "of this identity is missing or failed: age-plugin-demo")


def test_an_identity_of_a_plugin_that_opens_nothing_here_is_told_so(
    person: Person, practice: Practice, coach: Coach
) -> None:
    assert practice.root.is_dir()
    refused(person.run(coach, "client", "list"), 6, "does not open the vault")


def test_a_damaged_file_is_not_the_plugins_fault(person: Person) -> None:
    data = box.encrypt(b"x" * 100, [person.recipient])
    for harmed in (
        data[:-5],
        data[: data.index(b"\n---") + 60],
        data[:-1] + bytes([data[-1] ^ 1]),
        data[:30],
        b"",
    ):
        with pytest.raises(box.BrokenError):
            box.decrypt(harmed, [person.identity])
    with pytest.raises(box.WrongKeyError):
        box.decrypt(data, [plugin.keys()[0]])


def test_the_program_is_started_only_for_what_no_other_key_opens(without: Person) -> None:
    secret = box.generate()
    data = box.encrypt(b"x", [box.recipient_of(secret)])
    assert box.decrypt(data, [without.identity, secret]) == b"x"
    with pytest.raises(box.PluginError, match="age-plugin-demo"):
        box.decrypt(data, [without.identity])


def test_what_is_the_plugins_to_do_is_not_done_by_coach(
    person: Person, practice: Practice, coach: Coach, home: Path
) -> None:
    assert coach("reader", "add", "Noisette", person.recipient).code == 0
    before = person.path.read_bytes(), snapshot(practice.root)
    words = ("--yes", "--output", str(home / "kit.pdf"))
    refused(person.run(coach, "identity", "rotate", *words), 10, "not for coach to replace")
    assert not (home / "kit.pdf").exists()
    assert (person.path.read_bytes(), snapshot(practice.root)) == before
    assert list(person.path.parent.iterdir()) == [person.path]


def test_a_plugins_identity_may_have_a_passphrase_and_no_agent_holds_it(
    person: Person, practice: Practice, coach: Coach, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert coach("reader", "add", "Noisette", person.recipient).code == 0
    person.path.write_bytes(box.encrypt_with_passphrase(person.path.read_bytes(), "phrase de passe"))
    monkeypatch.setenv("COACHVAULT_PASSCOMMAND", "echo phrase de passe")
    assert practice.augustine in person.run(coach, "client", "list").out
    refused(person.run(coach, "unlock"), 10, "no agent can hold it")


@pytest.mark.parametrize("name", ["a/b", "../x", "a;b", "a b", ""])
def test_a_name_that_leads_elsewhere_is_no_plugins(name: str) -> None:
    data = [0] * 52
    assert not box.is_recipient(plugin.bech32(f"age1{name}", data))
    text = plugin.bech32(f"age-plugin-{name}-", data).upper()
    assert box.plugin_of(text) is None
    with pytest.raises(LockedError):
        keys.parse_identity(text.encode())
