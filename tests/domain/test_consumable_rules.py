"""Consumables fall due from the base day: none is lost, none comes twice, whatever day cron runs on (S38)."""

from datetime import date, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.domain.agreements.consumables import Plan, due_date

NEVER = date(9999, 12, 31)
DAYS = st.dates(date(1990, 1, 1), date(2030, 12, 31))


def test_six_nets_a_year_are_seventy_two_in_twelve_years() -> None:
    bought = date(2020, 1, 15)
    plan = Plan(bought, 6, bought, NEVER)
    days = [plan.due_on(number) for number in plan.numbers(date(2032, 1, 15))]
    assert len(days) == 72
    assert days == [bought + relativedelta(months=2 * number) for number in range(1, 73)]


@pytest.mark.parametrize(
    ("base", "per_year", "number", "day"),
    [("2024-01-31", 12, 1, "2024-02-29"), ("2024-02-29", 1, 1, "2025-02-28"), ("2024-02-29", 1, 4, "2028-02-29"),
     ("2026-01-15", 5, 1, "2026-03-27"), ("2026-01-15", 5, 5, "2027-01-15"), ("2026-08-31", 2, 1, "2027-02-28")],
)  # fmt: skip
def test_a_due_date_counts_from_the_base_day(base: str, per_year: int, number: int, day: str) -> None:
    assert due_date(date.fromisoformat(base), per_year, number).isoformat() == day


@given(DAYS, st.integers(1, 12), st.integers(0, 4000), st.integers(0, 4000))
def test_the_numbers_are_those_whose_day_is_in_between(base: date, per_year: int, begin: int, length: int) -> None:
    first, until = base + timedelta(begin), base + timedelta(begin + length)
    plan = Plan(base, per_year, first, NEVER)
    every = [number for number in range(1, 12 * 25) if first <= due_date(base, per_year, number) <= until]
    assert list(plan.numbers(until)) == every
    assert len({plan.due_on(number) for number in every}) == len(every)


@given(DAYS, st.integers(1, 12), st.lists(st.integers(1, 90), min_size=1, max_size=30))
def test_whatever_days_cron_ran_every_one_is_sent_once(base: date, per_year: int, gaps: list[int]) -> None:
    plan, on, sent = Plan(base, per_year, base, NEVER), base, []
    for gap in gaps:
        on += timedelta(gap)
        due = plan.unsent(on)
        sent += due
        plan = plan._replace(sent=plan.sent | frozenset(due))
    assert sent == list(range(1, len(sent) + 1))
    assert plan.next_number(on) == len(sent) + 1


def test_nothing_falls_due_from_the_end_on() -> None:
    plan = Plan(date(2026, 1, 15), 6, date(2026, 1, 15), date(2026, 5, 15))
    assert [plan.due_on(number).isoformat() for number in plan.numbers(NEVER)] == ["2026-03-15"]
    assert plan.next_number(date(2026, 3, 15)) is None
    assert plan.next_number(date(2026, 3, 1)) == 1
    assert plan.next_number(date(2026, 6, 1)) is None
    assert list(plan.numbers(date(2025, 12, 1))) == []
