"""When every drawer is due, to the day, in the four countries."""

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st
import msgspec
import pytest
from retention_records import (
    client,
    coached,
    consent,
    contract,
    document,
    facts,
    hold,
    matter,
    met,
    note,
    profile,
    session,
)

from coachvault.records.base import COUNTRIES
from coachvault.records.kinds import CLIENT_DRAWERS, PRACTICE_DRAWERS
from coachvault.retention.facts import Facts, last_day
from coachvault.retention.override import override
from coachvault.retention.schedule import load
from coachvault.retention.term import Term, is_expired, record_due, terms
from coachvault.retention.trigger import TRIGGERS

if TYPE_CHECKING:
    from coachvault.records.base import Record

END = date(2009, 6, 30)
TODAY = date(2026, 11, 22)
DAYS = st.dates(date(2000, 1, 1), date(2030, 12, 31))

# A client coached until 2009-06-30, every drawer's newest record on that day.
DUE = {
    "identity": ("2019-12-31", "2019-12-31", "2020-01-01", "2015-12-31"),
    "contract": ("2014-06-30", "2019-06-30", "2019-06-30", "2015-06-30"),
    "reports": ("2014-06-30", "2019-06-30", "2019-06-30", "2015-06-30"),
    "billing": ("2019-12-31", "2019-12-31", "2020-01-01", "2015-12-31"),
    "log": ("2014-06-30", "2019-06-30", "2020-01-01", "2015-12-31"),
    "notes": ("2010-06-30",) * 4,
    "summary": ("2014-06-30", "2014-06-30", "2014-06-30", "2012-06-30"),
    "recordings": ("2009-09-30",) * 4,
    "attachments": ("2009-12-30",) * 4,
    "supervision": ("2010-06-30",) * 4,
    "consents": ("2014-06-30", "2019-06-30", "2019-06-30", "2012-06-30"),
    "complaints": ("2014-06-30", "2019-06-30", "2019-06-30", "2012-06-30"),
    "rights": ("2014-06-30",) * 4,
}


def found(country: str, there: Facts, drawers: tuple[str, ...] = CLIENT_DRAWERS) -> dict[str, Term]:
    return {term.drawer: term for term in terms(load(country), there, drawers)}


@pytest.mark.parametrize("country", COUNTRIES)
@pytest.mark.parametrize("drawer", CLIENT_DRAWERS)
def test_due_dates(country: str, drawer: str) -> None:
    term = found(country, facts(coached(END), None))[drawer]
    assert term.due == date.fromisoformat(DUE[drawer][COUNTRIES.index(country)])
    assert term.why is None
    assert not is_expired(term, term.due - timedelta(1))
    assert is_expired(term, term.due)


RECORDED, WITHDRAWN = date(2009, 6, 1), date(2009, 6, 20)


@pytest.mark.parametrize(
    ("answers", "due"),
    [
        ([], date(2009, 9, 1)),
        ([{"withdrawn_on": None}], date(2009, 9, 1)),
        ([{"withdrawn_on": WITHDRAWN}], WITHDRAWN),
        ([{}, {"answer": "refused"}], date(2009, 6, 2)),
        ([{"withdrawn_on": WITHDRAWN}, {}], date(2009, 9, 1)),
    ],
)
def test_recordings_go_sooner_where_their_consent_is_withdrawn(
    answers: list[dict[str, Any]], due: date
) -> None:
    consents = [consent("recording", date(2009, 6, 1 + n), **fields) for n, fields in enumerate(answers)]
    there: dict[str, list[Record]] = {
        "recordings": [document("recordings", RECORDED)],
        "consents": [*consents],
    }
    term = found("FR", facts(there, None), ("recordings",))["recordings"]
    assert term.due == due
    # A tombstone and a certificate say why: by the term, or because the consent was taken back.
    assert term.trigger == ("session_date" if due == date(2009, 9, 1) else "consent_end")


