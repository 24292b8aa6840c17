"""Signing a contract: by its parties, after they were handed the version that they sign."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec

from coachvault import clock
from coachvault.actions import contract as contracts
from coachvault.actions import contradiction, party, remedy, who
from coachvault.actions.case import Cases
from coachvault.actions.result import Done
from coachvault.errors import RefusedError
from coachvault.ethics import check
from coachvault.ethics.case import Addressee
from coachvault.language import _, current, ngettext
from coachvault.records import schema
from coachvault.records.base import Record
from coachvault.records.client import Client
from coachvault.records.contract import Contract, versions
from coachvault.records.document import Document
from coachvault.records.event import Delivery
from coachvault.records.group import Group
from coachvault.records.subject import Subject
from coachvault.vault.change import Change
from coachvault.vault.store import Vault

# Checks of what comes before a signature: after it, nothing meets them any more.
BEFOREHAND = ("charter_delivered", "understood", "limits")


def sign(vault: Vault, name: str, options: Mapping[str, Any], signed: bytes | None) -> Done:
    """Record that a party signed: `by`, `on`, `means`, `name`, and the signed file if there is one.

    Refused before this version was delivered to the party (DA-3a), and while another contract runs. With the
    last signature the client is no longer a prospect, and the version that this one amends has ended. Each
    guardian signs (DA-13).
    """
    by, on = options["by"], options["on"]
    with vault.change() as change:
        subject = who.subject(vault, name, who.COACHED)
        contract = contracts.current(vault, subject)
        party.refuse_stranger(contract, by, subject.code)
        guardian = party.guardian(subject, options["name"]).id if by == "guardian" else None
        _refuse_signature(contract, by, guardian, subject.code)
        _refuse_parallel(vault, contract, subject.code)
        contradiction.refuse(vault, subject, contract)
        contradiction.refuse_unfinished(subject, contract, on)
        _refuse_unseen(vault, contract, Addressee(by, guardian), on, subject.code)
        entry = {"by": by, "who": guardian, "on": on, "means": options["means"]}
        entry["name"] = party.signer(vault, subject, contract, by, options["name"])
        if signed is not None:
            entry["document"] = _keep(change, contract, on, signed).id
        changed = change.update(contract, {"signatures": [*contract.signatures, schema.plain(entry)]})
        if changed.signed_on:
            _conclude(vault, change, subject, changed, changed.signed_on)
        unmet = _unmet(vault, subject, changed, Addressee(by, guardian), on)
    said = _said(changed, by, on, subject.code, _other_guardians(subject, changed))
    return msgspec.structs.replace(said, warnings=unmet)


def _other_guardians(subject: Subject, contract: Contract) -> int:
    """Return how many guardians have not signed yet, once one has."""
    signed = {signature.who for signature in contract.signatures if signature.by == "guardian"}
    guardians = subject.guardians if signed and isinstance(subject, Client) else ()
    return sum(guardian.id not in signed for guardian in guardians)


def _said(contract: Contract, by: str, on: date, code: str, others: int) -> Done:
    names = party.names()
    # A contract drafted before it kept who they are is signed with the first of them.
    lacking = contract.missing_parties or (("guardian",) if others else ())
    waiting = [names[each] for each in lacking]
    message = (
        _("signed by %(by)s on %(date)s; still to sign: %(waiting)s")
        if waiting
        else _("signed by %(by)s on %(date)s; the contract is signed by all")
    )
    told = {"by": names[by], "date": on, "waiting": ", ".join(waiting)}
    facts = {"code": code, "state": contract.state, "waiting": list(lacking)}
    more = ngettext(
        "%(count)s guardian has not signed yet", "%(count)s guardians have not signed yet", others
    )
    return Done(message % told, facts, lines=(more % {"count": others},) if others else ())


def _unmet(
    vault: Vault, subject: Subject, contract: Contract, signer: Addressee, on: date
) -> tuple[str, ...]:
    """Return what the signer should have had and heard by then: no later day can make up for it (DA-3a)."""
    is_coach = signer.party == "coach"
    if is_coach and not isinstance(subject, Group):
        return ()
    facts = Cases(vault).load(subject, contract, on)
    facts = msgspec.structs.replace(facts, signer=None if is_coach else signer)
    party_ = facts.coached if is_coach else signer.party
    found = [f for f in check.run(facts, ("start",)) if f.check.id in BEFOREHAND and f.state == "missing"]
    # What was explained to a sponsor or a guardian is confidentiality alone.
    found = [f for f in found if f.check.id != "understood" or party_ == facts.coached]
    day = "" if on == clock.today() else f" --on {on}"
    message = _("missing at this signature: %(duty)s. If it was done by then, say so: %(command)s")
    told = [
        (f.check.label.say(current()), remedy.to(party_, f.check.command, facts).replace("WHO", subject.code))
        for f in found
    ]
    return tuple(message % {"duty": duty, "command": f"coach {command}{day}"} for duty, command in told)


def _refuse_parallel(vault: Vault, contract: Contract, code: str) -> None:
    """Raise RefusedError while another contract runs: the number of sessions agreed on would be two."""
    known = vault.load(contract.folder, "contract", Contract)
    own = {version.id for version in versions(known, contract)}
    if any(other.state == "signed" and other.id not in own for other in known):
        raise RefusedError(
            _("another contract with %(code)s is signed and runs") % {"code": code},
            _(
                "end it first: coach contract end %(code)s; or give this one up (the same with --draft), "
                "and change the other: coach contract amend %(code)s"
            )
            % {"code": code},
        )


def _refuse_signature(contract: Contract, by: str, guardian: str | None, code: str) -> None:
    if contract.ended_on:
        raise RefusedError(
            _("the contract with %(code)s has ended") % {"code": code},
            _("draft a new one with: coach contract new %(code)s") % {"code": code},
        )
    if (by, guardian) in {(signature.by, signature.who) for signature in contract.signatures}:
        raise RefusedError(
            _("this party has signed the contract with %(code)s already") % {"code": code},
            _("see the signatures with: coach contract show %(code)s") % {"code": code},
        )


def _refuse_unseen(vault: Vault, contract: Contract, signer: Addressee, on: date, code: str) -> None:
    """Raise RefusedError unless the party has this version since that day; the coach has what was written."""
    by = signer.party
    seen = [
        record.on
        for record in vault.load(contract.folder, "contract", Record)
        if isinstance(record, Delivery | Document)
        and (record.about, record.version) == (contract.id, contract.wording)
        and (by == "coach" or (isinstance(record, Delivery) and (record.to, record.who) == signer))
    ]
    is_one_of_several = by == "guardian" and len(contract.guardians) > 1
    facts = {"code": code, "party": f"{by} --name NAME" if is_one_of_several else by}
    if not seen and by == "coach":
        raise RefusedError(
            _("this version of the contract with %(code)s was not rendered yet") % facts,
            _("render it with: coach contract render %(code)s") % facts,
        )
    if not seen:
        raise RefusedError(
            _("this version of the contract with %(code)s was not delivered to this party") % facts,
            _("render it, hand it over: coach contract deliver %(code)s --to %(party)s") % facts,
        )
    if by != "coach" and on < min(seen):
        raise RefusedError(
            _("the contract was delivered to this party after that day, on %(date)s") % {"date": min(seen)},
            _("give --on that day or a later one"),
        )


def _keep(change: Change, contract: Contract, on: date, data: bytes) -> Document:
    values = {
        "on": on,
        "role": "signed",
        "about": contract.id,
        "version": contract.wording,
        "title": _("signed contract"),
        "format": _kind_of(data),
    }
    return change.attach(contract.folder, "contract", values, data)


def _kind_of(data: bytes) -> str:
    """Return what kind of file these bytes are, by how they begin."""
    starts = {b"%PDF-": "pdf", b"PK\x03\x04": "zip", b"\xff\xd8\xff": "jpg", b"\x89PNG": "png"}
    return next((name for start, name in starts.items() if data.startswith(start)), "bin")


def _conclude(vault: Vault, change: Change, subject: Subject, contract: Contract, on: date) -> None:
    """Let the prospect or former client become a client, and end the version that this one amends."""
    taken_back = contracts.reopened(subject) if subject.closed_on else {}
    if isinstance(subject, Client):
        change.update(subject, {"prospect_on": None, **taken_back})
    for before in vault.load(contract.folder, "contract", Contract):
        if before.id == contract.amends and before.ended_on is None:
            contracts.refuse_early_end(before, on, subject.code)
            change.update(before, {"ended_on": on, "ended_by": "amendment"})
