"""Identity and kit: replaced whole or not at all, whatever interrupts it, and tried by hand."""

from datetime import timedelta
from pathlib import Path
import shutil

import fault
import pytest

from coachvault import clock
from coachvault.actions import client as clients
from coachvault.actions import doctor, identity, roster
from coachvault.crypto import box, identityfile, keys
from coachvault.crypto.identityfile import Opened
from coachvault.errors import CoachError, LockedError, RefusedError
from coachvault.vault import founding
from coachvault.vault.store import Vault

PASSPHRASE = "the passphrase of a test"


def no_passphrase() -> str:
    pytest.fail("there is none to ask for")


class World:
    """A vault, the file of its identity, and the kits that were printed."""

    def __init__(self, folder: Path) -> None:
        self.root, self.path = folder / "vault", folder / "identity.txt"
        self.secret, self.kits = box.generate(), [box.generate()]
        self.path.write_text(self.secret + "\n")
        recipients = (box.recipient_of(self.secret), box.recipient_of(self.kits[0]))
        founding.found(
            self.root,
            country="FR",
            language="en",
            readers=[founding.reader("coach", recipients[0]), founding.reader("kit", recipients[1])],
            profile={"name": "Ann"},
            unwrapper=keys.Identity([self.secret]),
            git=False,
        )
        clients.new(self.vault(), {"name": "Zoe"}, None)

    def opened(self) -> Opened:
        return identityfile.open_file(self.path, no_passphrase)

    def vault(self) -> Vault:
        return Vault(self.root, self.opened().identity)

    def rotate(self) -> None:
        identity.rotate(self.vault(), self.opened(), self.keep)

    def recover(self) -> None:
        """Make a new identity with the kit alone, where the lost one lay."""
        kit = self.path.with_name("kit.txt")
        kit.write_text(self.kits[0] + "\n")
        opened = identityfile.open_file(kit, no_passphrase)
        vault = Vault(self.root, opened.identity)
        assert identity.is_kit(vault, opened)
        place = identity.succession(vault, opened, self.path, no_passphrase, lambda: "")
        identity.rotate(vault, place._replace(passphrase=None), self.keep)

    def keep(self, secret: str, _vault: Vault) -> None:
        self.kits.append(secret)

    def opens(self, secret: str) -> bool:
        vault = Vault(self.root, keys.Identity([secret]))
        return all(vault.opens(f, d) for f in (vault.practice, *vault.folders()) for d in vault.drawers(f))


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_rotation_leaves_nothing_to_the_old_identity_and_the_old_kit(world: World) -> None:
    old = world.secret
    world.rotate()
    new = world.opened().identity.reveal().strip()
    assert [world.opens(secret) for secret in (old, world.kits[0], new, world.kits[1])] == [
        False, False, True, True,
    ]  # fmt: skip
    assert not identityfile.beside(world.path).exists()
    assert world.path.stat().st_mode & 0o777 == 0o600
    assert [row.name for row in roster.listing(world.vault()).items] == ["Zoe"]  # type: ignore[attr-defined] # rows
    assert doctor.examine(world.vault()).items == ()


def test_the_keys_of_an_early_copy_are_of_no_use_to_who_has_only_the_new_identity(
    world: World, tmp_path: Path
) -> None:
    early = Path(shutil.copytree(world.root, tmp_path / "early"))
    world.rotate()
    new, drawers = world.opened().identity.reveal().strip(), world.vault().reach()
    opened = {
        secret: [Vault(early, keys.Identity([secret])).opens(*drawer) for drawer in drawers]
        for secret in (new, world.kits[1], world.secret, world.kits[0])
    }
    assert drawers
    assert {secret: set(each) for secret, each in opened.items()} == {
        new: {False}, world.kits[1]: {False}, world.secret: {True}, world.kits[0]: {True},
    }  # fmt: skip


def test_the_kit_makes_a_new_identity_in_the_place_of_one_that_was_lost(world: World) -> None:
    world.path.unlink()
    world.recover()
    new = world.opened().identity
    assert [world.opens(secret) for secret in (world.secret, *world.kits)] == [False, False, True]
    assert world.opens(new.reveal().strip())
    assert [entry.role for entry in world.vault().readers()] == ["coach", "kit"]
    assert world.path.stat().st_mode & 0o777 == 0o600
    assert doctor.examine(world.vault()).items == ()


def test_the_kit_replaces_no_file_that_is_there(world: World) -> None:
    before = world.path.read_text()
    with pytest.raises(RefusedError, match="an identity already"):
        world.recover()
    assert world.path.read_text() == before
    assert world.opens(world.secret)
    assert world.opens(world.kits[0])


