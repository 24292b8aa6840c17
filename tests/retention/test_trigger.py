"""What starts a term, day by day."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any, get_args

from hypothesis import given
from hypothesis import strategies as st
import pytest
from retention_records import (
    client,
    coached,
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

from coachvault.records.base import Record
from coachvault.retention.facts import Facts, last_day
from coachvault.retention.schedule import Keep
from coachvault.retention.trigger import TRIGGERS, Start, Why, closing_of, due_on, sentence, start_of

DAYS = st.dates(date(1990, 1, 1), date(2100, 12, 31))
KEEPS = st.builds(Keep, years=st.integers(0, 100), months=st.integers(0, 60))
ENDS = st.one_of(
    st.dates(date(2001, 1, 1), date(2001, 12, 31)).map(lambda day: f"{day:%m-%d}"),
    st.sampled_from(["02-29", "02-30", "04-31", "12-39", "01-00"]),
)
END = date(2009, 6, 30)


def folder(*records: Record) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = {}
    for record in records:
        found.setdefault(record.drawer, []).append(record)
    return found


def known(*records: Record) -> Facts:
    return facts(folder(*records), None)


# --- the arithmetic of dates


@pytest.mark.parametrize(
    ("start", "keep", "due"),
    [
        ("2021-03-10", Keep(years=5), "2026-03-10"),
        ("2020-02-29", Keep(years=5), "2025-02-28"),
        ("2020-02-29", Keep(years=4), "2024-02-29"),
        ("2023-01-31", Keep(months=1), "2023-02-28"),
        ("2024-01-31", Keep(months=1), "2024-02-29"),
        ("2023-11-30", Keep(months=3), "2024-02-29"),
        ("2023-12-31", Keep(months=12), "2024-12-31"),
        ("2024-02-29", Keep(years=1, months=12), "2026-02-28"),
    ],
)
def test_a_term_is_due_on_the_same_day_of_its_last_month(start: str, keep: Keep, due: str) -> None:
    assert due_on(date.fromisoformat(start), keep) == date.fromisoformat(due)


def test_no_term_is_due_at_its_start() -> None:
    assert due_on(END, None) == END


@given(start=DAYS, later=DAYS, keep=KEEPS)
def test_a_later_start_is_never_due_sooner(start: date, later: date, keep: Keep) -> None:
    first, second = sorted((start, later))
    assert due_on(first, keep) <= due_on(second, keep)


@given(start=DAYS, keep=KEEPS)
def test_a_term_is_never_due_before_it_starts_and_lands_in_its_month(start: date, keep: Keep) -> None:
    due = due_on(start, keep)
    assert due >= start
    assert (due.year - start.year) * 12 + due.month - start.month == keep.total
    assert due.day == start.day or (due.day < start.day and (due + timedelta(1)).day == 1)


@given(start=DAYS, one=KEEPS, other=KEEPS)
def test_a_longer_term_is_never_due_sooner(start: date, one: Keep, other: Keep) -> None:
    short, long = sorted((one, other), key=lambda keep: keep.total)
    assert due_on(start, short) <= due_on(start, long)


@pytest.mark.parametrize(
    ("day", "end", "closing"),
    [
        ("2024-12-31", "12-31", "2024-12-31"),
        ("2025-01-01", "12-31", "2025-12-31"),
        ("2024-06-30", "06-30", "2024-06-30"),
        ("2024-07-01", "06-30", "2025-06-30"),
        ("2024-02-29", "02-29", "2024-02-29"),
        ("2023-03-01", "02-29", "2024-02-29"),
        ("2023-02-28", "02-29", "2023-02-28"),
        ("2024-02-29", "02-28", "2025-02-28"),
        ("2024-04-30", "04-31", "2024-04-30"),
    ],
)
def test_the_closing_day_belongs_to_its_year(day: str, end: str, closing: str) -> None:
    assert closing_of(date.fromisoformat(day), end) == date.fromisoformat(closing)


@given(day=DAYS, end=ENDS)
def test_the_close_is_the_next_one(day: date, end: str) -> None:
    closing = closing_of(day, end)
    assert day <= closing <= day + timedelta(366)
    assert closing_of(closing, end) == closing
    assert closing_of(closing + timedelta(1), end) > closing


# --- the state of a relationship


@pytest.mark.parametrize("signed", [None, date(2008, 2, 1)])
@pytest.mark.parametrize("trigger", sorted(TRIGGERS))
def test_nothing_starts_while_a_contract_is_open(trigger: str, signed: date | None) -> None:
    records = coached(END, contract(signed=signed))
    for drawer in records:
        assert start_of(trigger, facts(records, None), drawer) == Start(None, "contract_open")  # type: ignore[arg-type]  # the names of the table


def test_the_latest_end_counts() -> None:
    first, last = contract(ended=date(2008, 3, 1)), contract(ended=END)
    assert known(first, last, client()).ended_on == END
    assert known(last, first, client(closed=date(2009, 7, 15))).ended_on == date(2009, 7, 15)
    assert known(first, last, client(closed=date(2008, 1, 1))).ended_on == END


def test_without_a_contract_the_closing_is_the_end() -> None:
    there = known(client(closed=END), session(date(2009, 5, 1)))
    assert start_of("contract_end", there, "notes") == Start(END)


def test_someone_coached_without_a_contract_is_kept_until_closed() -> None:
    there = known(client(), session(date(2009, 5, 1)), note(date(2009, 5, 1)))
    assert not there.is_prospect
    assert start_of("contract_end", there, "notes") == Start(None, "not_closed")


def test_who_comes_back_after_the_end_starts_the_term_anew() -> None:
    back = date(2015, 1, 5)
    there = known(client(closed=END), contract(ended=END), session(back, "discovery"))
    assert start_of("contract_end", there, "notes") == Start(back)


# --- prospects


def test_a_first_talk_makes_a_prospect_and_a_contract_or_a_session_makes_none() -> None:
    first = session(END, "discovery")
    assert known(client(), first, note(END)).is_prospect
    assert not known(client(), first, contract()).is_prospect
    assert not known(client(), first, session(END, "closing")).is_prospect


@pytest.mark.parametrize("drawer", ["billing", "summary", "reports"])
def test_a_client_whose_contract_is_gone_does_not_become_a_prospect(drawer: str) -> None:
    assert not known(client(closed=END), document(drawer, END)).is_prospect


def test_a_folder_without_a_client_is_no_prospect() -> None:
    assert not known(session(END, "discovery")).is_prospect


def test_the_last_contact_is_the_newest_session_or_note() -> None:
    records = met(date(2009, 3, 1))
    assert facts(records, None).last_contact == date(2009, 3, 1)
    records["notes"].append(note(date(2009, 4, 1)))
    assert facts(records, None).last_contact == date(2009, 4, 1)


def test_else_the_last_contact_is_the_closing_and_else_the_day_of_entry() -> None:
    created = date(2020, 5, 5)
    assert known(client(created=created)).last_contact == created
    assert known(client(created=created, closed=END)).last_contact == END


def test_without_anyone_there_is_no_last_contact() -> None:
    assert start_of("last_contact", facts({}, None), "identity") == Start(None, "no_contact")


# --- what a record says of its day


def test_a_record_of_the_past_that_is_entered_today_is_of_the_past() -> None:
    today = date(2026, 11, 22)
    assert last_day(note(END, created=today)) == END
    assert last_day(matter("complaints", date(2009, 1, 1), END, created=today)) == END
    assert last_day(client(created=today)) == today


def test_fiscal_triggers_count_from_the_newest_paper() -> None:
    papers = [document("billing", date(2009, 3, 31)), document("billing", date(2008, 1, 1))]
    there = facts(folder(client(closed=END), *papers), profile(fiscal_year_end="03-31"))
    assert start_of("fy_close", there, "billing") == Start(date(2009, 3, 31))
    assert start_of("year_after_fy_close", there, "billing") == Start(date(2010, 1, 1))
    assert start_of("fy_close", there, "log") == Start(None, "no_record")
    assert start_of("year_after_fy_close", there, "log") == Start(None, "no_record")


def test_the_calendar_year_is_the_default_of_the_financial_year() -> None:
    there = known(client(closed=END), document("billing", END))
    assert start_of("fy_close", there, "billing") == Start(date(2009, 12, 31))
    assert start_of("year_after_fy_close", there, "billing") == Start(date(2010, 1, 1))


def test_an_open_matter_keeps_its_drawer() -> None:
    done = matter("complaints", date(2009, 1, 1), date(2009, 9, 1))
    still = matter("complaints", date(2009, 2, 1), None)
    assert start_of("event_closed", known(client(), done), "complaints") == Start(date(2009, 9, 1))
    assert start_of("event_closed", known(client(), done, still), "complaints") == Start(None, "event_open")
    assert start_of("event_closed", known(client(), still), "rights") == Start(None, "no_record")


def test_a_consent_ends_with_the_relationship_or_its_withdrawal_if_that_is_later() -> None:
    early, late = document("consents", date(2009, 1, 1)), document("consents", date(2009, 8, 1))
    there = [client(closed=END), contract(ended=END)]
    assert start_of("consent_end", known(*there, early), "consents") == Start(END)
    assert start_of("consent_end", known(*there, early, late), "consents") == Start(date(2009, 8, 1))
    assert start_of("consent_end", known(*there), "consents") == Start(None, "no_record")
    open_ended = known(client(), session(END), early)
    assert start_of("consent_end", open_ended, "consents") == Start(None, "not_closed")


def test_a_hold_counts_until_it_is_closed() -> None:
    assert known(client(), hold()).is_held
    assert known(client(), hold(closed=END), hold()).is_held
    assert not known(client(), hold(closed=END)).is_held


# --- the conditions


@pytest.mark.parametrize(
    ("fields", "online"),
    [
        ({"fee": "60.00", "sessions": 2, "currency": "EUR"}, True),
        ({"fee": "59.99", "sessions": 2, "currency": "EUR"}, False),
        ({"fee": "60.00", "sessions": 2}, True),
        ({"fee": "0", "sessions": 4}, False),
        ({"fee": "60.00"}, True),
        ({}, True),
        ({"fee": "1.00", "sessions": 1, "currency": "CHF"}, True),
        ({"fee": "600.00", "sessions": 9, "consumer": False}, False),
        ({"fee": "600.00", "sessions": 9, "concluded": "off_premises"}, False),
        ({"fee": "600.00", "sessions": 9, "concluded": None}, False),
    ],
)
def test_when_the_ten_year_rule_for_online_contracts_holds(fields: dict[str, Any], *, online: bool) -> None:
    values = {"concluded": "distance", **fields}
    if "fee" in values:
        values["fee"] = Decimal(str(values["fee"]))
    there = known(client(), contract(ended=END), contract(ended=END, **values))
    assert ("online_consumer" in there.conditions) is online


def test_the_accounting_of_the_profile_is_a_condition() -> None:
    assert facts({}, profile(accounting="bnc")).conditions == {"bnc"}
    assert facts({}, profile(accounting="commercial")).conditions == frozenset()


def test_every_reason_has_its_sentence() -> None:
    sentences = {sentence(why) for why in get_args(Why)}
    assert len(sentences) == len(get_args(Why))
