"""Which kind of record is which class and lives in which drawer."""

from importlib import import_module
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from coachvault.records.base import Record


class Kind(NamedTuple):
    """A kind's module and class, and its drawer: None where any drawer may hold it."""

    module: str
    name: str
    drawer: str | None
    version: int = 1


# Names, not classes: a command loads only the kinds that it reads.
KINDS = {
    "client": Kind("client", "Client", "identity"),
    "organisation": Kind("organisation", "Organisation", "identity"),
    "group": Kind("group", "Group", "identity"),
    "copy": Kind("client", "Copy", "identity"),
    "hold": Kind("client", "Hold", "identity"),
    "proposal": Kind("client", "Proposal", "identity"),
    "contract": Kind("contract", "Contract", "contract"),
    "progress": Kind("contract", "Progress", "contract"),
    "delivery": Kind("event", "Delivery", "contract"),
    "explanation": Kind("event", "Explanation", "contract"),
    "conflict_check": Kind("event", "ConflictCheck", "contract"),
    "conflict": Kind("event", "ConflictOfInterest", "contract"),
    "referral": Kind("event", "Referral", "contract"),
    "follow_up": Kind("event", "FollowUp", "contract"),
    "disclosure": Kind("consent", "Disclosure", "contract"),
    "consent": Kind("consent", "Consent", "consents"),
    "report": Kind("report", "Report", "reports"),
    "document": Kind("document", "Document", None),
    "attachment": Kind("attachment", "Attachment", "attachments"),
    "recording": Kind("attachment", "Attachment", "recordings"),
    "session": Kind("session", "Session", "log"),
    "override": Kind("session", "Override", "log"),
    "note": Kind("note", "Note", "notes"),
    "cast": Kind("person", "Cast", "notes"),
    "summary": Kind("note", "Summary", "summary"),
    "settings": Kind("practice", "Settings", "settings"),
    "profile": Kind("practice", "Profile", "profile"),
    "colleague": Kind("person", "Colleague", "profile"),
    "access": Kind("practice", "Access", "identity"),
    "circle": Kind("practice", "Circle", "circle"),
}

CLIENT_DRAWERS = (
    "identity", "contract", "consents", "log", "billing", "notes", "summary", "recordings",
    "attachments", "supervision", "reports", "complaints", "rights",
)  # fmt: skip
PRACTICE_DRAWERS = (
    "settings", "circle", "profile", "supervision", "ethics", "cpd", "reflection", "breaches",
)  # fmt: skip
# The drawer of the practice that every reader opens, those of some folders too.
CIRCLE = "circle"
DRAWERS = frozenset(CLIENT_DRAWERS + PRACTICE_DRAWERS)


def cls_of(kind: str) -> "type[Record]":
    """Return the class of a kind; raises KeyError for one that does not exist."""
    entry = KINDS[kind]
    found: type[Record] = getattr(import_module(f"coachvault.records.{entry.module}"), entry.name)
    return found


def schema_of(kind: str) -> str:
    """Return what a record of this kind says in `schema`."""
    return f"{kind}/{KINDS[kind].version}"
