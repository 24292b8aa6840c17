"""The parties of an engagement: who they are, and who of them is meant."""

from coachvault.actions import contradiction, who
from coachvault.errors import NotFoundError, RefusedError
from coachvault.language import _
from coachvault.records.client import Client, Guardian
from coachvault.records.contract import Contract, Party
from coachvault.records.group import Group
from coachvault.records.name import fold
from coachvault.records.organisation import Organisation
from coachvault.records.subject import Subject
from coachvault.vault.store import Vault


def names() -> dict[str, str]:
    """Return what each party is called in a sentence."""
    return {
        "client": _("the client"),
        "coach": _("the coach"),
        "sponsor": _("the sponsor"),
        "guardian": _("the guardian"),
        "member": _("the member"),
    }


def refuse_stranger(contract: Contract, party: str, code: str) -> None:
    """Raise RefusedError for who is no party of a contract; its group's members are, and sign the charter."""
    allowed: tuple[Party, ...] = contract.signers
    if party not in allowed:
        listed = ", ".join(names()[each] for each in allowed)
        raise RefusedError(
            _("this is no party of the contract with %(code)s") % {"code": code},
            _("its parties are: %(parties)s") % {"parties": listed},
        )


def refuse_absent(vault: Vault, subject: Subject, party: str, option: str = "--to") -> None:
    """Raise RefusedError for a party that nobody is; `option` names it.

    Who will pay for a client or a group is not known before there is a contract.
    """
    is_group, is_payer = isinstance(subject, Group), isinstance(subject, Organisation)
    known = vault.load(subject.folder, "contract", Contract)
    there = {
        "client": not is_group and not is_payer,
        "member": is_group,
        "sponsor": is_payer or not known or any(contract.sponsor for contract in known),
        "guardian": isinstance(subject, Client) and bool(subject.guardians),
    }
    if not there[party]:
        parties = ", ".join(name for name, holds in there.items() if holds)
        raise RefusedError(
            _("%(code)s has no such party") % {"code": subject.code},
            _("give %(option)s one of: %(parties)s") % {"option": option, "parties": parties},
        )


def addressee(vault: Vault, subject: Subject, party: str, name: str | None) -> str | None:
    """Return who of a party something is for, where it may be several: a guardian, a member of a group.

    A guardian is the only one, else the one of that name. Raises NotFoundError, RefusedError.
    """
    if party == "guardian":
        return guardian(subject, name).id
    if party == "member":
        return _member(vault, subject, name)
    if party == "client" and isinstance(subject, Group):
        raise RefusedError(
            _("a group has members, not a client"), _("give --to member, and the member with --name")
        )
    return None


def signer(vault: Vault, subject: Subject, contract: Contract, by: str, name: str | None) -> str | None:
    """Return who signs for a party: a guardian, a contact of the sponsor, else whom the coach names."""
    if by == "guardian":
        return guardian(subject, name).name
    sponsor = contradiction.sponsor_of(vault, contract) if by == "sponsor" else None
    if sponsor and name is None and len(sponsor.contacts) == 1:
        return sponsor.contacts[0].name
    guardians = subject.guardians if isinstance(subject, Client) else ()
    if by == "sponsor" and name and fold(name) in {fold(one.name) for one in guardians}:
        raise RefusedError(
            _("the guardian of %(code)s cannot sign for the sponsor") % {"code": subject.code},
            _("give --name somebody else of the organisation"),
        )
    return name


def guardian(subject: Subject, name: str | None) -> Guardian:
    """Return the only guardian of a client, else the one of that name; raises NotFoundError."""
    guardians = subject.guardians if isinstance(subject, Client) else ()
    wanted = fold(name) if name else ""
    found = [guardian for guardian in guardians if wanted in fold(guardian.name)]
    if len(found) != 1:
        raise NotFoundError(
            _("it is not clear which guardian is meant") if guardians else _("there is no guardian"),
            _("name one with --name; see them with: coach client show %(code)s") % {"code": subject.code},
        )
    return found[0]


def _member(vault: Vault, subject: Subject, name: str | None) -> str:
    members = subject.members if isinstance(subject, Group) else ()
    found = who.find(vault, name) if name and members else None
    if found is None or found.folder not in {member.client for member in members if not member.left_on}:
        raise NotFoundError(
            _("no member of this group goes by that"),
            _("name one with --name; see them with: coach group show %(code)s") % {"code": subject.code},
        )
    return found.folder
