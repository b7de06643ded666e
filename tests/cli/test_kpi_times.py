"""K12 with open tickets counted as lasting longer, K13 at past instants, K14 around the birthday."""

from typing import Any

import pytest

from tests.asking import counts, figure, figures, opened, staffed
from tests.conftest import Desk, filled_once
from tests.homes import customer, machine

NOVEMBER = ("--month", "2026-11")
LATER = "2026-12-05 12:00"


@filled_once
def home(desk: Desk) -> Desk:
    return staffed(desk)


def lasted(desk: Desk, verb: str, *words: str) -> None:
    """Over after 2, 4, 6, 8 hours, and open for 3, 5, 10 at six in the evening of the twenty-first."""
    for hours in (2, 4, 6, 8):
        ticket = opened(desk, "2026-11-10 08:00", "--customer", "C1", "--no-appliance")
        desk.do("ticket", verb, f"T{ticket}", *words, now=f"2026-11-10 {8 + hours:02}:00")
    for hours in (3, 5, 10):
        opened(desk, f"2026-11-21 {18 - hours:02}:00", "--customer", "C1", "--no-appliance")


@pytest.mark.parametrize(
    ("kpi", "verb", "words"),
    [
        ("time_to_repair", "complete", ("--outcome", "fixed")),
        ("time_to_arrive", "arrive", ("--technician", "Li")),
        ("time_to_arrive", "arrive", ("--technician", "Li", "--no-access")),
    ],
)
def test_the_median_of_six_hours(home: Desk, kpi: str, verb: str, words: tuple[str, ...]) -> None:
    """K12: the closed ones alone would say five."""
    lasted(home, verb, *words)
    found = figures(home, *NOVEMBER)
    row = found[kpi]
    assert (row["value"], row["unit"], row["n"], row["pending"]) == (6.0, "hours", 4, 3)
    assert found[f"{kpi}_mean"]["value"] == 5.0
    # After eight hours 23 % still go on, and the oldest open one is not old enough to tell.
    assert found[f"{kpi}_p90"]["value"] is None


def test_where_all_are_closed_the_ninth_of_ten_is_the_p90(home: Desk) -> None:
    for hours in range(1, 11):
        ticket = opened(home, "2026-11-10 08:00", "--customer", "C1", "--no-appliance")
        home.do("ticket", "complete", f"T{ticket}", "--outcome", "fixed", now=f"2026-11-10 {8 + hours:02}:00")
    found = figures(home, *NOVEMBER)
    assert [found[f"time_to_repair{name}"]["value"] for name in ("", "_p90", "_mean")] == [5.0, 9.0, 5.5]


def test_a_median_that_is_never_reached_is_longer_than_the_oldest_open_one(home: Desk) -> None:
    opened(home, "2026-11-21 08:00", "--customer", "C1", "--no-appliance")
    row = figure(home, "time_to_repair", *NOVEMBER)
    assert (row["value"], row["n"], row["pending"]) == (None, 0, 1)
    screen = home.run("kpi", "report", *NOVEMBER, "--only", "time_to_repair", "--format", "table").out
    assert "> 10 h" in screen


def test_the_other_clocks_say_what_they_measure(home: Desk) -> None:
    """Reported at eight, waiting from ten to twelve and from one on, reached at three, completed at four."""
    opened(home, "2026-11-10 08:00", "--customer", "C1", "--no-appliance")
    for hour, words in (
        ("10", ("wait", "T1", "--cause", "outlet_part")),
        ("12", ("resume", "T1")),
        ("13", ("wait", "T1", "--cause", "customer")),
        ("15", ("arrive", "T1", "--technician", "Li")),
        ("16", ("complete", "T1", "--outcome", "fixed")),
    ):
        home.do("ticket", *words, now=f"2026-11-10 {hour}:00")
    found = figures(home, *NOVEMBER)
    assert [found[kpi]["value"] for kpi in ("time_to_repair", "time_waiting", "time_hands_on")] == [8.0, 5.0, 1.0]


