"""Consents: what a client was asked and answered, and what follows when a consent is withdrawn."""

from collections.abc import Mapping
from datetime import date
from typing import Any, cast, get_args

import msgspec

from coachvault import clock
from coachvault import language as tongue
from coachvault.actions import disclosure, draft, who
from coachvault.actions.result import Card, Done, Listing
from coachvault.errors import NotFoundError, RefusedError
from coachvault.ethics import wording as texts
from coachvault.language import _
from coachvault.records import schema
from coachvault.records.client import Client
from coachvault.records.consent import LAPSING, Consent, ConsentType, in_force
from coachvault.records.note import Note, Special
from coachvault.vault.change import Change
from coachvault.vault.index import Entry
from coachvault.vault.store import Vault
from coachvault.word import word

SPECIAL: tuple[str, ...] = get_args(Special)
# What makes a client's name or words public.
PUBLISHING: tuple[ConsentType, ...] = ("reference_name", "testimonial")
# What makes an answer the same as another, besides its day.
_SAME = ("answer", "by", "until", "after_end", "items", "recipient", "version", "scope")


class Row(msgspec.Struct, frozen=True):
    """A consent in a list."""

    code: str
    type: str
    state: str
    on: date
    until: date | None
    withdrawn_on: date | None
    by: str
    items: tuple[str, ...]
    id: str


def record(vault: Vault, name: str, options: Mapping[str, Any], source: draft.Source | None = None) -> Done:
    """Keep a client's answer with the words it was given to; it takes the place of the former one."""
    values = draft.values("consent", options, source, defaults={"on": clock.today()})
    on = draft.past_day(values, options, source)
    if "answer" not in values:
        raise draft.misfit(
            "answer", _("expected one of: %(choices)s") % {"choices": "given, refused"}, options, source
        )
    with vault.change() as change:
        client = who.find(vault, name)
        _refuse_giver(client, values)
        _refuse_until(values, on, options, source)
        _refuse_barred(vault, client, values, on)
        given = {**values, **_words(vault, client, values), "on": on, "items": _items(vault, client, values)}
        before = current(vault, client.folder, given["type"], on)
        if before:
            _refuse_repetition(client, before, given, on)
            given["replaces"] = before.id
        consent = change.add("consent", client.folder, given)
        assert isinstance(consent, Consent)  # noqa: S101 that kind was added
    message = (
        _("consent recorded: %(type)s, %(code)s, %(date)s")
        if consent.answer == "given"
        else _("refusal recorded: %(type)s, %(code)s, %(date)s")
    )
    facts = {"code": client.code, "consent": consent.id, "type": consent.type, "version": consent.version}
    return Done(message % {**facts, "type": word(given["type"]), "date": on}, facts)


def withdraw(vault: Vault, name: str, start: str | None, type_: str | None, on: date) -> Done:
    """Record that a consent was withdrawn, named by the beginning of its id or by its type."""
    with vault.change() as change:
        client = who.find(vault, name)
        consents = vault.load(client.folder, "consents", Consent)
        found = _pick(client, consents, start, type_)
        _refuse_withdrawal(client, found, consents, on)
        change.update(found, {"withdrawn_on": on})
    facts = {"code": client.code, "consent": found.id, "type": found.type, "withdrawn_on": on}
    message = _("the consent “%(type)s” of %(code)s is withdrawn as of %(date)s") % {
        "code": client.code,
        "type": word(found.type),
        "date": on,
    }
    ids, lines = _consequences(vault, client, found.type)
    return Done(message, {**facts, "affected": ids}, lines=lines)


def listing(vault: Vault, name: str | None) -> Listing:
    """Return the answers of one client or of all, by client and day."""
    clients = [who.entry(vault, name)] if name else who.entries(vault)
    vault.open_drawers([(client.folder, "consents") for client in clients])
    rows = (row for client in clients for row in _rows(vault, client))
    return Listing("consent", tuple(rows), _("no consent was asked for"))


def show(vault: Vault, name: str, start: str | None) -> Card:
    """Return a consent with the words that were agreed to, by the beginning of its id, or the last one."""
    client = who.find(vault, name)
    found = vault.load(client.folder, "consents", Consent)
    return Card("consent", who.pick(found, start, f"coach consent list {client.code}"))


def text(vault: Vault, type_: str, language: str | None) -> Done:
    """Return the words that are read to a client before they answer."""
    said = language or vault.config.language
    words = texts.text(cast("ConsentType", type_), said)
    return Done(words, {"type": type_, "language": said, "version": texts.version(words)})


