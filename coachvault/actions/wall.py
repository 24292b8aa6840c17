"""The wall between a client and whoever pays: what a report may say, and whether it may be said at all.

Only the drawers identity, contract, consents and log are read for it, and that of the reports. The notes are
opened for one question, whether a text names somebody of them; the answer is a bool.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from coachvault import clock
from coachvault.actions import consent, naming, profile
from coachvault.errors import NotFoundError, RefusedError
from coachvault.language import LANGUAGES, _
from coachvault.records.client import Client
from coachvault.records.contract import Contract, Goal, chain
from coachvault.records.name import parts, proper
from coachvault.records.organisation import Organisation
from coachvault.records.person import Cast
from coachvault.records.report import Item, Report, Shareable
from coachvault.records.session import Session
from coachvault.vault import yamlfile
from coachvault.vault.store import Vault
from coachvault.word import word

if TYPE_CHECKING:
    from coachvault.documents import Meeting, SponsorReport

# A part of a name betrays somebody from so many letters on: below are particles and initials.
_TELLING = 3
_EVERYDAY = Path(__file__).parents[1] / "data" / "names" / "everyday.yaml"


def mandate(vault: Vault, client: Client, contract: str | None = None) -> Contract:
    """Return the signed contract with a sponsor, in its last version: this one, or the one signed last.

    Raises RefusedError where no report is agreed on: no such contract, or one that bars reports.
    """
    known = vault.load(client.folder, "contract", Contract)
    signed = [c for c in known if c.kind == "tripartite" and c.signed_on and c.sponsor]
    if contract:
        signed = [c for c in signed if contract in {version.id for version in chain(known, c)}]
    if not signed:
        raise RefusedError(
            _("%(code)s has no signed contract with a sponsor") % {"code": client.code},
            _("a report needs a tripartite contract: coach contract new %(code)s --kind tripartite")
            % {"code": client.code},
        )
    # An amendment takes the place of what it amends, whatever the days of their signatures.
    amended = {one.amends for one in signed}
    latest = [one for one in signed if one.id not in amended] or signed
    found = max(latest, key=lambda one: (one.signed_on or date.min, one.created))
    if found.confidentiality_exceptions == "law":
        raise RefusedError(
            _("the contract with %(code)s lets secrecy yield to the law alone") % {"code": client.code},
            _("no report can be made; another agreement needs an amendment that all three sign"),
        )
    return found


def shareable(vault: Vault, client: Client, contract: Contract, day: date) -> tuple[Shareable, ...]:
    """Return the fields that contract and client both allow; raises RefusedError without a live consent."""
    limits = consent.require(vault, client, "sponsor_report", day).items
    return tuple(field for field in contract.sponsor_report if not limits or field in limits)


def refuse_more(contract: Contract, allowed: Sequence[Shareable], fields: Iterable[Shareable]) -> None:
    """Raise RefusedError for a field that was not agreed on, by all three or by the client (PI-5.5)."""
    agreed = ", ".join(map(word, contract.sponsor_report)) or _("nothing")
    permitted = ", ".join(map(word, allowed)) or _("nothing")
    for field in fields:
        if field not in contract.sponsor_report:
            raise RefusedError(
                _("the contract does not let the sponsor be told of: %(field)s") % {"field": word(field)},
                _("it allows: %(fields)s") % {"fields": agreed},
            )
        if field not in allowed:
            raise RefusedError(
                _("the client has not agreed that the sponsor be told of: %(field)s")
                % {"field": word(field)},
                _("their consent allows: %(fields)s") % {"fields": permitted},
            )


def compose(vault: Vault, client: Client, report: Report) -> "SponsorReport":
    """Return what the report says as its contract, the log and the profile are now; permits nothing."""
    contract = mandate(vault, client, report.contract)
    return _compose(vault, client, contract, report.on, report.items)


def told(
    vault: Vault, client: Client, contract: Contract, on: date, items: Sequence[Item]
) -> "SponsorReport":
    """Return what a sponsor may be told; raises RefusedError for anything else (CD-15, CD-27, PI-5)."""
    refuse_more(contract, shareable(vault, client, contract, clock.today()), [item.field for item in items])
    said = _compose(vault, client, contract, on, items)
    texts = [text for text in (said.progress, said.closing, *(said.goals or ())) if text]
    sponsor = _organisation(vault, client, contract)
    if names_secret(vault, client, sponsor, texts):
        raise RefusedError(
            _("the report has a word that is confidential in the organisation"),
            _("write it without that word; the organisation's own file lists them"),
        )
    parties = (client.name, *client.aliases, sponsor.name, *sponsor.aliases, said.coach)
    signed = [signature.name for signature in contract.signatures if signature.name]
    naming.refuse_clients(vault, client, texts, (*parties, *signed))
    if names_circle(vault, client, texts, (*parties, *signed)):
        raise RefusedError(
            _("the report names somebody of the client's circle"),
            _("write it without names; the client's cast list says who is meant"),
        )
    return said


def names_secret(vault: Vault, client: Client, sponsor: Organisation, texts: Iterable[str]) -> bool:
    """Return whether a text has a word that the sponsor or the employer keeps to itself (PI-5.6)."""
    words = list(sponsor.confidential)
    if client.employer and client.employer != sponsor.folder:
        for employer in vault.load(client.employer, "identity", Organisation):
            words += employer.confidential
    return any(_has(_flat(text), _flat(word)) for text in texts for word in words)


def names_circle(vault: Vault, client: Client, texts: Sequence[str], parties: Sequence[str]) -> bool:
    """Return whether a text names somebody of the client's stories, by a whole name or a part of it (CD-15).

    A part that is a word of every day as well counts where it begins with a capital. The parties to the
    contract may be named.
    """
    spared = {_flat(name) for name in parties}
    spared_parts = {part for name in spared for part in name.split()}
    known = [cast for cast in vault.load(client.folder, "notes", Cast) if _flat(cast.name) not in spared]
    called = [name for cast in known for name in (cast.name, *cast.aliases)]
    names = {_flat(name) for name in (*called, *(cast.organisation or "" for cast in known))}
    telling = {part for name in called for part in parts(name) if len(part) >= _TELLING} - spared_parts
    return any(
        any(_has(_flat(text), name) for name in names - spared)
        or not telling.isdisjoint(proper(text) | (set(parts(text)) - everyday()))
        for text in texts
    )


@cache
def everyday() -> frozenset[str]:
    """Return the words of every day that are names as well, folded, of both languages."""
    found = yamlfile.read(_EVERYDAY.read_text("utf-8"), _EVERYDAY.name)
    assert isinstance(found, dict)  # noqa: S101 the file is ours
    return frozenset(word for language in LANGUAGES for word in found[language].split())


def _compose(
    vault: Vault, client: Client, contract: Contract, on: date, items: Sequence[Item]
) -> "SponsorReport":
    from coachvault.documents import SponsorReport  # noqa: PLC0415 a template engine is slow to load

    coach, fields = profile.get(vault), {item.field: item.text for item in items}
    return SponsorReport(
        on=on,
        client=client.name,
        organisation=_organisation(vault, client, contract).name,
        coach=coach.name,
        title=coach.title,
        email=coach.email,
        phone=coach.phone,
        attendance=_attendance(vault, contract, on) if "attendance" in fields else None,
        goals=tuple(goal.text for goal in _goals(contract)) if "goals" in fields else None,
        progress=fields.get("progress"),
        closing=fields.get("closing"),
    )


def _attendance(vault: Vault, contract: Contract, on: date) -> tuple["Meeting", ...]:
    from coachvault.documents import Meeting  # noqa: PLC0415 a template engine is slow to load

    known = vault.load(contract.folder, "contract", Contract)
    ids = {version.id for version in chain(known, contract)}
    held = [s for s in vault.load(contract.folder, "log", Session) if s.contract in ids and s.on <= on]
    return tuple(Meeting(session.on, session.minutes) for session in held)


def _goals(contract: Contract) -> tuple[Goal, ...]:
    return tuple(goal for goal in contract.goals if goal.owner in ("sponsor", "shared"))


def _organisation(vault: Vault, client: Client, contract: Contract) -> Organisation:
    found = vault.load(contract.sponsor or "", "identity", Organisation)
    if not found:
        raise NotFoundError(
            _("the organisation that sponsors %(code)s is not in the vault") % {"code": client.code},
            _("see which there are with: coach org list"),
        )
    return found[0]


def _flat(text: str) -> str:
    """Return the words of a text as names are compared, with a blank between two."""
    return " ".join(parts(text))


def _has(text: str, phrase: str) -> bool:
    return bool(phrase) and f" {phrase} " in f" {text} "
