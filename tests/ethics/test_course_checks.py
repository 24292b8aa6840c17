"""Each check of the work going on: what meets it, what leaves it missing, and where it does not apply."""

from datetime import date, timedelta

from ethics_cases import SHA, Row, full, held
from ethics_records import (
    BEFORE,
    DAY,
    FAR,
    LATER,
    NOE,
    SIGNED,
    ZOE,
    about,
    change,
    conflict,
    consent,
    contract,
    kept,
    make,
    plus,
    referral,
    settled,
    signatures,
    talk,
)
import msgspec
import pytest

from coachvault.ethics.case import Case
from coachvault.records.consent import Disclosure
from coachvault.records.event import ConflictCheck, ConflictOfInterest, Delivery, FollowUp
from coachvault.records.session import Override, Session

EARLY = date(2026, 1, 5)


def stopping() -> Case:
    """Return a case whose contract says that the work stops at a conflict."""
    return kept(full(), conflict_policy="stop")


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


def managing(*conflicts: ConflictOfInterest) -> Case:
    """Return a case in which what was found is to be managed, and these conflicts were entered."""
    return plus(full(), make(ConflictCheck, on=SIGNED, answer="managed"), *conflicts)


def supported(earlier: int, own: int) -> Case:
    """Return a case of help in solidarity of four sessions, some held under it and some before it."""
    case = full("solidarity")
    before = contract("solidarity", created=EARLY, ended_on=SIGNED, ended_by="term")
    case = plus(case, before, *held(msgspec.structs.replace(case, contract=before), *[EARLY] * earlier))
    return plus(case, *held(case, *[DAY] * own))


def amended(case: Case, **fields: object) -> Case:
    """Return the case a day later, when an amendment with other terms was signed by all."""
    before, day = case.contract, DAY + timedelta(days=1)
    assert before
    signed = signatures(*before.signers, on=day)
    after = change(before, id="b" * 16, amends=before.id, signatures=signed, **fields)
    case = plus(kept(case, ended_on=day, ended_by="amendment"), after)
    return msgspec.structs.replace(case, contract=after, day=day)


def past_the_gate(number: int) -> Case:
    """Return a case of help in solidarity with so many sessions from before all had signed."""
    case = full("solidarity")
    return plus(case, *(make(Session, on=BEFORE, minutes=60) for _ in range(number)))


def closed_late(kind: str, number: int, **fields: object) -> Case:
    """Return a case that ended after so many sessions, and had a closing session later."""
    case = kept(full(kind, **fields), ended_on=LATER, ended_by="term")
    return plus(case, *held(case, *[LATER] * number), *held(case, DAY, kind="closing"))


ROWS = (
    Row("number", lambda: held_in(full(), 6), lambda: held_in(full(), 7), full),
    Row("number", lambda: supported(2, 2), lambda: supported(2, 3), lambda: supported(2, 0)),
    Row("number", lambda: past_the_gate(4), lambda: past_the_gate(5)),
    Row("number", lambda: closed_late("individual", 6), lambda: closed_late("individual", 7)),
    Row("number", lambda: closed_late("solidarity", 3), lambda: closed_late("solidarity", 4)),
    Row("number", lambda: closed_late("solidarity", 2, sessions=2), None),
    Row("term", lambda: closed_late("individual", 6, end=LATER), None),
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
    Row("conflicts_raised", lambda: plus(full(), conflict(talks=talk("guardian"))), None),
    Row(
        "conflicts_raised",
        lambda: plus(full("group"), conflict(talks=talk("client"))),
        lambda: plus(full("group"), conflict(talks=talk("sponsor"))),
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
    Row(
        "conflicts_settled",
        lambda: plus(full(), settled(outcome="ended", resolution=None)),
        lambda: plus(full(), settled(resolution=None)),
    ),
    Row("conflicts_settled", None, lambda: plus(full(), settled(outcome="ended", harm=None))),
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
    Row("disclosures", lambda: amended(disclosed(), confidentiality_exceptions="law"), None),
    Row(
        "report_agreed",
        lambda: amended(plus(reporting(), consent("sponsor_report")), sponsor_report=[]),
        lambda: amended(
            plus(kept(reporting(), sponsor_report=[]), consent("sponsor_report")),
            sponsor_report=["attendance"],
        ),
    ),
    Row(
        "conflicts_settled",
        lambda: amended(plus(full(), settled()), conflict_policy="stop"),
        lambda: amended(plus(stopping(), settled()), conflict_policy="resolve"),
    ),
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
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_check_is_met_missing_or_not_applicable(row: Row) -> None:
    row.judge()