def test_a_withdrawal_counts_while_a_contract_runs() -> None:
    consents = [consent("recording", RECORDED, withdrawn_on=WITHDRAWN)]
    there: dict[str, list[Record]] = {
        "contract": [contract()],
        "recordings": [document("recordings", RECORDED)],
        "consents": [*consents],
    }
    assert found("FR", facts(there, None), ("recordings",))["recordings"].due == WITHDRAWN


def test_a_french_client_of_2009_has_nothing_left_to_keep() -> None:
    expired = [t.drawer for t in found("FR", facts(coached(END), None)).values() if is_expired(t, TODAY)]
    assert expired == list(CLIENT_DRAWERS)


def test_the_order_is_that_of_the_drawers_asked_for() -> None:
    asked = ("notes", "identity", "log")
    assert [t.drawer for t in terms(load("FR"), facts(coached(END), None), asked)] == list(asked)


def test_a_term_says_by_which_rule_and_in_which_language() -> None:
    there = facts(coached(END), None)
    (french,) = terms(load("FR"), there, ["billing"], language="fr")
    (english,) = terms(load("FR"), there, ["billing"], language="en")
    assert (french.rule, french.trigger, french.start) == ("billing", "fy_close", date(2009, 12, 31))
    assert (french.label, french.basis) == ("Factures et paiements", "Code de commerce, art. L. 123-22")
    assert english.label == "Invoices and payments"
    assert (english.confidence, english.action) == ("medium", "destroy")


# --- conditions


def test_the_bnc_regime_shortens_the_french_accounts_and_no_others() -> None:
    there = facts(coached(END), profile(accounting="bnc"))
    assert found("FR", there)["billing"].due == date(2015, 12, 31)
    assert found("FR", there)["identity"].due == date(2015, 12, 31)
    assert found("CH", there)["billing"].due == date(2019, 12, 31)


def test_the_financial_year_of_the_profile_counts() -> None:
    there = facts(coached(END), profile(fiscal_year_end="06-29"))
    assert found("FR", there)["billing"].due == date(2020, 6, 29)
    assert found("BE", there)["billing"].due == date(2021, 1, 1)


def test_an_online_contract_with_a_french_consumer_is_kept_ten_years() -> None:
    there = facts(coached(END, contract(ended=END, concluded="distance")), None)
    term = found("FR", there)["contract"]
    assert (term.rule, term.due) == ("contract_online", date(2019, 6, 30))
    assert found("FR", there)["log"].due == date(2014, 6, 30)
    assert found("QC", there)["contract"].due == date(2015, 6, 30)


# --- never too early


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_live_relationship_has_nothing_due(country: str) -> None:
    for live in (coached(None), coached(END, contract()), coached(END, contract(signed=None))):
        for term in found(country, facts(live, None)).values():
            assert (term.start, term.due, term.why) == (None, None, "contract_open")
            assert not is_expired(term, date.max)


@pytest.mark.parametrize("country", COUNTRIES)
def test_a_hold_wins_over_every_term(country: str) -> None:
    held = found(country, facts(coached(END, hold()), None))
    assert {t.drawer: t.due for t in held.values()} == {
        t.drawer: t.due for t in found(country, facts(coached(END), None)).values()
    }
    assert all(term.is_held and not is_expired(term, date.max) for term in held.values())
    released = found(country, facts(coached(END, hold(closed=END)), None))
    assert all(is_expired(term, TODAY) for term in released.values())


def test_the_name_waits_for_a_matter_that_is_open() -> None:
    there = facts(coached(END, matter("complaints", END, None)), None)
    assert found("FR", there)["complaints"].why == "event_open"
    assert found("FR", there)["identity"].due is None
    assert found("FR", there)["identity"].why == "other_drawers"
    assert found("FR", there)["notes"].due == date(2010, 6, 30)


def test_the_name_waits_for_the_drawers_that_exist() -> None:
    there = facts(coached(END), None)
    assert found("FR", there, ("identity", "notes", "contract"))["identity"].due == date(2014, 6, 30)


