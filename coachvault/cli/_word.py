"""The words of the program as a person reads them: states, kinds and reasons."""

from coachvault.language import _

# Fields whose values are words of the program; any other may be a person's, and stays as it is.
SPOKEN = frozenset({
    "accounting", "answer", "basis", "by", "channel", "closed_by", "concluded", "confidence",
    "confidentiality_exceptions", "conflict_policy", "consumer", "contact", "copy.place", "declined_for",
    "drawer", "drawers", "ended_by", "fields", "follow_up.to", "form", "has_passphrase", "how", "kind",
    "language", "means", "nature", "origin", "outcome", "owner", "parties", "party", "payer", "place_is",
    "points", "protected", "recipient_type", "referral.reason", "role", "special", "sphere",
    "sponsor_report", "started_by", "state", "tie", "ties", "to", "trigger", "type",
})  # fmt: skip
# Where a field of such a name is a person's all the same.
_PERSONAL = frozenset({"cast.role", "organisation.role", "referral.to"})


def is_spoken(kind: str, name: str) -> bool:
    """Return whether the values of a field are words of the program in a result of this kind."""
    full = f"{kind}.{name}"
    return full in SPOKEN or (name in SPOKEN and full not in _PERSONAL)


def word(value: str) -> str:
    """Return a word of the program as a person says it."""
    known = {
        **_states(), **_parties(), **_people(), **_consents(), **_ties(), **_engagements(), **_triggers(),
        **_drawers(),
    }  # fmt: skip
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
        "after_support": _("after the support"), "unavailable": _("unavailable"), "mail": _("e-mail"),
        "cloud": _("cloud"), "paper": _("paper"), "computer": _("computer"), "phone": _("phone"),
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
        "other_client": _("another client"), "benefit": _("benefit"), "tie": _("tie"), "open": _("open"),
        "overdue": _("overdue"), "resolved": _("resolved"), "managed": _("managed"),
        "declined": _("declined"), "none": _("none"),
    }  # fmt: skip


def _engagements() -> dict[str, str]:
    return {


        "amendment": _("amendment"),
        "neutral": _("neutral"), "private": _("private"), "available": _("free of demands"),
        "away_from_work": _("away from work"),
        "law_and_consent": _("the law and the client's will"),
        "resolve": _("resolve it"),
        "stop": _("stop at once"), "hand": _("by hand"), "post": _("post"),
        "portal": _("portal"), "electronic": _("electronically"), "rephrased": _("in their own words"),
        "questions": _("by questions"), "reading": _("reading together"), "nature": _("nature"),
        "fees": _("fees"), "logistics": _("logistics"), "confidentiality": _("confidentiality"),
        "data": _("data"), "ending": _("ending"), "recourse": _("recourse"),
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
