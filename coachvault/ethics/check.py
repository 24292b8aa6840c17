"""A check: a duty of the codes as data, and one small function that looks for its proof.

`data/codes/checks.yaml` says what a check is called, which clauses it serves, when it counts and which
command meets it; a function of the same name says, from a case, whether it is met. `contract check`, the
start gate and every later view are views on these results.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Literal, NamedTuple

import msgspec

from coachvault.ethics import terms
from coachvault.ethics.case import Case
from coachvault.ethics.result import Result, State
from coachvault.records import schema
from coachvault.records.contract import Kind
from coachvault.records.words import Words
from coachvault.vault import yamlfile

DATA = Path(__file__).parents[1] / "data" / "codes"
KINDS: tuple[Kind, ...] = ("individual", "tripartite", "group", "solidarity")
# Which moment asks for it: drafting, the first session, the course of the work, its end.
Stage = Literal["contract", "start", "course", "end"]


class Check(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What is checked: `command` meets it, with WHO for the client or group."""

    id: str
    stage: Stage
    kinds: tuple[Kind, ...] = KINDS
    clauses: tuple[str, ...]
    label: Words
    command: str


class Finding(NamedTuple):
    """A check, what came of it, and the ids of the records that prove it."""

    check: Check
    state: State
    proof: tuple[str, ...] = ()


FUNCTIONS: Mapping[str, Callable[[Case], Result]] = {**terms.CHECKS}


@cache
def load() -> tuple[Check, ...]:
    """Return every check, in the order in which they come up."""
    path = DATA / "checks.yaml"
    value = yamlfile.read(path.read_text("utf-8"), path.name)
    assert isinstance(value, dict)  # noqa: S101 the file is ours
    return tuple(schema.read(Check, {"id": name, **facts}) for name, facts in value["checks"].items())


def run(case: Case, stages: Sequence[Stage]) -> Iterator[Finding]:
    """Yield what comes of every check of these stages; one for other contracts does not apply."""
    kind = case.contract.kind if case.contract else None
    for check in load():
        if check.stage not in stages:
            continue
        if kind and kind not in check.kinds:
            yield Finding(check, "not_applicable")
        else:
            yield Finding(check, *FUNCTIONS[check.id](case))