def test_a_name_that_is_left_alone_lasts_as_long_as_a_contract() -> None:
    there = facts(coached(END), None)
    assert found("FR", there, ("identity",))["identity"].due == date(2014, 6, 30)
    going_on = facts(coached(None), None)
    assert found("FR", going_on, ("identity",))["identity"].why == "contract_open"


@pytest.mark.parametrize("drawer", [name for name in CLIENT_DRAWERS if name != "identity"])
def test_an_empty_drawer_counts_from_the_end_and_holds_up_no_name(drawer: str) -> None:
    records = {"identity": (client(END),), drawer: ()}
    there = facts(records, None)
    terms_ = found("FR", there, ("identity", drawer))
    assert terms_[drawer].is_empty
    assert terms_[drawer].start == END
    assert terms_[drawer].due is not None
    alone = found("FR", facts({"identity": (client(END),)}, None), ("identity",))
    assert terms_["identity"].due == alone["identity"].due


def test_an_empty_drawer_waits_for_the_end_of_the_contract() -> None:
    there = facts({**coached(None), "notes": ()}, None)
    assert found("FR", there, ("notes",))["notes"].why == "contract_open"


def test_a_supervision_sheet_never_outlives_the_notes() -> None:
    late = facts(coached(END, document("supervision", date(2010, 3, 1))), None)
    assert found("FR", late)["supervision"].due == found("FR", late)["notes"].due == date(2010, 6, 30)
    text = "schema: 1\nterms:\n  - {drawer: notes, keep: {months: 2}, reason: my charter}\n"
    (own,) = terms(override(load("FR"), text), facts(coached(END), None), ["supervision"])
    assert own.due == date(2009, 8, 30)


def test_an_own_term_counts_and_says_so() -> None:
    text = "schema: 1\nterms:\n  - {drawer: notes, keep: {months: 18}, reason: my charter}\n"
    (term,) = terms(override(load("FR"), text), facts(coached(END), None), ["notes"], language="en")
    assert (term.due, term.basis) == (date(2010, 12, 30), "Term chosen by the coach: my charter")


# --- prospects


@pytest.mark.parametrize(
    ("country", "due"),
    [("FR", "2012-03-31"), ("CH", "2011-03-31"), ("BE", "2012-03-31"), ("QC", "2010-03-31")],
)
def test_a_prospect(country: str, due: str) -> None:
    records = met(date(2009, 3, 31))
    there = found(country, facts(records, None), tuple(records))
    assert {t.rule for t in there.values()} == {"prospects", "prospect_content"}
    assert there["identity"].due == there["contract"].due == date.fromisoformat(due)
    content = {there[drawer].due for drawer in ("log", "notes", "attachments")}
    assert content == {date(2009, 9, 30)}


def test_a_prospect_of_whom_only_the_name_is_left() -> None:
    there = facts({"identity": [client(created=date(2020, 2, 29))]}, None)
    assert found("FR", there, ("identity",))["identity"].due == date(2023, 2, 28)


def test_the_name_of_a_prospect_waits_for_a_longer_drawer() -> None:
    records = met(date(2009, 3, 31)) | {"consents": [document("consents", date(2009, 3, 31))]}
    there = found("CH", facts(records, None), tuple(records))
    assert there["identity"].due == there["consents"].due == date(2019, 3, 31)


def test_a_closed_prospect_counts_from_the_last_contact_too() -> None:
    there = facts(met(date(2009, 3, 31), closed=date(2009, 12, 1)), None)
    assert found("FR", there, ("identity", "notes"))["notes"].due == date(2009, 9, 30)


# --- other folders


