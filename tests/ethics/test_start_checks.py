"""Each check before a session: what meets it, what leaves it missing, and where it does not apply."""

from datetime import date

from ethics_cases import THIRD, Row, full, member
from ethics_cases import asked as answer
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
    kept,
    make,
    new_id,
    plus,
    settled,
    signatures,
    without,
)
import msgspec
import pytest

from coachvault.ethics.case import Case
from coachvault.records.consent import Consent
from coachvault.records.event import ConflictCheck, Delivery, Explanation

ADA, YVES = "ada" + "a" * 13, "yves" + "a" * 12
EARLY = date(2026, 1, 5)


def stopping() -> Case:
    """Return a case whose contract says that the work stops at a conflict."""
    return kept(full(), conflict_policy="stop")


def handed(case: Case, what: str, on: date) -> Case:
    """Return the case with a document handed over on another day."""
    moved = (change(r, on=on) if isinstance(r, Delivery) and r.what == what else r for r in case.records)
    return msgspec.structs.replace(case, records=tuple(moved))


def versioned(kind: str = "individual") -> Case:
    """Return a case in which it is known how the contract read that was handed over and explained."""
    case = full(kind)
    assert case.contract
    facts = {"version": case.contract.wording}
    told = (change(r, **facts) if isinstance(r, Delivery | Explanation) else r for r in case.records)
    return msgspec.structs.replace(case, records=tuple(told))


def amended(kind: str, on: date | None) -> Case:
    """Return a case with an amendment, which was handed over and explained on that day, or never."""
    case = full(kind)
    assert case.contract
    before = change(case.contract, id="b" * 16, ended_on=LATER, ended_by="amendment")
    case = plus(kept(case, amends=before.id), before)
    assert case.contract
    about_ = {"about": case.contract.id, "version": case.contract.wording}
    old = (
        change(r, about=before.id) if getattr(r, "about", None) == case.contract.id else r
        for r in case.records
    )
    case = msgspec.structs.replace(case, records=tuple(old))
    again = (r for r in case.records if getattr(r, "about", None) == before.id) if on else ()
    return plus(case, *(change(r, id=new_id(), on=on, **about_) for r in again))


def left_behind(first_left_on: date) -> Case:
    """Return a group that closed before the day in question, which one member may have left earlier."""
    members = [member(ZOE, left_on=first_left_on), member(NOE, left_on=LATER)]
    return about(kept(full("group"), ended_on=LATER, ended_by="term"), members=members, closed_on=LATER)


def agreed_later(told_on: date) -> Case:
    """Return a group whose members had the charter and signed it before its contract was told."""
    case = full("group", signatures=signatures("coach", on=LATER))
    moved = (change(r, on=told_on) if getattr(r, "about", None) else r for r in case.records)
    return msgspec.structs.replace(case, records=tuple(moved))


def explained(*points: str) -> Case:
    """Return a case in which these points were explained, and no other."""
    case = full()
    told = (change(r, points=list(points)) if isinstance(r, Explanation) else r for r in case.records)
    return msgspec.structs.replace(case, records=tuple(told))


def asked(answers: str | None, *, on: date = BEFORE, to: str = "client") -> Case:
    """Return a case in which the client asked something, and somebody had an answer."""
    case = full()
    assert case.contract
    facts = {"about": case.contract.id, "points": ["fees"]}
    question = make(Explanation, **facts, on=BEFORE, to="client", questions="why?")
    return plus(case, question, make(Explanation, **facts, on=on, to=to, answers=answers))


def of_two() -> Case:
    """Return a session of a group to which the one member came who may."""
    case = about(full("group"), members=[member(ZOE), THIRD])
    return msgspec.structs.replace(case, present=(ZOE,))


def answering(present: str, answers: dict[str, tuple[Consent, ...]]) -> Case:
    """Return a session of a group at which ZOE and this member are, of whom these answers are known."""
    return msgspec.structs.replace(full("group"), present=(ZOE, present), answers=answers)


def charter_of_another_kind(case: Case, what: str) -> Case:
    """Return the case with this charter in the place of the one that was handed over."""
    other = {"charter": "group_charter", "group_charter": "charter"}[what]
    moved = (change(r, what=what) if getattr(r, "what", "") == other else r for r in case.records)
    return msgspec.structs.replace(case, records=tuple(moved))


def handed_to_sponsor(what: str) -> Case:
    """Return the case of a group whose sponsor had this charter."""
    case = full("group", parties=["coach", "sponsor"], signatures=signatures("coach", "sponsor"))
    return plus(case, make(Delivery, what=what, on=BEFORE, to="sponsor", sha256="0" * 64))


def session(channel: str) -> Case:
    """Return the case of a session that is held in another way than the contract says."""
    return msgspec.structs.replace(full(), channel=channel)


def guarded(*signed: str) -> Case:
    """Return the case of a minor whose two guardians are a party, of whom these have signed, or both."""
    parties = ("client", "coach", "guardian")
    by = [{"by": "guardian", "who": who, "on": SIGNED} for who in signed or (ADA, YVES)]
    return protected(full(parties=parties, signatures=[*signatures("client", "coach"), *by]))


