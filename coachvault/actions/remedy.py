"""The command that meets a check, with what is known filled in: it can be run as it is printed."""

from collections.abc import Iterator
from itertools import pairwise

import msgspec

from coachvault.ethics import check, place
from coachvault.ethics.case import Case
from coachvault.records.contract import Contract, Party

# What a contract that was made before its client was protected lacks: another one with the guardian meets it.
_GUARDED = ("guardian", "guardian_signed")
_TIES = "none|family|friend|colleague|employer|supplier|authority|other"


def command(finding: check.Finding, case: Case) -> str:
    """Return the whole command that meets a missing check of a case."""
    words = finding.check.command
    if finding.check.id.removeprefix("place_") in place.QUALITIES:
        # An option that may be repeated replaces the whole list: one command for all that the place lacks.
        words = " ".join(("contract edit WHO", *(f"--place-is {quality}" for quality in place.QUALITIES)))
    if finding.check.id == "expectations":
        words = f"contract edit WHO {' '.join(f'--expects {party}:TEXT' for party in _hopeful(case))}"
    if finding.check.id == "ties":
        words = f"client edit WHO {' '.join(_ties(case))}"
    if finding.check.id in _GUARDED and case.guardians and "guardian" not in case.others:
        words = _renewed(case)
    if "PARTY" in words:
        words = words.replace("PARTY", "|".join(_parties(finding, case)))
    words = f"{words}{_name(words, case)}"
    if case.client and case.client.protected and words.startswith("consent record"):
        # A consent is the guardian's to give.
        words = f"{words} --by guardian"
    return runnable(f"coach {words}", case.contract).replace("WHO", case.subject.code)


def runnable(words: str, contract: Contract | None) -> str:
    """Return a command on the terms of a contract as it can be run: what is signed is not edited.

    What some have signed is given up before another draft, and nothing changes a contract that has ended.
    """
    edit = "coach contract edit WHO"
    if contract is None or not contract.signatures or not words.startswith(edit):
        return words
    if contract.state == "draft":
        return "coach contract end WHO --draft"
    return words.replace(edit, "coach contract amend WHO") if contract.state == "signed" else ""


def to(party: Party, words: str, case: Case) -> str:
    """Return a command about a party, who is named where the party is several people."""
    words = words.replace("PARTY", party)
    return f"{words}{_name(words, case)}"


def option(name: str) -> str:
    """Return the option that a command has for a field: `--goal` of `coach contract edit C --goal TEXT`."""
    return name.partition("--")[1] + name.partition("--")[2].partition(" ")[0]


def _name(words: str, case: Case) -> str:
    """Return the option that says who of a party is meant: which member, or which of several guardians."""
    several = {"member": case.group is not None, "guardian": len(case.guardians) > 1}
    options = words.split()
    meant = [
        party
        for option, value in pairwise(options)
        if option in ("--to", "--by")
        for party in value.split("|")
    ]
    return " --name NAME" if any(several.get(party) for party in meant) else ""


def _hopeful(case: Case) -> tuple[Party, ...]:
    """Return who is to say what they hope for."""
    return (case.coached, "sponsor") if "sponsor" in case.parties else (case.coached,)


def _renewed(case: Case) -> str:
    """Return the command on the way to a contract to which the guardian is a party."""
    contract = case.contract
    if contract is None or contract.ended_on:
        return f"contract new WHO --kind {contract.kind if contract else 'individual'}"
    # A draft that somebody has signed follows no change of the client's file any more.
    return "contract amend WHO" if contract.signed_on else "contract end WHO --draft"


def _ties(case: Case) -> Iterator[str]:
    """Yield what is still to be said of the other ties with the client."""
    ties = case.client.ties if case.client else ()
    if not ties:
        yield f"--tie {_TIES}"
    else:
        yield "--safeguard TEXT"


def _parties(finding: check.Finding, case: Case) -> tuple[Party, ...]:
    """Return the parties that the check still lacks; all that may be meant, where no one is alone in it."""
    if finding.check.id == "signed":
        return tuple(party for party in case.parties if not case.signed(party)) or ("client", "coach")
    if finding.check.id == "understood":
        return (case.coached,)
    if finding.check.id == "conflicts_raised":
        return (case.coached, *(("guardian",) if case.guardians else ()))
    named = tuple(dict.fromkeys(addressee.party for addressee in case.addressees)) or (case.coached,)
    if case.group:
        return named
    return tuple(party for party in named if _lacks(finding, case, party)) or named


def _lacks(finding: check.Finding, case: Case, party: Party) -> bool:
    """Return whether it is missing in a contract between the coach and this party alone."""
    if case.contract is None:
        return True
    parties: tuple[Party, ...] = (party, "coach")
    alone = msgspec.structs.replace(case, contract=msgspec.structs.replace(case.contract, parties=parties))
    return check.FUNCTIONS[finding.check.id](alone).state == "missing"
