"""A colleague who can push turns against the others: what is refused by name, and what is not."""

from pathlib import Path

import circle_world as circle
import msgspec
import pytest
import sync_world as world

from coachvault.actions import reader
from coachvault.clock import today
from coachvault.crypto import box, keys
from coachvault.errors import RefusedError
from coachvault.records.kinds import CIRCLE
from coachvault.records.practice import Reader
from coachvault.vault import cloning, layout, padding, seal, tombstone
from coachvault.vault.merge import text_of


def forge(
    copies: circle.Copies,
    parents: list[str],
    files: dict[str, bytes | None],
    circle_key: str | None = None,
    settings: str | None = None,
) -> str:
    """Push a commit that differs from its first parent so, sealed with these keys, by plain git."""
    work = copies.place / "forger"
    world.git("clone", "--quiet", str(copies.remote), str(work), at=copies.place)
    world.git("checkout", "--quiet", parents[0], at=work)
    for name, data in files.items():
        place = work / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if data is None:
            place.unlink()
        else:
            place.write_bytes(data)
    world.git("add", "--all", "--force", at=work)
    tree = world.git("write-tree", at=work)
    who = "x <x@x> 1700000000 +0000"
    lines = [f"tree {tree}", *(f"parent {name}" for name in parents), f"author {who}", f"committer {who}", ""]
    head, message = "\n".join(lines).encode(), b"\nx\n"
    sealed = head + seal.of_commit(head + message, settings, circle_key) + message
    made = world.git("hash-object", "-t", "commit", "-w", "--stdin", at=work, data=sealed)
    world.git("push", "--quiet", "--force", "origin", f"{made}:refs/heads/main", at=work)
    return made


class Colleague:
    """Marie, who can push, has turned against the others."""

    def __init__(self, copies: circle.Copies) -> None:
        self.copies = copies
        vault = copies.opened("marie")
        self.key = vault.secret(vault.practice, CIRCLE)
        self.head = copies.head("remote")

    def forge(self, files: dict[str, bytes | None], *more: str) -> None:
        """Push this change with the seal that she can make."""
        forge(self.copies, [self.head, *more], files, self.key)

    def refused(self, name: str) -> None:
        """Assert that who reads the whole vault names the file, and that nothing is changed there."""
        before = world.tree(self.copies.a)
        with pytest.raises(RefusedError) as caught:
            self.copies.sync("a")
        assert name in caught.value.message
        assert world.tree(self.copies.a) == before
        assert world.git("status", "--porcelain", at=self.copies.a) == ""


@pytest.fixture
def marie(copies: circle.Copies) -> Colleague:
    return Colleague(copies)


def a_record(copies: circle.Copies, client: str) -> str:
    folder = copies.folder(client)
    name = copies.opened("a").record_ids(folder, "notes")[0]
    return layout.record_path(folder, "notes", name)


def test_a_record_of_a_folder_that_nobody_shares_is_refused_by_name(
    copies: circle.Copies, marie: Colleague
) -> None:
    place = a_record(copies, "Ferdinand")
    marie.forge({place: None})
    marie.refused(place)


@pytest.mark.parametrize("place", ["retention.yaml", "templates/fr/charter.md.j2", "coachvault.yaml"])
def test_what_is_the_practices_is_refused_by_name(
    copies: circle.Copies, marie: Colleague, place: str
) -> None:
    old = (copies.a / place).read_bytes() if (copies.a / place).exists() else b""
    marie.forge({place: old + b"# x\n"})
    marie.refused(place)


def test_a_record_of_the_settings_is_refused_by_name(copies: circle.Copies, marie: Colleague) -> None:
    vault = copies.opened("a")
    place = layout.record_path(vault.practice, "settings", vault.record_ids(vault.practice, "settings")[0])
    first = world.git("rev-list", "--max-parents=0", "main", at=copies.remote)
    old = world.git("log", "--format=%H", f"{first}..main", "--", place, at=copies.a).splitlines()[-1]
    done = copies.opened("a").history
    assert done
    marie.forge({place: done.run("show", f"{old}:{place}").stdout})
    marie.refused(place)


