"""Goals: those of a contract, those found later, and where each of them stands (CD-4)."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from coachvault.actions import contract as contracts
from coachvault.actions import draft, who
from coachvault.actions.result import Done, Listing
from coachvault.language import _
from coachvault.records.contract import Contract, Goal, Progress
from coachvault.records.subject import Subject
from coachvault.vault.store import Vault


class Row(msgspec.Struct, frozen=True):
    """A goal in a list: `on` and `remark` are when and how one last said where it stands."""

    id: str
    owner: str
    sphere: str | None
    state: str
    on: date | None
    measure: str | None
    text: str
    remark: str | None


def add(vault: Vault, name: str, options: Mapping[str, Any], source: draft.Source | None) -> Done:
    """Keep a goal that was found after the contract was drafted."""
    values = draft.values("progress", options, source)
    draft.past_day(values, options, source)
    with vault.change() as change:
        subject = who.subject(vault, name, who.COACHED)
        record = change.add("progress", subject.folder, values)
    message = _("a goal of %(code)s is recorded") % {"code": subject.code}
    return Done(message, {"code": subject.code, "goal": record.id})


def listing(vault: Vault, name: str) -> Listing:
    """Return the goals of a client or group: those of the contract first, then those found later."""
    subject = who.subject(vault, name, who.COACHED)
    return Listing("goal", rows(vault, subject, contracts.find(vault, subject)))


def update(vault: Vault, name: str, start: str, options: Mapping[str, Any]) -> Done:
    """Say where a goal stands: open, reached or dropped, and in which words; what was said before stays."""
    with vault.change() as change:
        subject = who.subject(vault, name, who.COACHED)
        known = rows(vault, subject, contracts.find(vault, subject))
        goal = who.pick(known, start, f"coach goal list {subject.code}")
        kept = {"of": goal.id, "owner": goal.owner, "sphere": goal.sphere, "text": goal.text}
        given = {field: value for field, value in options.items() if value}
        record = change.add("progress", subject.folder, {**kept, **given})
    message = _("where the goal of %(code)s stands is recorded") % {"code": subject.code}
    return Done(message, {"code": subject.code, "goal": goal.id, "progress": record.id})


def rows(vault: Vault, subject: Subject, contract: Contract | None) -> tuple[Row, ...]:
    """Return the goals of a contract with a client or group, and those found later, with their last state."""
    told = vault.load(subject.folder, "contract", Progress)
    last = {each.of: each for each in told if each.of}
    agreed = contract.goals if contract else ()
    goals: list[Goal | Progress] = [*agreed, *(each for each in told if not each.of)]
    return tuple(_row(goal, last.get(goal.id)) for goal in goals)


def _row(goal: Goal | Progress, last: Progress | None) -> Row:
    latest = last or (goal if isinstance(goal, Progress) else None)
    remark = last.text if last and last.text != goal.text else None
    return Row(
        goal.id,
        goal.owner,
        goal.sphere,
        latest.state if latest else "open",
        latest.on if latest else None,
        goal.measure,
        goal.text,
        remark,
    )
