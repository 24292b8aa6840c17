"""The commits in which keys and files travel: whoever has the same makes the same, and they tell nothing.

They have no history, since nothing old must stay. But git leaves out what is in a commit that the other
side has, and in no other: so the commit of all files has for parents one for each file, of its parts alone.
"""

from collections.abc import Sequence

from coachvault.vault import files, loose
from coachvault.vault.history import MESSAGE, History

_AUTHOR = "coachvault <coachvault@localhost> 0 +0000"


def text(tree: str, parents: Sequence[str] = ()) -> bytes:
    """Return a commit as git keeps it."""
    lines = [f"tree {tree}", *(f"parent {name}" for name in parents)]
    return "\n".join([*lines, f"author {_AUTHOR}", f"committer {_AUTHOR}", "", MESSAGE, ""]).encode()


def commits(history: History, whole: str) -> list[str]:
    """Return a commit for each file that the index of a repository has parts of, by their places.

    `whole` is the tree of all of them, and tells which kind of names the repository has.
    """
    found: dict[str, dict[str, str]] = {}
    for line in history.run("ls-files", "--stage", "-z").stdout.decode().split("\0")[:-1]:
        facts, path = line.split("\t")
        place, _slash, name = path.rpartition("/")
        found.setdefault(f"{place}/{name.partition('.')[0]}", {})[name] = facts.split(" ")[1]
    shot = history.snapshot(whole)
    made = [shot.commit(text(shot.folder(parts))) for parts in found.values()]
    with files.storage():
        loose.write(history.root / ".git", shot.objects)
    return made
