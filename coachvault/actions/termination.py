"""The end of a contract, and of a draft that comes to nothing."""

from datetime import date

from coachvault.actions import contract as contracts
from coachvault.actions import who
from coachvault.actions.result import Done
from coachvault.errors import RefusedError, UsageError
from coachvault.language import _
from coachvault.records.contract import Contract, chain
from coachvault.records.session import Session
from coachvault.records.subject import Subject
from coachvault.vault.store import Vault


def end(  # noqa: PLR0913 what ends, and how
    vault: Vault,
    name: str,
    on: date,
    by: str | None,
    discussed: date | None = None,
    *,
    is_draft: bool = False,
) -> Done:
    """End the contract that runs, with an amendment that is not signed yet; no reason is asked (CD-23).

    A coach who ends it says when it was talked over (CD-33). Where none runs, or with `is_draft`, the draft
    is given up: nothing was concluded, and nobody need have ended it. Raises UsageError where it is not said
    by whom a contract ends.
    """
    with vault.change() as change:
        subject = who.subject(vault, name, who.COACHED)
        contract = ends(vault, subject, is_draft=is_draft)
        _refuse_end(contract, by, subject.code)
        message = _("the draft with %(code)s is given up as of %(date)s; nothing was concluded")
        ended = [contract]
        if contract.state == "signed":
            _refuse_abrupt_end(vault, contract, on, by, discussed)
            message = _(
                "the contract with %(code)s has ended as of %(date)s; coach client close starts the terms"
            )
            known = vault.load(subject.folder, "contract", Contract)
            ended = [each for each in chain(known, contract) if each.ended_on is None]
        for each in ended:
            contracts.refuse_early_end(each, on, subject.code)
            change.update(each, {"ended_on": on, "ended_by": by, "discussed_on": discussed})
    return Done(message % {"code": subject.code, "date": on}, {"code": subject.code, "ended_on": on})


def is_concluded(vault: Vault, name: str, *, is_draft: bool) -> bool:
    """Return whether what `end` ends is a contract, and no draft: somebody ends it."""
    return ends(vault, who.subject(vault, name, who.COACHED), is_draft=is_draft).state == "signed"


def ends(vault: Vault, subject: Subject, *, is_draft: bool) -> Contract:
    """Return what `end` ends: the signed contract that runs, else the draft; raises RefusedError."""
    found = None if is_draft else contracts.runs(vault, subject)
    found = found or contracts.drafted(vault, subject)
    if found:
        return found
    contracts.current(vault, subject)
    raise RefusedError(
        _("there is no draft of a contract with %(code)s") % {"code": subject.code}
        if is_draft
        else _("the contract with %(code)s has ended already") % {"code": subject.code},
        _("see it with: coach contract show %(code)s") % {"code": subject.code},
    )


def _refuse_end(contract: Contract, by: str | None, code: str) -> None:
    if by == "sponsor" and not contract.sponsor:
        raise RefusedError(
            _("the contract with %(code)s has no sponsor") % {"code": code},
            _("say who ends it with --by client, coach, mutual or term"),
        )


def _refuse_abrupt_end(
    vault: Vault, contract: Contract, on: date, by: str | None, discussed: date | None
) -> None:
    """Raise for an end that nobody is said to bring about, or that comes before a session or a talk."""
    if by is None:
        raise UsageError(
            _("%(option)s is missing") % {"option": "--by"}, _("give it, or run the command at a terminal")
        )
    known = {c.id for c in chain(vault.load(contract.folder, "contract", Contract), contract)}
    held = [s.on for s in vault.load(contract.folder, "log", Session) if s.contract in known]
    if on < max(held, default=on):
        raise RefusedError(
            _("a session was held under the contract on %(date)s, after that day") % {"date": max(held)},
            _("give --on that day or a later one"),
        )
    if by == "coach" and not discussed:
        raise RefusedError(
            _("a coach ends a contract after talking it over"),
            _("say on which day that was with --discussed DATE"),
        )
    if discussed and discussed > on:
        raise RefusedError(
            _("it would have been talked over after the end"), _("correct --discussed or --on")
        )
