"""Commands on consents."""

from typing import Annotated, Any

import typer

from coachvault.cli._fields import CONSENT, choices, with_fields
from coachvault.cli._options import AsJson, From, MaybeId, MaybeWho, On, Who, any_day, one_of, past_day
from coachvault.cli._out import show as out
from coachvault.cli._session import open_vault, read_input, required, source
from coachvault.errors import UsageError
from coachvault.language import _

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

Wording = Annotated[
    str | None,
    typer.Option(metavar="TEXT", help="The words that were said, if not the shipped ones; - is stdin."),
]
File = Annotated[str | None, typer.Option(metavar="FILE", help="A file with those words; - is stdin.")]
Language = Annotated[str | None, typer.Option(metavar="fr|en", help="The language of the text.")]


@app.callback()
def consent() -> None:
    """Consents: what a client allows, refuses, withdraws."""


@app.command()
@with_fields(CONSENT)
def record(
    who: Who,
    options: dict[str, Any],
    on: On = None,
    wording: Wording = None,
    file: File = None,
    from_: From = None,
    as_json: AsJson = False,
) -> None:
    """Record a client's answer; it takes the place of the former one of its type."""
    from coachvault.actions import consent as action

    if not from_:
        options["type"] = required(
            options["type"], "--type", _("Consent to what?"), "supervision", choices=choices(CONSENT, "type")
        )
        # Nobody consents by the Enter key: there is no answer to fall back on.
        options["answer"] = required(
            options["answer"],
            "--answer",
            _("What does the client answer?"),
            choices=choices(CONSENT, "answer"),
        )
    if on or not from_:
        options["on"] = past_day(on)
    options["until"] = any_day(options["until"] or None, "--until")
    options["wording"] = _words(wording, file)
    with open_vault() as vault:
        result = action.record(vault, who, options, source(from_))
    out(result, as_json=as_json)


@app.command()
def withdraw(
    who: Who,
    consent: Annotated[str | None, typer.Argument(metavar="ID", help="The beginning of its id.")] = None,
    type_: Annotated[
        str | None, typer.Option("--type", metavar="TYPE", help="The one of this type that is in force.")
    ] = None,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Record that a consent was withdrawn, and say what follows."""
    from coachvault.actions import consent as action

    if consent and type_:
        raise UsageError(_("an id and --type exclude each other"), _("give one of them"))
    kinds = choices(CONSENT, "type")
    kind = None if consent else _type(required(type_, "--type", _("Consent to what?"), choices=kinds))
    with open_vault() as vault:
        result = action.withdraw(vault, who, consent, kind, past_day(on))
    out(result, as_json=as_json)


@app.command("list")
def list_(who: MaybeWho = None, as_json: AsJson = False) -> None:
    """List the answers of one client, or all."""
    from coachvault.actions import consent as action

    with open_vault() as vault:
        result = action.listing(vault, who)
    out(result, as_json=as_json)


@app.command()
def show(who: Who, consent: MaybeId = None, as_json: AsJson = False) -> None:
    """Show a consent with the words that were agreed to, or the last one."""
    from coachvault.actions import consent as action

    with open_vault() as vault:
        result = action.show(vault, who, consent)
    out(result, as_json=as_json)


@app.command()
def text(
    type_: Annotated[str, typer.Argument(metavar="TYPE", help="The type of consent.")],
    language: Language = None,
    as_json: AsJson = False,
) -> None:
    """Print the words to be read to the client before they answer."""
    from coachvault.actions import consent as action

    said = one_of(language, "--language", ("fr", "en")) if language else None
    with open_vault() as vault:
        result = action.text(vault, _type(type_), said)
    out(result, as_json=as_json)


def _type(value: str) -> str:
    from coachvault.ethics.wording import TYPES

    return one_of(value, "--type", TYPES)


def _words(wording: str | None, file: str | None) -> str | None:
    """Return the words from --wording, from --file or from standard input, or None for the shipped ones."""
    if wording is not None and file is not None:
        raise UsageError(_("--wording and --file exclude each other"), _("give one of them"))
    if wording == "-" or file is not None:
        from coachvault.vault import yamlfile

        name = file if file is not None else "-"
        return yamlfile.decode(read_input(name), "stdin" if name == "-" else name)
    return wording
