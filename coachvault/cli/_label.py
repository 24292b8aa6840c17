"""What a field and a value are called on a terminal; pipes and JSON get the words of the records."""

from coachvault.language import _

# Fields whose values are words of the program; any other may be a person's, and stays as it is.
SPOKEN = frozenset({
    "accounting", "by", "channel", "closed_by", "concluded", "confidence", "confidentiality_exceptions",
    "conflict_policy", "consumer", "drawer", "drawers", "ended_by", "how", "kind", "language", "means",
    "owner", "parties", "party", "payer", "place_is", "points", "protected", "role", "sphere",
    "sponsor_report", "started_by", "state", "to", "trigger",
})  # fmt: skip


def label(name: str) -> str:
    """Return the heading of a field in the language in use."""
    return labels().get(name, name)


def labels() -> dict[str, str]:
    """Return the heading of every field that is shown."""
    return {**_of_people(), **_of_contracts(), **_of_engagements(), **_of_keeping(), **_of_the_vault()}


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
        "at": _("at"), "by": _("by"), "case_by": _("case of"), "channel": _("on site or remote"),
        "check": _("check"), "checks": _("checks"), "clauses": _("clauses"), "duty": _("duty"),
        "override": _("override"), "present": _("present"), "session": _("session"), "spoke": _("spoke"),
        "cancellation_hours": _("cancellation, hours"),
        "cancellation_percent": _("cancellation, percent"), "concluded": _("concluded"),
        "consumer": _("consumer"), "contract": _("contract"), "counterpart": _("counterpart"),
        "currency": _("currency"), "document": _("document"), "duration": _("duration"),
        "end": _("end"), "ended_by": _("ended by"), "ended_on": _("ended on"), "fee": _("fee"),
        "frequency": _("rhythm"), "goals": _("goals"), "kind": _("kind"), "measure": _("measure"),
        "methods": _("methods"), "minutes": _("minutes"), "on": _("date"), "place": _("place"),
        "request": _("request"), "sessions": _("sessions"), "signatures": _("signatures"),
        "signed_on": _("signed on"), "sphere": _("sphere"), "start": _("start"),
        "usual_fee": _("usual fee"),
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
        "protected": _("with a passphrase"), "recipient": _("recipient"), "role": _("role"),
        "clients": _("clients"),
        "kit": _("recovery kit"), "language": _("language"), "lock": _("passphrase"),
        "modified": _("modified"),
        "origin": _("origin"), "outbox": _("files in the outbox"), "size": _("size"),
        "state": _("state"), "text": _("text"), "updated": _("updated"), "vault": _("vault"),
    }  # fmt: skip


def word(value: str) -> str:
    """Return a word of the program as a person says it."""
    known = {**_states(), **_parties(), **_engagements(), **_triggers(), **_drawers()}
    return known.get(value, value)


def _states() -> dict[str, str]:
    return {
        "active": _("active"), "closed": _("closed"), "held": _("held"), "draft": _("draft"),
        "signed": _("signed"), "ended": _("ended"), "missing": _("missing"), "expired": _("expired"),
        "running": _("running"), "waiting": _("waiting"), "own": _("own"), "shipped": _("shipped"),
        "high": _("high"), "medium": _("medium"), "judgement": _("judgement"),
        "unverified": _("unverified"), "discovery": _("discovery"), "regular": _("regular"),
        "closing": _("closing"), "individual": _("individual"), "solidarity": _("solidarity"),
        "met": _("met"), "not_applicable": _("does not apply"), "review": _("review"),
        "on_site": _("on site"), "remote": _("remote"), "mixed": _("mixed"), "group": _("group"),
        "tripartite": _("tripartite"), "erased": _("erased"),
        "kept": _("kept"), "true": _("yes"), "false": _("no"),
    }  # fmt: skip


def _parties() -> dict[str, str]:
    return {
        "client": _("client"), "coach": _("coach"), "term": _("term"), "personal": _("personal"),
        "professional": _("professional"), "relational": _("relational"), "fr": _("French"),
        "en": _("English"), "premises": _("on the premises"), "distance": _("at a distance"),
        "off_premises": _("off premises"), "kit": _("recovery kit"), "colleague": _("colleague"),
    }  # fmt: skip


def _engagements() -> dict[str, str]:
    return {
        "tripartite": _("tripartite"), "group": _("group"), "sponsor": _("sponsor"),
        "guardian": _("guardian"), "member": _("member"), "other": _("other"), "mutual": _("both"),
        "amendment": _("amendment"), "on_site": _("on site"), "remote": _("remote"), "mixed": _("mixed"),
        "neutral": _("neutral"), "private": _("private"), "available": _("free of demands"),
        "away_from_work": _("away from work"), "law": _("the law alone"),
        "law_and_consent": _("the law and the client's will"), "attendance": _("attendance"),
        "goals": _("goals"), "progress": _("progress"), "resolve": _("resolve it"),
        "stop": _("stop at once"), "hand": _("by hand"), "mail": _("e-mail"), "post": _("post"),
        "portal": _("portal"), "electronic": _("electronically"), "rephrased": _("in their own words"),
        "questions": _("by questions"), "reading": _("reading together"), "nature": _("nature"),
        "fees": _("fees"), "logistics": _("logistics"), "confidentiality": _("confidentiality"),
        "data": _("data"), "ending": _("ending"), "recourse": _("recourse"), "open": _("open"),
        "reached": _("reached"), "dropped": _("dropped"), "shared": _("shared"),
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