def test_what_has_no_end_to_wait_for_is_left_out(home: Desk) -> None:
    for words in (
        ("cancel", "--reason", "works_again", "--by", "customer"),
        ("complete", "--outcome", "resolved_remotely"),
        ("complete", "--outcome", "fixed"),
    ):
        ticket = opened(home, "2026-11-10 08:00", "--customer", "C1", "--no-appliance")
        home.do("ticket", words[0], f"T{ticket}", *words[1:], now="2026-11-10 09:00")
    rows = home.do("kpi", "rows", "time_to_arrive", *NOVEMBER)
    assert [(row["verdict"], row["reason"], row["amount"]) for row in rows] == [
        ("excluded", "cancelled_without_arrival", None),
        ("excluded", "remote", None),
        ("excluded", "completed_without_arrival", None),
    ]


def test_the_backlog_is_computed_anew_for_any_past_instant(home: Desk) -> None:
    opened(home, "2026-11-01 12:00", "--customer", "C1", "--no-appliance")
    opened(home, "2026-11-03 12:00", "--customer", "C1", "--no-appliance")
    home.do("ticket", "complete", "T1", "--outcome", "fixed", now="2026-11-05 12:00")
    then = ("11-02 12:00", "11-04 12:00", "11-05 12:00", "11-21 12:00")
    found = [figures(home, "--as-of", f"2026-{at}") for at in then]
    assert [row["backlog"]["value"] for row in found] == [1, 2, 1, 1]
    assert [row["oldest_open"]["value"] for row in found] == [1.0, 3.0, 2.0, 18.0]


def test_a_window_holds_a_ticket_until_its_last_second(home: Desk) -> None:
    opened(home, "2026-11-02 09:00", "--customer", "C1", "--no-appliance")
    window = ("--from", "2026-11-05 14:00", "--to", "2026-11-05 16:00", "--asked-by", "outlet")
    home.do("ticket", "appoint", "T1", *window, now="2026-11-02 09:05")
    then = [home.do("kpi", "rows", "backlog", "--as-of", f"2026-11-05 {at}") for at in ("15:59:59", "16:00:00")]
    assert [row["reason"] for (row,) in then] == ["appointed", "unassigned"]


def test_cancel_and_reopen_does_not_make_a_ticket_young(home: Desk) -> None:
    opened(home, "2026-11-01 12:00", "--customer", "C1", "--no-appliance")
    home.do("ticket", "cancel", "T1", "--reason", "no_contact", "--by", "outlet", now="2026-11-10 12:00")
    home.do("ticket", "reopen", "T1", now="2026-11-11 12:00")
    home.do("ticket", "cancel", "T2", "--reason", "no_contact", "--by", "outlet", now="2026-11-12 12:00")
    home.do("ticket", "reopen", "T2", now="2026-11-13 12:00")
    (row,) = home.do("kpi", "rows", "backlog", "--as-of", "2026-11-14 12:00")
    assert (row["ticket_id"], row["amount"], row["reason"]) == (3, 13.0, "unassigned")


def test_the_backlog_by_month_is_that_of_the_end_of_each(home: Desk) -> None:
    """September has ended, October has ended, November is taken as it stands, December has not begun."""
    opened(home, "2026-09-30 23:59:59", "--customer", "C1", "--no-appliance")
    opened(home, "2026-10-31 12:00", "--customer", "C1", "--no-appliance")
    home.do("ticket", "complete", "T1", "--outcome", "fixed", now="2026-11-01 00:00")
    words = ("--from", "2026-09-01", "--to", "2026-12-31", "--only", "backlog", "--by", "month")
    rows = home.do("kpi", "report", *words)
    assert {row["period"]: row["value"] for row in rows} == {"2026-09": 1, "2026-10": 2, "2026-11": 1}


@filled_once
def birthdays(desk: Desk) -> Desk:
    """Nine machines of nine customers, five years old on 10 October 2026, each with its visit T1…T9."""
    for n in range(9):
        machine(desk, customer(desk, f"Customer {n}", now="2026-01-01 08:00"), "fridge", "2021-10-10",
                now="2026-01-01 08:00")  # fmt: skip
    lines = desk.do("maintenance", "generate", "--until", "2026-10-10", now="2026-09-01 08:00")
    assert [line["ticket_id"] for line in lines] == list(range(1, 10))
    return desk


def cared(desk: Desk, ticket: int, at: str, outcome: str = "done") -> None:
    desk.do("ticket", "complete", f"T{ticket}", "--outcome", outcome, now=f"2026-{at}")