def test_a_group_and_an_organisation() -> None:
    records: dict[str, list[Record]] = {
        "contract": [contract(ended=END)],
        "log": [session(END)],
        "notes": [note(END)],
    }
    there = terms(load("FR"), facts(records, None), ("contract", "log", "notes"), folder="group")
    assert [t.due for t in there] == [date(2014, 6, 30), date(2014, 6, 30), date(2010, 6, 30)]
    sponsor = facts({"contract": [contract(ended=END)]}, None)
    there = terms(load("CH"), sponsor, ("identity", "contract"), folder="organisation")
    assert [t.due for t in there] == [date(2019, 6, 30)] * 2


def test_an_organisation_without_a_contract_of_its_own_is_never_due() -> None:
    there = terms(load("FR"), facts({}, None), ("identity", "contract"), folder="organisation")
    assert [t.due for t in there] == [None, None]


def test_the_practice() -> None:
    records: dict[str, list[Record]] = {drawer: [document(drawer, END)] for drawer in PRACTICE_DRAWERS}
    records["profile"] = [profile()]
    there = terms(load("QC"), facts(records, None), PRACTICE_DRAWERS, folder="practice")
    assert {t.drawer: t.due for t in there} == {
        "settings": None,
        "circle": None,
        "profile": None,
        "ethics": None,
        "supervision": date(2015, 6, 30),
        "cpd": date(2015, 6, 30),
        "reflection": date(2015, 6, 30),
        "breaches": date(2015, 6, 30),
    }
    assert {t.why for t in there if t.due is None} == {"practice_open"}


# --- single records


def test_a_single_record_is_due_by_itself_only_where_its_rule_counts_from_it() -> None:
    schedule = load("FR")
    record = document("recordings", date(2026, 8, 22))
    assert record_due(schedule.rule_of("client", "recordings"), last_day(record)) == TODAY
    assert record_due(schedule.rule_of("practice", "cpd"), last_day(record)) == date(2032, 8, 22)
    assert record_due(schedule.rule_of("client", "notes"), last_day(record)) is None
    assert record_due(schedule.rule_of("practice", "profile"), last_day(record)) is None


# --- for every date

FACTS = st.builds(
    Facts,
    has_open_contract=st.booleans(),
    ended_on=st.none() | DAYS,
    last_seen=st.none() | DAYS,
    last_contact=st.none() | DAYS,
    newest=st.dictionaries(st.sampled_from(CLIENT_DRAWERS), DAYS),
    open_drawers=st.frozensets(st.sampled_from(["complaints", "rights"])),
    fiscal_year_end=st.sampled_from(["12-31", "06-30", "02-29"]),
    conditions=st.frozensets(st.sampled_from(["prospect", "online_consumer", "bnc"])),
    is_held=st.booleans(),
)


@given(country=st.sampled_from(COUNTRIES), there=FACTS, today=DAYS)
def test_whatever_the_facts(country: str, there: Facts, today: date) -> None:
    by_drawer = found(country, there)
    others = [term for drawer, term in by_drawer.items() if drawer != "identity"]
    for term in by_drawer.values():
        assert term.trigger in TRIGGERS
        assert (term.start is None) == (term.due is None) == (term.why is not None)
        assert term.drawer in {"identity", "supervision"} or not term.due or term.due >= (term.start or today)
        if there.has_open_contract or there.is_held:
            assert not is_expired(term, today)
    if is_expired(by_drawer["identity"], today):
        assert all(is_expired(term, today) for term in others)


@given(country=st.sampled_from(COUNTRIES), there=FACTS, more=st.integers(0, 4000))
def test_a_later_end_is_never_due_sooner(country: str, there: Facts, more: int) -> None:
    shift = timedelta(more)
    later = msgspec.structs.replace(
        there,
        ended_on=there.ended_on and there.ended_on + shift,
        last_seen=there.last_seen and there.last_seen + shift,
        last_contact=there.last_contact and there.last_contact + shift,
        newest={drawer: day + shift for drawer, day in there.newest.items()},
    )
    after = found(country, later)
    for drawer, term in found(country, there).items():
        due = after[drawer].due
        assert (term.due is None) == (due is None)
        assert not term.due or not due or term.due <= due
