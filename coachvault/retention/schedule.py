"""The retention schedule of a country: what governs each drawer, for how long, by which law.

A schedule is data. `data/retention/common.yaml` says what is the same everywhere, a country's file
says what differs, field by field; every rule is complete once the two are put together.
"""

from collections.abc import Collection, Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal

import msgspec

from coachvault.errors import UsageError
from coachvault.language import _
from coachvault.records import schema
from coachvault.records.base import COUNTRIES
from coachvault.records.words import Words
from coachvault.vault import yamlfile

FolderKind = Literal["client", "organisation", "group", "practice"]
Condition = Literal["prospect", "online_consumer", "bnc"]
TriggerName = Literal[
    "contract_end", "fy_close", "year_after_fy_close", "last_contact", "event_closed",
    "consent_end", "session_date", "entry", "last_drawer", "practice_end",
]  # fmt: skip
Duty = Literal["law", "claims"]
Confidence = Literal["high", "medium", "judgement", "unverified"]

DATA = Path(__file__).parents[1] / "data" / "retention"


class Keep(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A length of time in calendar years and months."""

    years: Annotated[int, msgspec.Meta(ge=0, le=100)] = 0
    months: Annotated[int, msgspec.Meta(ge=0, le=1200)] = 0

    @property
    def total(self) -> int:
        """Return the length in months."""
        return 12 * self.years + self.months


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What starts the term of a drawer, how long it lasts, what follows it, and why.

    `keep` is None where the trigger itself is the term. `max` is the longest term that can be
    argued for, `floor` what the law asks for at least, `cap` a drawer of the same folder that this
    one never outlives. `duty` is why the person's own request for erasure does not reach it: the law
    asks for it, or claims may be made on it. `reason` is the coach's own, where the coach has set the term.
    """

    id: str
    folders: tuple[FolderKind, ...]
    drawers: tuple[str, ...]
    when: Condition | None = None
    trigger: TriggerName
    keep: Keep | None = None
    max: Keep | None = None
    floor: Keep | None = None
    duty: Duty | None = None
    cap: str | None = None
    action: Literal["destroy", "return_or_destroy"] = "destroy"
    basis: Words
    source: str
    confidence: Confidence
    checked_on: date
    label: Words
    explanation: Words
    reason: str | None = None

    @property
    def overridden(self) -> bool:
        """Return whether the term is the coach's own."""
        return self.reason is not None


class Schedule(msgspec.Struct, frozen=True):
    """Every rule of one country, in the order of its file.

    `grace_days` lie between the proposal to destroy something and its destruction.
    """

    country: str
    rules: tuple[Rule, ...]
    grace_days: int = 0

    def find(self, rule_id: str) -> Rule | None:
        """Return the rule of that id, or None."""
        return next((rule for rule in self.rules if rule.id == rule_id), None)

    def rule_of(self, folder: str, drawer: str, conditions: Collection[str] = ()) -> Rule:
        """Return the one rule of a drawer; raises KeyError for a drawer that no rule governs.

        A rule whose condition holds goes before the one without; of several such, the longest.
        """
        rules = [rule for rule in self.rules if folder in rule.folders and drawer in rule.drawers]
        special = [rule for rule in rules if rule.when in conditions]
        if special:
            return max(special, key=lambda rule: rule.keep.total if rule.keep else 0)
        plain = next((rule for rule in rules if rule.when is None), None)
        if plain is None:
            raise KeyError(f"{folder}/{drawer}")
        return plain


@cache
def load(country: str) -> Schedule:
    """Return the schedule of a country: FR, CH, BE or QC; raises UsageError for any other."""
    if country not in COUNTRIES:
        raise UsageError(
            _("there is no retention schedule for this country"),
            _("choose one of: %(countries)s") % {"countries": ", ".join(COUNTRIES)},
        )
    common, own = _file("common"), _file(country)
    names = list(dict.fromkeys((*common["rules"], *own["rules"])))
    return Schedule(country, tuple(_rule(name, common, own) for name in names))


def _rule(name: str, common: Mapping[str, Any], own: Mapping[str, Any]) -> Rule:
    merged = {
        "id": name,
        "checked_on": own["checked_on"],
        **own["defaults"],
        **common["rules"].get(name, {}),
        **own["rules"].get(name, {}),
    }
    return schema.read(Rule, merged)


def _file(name: str) -> dict[str, Any]:
    path = DATA / f"{name}.yaml"
    value = yamlfile.read(path.read_text("utf-8"), path.name)
    assert isinstance(value, dict)  # noqa: S101 the file is ours
    return value
