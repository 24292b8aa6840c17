"""Whose names may not stand in a text: what is opened to know, and what a reader of some folders knows."""

from engaged_world import World
import pytest

from coachvault.actions import note, reader
from coachvault.crypto import box, keys
from coachvault.errors import RefusedError
from coachvault.records.base import Record
from coachvault.vault import layout
from coachvault.vault.store import Vault

CIRCLE = {"name": "Marqueur cercle", "code": "G-4F7K"}


@pytest.fixture
def circle(world: World) -> tuple[str, str]:
    """A group of Zoé alone, and Abel outside it, each of whom has somebody in a cast list."""
    zoe, abel = world.enter("Zoé Marteau"), world.enter("Abel Pommier")
    world.add("cast", zoe, {"name": "Odile Verveine"})
    world.add("cast", abel, {"name": "Hugo Fougère"})
    members = [{"id": layout.new_id(), "client": zoe, "joined_on": "2026-09-01"}]
    world.add("group", layout.new_id(), {**CIRCLE, "members": members})
    return zoe, abel


def write(vault: Vault, who: str, text: str) -> None:
    note.add(vault, who, {"text": text})


@pytest.mark.usefixtures("circle")
def test_a_groups_note_names_nobody_of_any_story(world: World) -> None:
    for name in ("Odile Verveine", "Fougère, Hugo"):
        with pytest.raises(RefusedError, match="outside the group G-4F7K") as caught:
            write(world.opened(), CIRCLE["code"], f"Vu {name}.")
        assert not any(part in str(caught.value) + caught.value.hint for part in name.split(", "))
    write(world.opened(), CIRCLE["code"], "Zoé Marteau a parlé.")


def test_a_reader_of_some_folders_compares_those(world: World, circle: tuple[str, str]) -> None:
    secret = box.generate()
    reader.add(world.opened(), "Noisette", box.recipient_of(secret), ["zoé", CIRCLE["code"]])
    vault = Vault(world.root, keys.Identity([secret]))
    assert circle[1] not in vault.visible()
    with pytest.raises(RefusedError, match="outside the group"):
        write(vault, CIRCLE["code"], "Vu Odile Verveine.")
    write(vault, CIRCLE["code"], "Vu Hugo Fougère.")


@pytest.mark.usefixtures("circle")
def test_a_note_on_a_client_opens_no_story(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    vault = world.opened()
    write(vault, "zoé", "Vu Hugo Fougère.")
    read: list[str] = []
    read_one = Vault.read

    def watch(self: Vault, folder: str, drawer: str, record: str) -> Record:
        read.append(drawer)
        return read_one(self, folder, drawer, record)

    monkeypatch.setattr(Vault, "read", watch)
    write(vault, "zoé", "Vu Hugo Fougère, encore.")
    # What the index reads again while its folders are fresh.
    assert set(read) <= {"identity"}
