"""The printed recovery kit: where it goes, and its page."""

import contextlib
import os
from pathlib import Path
from typing import TYPE_CHECKING

from coachvault import clock
from coachvault.cli import _ask, _deliver, _out
from coachvault.cli._session import is_terminal
from coachvault.errors import RefusedError
from coachvault.language import _

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from coachvault.actions.result import Done
    from coachvault.vault.store import Vault


def place_of(kit: str | None, option: str, *, as_json: bool, is_needed: bool = False) -> str | None:
    """Return where the kit goes; at a terminal it is asked for, since a vault without one may be lost.

    Raises UsageError where the page and JSON would both go to stdout.
    """

    def typed(place: str) -> str | None:
        # No shell has read a ~ there.
        return checked(str(Path(place).expanduser())) if place else None

    def checked(place: str) -> str | None:
        return _deliver.check(place, "pdf", as_json=as_json, option=option)

    if kit is None and is_terminal():
        if is_needed:
            return _ask.ask(_("File of the recovery kit, to print"), typed)
        return _ask.ask(_("File of the recovery kit, to print (empty: none)"), typed, "")
    return checked(kit) if kit else None


def tell(result: "Done", place: str | None, *, as_json: bool) -> None:
    """Show the result; where stdout is the page, on stderr."""
    if place != "-":
        _out.show(result, as_json=as_json)
        return
    for sentence in (result.message, *result.warnings):
        _out.note(sentence)


@contextlib.contextmanager
def page(place: str, root: Path, language: str | None = None) -> "Iterator[Callable[[str, Vault], None]]":
    """Yield what writes the page of a kit of a vault; one that will open nothing is deleted again.

    Somebody would print it and count on it.
    """
    if place != "-" and Path(os.path.realpath(place)).is_relative_to(os.path.realpath(root)):
        raise RefusedError(
            _("the kit would lie in the vault that it opens"),
            _("name a place outside: a copy of that folder would open to whoever has it"),
        )
    print_kit, made = printer(place, language), []

    def print_and_remember(secret: str, vault: "Vault") -> None:
        print_kit(secret, vault)
        made.append(secret)

    try:
        yield print_and_remember
    except BaseException:
        from coachvault.actions import identity

        if made and place != "-" and not identity.will_open(root, made[0]):
            with contextlib.suppress(OSError):
                Path(place).unlink(missing_ok=True)
        raise


def printer(place: str, language: str | None = None) -> "Callable[[str, Vault], None]":
    """Return what writes the page of a kit's secret to a place, in a language or that of the vault."""

    def print_kit(secret: str, vault: "Vault") -> None:
        from coachvault import documents
        from coachvault.actions import document
        from coachvault.crypto import box

        context = documents.kit_context(
            secret, box.recipient_of(secret), vault.config.vault, on=clock.today()
        )
        said = language or vault.config.language
        made = document.make("recovery-kit", "pdf", context, name="kit", language=said, own=None)
        if place == "-":
            _out.document(made.data)
            return
        _deliver.write_new(Path(place), made.data)
        _out.note(_("print the recovery kit, put it in a safe place, and delete the file"))

    return print_kit