def birthday_verdicts(desk: Desk, *words: str, now: str = LATER) -> dict[int, tuple[str, str]]:
    rows: list[dict[str, Any]] = desk.do(
        "kpi", "rows", "maintenance_completion_rate", "--month", "2026-10", *words, now=now
    )
    return {row["ticket_id"]: (row["verdict"], row["reason"]) for row in rows}


def test_a_birthday_is_celebrated_thirty_days_before_or_after(birthdays: Desk) -> None:
    cared(birthdays, 1, "09-09 23:59:59")
    cared(birthdays, 2, "09-10 00:00")
    cared(birthdays, 3, "10-10 12:00")
    cared(birthdays, 4, "11-09 23:59:59")
    cared(birthdays, 5, "11-10 00:00")
    cared(birthdays, 6, "10-10 12:00", "referred")
    birthdays.do("maintenance", "decline", "A7", "--age", "5", "--reason", "no visits", now="2026-09-05 08:00")
    birthdays.do("ticket", "cancel", "T8", "--reason", "out_of_area", "--by", "outlet", now="2026-09-05 08:00")
    assert birthday_verdicts(birthdays) == {
        1: ("miss", "done_late"),
        2: ("hit", "done"),
        3: ("hit", "done"),
        4: ("hit", "done"),
        5: ("miss", "done_late"),
        6: ("miss", "not_done"),
        7: ("excluded", "declined"),
        8: ("excluded", "out_of_area"),
        9: ("miss", "not_done"),
    }
    row = figure(birthdays, "maintenance_completion_rate", "--month", "2026-10", now=LATER)
    assert counts(row) == (3, 7, 0, 2)


def by_category(desk: Desk, *words: str) -> dict[str, tuple[int, int]]:
    key = ("--only", "maintenance_completion_rate", "--by", "category")
    rows = desk.do("kpi", "report", "--month", "2026-10", *key, *words, now=LATER)
    return {row["group"]: (row["hits"], row["total"]) for row in rows}


def test_each_birthday_of_a_visit_counts_under_its_own_category(desk: Desk) -> None:
    """One visit for three machines; that the washer is a fridge was found out later."""
    customer(desk, now="2026-01-01 08:00")
    for category, bought in (("computer", "2023-10-08"), ("flat_tv", "2025-10-10"), ("washer", "2021-10-20")):
        machine(desk, "C1", category, bought, now="2026-01-01 08:00")
    lines = desk.do("maintenance", "generate", "--until", "2026-10-31", now="2026-09-20 08:00")
    assert {line["ticket_id"] for line in lines} == {1}
    cared(desk, 1, "10-11 12:00")
    desk.do("appliance", "edit", "A3", "--category", "fridge", now="2026-11-25 12:00")
    assert by_category(desk) == {"computer": (1, 1), "flat_tv": (1, 1), "fridge": (1, 1)}
    assert by_category(desk, "--as-of", "2026-11-24") == {"computer": (1, 1), "flat_tv": (1, 1), "washer": (1, 1)}


def test_a_birthday_is_pending_for_thirty_days_done_or_not(birthdays: Desk) -> None:
    cared(birthdays, 1, "10-10 12:00")
    then = [figure(birthdays, "maintenance_completion_rate", "--month", "2026-10", "--as-of", day, now=LATER)
            for day in ("2026-11-09", "2026-11-10")]  # fmt: skip
    assert [counts(row) for row in then] == [(0, 0, 9, 0), (1, 9, 0, 0)]


def test_a_retired_machine_has_no_birthday_from_when_that_was_known(birthdays: Desk) -> None:
    words = ("--reason", "scrapped", "--on", "2026-10-01")
    birthdays.do("appliance", "retire", "A1", *words, now="2026-11-15 12:00")
    assert birthday_verdicts(birthdays)[1] == ("excluded", "retired")
    assert birthday_verdicts(birthdays, "--as-of", "2026-11-15 11:59:59")[1] == ("miss", "not_done")


def test_a_machine_retired_after_its_birthday_had_one(birthdays: Desk) -> None:
    """It was cared for in time, and scrapped later."""
    cared(birthdays, 1, "10-10 12:00")
    words = ("--reason", "scrapped", "--on", "2026-10-11")
    birthdays.do("appliance", "retire", "A1", *words, now="2026-10-11 12:00")
    assert birthday_verdicts(birthdays)[1] == ("hit", "done")
