"""Commands on the identity and the recovery kit."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from coachvault.cli import _ask, _kit
from coachvault.cli._options import AsJson, Yes
from coachvault.cli._out import note
from coachvault.cli._out import show as out
from coachvault.cli._passphrase import ask_new_passphrase, ask_other_passphrase, ask_passphrase, hidden
from coachvault.cli._session import (
    close,
    find_root,
    forget,
    identity_path,
    is_terminal,
    open_vault,
    read_input,
    settle,
    usual_path,
)
from coachvault.errors import RefusedError, UsageError
from coachvault.language import _

if TYPE_CHECKING:
    from coachvault.crypto.identityfile import Opened
    from coachvault.vault.store import Vault

# More than any file with a key of a kit in it.
MAX_TEXT = 2**16
app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)
KitOutput = Annotated[
    str | None, typer.Option("--output", metavar="FILE.pdf", help="Where to write the kit; - is stdout.")
]


@app.callback()
def root() -> None:
    """The identity that opens the vault, and the recovery kit."""


@app.command()
def show(as_json: AsJson = False) -> None:
    """Show the identity and its file, and when the kit was made and tried; no secret."""
    from coachvault.actions import identity as action

    vault, opened = _open()
    out(action.show(vault, opened), as_json=as_json)


@app.command()
def passwd(as_json: AsJson = False) -> None:
    """Give the identity file another passphrase; the vault is not touched."""
    from coachvault.actions import identity as action
    from coachvault.crypto import identityfile

    opened = identityfile.open_file(identity_path()[0], ask_passphrase)
    result = action.passwd(opened, _ask_new())
    forget(opened.path)
    out(result, as_json=as_json)


@app.command()
def rotate(output: KitOutput = None, yes: Yes = False, as_json: AsJson = False) -> None:
    """Replace the identity and the recovery kit; with the kit as --identity, one that was lost."""
    from coachvault.actions import identity as action

    place = _required_place(output, as_json=as_json)
    vault, opened = _open()
    is_kit = action.is_kit(vault, opened)
    lost = _("the identity that was lost, and this kit, will open the vault no longer")
    other = _("another vault that this identity opens will open with its recovery kit alone")
    if not yes:
        note(lost if is_kit else other)
        _confirm()
    if is_kit:
        opened = action.succession(vault, opened, usual_path(opened.path), ask_passphrase, _ask_new)
    forget(opened.path)
    with _kit.page(place, vault.root) as print_kit:
        result = action.rotate(vault, opened, print_kit)
    if yes:
        note(lost if is_kit else other)
    _kit.tell(result, place, as_json=as_json)


@app.command()
def adopt(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A copy of the new identity file.")],
    as_json: AsJson = False,
) -> None:
    """Take over the identity that was made by rotate on another device, and synchronise."""
    from coachvault.actions import adoption

    place = _vault()
    opened = adoption.open_old(place, identity_path()[0], ask_passphrase)
    new = adoption.open_new(file, ask_other_passphrase)
    forget(opened.path)
    out(adoption.adopt(place, opened, new), as_json=as_json)


@app.command()
def kit(output: KitOutput = None, as_json: AsJson = False) -> None:
    """Make a new recovery kit, to print; the former one opens the vault no longer."""
    from coachvault.actions import identity as action

    place = _required_place(output, as_json=as_json)
    with open_vault() as vault, _kit.page(place, vault.root) as print_kit:
        result = action.make_kit(vault, print_kit)
    _kit.tell(result, place, as_json=as_json)


@app.command()
def drill(
    file: Annotated[
        str | None, typer.Option(metavar="FILE", help="A file with the kit's key; - is stdin.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Prove that the printed kit opens the vault: type, paste, scan or pipe its key."""
    from coachvault.actions import identity as action

    place = find_root()
    settle(place)
    out(action.drill(place, _kit_text(file)), as_json=as_json)


def _open() -> "tuple[Vault, Opened]":
    """Return the vault and the identity's file, opened itself: an agent does not hand the identity out."""
    from coachvault.crypto import identityfile
    from coachvault.vault.store import Vault

    place = _vault()
    opened = identityfile.open_file(identity_path()[0], _ask_for_itself)
    vault = Vault(place, opened.identity)
    vault.recover()
    close(vault)
    return vault, opened


def _ask_for_itself() -> str:
    if is_terminal():
        _ask.say(_("this opens the identity file itself, which unlock does not: its passphrase is needed"))
    return ask_passphrase()


def _vault() -> Path:
    """Return the vault's folder, with no change of the identity left half done."""
    from coachvault.vault import layout

    place = find_root()
    layout.check_vault(place)
    settle(place)
    return place


def _ask_new() -> str:
    return ask_new_passphrase("COACHVAULT_NEW_PASSCOMMAND")


def _required_place(output: str | None, *, as_json: bool) -> str:
    place = _kit.place_of(output, "--output", as_json=as_json, is_needed=True)
    if place is None:
        raise UsageError(
            _("--output is missing"), _("say where the kit is to be written, to print it: FILE.pdf, or -")
        )
    return place


def _confirm() -> None:
    """Go on only if the person, told what will not open a vault any more, says so in a word."""
    if not is_terminal():
        raise UsageError(_("nobody is there to confirm"), _("add --yes to rotate without being asked"))
    if _ask.line(_("Type rotate to confirm")).casefold() != "rotate":
        raise RefusedError(_("not confirmed"), _("nothing was changed"))


def _kit_text(file: str | None) -> str:
    """Return what was typed unseen, or what a file or a pipe says."""
    if file is None and is_terminal():
        return hidden(_("The key of the kit (it is not shown)"))
    return read_input(file or "-")[:MAX_TEXT].decode("utf-8", "replace")