def test_a_new_identity_by_the_kit_that_dies_anywhere_is_done_or_begun_again(tmp_path: Path) -> None:
    outcomes = []
    for step in range(200):
        folder = tmp_path / str(step)
        folder.mkdir()
        world = World(folder)
        world.path.unlink()
        ended = fault.meet(world.recover, folder, fault.Fault("killed", step))
        identity.resume(world.root, world.path, no_passphrase, keys.Identity([world.kits[0]]))
        Vault(world.root, None).recover()
        is_new = world.path.exists()
        assert not identityfile.beside(world.path).exists(), step
        assert world.opens(world.kits[0]) != is_new, step
        if not is_new:
            world.recover()
        assert world.opens(world.opened().identity.reveal().strip()), step
        assert doctor.examine(world.vault()).items == (), step
        outcomes.append(is_new)
        if not ended.met:
            break
    assert outcomes[-1]
    assert outcomes == sorted(outcomes), "undone before the change is decided, done from then on"
    assert outcomes.count(False) > 5
    assert outcomes.count(True) > 10


def test_what_another_vault_left_half_done_is_left_to_it(world: World, tmp_path: Path) -> None:
    beside = identityfile.write_beside(world.opened(), box.generate(), "made for the vault elsewhere")
    identity.resume(world.root, world.path, no_passphrase)
    assert beside.path.exists()
    with pytest.raises(RefusedError, match="not finished"):
        world.rotate()
    assert world.opens(world.secret)
    assert tmp_path.joinpath("identity.txt").read_text().strip() == world.secret


def test_nothing_takes_its_place_where_neither_opens_the_vault(world: World) -> None:
    remark = f"made by coach identity rotate for the vault {world.vault().config.vault}"
    identityfile.write_beside(world.opened(), box.generate(), remark)
    stranger = box.generate()
    world.path.write_text(stranger + "\n")
    identity.resume(world.root, world.path, no_passphrase)
    assert identityfile.beside(world.path).exists()
    assert world.path.read_text().strip() == stranger


def test_a_rotation_whose_page_cannot_be_printed_changes_nothing(world: World) -> None:
    def fail(_secret: str, _vault: Vault) -> None:
        raise RefusedError("no", "paper")

    with pytest.raises(RefusedError, match="no"):
        identity.rotate(world.vault(), world.opened(), fail)
    assert world.opens(world.secret)
    assert world.opens(world.kits[0])
    assert not identityfile.beside(world.path).exists()


def test_a_new_passphrase_opens_and_the_old_one_does_not(world: World) -> None:
    identity.passwd(world.opened(), PASSPHRASE)
    before = world.path.read_bytes()
    with pytest.raises(LockedError):
        identityfile.open_file(world.path, lambda: "another passphrase")
    assert world.path.read_bytes() == before
    opened = identityfile.open_file(world.path, lambda: PASSPHRASE)
    assert opened.content == (world.secret + "\n").encode()
    assert opened.work_factor == box.work_factor(before)
    assert sorted(path.name for path in world.path.parent.iterdir()) == ["identity.txt", "vault"]
    shown = identity.show(Vault(world.root, opened.identity), opened).item
    assert world.secret not in repr(shown)
    assert shown.has_passphrase  # type: ignore[attr-defined] # a sheet


def test_a_failed_write_of_the_passphrase_leaves_the_old_file(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = world.path.read_bytes()
    monkeypatch.setattr(keys, "write_new", lambda path, data: path.write_bytes(data[:-1]))
    with pytest.raises(CoachError):
        identity.passwd(world.opened(), PASSPHRASE)
    assert world.path.read_bytes() == before
    assert sorted(path.name for path in world.path.parent.iterdir()) == ["identity.txt", "vault"]


def test_a_drill_needs_the_kit_alone_and_is_remembered(world: World) -> None:
    today = clock.today()
    assert "never tried" in identity.kit_state(world.vault(), today)
    spread = "\n".join(world.kits[0][start : start + 20].lower() for start in range(0, 74, 20))
    done = identity.drill(world.root, f"Recovery kit\n{spread}\n")
    assert done.facts["keys"] == 3
    assert identity.kit_state(world.vault(), today) == f"made, tried on {today}"
    assert "long ago" in identity.kit_state(world.vault(), today + timedelta(days=366))


def test_a_drill_with_the_wrong_page_proves_nothing(world: World) -> None:
    last = "Q" if world.kits[0][-1] != "Q" else "P"
    for text in ("", "AGE-SECRET-KEY-1", box.generate(), world.kits[0][:-1] + last):
        with pytest.raises(LockedError):
            identity.drill(world.root, text)
    with pytest.raises(RefusedError, match="not the kit's"):
        identity.drill(world.root, world.secret)
    assert world.vault().readers()[1].drilled_on is None


def test_a_new_kit_replaces_the_former_and_has_to_be_tried_again(world: World) -> None:
    identity.drill(world.root, world.kits[0])
    identity.make_kit(world.vault(), world.keep)
    with pytest.raises(LockedError):
        identity.drill(world.root, world.kits[0])
    assert "never tried" in identity.kit_state(world.vault(), clock.today())
    assert world.opens(world.kits[1])
    assert world.opens(world.secret)
