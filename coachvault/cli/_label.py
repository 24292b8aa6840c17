"""What a field and a value are called on a terminal; pipes and JSON get the words of the records."""

from coachvault.language import _

# Fields whose values are words of the program; any other may be a person's, and stays as it is.
SPOKEN = frozenset({
    "accounting", "by", "closed_by", "concluded", "confidence", "consumer", "drawer", "drawers", "ended_by",
    "fields", "kind", "language", "origin", "protected", "role", "sphere", "started_by", "state", "trigger",
})  # fmt: skip


def label(name: str) -> str:
    """Return the heading of a field in the language in use."""
    return labels().get(name, name)


def labels() -> dict[str, str]:
    """Return the heading of every field that is shown."""
    return {**_of_people(), **_of_contracts(), **_of_keeping(), **_of_the_vault()}


def _of_people() -> dict[str, str]:
    return {
        "accounting": _("accounting"), "address": _("address"), "aliases": _("aliases"),
        "closed_by": _("closed by"), "closed_on": _("closed on"), "code": _("code"),
        "code_of_ethics": _("code of ethics"), "complaints_to": _("complaints to"),
        "email": _("e-mail"), "fiscal_year_end": _("end of financial year"), "held": _("held"),
        "insurance": _("insurance"), "mediator": _("mediator"), "name": _("name"), "phone": _("phone"),
        "registration": _("registration"), "since": _("since"), "supervision": _("supervision"),
        "tax_mention": _("tax mention"), "title": _("title"), "training": _("training"),
    }  # fmt: skip


def _of_contracts() -> dict[str, str]:
    return {
        "by": _("by"), "cancellation_hours": _("cancellation, hours"),
        "cancellation_percent": _("cancellation, percent"), "concluded": _("concluded"),
        "consumer": _("consumer"), "contract": _("contract"), "counterpart": _("counterpart"),
        "currency": _("currency"), "document": _("document"), "duration": _("duration"),
        "end": _("end"), "ended_by": _("ended by"), "ended_on": _("ended on"), "fee": _("fee"),
        "frequency": _("rhythm"), "goals": _("goals"), "kind": _("kind"), "measure": _("measure"),
        "methods": _("methods"), "minutes": _("minutes"), "on": _("date"), "place": _("place"),
        "request": _("request"), "sessions": _("sessions"), "signatures": _("signatures"),
        "signed_on": _("signed on"), "sphere": _("sphere"), "start": _("start"),
        "usual_fee": _("usual fee"), "fields": _("speaks of"), "sha256": _("SHA-256"),
        "validated_on": _("validated on"),
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
        "protected": _("with a passphrase"), "recipient": _("recipient"), "role": _("role"),
        "clients": _("clients"),
        "kit": _("recovery kit"), "language": _("language"), "lock": _("passphrase"),
        "modified": _("modified"),
        "origin": _("origin"), "outbox": _("files in the outbox"), "size": _("size"),
        "state": _("state"), "text": _("text"), "updated": _("updated"), "vault": _("vault"),
    }  # fmt: skip


def word(value: str) -> str:
    """Return a word of the program as a person says it."""
    return {**_states(), **_parties(), **_triggers(), **_drawers()}.get(value, value)


def _states() -> dict[str, str]:
    return {
        "active": _("active"), "closed": _("closed"), "held": _("held"), "draft": _("draft"),
        "signed": _("signed"), "ended": _("ended"), "missing": _("missing"), "expired": _("expired"),
        "running": _("running"), "waiting": _("waiting"), "own": _("own"), "shipped": _("shipped"),
        "high": _("high"), "medium": _("medium"), "judgement": _("judgement"),
        "unverified": _("unverified"), "discovery": _("discovery"), "regular": _("regular"),
        "closing": _("closing"), "individual": _("individual"), "solidarity": _("solidarity"),
        "erased": _("erased"), "kept": _("kept"), "true": _("yes"), "false": _("no"),
        "validated": _("validated"), "changed": _("changed since"), "attendance": _("attendance"),
        "goals": _("goals"), "progress": _("progress"), "mutual": _("both"), "tripartite": _("tripartite"),
    }  # fmt: skip


def _parties() -> dict[str, str]:
    return {
        "client": _("client"), "coach": _("coach"), "term": _("term"), "personal": _("personal"),
        "professional": _("professional"), "relational": _("relational"), "fr": _("French"),
        "en": _("English"), "premises": _("on the premises"), "distance": _("at a distance"),
        "off_premises": _("off premises"), "kit": _("recovery kit"), "colleague": _("colleague"),
    }  # fmt: skip


def _triggers() -> dict[str, str]:
    return {
        "contract_end": _("end of the contract"), "fy_close": _("end of the financial year"),
        "year_after_fy_close": _("1 January after the financial year"),
        "last_contact": _("last contact"), "event_closed": _("end of the matter"),
        "consent_end": _("end of the consent"), "session_date": _("day of the session"),
        "entry": _("day of the entry"), "last_drawer": _("with the last other drawer"),
        "practice_end": _("end of the practice"), "request": _("request"),
    }  # fmt: skip


def _drawers() -> dict[str, str]:
    return {
        "identity": _("identity"), "contract": _("contract"), "consents": _("consents"),
        "log": _("session log"), "billing": _("billing"), "notes": _("notes"), "summary": _("summary"),
        "recordings": _("recordings"), "attachments": _("attachments"), "supervision": _("supervision"),
        "reports": _("reports"), "complaints": _("complaints"), "rights": _("rights"),
        "settings": _("settings"), "circle": _("circle of readers"), "profile": _("profile"),
        "ethics": _("ethics"),
        "cpd": _("continuing education"), "reflection": _("reflection"), "breaches": _("breaches"),
    }  # fmt: skip
