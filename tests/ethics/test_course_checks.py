"""Each check of the work and its end: what meets it, what leaves it missing, and where it does not apply."""

from datetime import date, timedelta

from ethics_cases import SHA, Row, full, held
from ethics_records import (
    BEFORE,
    DAY,
    NOE,
    SIGNED,
    ZOE,
    about,
    contract,
    kept,
    make,
    new_id,
    plus,
)
import msgspec
import pytest

from coachvault.ethics.case import Case
from coachvault.records.client import Copy
from coachvault.records.consent import Consent, Disclosure
from coachvault.records.document import Document
from coachvault.records.event import ConflictCheck, ConflictOfInterest, Delivery, FollowUp, Referral
from coachvault.records.session import Override

EARLY, FAR = date(2026, 1, 5), date(2027, 6, 1)


def consent(type_: str, **fields: object) -> Consent:
    return make(Consent, **{"on": BEFORE, "type": type_} | fields)


def referral(**fields: object) -> Referral:
    return make(Referral, **{"on": SIGNED, "reason": "competence"} | fields)


def conflict(**fields: object) -> ConflictOfInterest:
    facts = {"opened_on": SIGNED, "due_on": FAR, "nature": "commercial", "text": "la soeur"}
    return make(ConflictOfInterest, **facts | fields)


def settled(**fields: object) -> ConflictOfInterest:
    facts = {"closed_on": DAY, "outcome": "resolved", "harm": "none", "resolution": "said"}
    return conflict(**facts | fields)


def talk(party: str) -> list[dict[str, object]]:
    return [{"id": new_id(), "on": DAY, "party": party}]


def stopping() -> Case:
    """Return a case whose contract says that the work stops at a conflict."""
    return kept(full(), conflict_policy="stop")


def ended(kind: str = "individual", by: str = "client") -> Case:
    """Return a case whose contract has ended."""
    return kept(full(kind), ended_on=DAY, ended_by=by)


def held_in(case: Case, number: int) -> Case:
    """Return the case with so many sessions of its contract, a day apart, the last on its day."""
    return plus(case, *held(case, *(DAY - timedelta(days=ago) for ago in reversed(range(number)))))


def reviewed(agreed: int, number: int) -> Case:
    """Return a long series in which there was a review."""
    case = held_in(full(sessions=agreed), number)
    return plus(case, *held(case, DAY, kind="review"))


def on_days(*days: date) -> Case:
    """Return a case of solidarity with sessions on these days."""
    case = full("solidarity")
    return plus(case, *held(case, *days))


def spoken(*clients: str) -> Case:
    """Return the case of a group that met twice, where these had their say."""
    case = full("group")
    return plus(case, *held(case, SIGNED, DAY, present=[ZOE, NOE], spoke=list(clients)))


def recorded() -> Case:
    """Return a case with recordings."""
    return msgspec.structs.replace(full(), drawers=frozenset({"recordings"}))


def delivery(what: str, to: str = "client") -> Delivery:
    return make(Delivery, on=DAY, what=what, to=to, sha256=SHA)


def written(template: str) -> Document:
    facts = {"on": DAY, "role": "rendered", "template": template, "title": template, "format": "pdf"}
    return make(Document, **facts, size=1, sha256=SHA, parts=1)


def reporting() -> Case:
    """Return a case in which a sponsor had a report that the contract foresees."""
    return plus(kept(full("tripartite"), sponsor_report=["attendance"]), delivery("report", "sponsor"))


def told(basis: str, **fields: object) -> Disclosure:
    return make(Disclosure, on=DAY, basis=basis, recipient="a doctor", ground="asked", what="dates", **fields)


def disclosed() -> Case:
    """Return a case in which something was told with the client's consent."""
    given = consent("referral")
    return plus(full(), given, told("consent", consent=given.id))


def told_sponsor(*items: str) -> Case:
    """Return a case in which a sponsor, who may know of attendance, was told of these by consent."""
    given = consent("sponsor_report", items=items)
    return plus(
        kept(full("tripartite"), sponsor_report=["attendance"]),
        given,
        told("consent", consent=given.id, items=items, recipient_type="sponsor"),
    )


def taken_back(day: date) -> Case:
    """Return a case in which the consent to what was told was withdrawn on a day."""
    given = consent("referral", withdrawn_on=day)
    return plus(full(), given, told("consent", consent=given.id))


