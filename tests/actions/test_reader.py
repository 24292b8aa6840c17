"""A reader sees the folders granted and no others, by whatever key; and loses them again."""

from pathlib import Path
import shutil
import subprocess

import pytest

from coachvault.actions import client as clients
from coachvault.actions import closing, consent, doctor, group, note, reader, roster, status, who
from coachvault.actions.case import Cases
from coachvault.clock import today
from coachvault.crypto import box, keys
from coachvault.errors import BadDataError, LockedError, NotFoundError, RefusedError
from coachvault.ethics import check
from coachvault.records.note import Note
from coachvault.vault import access, founding, layout
from coachvault.vault.store import Vault

COACH, BOB, EVE = (box.generate() for _person in range(3))
RECIPIENT = {secret: box.recipient_of(secret) for secret in (COACH, BOB, EVE)}


def opened(root: Path, secret: str) -> Vault:
    return Vault(root, keys.parse_identity(secret.encode()))


def names(vault: Vault) -> list[str]:
    return [row.name for row in roster.listing(vault).items]  # type: ignore[attr-defined] # rows


@pytest.fixture
def vault(tmp_path: Path) -> Vault:
    made = founding.found(
        tmp_path / "vault",
        country="FR",
        language="en",
        readers=[founding.reader("coach", RECIPIENT[COACH])],
        profile={"name": "Ann"},
        unwrapper=keys.Identity([COACH]),
        git=False,
    )
    for name in ("Zoe", "Paul"):
        clients.new(made, {"name": name}, None)
        note.add(made, name, {"text": f"of {name}"})
    return made


def texts(vault: Vault, name: str) -> list[str]:
    return sorted(row.first_line for row in note.listing(vault, name).items)  # type: ignore[attr-defined] # rows


def test_a_reader_of_one_client_sees_and_writes_that_one_alone(vault: Vault) -> None:
    reader.add(vault, "Bob", RECIPIENT[BOB], ["Zoe"])
    bob = opened(vault.root, BOB)
    assert names(bob) == ["Zoe"]
    note.add(bob, "Zoe", {"text": "by Bob"})
    assert texts(bob, "Zoe") == ["by Bob", "of Zoe"]
    with pytest.raises(NotFoundError):
        note.add(bob, "Paul", {"text": "no"})
    with pytest.raises(RefusedError, match="opens some folders"):
        clients.new(bob, {"name": "Mine"}, None)
    with pytest.raises(LockedError, match="in none of them"):
        bob.readers()
    assert texts(opened(vault.root, COACH), "Zoe") == ["by Bob", "of Zoe"]
    assert doctor.examine(bob).items == ()


def test_what_a_member_answered_is_not_for_who_does_not_read_that_client_to_say(vault: Vault) -> None:
    group.new(vault, {"name": "Pairs"}, None)
    for name in ("Zoe", "Paul"):
        group.join(vault, "Pairs", name, today(), {})
        consent.record(vault, name, {"type": "supervision", "answer": "refused"})
    reader.add(vault, "Bob", RECIPIENT[BOB], ["Zoe", "Pairs"])
    zoe = who.find(vault, "Zoe").folder
    for identity, state, known in ((COACH, "met", 2), (BOB, "not_applicable", 1)):
        seen = opened(vault.root, identity)
        case = Cases(seen).load(group.get(seen, "Pairs"), None, today())
        found = next(f for f in check.run(case) if f.check.id == "members_asked")
        assert (found.state, len(case.answers)) == (state, known)
        assert zoe in case.answers


def test_what_such_a_reader_begins_is_read_by_all_who_read_the_folder(vault: Vault) -> None:
    reader.add(vault, "Bob", RECIPIENT[BOB], ["Zoe"])
    bob = opened(vault.root, BOB)
    closing.close(bob, "Zoe", closing.End(today(), "client", "what was reached"))
    coach = opened(vault.root, COACH)
    folder = next(entry.folder for entry in who.entries(coach) if entry.name == "Zoe")
    assert "summary" in coach.drawers(folder)
    assert coach.secret(folder, "summary") == bob.secret(folder, "summary")
    assert access.stale(coach) == ()
    with bob.change() as change, pytest.raises(RefusedError, match="destroys nothing"):
        change.destroy(folder, "notes", {})


def test_an_identity_that_opens_nothing_is_told_so(vault: Vault) -> None:
    reader.add(vault, "Bob", RECIPIENT[BOB], ["Zoe"])
    for action in (roster.listing, lambda eve: status.show(eve, today(), vault.root / "none")):
        with pytest.raises(LockedError, match="does not open the vault"):
            action(opened(vault.root, EVE))


def test_a_reader_without_clients_reads_all_and_later_clients_too(vault: Vault) -> None:
    reader.add(vault, "Bob", RECIPIENT[BOB], [])
    bob = opened(vault.root, BOB)
    clients.new(bob, {"name": "New"}, None)
    assert names(opened(vault.root, COACH)) == names(opened(vault.root, BOB)) == ["New", "Paul", "Zoe"]