def protected(case: Case) -> Case:
    """Return the case with a minor for a client."""
    guardians = [{"id": ADA, "name": "Ada"}, {"id": YVES, "name": "Yves"}]
    return about(case, protected="minor", guardians=guardians, told="dates only")


def owned_by(kind: str, owner: str) -> Case:
    """Return a case with one goal, of that owner."""
    return kept(full(kind), goals=[{"id": new_id(), "owner": owner, "text": "oser"}])


def one_sided() -> Case:
    """Return a case in which the sponsor has said nothing of what it hopes for."""
    return kept(full("tripartite"), expectations=[{"id": new_id(), "party": "client", "text": "oser"}])


ROWS = (
    Row("request", full, lambda: kept(full(), request=None)),
    Row("goals", full, lambda: kept(full(), goals=[])),
    Row(
        "goals",
        lambda: owned_by("individual", "sponsor"),
        lambda: owned_by("tripartite", "sponsor"),
    ),
    Row("expectations", full, lambda: kept(full(), expectations=[])),
    Row(
        "expectations",
        lambda: full("tripartite"),
        one_sided,
    ),
    Row("terms", full, lambda: kept(full(), frequency=None)),
    Row("terms", lambda: kept(full(), place=None, channel="remote"), lambda: kept(full(), place=None)),
    Row(
        "terms",
        lambda: kept(full("solidarity"), fee=None, counterpart="honey"),
        lambda: kept(full("individual"), fee=None, counterpart="honey"),
    ),
    Row("channel", full, lambda: kept(full(), channel=None)),
    Row("finite", full, lambda: kept(full(), sessions=None)),
    Row("finite", lambda: kept(full(), sessions=5), lambda: kept(full("solidarity"), sessions=5)),
    Row("methods", full, lambda: kept(full(), methods=[])),
    Row(
        "cancellation",
        lambda: kept(full(), cancellation_hours=0),
        lambda: kept(full(), cancellation_percent=None),
    ),
    Row("agreement", lambda: full("tripartite"), lambda: kept(full("tripartite"), sponsor=None), full),
    Row(
        "agreement",
        lambda: kept(full("group"), payer="sponsor", parties=["coach", "sponsor"]),
        lambda: kept(full(), payer="sponsor"),
    ),
    Row(
        "agreement",
        lambda: kept(full(), payer="other", payer_name="Ada"),
        lambda: kept(full(), payer="other"),
    ),
    Row("usual_price", lambda: full("solidarity"), lambda: kept(full("solidarity"), usual_fee=None), full),
    Row("counterpart", lambda: full("solidarity"), lambda: kept(full("solidarity"), fee="0.50"), full),
    Row(
        "counterpart",
        lambda: kept(full("solidarity"), fee=None, counterpart="honey"),
        lambda: kept(full("solidarity"), fee="90.01"),
    ),
    Row("place_reason", full, lambda: kept(full(), place_is=[])),
    Row("place_private", lambda: kept(full(), place_is=[], place_reason="x"), None),
    *(
        Row(f"place_{quality}", full, lambda: kept(full(), place_is=[]))
        for quality in ("neutral", "private", "available", "away_from_work")
    ),
    Row("guardian", guarded, lambda: protected(full()), full),
    Row("guardian_told", guarded, lambda: about(guarded(), told=None), full),
    Row(
        "guardian_told",
        lambda: kept(guarded(), guardians=[ADA, YVES], told="dates only"),
        lambda: kept(guarded(), guardians=[ADA, YVES], told="everything"),
    ),
    Row("guardian_signed", guarded, lambda: kept(guarded(), signatures=signatures("client", "coach")), full),
    Row("guardian_signed", guarded, lambda: guarded(ADA), full),
    Row(
        "wording",
        full,
        lambda: msgspec.structs.replace(full(), clauses=frozenset({"CD-9"})),
        lambda: msgspec.structs.replace(full(), clauses=None),
    ),
    Row("conflict_check", full, lambda: without(full(), ConflictCheck)),
    Row("conflict_check", lambda: full("group"), lambda: without(full("group"), ConflictCheck)),
    Row(
        "conflict_check",
        lambda: plus(full(), make(ConflictCheck, on=SIGNED, answer="managed")),
        lambda: plus(full(), make(ConflictCheck, on=SIGNED, answer="declined")),
    ),
    Row("ties", full, lambda: about(full(), ties=[]), lambda: full("group")),
    Row(
        "ties", lambda: about(full(), ties=["friend"], safeguard="x"), lambda: about(full(), ties=["friend"])
    ),
    Row("charter_delivered", full, lambda: handed(full(), "charter", DAY)),
    Row(
        "charter_delivered", lambda: full("group"), lambda: about(full("group"), members=[member(ZOE), THIRD])
    ),
    Row(
        "charter_delivered",
        lambda: full("tripartite"),
        lambda: kept(full(), parties=["client", "coach", "sponsor"]),
    ),
    Row("contract_delivered", full, lambda: handed(full(), "contract", LATER)),
    Row("contract_delivered", full, lambda: without(full(), Delivery)),
    Row("contract_delivered", versioned, lambda: kept(versioned(), fee="90")),
    Row("understood", full, lambda: without(full(), Explanation)),
    Row(
        "understood",
        lambda: explained("nature", "fees", "logistics", "confidentiality"),
        lambda: explained("nature", "fees", "logistics"),
    ),
    *(
        Row(name, met, None)
        for name in ("charter_delivered", "contract_delivered", "understood", "limits", "members_asked")
        for met in (lambda: left_behind(SIGNED), lambda: left_behind(LATER))
    ),
    Row("members_enough", None, None, lambda: left_behind(LATER)),
    *(
        Row(name, lambda: agreed_later(DAY), lambda: agreed_later(FAR))
        for name in ("contract_delivered", "understood", "limits")
    ),
    *(
        Row(name, versioned, lambda: kept(versioned(), confidentiality_exceptions="law"))
        for name in ("contract_delivered", "understood", "limits")
    ),
    *(
        Row(name, lambda: amended("individual", SIGNED), lambda: amended("individual", None))
        for name in ("contract_delivered", "understood", "limits")
    ),
    # Its members signed the charter long before, and sign no amendment.
    *(
        Row(name, lambda: amended("group", LATER), lambda: amended("group", None))
        for name in ("contract_delivered", "understood", "limits")
    ),
    Row("limits", lambda: full("tripartite"), lambda: kept(full(), parties=["client", "coach", "sponsor"])),
    Row("answered", lambda: asked("yes"), lambda: asked(None), full),
    Row("answered", lambda: asked("yes", on=SIGNED), lambda: asked("yes", on=EARLY)),
    Row("answered", lambda: asked("yes"), lambda: asked("yes", to="sponsor")),
    Row("supervision", full, lambda: without(full(), Consent), lambda: full("group")),
    Row(
        "remote_tools",
        lambda: plus(kept(full(), channel="mixed"), consent("remote_tools")),
        lambda: plus(kept(full(), channel="remote"), consent("remote_tools", withdrawn_on=SIGNED)),
        full,
    ),
    Row(
        "remote_tools",
        lambda: plus(session("remote"), consent("remote_tools")),
        lambda: session("remote"),
        lambda: msgspec.structs.replace(kept(full(), channel="remote"), channel="on_site"),
    ),
    Row("commitment", lambda: full("tripartite"), lambda: kept(full("tripartite"), commitment_on=None), full),
    Row("members_enough", lambda: full("group"), lambda: about(full("group"), members=[member(ZOE)]), full),
    Row("signed", full, lambda: kept(full(), signatures=signatures("coach"))),
    Row("signed", lambda: full("group"), lambda: kept(full("group"), signatures=[])),
    Row(
        "signed",
        lambda: full("tripartite"),
        lambda: kept(full(), signatures=signatures("client", "coach", on=FAR)),
    ),
    Row(
        "members_voluntary",
        lambda: full("group"),
        lambda: about(full("group"), members=[member(ZOE), THIRD]),
        full,
    ),
    Row(
        "members_bound",
        lambda: full("group"),
        lambda: about(full("group"), members=[member(ZOE), THIRD]),
        full,
    ),
    Row("members_bound", of_two, lambda: about(full("group"), members=[member(NOE, charter_on=FAR)])),
    Row("members_asked", lambda: full("group"), lambda: answering(ZOE, {ZOE: ()}), full),
    Row(
        "members_asked",
        lambda: answering(ZOE, {ZOE: (answer(),)}),
        lambda: answering(ZOE, {ZOE: (answer(on=FAR),)}),
        lambda: answering(ZOE, {}),
    ),
    Row(
        "members_asked",
        None,
        lambda: answering(NOE, {ZOE: (answer(type="recording"),)}),
        lambda: answering(NOE, {ZOE: (answer(),)}),
    ),
    Row(
        "charter_delivered",
        lambda: handed_to_sponsor("charter"),
        lambda: charter_of_another_kind(full("group"), "charter"),
    ),
    Row(
        "charter_delivered",
        lambda: handed_to_sponsor("group_charter"),
        lambda: charter_of_another_kind(full(), "group_charter"),
    ),
    Row(
        "no_conflict",
        lambda: plus(stopping(), settled(outcome="ended")),
        lambda: plus(stopping(), conflict()),
        full,
    ),
    Row(
        "no_conflict",
        lambda: plus(stopping(), settled()),
        lambda: plus(stopping(), settled(closed_on=FAR)),
        lambda: plus(msgspec.structs.replace(stopping(), is_closing=True), conflict()),
    ),
)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.name)
def test_a_check_is_met_missing_or_not_applicable(row: Row) -> None:
    row.judge()
