"""The case of a client or a group: what the checks of ethics look at, read from the vault."""

from collections.abc import Iterable
from datetime import date
import functools

import msgspec

from coachvault.ethics.case import DRAWERS, Case, roster
from coachvault.records.base import Record
from coachvault.records.consent import Consent
from coachvault.records.contract import Contract
from coachvault.records.group import Group
from coachvault.records.practice import Profile
from coachvault.records.subject import Subject
from coachvault.vault import layout
from coachvault.vault.store import Vault


class Cases:
    """Makes cases; what they have in common is read once."""

    def __init__(self, vault: Vault) -> None:
        self._vault = vault
        self._clauses: dict[tuple[str, str], frozenset[str]] = {}

    def load(self, subject: Subject, contract: Contract | None, day: date) -> Case:
        """Return the case around a contract as it stands on a day."""
        self._vault.open_drawers([(subject.folder, drawer) for drawer in DRAWERS])
        found = (self._vault.load(subject.folder, drawer, Record) for drawer in DRAWERS)
        return self.compose(subject, contract, [record for drawer in found for record in drawer], day)

    def compose(
        self, subject: Subject, contract: Contract | None, records: Iterable[Record], day: date
    ) -> Case:
        """Return the case that these records make, which have been read already."""
        return Case(
            subject=subject,
            day=day,
            contract=contract,
            records=tuple(records),
            drawers=frozenset(self._vault.drawers(subject.folder)),
            answers=self._answers(subject, contract, day),
            profile=self._profile,
        )

    def worded(self, case: Case) -> Case:
        """Return the case with the clauses that its contract's template says: that takes time to load."""
        if case.contract is None:
            return case
        language = case.subject.language or self._vault.config.language
        clauses = self._said(f"contract-{case.contract.kind}", language)
        return msgspec.structs.replace(case, clauses=clauses)

    def _answers(
        self, subject: Subject, contract: Contract | None, day: date
    ) -> dict[str, tuple[Consent, ...]]:
        """Return the consents of each member of a group; a reader of some folders cannot open them all."""
        if not isinstance(subject, Group):
            return {}
        vault, folders = self._vault, [member.client for member in roster(subject, contract, day)]
        known = [folder for folder in folders if vault.has(folder, "identity")]
        if vault.is_partial:
            known = [folder for folder in known if vault.opens(folder, "identity")]
        vault.open_drawers([(folder, "consents") for folder in known])
        return {folder: vault.load(folder, "consents", Consent) for folder in known}

    @functools.cached_property
    def _profile(self) -> Profile | None:
        """Return the coach's profile; a reader of some folders cannot open it."""
        vault = self._vault
        found = () if vault.is_partial else vault.load(vault.practice, "profile", Profile)
        return found[0] if found else None

    def _said(self, name: str, language: str) -> frozenset[str]:
        """Return the clauses that a template says, of the coach's own or ours; none if there is none."""
        if (name, language) not in self._clauses:
            from coachvault.documents import template  # noqa: PLC0415 a template engine is slow to load

            own = self._vault.root / layout.TEMPLATES
            is_there = name in template.names(language, own)
            found = template.served(name, language, own) if is_there else frozenset()
            self._clauses[name, language] = found
        return self._clauses[name, language]
