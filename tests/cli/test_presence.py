"""Technicians who are away or have left: never chosen, warned of, their tickets named until somebody has them."""

from typing import Any

import pytest

from tests.conftest import Desk, filled_once

AWAY = ("technician", "absent", "Li", "--from", "2026-11-24", "--to", "2026-11-26")
LEFT = ("technician", "leave", "Li", "--on", "2026-11-24")


@filled_once
def home(desk: Desk) -> Desk:
    """Li and Wang, a customer, and T1: Li's, with a window on the 25th."""
    for name in ("Li", "Wang"):
        desk.do("technician", "add", name)
    desk.do("customer", "add", "Ann", "--phone", "13800138000")
    opened(desk, to="Li", window="2026-11-25 10")
    return desk


def opened(desk: Desk, *words: str, to: str = "", window: str = "", asked_by: str = "customer") -> str:
    ticket = f"T{desk.do('ticket', 'open', '--customer', 'C1', *words, 'no heat')['id']}"
    if to:
        desk.do("ticket", "assign", ticket, "--to", to)
    if window:
        appoint(desk, ticket, window, asked_by=asked_by)
    return ticket


def appoint(desk: Desk, ticket: str, window: str, *, asked_by: str = "customer") -> str:
    """The talk of an appointment of two hours."""
    day, hour = window.split()
    span = ("--from", f"{window}:00", "--to", f"{day} {int(hour) + 2:02d}:00", "--asked-by", asked_by)
    answer = desk.run("ticket", "appoint", ticket, *span)
    assert answer.code == 0, answer.err
    return answer.err


def unassigned(desk: Desk, *words: str) -> list[tuple[Any, ...]]:
    return [
        (item["ref"], item["technician"], item["technician_absent"], item["reason"])
        for item in desk.do("today", *words)
        if item["section"] == "unassigned"
    ]


@pytest.mark.parametrize(("words", "why"), [(AWAY, "absent to 2026-11-26"), (LEFT, "left 2026-11-24")])
def test_the_day_of_the_window_decides_who_is_chosen(home: Desk, words: tuple[str, ...], why: str) -> None:
    home.do(*words)
    assert home.do("ticket", "assign", "T1", "--auto")["technician"] == "Wang"
    answer = home.run("ticket", "assign", "T1", "--to", "Li")
    assert (answer.code, answer.err) == (0, f"warning: Li does not work on 2026-11-25: {why}\n")
    home.do("technician", "leave", "Wang", "--on", "2026-11-22")
    assert "nobody can take T1 on 2026-11-25" in home.refused(4, "ticket", "assign", "T1", "--auto")


def test_who_is_away_today_may_have_a_window_on_a_day_to_come(home: Desk) -> None:
    home.do("technician", "absent", "Li", "--from", "2026-11-21", "--to", "2026-11-22")
    opened(home, to="Wang")
    assert home.do("ticket", "assign", "T1", "--auto")["technician"] == "Li"


def test_without_a_window_to_come_the_day_of_the_instant_decides(home: Desk) -> None:
    home.do("technician", "absent", "Li", "--from", "2026-11-26", "--to", "2026-11-26")
    answer = home.run("ticket", "assign", "T1", "--to", "Li", now="2026-11-26 09:00")
    assert "Li does not work on 2026-11-26" in answer.err


@pytest.mark.parametrize(("words", "why"), [(AWAY, "absent to 2026-11-26"), (LEFT, "left 2026-11-24")])
def test_an_appointment_beside_an_absence_is_warned(home: Desk, words: tuple[str, ...], why: str) -> None:
    home.do(*words)
    told = f"warning: Li does not work on 2026-11-24: {why}\n"
    assert appoint(home, "T1", "2026-11-24 09") == f"it replaces the window that began 2026-11-25 10:00\n{told}"
    assert appoint(home, "T1", "2026-11-23 09") == "it replaces the window that began 2026-11-24 09:00\n"


def test_a_window_that_ends_at_midnight_is_not_of_the_next_day(home: Desk) -> None:
    home.do(*AWAY)
    span = ("--from", "2026-11-23 22:00", "--to", "2026-11-24 00:00", "--asked-by", "customer")
    assert "does not work" not in home.run("ticket", "appoint", "T1", *span).err


