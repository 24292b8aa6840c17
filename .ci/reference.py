"""Write what the documentation says of every command and every exit code, from the program itself.

    python .ci/reference.py           write docs/commands.{fr,en}.md and the tables of exit codes
    python .ci/reference.py --check   exit 1 if one of them does not say what the program says

The commands come from the real parser in each language, the exit codes from the classes of
`coachvault/errors.py`: the first line of a class's docstring says what its code means.
"""

from collections.abc import Iterator
from pathlib import Path
import sys
from typing import Any

import typer

from coachvault import cli, errors, language
from coachvault.cli import _lazy
from coachvault.language import _

DOCS = Path(__file__).parents[1] / "docs"
BEGIN, END = "<!-- exit codes: written by python .ci/reference.py -->", "<!-- end of the exit codes -->"
HEADINGS = {
    "fr": ("Commandes de coach", "Options de toutes les commandes", "Code", "Signification"),
    "en": ("Commands of coach", "Options of every command", "Code", "Meaning"),
}
INTRODUCTIONS = {
    "fr": (
        "Écrit par `python .ci/reference.py` à partir du programme : ne pas modifier à la main. Le",
        "[manuel](manual.fr.md) montre les commandes à l’œuvre. Toutes ont aussi `--help`.",
    ),
    "en": (
        "Written by `python .ci/reference.py` from the program: not to be edited by hand. The",
        "[manual](manual.en.md) shows the commands at work. Each has `--help` too.",
    ),
}
# What no class of errors says.
OTHERS = {
    0: "The command did what it was asked.",
    1: "A defect of the program itself or, in silence, a reader of the output who left before its end.",
    130: "Somebody interrupted the command, with Ctrl-C for one.",
}
FRENCH = {
    OTHERS[0]: "La commande a fait ce qu’on lui demandait.",
    OTHERS[1]: (
        "Un défaut du programme lui-même ou, sans un mot, un lecteur de la sortie parti avant la fin."
    ),
    OTHERS[130]: "Quelqu’un a interrompu la commande, par Ctrl-C par exemple.",
    "A value is missing or two of them exclude one another.": (
        "Une valeur manque, ou deux valeurs s’excluent."
    ),
    "There is no vault here, or not one that this version can read.": (
        "Il n’y a pas de coffre ici, ou pas un que cette version sache lire."
    ),
    "Nothing, or more than one thing, goes by that name.": "Rien ne porte ce nom, ou plusieurs choses.",
    "A file or a value does not say what its kind of record says.": (
        "Un fichier ou une valeur n’a pas la forme qu’il faut."
    ),
    "The passphrase or the identity does not open the vault.": (
        "La phrase secrète ou l’identité n’ouvre pas le coffre."
    ),
    "A file of the vault was truncated, altered, exchanged or lost.": (
        "Un fichier du coffre a été tronqué, altéré, échangé ou perdu."
    ),
    "A template asks for what is not there, or for what it may not have.": (
        "Un modèle demande ce qui n’existe pas, ou ce à quoi il n’a pas droit."
    ),
    "A program we call is missing or failed: git, the editor, the converter.": (
        "Un programme appelé manque ou a échoué\u00a0: git, l’éditeur, le convertisseur."
    ),
    "The rules of the vault, the law of retention or good sense forbid it.": (
        "Les règles du coffre, celles de la conservation ou le bon sens l’interdisent."
    ),
    "The disk is full, read-only or failing.": "Le disque est plein, en lecture seule ou défaillant.",
    "Another command is writing to the vault.": "Une autre commande écrit dans le coffre.",
    "A check ran to its end and found something.": (
        "Une vérification est allée à son terme et a trouvé quelque chose."
    ),
    "The system's date cannot be trusted for a destruction.": (
        "La date du système n’est pas assez sûre pour une destruction."
    ),
}


