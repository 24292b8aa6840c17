"""Finds the vault, opens it, and asks a person at a terminal for what is missing."""

import contextlib
import functools
import os
from pathlib import Path
import sys
from typing import TYPE_CHECKING, TypeVar

import typer

from coachvault.errors import CoachError, LockedError, RefusedError, UsageError
from coachvault.language import _

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence

    from coachvault.actions.draft import Source
    from coachvault.crypto.keys import Identity, Unwrapper
    from coachvault.vault.index import Entry
    from coachvault.vault.store import Vault

T = TypeVar("T")
_IS_LINUX: bool = sys.platform == "linux"


class _Place:
    """What the global options said."""

    vault: Path | None = None
    identity: Path | None = None
    is_alone: bool = False


def place(vault: Path | None, identity: Path | None, lang: str | None) -> None:
    """Keep the global options for the command that follows."""
    if lang not in (None, "fr", "en"):
        raise UsageError(_("--lang is fr or en"), _("leave it out to use the language of the vault"))
    _Place.vault = vault
    _Place.identity = identity


@contextlib.contextmanager
def open_vault(*, recover: bool = True) -> "Iterator[Vault]":
    """Hand over the vault at hand, open; an interrupted command is finished or undone first."""
    from coachvault.actions import who
    from coachvault.cli._out import note
    from coachvault.vault import layout
    from coachvault.vault.store import Vault

    root = find_root()
    layout.check_vault(root)
    # Whoever was asked which one is meant is not asked again in the same command.
    who.choose, who.tell = (functools.cache(_choose), note) if is_terminal() else (None, None)
    settle(root)
    vault = Vault(root, _unlock())
    try:
        if recover:
            vault.recover()
        yield vault
    finally:
        close(vault)


def close(vault: "Vault") -> None:
    """End the agents if something was destroyed, and say so of what an interrupted command had decided."""
    from coachvault.cli._out import note

    if vault.has_destroyed and _forget():
        note(_("the vault is locked again: after a destruction no key stays in memory"))
    if vault.finished:
        from coachvault.actions import proving

        for sentence in proving.finished(vault):
            note(sentence)


def settle(root: Path) -> None:
    """Finish a rotation of the identity that was interrupted, or take it back."""
    path, _is_named = identity_path()
    beside = Path(os.path.realpath(path) + ".new")
    if beside.exists():
        from coachvault.actions import identity
        from coachvault.cli._passphrase import ask_passphrase

        identity.resume(root, path, ask_passphrase)


def forget(path: Path) -> None:
    """End the agents, and take the passphrase of an identity out of the keychain: it is another one now."""
    from coachvault.crypto import keychain

    _forget()
    with contextlib.suppress(CoachError):
        keychain.delete(path)


def open_for_git() -> "Vault":
    """Return the vault that git is at work in.

    Nobody is asked, since git calls for every file; nothing is recovered, since that is git's work too.
    """
    from coachvault.vault import layout
    from coachvault.vault.store import Vault

    _Place.is_alone = True
    here = None if _Place.vault else layout.find(Path.cwd())
    root = here or find_root()
    layout.check_vault(root)
    return Vault(root, _unlock())


def find_root() -> Path:
    """Return the vault's folder: --vault, else COACHVAULT_DIR, else the nearest one above."""
    from coachvault.vault import layout

    named = _Place.vault or (Path(os.environ["COACHVAULT_DIR"]) if os.environ.get("COACHVAULT_DIR") else None)
    try:
        here = Path.cwd()
    except OSError:
        here = Path(os.sep)  # someone has deleted the folder: nothing lies above it
    return here / (named or layout.find(here) or here)


def identity_path() -> tuple[Path, bool]:
    """Return where the identity is, and whether somebody named that place."""
    named = _Place.identity or _identity_of_environment()
    return (named, True) if named else (_own_identity(), False)


def usual_path(other: Path) -> Path:
    """Return where the identity is looked for when another file is not named."""
    named = _identity_of_environment()
    return named if named and os.path.realpath(named) != os.path.realpath(other) else _own_identity()


def _identity_of_environment() -> Path | None:
    named = os.environ.get("COACHVAULT_IDENTITY")
    return Path(named) if named else None


def _own_identity() -> Path:
    if _IS_LINUX:
        # As platformdirs says for Linux, where asking it would take half as long as a note does.
        home = os.environ.get("XDG_CONFIG_HOME", "").strip()
        return Path(home or Path.home() / ".config") / "coachvault" / "identity.age"
    from platformdirs import user_config_path

    return user_config_path("coachvault") / "identity.age"


def is_terminal() -> bool:
    """Return whether a person can be asked."""
    return not _Place.is_alone and sys.stdin.isatty() and sys.stderr.isatty()


@contextlib.contextmanager
def alone() -> "Iterator[None]":
    """Ask nobody meanwhile, although there is a terminal."""
    _Place.is_alone = True
    try:
        yield
    finally:
        _Place.is_alone = False


