"""What was handed to a party and explained to them before they sign."""

from collections.abc import Mapping
from datetime import date
import hashlib
from typing import Any, get_args

from coachvault.actions import charter, party, who
from coachvault.actions import contract as contracts
from coachvault.actions.result import Done
from coachvault.errors import RefusedError
from coachvault.language import _, ngettext
from coachvault.records.contract import Contract
from coachvault.records.document import Document
from coachvault.records.event import Point
from coachvault.records.group import Group
from coachvault.records.subject import Subject
from coachvault.vault.change import Change
from coachvault.vault.store import Vault

# What tells of the work itself.
TELLING = ("report", "ending")


def deliver_contract(vault: Vault, name: str, options: Mapping[str, Any], file: bytes | None) -> Done:
    """Record that the contract was handed to a party (CD-24, DA-3a).

    `options` are `to`, `name`, `means` and `on`. It is the document rendered last, of the terms as they
    stand, else the bytes of a contract made elsewhere.
    """
    with vault.change() as change:
        subject = who.subject(vault, name, who.COACHED)
        contract = contracts.current(vault, subject)
        if not (isinstance(subject, Group) and options["to"] == "member"):
            party.refuse_stranger(contract, options["to"], subject.code)
        made = _rendered(vault, contract, subject, options["on"]) if file is None else None
        digest = made or hashlib.sha256(file or b"").hexdigest()
        facts = {"what": "contract", "about": contract.id, "version": contract.wording, "sha256": digest}
        return record(vault, change, subject, options, facts)


def deliver_charter(vault: Vault, name: str, options: Mapping[str, Any], file: bytes | None) -> Done:
    """Record that a charter was handed to a party (LC-22), that of the group to its members (PI-8.1).

    `options` are `kind`, `to`, `name`, `means` and `on`. Without a file, it is the charter as it
    stands that day, which is kept as Markdown.
    """
    from coachvault.actions import document  # noqa: PLC0415 a template engine is slow to load

    on = options["on"]
    with vault.change() as change:
        subject = who.subject(vault, name, who.COACHED)
        party.refuse_absent(vault, subject, options["to"])
        kind = options["kind"] or ("group" if isinstance(subject, Group) else "individual")
        language = subject.language or vault.config.language
        made = None if file is not None else charter.render(vault, "md", language, kind, on)
        digest = made.sha256 if made else hashlib.sha256(file or b"").hexdigest()
        if made:
            values = {"on": on, "template": charter.TEMPLATES[kind]}
            document.keep(vault, change, (subject.folder, "contract"), made, values)
        what = "group_charter" if kind == "group" else "charter"
        facts = {"what": what, "version": on.isoformat(), "sha256": digest}
        return record(vault, change, subject, options, facts)


def explain(vault: Vault, name: str, options: Mapping[str, Any]) -> Done:
    """Record what of the contract, as it reads now, a party had explained and understood (DA-3b).

    `options` are `to`, `name`, `points`, `how`, `questions`, `answers` and `on`.
    """
    with vault.change() as change:
        subject = who.subject(vault, name, who.COACHED)
        contract = contracts.current(vault, subject)
        if not (isinstance(subject, Group) and options["to"] == "member"):
            party.refuse_stranger(contract, options["to"], subject.code)
        addressee = party.addressee(vault, subject, options["to"], options["name"])
        names = ("on", "to", "points", "how", "questions", "answers")
        given = {field: options[field] for field in names if options[field]}
        about = {"about": contract.id, "who": addressee, "version": contract.wording}
        explained = change.add("explanation", subject.folder, {**about, **given})
    message = ngettext(
        "explained to %(party)s on %(date)s: %(count)s point of %(total)s",
        "explained to %(party)s on %(date)s: %(count)s points of %(total)s",
        len(options["points"]),
    )
    told = {"party": party.names()[options["to"]], "date": options["on"]}
    told |= {"count": len(options["points"]), "total": len(get_args(Point))}
    return Done(message % told, {"code": subject.code, "explanation": explained.id})


def record(
    vault: Vault, change: Change, subject: Subject, options: Mapping[str, Any], facts: dict[str, Any]
) -> Done:
    """Keep that something was handed to a party: `options` say to whom, when and how, `facts` what.

    Warns where it tells a guardian of the work: that is bounded by what was agreed on (DA-13).
    """
    to, on = options["to"], options["on"]
    addressee = party.addressee(vault, subject, to, options["name"])
    values = {"on": on, "to": to, "who": addressee, "means": options["means"], **facts}
    delivery = change.add("delivery", subject.folder, values)
    message = _("delivered to %(party)s on %(date)s (SHA-256 %(sha256)s)")
    told = {"party": party.names()[to], "date": on, "sha256": facts["sha256"]}
    warning = _("a guardian is told what was agreed on, and no more: compare with coach client show %(code)s")
    warnings = (warning % {"code": subject.code},) if to == "guardian" and facts["what"] in TELLING else ()
    known = {"code": subject.code, "delivery": delivery.id, "sha256": facts["sha256"]}
    return Done(message % told, known, warnings)


def _rendered(vault: Vault, contract: Contract, subject: Subject, on: date) -> str:
    """Return the digest of what was rendered last by that day.

    Raises RefusedError if there was nothing yet, or the terms have changed since.
    """
    made = [
        each
        for each in vault.load(contract.folder, "contract", Document)
        if each.role == "rendered" and each.about == contract.id
    ]
    current = [each for each in made if each.version == contract.wording]
    if not current:
        raise RefusedError(
            _("the contract with %(code)s was changed after it was rendered") % {"code": subject.code}
            if made
            else _("the contract with %(code)s was not rendered yet") % {"code": subject.code},
            _("render it with: coach contract render %(code)s; or give --file if it was made elsewhere")
            % {"code": subject.code},
        )
    by_then = [each for each in current if each.on <= on]
    if not by_then:
        raise RefusedError(
            _("the contract with %(code)s was rendered after that day, on %(date)s")
            % {"code": subject.code, "date": min(each.on for each in current)},
            _("give --on that day or a later one; or give --file if it was made elsewhere"),
        )
    return by_then[-1].sha256
