"""What a field is called on a terminal; pipes and JSON get the names of the records."""

from coachvault.language import _


def label(name: str) -> str:
    """Return the heading of a field in the language in use."""
    return labels().get(name, name)


def labels() -> dict[str, str]:
    """Return the heading of every field that is shown."""
    return {
        **_of_people(), **_of_relations(), **_of_contracts(), **_of_engagements(), **_of_consents(),
        **_of_keeping(), **_of_the_vault(),
    }  # fmt: skip


def _of_people() -> dict[str, str]:
    return {
        "accounting": _("accounting"), "address": _("address"), "aliases": _("aliases"),
        "closed_by": _("closed by"), "closed_on": _("closed on"),
        "closing_session": _("closing session"), "code": _("code"),
        "code_of_ethics": _("code of ethics"), "complaints_to": _("complaints to"),
        "email": _("e-mail"), "fiscal_year_end": _("end of financial year"), "held": _("held"),
        "insurance": _("insurance"), "mediator": _("mediator"), "name": _("name"), "phone": _("phone"),
        "registration": _("registration"), "since": _("since"), "supervision": _("supervision"),
        "tax_mention": _("tax mention"), "title": _("title"), "training": _("training"),
    }  # fmt: skip


def _of_relations() -> dict[str, str]:
    return {
        "answer": _("answer"), "answered_on": _("answered on"), "charter_on": _("charter signed on"),
        "confidential": _("confidential words"), "contact": _("messages"), "contacts": _("contacts"),
        "copies_on": _("copies asked about on"), "declined_for": _("declined for"),
        "declined_on": _("declined on"), "due_on": _("due on"), "employer": _("employer"),
        "form": _("form"), "groups": _("groups"), "guardians": _("guardians"),
        "joined_on": _("joined on"), "languages": _("languages"), "left_on": _("left on"),
        "manager": _("manager"), "members": _("members"), "organisation": _("organisation"),
        "organisations": _("organisations"), "prospect_on": _("prospect since"),
        "prospects": _("prospects"), "protected": _("protected as"), "remark": _("remark"),
        "safeguard": _("safeguard"), "team": _("team"), "ties": _("ties"), "to": _("to"),
        "told": _("what a guardian is told"), "trade": _("trade"),
        "voluntary_on": _("freely agreed on"), "what": _("what"), "who": _("who"),
    }  # fmt: skip


def _of_contracts() -> dict[str, str]:
    return {
        "at": _("at"), "by": _("by"), "case_by": _("case of"), "channel": _("on site or remote"),
        "check": _("check"), "checks": _("checks"), "clauses": _("clauses"), "duty": _("duty"),
        "override": _("override"), "present": _("present"), "session": _("session"), "spoke": _("spoke"),
        "cancellation_hours": _("cancellation, hours"),
        "cancellation_percent": _("cancellation, percent"), "concluded": _("concluded"),
        "consumer": _("consumer"), "contract": _("contract"), "counterpart": _("counterpart"),
        "currency": _("currency"), "document": _("document"), "duration": _("duration"),
        "end": _("end"), "ended_by": _("ended by"), "ended_on": _("ended on"), "fee": _("fee"),
        "frequency": _("rhythm"), "goals": _("goals"), "kind": _("kind"), "measure": _("measure"),
        "media_type": _("type"),
        "methods": _("methods"), "minutes": _("minutes"), "on": _("date"), "place": _("place"),
        "request": _("request"), "sessions": _("sessions"), "signatures": _("signatures"),
        "signed_on": _("signed on"), "sphere": _("sphere"), "start": _("start"),
        "usual_fee": _("usual fee"), "fields": _("speaks of"), "sha256": _("SHA-256"),
        "validated_on": _("validated on"), "delivered_on": _("delivered on"),
    }  # fmt: skip


def _of_consents() -> dict[str, str]:
    return {
        "answer": _("answer"), "basis": _("basis"), "consent": _("consent"), "due_on": _("to be settled by"),
        "ground": _("ground"), "harm": _("harm"), "items": _("bounded to"), "nature": _("nature"),
        "not_told": _("why the client was not told"), "opened_on": _("opened on"), "outcome": _("outcome"),
        "party": _("with"), "recipient_type": _("kind of recipient"), "replaces": _("in the place of"),
        "resolution": _("resolution"), "scope": _("what it is for"), "special": _("sensitive data"),
        "talks": _("raised"), "tie": _("tie"), "told_on": _("client told on"), "type": _("type"),
        "until": _("until"), "version": _("SHA-256 of the wording"), "what": _("what"),
        "after_end": _("after the end"), "withdrawn_on": _("withdrawn on"), "wording": _("wording"),
        "matches": _("ties"),
    }  # fmt: skip


def _of_engagements() -> dict[str, str]:
    return {
        "amends": _("amends"), "channel": _("channel"), "commitment_on": _("committed on"),
        "confidentiality_exceptions": _("secrecy gives way to"), "conflict_policy": _("in a conflict"),
        "deliveries": _("handed over"), "discussed_on": _("talked over on"),
        "expectations": _("expectations"), "explanations": _("explained"), "how": _("how"),
        "law": _("law"), "means": _("by what means"), "owner": _("whose"), "parties": _("parties"),
        "payer": _("payer"), "payer_name": _("payer's name"), "place_is": _("the place is"),
        "place_reason": _("why this place"), "points": _("points"), "remark": _("remark"),
        "sha256": "SHA-256", "sponsor": _("sponsor"), "sponsor_report": _("told to the sponsor"),
        "to": _("to"), "version": _("version"),
    }  # fmt: skip


def _of_keeping() -> dict[str, str]:
    return {
        "basis": _("basis"), "condition": _("condition"), "confidence": _("confidence"),
        "drawer": _("drawer"), "drawers": _("drawers"), "due": _("due"),
        "proposed": _("drawers proposed for destruction"),
        "started_by": _("started by"), "started_on": _("started on"), "reason": _("reason"),
        "records": _("records"), "rule": _("rule"), "source": _("source"), "trigger": _("trigger"),
    }  # fmt: skip


def _of_the_vault() -> dict[str, str]:
    return {
        "active": _("active clients"), "advice": _("advice"), "closed": _("closed clients"),
        "command": _("command"), "conflicts": _("fields changed on two devices"),
        "ours": _("here"), "record": _("record"), "theirs": _("on the other device"), "known": _("known"),
        "country": _("country"), "created": _("created"), "drafts": _("contracts in draft"),
        "expired": _("drawers past their term"), "field": _("field"), "finding": _("finding"),
        "added_on": _("added on"), "destroyed_on": _("destroyed on"), "drilled_on": _("tried on"),
        "kit_drilled_on": _("kit tried on"), "kit_made_on": _("kit made on"),
        "work_factor": _("scrypt factor"), "first_line": _("first line"), "history": _("git history"),
        "remote": _("remote"), "id": _("id"), "ids": _("single records"), "path": _("file"),
        "has_passphrase": _("with a passphrase"), "recipient": _("recipient"), "role": _("role"),
        "clients": _("clients"),
        "kit": _("recovery kit"), "language": _("language"), "lock": _("passphrase"),
        "modified": _("modified"),
        "origin": _("origin"), "outbox": _("files in the outbox"), "size": _("size"),
        "state": _("state"), "text": _("text"), "updated": _("updated"), "vault": _("vault"),
    }  # fmt: skip
