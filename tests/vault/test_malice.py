"""A remote that somebody else can write to: what is not ours is refused by name, and nothing is lost."""

import os
from pathlib import Path

import pytest
import sync_world as world

from coachvault.crypto import box, keys
from coachvault.errors import CoachError, NoVaultError, RefusedError
from coachvault.vault import cloning, layout, sync, tombstone


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("made")
    world.make(place)
    a = place / "a"
    folder = world.opened(a).folders()[0]
    for text in ("un", "deux"):
        world.add_note(world.opened(a), folder, text)
    world.agree(a, place / "b")
    return place


class Scene:
    """A vault, its remote, and what somebody can know who has no key."""

    def __init__(self, made: Path, place: Path) -> None:
        self.a, self.b, self.remote = world.copy(made, place)
        self.place = place
        self.folder = world.opened(self.a).folders()[0]
        self.records = sorted(p.relative_to(self.a).as_posix() for p in self.a.glob("records/*/notes/*"))
        self.before = world.tree(self.a)

    def forge(self, files: dict[str, bytes | None], link: str = "") -> None:
        """Push a change of the branch without a key."""
        world.forge(self.remote, self.place / "forger", files, link=link)

    def refuse(self, name: str, error: type[CoachError] = RefusedError) -> None:
        """Assert that a sync names this file and changes nothing."""
        with pytest.raises(error) as caught:
            sync.sync(world.opened(self.a))
        assert name in caught.value.message
        assert world.tree(self.a) == self.before
        assert world.texts(world.opened(self.a)) == ["deux", "un"]
        assert world.git("status", "--porcelain", at=self.a) == ""


@pytest.fixture
def scene(made: Path, tmp_path: Path) -> Scene:
    return Scene(made, tmp_path / "w")


def test_two_records_that_were_swapped(scene: Scene) -> None:
    first, second = scene.records
    scene.forge({first: scene.before[second], second: scene.before[first]})
    scene.refuse(first)


def test_a_record_that_was_deleted(scene: Scene) -> None:
    scene.forge({scene.records[0]: None})
    scene.refuse(scene.records[0])


def test_a_record_that_was_put_back_to_an_older_state(scene: Scene) -> None:
    name = scene.records[0].rpartition("/")[2].partition(".")[0]
    world.edit_note(world.opened(scene.b), scene.folder, name, "nouveau")
    world.agree(scene.a, scene.b)
    old = scene.before[scene.records[0]]
    scene.before = world.tree(scene.a)
    scene.forge({scene.records[0]: old})
    with pytest.raises(RefusedError, match=name):
        sync.sync(world.opened(scene.a))
    assert world.tree(scene.a) == scene.before


def test_a_record_that_was_added(scene: Scene) -> None:
    name = f"records/{scene.folder}/notes/{layout.new_id()}.yaml.age"
    scene.forge({name: box.encrypt(b"schema: note/1\n", [box.recipient_of(box.generate())])})
    scene.refuse(name)


def test_a_list_of_readers_that_was_forged(scene: Scene) -> None:
    name = next(name for name in scene.before if name.startswith("records/") and "/settings/" in name)
    scene.forge({name: box.encrypt(b"schema: settings/1\n", [box.recipient_of(box.generate())])})
    scene.refuse(name)


def test_a_tombstone_that_was_forged_destroys_nothing(scene: Scene) -> None:
    facts = {"whole": True, "records": 2, **world.TOMBSTONE}
    stone = tombstone.compose(scene.folder, "notes", box.generate(), facts)
    name = f"tombstones/{scene.folder}-notes-1.yaml"
    scene.forge({name: stone})
    scene.refuse(name)


