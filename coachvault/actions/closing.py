"""The end of a relationship: what is offered, what is settled, and what outlasts it."""

from collections.abc import Callable, Sequence
from datetime import date
from typing import NamedTuple

from coachvault import clock
from coachvault.actions import client as clients
from coachvault.actions import consent, copy, destruction, membership, naming, who
from coachvault.actions import contract as contracts
from coachvault.actions.destruction import Doomed, Receipt
from coachvault.actions.result import Done
from coachvault.errors import RefusedError, UsageError
from coachvault.ethics import interest
from coachvault.language import _, ngettext
from coachvault.records.client import Client, Copy
from coachvault.records.contract import Contract, chain
from coachvault.records.event import ConflictOfInterest, FollowUp, Referral
from coachvault.records.session import Session
from coachvault.vault.store import Vault
from coachvault.word import word

# Drawers of what a client has handed over, or was recorded of them.
HANDED_OVER = ("attachments", "recordings")


class End(NamedTuple):
    """How a relationship ends: when, by whom, and what was done about it.

    `on` and `by` are those of the contract that has ended, where nothing else is said.
    `discussed_on` is when the coach talked it over with the client; `conflict` begins the id of the
    conflict that could not be settled, and `harm` is what it did to whom. `files` is what becomes of what
    the client entrusted and was recorded of: `kept` until its term, or destroyed, once it was `returned` or
    because nobody wants it. `copies` is what lies outside the vault: `none`, or `some`.
    """

    on: date | None = None
    by: str | None = None
    summary: str | None = None
    closing_session: str | None = None
    discussed_on: date | None = None
    conflict: str | None = None
    harm: str | None = None
    files: str | None = None
    copies: str | None = None

    @property
    def day(self) -> date:
        """Return the day of the end: today, if none was said."""
        return self.on or clock.today()


class Open(NamedTuple):
    """What the end leaves to be done: `handed_over` counts files of the client."""

    follow_ups: tuple[FollowUp, ...]
    disputes: tuple[ConflictOfInterest, ...]
    copies: tuple[Copy, ...]
    handed_over: int


class Closed(NamedTuple):
    """What was done, and the receipt of what was destroyed with it, if anything was."""

    done: Done
    receipt: Receipt | None = None


def close(vault: Vault, name: str, end: End, say: Callable[[str], str] = str) -> Closed:
    """End the relationship and every contract that still runs: the terms of retention start.

    The client needs no reason and no closing session (CD-23, CD-31); the coach has talked it over with
    them first (CD-33). The number of sessions agreed on does not matter (CD-30). Once it has ended, this
    keeps what became of the closing session. `say` is what a drawer is called.
    """
    with vault.change() as change:
        client = who.find(vault, name)
        answer = end.closing_session
        if answer and client.closed_on and client.closing_session in (None, "offered") and _is_answer(end):
            change.update(client, {"closing_session": answer})
            return Closed(_answered(client, answer))
        end = _settled(vault, client, end)
        clients.refuse_early_end(vault, client, end.day)
        membership.refuse_lasting(vault, client, end.day)
        _refuse_unsaid(vault, client, end)
        _refuse_undiscussed(end)
        closing_session, warnings = _closing_session(vault, client, end)
        dispute = _dispute(vault, client, end)
        for contract in vault.load(client.folder, "contract", Contract):
            if contract.ended_on is None:
                contracts.refuse_early_end(contract, end.day, client.code)
                change.update(contract, {"ended_on": end.day, "ended_by": end.by})
        if dispute:
            change.update(dispute, {"closed_on": end.day, "outcome": "ended", "harm": end.harm})
        if end.summary:
            change.add("summary", client.folder, {"on": end.day, "text": end.summary})
        facts = {"closed_on": end.day, "closed_by": end.by, "discussed_on": end.discussed_on}
        answers: dict[str, object] = {"closing_session": closing_session}
        if end.copies == "none":
            copy.refuse_remaining(vault, client)
            answers["copies_on"] = clock.today()
        change.update(client, {**facts, **answers})
        lapsed = consent.lapse(vault, change, client.folder, end.day)
        left = left_open(vault, client, dispute)
        gone = doomed(vault, client.code, end)
        copies = destruction.carry_out(vault, change, client, gone, clock.today()) if gone else 0
    receipt = destruction.receipt(vault, change, gone, copies, clock.today()) if gone else None
    left = left._replace(handed_over=0) if gone else left
    message = _("%(code)s is closed as of %(date)s; what is due when: coach retention explain %(code)s")
    told = {
        "code": client.code,
        **facts,
        "closing_session": closing_session,
        "follow_ups": [follow_up.id for follow_up in left.follow_ups],
        "conflicts": [conflict.id for conflict in left.disputes],
        "copies": [copy.id for copy in left.copies],
        "handed_over": left.handed_over,
        "lapsed": lapsed,
        "destroyed": receipt.done().facts if receipt else None,
    }
    lines = (*_lines(client, left, _asked(client, left, end)), *(receipt.done(say).lines if receipt else ()))
    said = message % {"code": client.code, "date": end.day}
    return Closed(Done(said, told, (*warnings, *_advice(vault, client, end)), lines), receipt)


