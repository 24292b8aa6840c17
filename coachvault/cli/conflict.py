"""Commands on conflicts of interest; those of fields that two devices changed are `conflicts`."""

from typing import Annotated, Any, get_args

import typer

from coachvault.cli._fields import CONFLICT, choices, with_fields
from coachvault.cli._options import (
    AsJson,
    From,
    MaybeId,
    MaybeWho,
    On,
    Who,
    any_day,
    one_of,
    past_day,
    refuse_alone,
)
from coachvault.cli._out import note
from coachvault.cli._out import show as out
from coachvault.cli._session import edited, is_terminal, meant, open_vault, required, source, text_of
from coachvault.language import _
from coachvault.word import word

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)

ANSWERS, OUTCOMES = ("none", "managed", "declined"), ("resolved", "ended")
LongText = Annotated[str | None, typer.Option("--text", metavar="TEXT", help="What clashes; - is stdin.")]
File = Annotated[str | None, typer.Option(metavar="FILE", help="A file with the text; - is stdin.")]


@app.callback()
def conflict() -> None:
    """Conflicts of interest: who is tied to whom."""


@app.command()
def check(
    who: Who,
    answer: Annotated[
        str | None, typer.Option(metavar="none|managed|declined", help="What you decide; it is recorded.")
    ] = None,
    reason: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Why; without a word on who the others are.")
    ] = None,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Compare a client, an organisation or a group with everybody known, and record the answer."""
    from coachvault.actions import overlap as action

    decided, day = answer and one_of(answer, "--answer", ANSWERS), past_day(on)
    if decided is None and (as_json or not is_terminal()):
        refuse_alone({"--reason": reason, "--on": on}, "--answer")
    with open_vault() as vault:
        found = action.check(vault, who)
        if not (as_json and decided):
            out(found.listing(), as_json=as_json)
        if found.is_partial and found.matches:
            note(_("only the folders that you were granted were compared"))
        if decided is None:
            before = action.answered(vault, found)
            if before:
                said = _("the answer of %(date)s is on record: %(answer)s; another one takes --answer")
                note(said % {"date": before[0], "answer": word(before[1], "answer")})
            elif as_json or not is_terminal():
                note(_("nothing is recorded yet: add --answer none, managed or declined"))
            # Who gives a reason, or a day, has another answer in mind.
            is_answering = before is None or reason or on
            if as_json or not is_terminal() or not is_answering:
                return
        decided = one_of(
            required(decided, "--answer", _("What do you decide?"), choices=ANSWERS), "--answer", ANSWERS
        )
        if decided == "none" and found.others and is_terminal():
            reason = required(reason, "--reason", _("Why does none of them matter?"))
        result = action.answer(vault, found, decided, reason, day)
    out(result, as_json=as_json)


@app.command()
@with_fields(CONFLICT)
def add(
    who: Who,
    options: dict[str, Any],
    text: LongText = None,
    file: File = None,
    on: On = None,
    from_: From = None,
    as_json: AsJson = False,
) -> None:
    """Open a conflict of interest, to be settled by a day."""
    from coachvault.actions import interest as action

    if not from_:
        natures = choices(CONFLICT, "nature")
        options["nature"] = required(options["nature"], "--nature", _("What clashes?"), choices=natures)
    options["due_on"] = any_day(options["due_on"] or None, "--due")
    options["opened_on"] = past_day(on) if on or not from_ else None
    given = None if from_ and text is None and file is None else text_of(text, file)
    with open_vault() as vault:
        if given is None and not from_:
            code = meant(vault, who)  # before a word is written
            result = edited(
                "", "conflict", lambda written: action.add(vault, code, {**options, "text": written})
            )
        else:
            result = action.add(vault, who, {**options, "text": given}, source(from_))
    out(result, as_json=as_json)


@app.command()
def discuss(
    who: Who,
    conflict: MaybeId = None,
    with_: Annotated[
        str | None,
        typer.Option("--with", metavar="client|guardian|sponsor|member|coach", help="With whom."),
    ] = None,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Record that a conflict of interest was raised with a party."""
    from coachvault.actions import interest as action
    from coachvault.records.contract import Party

    parties: tuple[str, ...] = get_args(Party)
    party = one_of(required(with_, "--with", _("With whom?"), choices=parties), "--with", parties)
    with open_vault() as vault:
        result = action.discuss(vault, who, conflict, party, past_day(on))
    out(result, as_json=as_json)


@app.command()
def resolve(
    who: Who,
    conflict: MaybeId = None,
    outcome: Annotated[
        str | None, typer.Option(metavar="resolved|ended", help="Whether it is settled, or ends the work.")
    ] = None,
    resolution: Annotated[str | None, typer.Option(metavar="TEXT", help="How it was settled.")] = None,
    harm: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What harm it did to whom, or that it did none.")
    ] = None,
    not_told: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Why it was not raised with the client.")
    ] = None,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Settle a conflict of interest."""
    from coachvault.actions import interest as action

    question = _("How did it end?")
    end = one_of(required(outcome, "--outcome", question, choices=OUTCOMES), "--outcome", OUTCOMES)
    values = {
        "outcome": end,
        "resolution": required(resolution, "--resolution", _("How was it settled?")),
        "harm": required(harm, "--harm", _("What harm did it do, and to whom?")),
        **({"not_told": not_told} if not_told else {}),
    }
    with open_vault() as vault:
        result = action.resolve(vault, who, conflict, values, past_day(on))
    out(result, as_json=as_json)


@app.command("list")
def list_(
    who: MaybeWho = None,
    open_: Annotated[bool, typer.Option("--open", help="Only those that are not settled.")] = False,
    as_json: AsJson = False,
) -> None:
    """List the conflicts of interest of one or all, those overdue first."""
    from coachvault.actions import interest as action

    with open_vault() as vault:
        result = action.listing(vault, who, is_open=open_)
    out(result, as_json=as_json)


@app.command()
def show(who: Who, conflict: MaybeId = None, as_json: AsJson = False) -> None:
    """Show a conflict of interest, or the last one."""
    from coachvault.actions import interest as action

    with open_vault() as vault:
        result = action.show(vault, who, conflict)
    out(result, as_json=as_json)
