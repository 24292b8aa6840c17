"""A check: a duty of the codes as data, and one small function that looks for its proof.

`data/codes/checks.yaml` says what a check is called, which clauses it serves, when it counts and which
command meets it; a function of the same name says, from a case, whether it is met. `contract check`, the
start gate and every later view are views on these results.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Literal, NamedTuple

import msgspec

from coachvault.ethics import clause, consent, course, ending, handover, interest, party, place, terms
from coachvault.ethics.case import Case
from coachvault.ethics.result import Result, State
from coachvault.records import schema
from coachvault.records.contract import Kind
from coachvault.records.words import Words
from coachvault.vault import yamlfile

KINDS: tuple[Kind, ...] = ("individual", "tripartite", "group", "solidarity")
# Which moment asks for it: drafting, the first session, every session, the course of the work, its end.
Stage = Literal["contract", "start", "session", "course", "end"]
STAGES: tuple[Stage, ...] = ("contract", "start", "session", "course", "end")


class Check(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is checked: `command` meets it, with WHO for the client or group."""

    id: str
    stage: Stage
    kinds: tuple[Kind, ...] = KINDS
    clauses: tuple[str, ...]
    label: Words
    command: str


class Finding(NamedTuple):
    """A check, what came of it, the ids of the records that prove it, and the clauses in question."""

    check: Check
    state: State
    proof: tuple[str, ...] = ()
    clauses: tuple[str, ...] = ()


FUNCTIONS: Mapping[str, Callable[[Case], Result]] = {
    name: function
    for module in (terms, handover, consent, interest, party, place, course, ending)
    for name, function in module.CHECKS.items()
}


@cache
def load() -> tuple[Check, ...]:
    """Return every check, in the order in which they come up."""
    path = clause.DATA / "checks.yaml"
    value = yamlfile.read(path.read_text("utf-8"), path.name)
    assert isinstance(value, dict)  # noqa: S101 the file is ours
    return tuple(schema.read(Check, _complete(name, facts)) for name, facts in value["checks"].items())


def run(case: Case, stages: Sequence[Stage] = STAGES) -> Iterator[Finding]:
    """Yield what comes of every check of these stages; one for other contracts does not apply.

    What is met or missing is so for the clauses that such an engagement is about.
    """
    kind = case.contract.kind if case.contract else "group" if case.group else None
    engagements = case.engagements
    for check in load():
        if check.stage not in stages:
            continue
        if kind and kind not in check.kinds:
            yield Finding(check, "not_applicable", (), check.clauses)
        else:
            result = FUNCTIONS[check.id](case)
            clauses = check.clauses
            if result.state != "not_applicable":
                clauses = result.clauses or clause.at_hand(clauses, engagements)
            yield Finding(check, result.state, result.proof, clauses)


def _complete(name: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts of a check; one on a document serves every clause that the document has to say."""
    values = {"id": name, **facts}
    document = values.pop("document", None)
    return {**values, "clauses": clause.said_by(document)} if document else values