def current(vault: Vault, folder: str, type_: ConsentType, day: date) -> Consent | None:
    """Return the answer of one type that counts on a day, given or not, or None."""
    return in_force(vault.load(folder, "consents", Consent), type_, day)


def lapse(vault: Vault, change: Change, folder: str, on: date) -> int:
    """End with the coaching what was not given for longer; returns how many that were (CSS-3.23-2)."""
    found = [c for c in vault.load(folder, "consents", Consent) if c.type in LAPSING and not c.after_end]
    ending = [c for c in found if c.is_live(on) and c.until != on]
    for consent in ending:
        change.update(consent, {"until": on})
    return len(ending)


def require(vault: Vault, client: Client, type_: ConsentType, day: date) -> Consent:
    """Return the live consent of a client; raises RefusedError with the command that records one."""
    found = current(vault, client.folder, type_, day)
    if found and found.is_live(day):
        return found
    state = state_of(found, day) if found else "missing"
    message = {
        "missing": _("%(code)s was not asked for the consent “%(type)s” by %(date)s"),
        "refused": _("%(code)s has refused the consent “%(type)s”, as of %(date)s"),
        "withdrawn": _("%(code)s has withdrawn the consent “%(type)s”, as of %(date)s"),
        "over": _("the consent “%(type)s” of %(code)s is over, as of %(date)s"),
    }[state]
    facts = {"code": client.code, "type": type_, "date": day}
    hint = _("ask, then record the answer with: coach consent record %(code)s --type %(type)s")
    raise RefusedError(message % {**facts, "type": word(type_)}, hint % facts)


def state_of(consent: Consent, day: date) -> str:
    """Return what has become of an answer: `live`, `refused`, `withdrawn` or `over`."""
    if consent.answer == "refused":
        return "refused"
    if consent.withdrawn_on and consent.withdrawn_on <= day:
        return "withdrawn"
    return "live" if consent.is_live(day) else "over"


def _rows(vault: Vault, client: Entry) -> list[Row]:
    today = clock.today()
    consents = vault.load(client.folder, "consents", Consent)
    counting = [in_force(consents, type_, today) for type_ in texts.TYPES]
    return [
        Row(
            client.code,
            c.type,
            state_of(c, today) if c in counting or c.withdrawn_on else "replaced",
            c.on,
            c.until,
            c.withdrawn_on,
            c.by,
            c.items,
            c.id,
        )
        for c in consents
    ]


def _words(vault: Vault, client: Client, values: Mapping[str, Any]) -> dict[str, str]:
    """Return scope, wording and version: what was said to the client, else the shipped text."""
    type_: ConsentType = values["type"]
    language = client.language or vault.config.language
    wording = values.get("wording") or texts.text(type_, language)
    scope = values.get("scope") or texts.model(type_).scope.say(language)
    return {"scope": scope, "wording": wording, "version": texts.version(wording)}


def _items(vault: Vault, client: Client, values: Mapping[str, Any]) -> tuple[str, ...]:
    """Return what a consent is bounded to; raises RefusedError for what its type cannot have."""
    type_: ConsentType = values["type"]
    rule = texts.model(type_).items
    given = tuple(dict.fromkeys(schema.tidy(list(values.get("items") or ()))))
    if given and (rule == "none" or values["answer"] == "refused"):
        raise RefusedError(
            _("nothing is named in an answer of this kind"),
            _("leave --item out, or say it with --scope"),
        )
    if rule == "contract" and values["answer"] != "refused":
        known = _shareable(vault, client)
        given = given or known
    else:
        known = SPECIAL if rule == "special" else given
    if set(given) - set(known):
        raise RefusedError(
            _("the consent “%(type)s” cannot name that") % {"type": word(type_)},
            _("name one of: %(choices)s") % {"choices": ", ".join(known)},
        )
    return given


def _shareable(vault: Vault, client: Client) -> tuple[str, ...]:
    """Return what the contract lets a sponsor know, one that ended too; raises RefusedError for nothing."""
    from coachvault.actions import wall  # noqa: PLC0415 the wall asks for consents

    known = wall.mandate(vault, client).sponsor_report
    if not known:
        raise RefusedError(
            _("the contract with %(code)s lets the sponsor know nothing") % {"code": client.code},
            _("agree on that first: coach contract show %(code)s") % {"code": client.code},
        )
    return known


def _refuse_barred(vault: Vault, client: Client, values: Mapping[str, Any], on: date) -> None:
    """Refuse a consent to be named or quoted where the contract lets the law alone lift secrecy (LC-7)."""
    contract = disclosure.governing(vault, client.folder, on)
    if values["answer"] != "given" or values["type"] not in PUBLISHING or not contract:
        return
    if contract.confidentiality_exceptions == "law":
        raise RefusedError(
            _("the contract with %(code)s says that the client is named nowhere") % {"code": client.code},
            _("agree on another rule with the client first: coach contract amend %(code)s")
            % {"code": client.code},
        )


