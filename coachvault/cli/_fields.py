"""Options that are fields of a record, as data: the commands that write a record share them."""

from collections.abc import Callable, Sequence
import functools
import inspect
from typing import Annotated, Any, NamedTuple

import typer

from coachvault.cli import _reading
from coachvault.errors import BadDataError, Problem


class Field(NamedTuple):
    """A field of a record as an option; `type` is what the parser reads it as."""

    name: str
    metavar: str
    help: str
    type: Any = str
    flag: str | None = None

    @property
    def option(self) -> str:
        """Return the option that gives it."""
        return self.flag or "--" + self.name.replace("_", "-")

    def read(self, value: Any) -> Any:  # noqa: ANN401 what the parser read
        """Return what a person means by a value; an empty one clears the field. Raises BadDataError."""
        reader = READERS.get(self.metavar)
        return reader(value, self.option) if reader and value else value

    @property
    def choices(self) -> tuple[str, ...]:
        """Return the values that it may have, where they are few."""
        return tuple(self.metavar.split("|"))

    @property
    def parameter(self) -> inspect.Parameter:
        """Return the parameter that the parser turns into the option."""
        # A yes-or-no option has no value to name.
        metavar = None if self.type is bool else self.metavar
        # What is no number is said in our words, not in the parser's.
        read = str if self.type is int else self.type
        annotated: Any = Annotated
        annotation = annotated[read | None, typer.Option(self.option, metavar=metavar, help=self.help)]
        return inspect.Parameter(
            self.name, inspect.Parameter.KEYWORD_ONLY, default=None, annotation=annotation
        )


def choices(fields: Sequence[Field], name: str) -> tuple[str, ...]:
    """Return the values that a field of that name may have."""
    return next(field.choices for field in fields if field.name == name)