def test_a_tombstone_that_a_colleague_made_is_refused_even_of_a_drawer_whose_key_they_have(
    copies: circle.Copies, marie: Colleague
) -> None:
    folder = copies.folder("Louise")
    secret = copies.opened("marie").secret(folder, "notes")
    stone = tombstone.compose(folder, "notes", secret, {"whole": True, "records": 1, **world.TOMBSTONE})
    marie.forge({f"tombstones/{folder}-notes-1.yaml": stone})
    marie.refused(f"tombstones/{folder}-notes-1.yaml")


def test_a_record_that_was_made_without_its_drawers_key_is_refused(
    copies: circle.Copies, marie: Colleague
) -> None:
    place = a_record(copies, "Zoé")
    marie.forge({place: box.encrypt(b"schema: note/1\n", [box.recipient_of(box.generate())])})
    marie.refused(place)


def test_a_merge_that_puts_others_folders_back_is_refused(copies: circle.Copies, marie: Colleague) -> None:
    """She merges two states of A, and takes the older of a folder that she does not read."""
    place = a_record(copies, "Ferdinand")
    before = (copies.a / place).read_bytes()
    old = copies.head("remote")
    world.edit_note(
        copies.opened("a"), copies.folder("Ferdinand"), Path(place).name.partition(".")[0], "neuf"
    )
    copies.sync("a")
    marie.head = copies.head("remote")
    mine = forge_commit_on(copies, old, marie)
    marie.forge({place: before}, mine)
    marie.refused(place)


def forge_commit_on(copies: circle.Copies, old: str, marie: Colleague) -> str:
    """Make a commit of Marie's on an older one, and leave the remote as it was."""
    now = copies.head("remote")
    folder = copies.folder("Augustine")
    made = forge(copies, [old], {layout.record_path(folder, "notes", layout.new_id()): b"x"}, marie.key)
    world.git("update-ref", "refs/heads/main", now, at=copies.remote)
    (copies.place / "forger").rename(copies.place / "forger-before")
    return made


def test_a_merge_of_two_states_that_were_never_one_is_refused(copies: circle.Copies) -> None:
    """A remote lost a change of A's, another device pushed without it, and she joins the two her way."""
    copies.clone("a2")
    circle.agree(copies, ("a", "a2", "marie", "paul"))
    marie, old = Colleague(copies), copies.head("remote")
    copies.note("a", "Ferdinand", "perdu")
    copies.sync("a")
    lost = copies.head("remote")
    world.git("update-ref", "refs/heads/main", old, at=copies.remote)
    copies.note("a2", "Ferdinand", "autre")
    copies.sync("a2")
    marie.head = copies.head("remote")
    world.git("fetch", "--quiet", str(copies.a), f"{lost}:refs/heads/lost", at=copies.remote)
    marie.forge({}, lost)
    marie.refused("cannot read")
    assert "perdu" in copies.texts("a")


def test_a_key_of_the_circle_that_an_outsider_made_is_worth_nothing(copies: circle.Copies) -> None:
    """It needs a recipient alone to make a key that opens; its seal vouches for nothing."""
    vault, secret = copies.opened("a"), box.generate()
    forged = keys.wrap(secret, vault.practice, CIRCLE, vault.recipients(vault.practice, CIRCLE))
    world.forge_keys(copies.remote, {f"{vault.practice}/circle.age": forged})
    place = a_record(copies, "Louise")
    forge(copies, [copies.head("remote")], {place: None}, secret)
    for person in ("a", "marie", "paul"):
        before = world.tree(copies.place / person)
        with pytest.raises(RefusedError, match=Path(place).name):
            copies.sync(person)
        assert world.tree(copies.place / person) == before
    with pytest.raises(RefusedError, match=Path(place).name):
        cloning.clone(str(copies.remote), copies.place / "new", lambda: world.IDENTITY)


def test_what_others_would_refuse_is_not_pushed(copies: circle.Copies) -> None:
    """A plain git pull takes the settings along, and what was written in a folder that they take back."""
    reader.remove(copies.opened("a"), "Marie", ["Louise"], rekey=False)
    copies.sync("a")
    copies.note("marie", "Louise", "dans le train")
    person = ("-c", "user.name=x", "-c", "user.email=x@x", "-c", "merge.coachvault.driver=true")
    world.git(*person, "pull", "--quiet", "--no-rebase", "--no-edit", at=copies.place / "marie")
    before = world.git("for-each-ref", at=copies.remote)
    with pytest.raises(RefusedError, match="not for a reader of some folders"):
        copies.sync("marie")
    assert world.git("for-each-ref", at=copies.remote) == before
    circle.agree(copies, ("a", "paul"))


