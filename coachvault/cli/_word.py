"""Which fields hold words of the program, and which a person's."""

# Fields whose values are words of the program; any other may be a person's, and stays as it is.
SPOKEN = frozenset({
    "accounting", "answer", "basis", "by", "channel", "closed_by", "closing_session", "concluded",
    "condition", "confidence", "confidentiality_exceptions", "conflict_policy", "contact", "copy.place",
    "declined_for", "drawer", "drawers", "ended_by", "fields", "follow_up.to", "form", "how", "kind",
    "language", "means", "nature", "outcome", "owner", "parties", "party", "payer", "place_is",
    "points", "protected", "recipient_type", "referral.reason", "role", "special", "sphere",
    "sponsor_report", "state", "tie", "ties", "to", "trigger", "type",
})  # fmt: skip
# Where a field of such a name is a person's all the same.
_PERSONAL = frozenset({"cast.role", "organisation.role", "referral.to"})


def is_spoken(kind: str, name: str) -> bool:
    """Return whether the values of a field are words of the program in a result of this kind."""
    full = f"{kind}.{name}"
    return full in SPOKEN or (name in SPOKEN and full not in _PERSONAL)