def test_two_windows_of_one_technician_at_a_time_are_warned(home: Desk) -> None:
    told = "warning: Li has T1 at that time: 2026-11-25 10:00–12:00\n"
    ticket = opened(home, to="Li")
    said = [appoint(home, ticket, f"2026-11-25 {hour:02d}") for hour in (8, 9, 11, 12)]
    assert [told in notes for notes in said] == [False, True, True, False]
    appoint(home, ticket, "2026-11-25 11")
    home.do("ticket", "assign", ticket, "--to", "Wang")
    assert told in home.run("ticket", "assign", ticket, "--to", "Li").err


def test_an_absence_names_the_windows_and_the_deadlines_in_it(home: Desk) -> None:
    opened(home, to="Li", window="2026-11-27 10")
    opened(home, to="Li")
    sentence = "1 open ticket must find another technician: T1 (2026-11-25 10:00–12:00)"
    assert home.run(*AWAY).err == f"Li, 2026-11-24 to 2026-11-26: absent\n{sentence}\n"
    again = home.run(*AWAY).err
    assert again == f"Li, 2026-11-24 to 2026-11-26: nothing to do\n{sentence}\n"
    assert sentence not in home.run(*AWAY, "--undo").err
    tomorrow = home.run("technician", "absent", "Li", "--from", "2026-11-22", "--to", "2026-11-22").err
    assert tomorrow.endswith("1 open ticket must find another technician: T3\n")


def test_who_leaves_is_told_every_open_ticket(home: Desk) -> None:
    for _ in range(6):
        opened(home, to="Li")
    names = "T1 (2026-11-25 10:00–12:00), T2, T3, T4, T5, T6, T7"
    told = f"7 open tickets must find another technician: {names}\n"
    assert home.run(*LEFT).err == told
    assert home.run(*LEFT).err == f"nothing differs, nothing to do\n{told}"


@pytest.mark.parametrize(("words", "reason"), [(AWAY, "technician_absent"), (LEFT, "technician_left")])
def test_a_window_of_somebody_away_is_unassigned_from_then_on(home: Desk, words: tuple[str, ...], reason: str) -> None:
    assert unassigned(home) == []
    home.do(*words)
    assert unassigned(home) == [("T1", "Li", True, reason)]
    home.do("ticket", "assign", "T1", "--auto")
    assert unassigned(home) == []


def test_what_is_left_behind_is_unassigned_whatever_it_is(home: Desk) -> None:
    opened(home, "--type", "guidance", to="Li")
    home.do("technician", "absent", "Li", "--from", "2026-11-21", "--to", "2026-11-22")
    assert unassigned(home) == []
    home.do("technician", "leave", "Li", "--on", "2026-11-21")
    assert [item[0] for item in unassigned(home)] == ["T1", "T2"]
    screen = home.run("today", "--format", "markdown").out
    assert "| T1 | 11-25 10:00 | Li (left) | Ann |" in screen
    home.do("undo")
    home.do(*LEFT)
    assert "| T1 | 11-25 10:00 | Li (leaves) | Ann |" in home.run("today", "--format", "markdown").out


def test_a_repair_that_nobody_reached_cannot_wait_for_who_is_away_today(home: Desk) -> None:
    waiting, urgent = opened(home, to="Li"), opened(home, to="Li")
    home.do("ticket", "arrive", waiting)
    home.do("technician", "absent", "Li", "--from", "2026-11-21", "--to", "2026-11-21")
    assert [item[0] for item in unassigned(home)] == [urgent]


def test_a_planned_visit_needs_its_technician_on_its_day(home: Desk) -> None:
    words = ("--customer", "C1", "--category", "fridge", "--bought", "2021-11-25")
    home.do("appliance", "add", *words, now="2025-01-01 08:00")
    home.do("ticket", "cancel", "T1", "--reason", "works_again", "--by", "customer")
    home.do("maintenance", "generate")
    home.do("ticket", "assign", "T2", "--to", "Li")
    assert "another technician: T2\n" in home.run(*AWAY).err
    assert unassigned(home) == [("T2", "Li", True, "technician_absent")]
    assert home.do("ticket", "assign", "T2", "--auto")["technician"] == "Wang"


