"""Birthdays and their grouping, without a file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from servicedesk.domain.birthday_rules import Line, Visit, birthday, grouped_visits, later, planned_visits, windows

TODAY = "2026-11-21"


def line(appliance_id: int, due_on: str, age: int = 1, **more: object) -> Line:
    return Line(appliance_id, age, due_on)._replace(**more)  # type: ignore[arg-type]


def days(visits: list[Visit]) -> list[tuple[str, list[str]]]:
    return [(visit.anchor_on, [x.due_on for x in visit.lines]) for visit in visits]


@pytest.mark.parametrize(
    ("base_on", "ages", "expected"),
    [
        ("2024-02-29", [1, 2, 3, 4, 5], ["2025-02-28", "2026-02-28", "2027-02-28", "2028-02-29", "2029-02-28"]),
        ("2024-02-29", [5, 10, 15, 20, 25], ["2029-02-28", "2034-02-28", "2039-02-28", "2044-02-29", "2049-02-28"]),
        ("2024-02-29", [3, 6, 9, 12], ["2027-02-28", "2030-02-28", "2033-02-28", "2036-02-29"]),
        ("2000-02-29", [1, 100, 400], ["2001-02-28", "2100-02-28", "2400-02-29"]),
        ("1999-03-01", [1], ["2000-03-01"]),
        ("2024-03-01", [1, 2], ["2025-03-01", "2026-03-01"]),
        ("2000-02-22", [3, 6, 9], ["2003-02-22", "2006-02-22", "2009-02-22"]),
    ],
)
def test_birthdays_are_counted_from_the_base(base_on: str, ages: list[int], expected: list[str]) -> None:
    assert [birthday(base_on, age) for age in ages] == expected


def test_windows_of_years_take_in_the_29th_of_february() -> None:
    assert windows("2026-11-21", "2027-02-28") == [(2026, "11-21", "12-31"), (2027, "01-01", "02-29")]
    assert windows("2028-02-01", "2028-02-28") == [(2028, "02-01", "02-28")]
    assert windows("2027-02-28", "2027-02-28") == [(2027, "02-28", "02-29")]


def test_a_day_never_runs_out_of_the_calendar() -> None:
    assert (later(TODAY, 30), later("9999-12-20", 30)) == ("2026-12-21", "9999-12-31")


def test_household_of_the_book_makes_two_visits() -> None:
    lines = [line(4, "2027-01-10", 3), line(1, "2026-12-05", 5), line(3, "2026-12-28", 5), line(2, "2026-12-20", 3)]
    assert days(grouped_visits(lines, [], until="2027-01-20")) == [
        ("2026-12-05", ["2026-12-05", "2026-12-20", "2026-12-28"]),
        ("2027-01-10", ["2027-01-10"]),
    ]


def test_visits_are_held_together_by_the_anchor_not_by_the_last_line() -> None:
    lines = [line(n, later(TODAY, days)) for n, days in enumerate((0, 25, 50))]
    assert days(grouped_visits(lines, [], until="2027-12-31")) == [
        (TODAY, [TODAY, later(TODAY, 25)]),
        (later(TODAY, 50), [later(TODAY, 50)]),
    ]


@pytest.mark.parametrize(("after", "visits"), [(30, 1), (31, 2)])
def test_the_thirtieth_day_still_joins(after: int, visits: int) -> None:
    lines = [line(1, TODAY), line(2, later(TODAY, after))]
    assert len(grouped_visits(lines, [], until="2027-12-31")) == visits


def test_a_birthday_beyond_the_horizon_joins_but_begins_nothing() -> None:
    lines = [line(1, "2026-12-20"), line(2, "2026-12-28"), line(3, "2027-01-25")]
    assert days(grouped_visits(lines, [], until="2026-12-21")) == [("2026-12-20", ["2026-12-20", "2026-12-28"])]


def test_a_late_line_joins_the_open_visit_that_takes_it() -> None:
    visits = grouped_visits(
        [line(1, "2026-12-04"), line(2, "2027-01-04")], [Visit("2026-12-05", 7)], until="2027-02-01"
    )
    assert [(v.ticket_id, v.anchor_on) for v in visits] == [(7, "2026-12-05"), (None, "2026-12-04")]


def test_only_the_newest_of_several_past_birthdays_is_wanted() -> None:
    visits = planned_visits(
        [line(1, f"{year}-05-01", year - 2020) for year in (2024, 2025, 2026)], [], today=TODAY, until=TODAY
    )
    assert [(x.age, x.is_over) for v in visits for x in v.lines] == [(4, True), (5, True), (6, False)]


def test_a_birthday_still_to_come_is_never_missed() -> None:
    lines = [line(1, "2026-12-01", 6), line(1, "2027-12-01", 7)]
    assert days(planned_visits(lines, [], today=TODAY, until="2028-01-01")) == [("2026-12-01", ["2026-12-01"])]


def test_a_missed_birthday_still_holds_its_visit_together() -> None:
    lines = [line(1, "2025-12-01", 5), line(1, "2026-12-01", 6), line(2, "2025-12-20", 3), line(3, "2026-01-05", 3)]
    first, second, _ = planned_visits(lines, [], today=TODAY, until="2026-12-21")
    assert ([x.is_over for x in first.lines], second.anchor_on) == ([True, False], "2026-01-05")


@given(st.lists(st.tuples(st.integers(1, 6), st.integers(0, 120)), max_size=12), st.integers(0, 90))
def test_grouping_day_by_day_is_grouping_at_once(dues: list[tuple[int, int]], horizon: int) -> None:
    """M6: whatever the horizon was on the way, in the end the same birthdays stand in the same visits."""
    lines = [line(n, later(TODAY, days), who) for n, (who, days) in enumerate(dues)]
    at_once = grouped_visits(lines, [], until=later(TODAY, horizon))
    visits: list[Visit] = []
    for ahead in range(horizon + 1):
        taken = {x for visit in visits for x in visit.lines}
        gained = grouped_visits([x for x in lines if x not in taken], visits, until=later(TODAY, ahead))
        for visit in gained:
            known = next((v for v in visits if v.ticket_id == visit.ticket_id), None)
            if known:
                visits[visits.index(known)] = known._replace(lines=known.lines + visit.lines)
            else:
                visits.append(visit._replace(ticket_id=len(visits) + 1))
    assert days(sorted(visits, key=lambda v: v.anchor_on)) == days(at_once)
