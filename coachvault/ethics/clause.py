"""A clause: one duty of one of the five codes, the engagements it is about, and the documents that say it.

Which checks serve a clause stands with the checks.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path
from typing import Literal

import msgspec

from coachvault.records import schema
from coachvault.records.words import Words
from coachvault.vault import yamlfile

DATA = Path(__file__).parents[1] / "data" / "codes"
# In `documents`, the contract of every kind.
CONTRACT = "contract"
# What an engagement may be that not every one is; tripartite is any with a sponsor.
Engagement = Literal["tripartite", "solidarity", "group", "minor"]


class Clause(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A duty in our own words; `documents` are the templates that say it, `only` what it is about."""

    id: str
    only: Engagement | None = None
    duty: Words
    documents: tuple[str, ...] = ()

    @property
    def code(self) -> str:
        """Return which code it is of: CD, DA, CSS, PI or LC."""
        return self.id.partition("-")[0]

    def is_carried_by(self, document: str) -> bool:
        """Return whether a document, as in `charter` or `contract-group`, has to say it."""
        return document in self.documents or (
            document.partition("-")[0] == CONTRACT and CONTRACT in self.documents
        )


@cache
def load() -> Mapping[str, Clause]:
    """Return every clause that concerns a client, an organisation or a group, by its id."""
    path = DATA / "clauses.yaml"
    value = yamlfile.read(path.read_text("utf-8"), path.name)
    assert isinstance(value, dict)  # noqa: S101 the file is ours
    return {name: schema.read(Clause, {"id": name, **facts}) for name, facts in value["clauses"].items()}


def at_hand(names: Iterable[str], engagements: Iterable[str]) -> tuple[str, ...]:
    """Return those of these clauses, by their ids, that such an engagement is about."""
    known, wanted = load(), {None, *engagements}
    return tuple(name for name in names if known[name].only in wanted)


@cache
def carried(document: str) -> tuple[str, ...]:
    """Return the ids of the clauses that a document has to say, in their order."""
    return tuple(name for name, clause in load().items() if clause.is_carried_by(document))


@cache
def said_by(start: str) -> list[str]:
    """Return the ids of the clauses that a document whose name begins so has to say, in their order."""
    return [name for name, clause in load().items() if any(d.startswith(start) for d in clause.documents)]