def required(
    value: T | None,
    option: str,
    question: str,
    default: str | None = None,
    *,
    choices: "Collection[str] | Mapping[str, str] | None" = None,
    check: "Callable[[str], object]" = str,
    needs_vault: bool = True,
) -> T | str:
    """Return the value, else ask for it at a terminal, else raise UsageError that names its option.

    It is asked for again where the answer is none of the choices, or `check` raises a CoachError for it.
    What a vault needs is not asked for where there is none: raises NoVaultError.
    """
    if value is not None:
        return value
    if not is_terminal():
        raise UsageError(
            _("%(option)s is missing") % {"option": option}, _("give it, or run the command at a terminal")
        )
    from coachvault.cli import _ask
    from coachvault.vault import layout

    if needs_vault:
        layout.check_vault(find_root())
    if choices:
        return _ask.choose(question, choices, default)
    return _ask.ask(question, lambda answer: (check(answer), answer)[1], default)


def source(name: str | None) -> "Source | None":
    """Return the YAML text that --from names; - is standard input."""
    if name is None:
        return None
    from coachvault.actions.draft import Source
    from coachvault.vault import yamlfile

    label = "stdin" if name == "-" else name
    return Source(yamlfile.decode(read_input(name), label), label)


def read_input(name: str) -> bytes:
    """Return the bytes of a file, or of standard input for -."""
    if name == "-":
        return sys.stdin.buffer.read()
    try:
        return Path(name).read_bytes()
    except OSError as error:
        from coachvault.vault import source

        raise source.unreadable(error) from None


def text_of(text: str | None, file: str | None) -> str | None:
    """Return long text from --text, from --file or from standard input; None asks for the editor."""
    if text is not None and file is not None:
        raise UsageError(_("--text and --file exclude each other"), _("give one of them"))
    if text == "-" or file is not None:
        from coachvault.vault import yamlfile

        name = file if file is not None else "-"
        return yamlfile.decode(read_input(name), "stdin" if name == "-" else name)
    if text is None and not is_terminal():
        raise UsageError(_("--text or --file is missing"), _("give it; - reads standard input"))
    return text


def confirm(question: str, word: str) -> None:
    """Go on with a destruction only if the person types this word; raises RefusedError otherwise."""
    if not is_terminal():
        raise UsageError(_("nobody is there to confirm"), _("add --yes to destroy without being asked"))
    from coachvault.cli import _ask

    if _ask.line(question).casefold() != word.casefold():
        raise RefusedError(_("not confirmed"), _("nothing was destroyed"))


def meant(vault: "Vault", name: str, kinds: "Sequence[str] | None" = None) -> str:
    """Return the code of the one whom a name means, of these kinds: to be known before a person writes."""
    from coachvault.actions import who

    return who.entry(vault, name, kinds or who.ANYONE).code


def colleague(vault: "Vault") -> str:
    """Return the name of the one of the directory whom the person at the terminal means."""
    from coachvault.actions import colleague as action
    from coachvault.cli import _ask

    return _ask.ask(_("Which colleague of the directory?"), lambda name: (action.find(vault, name), name)[1])


def edited(before: str, what: str, save: "Callable[[str], T]") -> T:
    """Save what the person writes in the editor; a text that is refused is offered again, never lost."""
    from coachvault.cli import _ask, _editor

    text = _editor.edit(before, what)
    while True:
        try:
            return save(text)
        except CoachError as error:
            typer.echo(_("coach: error: %(message)s") % {"message": error.message}, err=True)
            if not _ask.agrees(_("Edit the text again?"), default=True):
                raise
            text = _editor.edit(text, what)


def _choose(clients: "Sequence[Entry]") -> str:
    """Return the code of the one that the person means; none is the usual one."""
    from coachvault.cli import _ask
    from coachvault.word import word

    for client in clients:
        facts = {"state": word(client.state), "since": client.since}
        typer.echo(f"  {client.code}  {client.name}  " + _("%(state)s, since %(since)s") % facts, err=True)
    codes = {client.code: client.code for client in clients}
    return _ask.choose(_("Which one is meant?"), codes)


def _unlock() -> "Unwrapper":
    """Return the agent of the identity at hand if there is one, else the identity itself."""
    from coachvault.crypto import agent

    path, _is_named = identity_path()
    return agent.find(path, read_identity)


def _forget() -> bool:
    """End the agents, so that nothing in memory opens what is left; returns whether there was one."""
    from coachvault.crypto import agent

    return agent.forget() > 0


def read_identity() -> "Identity":
    """Return the identity at hand from its file, asking for its passphrase if it has one."""
    from coachvault.cli._passphrase import ask_passphrase
    from coachvault.crypto import keys

    check_identity()
    return attended(keys.read_identity(identity_path()[0], ask_passphrase))


def check_identity() -> None:
    """Raise LockedError if there is no identity and none was named, before anything else is done."""
    path, is_named = identity_path()
    if not is_named and not path.exists():
        raise LockedError(
            _("there is no identity on this machine"),
            _(
                "name one with --identity FILE or COACHVAULT_IDENTITY; if it is lost, write the key of the "
                "recovery kit to a file and run: coach --identity FILE identity rotate --output KIT.pdf"
            ),
        )


def attended(identity: "Identity") -> "Identity":
    """Return the identity; at a terminal its plugin, if it is of one, may ask the person from now on."""
    if identity.plugin and is_terminal():
        from coachvault.cli import _plugin
        from coachvault.crypto import box

        box.person = _plugin.AtTerminal()
    return identity
