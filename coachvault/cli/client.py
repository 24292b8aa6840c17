"""Commands on clients."""

from functools import partial
from typing import TYPE_CHECKING, Annotated, Any

import typer

from coachvault.cli import _ask, _deliver, _editor, _removal
from coachvault.cli._fields import CLIENT, Field, with_fields
from coachvault.cli._options import (
    AddresseeName,
    AsJson,
    Format,
    From,
    On,
    Output,
    Who,
    Yes,
    addressed,
    any_day,
    one_of,
    past_day,
    refuse_alone,
    talked_over,
)
from coachvault.cli._out import note as say
from coachvault.cli._out import show as out
from coachvault.cli._session import (
    colleague,
    edited,
    is_terminal,
    meant,
    open_vault,
    required,
    source,
    text_of,
)
from coachvault.word import word

if TYPE_CHECKING:
    from coachvault.actions.closing import Closed, End
    from coachvault.vault.store import Vault

app = typer.Typer(no_args_is_help=True, add_completion=False, rich_markup_mode=None)
_ENDED_BY = ("client", "coach", "sponsor", "mutual", "term")
_SESSIONS, _FILES = ("held", "offered", "declined"), ("kept", "returned", "destroyed")
_COPIES = ("none", "some")


@app.callback()
def client() -> None:
    """Clients: entering, changing, holding, closing."""


