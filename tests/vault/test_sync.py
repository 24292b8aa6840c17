from collections.abc import Iterator
import itertools
from pathlib import Path
import shutil
from typing import Any

from fault import memory
from hypothesis import settings
from hypothesis.stateful import run_state_machine_as_test
from pair_world import Pair, Walk
import pytest
import sync_world as world

from coachvault.actions import reader as readers
from coachvault.actions import sync as actions
from coachvault.crypto import box, keys
from coachvault.errors import BusyError, LockedError, NotFoundError, ProgramError, RefusedError
from coachvault.records.client import Client
from coachvault.records.contract import Contract
from coachvault.vault import cloning, layout, outbox, proof, sync, tombstone
from coachvault.vault.merge import text_of
from coachvault.vault.remote import Remote, check_url


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    with memory() as place:
        world.make(place)
        yield place


@pytest.fixture
def pair(made: Path) -> Iterator[tuple[Path, Path, Path]]:
    with memory() as place:
        yield world.copy(made, place / "w")


def only_client(root: Path) -> str:
    (folder,) = world.opened(root).folders()
    return folder


def test_what_both_add_is_on_both(pair: tuple[Path, Path, Path]) -> None:
    a, b, _remote = pair
    folder = only_client(a)
    world.add_note(world.opened(a), folder, "un")
    world.add_note(world.opened(b), folder, "deux")
    world.add_client(world.opened(b), "Ferdinand")
    world.agree(a, b)
    assert world.texts(world.opened(a)) == ["deux", "un"]
    assert len(world.opened(a).folders()) == 2


def test_two_keys_of_one_new_drawer_become_one(pair: tuple[Path, Path, Path]) -> None:
    a, b, _remote = pair
    folder = only_client(a)
    for root in (a, b):
        with world.opened(root).change() as change:
            change.attach(
                folder,
                "notes",
                {"on": "2026-01-01", "role": "signed", "title": "x", "format": "pdf"},
                b"%PDF",
            )
    world.agree(a, b)
    vault = world.opened(b)
    assert len(vault.record_ids(folder, "notes")) == 2
    assert len(list((b / layout.TOMBSTONES).glob("*"))) == 1


def test_an_edit_wins_over_a_removal_and_a_removal_over_nothing(pair: tuple[Path, Path, Path]) -> None:
    a, b, _remote = pair
    folder = only_client(a)
    edited, removed = (world.add_note(world.opened(a), folder, text) for text in ("un", "deux"))
    world.agree(a, b)
    for name in (edited, removed):
        world.remove_note(world.opened(a), folder, name)
    world.edit_note(world.opened(b), folder, edited, "un de plus")
    world.agree(a, b)
    assert world.texts(world.opened(a)) == ["un de plus"]


def test_the_same_change_on_both_comes_to_rest(pair: tuple[Path, Path, Path]) -> None:
    a, b, _remote = pair
    folder = only_client(a)
    name = world.add_note(world.opened(a), folder, "un")
    world.agree(a, b)
    same = world.note(world.opened(a), folder, name)
    for root in (a, b):
        with world.opened(root).change() as change:
            change.writes[layout.record_path(folder, "notes", name)] = box.encrypt(
                text_of(same), [box.recipient_of(world.opened(root).secret(folder, "notes"))]
            )
    world.agree(a, b)


def test_a_field_changed_on_both_keeps_both_values(pair: tuple[Path, Path, Path]) -> None:
    a, b, _remote = pair
    folder = only_client(a)
    name = world.add_note(world.opened(a), folder, "un")
    world.agree(a, b)
    world.edit_note(world.opened(a), folder, name, "ici")
    world.edit_note(world.opened(b), folder, name, "là")
    world.agree(a, b)
    found = world.note(world.opened(b), folder, name)
    assert {found.text, *(conflict.theirs for conflict in found.conflicts)} == {"ici", "là"}


