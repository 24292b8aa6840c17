"""Asks a person at a terminal: one question at a time, and again until the answer can be used."""

from collections.abc import Callable, Collection, Mapping
from typing import TypeVar

import typer

from coachvault.errors import BadDataError, CoachError, Problem
from coachvault.language import _
from coachvault.records.name import fold
from coachvault.word import word

T = TypeVar("T")


def ask(question: str, read: Callable[[str], T], default: str | None = None) -> T:
    """Return what a person answers, as `read` understands it.

    What `read` refuses by a CoachError is said, and asked again; so is an empty answer without a default.
    """
    while True:
        answer = line(question, default)
        if not answer and default is None:
            say(_("an answer is needed (Ctrl-C gives up)"))
            continue
        try:
            return read(answer)
        except CoachError as error:
            say(_reason(error))


def choose(question: str, choices: Collection[str] | Mapping[str, str], default: str | None = None) -> str:
    """Return which of the choices a person wants: a mapping says the word of each.

    A choice is understood by its word, by itself, and by how one of them alone begins; in any case, with
    accents or without.
    """
    words = choices if isinstance(choices, Mapping) else {choice: word(choice) for choice in choices}
    known = {fold(said): choice for choice, said in words.items()} | {
        fold(choice): choice for choice in words
    }

    def read(answer: str) -> str:
        said = fold(answer)
        begun = {choice for name, choice in known.items() if said and name.startswith(said)}
        if said in known or len(begun) == 1:
            return known.get(said) or begun.pop()
        expected = _("expected one of: %(choices)s") % {"choices": ", ".join(words.values())}
        raise BadDataError([Problem("", 0, 0, "", expected)])

    asked = f"{question} ({', '.join(words.values())})"
    return ask(asked, read, words[default] if default is not None else None)


def agrees(question: str, *, default: bool) -> bool:
    """Return whether a person says yes."""
    answers = {"yes": _("yes"), "no": _("no")}
    return choose(question, answers, "yes" if default else "no") == "yes"


def line(question: str, default: str | None = None) -> str:
    """Return the line that a person types, the default for an empty one."""
    asked = f"{question} [{default}]" if default else question
    answer: str = typer.prompt(
        shown(asked), default=default or "", show_default=False, prompt_suffix="", err=True
    )
    return answer.strip()


def shown(question: str) -> str:
    """Return a question as it stands before its answer: one that has its mark needs no colon."""
    return f"{question} " if "?" in question else _("%(question)s: ") % {"question": question}


def say(text: str) -> None:
    """Tell a person at a terminal why they are asked again, or what an answer means."""
    typer.echo(f"coach: {text}", err=True)


def _reason(error: CoachError) -> str:
    """Return what is wrong with an answer, without the option that nobody has written."""
    problems = error.problems if isinstance(error, BadDataError) else ()
    return "; ".join(problem.expected for problem in problems) or error.message