def test_the_seal_of_the_settings_is_of_the_circles_too() -> None:
    settings, ring = box.generate(), box.generate()
    body = b"tree x\nauthor x\n\nmessage\n"
    head, message = body[:16], body[16:]
    text = head + seal.of_commit(body, settings, ring) + message
    assert seal.is_own_commit(text, [settings])
    assert seal.is_of_circle(text, [ring])
    bare = b"".join(line for line in text.splitlines(keepends=True) if not line.startswith(b"coachvault-c"))
    assert not seal.is_own_commit(bare, [settings])
    assert not seal.is_own_commit(text, [ring])
    assert not seal.is_of_circle(text.replace(b"message", b"Message"), [ring])


def test_a_change_without_any_seal_is_refused_by_all(copies: circle.Copies) -> None:
    place = a_record(copies, "Louise")
    forge(copies, [copies.head("remote")], {place: None})
    for person in ("a", "marie", "paul"):
        before = world.tree(copies.place / person)
        with pytest.raises(RefusedError, match=Path(place).name):
            copies.sync(person)
        assert world.tree(copies.place / person) == before


def test_a_replay_in_a_shared_folder_is_believed_and_history_has_what_it_took(
    copies: circle.Copies, marie: Colleague
) -> None:
    """What the description of security says that it cannot prevent."""
    place = a_record(copies, "Zoé")
    marie.forge({place: None})
    copies.sync("a")
    assert not (copies.a / place).exists()
    history = copies.opened("a").history
    assert history
    data = history.run("show", f"{marie.head}:{place}").stdout
    assert b"de Zo" in box.decrypt(data, [copies.opened("a").secret(copies.folder("Zoé"), "notes")])


def test_what_was_refused_is_put_right_by_a_push_of_what_is_here(
    copies: circle.Copies, marie: Colleague
) -> None:
    marie.forge({a_record(copies, "Ferdinand"): None})
    marie.refused(a_record(copies, "Ferdinand"))
    world.git("push", "--quiet", "--force", "origin", "main", at=copies.a)
    circle.agree(copies)


def test_a_key_that_somebody_put_in_the_place_of_a_colleagues_is_refused(copies: circle.Copies) -> None:
    stranger = box.recipient_of(box.generate())
    folder = copies.folder("Augustine")
    forged = keys.wrap(box.generate(), folder, "notes", [stranger])
    world.forge_keys(copies.remote, {f"{folder}/notes.age": forged})
    before = world.tree(copies.place / "marie")
    with pytest.raises(RefusedError, match=f"keys/{folder}/notes.age"):
        copies.sync("marie")
    assert world.tree(copies.place / "marie") == before


def test_a_key_that_was_made_for_a_colleague_is_refused(copies: circle.Copies) -> None:
    folder = copies.folder("Ferdinand")
    forged = keys.wrap(box.generate(), folder, "notes", [circle.RECIPIENTS["marie"]])
    world.forge_keys(copies.remote, {f"{folder}/notes.age": forged})
    report = copies.sync("marie")
    assert any("opens no record" in text for text in report.warnings)
    assert not copies.opened("marie").opens(folder, "notes")


def test_a_key_of_others_that_was_lost_on_the_remote_is_put_back(copies: circle.Copies) -> None:
    folder = copies.folder("Ferdinand")
    world.forge_keys(copies.remote, {f"{folder}/notes.age": None})
    circle.agree(copies, ("marie", "a", "paul"))
    assert copies.opened("a").has(folder, "notes")


def test_a_remote_that_went_back_is_given_again_what_it_had(copies: circle.Copies) -> None:
    old = copies.head("remote")
    copies.note("a", "Ferdinand", "neuf")
    circle.agree(copies)
    copies.note("marie", "Augustine", "de Marie")
    world.git("update-ref", "refs/heads/main", old, at=copies.remote)
    assert any("lost changes" in text for text in copies.sync("marie").warnings)
    circle.agree(copies)
    assert {"neuf", "de Marie"} <= set(copies.texts("a"))


