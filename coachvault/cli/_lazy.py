"""The root of the command line: a table of commands, each loaded only when it runs.

Typer spends about a millisecond on every command that it builds, and an import on every module:
building all of them for each call would cost more than most calls do.
"""

from importlib import import_module
from typing import Any, NamedTuple

import typer
from typer.core import TyperGroup

from coachvault.language import _


class Row(NamedTuple):
    """A command of the root: its name, its module, its one line of help, and its panel.

    `command` names a command of the module; without it, the module is a group of commands.
    """

    name: str
    module: str
    help: str
    panel: str
    command: str | None = None


class LazyGroup(TyperGroup):
    """A group whose commands are rows of a table until one of them runs."""

    rows: tuple[Row, ...] = ()

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ANN401, ARG002 the base's signature
        """Return the names, in the order of the table."""
        return [row.name for row in self.rows]

    def get_command(self, ctx: Any, cmd_name: str) -> Any:  # noqa: ANN401, ARG002 the base's signature
        """Load the module of a command and return the command, or None if there is none."""
        row = next((row for row in self.rows if row.name == cmd_name), None)
        return load(row) if row else None

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401, ARG002 the base's signature
        """Write the table, a section per panel, without loading a single command."""
        for panel in dict.fromkeys(row.panel for row in self.rows):
            with formatter.section(_(panel)):
                formatter.write_dl([(row.name, _(row.help)) for row in self.rows if row.panel == panel])


def load(row: Row) -> Any:  # noqa: ANN401 a command of the parser
    """Return the command of a row, its help in the language in use."""
    found: Any = typer.main.get_command(import_module(row.module).app)
    if row.command:
        found = found.commands[row.command]
    found.name = row.name
    translate(found)
    return found


def translate(command: Any) -> None:  # noqa: ANN401 a command of the parser
    """Put the help of a command, its options and its own commands into the language in use."""
    for name in ("help", "short_help"):
        text = getattr(command, name, None)
        if text:
            setattr(command, name, _(text))
    for parameter in command.params:
        text = getattr(parameter, "help", None)
        if text:
            parameter.help = _(text)
    for child in getattr(command, "commands", {}).values():
        translate(child)
