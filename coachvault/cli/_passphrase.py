"""A passphrase: typed unseen by a person, or printed by a program that they named."""

import os
import sys

import typer

from coachvault.cli._session import is_terminal
from coachvault.errors import LockedError, ProgramError, UsageError
from coachvault.language import _

MIN_PASSPHRASE = 10


def ask_passphrase() -> str:
    """Return the passphrase: from COACHVAULT_PASSCOMMAND, else asked once at the terminal."""
    command = os.environ.get("COACHVAULT_PASSCOMMAND")
    if command:
        return _from_program(command)
    return hidden(_("Passphrase"))


def ask_other_passphrase() -> str:
    """Return that of another identity: from COACHVAULT_NEW_PASSCOMMAND or the same program, else asked."""
    command = os.environ.get("COACHVAULT_NEW_PASSCOMMAND") or os.environ.get("COACHVAULT_PASSCOMMAND")
    return _from_program(command) if command else hidden(_("Passphrase of the new identity file"))


def ask_new_passphrase(variable: str = "COACHVAULT_PASSCOMMAND") -> str:
    """Return a new passphrase, asked twice; from the program that the variable names if it is set."""
    command = os.environ.get(variable)
    if command:
        return _strong(_from_program(command))
    typer.echo(
        _(
            "The passphrase protects everything: several words that nobody could guess, "
            "%(count)s characters at least."
        )
        % {"count": MIN_PASSPHRASE},
        err=True,
    )
    while True:
        try:
            first = _strong(hidden(_("New passphrase")))
        except UsageError as error:
            typer.echo(f"coach: {error.message}", err=True)
            continue
        if hidden(_("The same passphrase again")) == first:
            return first
        typer.echo("coach: " + _("the two passphrases differ; type both again"), err=True)


def hidden(question: str) -> str:
    """Return what a person types unseen."""
    if not is_terminal():
        raise LockedError(
            _("a passphrase is needed, and there is no terminal to ask for it"),
            _("set COACHVAULT_PASSCOMMAND to a program that prints it"),
        )
    import getpass

    from coachvault.cli import _ask

    try:
        return getpass.getpass(_ask.shown(question), stream=sys.stderr)
    except (KeyboardInterrupt, EOFError):
        typer.echo(err=True)
        raise typer.Abort from None


def _strong(passphrase: str) -> str:
    if len(passphrase) < MIN_PASSPHRASE:
        raise UsageError(
            _("the passphrase is shorter than %(count)s characters") % {"count": MIN_PASSPHRASE},
            _("choose one; several words are best"),
        )
    return passphrase


def _from_program(command: str) -> str:
    import shlex
    import subprocess

    try:
        done = subprocess.run(shlex.split(command), capture_output=True, check=True, timeout=120)  # noqa: S603 the person's own program
        return done.stdout.decode().removesuffix("\n").removesuffix("\r")
    except (OSError, ValueError, subprocess.SubprocessError):
        raise ProgramError(
            _("COACHVAULT_PASSCOMMAND failed"),
            _("run the command by hand and see why; it must print the passphrase"),
        ) from None