@app.command()
@with_fields(CLIENT)
def new(
    options: dict[str, Any],
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="The client's name.")] = None,
    from_: From = None,
    prospect: Annotated[
        bool, typer.Option("--prospect", help="Somebody with whom nothing is agreed on yet.")
    ] = False,
    namesake: Annotated[
        bool, typer.Option("--namesake", help="Another client has this name, and it is another person.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Enter a client (the same as: client new)."""
    from coachvault.actions import client as action
    from coachvault.actions import overlap
    from coachvault.language import _

    given = name if name is not None or from_ else required(name, "NAME", _("The client's name"))
    with open_vault() as vault:
        enter = partial(action.new, vault, {"name": given, **options}, source(from_), is_prospect=prospect)
        try:
            entered = enter(is_namesake=namesake)
        except action.NamesakeError as error:
            if not is_terminal():
                raise
            _ask.say(error.message)
            if not _ask.agrees(_("Enter another client of that name?"), default=False):
                raise
            entered = enter(is_namesake=True)
        result = overlap.compared(vault, entered)
    out(result, as_json=as_json)


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """List the clients, by name."""
    from coachvault.actions import roster as action

    with open_vault() as vault:
        result = action.listing(vault)
    out(result, as_json=as_json)


@app.command()
def show(who: Who, as_json: AsJson = False) -> None:
    """Show what is known of a client."""
    from coachvault.actions import client as action

    with open_vault() as vault:
        result = action.show(vault, who)
    out(result, as_json=as_json)


@app.command()
@with_fields((Field("name", "TEXT", "The client's name."), *CLIENT))
def edit(who: Who, options: dict[str, Any], from_: From = None, as_json: AsJson = False) -> None:
    """Change a client's fields; an empty value clears one."""
    from coachvault.actions import client as action

    with open_vault() as vault:
        result = action.edit(vault, who, options, source(from_))
    out(result, as_json=as_json)


@app.command()
def decline(
    who: Who,
    reason: Annotated[
        str | None, typer.Option(metavar="ethical|competence|capacity|other", help="Why the coach declines.")
    ] = None,
    refer: Annotated[
        str | None, typer.Option(metavar="COLLEAGUE", help="The colleague they are pointed to.")
    ] = None,
    no_resource: Annotated[
        bool, typer.Option("--no-resource", help="Nobody is known to whom to point them.")
    ] = False,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Decline a prospect, and point them to somebody else."""
    from coachvault.actions import referral as action
    from coachvault.language import _

    choices = ("ethical", "competence", "capacity", "other")
    why = one_of(
        required(reason, "--reason", _("Why is the client declined?"), choices=choices), "--reason", choices
    )
    with open_vault() as vault:
        if why in action.OFFERED and refer is None and not no_resource and is_terminal():
            question, answers = _("Is there a colleague to point them to?"), {"yes": _("yes"), "no": _("no")}
            no_resource = _ask.choose(question, answers) == "no"
            refer = None if no_resource else colleague(vault)
        options = {"reason": why, "refer": refer, "no_resource": no_resource}
        result = action.decline(vault, who, past_day(on), options)
    out(result, as_json=as_json)


@app.command()
def hold(
    who: Who,
    reason: Annotated[str | None, typer.Option(metavar="TEXT", help="Why the records must be kept.")] = None,
    review_on: Annotated[
        str | None, typer.Option(metavar="DATE", help="When to look again: within a year.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Keep every record of a client from destruction until released."""
    from coachvault.actions import client as action
    from coachvault.language import _

    why = required(reason, "--reason", _("Why must the records be kept?"))
    with open_vault() as vault:
        result = action.hold(vault, who, why, any_day(review_on, "--review-on"))
    out(result, as_json=as_json)


@app.command()
def release(who: Who, as_json: AsJson = False) -> None:
    """End the hold on a client."""
    from coachvault.actions import client as action

    with open_vault() as vault:
        result = action.release(vault, who)
    out(result, as_json=as_json)


@app.command()
def close(
    who: Who,
    on: On = None,
    by: Annotated[
        str | None,
        typer.Option(metavar="|".join(_ENDED_BY), help="Who ends it, else who ended the contract."),
    ] = None,
    summary: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Goals and milestones, no confidences; - is stdin.")
    ] = None,
    closing_session: Annotated[
        str | None,
        typer.Option(metavar="held|offered|declined", help="What became of the closing session."),
    ] = None,
    discussed: Annotated[
        str | None, typer.Option(metavar="DATE", help="When the coach talked the end over with the client.")
    ] = None,
    conflict: Annotated[
        str | None, typer.Option(metavar="ID", help="The conflict over which both agree to stop.")
    ] = None,
    harm: Annotated[
        str | None, typer.Option(metavar="TEXT", help="What harm it did to whom, or that it did none.")
    ] = None,
    files: Annotated[
        str | None,
        typer.Option(
            metavar="kept|returned|destroyed",
            help="The client's files: kept until their term, or destroyed, handed back or not.",
        ),
    ] = None,
    copies: Annotated[
        str | None,
        typer.Option(metavar="none|some", help="Whether copies lie outside the vault: mail, phone, cloud."),
    ] = None,
    yes: Yes = False,
    as_json: AsJson = False,
) -> None:
    """End the relationship and start the retention terms."""
    from coachvault.actions import closing as action

    party = one_of(by, "--by", _ENDED_BY) if by is not None else None
    if closing_session is not None:
        one_of(closing_session, "--closing-session", _SESSIONS)
    text = text_of(summary, None) if summary == "-" else summary
    talked = past_day(discussed, "--discussed") if discussed else None
    for value, option, choices in ((files, "--files", _FILES), (copies, "--copies", _COPIES)):
        if value is not None:
            one_of(value, option, choices)
    day = past_day(on) if on else None
    end = action.End(day, party, text, closing_session, talked, conflict, harm, files, copies)
    with open_vault() as vault:
        who = meant(vault, who, ("client",))
        end, is_writing = _asked(vault, who, end) if is_terminal() else (end, False)
        plan = action.doomed(vault, who, end)
        if plan:
            _removal.is_agreed(vault, plan, None, yes=yes, dry_run=False, as_json=as_json)
        closed = _written(vault, who, end) if is_writing else action.close(vault, who, end, word)
    out(closed.done, as_json=as_json)
    if closed.receipt:
        closed.receipt.refuse()


def _asked(vault: "Vault", who: str, end: "End") -> tuple["End", bool]:
    """Return the end as the person at the terminal completes it, and whether they are to write a summary."""
    from coachvault.actions import closing as action
    from coachvault.language import _

    asked = action.unsaid(vault, who, end)
    if "by" in asked:
        end = end._replace(by=required(None, "--by", _("Who ends it?"), choices=_ENDED_BY))
        asked = action.unsaid(vault, who, end)
    if "discussed_on" in asked:
        end = end._replace(discussed_on=talked_over("coach"))
    if "harm" in asked:
        end = end._replace(harm=required(None, "--harm", _("What harm did it do, and to whom?")))
    if "closing_session" in asked:
        question = _("What became of the closing session?")
        end = end._replace(closing_session=_ask.choose(question, _sessions()))
    if "files" in asked:
        say(_("a file that was returned or is destroyed opens no longer, in copies neither"))
        question = _("What becomes of the client’s files?")
        end = end._replace(files=_ask.choose(question, _files(), "kept"))
    if "copies" in asked:
        question = _("Are there copies outside the vault, in mail, phone or cloud?")
        end = end._replace(
            copies=_ask.choose(question, {"none": _("there are none"), "some": _("there are some")})
        )
    return end, "summary" in asked and _editor.memory_folder() is not None


def _written(vault: "Vault", who: str, end: "End") -> "Closed":
    """Close with the summary that the person writes."""
    from coachvault.actions import closing as action
    from coachvault.language import _

    say(_("the closing summary: goals and milestones, no confidences; leave it empty to keep none"))
    return edited(
        "", "summary", lambda text: action.close(vault, who, end._replace(summary=text.strip()), word)
    )


def _sessions() -> dict[str, str]:
    from coachvault.language import _

    return {"held": _("it took place"), "offered": _("offered"), "declined": _("declined by the client")}


def _files() -> dict[str, str]:
    from coachvault.language import _

    return {"kept": _("kept as they are"), "returned": _("returned"), "destroyed": _("destroyed")}


@app.command()
def ending(
    who: Who,
    format_: Format = "pdf",
    output: Output = None,
    delivered: Annotated[
        str | None,
        typer.Option(metavar="hand|mail|post|portal", help="Record that it was handed over, and how."),
    ] = None,
    to: Annotated[
        str | None,
        typer.Option(metavar="client|guardian", help="To whom it was handed; the client if nothing is said."),
    ] = None,
    name: AddresseeName = None,
    on: On = None,
    as_json: AsJson = False,
) -> None:
    """Write the document that tells a client what ended and what lasts, and keep it."""
    from coachvault.actions import ending as action

    place = _deliver.check(output, format_, as_json=as_json)
    if not delivered:
        refuse_alone({"--to": to, "--name": name, "--on": on}, "--delivered")
    # It says what the work was about: no sponsor is handed it.
    party = one_of(to or "client", "--to", ("client", "guardian"))
    options = addressed(party, name, on, delivered) if delivered else None
    with open_vault() as vault:
        made = action.render(vault, who, format_)
        if options:
            done = action.deliver(vault, who, made.sha256, options)
            for line in (done.message, *done.warnings):
                say(line)
        _deliver.deliver(vault, made, place, as_json=as_json)