def refused_before() -> Case:
    """Return a case in which something was told with a consent that a refusal had replaced."""
    given = consent("referral")
    after = consent("referral", on=SIGNED, answer="refused", replaces=given.id)
    return plus(full(), given, after, told("consent", consent=given.id))


def handed_over_all_the_same() -> Case:
    """Return a case in which the ethics log says that the sponsor had a report against what was agreed on."""
    case = plus(reporting(), consent("sponsor_report"))
    sent = next(d for d in case.all(Delivery) if d.what == "report")
    entry = make(Override, on=sent.on, about=sent.id, checks=["report_agreed"], reason="a mistake")
    return plus(case, entry)


def follow_up(**fields: object) -> FollowUp:
    return make(FollowUp, **{"what": "a call"} | fields)


def closed_in_session() -> Case:
    """Return a case that ended with a closing session."""
    case = ended()
    return plus(case, *held(case, DAY, kind="closing"))


def followed() -> Case:
    """Return a case of solidarity that a usual contract followed."""
    return plus(ended("solidarity"), contract(created=DAY))


def managing(*conflicts: ConflictOfInterest) -> Case:
    """Return a case in which what was found is to be managed, and these conflicts were entered."""
    return plus(full(), make(ConflictCheck, on=SIGNED, answer="managed"), *conflicts)


def stopped(**fields: object) -> Case:
    """Return a case whose work ended over a conflict that could not be settled."""
    return plus(kept(full(), ended_on=DAY, **fields), settled(outcome="ended"))


def supported(earlier: int, own: int) -> Case:
    """Return a case of help in solidarity of four sessions, some held under it and some before it."""
    case = full("solidarity")
    before = contract("solidarity", created=EARLY, ended_on=SIGNED, ended_by="term")
    case = plus(case, before, *held(msgspec.structs.replace(case, contract=before), *[EARLY] * earlier))
    return plus(case, *held(case, *[DAY] * own))