def test_a_destroyed_drawer_beats_what_the_other_wrote_in_it(pair: tuple[Path, Path, Path]) -> None:
    a, b, _remote = pair
    folder = only_client(a)
    world.add_note(world.opened(a), folder)
    world.agree(a, b)
    (client,) = world.opened(b).load(folder, "identity", Client)
    outbox.put(b, f"{client.code}-notes.pdf", b"%PDF")
    world.destroy(world.opened(a), folder)
    world.add_note(world.opened(b), folder, "trop tard")
    world.agree(a, b)
    assert world.texts(world.opened(b)) == []
    assert outbox.names(b) == ()


def test_a_drawer_that_was_begun_anew_takes_nothing_of_the_destroyed_one(
    pair: tuple[Path, Path, Path],
) -> None:
    a, b, _remote = pair
    folder = only_client(a)
    world.add_note(world.opened(a), folder, "ancien")
    forgotten = world.add_note(world.opened(a), folder, "oublié")
    world.agree(a, b)
    world.destroy(world.opened(a), folder)
    world.add_note(world.opened(a), folder, "nouveau")
    world.add_note(world.opened(b), folder, "trop tard")
    world.destroy_note(world.opened(b), folder, forgotten)
    world.agree(a, b)
    assert world.texts(world.opened(b)) == ["nouveau"]


@pytest.mark.parametrize("is_destroyer_first", [True, False])
def test_a_destroyed_drawer_takes_the_key_along_that_the_other_gave_it_meanwhile(
    pair: tuple[Path, Path, Path], *, is_destroyer_first: bool
) -> None:
    a, b, _remote = pair
    folder = only_client(a)
    names = [world.add_note(world.opened(a), folder, text) for text in ("un", "deux", "trois")]
    world.agree(a, b)
    world.destroy_note(world.opened(a), folder, names[0])
    world.destroy(world.opened(a), folder)
    world.destroy_note(world.opened(b), folder, names[1])
    world.agree(*((a, b) if is_destroyer_first else (b, a)))
    assert world.texts(world.opened(a)) == []


