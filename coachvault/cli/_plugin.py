"""The person at the terminal, whom the plugin of an identity may ask for a PIN or a touch of its key."""

import typer

from coachvault.cli import _passphrase

_LENGTH = 400


class AtTerminal:
    """Shows what a plugin says, as one plain line, and returns what the person types."""

    def display_message(self, message: str) -> None:
        """Show what the plugin says."""
        typer.echo(_plain(message), err=True)

    def confirm(self, message: str, yes: str, no: str | None) -> bool | None:
        """Return whether the person agrees."""
        choice = _plain(f"{yes}/{no}" if no else yes)
        answer: str = typer.prompt(f"{_plain(message)} ({choice})", default="", show_default=False, err=True)
        return answer.strip().casefold() == _plain(yes).casefold()

    def request_public_string(self, description: str) -> str | None:
        """Return what the person types."""
        answer: str = typer.prompt(_plain(description), err=True)
        return answer

    def request_passphrase(self, description: str) -> str | None:
        """Return what the person types unseen."""
        return _passphrase.hidden(_plain(description))


def _plain(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)[:_LENGTH].strip()