def test_a_tombstone_that_was_forged_and_pulled_with_plain_git_destroys_nothing(scene: Scene) -> None:
    vault = world.opened(scene.a)
    real = tombstone.compose(
        scene.folder,
        "notes",
        vault.secret(scene.folder, "notes"),
        {"whole": True, "records": 2, **world.TOMBSTONE},
    )
    # Even with the right fingerprint, which is nowhere to be read before the destruction.
    seal = real.partition(b"seal: ")[2].strip()
    scene.forge({f"tombstones/{scene.folder}-notes-1.yaml": real.replace(seal, b"0" * 64)})
    world.git("pull", "--quiet", "--ff-only", at=scene.a)
    with pytest.raises(RefusedError, match=scene.folder):
        sync.sync(world.opened(scene.a))
    assert world.texts(world.opened(scene.a)) == ["deux", "un"]


PERSON = ("-c", "user.name=x", "-c", "user.email=x@x")


@pytest.mark.parametrize("has_own", [False, True])
def test_what_plain_git_pulled_is_not_sealed_and_sent_on(scene: Scene, *, has_own: bool) -> None:
    if has_own:
        world.add_note(world.opened(scene.b), scene.folder, "avant")
    template = "templates/en/charter.md.j2"
    scene.forge({scene.records[0]: None, template: b"{{ coach.name }}"})
    forged = world.git("rev-parse", "main", at=scene.remote)
    world.git(*PERSON, "pull", "--quiet", "--no-rebase", "--no-edit", at=scene.b)
    # The seal of what is done meanwhile must not vouch for what it was done on.
    world.add_note(world.opened(scene.b), scene.folder, "après")
    with pytest.raises(RefusedError, match=template) as caught:
        sync.sync(world.opened(scene.b))
    assert world.git("rev-parse", "main", at=scene.remote) == forged
    scene.refuse(scene.records[0])

    words = caught.value.hint.partition("git rebase ")[2].partition(";")[0].split()
    world.git(*PERSON, "rebase", "--quiet", *words, at=scene.b)
    assert not (scene.b / template).exists()
    with pytest.raises(RefusedError, match=template):
        sync.sync(world.opened(scene.b))
    world.git("push", "--quiet", "--force", "origin", "main", at=scene.a)
    world.agree(scene.b, scene.a)
    assert world.texts(world.opened(scene.a)) == ["après", *["avant"] * has_own, "deux", "un"]


def test_a_remote_that_takes_back_what_it_had_forged_has_it_sealed_no_more(scene: Scene) -> None:
    good = world.git("rev-parse", "main", at=scene.remote)
    scene.forge({scene.records[0]: None})
    world.git("pull", "--quiet", "--ff-only", at=scene.b)
    world.git("update-ref", "refs/heads/main", good, at=scene.remote)
    world.git("fetch", "--quiet", at=scene.b)
    with pytest.raises(RefusedError, match=scene.folder):
        sync.sync(world.opened(scene.b))
    assert world.git("rev-parse", "main", at=scene.remote) == good


def test_what_another_device_made_by_hand_is_taken_once_it_is_sealed_there(scene: Scene) -> None:
    (scene.a / "retention.yaml").write_text("schema: 1\nterms: []\n")
    world.git("add", "retention.yaml", at=scene.a)
    world.git(*PERSON, "commit", "--quiet", "-m", "by hand", at=scene.a)
    world.git("push", "--quiet", "--no-verify", "origin", "main", at=scene.a)
    world.git("pull", "--quiet", "--ff-only", at=scene.b)
    with pytest.raises(RefusedError, match=r"retention\.yaml"):
        sync.sync(world.opened(scene.b))
    sync.sync(world.opened(scene.a))
    world.agree(scene.b, scene.a)
    assert (scene.b / "retention.yaml").is_file()


def test_older_keys_are_healed_and_a_missing_key_is_put_back(scene: Scene) -> None:
    old = world.git("rev-parse", "refs/coachvault/keys", at=scene.remote)
    world.add_client(world.opened(scene.a), "Ferdinand")
    sync.sync(world.opened(scene.a))
    now = world.tree(scene.a)
    world.git("update-ref", "refs/coachvault/keys", old, at=scene.remote)
    sync.sync(world.opened(scene.a))
    assert world.git("rev-parse", "refs/coachvault/keys", at=scene.remote) != old
    assert {name for name in now if name.startswith("keys/")} <= world.tree(scene.a).keys()
    world.agree(scene.a, scene.b)