def test_what_only_a_reader_of_all_can_join_waits_for_them(copies: circle.Copies) -> None:
    """The remote lost a change, and somebody who never had it pushed another."""
    copies.clone("a2")
    circle.agree(copies, ("a", "a2", "marie", "paul"))
    old = copies.head("remote")
    copies.note("a", "Ferdinand", "perdu")
    copies.sync("a", "marie")
    world.git("update-ref", "refs/heads/main", old, at=copies.remote)
    copies.note("a2", "Ferdinand", "autre")
    copies.sync("a2")
    copies.note("marie", "Augustine", "de Marie")
    before = world.tree(copies.place / "marie")
    with pytest.raises(RefusedError, match="does not open it"):
        copies.sync("marie")
    assert world.tree(copies.place / "marie") == before
    copies.sync("a")
    circle.agree(copies, ("a", "a2", "marie", "paul"))
    assert {"perdu", "autre", "de Marie"} <= set(copies.texts("a2"))


def test_what_is_not_theirs_is_not_changed_by_hand_either(copies: circle.Copies) -> None:
    place = copies.place / "marie" / a_record(copies, "Ferdinand")
    place.write_bytes(b"x")
    with pytest.raises(RefusedError, match="not for a reader of some folders"):
        copies.sync("marie")
    world.git("restore", ".", at=copies.place / "marie")
    own = copies.place / "marie/templates/fr/charter.md.j2"
    own.parent.mkdir(parents=True)
    own.write_text("la mienne")
    copies.note("marie", "Augustine", "de Marie")
    copies.sync("marie", "a")
    theirs = copies.a / "templates/fr/charter.md.j2"
    assert not theirs.exists()
    theirs.parent.mkdir(parents=True)
    theirs.write_text("celle de A")
    copies.sync("a")
    with pytest.raises(RefusedError, match="another one here"):
        copies.sync("marie")
    assert own.read_text() == "la mienne"


def test_what_was_sealed_before_the_circle_had_another_key_is_believed_once(copies: circle.Copies) -> None:
    head, name = copies.head("remote"), f"keys/{copies.opened('a').practice}/circle.age"
    former, place = (copies.a / name).read_bytes(), a_record(copies, "Zoé")
    old = copies.opened("marie").secret(copies.opened("marie").practice, CIRCLE)
    reader.remove(copies.opened("a"), "Marie", [], rekey=True)
    copies.note("paul", "Zoé", "entre-temps")
    copies.sync("paul")
    circle.agree(copies, ("a", "paul"))
    assert "entre-temps" in copies.texts("a")
    # From now on it is worth nothing, be it with its key and on the history of its day.
    world.forge_keys(copies.remote, {name.removeprefix("keys/"): former})
    forge(copies, [head], {place: None}, old)
    for person in ("a", "paul"):
        with pytest.raises(RefusedError, match="no device of this practice"):
            copies.sync(person)


def test_a_clone_whose_readers_are_others_than_its_keys_were_wrapped_for_is_refused(
    copies: circle.Copies,
) -> None:
    """A colleague knows the coach's recipient: enough to make settings, and not to wrap others' keys."""
    vault = copies.opened("a")
    settings, secret = world.settings(vault), box.generate()
    herself = Reader(
        id=layout.new_id(), name="M", role="colleague", added_on=today(), recipient=circle.RECIPIENTS["marie"]
    )
    text = text_of(msgspec.structs.replace(settings, readers=(*settings.readers, herself)))
    place = layout.record_path(vault.practice, "settings", settings.id)
    recipients = [*vault.recipients(), herself.recipient]
    made = keys.wrap(secret, vault.practice, "settings", recipients)
    record = box.encrypt(padding.pad(text), [box.recipient_of(secret)])
    forge(copies, [copies.head("remote")], {place: record}, settings=secret)
    world.forge_keys(copies.remote, {f"{vault.practice}/settings.age": made})
    with pytest.raises(RefusedError, match=r"identity\.age"):
        cloning.clone(str(copies.remote), copies.place / "new", lambda: world.IDENTITY)
    assert not (copies.place / "new").exists()
