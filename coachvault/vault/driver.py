"""How git shows and merges records: by way of this program, and never keeping in the clear what it shows."""

import re

from coachvault.vault import files, layout
from coachvault.vault.history import History

_DRIVERS = (
    ("merge.coachvault.name", "coachvault: field by field"),
    ("merge.coachvault.driver", "coach git merge %O %A %B %P"),
    ("diff.coachvault.textconv", "coach git show"),
    ("diff.coachvault.cachetextconv", "false"),
)
_SECTION = re.compile(rb'(?i)\[diff "coachvault"\]([^\[]*)')
_CACHING = re.compile(rb"(?im)^[ \t]*cachetextconv[ \t]*=?[ \t]*(\w*)")
_NOTHING = "0" * 6


def configure(history: History) -> None:
    """Have git merge and show records by way of this program, in this clone alone."""
    for name, value in _DRIVERS:
        history.run("config", "--local", "--replace-all", name, value)
    place = history.root / history.text("rev-parse", "--git-path", "info/attributes")
    before = place.read_text("utf-8") if place.is_file() else ""
    if layout.GITATTRIBUTES_HERE not in before:
        place.parent.mkdir(exist_ok=True)
        place.write_text(before + layout.GITATTRIBUTES_HERE, "utf-8")


def force_off(history: History) -> None:
    """Set again that git keeps nothing in the clear of what it shows, if somebody has changed that here.

    Every change asks for it, so the file is read before git is called.
    """
    try:
        settings = files.read(history.root / ".git" / "config")
    except OSError:
        return  # a second work tree has its settings elsewhere: doctor finds it there
    ours = b"\n".join(_SECTION.findall(settings))
    if ours and {value.lower() for value in _CACHING.findall(ours)} != {b"false"}:
        configure(history)


def caches_text(history: History) -> bool:
    """Return whether a person's settings have git keep in the clear what is shown of records."""
    found = history.text("config", "--bool", "--get-all", "diff.coachvault.cachetextconv", check=False)
    # The last one is of our own call, and wins over every other.
    return found.split()[-2:-1] == ["true"]


def cached_texts(history: History) -> list[str]:
    """Return the refs below which git keeps such texts."""
    return history.text("for-each-ref", "--format=%(refname)", "refs/notes/textconv").split()


def differing(history: History, folder: str) -> dict[str, str]:
    """Return the blobs, by path, that git's index has for files of a folder that are others now, or gone."""
    # Unlike diff-files, it looks at the content where git does not know yet what a file was like.
    words = ("diff", "--raw", "-z", "--no-abbrev", "--no-renames", "--no-ext-diff", "--", folder)
    fields = (
        history.run("-c", "diff.autoRefreshIndex=true", *words).stdout.decode("utf-8", "replace").split("\0")
    )
    facts = dict(zip(fields[1::2], (line.split(" ") for line in fields[::2]), strict=False))
    return {path: found[2] for path, found in facts.items() if found[0] != f":{_NOTHING}"}