def test_a_destroyed_key_that_is_put_back_is_not_taken(scene: Scene) -> None:
    name = f"{scene.folder}/notes.age"
    world.destroy(world.opened(scene.a), scene.folder)
    world.agree(scene.a, scene.b)
    world.forge_keys(scene.remote, {name: scene.before[f"keys/{name}"]})
    world.agree(scene.a, scene.b)
    assert f"keys/{name}" not in world.tree(scene.a)
    assert name not in world.git("ls-tree", "-r", "refs/coachvault/keys", at=scene.remote)


def test_a_branch_that_went_back_is_put_right_and_told(scene: Scene) -> None:
    old = world.git("rev-parse", "main~2", at=scene.remote)
    world.git("update-ref", "refs/heads/main", old, at=scene.remote)
    report = sync.sync(world.opened(scene.a))
    assert any("lost changes" in text for text in report.warnings)
    world.agree(scene.a, scene.b)
    assert world.texts(world.opened(scene.b)) == ["deux", "un"]


def test_a_key_that_is_encrypted_to_somebody_else(scene: Scene) -> None:
    name = f"{scene.folder}/notes.age"
    stranger = box.recipient_of(box.generate())
    world.forge_keys(scene.remote, {name: keys.wrap(box.generate(), scene.folder, "notes", [stranger])})
    scene.refuse(f"keys/{name}")


def test_a_key_that_was_made_by_who_knows_the_recipient(scene: Scene) -> None:
    name = f"{scene.folder}/notes.age"
    forged = keys.wrap(box.generate(), scene.folder, "notes", [world.IDENTITY.recipient])
    world.forge_keys(scene.remote, {name: forged})
    scene.refuse(f"keys/{name}")


def test_a_new_key_that_opens_nothing_is_left_alone(scene: Scene) -> None:
    name = f"{scene.folder}/billing.age"
    forged = keys.wrap(box.generate(), scene.folder, "billing", [world.IDENTITY.recipient])
    world.forge_keys(scene.remote, {name: forged})
    report = sync.sync(world.opened(scene.a))
    assert any(name in text for text in report.warnings)
    assert f"keys/{name}" not in world.tree(scene.a)


def test_two_keys_that_were_swapped(scene: Scene) -> None:
    names = [f"{scene.folder}/{drawer}.age" for drawer in ("notes", "identity")]
    world.forge_keys(
        scene.remote, dict(zip(names, [scene.before[f"keys/{n}"] for n in reversed(names)], strict=True))
    )
    scene.refuse(f"keys/{names[1]}")


@pytest.mark.parametrize(
    "name", ["x.age", "aaaaaaaaaaaaaaaa/unknown.age", "aaaaaaaaaaaaaaaa/notes.age/x.age"]
)
def test_a_strange_name_among_the_keys(scene: Scene, name: str) -> None:
    world.forge_keys(scene.remote, {name: b"x"})
    scene.refuse(name)


def test_a_link_among_the_keys(scene: Scene) -> None:
    world.forge_keys(scene.remote, {f"{scene.folder}/billing.age": b"/etc/passwd"}, mode="120000")
    scene.refuse(f"{scene.folder}/billing.age")


def test_a_link_in_the_branch(scene: Scene) -> None:
    name = f"records/{scene.folder}/notes/{layout.new_id()}.yaml.age"
    scene.forge({name: b"/etc/passwd"}, link=name)
    scene.refuse(name)