def _refuse_giver(client: Client, values: Mapping[str, Any]) -> None:
    """Refuse who cannot give a consent: a guardian decides for a protected client, and no other (DA-13)."""
    by, is_given = values.get("by", "client"), values["answer"] == "given"
    code = {"code": client.code}
    if by == "guardian" and not client.protected:
        raise RefusedError(
            _("%(code)s is not protected and decides alone") % code,
            _("leave --by guardian out, or say: coach client edit %(code)s --protected KIND") % code,
        )
    if by == "client" and client.protected and is_given:
        raise RefusedError(
            _("%(code)s is protected: a consent is given by a guardian") % code,
            _("ask the guardian too, then add --by guardian"),
        )
    if by == "guardian" and not client.guardians:
        raise RefusedError(
            _("no guardian of %(code)s is known") % code,
            _("enter the guardian with: coach client edit %(code)s --guardian NAME") % code,
        )


def _refuse_until(
    values: Mapping[str, Any], on: date, options: Mapping[str, Any], source: draft.Source | None
) -> None:
    until = values.get("until")
    if until and date.fromisoformat(str(until)) < on:
        raise draft.misfit("until", _("expected a day that is not before the answer"), options, source)


def _refuse_repetition(client: Client, before: Consent, given: Mapping[str, Any], on: date) -> None:
    """Refuse the answer that counts already, in the same words."""
    new = {
        "answer": "given",
        "by": "client",
        "until": None,
        "after_end": False,
        "recipient": None,
    } | schema.tidy(dict(given))
    old = {name: getattr(before, name) for name in _SAME}
    is_same = all(str(schema.plain(new[name])) == str(schema.plain(old[name])) for name in _SAME)
    if is_same and state_of(before, on) in ("live", "refused"):
        raise RefusedError(
            _("%(code)s has given this very answer already, on %(date)s")
            % {"code": client.code, "date": before.on},
            _("see it with: coach consent list %(code)s") % {"code": client.code},
        )


def _pick(client: Client, consents: tuple[Consent, ...], start: str | None, type_: str | None) -> Consent:
    """Return the consent meant: the one whose id begins so, or the one of that type that counts today."""
    if start:
        return who.pick(consents, start, f"coach consent list {client.code}")
    found = in_force(consents, cast("ConsentType", type_), clock.today())
    if found is None:
        facts = {"code": client.code, "type": word(type_ or "")}
        raise NotFoundError(
            _("%(code)s was never asked for the consent “%(type)s”, and there is nothing to withdraw")
            % facts,
            _("see what was answered with: coach consent list %(code)s") % facts,
        )
    return found


def _refuse_withdrawal(client: Client, found: Consent, consents: tuple[Consent, ...], on: date) -> None:
    """Refuse to withdraw what was never given, is withdrawn, is over, or was given later."""
    code = {"code": client.code}
    hint = _("see what was answered with: coach consent list %(code)s") % code
    if found.answer == "refused":
        raise RefusedError(_("that is a refusal, and there is nothing to withdraw"), hint)
    if found.withdrawn_on:
        raise RefusedError(_("that consent of %(code)s is withdrawn already") % code, hint)
    counting = in_force(consents, found.type, clock.today())
    if found != counting or (found.until and found.until < on):
        raise RefusedError(_("that consent of %(code)s is over already") % code, hint)
    if on < found.on:
        raise RefusedError(
            _("that consent was given on %(date)s, after that day") % {"date": found.on},
            _("give --on that day or a later one"),
        )


def _consequences(vault: Vault, client: Client, type_: ConsentType) -> tuple[list[str], tuple[str, ...]]:
    """Return the ids of what rested on a consent, and in words what is to be done now."""
    then = texts.model(type_).withdrawn.say(tongue.current())
    ids, command = [], ""
    if type_ == "recording":
        ids = list(vault.record_ids(client.folder, "recordings"))
        command = f"coach erase {client.code} --drawer recordings"
    if type_ == "special_categories":
        notes = vault.load(client.folder, "notes", Note)
        ids = [note.id for note in notes if note.special]
        command = f"coach note remove {client.code} ID --destroy"
    if not ids:
        return [], (then,)
    shown = ", ".join(name[:6] for name in ids)
    return ids, (then, _("there are %(ids)s: %(command)s") % {"ids": shown, "command": command})