ROWS = (
    Row("number", lambda: held_in(full(), 6), lambda: held_in(full(), 7), full),
    Row("number", lambda: supported(2, 2), lambda: supported(2, 3), lambda: supported(2, 0)),
    Row("finite", lambda: supported(0, 1), lambda: supported(1, 1)),
    Row(
        "term",
        lambda: held_in(full(end=FAR), 2),
        lambda: held_in(full(end=BEFORE), 2),
        lambda: held_in(full(), 2),
    ),
    Row(
        "review",
        lambda: reviewed(12, 6),
        lambda: held_in(full(sessions=12), 6),
        lambda: held_in(full(sessions=12), 5),
    ),
    Row(
        "review",
        None,
        lambda: msgspec.structs.replace(held_in(full(), 1), day=DAY + timedelta(days=400)),
        lambda: held_in(full(), 6),
    ),
    Row(
        "spacing",
        lambda: on_days(EARLY, EARLY + timedelta(days=14)),
        lambda: on_days(EARLY, EARLY + timedelta(days=43)),
        lambda: on_days(EARLY),
    ),
    Row("balance", lambda: spoken(ZOE, NOE), lambda: spoken(ZOE), lambda: full("group")),
    Row("contact", lambda: about(full(), contact="discreet"), full, lambda: full("group")),
    Row(
        "agreed_ending",
        lambda: stopped(ended_by="mutual"),
        lambda: stopped(ended_by="coach"),
        lambda: stopped(ended_by="client"),
    ),
    Row("agreed_ending", None, None, lambda: stopped(ended_by="coach", conflict_policy="stop")),
    Row("agreed_ending", None, None, lambda: plus(kept(full(), ended_on=DAY, ended_by="coach"), settled())),
    Row(
        "conflicts_entered",
        lambda: managing(conflict(opened_on=BEFORE)),
        managing,
        lambda: plus(managing(), make(ConflictCheck, on=DAY, answer="none")),
    ),
    Row(
        "conflicts_entered",
        lambda: managing(settled()),
        lambda: managing(settled(opened_on=BEFORE, closed_on=BEFORE)),
        full,
    ),
    Row("conflicts_raised", lambda: managing(conflict(talks=talk("client"))), managing),
    Row(
        "conflicts_raised",
        lambda: plus(full(), conflict(talks=talk("client"))),
        lambda: plus(full(), conflict(talks=talk("sponsor"))),
        full,
    ),
    Row(
        "conflicts_settled",
        lambda: plus(full(), settled()),
        lambda: plus(full(), conflict(due_on=SIGNED)),
        full,
    ),
    Row("conflicts_settled", lambda: plus(full(), conflict()), lambda: plus(full(), settled(harm=None))),
    Row(
        "conflicts_settled",
        lambda: plus(stopping(), settled(outcome="ended")),
        lambda: plus(stopping(), settled()),
    ),
    Row("recordings", lambda: plus(recorded(), consent("recording")), recorded, full),
    Row("recordings", None, lambda: plus(recorded(), consent("recording", answer="refused"))),
    Row(
        "recordings",
        None,
        lambda: plus(recorded(), consent("recording"), consent("recording", answer="refused")),
    ),
    Row("recordings", None, lambda: plus(recorded(), consent("recording", withdrawn_on=DAY))),
    Row("recordings", lambda: plus(recorded(), consent("recording", until=BEFORE)), None),
    Row(
        "publicity",
        None,
        None,
        lambda: plus(full(), consent("testimonial"), consent("testimonial", on=SIGNED, answer="refused")),
    ),
    Row(
        "publicity",
        lambda: plus(full(), consent("reference_name", wording="Zoé", scope="the site")),
        lambda: plus(full(), consent("testimonial", scope="the site")),
        lambda: plus(full(), consent("testimonial", answer="refused")),
    ),
    Row(
        "report_agreed",
        lambda: plus(reporting(), consent("sponsor_report")),
        reporting,
        lambda: full("tripartite"),
    ),
    Row("report_agreed", None, lambda: plus(kept(reporting(), sponsor_report=[]), consent("sponsor_report"))),
    Row(
        "report_agreed",
        lambda: plus(reporting(), consent("sponsor_report", withdrawn_on=DAY)),
        lambda: plus(
            reporting(), consent("sponsor_report"), consent("sponsor_report", on=SIGNED, answer="refused")
        ),
    ),
    Row("report_agreed", None, handed_over_all_the_same),
    Row("disclosures", lambda: taken_back(DAY), lambda: taken_back(SIGNED)),
    Row("disclosures", None, refused_before),
    Row("disclosures", lambda: told_sponsor("attendance"), lambda: told_sponsor("attendance", "goals")),
    Row("disclosures", disclosed, lambda: kept(disclosed(), confidentiality_exceptions="law"), full),
    Row("disclosures", lambda: plus(full(), told("court")), lambda: plus(full(), told("consent"))),
    Row("referrals", lambda: plus(full(), referral()), lambda: plus(full(), referral(on=EARLY)), full),
    Row("referral_fees", lambda: plus(full(), referral()), lambda: plus(full(), referral(fee="50")), full),
    Row(
        "follow_ups",
        lambda: plus(full(), follow_up(due_on=DAY)),
        lambda: plus(full(), follow_up(due_on=EARLY)),
        full,
    ),
    Row("follow_ups", lambda: plus(full(), follow_up(due_on=EARLY, waived_on=DAY)), None),
    Row("ending", ended, lambda: kept(ended(), ended_by=None), full),
    Row("ending", None, None, lambda: ended(by="amendment")),
    Row("closing_session", lambda: about(ended(), closing_session="declined"), ended, full),
    Row("closing_session", closed_in_session, None),
    Row(
        "discussed",
        lambda: about(ended(by="coach"), discussed_on=DAY),
        lambda: about(ended(by="coach"), discussed_on=FAR),
        ended,
    ),
    Row("discussed", lambda: kept(ended(by="coach"), discussed_on=SIGNED), None),
    Row("way_forward", lambda: plus(ended(by="coach"), referral()), lambda: ended(by="coach"), ended),
    Row(
        "way_forward",
        None,
        lambda: about(full(), declined_for="ethical"),
        lambda: about(full(), declined_for="capacity"),
    ),
    Row("survivors", lambda: plus(ended(), delivery("ending")), ended, full),
    Row("survivors", lambda: plus(ended(), written("ending")), lambda: plus(ended(), written("charter"))),
    Row(
        "afterwards",
        lambda: plus(ended("solidarity"), referral(reason="after_support")),
        lambda: ended("solidarity"),
        lambda: full("solidarity"),
    ),
    Row("afterwards", followed, None, ended),
    Row(
        "copies",
        lambda: about(ended(), closed_on=DAY, copies_on=DAY),
        lambda: about(ended(), closed_on=DAY),
        full,
    ),
    Row(
        "copies",
        None,
        lambda: plus(
            about(ended(), closed_on=DAY, copies_on=DAY), make(Copy, place="mail", on=DAY, what="x")
        ),
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_check_is_met_missing_or_not_applicable(row: Row) -> None:
    row.judge()