def doomed(vault: Vault, name: str, end: End) -> tuple[Doomed, ...]:
    """Return what the end destroys: what was handed over and recorded, if that was said.

    Raises RefusedError where a hold keeps it.
    """
    client = who.find(vault, name)
    own = [drawer for drawer in HANDED_OVER if vault.has(client.folder, drawer)]
    if end.files not in ("returned", "destroyed") or not own:
        return ()
    destruction.refuse_held(vault, client)
    basis = _("handed back to the person") if end.files == "returned" else _("decision of the coach")
    return tuple(destruction.requested(vault, client, drawer, basis) for drawer in own)


def _is_answer(end: End) -> bool:
    """Return whether nothing is said of an end but what became of the closing session."""
    return end._replace(on=None, closing_session=None) == End()


def _answered(client: Client, answer: str) -> Done:
    message = _("what became of the closing session of %(code)s is kept: %(answer)s")
    facts = {"code": client.code, "closing_session": answer}
    return Done(message % {**facts, "answer": word(answer, "closing_session")}, facts)


def was_coached(vault: Vault, client: Client) -> bool:
    """Return whether there is a coaching to look back on: a contract or a session, a group's too."""
    contracts_ = vault.load(client.folder, "contract", Contract)
    held = (*vault.load(client.folder, "log", Session), *membership.sessions(vault, client))
    return any(c.signed_on for c in contracts_) or any(s.kind != "discovery" for s in held)


def _settled(vault: Vault, client: Client, end: End) -> End:
    """Return the end with what the contract, or the group, that has ended says of it, where nothing else is.

    Where nobody was coached, nobody need have ended it. A session or a note after the contract leaves the
    day open.
    """
    if not was_coached(vault, client):
        return end._replace(by=end.by or "term")
    last = last_contract(vault, client)
    is_open = any(c.ended_on is None for c in vault.load(client.folder, "contract", Contract))
    if last is None and not is_open:
        return end._replace(by=end.by or membership.ended_by(vault, client))
    if last is None or last.ended_on is None or is_open:
        return end
    end = end._replace(by=end.by or last.ended_by)
    if end.by == "coach":
        end = end._replace(discussed_on=end.discussed_on or last.discussed_on)
    is_over = clients.last_seen(vault, client, last.ended_on) <= last.ended_on
    return end._replace(on=end.on or (last.ended_on if is_over else None))