def with_fields(fields: Sequence[Field]) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command one option per field; it receives them as the mapping `options`."""

    def decorate(command: Callable[..., None]) -> Callable[..., None]:
        own = [p for p in inspect.signature(command).parameters.values() if p.name != "options"]
        parameters = [*own, *(field.parameter for field in fields)]

        @functools.wraps(command)
        def run(**values: Any) -> None:  # noqa: ANN401 what the parser read
            options = _read(fields, {field.name: values.pop(field.name) for field in fields})
            command(**values, options=options)

        parameters.sort(key=lambda parameter: parameter.kind)
        run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined] # what inspect reads
        run.__annotations__ = {parameter.name: parameter.annotation for parameter in parameters}
        return run

    return decorate


def _read(fields: Sequence[Field], given: dict[str, Any]) -> dict[str, Any]:
    """Return what the options mean; raises BadDataError with all that is not understood."""
    problems: list[Problem] = []
    meant = {}
    for field in fields:
        try:
            meant[field.name] = field.read(given[field.name])
        except BadDataError as error:
            problems += error.problems
    if problems:
        raise BadDataError(problems)
    return meant


TEXT, AMOUNT, NUMBER, DATE = "TEXT", "AMOUNT", "NUMBER", "DATE"
EMAIL, TIME, MINUTES = "E-MAIL", "HH:MM", "MINUTES"
READERS: dict[str, Callable[[str, str], Any]] = {
    AMOUNT: _reading.amount,
    NUMBER: _reading.whole,
    MINUTES: _reading.whole,
    TIME: _reading.time,
    EMAIL: _reading.email,
}

CLIENT = (
    Field("email", EMAIL, "E-mail address."),
    Field("phone", TEXT, "Telephone."),
    Field(
        "aliases", TEXT, "Another name; may be repeated, and replaces the whole list.", list[str], "--alias"
    ),
    Field("address", TEXT, "Postal address."),
    Field("language", "fr|en", "The language of the documents."),
    Field("protected", "minor|vulnerable", "For a minor or a vulnerable adult."),
    Field(
        "guardians",
        "NAME",
        "Who decides for or stands by them; may be repeated, and replaces the whole list.",
        list[str],
        "--guardian",
    ),
    Field("told", TEXT, "What a guardian is told."),
    Field("employer", "ORG", "The organisation the client works for."),
    Field("team", TEXT, "The team the client belongs to."),
    Field("manager", "NAME", "Whom the client reports to."),
    Field(
        "ties",
        "none|family|friend|colleague|employer|supplier|authority|other",
        "A tie to the coach besides the coaching, or none; may be repeated, and replaces the whole list.",
        list[str],
        "--tie",
    ),
    Field("safeguard", TEXT, "What keeps such a tie apart from the coaching."),
    Field("contact", "open|discreet", "Whether messages may name the coaching."),
)

ORGANISATION = (
    Field(
        "aliases", TEXT, "Another name; may be repeated, and replaces the whole list.", list[str], "--alias"
    ),
    Field("form", "company|public|association|other", "What kind of organisation it is."),
    Field("registration", TEXT, "Its number of registration."),
    Field(
        "contacts",
        "NAME",
        "Somebody who speaks for it; may be repeated, and replaces the whole list.",
        list[str],
        "--contact",
    ),
    Field(
        "confidential",
        TEXT,
        "A word that betrays it; may be repeated, and replaces the whole list.",
        list[str],
    ),
    Field("address", TEXT, "Postal address."),
    Field("language", "fr|en", "The language of the documents."),
)

GROUP = (
    Field(
        "aliases", TEXT, "Another name; may be repeated, and replaces the whole list.", list[str], "--alias"
    ),
    Field("form", "practice_analysis|codevelopment|team|other", "What kind of group it is."),
    Field("organisation", "ORG", "The organisation that the group is of."),
    Field("language", "fr|en", "The language of the documents."),
)

CAST = (
    Field(
        "aliases", TEXT, "Another name; may be repeated, and replaces the whole list.", list[str], "--alias"
    ),
    Field("role", TEXT, "Who they are to the client."),
    Field("organisation", TEXT, "The name of where they work."),
)

COLLEAGUE = (
    Field("trade", TEXT, "What they do: coach, psychologist, lawyer."),
    Field("email", EMAIL, "E-mail address."),
    Field("phone", TEXT, "Telephone."),
    Field("languages", TEXT, "The languages they work in."),
    Field("remark", TEXT, "A remark of the coach."),
)

REFERRAL = (
    Field("trade", TEXT, "A trade, where no colleague is named."),
    Field("reason", "competence|better_fit|ethical|capacity|after_support|unavailable", "Why somebody else."),
    Field("answer", "pending|accepted|declined", "What the client says to it."),
    Field("fee", AMOUNT, "What the coach gets for it."),
    Field("text", TEXT, "In words."),
)

FOLLOW_UP = (
    Field("what", TEXT, "What was promised."),
    Field("to", "client|coach|sponsor|guardian|member", "To whom."),
)

COPY = (
    Field("place", "mail|phone|cloud|paper|computer|other", "Where it lies."),
    Field("what", TEXT, "What it is."),
)

CONTRACT = (
    Field("sponsor", "ORG", "The organisation that commissions it (tripartite, group)."),
    Field("payer", "client|sponsor|other", "Who pays."),
    Field("payer_name", "NAME", "The name of a payer who is neither client nor sponsor."),
    Field("commitment_on", DATE, "When the beneficiary committed freely (tripartite).", str, "--commitment"),
    Field("start", DATE, "The first day."),
    Field("end", DATE, "The last day agreed on."),
    Field("sessions", NUMBER, "How many sessions, those of amended versions included.", int),
    Field("duration", MINUTES, "The length of a session.", int),
    Field("frequency", TEXT, "The rhythm of the sessions."),
    Field("place", TEXT, "Where the sessions take place."),
    Field("channel", "on_site|remote|mixed", "Whether one meets on site, remotely or both."),
    Field(
        "place_is",
        "neutral|private|available|away_from_work",
        "What makes the place fit; may be repeated, and replaces the whole list.",
        list[str],
    ),
    Field("place_reason", TEXT, "Why the place lacks one of these."),
    Field("fee", AMOUNT, "The price of a session."),
    Field("usual_fee", AMOUNT, "The usual price, which solidarity discloses."),
    Field("counterpart", TEXT, "A counterpart in kind (solidarity)."),
    Field("currency", "CODE", "The currency: EUR, CHF, CAD."),
    Field("request", TEXT, "What the client asks for, in their words."),
    Field(
        "goals",
        "[OWNER:]TEXT",
        "A goal of the client; shared: or sponsor: before it. May be repeated, and replaces all.",
        list[str],
        "--goal",
    ),
    Field(
        "expectations",
        "PARTY:TEXT",
        "What a party hopes for; may be repeated, and replaces the whole list.",
        list[str],
        "--expects",
    ),
    Field(
        "methods",
        "NAME",
        "A method of the profile, else all; may be repeated, and replaces the whole list.",
        list[str],
        "--method",
    ),
    Field("concluded", "premises|distance|off_premises", "How the contract is concluded."),
    Field("consumer", "", "Whether the client acts as a consumer.", bool, "--consumer/--business"),
    Field("cancellation_hours", NUMBER, "How many hours before a session it may be cancelled for free.", int),
    Field("cancellation_percent", NUMBER, "The percentage of the price owed after that.", int),
    Field("law", "FR|CH|BE|QC", "Whose law governs it, else that of the vault."),
    Field(
        "confidentiality_exceptions",
        "law|law_and_consent",
        "What secrecy gives way to.",
        str,
        "--confidentiality",
    ),
    Field(
        "sponsor_report",
        "attendance|goals|progress|closing",
        "What the sponsor may be told, else nothing; may be repeated, and replaces the whole list.",
        list[str],
    ),
    Field(
        "conflict_policy", "resolve|stop", "Whether a conflict is first resolved, or ends the work at once."
    ),
)

GOAL = (
    Field("sphere", "personal|professional|relational", "What the goal is about."),
    Field("owner", "client|sponsor|shared", "Whose goal it is."),
    Field("measure", TEXT, "How one will see that it is reached."),
    Field("text", TEXT, "The goal, in words."),
)

PROFILE = (
    Field("name", TEXT, "The coach's name."),
    Field("title", TEXT, "What the coach is called in documents."),
    Field("email", EMAIL, "E-mail address."),
    Field("phone", TEXT, "Telephone."),
    Field("address", TEXT, "Postal address."),
    Field("registration", TEXT, "The number of the business (SIRET, IDE, BCE, NEQ)."),
    Field("tax_mention", TEXT, "What must be said about tax beside a price."),
    Field("training", TEXT, "Training and certificates."),
    Field("code_of_ethics", TEXT, "The code of ethics the coach adheres to."),
    Field("complaints_to", TEXT, "The professional body that hears complaints, and its address."),
    Field("mediator", TEXT, "The consumer mediator, and its address."),
    Field("insurance", TEXT, "The liability insurance."),
    Field("supervision", TEXT, "How the coach is supervised."),
    Field("accounting", "commercial|bnc", "The accounting regime (FR)."),
    Field("fiscal_year_end", "MM-DD", "The last day of the financial year."),
    Field("place", TEXT, "Where sessions usually take place."),
    Field("currency", "CODE", "The usual currency: EUR, CHF, CAD."),
    Field("cancellation_hours", NUMBER, "How many hours before a session it may be cancelled for free.", int),
    Field("cancellation_percent", NUMBER, "The percentage of the price owed after that.", int),
)

CONSENT = (
    Field(
        "type",
        "supervision|recording|sponsor_report|reference_name|testimonial|log_contact|special_categories|"
        "remote_tools|referral",
        "What it is about.",
    ),
    Field("answer", "given|refused", "What the client answers."),
    Field("by", "client|guardian", "Who answers; the client if nothing is said."),
    Field("until", DATE, "The last day on which it is valid."),
    Field("after_end", "", "Whether it outlives the coaching.", bool, "--after-end/--until-end"),
    Field("items", TEXT, "What it is bounded to; may be repeated.", list[str], "--item"),
    Field("recipient", TEXT, "To whom alone something may be passed on."),
    Field("scope", TEXT, "What it is for; else the scope of the shipped text."),
)

DISCLOSURE = (
    Field("basis", "law|court|danger|consent", "On what basis it was passed on."),
    Field("recipient", TEXT, "To whom."),
    Field("recipient_type", "authority|sponsor|colleague|media|other", "What kind of recipient that is."),
    Field("what", TEXT, "What was passed on."),
    Field("ground", TEXT, "The article of law, the order, the danger, or the client's wish."),
    Field("items", TEXT, "An item of the consent that was passed on; may be repeated.", list[str], "--item"),
    Field("told_on", DATE, "When the client was told.", flag="--told"),
)

CONFLICT = (
    Field("nature", "commercial|emotional|hierarchy|interests|other_client|benefit|tie", "What clashes."),
    Field("due_on", DATE, "By when it is to be settled; in 14 days if nothing is said.", flag="--due"),
)

SESSION = (
    Field("minutes", NUMBER, "How long it lasted.", int),
    Field("at", TIME, "When it began."),
    Field("kind", "discovery|regular|review|closing", "What kind of session it was."),
    Field("channel", "on_site|remote", "On site or at a distance."),
    Field("place", TEXT, "Where it took place."),
    Field("present", "CLIENT", "A member who was there; may be repeated. All, if left out.", list[str]),
    Field("spoke", "CLIENT", "A member who had a say; may be repeated.", list[str]),
    Field("case_by", "CLIENT", "The member whose case was worked on."),
)
