"""Commands on notes."""

from typing import Annotated

import typer

from coachvault.cli._options import AsJson, Certificate, DryRun, From, MaybeId, On, Who, Yes, past_day
from coachvault.cli._out import show as out
from coachvault.cli._removal import Destroy
from coachvault.cli._session import edited, meant, open_vault, source, text_of
from coachvault.errors import UsageError
from coachvault.language import _

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

COACHED = ("client", "group")
LongText = Annotated[str | None, typer.Option("--text", metavar="TEXT", help="The text; - is stdin.")]
File = Annotated[str | None, typer.Option(metavar="FILE", help="A file with the text; - is stdin.")]


@app.callback()
def note() -> None:
    """Notes: what was said."""


@app.command()
def add(
    who: Who,
    stdin: Annotated[str | None, typer.Argument(metavar="-", help="Read the text from stdin.")] = None,
    text: LongText = None,
    file: File = None,
    special: Annotated[
        list[str] | None,
        typer.Option(
            metavar="health|religion|opinion|union|origin|intimacy|offence",
            help="What sensitive data it holds, which a live consent must allow; may be repeated.",
        ),
    ] = None,
    on: On = None,
    from_: From = None,
    as_json: AsJson = False,
) -> None:
    """Keep a note on a client or a group. Without a text, the editor opens."""
    from coachvault.actions import note as action

    for option, value in (("--text", text), ("--file", file), ("--from", from_)):
        if stdin is not None and value is not None:
            raise UsageError(
                _("- and %(option)s exclude each other") % {"option": option}, _("give one of them")
            )
    fixed = {"special": special or None}
    day = past_day(on) if on or not from_ else None
    given = (
        None
        if from_ and text is None and file is None
        else text_of(text if text is not None else stdin, file)
    )
    with open_vault() as vault:
        if given is None and not from_:
            code = meant(vault, who, COACHED)  # before a word is written
            result = edited(
                "", "note", lambda written: action.add(vault, code, {"on": day, "text": written, **fixed})
            )
        else:
            result = action.add(vault, who, {"on": day, "text": given, **fixed}, source(from_))
    out(result, as_json=as_json)


@app.command("list")
def list_(who: Who, as_json: AsJson = False) -> None:
    """List the notes on a client or a group, oldest first."""
    from coachvault.actions import note as action

    with open_vault() as vault:
        result = action.listing(vault, who)
    out(result, as_json=as_json)


@app.command()
def show(who: Who, note: MaybeId = None, as_json: AsJson = False) -> None:
    """Show a note, or the last one."""
    from coachvault.actions import note as action

    with open_vault() as vault:
        result = action.show(vault, who, note)
    out(result, as_json=as_json)


@app.command()
def edit(
    who: Who,
    note: MaybeId = None,
    text: LongText = None,
    file: File = None,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Change a note. The last one if none is named; without a text, the editor opens on it."""
    from coachvault.actions import note as action

    day = past_day(on) if on else None
    given = None if text is None and file is None and day else text_of(text, file)
    with open_vault() as vault:
        code = meant(vault, who, COACHED)
        before = action.find(vault, code, note)
        if given is None and day is None:
            result = edited(
                before.text, "note", lambda written: action.edit(vault, code, before, written, None)
            )
        else:
            result = action.edit(vault, code, before, given, day)
    out(result, as_json=as_json)


@app.command()
def remove(
    who: Who,
    note: Annotated[str, typer.Argument(metavar="ID", help="The beginning of its id.")],
    destroy: Destroy = None,
    certificate: Certificate = None,
    dry_run: DryRun = False,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """Delete a note: now, or now and in all of history."""
    from coachvault.actions import note as action
    from coachvault.cli import _receipt, _removal

    _removal.check(destroy, certificate, dry_run=dry_run)
    harmless = "--dry-run" if dry_run else None
    place = _receipt.place_of(certificate, as_json=as_json, harmless=harmless)
    with open_vault() as vault:
        code = meant(vault, who, COACHED)
        found = action.find(vault, code, note).id
        if not _removal.is_to_be_destroyed(destroy, *_meanings(has_history=vault.history is not None)):
            out(action.remove(vault, code, found), as_json=as_json)
            return
        item = action.plan(vault, code, found)
        if _removal.is_agreed(vault, [item], place, yes=yes, dry_run=dry_run, as_json=as_json):
            _receipt.show(vault, action.destroy(vault, code, found), place, as_json=as_json)


def _meanings(*, has_history: bool) -> tuple[str, str]:
    """Return what removing a note and destroying it mean."""
    return (
        _("remove: the note is gone; older copies in git history and backups open until its drawer's term")
        if has_history
        else _("remove: the note is gone; copies in backups open until its drawer's term"),
        _("destroy: the other notes get a new key, and no key that is left opens older copies in git"),
    )
