"""What a field and a value are called in a table; the words of JSON are those of the records."""

from coachvault.language import _


def label(name: str) -> str:
    """Return the heading of a field in the language in use."""
    return {
        "address": _("address"), "aliases": _("aliases"), "basis": _("basis"),
        "cancellation_hours": _("cancellation, hours"), "cancellation_percent": _("cancellation, percent"),
        "closed_by": _("closed by"), "closed_on": _("closed on"), "code": _("code"), "command": _("command"),
        "condition": _("condition"), "confidence": _("confidence"), "country": _("country"),
        "created": _("created"), "currency": _("currency"), "drawer": _("drawer"), "drawers": _("drawers"),
        "due": _("due"), "duration": _("duration"), "ended_by": _("ended by"), "ended_on": _("ended on"),
        "field": _("field"), "finding": _("finding"), "first_line": _("first line"), "frequency": _("rhythm"),
        "goals": _("goals"), "held": _("held"), "id": _("id"), "kind": _("kind"), "language": _("language"),
        "minutes": _("minutes"), "name": _("name"), "on": _("date"), "origin": _("origin"),
        "phone": _("phone"), "place": _("place"), "reason": _("reason"), "records": _("records"),
        "request": _("request"), "rule": _("rule"), "sessions": _("sessions"), "signatures": _("signatures"),
        "signed_on": _("signed on"), "since": _("since"), "size": _("size"), "source": _("source"),
        "start": _("start"), "state": _("state"), "text": _("text"), "trigger": _("trigger"),
        "updated": _("updated"), "vault": _("vault"), "modified": _("modified"), "what": _("what"),
        "value": _("value"),
    }.get(name, name.replace("_", " "))  # fmt: skip


def word(value: str) -> str:
    """Return a word of the records as a person says it."""
    return {
        "active": _("active"), "closed": _("closed"), "held": _("held"), "draft": _("draft"),
        "signed": _("signed"), "ended": _("ended"), "met": _("met"), "missing": _("missing"),
        "expired": _("expired"), "running": _("running"), "waiting": _("waiting"), "own": _("own"),
        "shipped": _("shipped"), "high": _("high"), "medium": _("medium"), "judgement": _("judgement"),
        "unverified": _("unverified"), "discovery": _("discovery"), "regular": _("regular"),
        "closing": _("closing"), "individual": _("individual"), "solidarity": _("solidarity"),
        "client": _("client"), "coach": _("coach"), "term": _("term"), "personal": _("personal"),
        "professional": _("professional"), "relational": _("relational"), "True": _("yes"), "False": _("no"),
        "fr": _("French"), "en": _("English"),
        "premises": _("on the premises"), "distance": _("at a distance"), "off_premises": _("off premises"),
    }.get(value, value)  # fmt: skip