def reference(said: str) -> str:
    """Return the page of all commands in a language."""
    language.use(said)
    root: Any = typer.main.get_command(cli.app)
    _lazy.translate(root)
    title, options, *_rest = HEADINGS[said]
    lines = [f"# {title}", "", *INTRODUCTIONS[said], "", root.help, "", f"## {options}", ""]
    lines += [*entries(root), ""]
    for panel in dict.fromkeys(row.panel for row in cli.TABLE):
        lines += [f"## {_(panel)}", ""]
        for row in (row for row in cli.TABLE if row.panel == panel):
            lines += sections(_lazy.load(row), f"coach {row.name}", 3)
    return "\n".join(lines).rstrip("\n") + "\n"


def sections(command: Any, path: str, level: int) -> Iterator[str]:  # noqa: ANN401 a command of the parser
    """Yield the lines on a command and on those below it."""
    arguments = [parameter for parameter in command.params if parameter.param_type_name == "argument"]
    usage = " ".join([path, *(_usage(argument) for argument in arguments)])
    yield from ("#" * level + f" `{usage}`", "", command.help, "")
    listed = list(entries(command))
    yield from ([*listed, ""] if listed else ())
    for name, child in getattr(command, "commands", {}).items():
        yield from sections(child, f"{path} {name}", level + 1)


def entries(command: Any) -> Iterator[str]:  # noqa: ANN401 a command of the parser
    """Yield a line for every argument and option that has a help."""
    for parameter in command.params:
        text = getattr(parameter, "help", None)
        if text:
            yield f"- `{_spelling(parameter)}`: {text}{_default(parameter)}"


def codes() -> dict[int, str]:
    """Return what each exit code means, in English."""
    classes = [
        found
        for found in vars(errors).values()
        if isinstance(found, type) and issubclass(found, errors.CoachError)
    ]
    said = {found.exit_code: (found.__doc__ or "").partition("\n")[0] for found in classes}
    return dict(sorted({**said, **OTHERS}.items()))


def table(said: str) -> str:
    """Return the table of exit codes in a language."""
    *_rest, code, meaning = HEADINGS[said]
    rows = [f"| {code} | {meaning} |", "|---|---|"]
    rows += [f"| {number} | {FRENCH[text] if said == 'fr' else text} |" for number, text in codes().items()]
    return "\n".join(rows)


def pages() -> dict[Path, str]:
    """Return every file that this tool writes, as it should be."""
    found = {}
    for said in language.LANGUAGES:
        found[DOCS / f"commands.{said}.md"] = reference(said)
        manual = DOCS / f"manual.{said}.md"
        before, _begin, rest = manual.read_text("utf-8").partition(BEGIN)
        after = rest.partition(END)[2]
        found[manual] = f"{before}{BEGIN}\n{table(said)}\n{END}{after}"
    return found


def _usage(argument: Any) -> str:  # noqa: ANN401 an argument of the parser
    name = argument.metavar or argument.name.upper()
    return name if argument.required else f"[{name}]"


def _spelling(parameter: Any) -> str:  # noqa: ANN401 a parameter of the parser
    if parameter.param_type_name == "argument":
        return str(parameter.metavar or parameter.name.upper())
    names = "/".join((*parameter.opts, *parameter.secondary_opts))
    value = "" if parameter.is_flag else parameter.metavar
    return f"{names} {value}" if value else names


def _default(parameter: Any) -> str:  # noqa: ANN401 a parameter of the parser
    value = parameter.default
    return f" ({_('default: {default}').format(default=f'`{value}`')})" if isinstance(value, str) else ""


def main() -> int:
    """Write the pages, or say which are stale."""
    untranslated = [text for text in codes().values() if text not in FRENCH]
    for text in untranslated:
        print(f"no French for: {text}")  # noqa: T201 a tool at a terminal
    if untranslated:
        return 1
    stale = [path for path, text in pages().items() if not path.exists() or path.read_text("utf-8") != text]
    if "--check" in sys.argv:
        for path in stale:
            print(f"{path.name} is old: python .ci/reference.py")  # noqa: T201 the same
        return 1 if stale else 0
    for path, text in pages().items():
        path.write_text(text, "utf-8")
    print(f"{len(stale)} of {len(pages())} pages changed")  # noqa: T201 the same
    return 0


if __name__ == "__main__":
    sys.exit(main())