def test_an_arrival_of_somebody_who_does_not_work_that_day_is_warned(home: Desk) -> None:
    opened(home, to="Li")
    home.do("technician", "leave", "Li", "--on", "2026-11-20")
    told = "warning: Li does not work on 2026-11-21: left 2026-11-20\n"
    assert home.run("ticket", "arrive", "T2", "--technician", "Li").err == told
    assert home.run("ticket", "arrive", "T2", "--at", "18:00").err == f"T2: already recorded, nothing changed\n{told}"
    assert home.run("ticket", "arrive", "T2", "--technician", "Wang", "--at", "18:00").err == ""


def test_an_arrival_of_nobody_is_warned(home: Desk) -> None:
    answer = home.run("ticket", "arrive", opened(home))
    assert answer.code == 0
    assert "nobody is assigned to T2" in answer.err
    assert "'ticket correct T2 --event 2 --technician NAME --reason R'" in answer.err
    home.do("ticket", "correct", "T2", "--event", "2", "--technician", "Wang", "--reason", "forgotten")
    assert home.do("ticket", "show", "T2")["events"][-1]["technician"] == "Wang"


def test_a_window_of_the_outlet_past_the_deadline_is_warned(home: Desk) -> None:
    ticket = opened(home)
    told = f"warning: the deadline of {ticket} is 2026-11-22 18:00"
    assert [told in appoint(home, ticket, f"2026-11-22 {hour}", asked_by="outlet") for hour in (15, 16, 17, 19)] == [
        False, False, True, True,
    ]  # fmt: skip
    assert "a sure miss" in appoint(home, ticket, "2026-11-22 19", asked_by="outlet")
    assert "deadline" not in appoint(home, ticket, "2026-11-22 19", asked_by="customer")
    reached = opened(home, to="Wang")
    home.do("ticket", "arrive", reached)
    assert appoint(home, reached, "2026-11-27 10", asked_by="outlet") == ""


def board(desk: Desk, *words: str) -> list[tuple[Any, ...]]:
    rows = desk.do("technician", "day", *words)
    return [(row["technician"], row["ticket_id"], row["reason"]) for row in rows]


def test_the_board_has_the_visits_of_everybody_and_of_nobody(home: Desk) -> None:
    opened(home)
    opened(home, to="Wang", window="2026-11-25 14")
    assert board(home, "--on", "2026-11-25") == [(None, 2, None), ("Li", 1, None), ("Wang", 3, None)]
    assert board(home) == [(None, 2, None), ("Li", None, None), ("Wang", None, None)]
    home.do(*AWAY)
    away = ("Li", None, "technician_absent")
    assert board(home, "--on", "2026-11-25") == [
        ("Li", 1, "technician_absent"),
        (None, 2, None),
        ("Wang", 3, None),
        away,
    ]


def test_the_board_says_who_is_free_and_who_is_away(home: Desk) -> None:
    home.do(*AWAY)
    shown = home.run("technician", "day", "--on", "2026-11-25", "--format", "table").out
    assert shown == (
        "Test outlet, 2026-11-25\nfree: Wang\naway: Li (absent to 2026-11-26)\n\n"
        "Nobody (1)\n10:00–12:00  T1  Li (away)  Ann  13800138000  no heat\n"
    )
    home.do("technician", "leave", "Li", "--on", "2026-11-21")
    assert "T1  Li (left)" in home.run("technician", "day", "--on", "2026-11-25", "--format", "table").out


def test_a_sheet_is_one_technicians(home: Desk) -> None:
    for option in ("--sheet", "--ics"):
        assert "technician day NAME" in home.refused(2, "technician", "day", option, "-")


def test_the_board_says_in_chinese_what_waits(home: Desk) -> None:
    home.do("ticket", "wait", "T1", "--cause", "customer")
    shown = home.run("--language", "zh", "technician", "day", "--on", "2026-11-25", "--format", "table").out
    assert "10:00–12:00，待件" in shown