@pytest.mark.parametrize("rekey", [False, True])
def test_a_client_is_handed_over_by_two_commands(vault: Vault, tmp_path: Path, *, rekey: bool) -> None:
    reader.add(vault, "Bob", RECIPIENT[BOB], ["Zoe", "Paul"])
    shutil.copytree(vault.root, tmp_path / "copy")
    kept = opened(vault.root, BOB)
    folder = next(entry.folder for entry in who.entries(kept) if entry.name == "Zoe")
    old = kept.secret(folder, "notes")

    reader.add(vault, "Eve", RECIPIENT[EVE], ["Zoe"])
    done = reader.remove(vault, "Bob", ["Zoe"], rekey=rekey)

    assert names(opened(vault.root, EVE)) == ["Zoe"]
    assert texts(opened(vault.root, EVE), "Zoe") == ["of Zoe"]
    assert names(opened(vault.root, BOB)) == ["Paul"]
    assert texts(opened(tmp_path / "copy", BOB), "Zoe") == ["of Zoe"], "which is what the warning says"
    assert "copies of the vault" in done.warnings[0]
    place = next((vault.root / layout.RECORDS / folder / "notes").iterdir())
    if rekey:
        with pytest.raises(box.WrongKeyError):
            box.decrypt(place.read_bytes(), [old])
    else:
        assert box.decrypt(place.read_bytes(), [old])
    assert doctor.examine(opened(vault.root, COACH)).items == ()


def test_a_reader_of_all_who_is_removed_with_rekey_opens_nothing(vault: Vault) -> None:
    reader.add(vault, "Bob", RECIPIENT[BOB], [])
    done = reader.remove(vault, "Bob", [], rekey=True)
    assert done.facts["rekeyed"] == 6
    with pytest.raises(LockedError):
        names(opened(vault.root, BOB))
    assert texts(opened(vault.root, COACH), "Paul") == ["of Paul"]
    assert access.stale(opened(vault.root, COACH)) == ()


def test_keys_that_were_wrapped_to_others_are_noticed(vault: Vault) -> None:
    folder = who.entries(vault)[0].folder
    place = vault.root / layout.key_path(folder, "notes")
    both = [RECIPIENT[COACH], RECIPIENT[EVE]]
    place.write_bytes(keys.wrap(vault.secret(folder, "notes"), folder, "notes", both))
    assert access.stale(opened(vault.root, COACH)) == ((folder, "notes"),)


@pytest.mark.parametrize("kind", ["ed25519", "rsa"])
def test_an_ssh_key_reads_by_coach_and_by_the_age_program(vault: Vault, tmp_path: Path, kind: str) -> None:
    path = tmp_path / "ssh"
    subprocess.run(["ssh-keygen", "-q", "-t", kind, "-N", "", "-C", "bob@example", "-f", path], check=True)
    reader.add(vault, "Bob", path.with_suffix(".pub").read_text(), ["Zoe"])
    bob = Vault(vault.root, keys.read_identity(path, lambda: pytest.fail("nothing to ask")))
    assert texts(bob, "Zoe") == ["of Zoe"]
    folder = who.entries(bob)[0].folder
    done = subprocess.run(
        ["age", "-d", "-i", path, vault.root / layout.key_path(folder, "notes")],
        capture_output=True,
        check=True,
    )
    (tmp_path / "d.key").write_bytes(done.stdout)
    record = bob.load(folder, "notes", Note)[0]
    place = vault.root / layout.record_path(folder, "notes", record.id)
    text = subprocess.run(["age", "-d", "-i", tmp_path / "d.key", place], capture_output=True, check=True)
    assert b"of Zoe" in text.stdout


def test_an_ssh_key_with_a_passphrase_is_refused_clearly(tmp_path: Path) -> None:
    path = tmp_path / "ssh"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "secret", "-f", path], check=True)
    with pytest.raises(LockedError, match="the ssh key has a passphrase"):
        keys.read_identity(path, lambda: pytest.fail("it is not asked for"))


@pytest.mark.parametrize(
    "recipient",
    [
        "",
        "age1",
        BOB,
        "ssh-ed25519 AAAA",
        "ecdsa-sha2-nistp256 AAAA",
        RECIPIENT[BOB][:-1] + ("p" if RECIPIENT[BOB][-1] == "q" else "q"),
    ],
)
def test_what_is_no_recipient_is_refused_and_a_secret_is_not_repeated(vault: Vault, recipient: str) -> None:
    with pytest.raises(BadDataError) as error:
        reader.add(vault, "Bob", recipient, [])
    assert BOB not in str(error.value)
    assert len(vault.readers()) == 1


def test_names_and_keys_are_of_one_reader_each_and_the_coach_is_not_removed(vault: Vault) -> None:
    reader.add(vault, "Bob", RECIPIENT[BOB], ["Zoe"])
    for name, secret in (("Bob", EVE), ("Eve", BOB), ("coach", EVE), ("Eve", COACH)):
        with pytest.raises(RefusedError, match="already"):
            reader.add(vault, name, RECIPIENT[secret], [])
    with pytest.raises(RefusedError, match="replaced, not removed"):
        reader.remove(vault, "coach", [], rekey=False)
    with pytest.raises(NotFoundError):
        reader.remove(vault, "nobody", [], rekey=False)
    reader.add(vault, "Bob", RECIPIENT[BOB], ["Paul"])
    assert [len(entry.folders) for entry in vault.readers()] == [0, 2]