@pytest.mark.parametrize("path", ["../escape", ".git/config", ".GIT/hooks/x", "keys/.."])
def test_a_path_that_leaves_the_vault(scene: Scene, path: str) -> None:
    blob = world.git("hash-object", "-w", "--stdin", at=scene.remote, data=b"x")
    name = blob
    for number, part in enumerate(reversed(path.split("/"))):
        mode, kind = ("100644", b"blob") if number == 0 else ("40000", b"tree")
        assert kind
        raw = f"{mode} {part}".encode() + b"\0" + bytes.fromhex(name)
        name = world.git(
            "hash-object", "-t", "tree", "-w", "--literally", "--stdin", at=scene.remote, data=raw
        )
    words = ("-c", "user.name=x", "-c", "user.email=x@x", "commit-tree", "-p", "main", "-m", "x", name)
    world.git("update-ref", "refs/heads/main", world.git(*words, at=scene.remote), at=scene.remote)
    with pytest.raises(CoachError):
        sync.sync(world.opened(scene.a))
    assert world.tree(scene.a) == scene.before
    assert not (scene.a.parent / "escape").exists()


def test_a_file_that_is_far_too_large_is_refused_before_it_is_read(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Zeros pack well: the remote holds little, and who reads it holds all; a gigabyte takes half a minute.
    large = scene.place / "large"
    with large.open("wb") as file:
        file.truncate(2**27)
    blob = world.git("-c", "core.bigFileThreshold=1m", "hash-object", "-w", str(large), at=scene.remote)
    large.unlink()
    lines = world.git("ls-tree", "-r", "refs/coachvault/keys", at=scene.remote)
    added = f"{lines}\n100644 blob {blob}\t{scene.folder}/billing.age\n"
    monkeypatch.setenv("GIT_INDEX_FILE", str(scene.remote / "forged"))
    world.git("update-index", "--add", "--index-info", at=scene.remote, data=added.encode())
    tree = world.git("write-tree", at=scene.remote)
    monkeypatch.delenv("GIT_INDEX_FILE")
    words = ("-c", "user.name=x", "-c", "user.email=x@x", "commit-tree", "-m", "x", tree)
    world.git("update-ref", "refs/coachvault/keys", world.git(*words, at=scene.remote), at=scene.remote)
    scene.refuse(f"{scene.folder}/billing.age")


@pytest.mark.parametrize("where", ["branch", "keys"])
def test_what_is_refused_leaves_no_trace_of_its_size(scene: Scene, where: str) -> None:
    def size() -> int:
        return sum(path.stat().st_size for path in scene.a.rglob("*") if path.is_file())

    sync.sync(world.opened(scene.a))
    scene.before = world.tree(scene.a)  # a device is listed anew each day, and midnight may have struck
    before = size()
    noise = os.urandom(2**22)
    if where == "branch":
        scene.forge({f"records/{scene.folder}/notes/{layout.new_id()}.yaml.age": noise})
    else:
        world.forge_keys(scene.remote, {f"{scene.folder}/billing.age": noise})
    for _time in range(2):
        scene.refuse(scene.folder)
    assert size() - before < 2**16


def test_another_vault_at_the_same_address(scene: Scene, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    world.make(tmp_path / "other", "a")
    world.git("config", "remote.origin.url", str(tmp_path / "other/remote"), at=scene.a)
    scene.refuse("history in common")


def test_a_newer_format(scene: Scene) -> None:
    vault = world.opened(scene.b)
    seal = vault.seal()
    text = (scene.b / layout.CONFIG).read_bytes().replace(b"format: 1", b"format: 99")
    (scene.b / layout.CONFIG).write_bytes(text)
    world.git("add", layout.CONFIG, at=scene.b)
    assert vault.history
    tree, head = vault.history.text("write-tree"), vault.history.text("rev-parse", "HEAD")
    vault.history.commit(tree, [head], seal)
    world.git("push", "--quiet", "--no-verify", "origin", "HEAD:main", at=scene.b)
    scene.refuse("format 99", NoVaultError)


def test_a_clone_of_what_was_forged_leaves_nothing(scene: Scene, tmp_path: Path) -> None:
    scene.forge({scene.records[0]: None})
    with pytest.raises(RefusedError, match=scene.folder):
        cloning.clone(str(scene.remote), tmp_path / "new", lambda: world.IDENTITY)
    assert not (tmp_path / "new").exists()
