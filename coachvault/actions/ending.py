"""The document that tells a client what ended and what lasts (DA-23a, CSS-3.23)."""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from coachvault import clock
from coachvault.actions import closing, goal, party, profile, retention, who
from coachvault.actions.result import Done
from coachvault.errors import RefusedError
from coachvault.language import _
from coachvault.records.client import Client
from coachvault.records.contract import Contract, chain
from coachvault.records.event import ConflictOfInterest, Referral
from coachvault.records.person import Colleague
from coachvault.records.session import Session
from coachvault.vault import layout
from coachvault.vault.store import Vault

if TYPE_CHECKING:
    from coachvault.actions.document import Rendered
    from coachvault.documents import Aim, Ending, Way


def render(vault: Vault, name: str, to: str) -> "Rendered":
    """Return the document that tells the client what ended and what lasts, and keep it with the contract."""
    from coachvault import documents  # noqa: PLC0415 a template engine is slow to load
    from coachvault.actions import document  # noqa: PLC0415 the same

    client = who.find(vault, name)
    if client.closed_on is None:
        raise RefusedError(
            _("the relationship with %(code)s has not ended") % {"code": client.code},
            _("end it with: coach client close %(code)s") % {"code": client.code},
        )
    if vault.is_destroyed(client.folder, "contract"):
        raise RefusedError(
            _("what the document on %(code)s would say is destroyed") % {"code": client.code},
            _("nothing can be written any more of this relationship"),
        )
    language = client.language or vault.config.language
    found = closing.last_contract(vault, client)
    conditions = retention.facts_of(vault, client).conditions - {"prospect"}
    context = documents.ending_context(
        profile.get(vault),
        _ending(vault, client, found),
        document.table(vault, language, conditions, {*vault.drawers(client.folder), "billing"}),
        consumer=found.consumer if found else True,
        country=vault.config.country,
        language=language,
        on=clock.today(),
    )
    made = document.make(
        "ending",
        to,
        context,
        name=f"{client.code}-contract-ending",
        language=language,
        own=vault.root / layout.TEMPLATES,
    )
    about = {"about": found.id} if found else {}
    with vault.change() as change:
        values = {"on": clock.today(), "template": "ending", **about}
        document.keep(vault, change, (client.folder, "contract"), made, values)
    return made


def deliver(vault: Vault, name: str, sha256: str, options: Mapping[str, Any]) -> Done:
    """Record that the document of the end was handed to a party (DA-23a): `to`, `name`, `means` and `on`."""
    from coachvault.actions import handover  # noqa: PLC0415 a template engine is slow to load

    with vault.change() as change:
        client = who.find(vault, name)
        party.refuse_absent(vault, client, options["to"])
        if client.closed_on and options["on"] < client.closed_on:
            raise RefusedError(
                _("the relationship ended on %(date)s, after that day") % {"date": client.closed_on},
                _("give --on that day or a later one"),
            )
        facts = {"what": "ending", "version": str(client.closed_on), "sha256": sha256}
        return handover.record(vault, change, client, options, facts)


def _ending(vault: Vault, client: Client, contract: Contract | None) -> "Ending":
    from coachvault.documents import Ending, Promise  # noqa: PLC0415 a template engine is slow to load

    assert client.closed_on  # noqa: S101 asked before
    known = vault.load(client.folder, "contract", Contract)
    ids = {version.id for version in chain(known, contract)} if contract else set()
    log = vault.load(client.folder, "log", Session)
    held = [session for session in log if session.contract in ids or _is_of_none(session, known, ids)]
    left = closing.left_open(vault, client)
    disputes = vault.load(client.folder, "contract", ConflictOfInterest)
    return Ending(
        client=client.name,
        ended_on=client.closed_on,
        by=client.closed_by or "term",
        discussed_on=client.discussed_on,
        closing_session=client.closing_session,
        dispute=any(d.outcome == "ended" and d.closed_on == client.closed_on for d in disputes),
        kind=contract.kind if contract else None,
        signed_on=contract.signed_on if contract else None,
        agreed=contract.sessions if contract else None,
        held=len(held),
        minutes=sum(session.minutes for session in held),
        goals=_goals(vault, client, contract),
        follow_ups=tuple(
            Promise(f.due_on, f.what) for f in left.follow_ups if f.to in ("client", "guardian")
        ),
        handed_over=left.handed_over,
        ways=_ways(vault, client),
    )


def _is_of_none(session: Session, known: Sequence[Contract], ids: Collection[str]) -> bool:
    """Return whether a session took place past the gate, before all had signed: after any other contract."""
    others = [c.ended_on for c in known if c.id not in ids and c.signed_on and c.ended_on]
    is_counted = session.contract is None and session.kind != "discovery"
    return is_counted and all(ended_on < session.on for ended_on in others)


def _goals(vault: Vault, client: Client, contract: Contract | None) -> tuple["Aim", ...]:
    from coachvault.documents import Aim  # noqa: PLC0415 a template engine is slow to load

    return tuple(Aim(found.text, found.state) for found in goal.rows(vault, client, contract))


def _ways(vault: Vault, client: Client) -> tuple["Way", ...]:
    """Return whom the client was pointed to, without why: that may be a matter of health (CSS-5.2-3)."""
    from coachvault.documents import Way  # noqa: PLC0415 a template engine is slow to load

    # A reader of some folders cannot open the coach's address book.
    colleagues = () if vault.is_partial else vault.load(vault.practice, "profile", Colleague)
    known = {colleague.id: colleague for colleague in colleagues}
    found = []
    for referral in vault.load(client.folder, "contract", Referral):
        to = known.get(referral.to or "")
        if referral.answer == "declined":
            continue
        if to:
            found.append(Way(to.name, to.trade, to.email, to.phone))
        elif referral.trade:
            found.append(Way(None, referral.trade, None, None))
    return tuple(found)
