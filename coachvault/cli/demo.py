"""The command that shows all the others: a fictional practice, built, used and purged."""

from collections.abc import Iterator, Mapping, Sequence
import contextlib
import os
from pathlib import Path
import shlex
from typing import Annotated, Any

import typer

from coachvault import resource
from coachvault.cli import _out, _session
from coachvault.errors import ProgramError, RefusedError
from coachvault.language import _, current

app = typer.Typer(add_completion=False, rich_markup_mode=None)
# Longer words of a command are cut when it is shown; what runs is whole.
SHOWN = 48


@app.callback()
def root() -> None:
    """The demonstration."""


@app.command()
def demo(directory: Annotated[Path, typer.Argument(metavar="DIR", help="A new or an empty folder.")]) -> None:
    """Build a small fictional practice in DIR and show what coach does with it. Asks nothing."""
    place = directory.absolute()
    if place.exists() and (not place.is_dir() or any(place.iterdir())):
        raise RefusedError(
            _("%(path)s exists and is not an empty folder") % {"path": place},
            _("name a new folder, or an empty one; nothing was changed"),
        )
    script = _script()
    words = {**script["texts"][current()], **_places(place)}
    with _session.alone(), _surroundings(place):
        for number, step in enumerate(script["steps"], 1):
            _out.step(f"\n{number}. {step[current()]}", strong=True)
            for command in step["run"]:
                _run([word.format_map(words) for word in command])
    _farewell(place)


def _script() -> Any:  # noqa: ANN401 a tree of plain values, which the tests check
    from coachvault.vault import yamlfile

    path = resource.folder("examples") / "demo.yaml"
    return yamlfile.read(path.read_text("utf-8"), path.name)


def _places(place: Path) -> Mapping[str, str]:
    return {"vault": str(place / "practice"), "examples": str(resource.folder("examples")), "lang": current()}


@contextlib.contextmanager
def _surroundings(place: Path) -> Iterator[None]:
    """Make an identity for the demo, and let every command find it and the vault."""
    from coachvault.crypto import box
    from coachvault.vault import files

    files.make_folder(place)
    identity = place / "identity.txt"
    files.write(identity, f"{box.generate()}\n".encode())
    before = dict(os.environ)
    os.environ |= {"COACHVAULT_DIR": str(place / "practice"), "COACHVAULT_IDENTITY": str(identity)}
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _run(words: Sequence[str]) -> None:
    from coachvault.cli import run

    shown = (word if len(word) <= SHOWN else word[: SHOWN - 1] + "…" for word in words)
    _out.step("$ coach " + " ".join(shlex.quote(" ".join(word.split())) for word in shown))
    code = run(["--lang", current(), *words])
    if code:
        raise ProgramError(
            _("a step of the demo ended with code %(code)s") % {"code": code},
            _("the lines above say why; delete the folder and try again"),
        )


def _farewell(place: Path) -> None:
    _out.step("\n" + _("Look around:"), strong=True)
    _out.step(f"  export COACHVAULT_DIR={shlex.quote(str(place / 'practice'))}")
    _out.step(f"  export COACHVAULT_IDENTITY={shlex.quote(str(place / 'identity.txt'))}")
    _out.step('  coach note list zoe; coach retention show; ls "$COACHVAULT_DIR/outbox"')
