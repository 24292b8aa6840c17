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
    words = _words(choices)
    asked = f"{question} ({', '.join(words.values())})"
    return ask(asked, lambda answer: _chosen(answer, words), words[default] if default is not None else None)


def choose_some(question: str, choices: Collection[str] | Mapping[str, str]) -> tuple[str, ...]:
    """Return those of the choices that a person wants, at least one: `choose` says how each is understood.

    They stand between commas; between blanks too, where no word of a choice has one.
    """
    words = _words(choices)
    between = ", " if not any(" " in said for said in words.values()) else ","

    def read(answer: str) -> tuple[str, ...]:
        for mark in between:
            answer = answer.replace(mark, "\n")
        named = tuple(_chosen(name, words) for name in answer.split("\n") if name.strip())
        return named or (_chosen("", words),)

    return ask(f"{question} ({', '.join(words.values())})", read)


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


def _words(choices: Collection[str] | Mapping[str, str]) -> Mapping[str, str]:
    """Return the word of each choice."""
    return choices if isinstance(choices, Mapping) else {choice: word(choice) for choice in choices}


def _chosen(answer: str, words: Mapping[str, str]) -> str:
    """Return the choice that an answer means; raises BadDataError if it means none, or more than one."""
    known = {fold(said): choice for choice, said in words.items()} | {
        fold(choice): choice for choice in words
    }
    said = fold(answer)
    begun = {choice for name, choice in known.items() if said and name.startswith(said)}
    if said in known or len(begun) == 1:
        return known.get(said) or begun.pop()
    expected = _("expected one of: %(choices)s") % {"choices": ", ".join(words.values())}
    raise BadDataError([Problem("", 0, 0, "", expected)])


def _reason(error: CoachError) -> str:
    """Return what is wrong with an answer, without the option that nobody has written."""
    problems = error.problems if isinstance(error, BadDataError) else ()
    return "; ".join(problem.expected for problem in problems) or error.message
