"""The command `coach`: the table of its commands, its global options, and its error lines."""

from collections.abc import Sequence
import errno
import gc
import os
from pathlib import Path
import sys
from typing import Annotated, Any, NoReturn

import typer

from coachvault import __version__, language
from coachvault.cli import _stdout
from coachvault.cli._lazy import LazyGroup, Row, translate
from coachvault.errors import CoachError
from coachvault.language import _

VAULT, CLIENTS, ENGAGEMENT, ETHICS = "Vault", "Clients", "Engagement", "Ethics"
PRACTICE, PROTECTION = "Practice", "Data protection"
_PLACE = "coachvault.cli."
INTERRUPTED = 130
# The commands that lack an argument where there is no vault yet: they make one.
_MAKERS = frozenset({"coach clone", "coach demo"})

TABLE = (
    Row("init", _PLACE + "vault", "Make a vault, and the identity that opens it.", VAULT, "init"),
    Row("demo", _PLACE + "demo", "Build a small fictional practice and show what coach does.", VAULT, "demo"),
    Row("status", _PLACE + "vault", "Say what the vault holds and what waits.", VAULT, "status"),
    Row("doctor", _PLACE + "vault", "Check that every file opens and is where it belongs.", VAULT, "doctor"),
    Row("unlock", _PLACE + "agent", "Ask for the passphrase once for a while.", VAULT, "unlock"),
    Row("lock", _PLACE + "agent", "Forget what was unlocked.", VAULT, "lock"),
    Row(
        "conflicts",
        _PLACE + "conflicts",
        "Fields that two devices changed at once (of interest: conflict).",
        VAULT,
    ),
    Row("git", _PLACE + "git", "What git calls to merge and to show records.", VAULT),
    Row("identity", _PLACE + "identity", "The identity that opens the vault, and the recovery kit.", VAULT),
    Row("reader", _PLACE + "reader", "Who else opens the vault, or a part of it.", VAULT),
    Row("remote", _PLACE + "remote", "Where the vault is kept for other devices.", VAULT),
    Row("clone", _PLACE + "sync", "Bring a vault from its remote to this machine.", VAULT, "clone"),
    Row(
        "sync", _PLACE + "sync", "Take what other devices made, hand over what was made here.", VAULT, "sync"
    ),
    Row("outbox", _PLACE + "outbox", "Documents in the clear, to be sent or printed.", VAULT),
    Row("new-client", _PLACE + "client", "Enter a client (the same as: client new).", CLIENTS, "new"),
    Row("client", _PLACE + "client", "Clients: entering, changing, holding, closing.", CLIENTS),
    Row("cast", _PLACE + "cast", "Who is who in a client's stories.", CLIENTS),
    Row("org", _PLACE + "org", "Organisations: sponsors and employers.", CLIENTS),
    Row("group", _PLACE + "group", "Groups, and who belongs to them.", CLIENTS),
    Row(
        "contract", _PLACE + "contract", "Contracts, from the draft to the signature and the end.", ENGAGEMENT
    ),
    Row("charter", _PLACE + "charter", "The charter a client is handed before signing.", ENGAGEMENT),
    Row("goal", _PLACE + "goal", "Goals: those agreed on, those found later.", ENGAGEMENT),
    Row("session", _PLACE + "session", "The session log: when and how long.", ENGAGEMENT),
    Row("note", _PLACE + "note", "Notes: what was said.", ENGAGEMENT),
    Row("file", _PLACE + "file", "Files that a client entrusted to you, and recordings.", ENGAGEMENT),
    Row("refer", _PLACE + "refer", "Clients pointed to somebody else.", ENGAGEMENT),
    Row("colleague", _PLACE + "colleague", "The directory of those to refer a client to.", ENGAGEMENT),
    Row("follow-up", _PLACE + "follow_up", "What was promised for after the end.", ENGAGEMENT),
    Row("copy", _PLACE + "copy", "Copies outside the vault, and that they were destroyed.", PROTECTION),
    Row("consent", _PLACE + "consent", "Consents: what a client allows, refuses, withdraws.", ENGAGEMENT),
    Row("disclosure", _PLACE + "disclosure", "What was passed on about a client, and why.", ENGAGEMENT),
    Row("conflict", _PLACE + "conflict", "Conflicts of interest: who is tied to whom.", ETHICS),
    Row("report", _PLACE + "report", "What a sponsor is told, once the client has validated it.", ENGAGEMENT),
    Row("profile", _PLACE + "profile", "What documents may say of the coach.", PRACTICE),
    Row("method", _PLACE + "method", "The coach's methods, and where each comes from.", PRACTICE),
    Row("retention", _PLACE + "retention", "What is kept how long, and by which rule.", PROTECTION),
    Row("purge", _PLACE + "purge", "Destroy what has reached its term.", PROTECTION),
    Row("erase", _PLACE + "erase", "Destroy a person's data on their request.", PROTECTION, "erase"),
)