def unsaid(vault: Vault, name: str, end: End) -> tuple[str, ...]:
    """Return what of an end a person should still be asked for; nothing where there was no coaching."""
    client = who.find(vault, name)
    if client.closed_on:
        return ()
    end = _settled(vault, client, end)
    given = {name for name, value in end._asdict().items() if value is not None}
    asked = ["by", *(["discussed_on"] if end.by == "coach" else []), *(["harm"] if end.conflict else [])]
    if was_coached(vault, client):
        asked += ["closing_session"] if not _has_closed(vault, client) else []
        asked += ["copies"] if _asked(client, left_open(vault, client), end) == "nobody" else []
        asked += ["summary"] if not vault.record_ids(client.folder, "summary") else []
    asked += ["files"] if left_open(vault, client).handed_over else []
    return tuple(name for name in asked if name not in given)


def last_contract(vault: Vault, client: Client) -> Contract | None:
    """Return the contract that ended last, of those that were signed."""
    signed = [c for c in vault.load(client.folder, "contract", Contract) if c.signed_on]
    return max(signed, key=lambda c: (c.ended_on or date.max, c.created), default=None)


def left_open(vault: Vault, client: Client, settled: ConflictOfInterest | None = None) -> Open:
    """Return what is not done yet about a client; `settled` is a conflict that ends with it."""
    follow_ups = vault.load(client.folder, "contract", FollowUp)
    conflicts = vault.load(client.folder, "contract", ConflictOfInterest)
    copies = vault.load(client.folder, "identity", Copy)
    gone = settled.id if settled else None
    return Open(
        tuple(sorted((f for f in follow_ups if not f.done_on and not f.waived_on), key=lambda f: f.due_on)),
        tuple(c for c in conflicts if c.closed_on is None and c.id != gone),
        tuple(c for c in copies if c.destroyed_on is None),
        sum(len(vault.record_ids(client.folder, drawer)) for drawer in HANDED_OVER),
    )


def _asked(client: Client, left: Open, end: End) -> str:
    """Return what was said at the end of copies outside the vault: `some`, `none`, or that `nobody` asked."""
    if left.copies or end.copies:
        return end.copies or "some"
    return "none" if client.copies_on and client.copies_on >= end.day else "nobody"


def _lines(client: Client, left: Open, copies: str) -> Sequence[str]:
    """Return what is left to do and what lasts (DA-10, DA-23, CSS-3.23)."""
    code = {"code": client.code}
    todo = []
    if left.handed_over:
        found = ngettext(
            "%(count)s file to give back or to destroy, attachment or recording",
            "%(count)s files to give back or to destroy, attachments and recordings",
            left.handed_over,
        )
        todo.append(found % {"count": left.handed_over})
    if left.copies:
        found = ngettext(
            "%(count)s copy outside the vault is not known to be destroyed",
            "%(count)s copies outside the vault are not known to be destroyed",
            len(left.copies),
        )
        todo.append(found % {"count": len(left.copies)})
    elif copies != "none":
        found = {
            "some": _("enter what lies outside the vault with: coach copy add %(code)s"),
            "nobody": _(
                "nobody has asked whether copies lie outside the vault: coach copy none %(code)s, "
                "or coach copy add %(code)s"
            ),
        }[copies]
        todo.append(found % code)
    if left.disputes:
        found = ngettext(
            "%(count)s conflict is not settled", "%(count)s conflicts are not settled", len(left.disputes)
        )
        todo.append(found % {"count": len(left.disputes)})
    todo += [_("a follow-up is promised for %(date)s") % {"date": f.due_on} for f in left.follow_ups]
    document = _("tell the client all this in writing: coach client ending %(code)s") % code
    return (*(f"- {line}" for line in (*todo, *lasting())), document)


def lasting() -> tuple[str, ...]:
    """Return what outlasts the end, whoever was coached (DA-23, CSS-3.23)."""
    return (
        _("secrecy lasts, on everything that was said"),
        _("what is kept stays locked away until its term, then it is destroyed"),
        _("what was promised for afterwards is kept"),
        _("nothing is made of a past tie: no reference, no testimonial, no offer without consent"),
    )


