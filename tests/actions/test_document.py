"""What is kept of a rendered document, and what its copies in the outbox are called."""

from collections.abc import Callable
from datetime import date
import json

import pytest
from wall_world import TODAY, ZOE, Wall

from coachvault.actions import destruction
from coachvault.actions import report as report_action
from coachvault.records.document import Document
from coachvault.vault import outbox


def report(wall: Wall) -> None:
    wall.do("report", "draft", ZOE, "--progress", "Les réunions se tiennent à l’heure.")
    digest = json.loads(wall.do("report", "show", ZOE, "--json").out)["item"]["sha256"]
    wall.do("report", "validate", ZOE, "--sha256", digest)
    wall.do("report", "render", ZOE, "--format", "md")


def ending(wall: Wall) -> None:
    wall.do("client", "close", ZOE, "--by", "client")
    wall.do("client", "ending", ZOE, "--format", "md")


@pytest.mark.parametrize(("make", "drawer"), [(report, "reports"), (ending, "contract")])
def test_a_changed_copy_goes_with_the_drawer_of_the_document(
    wall: Wall, make: Callable[[Wall], None], drawer: str
) -> None:
    make(wall)
    (kept,) = wall.vault.load(wall.client.folder, drawer, Document)
    (sent,) = outbox.names(wall.root)
    assert sent.name.startswith(f"{ZOE}-{kept.drawer}")
    outbox.put(wall.root, sent.name, b"with a word of mine")
    with wall.vault.change() as change:
        item = destruction.requested(wall.vault, wall.client, drawer, "asked for")
        destruction.carry_out(wall.vault, change, wall.client, [item], date.fromisoformat(TODAY))
    assert outbox.names(wall.root) == ()


def test_the_text_that_is_to_be_validated_is_named_after_its_drawer(wall: Wall) -> None:
    wall.do("report", "draft", ZOE)
    assert report_action.proof(wall.vault, ZOE, None).name.startswith(f"{ZOE}-reports")


def test_the_same_document_is_kept_once(wall: Wall) -> None:
    ending(wall)
    wall.do("client", "ending", ZOE, "--format", "md")
    assert len(wall.vault.load(wall.client.folder, "contract", Document)) == 1
    wall.do("client", "ending", ZOE, "--format", "html")
    assert len(wall.vault.load(wall.client.folder, "contract", Document)) == 2
