"""The coach's own terms: `retention.yaml` in the vault, each with a reason, none below the law.

    schema: 1
    grace_days: 30
    terms:
      - drawer: notes
        keep: {months: 6}
        reason: my charter promises six months

With `grace_days`, what is due is first proposed, and destroyed only once they have run. A term names
a `rule`, or a `drawer` where one rule alone governs it.
"""

from collections.abc import Iterable, Iterator
from typing import Annotated, Literal

import msgspec

from coachvault.errors import BadDataError, Problem
from coachvault.language import _
from coachvault.records.base import Line
from coachvault.retention.row import own_basis, span
from coachvault.retention.schedule import Keep, Rule, Schedule
from coachvault.vault import yamlfile

PLACE = "retention.yaml"


class OwnTerm(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How long the coach keeps what one rule governs, and why."""

    rule: str | None = None
    drawer: str | None = None
    keep: Keep
    reason: Line


class OwnTerms(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The whole file."""

    schema: Literal[1]
    grace_days: Annotated[int, msgspec.Meta(ge=0, le=365)] = 0
    terms: tuple[OwnTerm, ...] = ()


def override(schedule: Schedule, text: str, place: str = PLACE) -> Schedule:
    """Return the schedule with the coach's terms in place; raises BadDataError with every fault."""
    own = yamlfile.read_struct(OwnTerms, text, place)
    faults: list[Problem] = []
    found: dict[str, OwnTerm] = {}
    for number, term in enumerate(own.terms):
        rule = _target(schedule, term)
        for key, expected in _faults(schedule, term, rule, found):
            path: tuple[str | int, ...] = ("terms", number, *([key] if key else []))
            faults.append(yamlfile.problem(text, place, path, expected))
        if rule is not None:
            found[rule.id] = term
    if faults:
        raise BadDataError(faults)
    return Schedule(
        schedule.country,
        tuple(_apply(rule, found[rule.id]) if rule.id in found else rule for rule in schedule.rules),
        own.grace_days,
    )


def _governing(schedule: Schedule, drawer: str | None) -> list[Rule]:
    """Return the rules of a drawer; those for prospects have to be named, they are another matter."""
    return [rule for rule in schedule.rules if drawer in rule.drawers and rule.when != "prospect"]


def _target(schedule: Schedule, term: OwnTerm) -> Rule | None:
    if term.rule is not None:
        return schedule.find(term.rule)
    rules = _governing(schedule, term.drawer)
    return rules[0] if len(rules) == 1 else None


def _faults(
    schedule: Schedule, term: OwnTerm, rule: Rule | None, found: dict[str, OwnTerm]
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with one term: the name of the field, or nothing, and the sentence."""
    if not term.keep.total:
        yield "keep", _("expected at least one month")
    if (term.rule is None) == (term.drawer is None):
        yield "", _("expected a rule or a drawer, and not both")
    elif rule is None:
        yield _unknown(schedule, term)
    elif rule.id in found:
        yield ("rule" if term.rule else "drawer"), _("expected each rule once")
    elif rule.keep is None:
        yield ("rule" if term.rule else "drawer"), _("expected a rule that has a term of its own")
    elif rule.floor and 0 < term.keep.total < rule.floor.total:
        expected = _("expected at least %(floor)s, the legal minimum of %(rule)s")
        yield "keep", expected % {"floor": span(rule.floor), "rule": rule.id}


def _unknown(schedule: Schedule, term: OwnTerm) -> tuple[str, str]:
    """Return which name means nothing here, and the names that do."""
    known = [rule for rule in schedule.rules if rule.keep]
    if term.rule is not None:
        return "rule", _one_of(rule.id for rule in known)
    rules = _governing(schedule, term.drawer)
    if not rules:
        return "drawer", _one_of(drawer for rule in known for drawer in rule.drawers)
    expected = _("expected a rule here, since this drawer has several: %(names)s")
    return "drawer", expected % {"names": ", ".join(rule.id for rule in rules)}


def _one_of(names: Iterable[str]) -> str:
    return _("expected one of: %(choices)s") % {"choices": ", ".join(sorted(set(names)))}


def _apply(rule: Rule, term: OwnTerm) -> Rule:
    return msgspec.structs.replace(
        rule, keep=term.keep, basis=own_basis(term.reason), confidence="judgement", reason=term.reason
    )
