"""The root of the command line: a table of commands, each loaded only when it runs.

Typer spends about a millisecond on every command that it builds, and an import on every module:
building all of them for each call would cost more than most calls do.
"""

import copy
from importlib import import_module
from typing import Any, NamedTuple

import typer
from typer.core import TyperGroup

from coachvault.language import _, current

_NO_BREAK = "\N{NO-BREAK SPACE}"


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

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:  # noqa: ANN401 the base's signature
        """Return the command that the words name, building no other of its group than the one they want."""
        row = next((row for row in self.rows if args and row.name == args[0]), None)
        if row is None or len(args) < 2:  # noqa: PLR2004 a group and one of its commands
            return super().resolve_command(ctx, args)
        return row.name, load(row, args[1]), args[1:]

    def format_commands(self, ctx: Any, formatter: Any) -> None:  # noqa: ANN401, ARG002 the base's signature
        """Write the table, a section per panel, without loading a single command."""
        for panel in dict.fromkeys(row.panel for row in self.rows):
            # The parser puts the colon; French puts a space before it that does not break.
            with formatter.section(_(panel) + (_NO_BREAK if current() == "fr" else "")):
                formatter.write_dl([(row.name, _(row.help)) for row in self.rows if row.panel == panel])


def load(row: Row, verb: str | None = None) -> Any:  # noqa: ANN401 a command of the parser
    """Return the command of a row, its help in the language in use.

    Of a group that has the verb, only that command is built: each costs as much as opening a record.
    """
    app: typer.Typer = import_module(row.module).app
    wanted = [info for info in app.registered_commands if _name(info) == (row.command or verb)]
    if wanted:
        app = copy.copy(app)
        app.registered_commands = wanted
    found: Any = typer.main.get_command(app)
    if row.command:
        found = found.commands[row.command]
    found.name = row.name
    translate(found)
    return found


def _name(info: Any) -> str:  # noqa: ANN401 what Typer keeps of a command
    return str(info.name or info.callback.__name__)


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
    _translate_frame(command)
    for child in getattr(command, "commands", {}).values():
        translate(child)


def _translate_frame(command: Any) -> None:  # noqa: ANN401 a command of the parser
    """Put the words around the help into the language in use: the parser has them in English only."""
    find_option = command.get_help_option

    def help_option(ctx: Any) -> Any:  # noqa: ANN401 the parser's signature
        option = find_option(ctx)
        if option:
            option.help = _("Show this help.")
        return option

    def usage(ctx: Any, formatter: Any) -> None:  # noqa: ANN401 the parser's signature
        pieces = " ".join(command.collect_usage_pieces(ctx)).replace("COMMAND", _("COMMAND"))
        # An argument is named as everywhere else, without the parser's braces.
        pieces = pieces.replace("{", "").replace("}", "")
        formatter.write_usage(ctx.command_path, pieces, prefix=_("Usage:") + " ")

    command.get_help_option = help_option
    command.format_usage = usage
