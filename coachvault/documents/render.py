"""Makes a document of a template and a context, or says what is missing for it."""

from collections.abc import Iterable, Mapping
from pathlib import Path
import re
import traceback

from jinja2 import TemplateSyntaxError
from jinja2.exceptions import SecurityError, UndefinedError

from coachvault.documents.environment import Environment
from coachvault.documents.field import Wanted, wrap
from coachvault.errors import TemplateError
from coachvault.language import _, ngettext

_COMMANDS = {
    "profile": "coach profile edit",
    "client": "coach client edit WHO",
    "contract": "coach contract edit WHO",
    "sponsor": "coach org edit ORG",
}
# The options that are not the name of their field and TEXT.
_OPTIONS = {
    "goals": "--goal TEXT",
    "sessions": "--sessions NUMBER",
    "duration": "--duration MINUTES",
    "fee": "--fee AMOUNT",
    "usual_fee": "--usual-fee AMOUNT",
    "currency": "--currency CODE",
    "concluded": "--concluded premises|distance|off_premises",
    "start": "--start DATE",
    "end": "--end DATE",
    "commitment_on": "--commitment DATE",
    "expectations": "--expects PARTY:TEXT",
    "methods": "--method NAME",
    "place_is": "--place-is neutral|private|available|away_from_work",
    "sponsor": "--sponsor ORG",
    "payer_name": "--payer-name NAME",
}


def render(name: str, language: str, context: Mapping[str, object], templates: Path | None = None) -> str:
    """Return a document as Markdown; raises TemplateError, among others for every field that is not set.

    `name` is that of the document, as in `charter`; `templates` is the vault's own folder of templates.
    """
    text, wanted = _run(name, language, context, templates)
    if wanted:
        message = ngettext(
            "the %(name)s template needs %(fields)s, which is not set",
            "the %(name)s template needs %(fields)s, which are not set",
            len(wanted),
        )
        raise TemplateError(
            message % {"name": name, "fields": ", ".join(wanted)},
            _("set it with: %(command)s") % {"command": "; ".join(commands(wanted))},
        )
    return re.sub(r"\n{3,}", "\n\n", text).strip("\n") + "\n"


def missing(
    name: str, language: str, context: Mapping[str, object], templates: Path | None = None
) -> tuple[str, ...]:
    """Return the dotted names of all fields that the template needs and that are not set."""
    return tuple(_run(name, language, context, templates)[1])


def commands(fields: Iterable[str]) -> list[str]:
    """Return the commands that set these fields, one for each record."""
    options: dict[str, list[str]] = {}
    for field in fields:
        owner, _dot, name = field.partition(".")
        options.setdefault(owner, []).append(_OPTIONS.get(name, f"--{name.replace('_', '-')} TEXT"))
    return [f"{_COMMANDS.get(owner, owner)} {' '.join(words)}" for owner, words in options.items()]


def _run(
    name: str, language: str, context: Mapping[str, object], templates: Path | None
) -> tuple[str, Wanted]:
    wanted: Wanted = {}
    file = f"{language}/{name}.md.j2"
    values = {key: wrap(value, key, wanted) for key, value in context.items() if value is not None}
    try:
        text = Environment(language, templates).get_template(file).render(values)
    except TemplateError:
        raise
    except TemplateSyntaxError as error:
        raise _refusal(f"{error.name}:{error.lineno}", error.message or "") from None
    except UndefinedError as error:
        raise _refusal(_place(error, file), error.message or "") from None
    except SecurityError as error:
        raise _refusal(_place(error, file), _("it asks for what no template may have")) from None
    except Exception as error:  # noqa: BLE001 a template is someone else's program: it may fail in any way
        # Only the class: the message of an error may hold a value, that is, a client's words.
        raise _refusal(_place(error, file), type(error).__name__) from None
    return text, wanted


def _refusal(place: str, detail: str) -> TemplateError:
    return TemplateError(
        _("%(place)s: the template cannot be used: %(detail)s") % {"place": place, "detail": detail},
        _("correct it, or delete it to use the one that came with coach"),
    )


def _place(error: Exception, file: str) -> str:
    """Return the template and the line where an error came up."""
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename.endswith(".j2")]
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else file
