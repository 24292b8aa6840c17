"""Commands on the vault itself."""

import contextlib
from functools import partial
from pathlib import Path
import shlex
from typing import Annotated

import typer

from coachvault import clock
from coachvault.cli import _ask, _editor, _kit
from coachvault.cli._options import AsJson, one_of
from coachvault.cli._out import show as out
from coachvault.cli._passphrase import ask_new_passphrase, ask_passphrase
from coachvault.cli._session import (
    attended,
    identity_path,
    is_terminal,
    open_vault,
    required,
)
from coachvault.errors import UsageError
from coachvault.language import _, current
from coachvault.word import word

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)


@app.callback()
def root() -> None:
    """The vault itself."""


@app.command()
def init(
    directory: Annotated[Path | None, typer.Argument(metavar="DIR", help="Where the vault is made.")] = None,
    name: Annotated[str | None, typer.Option(metavar="TEXT", help="The coach's name.")] = None,
    country: Annotated[
        str | None, typer.Option(metavar="FR|CH|BE|QC", help="Where the practice is established.")
    ] = None,
    language: Annotated[str | None, typer.Option(metavar="fr|en", help="The language of the vault.")] = None,
    kit: Annotated[
        str | None,
        typer.Option(
            metavar="FILE.pdf", help="Where to write the recovery kit; - is stdout. Print it, delete it."
        ),
    ] = None,
    git: Annotated[bool, typer.Option("--git/--no-git", help="Keep a history with git.")] = True,
    as_json: AsJson = False,
) -> None:
    """Make a vault, and the identity that opens it. With --identity FILE that one is used instead."""
    from coachvault.actions import founding
    from coachvault.vault.founding import check_place

    # What is given is judged before anything is asked.
    kit_place = _kit.place_of(kit, "--kit", as_json=as_json) if kit is not None else None
    asked = partial(required, needs_vault=False)
    question = _("Where is the vault to be made?")
    named = asked(directory, "DIR", question, "coachvault", check=lambda text: check_place(_place(text)))
    place = _place(named)
    check_place(place)
    question, languages = _("Language"), ("fr", "en")
    said = one_of(
        str(asked(language, "--language", question, current(), choices=languages)), "--language", languages
    )
    question, countries = _("Country"), _countries()
    where = one_of(
        str(asked(country, "--country", question, "FR", choices=countries)), "--country", tuple(countries)
    )
    who = str(asked(name, "--name", _("Your name, as documents show it")))
    if kit is None:
        kit_place = _kit.place_of(None, "--kit", as_json=as_json)
    path, is_named = identity_path()
    if is_terminal() and path.exists():
        _ask.say(_("the identity that you have opens this vault too: %(path)s") % {"path": path})
    identity = founding.find_identity(path, is_named=is_named, ask=ask_passphrase, ask_new=ask_new_passphrase)

    with _kit.page(kit_place, place, said) if kit_place else contextlib.nullcontext() as print_kit:
        result = founding.init(
            place,
            name=who,
            country=where,
            language=said,
            identity=attended(identity),
            kit=print_kit,
            git=git,
        )
    _kit.tell(result, kit_place, as_json=as_json)
    if is_terminal():
        for sentence in _farewell(place, path, has_kit=kit_place is not None):
            _ask.say(sentence)


def _farewell(place: Path, identity: Path, *, has_kit: bool) -> tuple[str, ...]:
    """Return what somebody needs to know who has just made a vault."""
    folder = shlex.quote(str(place))
    return (
        _("work in it: cd %(folder)s; or from anywhere: export COACHVAULT_DIR=%(folder)s")
        % {"folder": folder},
        _("the identity that opens it is %(path)s: keep a copy of it apart from the vault")
        % {"path": shlex.quote(str(identity))},
        *((_("try the printed kit once: coach identity drill"),) if has_kit else ()),
    )


def _place(named: str | Path) -> Path:
    """Return where a vault is to be made; no shell reads a ~ at a question."""
    return Path(named).expanduser().absolute()


def _countries() -> dict[str, str]:
    return {"FR": _("France"), "CH": _("Switzerland"), "BE": _("Belgium"), "QC": _("Québec")}


@app.command()
def status(as_json: AsJson = False) -> None:
    """Say what the vault holds and what waits."""
    from coachvault.actions import status as action

    with open_vault() as vault:
        result = action.show(vault, clock.today(), identity_path()[0])
    out(result, as_json=as_json)


@app.command()
def doctor(
    resume: Annotated[bool, typer.Option("--resume", help="Finish what was interrupted.")] = False,
    rollback: Annotated[
        bool, typer.Option("--rollback", help="Give up what was interrupted, while none of it is done.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Check that every file opens and is where it belongs; exit code 13 on any finding."""
    from coachvault.actions import doctor as action

    if resume and rollback:
        raise UsageError(_("--resume and --rollback exclude each other"), _("give one of them"))
    with open_vault(recover=False) as vault:
        if rollback:
            out(action.roll_back(vault), as_json=as_json)
        elif resume:
            finished = action.resume(vault)
            out(finished.done(word), as_json=as_json)
            finished.refuse()
        else:
            found = action.examine(vault, identity_path()[0], _editor.left_behind())
            out(found, as_json=as_json)
            action.refuse(found)
