"""A hold on a client: what it keeps from being removed, with a history and without."""

import json
from pathlib import Path

from people_world import do, refuses
import pytest


@pytest.mark.parametrize("options", [(), ("--no-git",)])
def test_a_hold_keeps_every_note_and_everybody_of_the_cast(
    options: tuple[str, ...], identity: Path, home: Path
) -> None:
    assert identity.exists()
    root = home / "practice"
    here = ("--vault", str(root))
    words = ("--name", "Camille", "--country", "FR", "--language", "en", *options)
    do("init", str(root), *words)
    do("client", "new", "Zoe Twig", *here)
    removals = []
    for kind, said in (("note", ("--text", "left unsaid")), ("cast", ("Ash Grove",))):
        made = json.loads(do(kind, "add", "zoe", *said, *here, "--json"))
        removals.append((kind, "remove", "zoe", made[kind], *here))
    do("client", "hold", "zoe", "--reason", "a dispute", *here)
    for removal in removals:
        refuses(root, 10, "a hold keeps everything of", *removal)
    do("client", "release", "zoe", *here)
    for removal in removals:
        assert ("git history" in do(*removal)) == (not options)