class Root(LazyGroup):
    """The commands of `coach`."""

    rows = TABLE


app = typer.Typer(
    cls=Root,
    name="coach",
    help="A coaching practice in an encrypted vault: contracts, notes, and their destruction.",
    no_args_is_help=True,
    add_completion=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["--help", "-h"]},
)


def _show_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"coach {__version__}")
        raise typer.Exit


@app.callback()
def root(
    vault: Annotated[
        Path | None, typer.Option(metavar="DIR", help="The vault; else COACHVAULT_DIR, else the nearest one.")
    ] = None,
    identity: Annotated[
        Path | None, typer.Option(metavar="FILE", help="The age identity; else COACHVAULT_IDENTITY.")
    ] = None,
    lang: Annotated[str | None, typer.Option(metavar="fr|en", help="The language of messages.")] = None,
    version: Annotated[  # noqa: ARG001 the option acts through its callback
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Keep what every command may need."""
    from coachvault.cli import _session

    _session.place(vault, identity, lang)


def main(arguments: Sequence[str] | None = None) -> NoReturn:
    """Run one command and leave with its exit code."""
    # What a command makes stays until its end: looking through it for circles all the time finds none.
    gc.set_threshold(50_000)
    code = run(sys.argv[1:] if arguments is None else arguments)
    # All of it goes with the process: looking through it for circles first takes a tenth of a short command.
    gc.freeze()
    sys.exit(code)


def run(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code; every failure is two lines on stderr."""
    os.umask(0o077)
    # A caller that closed its stdout wants no result, and no defect either.
    sys.stdout = sys.stdout or Path(os.devnull).open("w")  # noqa: SIM115 it is open as long as the process
    words = _globals_first(list(arguments))
    language.use(language.choose(_wish(words), _vault_language(words)))
    command: Any = typer.main.get_command(app)
    translate(command)
    try:
        code = _printed(command, words)
    except CoachError as error:
        return _fail(error.message, error.hint, error.exit_code)
    except typer.Abort:
        # At a question, and no command asks one once it has begun to change anything.
        return _fail(_("interrupted"), _("nothing was changed"), INTERRUPTED)
    except (KeyboardInterrupt, EOFError):
        code = INTERRUPTED
    except Exception as error:  # noqa: BLE001 the last resort of the whole program
        return _fail_otherwise(error)
    # The parser makes this code of a Ctrl-C that no prompt of its own has met.
    if code == INTERRUPTED:
        return _fail(_("interrupted"), _("nothing was changed, or the next command finishes it"), INTERRUPTED)
    return code if isinstance(code, int) else 0


def _printed(command: Any, words: list[str]) -> Any:  # noqa: ANN401 as `_main`
    """Run a command and hand over what it printed; raises StorageError if stdout does not take it."""
    try:
        code = _main(command, words)
    except OSError as error:
        if error.errno != errno.ENOSPC:
            raise
        # The vault says itself that its disk is full; what else finds no room is the parser's help.
        with _stdout.writing():
            raise
    _stdout.finish()
    return code


def _main(command: Any, words: list[str]) -> Any:  # noqa: ANN401 a command of the parser and what it returns
    """Run a command; an argument that is missing is asked for at a terminal, as an option is."""
    try:
        return command.main(words, prog_name="coach", standalone_mode=False)
    except Exception as error:
        question = _missing_argument(error)
        if question is None:
            raise
    from coachvault.cli import _ask

    return _main(command, [*words, _ask.ask(question, str)])


def _missing_argument(error: Exception) -> str | None:
    """Return what to ask a person at the terminal for, if an argument is missing."""
    from coachvault.cli import _session

    parameter: Any = getattr(error, "param", None)
    is_argument = getattr(parameter, "param_type_name", None) == "argument"
    if type(error).__name__ != "MissingParameter" or not is_argument or not _session.is_terminal():
        return None
    if getattr(error, "ctx").command_path not in _MAKERS:  # noqa: B009 an error of the parser has one
        from coachvault.vault import layout

        layout.check_vault(_session.find_root())
    return _meaning(parameter) or _("%(name)s is missing") % {"name": _written(parameter)}


def _meaning(parameter: Any) -> str:  # noqa: ANN401 a parameter of the parser
    return (getattr(parameter, "help", None) or "").rstrip(".")


def _written(parameter: Any) -> str:  # noqa: ANN401 the same
    """Return a parameter as a person writes it."""
    options = (option for option in parameter.opts if option.startswith("-"))
    return str(next(options, parameter.metavar or parameter.name))


def _fail(message: str, hint: str, code: int) -> int:
    typer.echo(_("coach: error: %(message)s") % {"message": message}, err=True)
    typer.echo(_("coach: hint: %(hint)s") % {"hint": hint}, err=True)
    return code


def _fail_otherwise(error: Exception) -> int:
    if hasattr(error, "format_message") and hasattr(error, "exit_code"):
        context: Any = getattr(error, "ctx", None)
        path = context.command_path if context else "coach"
        if context and _is_bare(error):
            typer.echo(context.get_help(), err=True)
            return 2
        return _fail(_usage_message(error), _("see: %(command)s --help") % {"command": path}, error.exit_code)
    if os.environ.get("COACH_DEBUG") == "1":
        import traceback

        # Without locals, and without the message: either may hold a client's words.
        typer.echo("".join(traceback.format_tb(error.__traceback__)), err=True)
    hint = _("run it again with COACH_DEBUG=1 and report the lines it shows to the project's issue tracker")
    return _fail(_("a defect in coach (%(name)s)") % {"name": type(error).__name__}, hint, 1)


def _is_bare(error: Exception) -> bool:
    """Return whether no command was named, with or without global options."""
    message = getattr(error, "message", "")
    return type(error).__name__ == "NoArgsIsHelpError" or message == _("Missing command.")


def _usage_message(error: Any) -> str:  # noqa: ANN401 an error of the parser
    """Return what is wrong with the call, without the value, which may be a client's words."""
    kind, parameter = type(error).__name__, getattr(error, "param", None)
    if parameter is not None:
        return _parameter_message(parameter, is_missing=kind == "MissingParameter")
    if kind == "NoSuchOption":
        close = ", ".join(getattr(error, "possibilities", None) or ())
        sentence = _("there is no such option; did you mean %(names)s?") % {"names": close}
        return sentence if close else _("there is no such option")
    if kind == "BadOptionUsage":
        return _("an option lacks its value, or has one too many")
    before = _("No such command {name!r}.").partition("{")[0]
    if str(error.message).startswith(before):
        return _no_such_command(error, str(error.message).removeprefix(before))
    return _("the command has a word too many, or too few")


def _parameter_message(parameter: Any, *, is_missing: bool) -> str:  # noqa: ANN401 a parameter of the parser
    name, meaning = _written(parameter), _meaning(parameter)
    if not is_missing:
        return _("%(name)s has a value of the wrong kind") % {"name": name}
    if meaning:
        return _("%(name)s is missing (%(meaning)s)") % {"name": name, "meaning": meaning}
    return _("%(name)s is missing") % {"name": name}


def _no_such_command(error: Any, told: str) -> str:  # noqa: ANN401 an error of the parser
    """Return that there is none, and those that resemble the one that `told` begins with, in quotes."""
    import difflib

    wanted = told[1:].partition(told[:1])[0]
    close = difflib.get_close_matches(wanted, error.ctx.command.list_commands(error.ctx), cutoff=0.7)
    if close:
        return _("there is no such command; did you mean %(names)s?") % {"names": ", ".join(close)}
    return _("there is no such command")


def _globals_first(words: list[str]) -> list[str]:
    """Move --vault, --identity and --lang before the command, wherever they were written."""
    first: list[str] = []
    rest: list[str] = []
    end = words.index("--") if "--" in words else len(words)
    position = 0
    while position < end:
        word = words[position]
        name, equals, _value = word.partition("=")
        if name in ("--vault", "--identity", "--lang"):
            if not equals and position + 1 == end:
                # Alone it is refused as an option without its value; before the command it would take that.
                return [name]
            width = 1 if equals else 2
            first += words[position : position + width]
            position += width
        else:
            rest.append(word)
            position += 1
    return first + rest + words[max(position, end) :]


def _option(words: Sequence[str], name: str) -> str | None:
    for word, following in zip(words, [*words, ""][1:], strict=True):
        if word == name:
            return following
        if word.startswith(name + "="):
            return word.partition("=")[2]
    return None


def _wish(words: Sequence[str]) -> str | None:
    return _option(words, "--lang")


def _vault_language(words: Sequence[str]) -> str | None:
    """Return the language of the vault at hand; read as text, since help must not wait for YAML."""
    named = _option(words, "--vault") or os.environ.get("COACHVAULT_DIR")
    try:
        here = Path.cwd()
    except OSError:
        return None  # someone has deleted the folder
    places = [here / named] if named else [here, *here.parents]
    for place in places:
        try:
            text = (place / "coachvault.yaml").read_text("utf-8", "replace")
        except OSError:
            continue
        lines = (line.partition(":") for line in text.splitlines())
        return next((value.strip() for key, _colon, value in lines if key == "language"), None)
    return None