def test_a_copy_from_before_the_sync_opens_what_was_purged_and_one_from_after_does_not(
    pair: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    a, b, remote = pair
    folder = only_client(a)
    world.add_note(world.opened(a), folder, "une dette")
    world.agree(a, b)
    world.destroy(world.opened(a), folder)
    sync.sync(world.opened(a))
    shutil.copytree(b, tmp_path / "early")
    sync.sync(world.opened(b))
    assert world.texts(world.opened(tmp_path / "early")) == ["une dette"]
    shutil.copytree(b, tmp_path / "late")
    assert world.texts(world.opened(tmp_path / "late")) == []
    late = world.opened(tmp_path / "late")
    drawers = [(f, d) for f in (*late.folders(), late.practice) for d in late.drawers(f)]
    ring = [late.secret(*drawer) for drawer in drawers]
    world.git("clone", "--quiet", "--mirror", "--no-local", str(remote), str(tmp_path / "m.git"), at=tmp_path)
    places = (late.root, late.root / "keys", late.root / "files", tmp_path / "m.git")
    blobs = [data for place in places for data in world.every_blob(place)]
    assert not any(b"une dette" in text for text in world.opened_by(blobs, ring))
    early = world.opened(tmp_path / "early").secret(folder, "notes")
    assert any(b"une dette" in text for text in world.opened_by(blobs, [early]))


def test_a_key_whose_only_record_was_removed_before_the_next_sync_is_proven_by_history(
    tmp_path: Path,
) -> None:
    world.make(tmp_path, "abc")
    a, b, c = (tmp_path / name for name in "abc")
    folder = only_client(a)
    world.remove_note(world.opened(b), folder, world.add_note(world.opened(b), folder, "un"))
    world.add_client(world.opened(c), "Ferdinand")
    # The third merges what the second made: on the first side of that merge the drawer never was.
    for root in (b, c, a):
        assert sync.sync(world.opened(root)).warnings == []
    world.agree(a, b, c)
    assert world.opened(a).has(folder, "notes")


def test_what_was_written_with_a_replaced_key_is_encrypted_to_the_new_one(
    pair: tuple[Path, Path, Path],
) -> None:
    a, b, _remote = pair
    folder = only_client(a)
    gone, kept = (world.add_note(world.opened(a), folder, text) for text in ("un", "deux"))
    world.agree(a, b)
    world.destroy_note(world.opened(a), folder, gone)
    world.edit_note(world.opened(b), folder, gone, "un corrigé")
    world.edit_note(world.opened(b), folder, kept, "deux corrigé")
    world.add_note(world.opened(b), folder, "trois")
    world.agree(b, a)
    assert world.texts(world.opened(a)) == ["deux corrigé", "trois"]


def nothing_opens(*roots: Path) -> None:
    """Assert that no object of any copy holds what was destroyed."""
    for root in roots:
        found = proof.prove(world.opened(root), tombstone.read_all(root))
        assert found
        assert (found.findings, found.unknown) == ((), 0)


@pytest.mark.parametrize("first", [0, 1])
def test_both_destroying_in_one_drawer_leaves_what_neither_destroyed(
    pair: tuple[Path, Path, Path], first: int
) -> None:
    """The key that each made meanwhile wrote what the other destroyed: neither may stay."""
    a, b = pair[:2][:: 1 - 2 * first]
    folder = only_client(a)
    names = [world.add_note(world.opened(a), folder, text) for text in ("un", "deux", "trois")]
    world.agree(a, b)
    world.destroy_note(world.opened(a), folder, names[0])
    world.destroy_note(world.opened(b), folder, names[1])
    world.add_note(world.opened(b), folder, "quatre")
    world.agree(a, b)
    assert world.texts(world.opened(a)) == ["quatre", "trois"]
    nothing_opens(a, b)

    world.add_note(world.opened(b), folder, "cinq")
    world.agree(a, b)
    assert world.texts(world.opened(a)) == ["cinq", "quatre", "trois"]


def test_both_destroying_a_document_of_one_drawer_leaves_what_neither_destroyed(
    pair: tuple[Path, Path, Path],
) -> None:
    a, b, _remote = pair
    folder = only_client(a)
    values = {"on": "2026-01-01", "role": "signed", "title": "x", "format": "pdf"}
    with world.opened(a).change() as change:
        kept = [change.attach(folder, "contract", values, b"%%PDF %d" % number) for number in range(3)]
    world.agree(a, b)
    for root, gone in zip((a, b), kept, strict=False):
        with world.opened(root).change() as change:
            change.rekey(folder, "contract", world.TOMBSTONE, [gone.id])
    world.agree(a, b)
    assert [world.opened(root).document(kept[2]) for root in (a, b)] == [b"%PDF 2"] * 2
    nothing_opens(a, b)


def test_who_was_to_read_no_more_reads_nothing_that_is_written_after_a_destruction_elsewhere(
    pair: tuple[Path, Path, Path],
) -> None:
    """The reader has the key that the other device made meanwhile."""
    a, b, _remote = pair
    folder = only_client(a)
    name = world.add_note(world.opened(a), folder, "un")
    secret = box.generate()
    readers.add(world.opened(a), "Louise", box.recipient_of(secret), [])
    world.agree(a, b)
    world.destroy_note(world.opened(a), folder, name)
    hers = keys.secret_of(
        keys.Identity([secret]).unwrap([(a / layout.key_path(folder, "notes")).read_bytes()])[0],
        folder,
        "notes",
    )
    readers.remove(world.opened(b), "Louise", [], rekey=True)
    world.agree(a, b)

    late = world.add_note(world.opened(b), folder, "après")

    data = (b / layout.record_path(folder, "notes", late)).read_bytes()
    with pytest.raises(box.WrongKeyError):
        box.decrypt(data, [hers])


def test_documents_travel_beside_the_branch(pair: tuple[Path, Path, Path]) -> None:
    a, b, _remote = pair
    folder = only_client(a)
    values = {"on": "2026-01-01", "role": "signed", "title": "x", "format": "pdf"}
    with world.opened(a).change() as change:
        kept = change.attach(folder, "contract", values, b"%PDF" * 1000)
    world.agree(a, b)
    assert world.opened(b).document(kept) == b"%PDF" * 1000
    assert world.git("ls-files", "files", "keys", at=b) == ""
    with world.opened(b).change() as change:
        change.remove(kept)
    world.agree(a, b)
    assert not list((a / layout.FILES).glob("*/*/*.age"))


def test_keys_have_no_history_and_none_stands_among_the_objects_of_the_branch(
    pair: tuple[Path, Path, Path],
) -> None:
    a, b, remote = pair
    world.add_note(world.opened(a), only_client(a))
    world.agree(a, b)
    assert world.git("rev-list", "--count", "refs/coachvault/keys", at=remote) == "1"
    age = [data for data in world.every_blob(b) if data.startswith(b"age-encryption")]
    assert age
    assert not list(world.opened_by(age, [world.SECRET]))


def test_a_remote_that_is_away_changes_nothing_and_status_says_what_waits(
    pair: tuple[Path, Path, Path],
) -> None:
    a, _b, remote = pair
    remote.rename(remote.with_name("away"))
    world.add_note(world.opened(a), only_client(a), "un")
    before = world.tree(a)
    with pytest.raises(ProgramError, match="cannot be reached"):
        sync.sync(world.opened(a))
    assert world.tree(a) == before
    assert sync.unpushed(world.opened(a)) == sync.Unpushed(commits=1, keys=True, files=False)
    assert "keys are older" in actions.state(world.opened(a))
    remote.with_name("away").rename(remote)
    sync.sync(world.opened(a))
    assert actions.state(world.opened(a)).startswith("has everything")


def put_hook(remote: Path, name: str, script: str) -> Path:
    """Have the remote run a hook."""
    hook = remote / "hooks" / name
    hook.parent.mkdir(exist_ok=True)
    hook.write_text(f"#!/bin/sh\n{script}\n")
    hook.chmod(0o755)
    return hook


@pytest.mark.parametrize(
    ("name", "script"),
    [
        ("pre-receive", "exit 1"),
        ("update", "test $1 != refs/coachvault/keys"),
        ("update", "test $1 != refs/heads/main"),
        ("reference-transaction", "test $1 != prepared"),
    ],
)
def test_a_push_that_is_refused_leaves_the_remote_and_is_told(
    pair: tuple[Path, Path, Path], name: str, script: str
) -> None:
    a, b, remote = pair
    folder, gone = only_client(a), world.add_client(world.opened(a), "Ferdinand")
    world.add_note(world.opened(a), gone, "dette")
    world.agree(a, b)
    hook = put_hook(remote, name, script)
    before = world.git("for-each-ref", at=remote)
    world.destroy(world.opened(a), gone)
    world.add_note(world.opened(a), folder, "un")
    with pytest.raises(ProgramError) as caught:
        sync.sync(world.opened(a))
    assert caught.value.message == "the remote refused what was to be pushed"
    assert "nothing was changed there; what you did is kept here" in caught.value.hint
    assert world.git("for-each-ref", at=remote) == before
    assert world.texts(world.opened(a)) == ["un"]
    found = sync.unpushed(world.opened(a))
    assert found is not None
    assert found.commits > 0
    hook.unlink()
    world.agree(a, b)
    assert world.texts(world.opened(b)) == ["un"]


def test_who_was_faster_is_fetched_again(
    pair: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    a, b, _remote = pair
    folder = only_client(a)
    world.add_note(world.opened(a), folder, "un")
    world.add_note(world.opened(b), folder, "deux")
    push = Remote.push
    races: list[int] = []

    def overtaken(self: Remote, *words: object) -> None:
        if self.root == a and not races:
            races.append(1)
            sync.sync(world.opened(b))
        push(self, *words)  # type: ignore[arg-type] # passed on as they came

    monkeypatch.setattr(Remote, "push", overtaken)
    sync.sync(world.opened(a))
    assert races
    assert world.texts(world.opened(a)) == ["deux", "un"]
    world.agree(a, b)


# Another push moves the keys between the lease and the update: so many times.
OVERTAKING = """
tries=$(cat tries 2>/dev/null || echo 0)
test $1 = refs/coachvault/keys && test $tries -lt {count} || exit 0
echo $((tries + 1)) >tries
unset $(git rev-parse --local-env-vars | grep -v GIT_DIR)
empty=$(git hash-object -t tree -w /dev/null)
git update-ref $1 $(git -c user.name=x -c user.email=x@x commit-tree -m $tries $empty)
"""


def test_a_lease_lost_in_the_middle_of_a_push_is_tried_again(pair: tuple[Path, Path, Path]) -> None:
    a, b, remote = pair
    world.add_note(world.opened(a), only_client(a), "un")
    put_hook(remote, "update", OVERTAKING.format(count=1))
    sync.sync(world.opened(a))
    assert (remote / "tries").read_text() == "1\n"
    assert sync.unpushed(world.opened(a)) == sync.Unpushed(commits=0, keys=False, files=False)
    world.agree(a, b)
    assert world.texts(world.opened(b)) == ["un"]


def test_a_remote_that_always_rejects_the_lease_is_given_up_and_nothing_is_lost(
    pair: tuple[Path, Path, Path],
) -> None:
    a, b, remote = pair
    world.add_note(world.opened(a), only_client(a), "un")
    main = world.git("rev-parse", "main", at=remote)
    hook = put_hook(remote, "update", OVERTAKING.format(count=99))
    with pytest.raises(BusyError) as caught:
        sync.sync(world.opened(a))
    assert caught.value.message == f"other devices pushed {sync.TRIES} times meanwhile"
    assert (remote / "tries").read_text() == f"{sync.TRIES}\n"
    assert world.git("rev-parse", "main", at=remote) == main
    assert world.texts(world.opened(a)) == ["un"]
    hook.unlink()
    world.agree(a, b)
    assert world.texts(world.opened(b)) == ["un"]


def test_a_clone_on_an_empty_machine_opens_with_the_identity(
    pair: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    a, _b, remote = pair
    world.add_note(world.opened(a), only_client(a), "un")
    sync.sync(world.opened(a))
    done = actions.clone(str(remote), tmp_path / "new", lambda: world.IDENTITY, "portable")
    assert done.facts["vault"] == tmp_path / "new"
    vault = world.opened(tmp_path / "new")
    assert world.texts(vault) == ["un"]
    assert "portable" in {device.label for device in world.settings(vault).devices}
    assert all(path.stat().st_mode & 0o77 == 0 for path in (tmp_path / "new/keys").glob("*/*.age"))


def test_a_clone_that_the_identity_does_not_open_leaves_nothing(
    pair: tuple[Path, Path, Path], tmp_path: Path
) -> None:
    stranger = keys.Identity([box.generate()])
    with pytest.raises(LockedError):
        cloning.clone(str(pair[2]), tmp_path / "new", lambda: stranger)
    assert not (tmp_path / "new").exists()
    assert not list(tmp_path.glob(".new*"))
    with pytest.raises(ProgramError):
        cloning.clone(str(tmp_path / "nowhere"), tmp_path / "new", lambda: world.IDENTITY)
    world.git("init", "--quiet", "--bare", str(tmp_path / "empty"), at=tmp_path)
    with pytest.raises(NotFoundError):
        cloning.clone(str(tmp_path / "empty"), tmp_path / "new", lambda: world.IDENTITY)


@pytest.mark.parametrize("url", ["https://me:secret@host/x", "-u", "ext::sh -c x", "", "a\nb"])
def test_an_address_with_a_password_or_a_command_is_refused(url: str) -> None:
    with pytest.raises(RefusedError) as caught:
        check_url(url)
    assert "secret" not in str(caught.value)


def test_a_plain_git_push_takes_new_keys_along(pair: tuple[Path, Path, Path]) -> None:
    a, b, _remote = pair
    sync.sync(world.opened(a))
    world.add_note(world.opened(a), world.add_client(world.opened(a), "Ferdinand"), "un")
    world.git("push", "--quiet", at=a)
    assert sync.unpushed(world.opened(a)).keys is False  # type: ignore[union-attr] # it has a remote
    sync.sync(world.opened(b))
    assert world.texts(world.opened(b)) == ["un"]
    world.agree(a, b)


def test_a_plain_git_push_of_a_destruction_is_stopped(pair: tuple[Path, Path, Path]) -> None:
    a, b, remote = pair
    folder = only_client(a)
    world.add_note(world.opened(a), folder, "un")
    world.agree(a, b)
    world.destroy(world.opened(a), folder)
    before = world.git("for-each-ref", at=remote)
    with pytest.raises(AssertionError, match="coach sync"):
        world.git("push", at=a)
    assert world.git("for-each-ref", at=remote) == before
    world.agree(a, b)


def test_a_plain_git_pull_and_then_a_sync_agree(pair: tuple[Path, Path, Path]) -> None:
    a, b, _remote = pair
    world.add_note(world.opened(a), only_client(a), "un")
    sync.sync(world.opened(a))
    world.add_client(world.opened(b), "Ferdinand")
    person = ("-c", "user.name=x", "-c", "user.email=x@x")
    world.git(*person, "pull", "--quiet", "--no-rebase", "--no-edit", at=b)
    world.agree(b, a)
    assert world.texts(world.opened(b)) == ["un"]


def test_a_sync_with_nothing_new_makes_no_commit(pair: tuple[Path, Path, Path]) -> None:
    a, b, _remote = pair
    world.agree(a, b)
    head = world.git("rev-parse", "HEAD", at=a)
    assert sync.sync(world.opened(a)).sent == 0
    assert world.git("rev-parse", "HEAD", at=a) == head


def test_any_order_of_changes_converges(made: Path) -> None:
    with memory() as place:
        numbers = itertools.count()

        def begin() -> Walk:
            root = place / str(next(numbers))
            world.copy(made, root)
            return Walk(Pair(root))

        # Hypothesis shrinks what fails; python tests/bench/converge.py goes on for 1,000 rounds.
        run_state_machine_as_test(begin, settings=settings(max_examples=3, stateful_step_count=10))  # type: ignore[arg-type] # it calls it


@pytest.mark.parametrize("how", ["sync", "a change"])
def test_terms_and_templates_that_the_coach_drops_are_dropped_everywhere(
    pair: tuple[Path, Path, Path], how: str
) -> None:
    a, b, _remote = pair
    places = ("retention.yaml", "templates/fr/charter.md.j2")
    for place in places:
        (a / place).parent.mkdir(parents=True, exist_ok=True)
        (a / place).write_text("schema: 1\nterms: []\n")
    world.agree(a, b)
    assert all((b / place).is_file() for place in places)
    for place in places:
        (a / place).unlink()
    if how == "a change":
        world.add_note(world.opened(a), only_client(a), "après")
        history = world.opened(a).history
        assert history
        assert history.waiting() == 0
    world.agree(a, b)
    assert not any((root / place).exists() for root in (a, b) for place in places)


def test_a_sync_counts_the_fields_that_two_devices_changed_and_says_so_once_on_each(
    pair: tuple[Path, Path, Path],
) -> None:
    a, b, _remote = pair
    folder = only_client(a)
    name = world.add_note(world.opened(a), folder, "un")
    world.agree(a, b)
    world.edit_note(world.opened(a), folder, name, "deux")
    world.edit_note(world.opened(b), folder, name, "trois")
    counts = [sync.sync(world.opened(root)).conflicts for root in (a, b, a, b, a)]
    assert counts == [0, 1, 1, 0, 0]


def test_a_contract_signed_on_one_device_stays_so_whatever_the_other_changes(
    pair: tuple[Path, Path, Path],
) -> None:
    a, b, _remote = pair
    folder = only_client(a)
    with world.opened(a).change() as change:
        change.add("contract", folder, {"kind": "individual", "fee": "80", "currency": "EUR"})
    world.agree(a, b)
    signatures = [{"by": party, "on": "2026-01-31"} for party in ("client", "coach")]
    changes: list[tuple[Path, dict[str, Any]]] = [(a, {"signatures": signatures}), (b, {"fee": "999"})]
    for root, values in changes:
        (before,) = world.opened(root).load(folder, "contract", Contract)
        with world.opened(root).change() as change:
            change.update(before, values)
    world.agree(a, b)
    (after,) = world.opened(b).load(folder, "contract", Contract)
    assert (str(after.fee), after.state, [c.field for c in after.conflicts]) == ("80", "signed", ["fee"])
