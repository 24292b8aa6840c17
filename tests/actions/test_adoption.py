"""An identity that was replaced on another device takes its place here, and nothing done here is lost."""

import os
from pathlib import Path
import shutil
import sys

from program import run
import pytest
import sync_world as world

from coachvault.actions import adoption, doctor, identity
from coachvault.actions.result import Done
from coachvault.crypto import box, identityfile
from coachvault.crypto.identityfile import Opened
from coachvault.errors import LockedError, NotFoundError, RefusedError
from coachvault.vault import cloning, sync
from coachvault.vault.store import Vault

CRASHED = 77
TEXTS = ["au début, revu", "chez Ferdinand", "pas encore ailleurs"]
PASSPHRASE = "la phrase de cet appareil"


def no_passphrase() -> str:
    pytest.fail("there is none to ask for")


def read(path: Path) -> Opened:
    return identityfile.open_file(path, no_passphrase)


def recipient(path: Path) -> str:
    return read(path).identity.recipient


def rotate(devices: "Devices") -> Done:
    return identity.rotate(devices.vault(devices.a), read(devices.new), lambda _secret, _vault: None)


class Devices:
    """Two copies of one vault, each with the file of its identity; that of the first was replaced since."""

    def __init__(self, place: Path) -> None:
        self.a, self.b, self.remote = place / "a", place / "b", place / "remote"
        self.new, self.old = place / "a.txt", place / "b.txt"

    def vault(self, root: Path) -> Vault:
        return Vault(root, read(self.new if root == self.a else self.old).identity)

    def adopt(self, brought: Path | None = None) -> Done:
        old = adoption.open_old(self.b, self.old, no_passphrase)
        return adoption.adopt(self.b, old, adoption.open_new(brought or self.new, no_passphrase))

    def check(self) -> bool:
        """Assert that the identity in place opens all there is; return whether it is the new one."""
        assert not identityfile.beside(self.old).exists()
        vault = self.vault(self.b)
        vault.recover()
        found = [item.finding for item in doctor.examine(vault).items]  # type: ignore[attr-defined] # findings
        # An interrupted sync leaves some of it to the next one.
        assert [finding for finding in found if not finding.endswith(": coach sync")] == []
        assert world.texts(vault) == TEXTS
        return recipient(self.old) == recipient(self.new)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two devices: the first has replaced the identity, the second has work that no other one knows."""
    place = tmp_path_factory.mktemp("devices")
    world.make(place)
    devices = Devices(place)
    for path in (devices.new, devices.old):
        path.write_text(world.SECRET + "\n")
    (folder,) = world.opened(devices.a).folders()
    note = world.add_note(world.opened(devices.a), folder, "au début")
    world.agree(devices.a, devices.b)
    rotate(devices)
    world.edit_note(devices.vault(devices.b), folder, note, "au début, revu")
    world.add_note(devices.vault(devices.b), folder, "pas encore ailleurs")
    world.add_note(
        devices.vault(devices.b), world.add_client(devices.vault(devices.b), "Ferdinand"), "chez Ferdinand"
    )
    return place


@pytest.fixture
def devices(made: Path, tmp_path: Path) -> Devices:
    return copied(made, tmp_path / "place")


def copied(made: Path, place: Path) -> Devices:
    world.copy(made, place)
    return Devices(place)


def test_the_new_identity_takes_its_place_and_what_waited_here_goes_on(devices: Devices) -> None:
    with pytest.raises(RefusedError, match="does not open with this identity") as told:
        sync.sync(devices.vault(devices.b))
    assert "coach identity adopt FILE" in told.value.hint

    done = devices.adopt()
    assert done.facts["synchronised"]
    assert devices.check()
    assert devices.old.stat().st_mode & 0o777 == 0o600
    sync.sync(devices.vault(devices.a))
    assert world.texts(devices.vault(devices.a)) == TEXTS
    assert not Vault(devices.b, world.IDENTITY).opens(devices.vault(devices.b).practice, "settings")
    assert sync.unpushed(devices.vault(devices.b)) == sync.Unpushed(commits=0, keys=False, files=False)
    clone = cloning.clone(str(devices.remote), devices.a.with_name("c"), lambda: read(devices.new).identity)
    assert world.texts(clone) == TEXTS


def test_nothing_here_holds_a_key_for_the_old_identity_any_more(devices: Devices) -> None:
    devices.adopt()
    for data in world.every_blob(devices.b, devices.b / "keys", devices.b / "files"):
        with pytest.raises(box.WrongKeyError if box.is_age(data) else box.BrokenError):
            box.decrypt(data, [world.SECRET])


def test_a_remote_that_refuses_to_be_written_leaves_only_the_sending_for_later(devices: Devices) -> None:
    hook = devices.remote / "hooks" / "pre-receive"
    hook.parent.mkdir(exist_ok=True)
    hook.write_text("#!/bin/sh\nexit 1\n")
    hook.chmod(0o700)
    done = devices.adopt()
    assert not done.facts["synchronised"]
    assert "the remote refused what was to be pushed" in done.warnings
    assert devices.check()
    hook.unlink()
    sync.sync(devices.vault(devices.b))
    sync.sync(devices.vault(devices.a))
    assert world.texts(devices.vault(devices.a)) == TEXTS


def test_a_remote_out_of_reach_leaves_all_as_it_was(devices: Devices) -> None:
    before = world.tree(devices.b)
    shutil.move(devices.remote, devices.remote.with_name("elsewhere"))
    with pytest.raises(Exception, match="cannot be reached"):
        devices.adopt()
    assert not devices.check()
    assert world.tree(devices.b) == before


def test_what_is_no_successor_is_refused_and_changes_nothing(devices: Devices, tmp_path: Path) -> None:
    before, remote = world.tree(devices.b), world.git("show-ref", at=devices.remote)
    brought = tmp_path / "brought.txt"
    for secret, says in (
        (world.SECRET, "in use here already"),
        (box.generate(), "does not open the keys of the remote"),
        ("no identity at all", "holds no age identity"),
    ):
        brought.write_text(secret + "\n")
        with pytest.raises((RefusedError, LockedError), match=says):
            devices.adopt(brought)
        assert not devices.check()
        assert (world.tree(devices.b), world.git("show-ref", at=devices.remote)) == (before, remote)
    with pytest.raises(NotFoundError, match="there is no file"):
        devices.adopt(tmp_path / "nothing")


def test_a_file_of_another_reader_is_refused(devices: Devices, tmp_path: Path) -> None:
    kits: list[str] = []
    identity.make_kit(devices.vault(devices.b), lambda secret, _vault: kits.append(secret))
    brought = tmp_path / "brought.txt"
    brought.write_text(kits[0] + "\n")
    with pytest.raises(RefusedError, match="of another reader, or of the kit"):
        devices.adopt(brought)
    assert not devices.check()


def test_a_rotation_that_the_remote_has_not_heard_of_is_brought_together_all_the_same(
    devices: Devices, tmp_path: Path
) -> None:
    """The one rotates without a connection, the other goes on with the old identity and is faster."""
    devices.adopt()
    shutil.copy(devices.old, tmp_path / "former.txt")
    away = devices.remote.with_name("elsewhere")
    shutil.move(devices.remote, away)
    done = rotate(devices)
    assert not done.facts["synchronised"]
    assert any("cannot be reached" in sentence for sentence in done.warnings)
    shutil.move(away, devices.remote)

    world.add_client(devices.vault(devices.b), "Solange")
    sync.sync(devices.vault(devices.b))
    with pytest.raises(RefusedError, match="does not know that this identity has followed"):
        devices.adopt()
    assert not devices.check()
    with pytest.raises(RefusedError, match="does not open with this identity"):
        sync.sync(devices.vault(devices.a))

    old = adoption.open_old(devices.a, devices.new, no_passphrase)
    heard = adoption.adopt(devices.a, old, adoption.open_new(tmp_path / "former.txt", no_passphrase))
    assert not heard.facts["replaced"]
    assert devices.adopt().facts["replaced"]
    assert devices.check()
    sync.sync(devices.vault(devices.a))
    assert len(devices.vault(devices.a).folders()) == 3
    assert world.texts(devices.vault(devices.a)) == TEXTS


def test_an_old_identity_that_is_gone_is_told_to_clone(devices: Devices, tmp_path: Path) -> None:
    with pytest.raises(LockedError, match="not here any more") as told:
        adoption.open_old(devices.b, tmp_path / "nothing", no_passphrase)
    assert "coach clone" in told.value.hint
    shutil.copy(devices.new, devices.old)
    with pytest.raises(LockedError, match="not here any more"):
        adoption.open_old(devices.b, devices.old, no_passphrase)


def test_the_passphrase_of_this_device_stays(devices: Devices) -> None:
    """A device without one never puts the new identity in the clear where the file that came was not."""
    protected = devices.new.with_name("protected.age")
    protected.write_bytes(box.encrypt_with_passphrase(devices.new.read_bytes(), PASSPHRASE))
    old = adoption.open_old(devices.b, devices.old, no_passphrase)
    adoption.adopt(devices.b, old, adoption.open_new(protected, lambda: PASSPHRASE))
    opened = identityfile.open_file(devices.old, lambda: PASSPHRASE)
    assert opened.identity.recipient == recipient(devices.new)
    assert opened.passphrase == PASSPHRASE


def test_the_command_says_what_is_left_to_do(
    devices: Devices, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("COACHVAULT_IDENTITY", str(devices.old))
    result = run("--lang", "en", "--vault", str(devices.b), "identity", "adopt", str(devices.new))
    assert result.code == 0, result.err
    assert f"delete the copy that you have brought: {devices.new}" in result.err
    assert devices.check()
    refused = run("--lang", "en", "--vault", str(devices.b), "identity", "adopt", str(tmp_path / "nothing"))
    assert (refused.code, "there is no file" in refused.err) == (4, True)


def crash_at(step: int, devices: Devices) -> int:
    """Adopt in a process that dies before its step-th change of a file; returns how it ended."""
    child = os.fork()
    if child == 0:
        count = 0

        def watch(event: str, facts: tuple[object, ...]) -> None:
            nonlocal count
            is_write = event == "open" and isinstance(facts[2], int) and facts[2] & (os.O_WRONLY | os.O_RDWR)
            # git's own steps are many: it is stopped before each of them begins.
            if is_write or event in ("os.rename", "os.remove", "subprocess.Popen"):
                count += 1
                if count == step:
                    os._exit(CRASHED)

        sys.addaudithook(watch)
        try:
            devices.adopt()
        except BaseException:  # noqa: BLE001 the parent is to see it
            os._exit(1)
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def test_whatever_interrupts_it_the_next_command_finishes_or_takes_back(made: Path, tmp_path: Path) -> None:
    """At every 23rd step, up to the end."""
    outcomes = []
    for step in range(5, 500, 23):
        devices = copied(made, tmp_path / str(step))
        code = crash_at(step, devices)
        identity.resume(devices.b, devices.old, no_passphrase)
        outcomes.append(devices.check())
        if not outcomes[-1]:
            devices.adopt()
        sync.sync(devices.vault(devices.b))
        sync.sync(devices.vault(devices.a))
        assert world.texts(devices.vault(devices.a)) == TEXTS, step
        shutil.rmtree(tmp_path / str(step))
        if code == 0:
            break
        assert code == CRASHED, step
    assert outcomes == sorted(outcomes), "taken back before the vault counts on it, finished from then on"
    assert outcomes.count(False) > 1
    assert outcomes.count(True) > 1


def test_keys_that_only_the_old_identity_opens_are_wrapped_anew_before_it_goes(
    devices: Devices, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The remote's keys are here, and those of what was made here still wait for the same."""

    def interrupt(*_what: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(sync, "_finish", interrupt)
        with pytest.raises(KeyboardInterrupt):
            devices.adopt()
    vault = Vault(devices.b, read(devices.new).identity)
    opened = [vault.opens(f, d) for f in (vault.practice, *vault.folders()) for d in vault.drawers(f)]
    assert sorted(set(opened)) == [False, True]
    identity.resume(devices.b, devices.old, no_passphrase)
    assert devices.check()
    sync.sync(devices.vault(devices.b))
    sync.sync(devices.vault(devices.a))
    assert world.texts(devices.vault(devices.a)) == TEXTS