def _closing_session(vault: Vault, client: Client, end: End) -> tuple[str | None, tuple[str, ...]]:
    """Return what became of the closing session, and what to say where nobody said it: never a refusal."""
    is_logged = _has_closed(vault, client)
    if end.closing_session == "held" and not is_logged:
        hint = _("no closing session is in the log: coach session add %(code)s --kind closing")
        return "held", (hint % {"code": client.code},)
    if end.closing_session or not was_coached(vault, client):
        return end.closing_session, ()
    if is_logged:
        return "held", ()
    warning = _("no closing session was held; offer one, which the client is free to decline")
    step = _("then say so with: coach client close %(code)s --closing-session offered") % {
        "code": client.code
    }
    return None, (warning, step)


def _has_closed(vault: Vault, client: Client) -> bool:
    """Return whether a closing session of the last contract, of none, or of a group is in the log."""
    last = last_contract(vault, client)
    known = vault.load(client.folder, "contract", Contract)
    own = {None, *(c.id for c in (chain(known, last) if last else ()))}
    sessions = [s for s in vault.load(client.folder, "log", Session) if s.contract in own]
    sessions += membership.sessions(vault, client) if last is None else ()
    return any(s.kind == "closing" for s in sessions)


def _advice(vault: Vault, client: Client, end: End) -> tuple[str, ...]:
    """Return what the coach still owes: somebody else to turn to (CD-32, CSS-3.23-6, CSS-5.2-3)."""
    contract = last_contract(vault, client)
    is_short = contract is not None and contract.kind == "solidarity"
    referrals = vault.load(client.folder, "contract", Referral)
    if not referrals and (end.by == "coach" or is_short) and was_coached(vault, client):
        return (_("point the client to somebody else: coach refer add %(code)s") % {"code": client.code},)
    return ()


def _dispute(vault: Vault, client: Client, end: End) -> ConflictOfInterest | None:
    """Return the open conflict over which both agreed to stop (DA-20b): raised, and with its harm said."""
    if end.conflict is None:
        if end.harm is not None:
            raise UsageError(_("--harm only goes with --conflict"), _("name the conflict with --conflict"))
        return None
    if end.by != "mutual":
        raise RefusedError(
            _("both stop over a conflict, or neither does"), _("give --by mutual with --conflict")
        )
    found = vault.load(client.folder, "contract", ConflictOfInterest)
    open_ = [conflict for conflict in found if conflict.closed_on is None]
    dispute = who.pick(open_, end.conflict, f"coach conflict list {client.code}")
    if end.day < dispute.opened_on:
        raise RefusedError(
            _("the conflict came up on %(date)s, after that day") % {"date": dispute.opened_on},
            _("give --on that day or a later one"),
        )
    if not interest.is_raised(client, dispute, end.day):
        raise RefusedError(
            _("the conflict was not raised with %(code)s yet") % {"code": client.code},
            _("record the talk with: coach conflict discuss %(code)s --with client") % {"code": client.code},
        )
    if not end.harm:
        raise _missing("--harm")
    naming.refuse_clients(vault, client, [end.harm])
    return dispute


def _missing(option: str) -> UsageError:
    return UsageError(
        _("%(option)s is missing") % {"option": option}, _("give it, or run the command at a terminal")
    )


def _refuse_unsaid(vault: Vault, client: Client, end: End) -> None:
    if end.by is None:
        raise _missing("--by")
    known = vault.load(client.folder, "contract", Contract)
    if end.by == "sponsor" and not any(contract.sponsor for contract in known):
        raise RefusedError(
            _("the contract with %(code)s has no sponsor") % {"code": client.code},
            _("say who ends it with --by client, coach, mutual or term"),
        )


def _refuse_undiscussed(end: End) -> None:
    if end.by == "coach" and end.discussed_on is None:
        raise RefusedError(
            _("a coach does not end it without having talked it over with the client"),
            _("say when you did with: --discussed DATE"),
        )
    if end.discussed_on and end.discussed_on > end.day:
        raise RefusedError(
            _("it would have been talked over after the end"),
            _("give --discussed the day of the end, %(date)s, or an earlier one") % {"date": end.day},
        )
