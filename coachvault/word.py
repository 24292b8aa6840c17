"""The words of the program as a person reads them: states, kinds and reasons."""

from collections.abc import Mapping

from coachvault.language import _


def word(value: str, field: str = "") -> str:
    """Return a word of the program, or what it means in this field, as a person says it."""
    return _(WORDS.get(f"{field}.{value}") or WORDS.get(value, "")) or value


# Every word, in English: the catalogue has the French. A key stands here once; where a field means something
# else by the same word, as `field.word` as well.
WORDS: Mapping[str, str] = {
    # States
    "active": "active", "closed": "closed", "held": "on hold", "draft": "draft", "signed": "signed",
    "ended": "ended", "missing": "missing", "expired": "expired", "running": "running", "waiting": "waiting",
    "own": "own", "shipped": "shipped", "high": "high", "medium": "medium", "judgement": "judgement",
    "unverified": "unverified", "discovery": "discovery", "regular": "regular", "closing": "closing",
    "individual": "individual", "solidarity": "solidarity", "met": "met", "not_applicable": "does not apply",
    "review": "review", "on_site": "on site", "remote": "at a distance", "mixed": "mixed", "group": "group",
    "tripartite": "tripartite", "to_erase": "to erase", "kept": "kept", "true": "yes", "false": "no",
    "validated": "validated", "changed": "changed since", "attendance": "attendance", "goals": "goals",
    "progress": "progress", "mutual": "both",
    "closing_session.held": "took place", "closing_session.declined": "refused by the client",
    "offered": "offered",
    # Parties
    "client": "client", "coach": "coach", "term": "term", "personal": "personal",
    "professional": "professional", "relational": "relational", "fr": "French", "en": "English",
    "premises": "on the premises", "distance": "at a distance", "off_premises": "off premises",
    "kit": "recovery kit", "colleague": "colleague",
    # People
    "prospect": "prospect", "declined": "declined", "minor": "minor", "vulnerable": "vulnerable",
    "parent": "parent", "role.guardian": "guardian", "curator": "curator", "representative": "representative",
    # As a party, whatever the role: a parent is one too.
    "guardian": "representative",
    "none": "none", "family": "family", "friend": "friend", "employer": "employer", "supplier": "supplier",
    "authority": "authority", "other": "other", "open": "open", "discreet": "discreet", "ethical": "ethical",
    "competence": "competence", "capacity": "capacity", "company": "company", "public": "public body",
    "association": "association", "practice_analysis": "practice analysis", "codevelopment": "co-development",
    "team": "team", "members": "members", "sponsor": "sponsor", "member": "member", "pending": "pending",
    "accepted": "accepted", "no_resource": "nobody known", "done": "done", "waived": "waived",
    "better_fit": "somebody fits better", "after_support": "after the support", "unavailable": "unavailable",
    "mail": "e-mail", "cloud": "cloud", "paper": "paper", "phone": "phone", "computer": "computer",
    # Consents
    "recording": "recording", "sponsor_report": "report to the sponsor",
    "reference_name": "name as a reference", "testimonial": "testimonial",
    "log_contact": "contact in an hours log", "special_categories": "sensitive data",
    "remote_tools": "remote tools", "referral": "referral", "given": "given", "refused": "refused",
    "live": "live", "withdrawn": "withdrawn", "replaced": "replaced", "over": "over", "law": "law",
    "court": "court", "danger": "danger", "consent": "consent", "media": "media", "health": "health",
    "religion": "religion or belief", "opinion": "political opinion", "union": "union membership",
    "origin": "origin", "intimacy": "intimate life", "offence": "offence",
    # Ties
    "same_name": "same name", "same_employer": "same employer", "same_team": "same team",
    "same_sponsor": "same sponsor", "is_manager": "is the manager", "reports_to": "is managed",
    "in_cast": "is in the stories told", "names_them": "tells stories of them",
    "speaks_for": "speaks for the organisation", "same_group": "same group", "same_email": "same e-mail",
    "same_phone": "same phone", "same_address": "same address", "supervisor": "the coach’s supervisor",
    "practice": "practice", "organisation": "organisation", "commercial": "commercial",
    "emotional": "emotional", "hierarchy": "hierarchy", "interests": "interests",
    "other_client": "another client", "benefit": "benefit", "tie": "tie", "overdue": "overdue",
    "resolved": "resolved",
    "managed": "managed",
    # Contracts
    "amendment": "amendment", "neutral": "neutral", "private": "private", "available": "free of demands",
    "away_from_work": "away from work", "law_and_consent": "the law and the client's will",
    "resolve": "resolve it", "stop": "stop at once", "hand": "by hand", "post": "post", "portal": "portal",
    "electronic": "electronically", "rephrased": "in their own words", "questions": "by questions",
    "reading": "reading together", "nature": "nature", "fees": "fees", "logistics": "logistics",
    "confidentiality": "confidentiality", "data": "data", "ending": "ending", "recourse": "recourse",
    "reached": "reached", "dropped": "dropped", "shared": "shared",
    # Where a rule holds
    "online_consumer": "consumer, at a distance", "bnc": "BNC accounts",
    # What starts a term
    "contract_end": "end of the contract", "fy_close": "end of the financial year",
    "year_after_fy_close": "1 January after the financial year", "last_contact": "last contact",
    "event_closed": "end of the matter", "consent_end": "end of the consent",
    "session_date": "day of the session", "entry": "day of the entry",
    "last_drawer": "with the last other drawer", "practice_end": "end of the practice", "request": "request",
    # Drawers
    "identity": "identity", "contract": "contract", "consents": "consents", "log": "session log",
    "billing": "billing", "notes": "notes", "summary": "summary", "recordings": "recordings",
    "attachments": "attachments", "supervision": "supervision", "reports": "reports",
    "complaints": "complaints", "rights": "rights", "settings": "settings", "circle": "circle of readers",
    "profile": "profile", "ethics": "ethics", "cpd": "continuing education", "reflection": "reflection",
    "breaches": "breaches",
}  # fmt: skip
