"""What a field and a value are called on a terminal; pipes and JSON get the words of the records."""

from coachvault.language import _

# Fields whose values are words of the program; any other may be a person's, and stays as it is.
SPOKEN = frozenset({
    "accounting", "answer", "basis", "by", "channel", "closed_by", "concluded", "confidence", "consumer",
    "contact", "copy.place", "declined_for", "drawer", "drawers", "ended_by", "fields", "follow_up.to",
    "form", "has_passphrase", "kind", "language", "nature", "origin", "outcome", "party", "protected",
    "recipient_type", "referral.reason", "role", "special", "sphere", "started_by", "state", "tie",
    "ties", "trigger", "type",
})  # fmt: skip
# Where a field of such a name is a person's all the same.
_PERSONAL = frozenset({"cast.role", "organisation.role"})


def is_spoken(kind: str, name: str) -> bool:
    """Return whether the values of a field are words of the program in a result of this kind."""
    full = f"{kind}.{name}"
    return full in SPOKEN or (name in SPOKEN and full not in _PERSONAL)


def label(name: str) -> str:
    """Return the heading of a field in the language in use."""
    return labels().get(name, name)


def labels() -> dict[str, str]:
    """Return the heading of every field that is shown."""
    return {
        **_of_people(), **_of_contracts(), **_of_consents(), **_of_keeping(), **_of_the_vault(),
    }  # fmt: skip


def _of_people() -> dict[str, str]:
    return {
        "accounting": _("accounting"), "address": _("address"), "aliases": _("aliases"),
        "closed_by": _("closed by"), "closed_on": _("closed on"), "code": _("code"),
        "code_of_ethics": _("code of ethics"), "complaints_to": _("complaints to"),
        "email": _("e-mail"), "fiscal_year_end": _("end of financial year"), "held": _("held"),
        "insurance": _("insurance"), "mediator": _("mediator"), "name": _("name"), "phone": _("phone"),
        "registration": _("registration"), "since": _("since"), "supervision": _("supervision"),
        "tax_mention": _("tax mention"), "title": _("title"), "training": _("training"),
        **_of_engagements(),
    }  # fmt: skip


def _of_engagements() -> dict[str, str]:
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
        "voluntary_on": _("freely agreed on"), "what": _("what"),
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
        "validated_on": _("validated on"),
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
        "withdrawn_on": _("withdrawn on"), "wording": _("wording"), "matches": _("ties"),
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


def word(value: str) -> str:
    """Return a word of the program as a person says it."""
    return {
        **_states(), **_parties(), **_people(), **_consents(), **_ties(), **_triggers(), **_drawers(),
    }.get(value, value)  # fmt: skip


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
        "validated": _("validated"), "changed": _("changed since"), "attendance": _("attendance"),
        "goals": _("goals"), "progress": _("progress"), "mutual": _("both"),
    }  # fmt: skip


def _parties() -> dict[str, str]:
    return {
        "client": _("client"), "coach": _("coach"), "term": _("term"), "personal": _("personal"),
        "professional": _("professional"), "relational": _("relational"), "fr": _("French"),
        "en": _("English"), "premises": _("on the premises"), "distance": _("at a distance"),
        "off_premises": _("off premises"), "kit": _("recovery kit"), "colleague": _("colleague"),
    }  # fmt: skip


def _people() -> dict[str, str]:
    return {
        "prospect": _("prospect"), "declined": _("declined"), "minor": _("minor"),
        "vulnerable": _("vulnerable"), "parent": _("parent"), "guardian": _("guardian"),
        "curator": _("curator"), "representative": _("representative"), "none": _("none"),
        "family": _("family"), "friend": _("friend"), "employer": _("employer"),
        "supplier": _("supplier"), "authority": _("authority"), "other": _("other"),
        "open": _("open"), "discreet": _("discreet"), "ethical": _("ethical"),
        "competence": _("competence"), "capacity": _("capacity"), "company": _("company"),
        "public": _("public body"), "association": _("association"),
        "practice_analysis": _("practice analysis"), "codevelopment": _("co-development"),
        "team": _("team"), "members": _("members"), "sponsor": _("sponsor"), "member": _("member"),
        "pending": _("pending"), "accepted": _("accepted"), "no_resource": _("nobody known"),
        "done": _("done"), "waived": _("waived"), "better_fit": _("somebody fits better"),
        "after_support": _("after the support"), "unavailable": _("unavailable"), "mail": _("mail"),
        "cloud": _("cloud"), "paper": _("paper"), "computer": _("computer"),
    }  # fmt: skip


def _consents() -> dict[str, str]:
    return {
        "recording": _("recording"), "sponsor_report": _("report to the sponsor"),
        "reference_name": _("name as a reference"), "testimonial": _("testimonial"),
        "log_contact": _("contact in an hours log"), "special_categories": _("sensitive data"),
        "remote_tools": _("remote tools"), "referral": _("referral"), "given": _("given"),
        "refused": _("refused"), "live": _("live"), "withdrawn": _("withdrawn"), "over": _("over"),
        "law": _("law"), "court": _("court"), "danger": _("danger"), "consent": _("consent"),
        "authority": _("authority"), "media": _("media"), "other": _("other"), "health": _("health"),
        "religion": _("religion or belief"), "opinion": _("political opinion"),
        "union": _("union membership"), "origin": _("origin"), "intimacy": _("intimate life"),
        "offence": _("offence"), "guardian": _("guardian"), "sponsor": _("sponsor"),
    }  # fmt: skip


def _ties() -> dict[str, str]:
    return {
        "same_name": _("same name"), "same_employer": _("same employer"), "same_team": _("same team"),
        "same_sponsor": _("same sponsor"), "is_manager": _("is the manager"), "reports_to": _("is managed"),
        "in_cast": _("is in the stories told"),
        "names_them": _("tells stories of them"), "speaks_for": _("speaks for the organisation"),
        "same_group": _("same group"), "same_email": _("same e-mail"), "same_phone": _("same phone"),
        "same_address": _("same address"), "supervisor": _("the coach’s supervisor"),
        "practice": _("practice"), "organisation": _("organisation"), "commercial": _("commercial"),
        "emotional": _("emotional"), "hierarchy": _("hierarchy"), "interests": _("interests"),
        "other_client": _("another client"), "benefit": _("benefit"), "open": _("open"),
        "overdue": _("overdue"), "resolved": _("resolved"), "managed": _("managed"),
        "declined": _("declined"), "none": _("none"),
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
