"""What a field is called on a terminal; pipes and JSON get the names of the records."""

from collections.abc import Mapping

from coachvault.language import _


def label(name: str, kind: str = "") -> str:
    """Return the heading of a field of this kind of thing in the language in use."""
    return _(LABELS.get(f"{kind}.{name}") or LABELS.get(name) or name)


# Every field that is shown, in English: the catalogue has the French. A key stands here once; where a
# kind of thing means something else by the same name, as `kind.name` as well.
LABELS: Mapping[str, str] = {
    # People
    "accounting": "accounting", "address": "address", "aliases": "aliases", "closed_by": "closed by",
    "closed_on": "closed on", "closing_session": "closing session", "code": "code",
    "code_of_ethics": "code of ethics", "complaints_to": "complaints to", "email": "e-mail",
    "fiscal_year_end": "end of financial year", "held": "held", "insurance": "insurance",
    "mediator": "mediator", "name": "name", "phone": "phone", "registration": "registration",
    "since": "since", "supervision": "supervision", "tax_mention": "tax mention", "title": "title",
    "training": "training",
    # Relations
    "answer": "answer", "answered_on": "answered on", "charter_on": "charter signed on",
    "confidential": "confidential words", "contact": "messages", "contacts": "contacts",
    "copies_on": "copies asked about on", "declined_for": "declined for", "declined_on": "declined on",
    "due_on": "due on", "employer": "employer", "form": "form", "groups": "groups", "guardians": "guardians",
    "joined_on": "joined on", "languages": "languages", "left_on": "left on", "manager": "manager",
    "members": "members", "organisation": "organisation", "organisations": "organisations",
    "prospect_on": "prospect since", "prospects": "prospects", "protected": "protected as",
    "remark": "remark", "safeguard": "safeguard", "team": "team", "ties": "ties", "to": "to",
    "told": "what a guardian is told", "trade": "trade", "voluntary_on": "freely agreed on", "what": "what",
    "who": "who",
    # Contracts
    "at": "at", "by": "by", "case_by": "case of", "channel": "how one meets", "check": "check",
    "checks": "checks", "clauses": "clauses", "duty": "duty", "present": "present", "session": "session",
    "spoke": "spoke", "cancellation_hours": "cancellation, hours",
    "cancellation_percent": "cancellation, percent", "concluded": "concluded", "consumer": "consumer",
    "contract": "contract", "counterpart": "counterpart", "currency": "currency", "document": "document",
    "duration": "duration", "end": "end", "ended_by": "ended by", "ended_on": "ended on",
    "fee": "fee", "frequency": "rhythm", "goals": "goals", "kind": "kind",
    "measure": "measure", "media_type": "type", "methods": "methods", "minutes": "minutes", "on": "date",
    "place": "place", "request": "request", "sessions": "sessions", "signatures": "signatures",
    "signed_on": "signed on", "sphere": "sphere", "start": "start", "usual_fee": "usual fee",
    "fields": "speaks of", "sha256": "SHA-256", "validated_on": "validated on",
    "delivered_on": "delivered on",
    # Engagements
    "amends": "amends", "commitment_on": "committed on", "confidentiality_exceptions": "secrecy gives way to",
    "conflict_policy": "in a conflict", "deliveries": "handed over", "discussed_on": "talked over on",
    "expectations": "expectations", "explanations": "explained", "how": "how", "law": "law",
    "means": "by what means", "owner": "whose", "parties": "parties", "payer": "payer",
    "payer_name": "payer's name", "place_is": "the place is", "place_reason": "why this place",
    "points": "points", "sponsor": "sponsor", "sponsor_report": "told to the sponsor", "version": "version",
    # Consents
    "basis": "basis", "consent": "consent", "ground": "ground", "harm": "harm", "items": "bounded to",
    "nature": "nature", "not_told": "why the client was not told", "opened_on": "opened on",
    "outcome": "outcome", "party": "with", "recipient_type": "kind of recipient",
    "replaces": "in the place of", "resolution": "resolution", "scope": "what it is for",
    "special": "sensitive data", "talks": "raised", "tie": "tie", "told_on": "client told on", "type": "type",
    "until": "until", "after_end": "after the end", "withdrawn_on": "withdrawn on", "wording": "wording",
    "matches": "ties",
    # Keeping
    "condition": "condition", "confidence": "confidence", "drawer": "drawer", "drawers": "drawers",
    "label": "rule", "term": "how long",
    "due": "due", "proposed": "drawers proposed for destruction", "reason": "reason", "records": "records",
    "rule": "rule", "source": "source", "trigger": "trigger",
    # The vault
    "active": "active clients", "advice": "advice", "closed": "closed clients", "command": "command",
    "conflicts": "fields changed on two devices", "ours": "here", "record": "record",
    "theirs": "on the other device", "known": "what is known", "country": "country", "created": "created",
    "drafts": "contracts in draft", "expired": "drawers past their term", "field": "field",
    "finding": "finding", "added_on": "added on", "destroyed_on": "destroyed on", "drilled_on": "tried on",
    "kit_drilled_on": "kit tried on", "kit_made_on": "kit made on", "work_factor": "scrypt factor",
    "first_line": "first line", "history": "git history", "remote": "remote", "id": "id", "path": "file",
    "has_passphrase": "with a passphrase", "recipient": "recipient", "role": "role", "clients": "clients",
    "kit": "recovery kit", "language": "language", "lock": "identity", "modified": "modified",
    "origin": "origin", "outbox": "files in the outbox", "size": "size", "state": "state", "text": "text",
    "updated": "updated", "vault": "vault",
    # Where one kind of thing means another by it
    "rule.label": "what is kept", "rule.rule": "name of the rule",
    "contract.duration": "length, minutes",
    "consent.version": "SHA-256 of the wording", "conflict_of_interest.due_on": "to be settled by",
    "identity.recipient": "public key", "reader.recipient": "public key",
    "referral.fee": "what the coach gets", "status.held": "clients on hold",
    "term.start": "from", "copy.place": "where it lies", "goal.text": "goal",
}  # fmt: skip
