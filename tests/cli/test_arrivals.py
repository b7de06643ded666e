"""An arrival that was forgotten: taken on a completed ticket, before its completion, as a fact of today."""

from typing import Any

import pytest

from tests.conftest import Desk, filled_once

FORGOTTEN = ("ticket", "arrive", "T1", "--at", "2026-11-16 11:00")


@filled_once
def done(desk: Desk) -> Desk:
    """T1 of Li, reported on the 16th at 09:00 and completed at 12:00; nobody typed that he came."""
    for name in ("Li", "Wang"):
        desk.do("technician", "add", name)
    desk.do("customer", "add", "Ann", "--phone", "13800138000")
    desk.do("ticket", "open", "--customer", "C1", "no heat", now="2026-11-16 09:00")
    desk.do("ticket", "assign", "T1", "--to", "Li", now="2026-11-16 09:01")
    desk.do("ticket", "complete", "T1", "--outcome", "fixed", now="2026-11-16 12:00")
    return desk


def arrival_rate(desk: Desk, *words: str) -> tuple[int, int]:
    (row,) = desk.do("kpi", "report", "--month", "2026-11", "--only", "arrival_24h_rate", *words)
    return row["hits"], row["total"]


def kinds(desk: Desk) -> list[Any]:
    return [event["kind"] for event in desk.do("ticket", "show", "T1")["events"]]


def test_a_forgotten_arrival_is_taken_after_the_completion(done: Desk) -> None:
    shown = done.do(*FORGOTTEN)
    assert (shown["status"], shown["arrived_at"][:16]) == ("completed", "2026-11-16T11:00")
    assert done.do("ticket", "show", "T1")["events"][-1]["technician"] == "Li"
    assert done.run(*FORGOTTEN).err == "T1: already recorded, nothing changed\n"
    assert "damage" not in {row["kind"] for row in done.do("check")}


def test_it_counts_from_its_recording_on(done: Desk) -> None:
    done.do(*FORGOTTEN)
    assert arrival_rate(done) == (1, 1)
    assert arrival_rate(done, "--as-of", "2026-11-21 17:59") == (0, 1)


def test_it_is_undone_and_comes_back(done: Desk) -> None:
    done.do(*FORGOTTEN)
    done.do("undo")
    assert done.do("ticket", "show", "T1")["arrived_at"] is None
    done.do("redo")
    assert done.do("ticket", "show", "T1")["arrived_at"] == "2026-11-16T11:00:00+08:00"


@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        (("--at", "2026-11-16 08:59"), "was reported"),
        (("--at", "2026-11-16 12:01"), "nobody arrives after that"),
        ((), "--at TIME, not later than 2026-11-16 12:00"),
    ],
)
def test_it_lies_between_the_report_and_the_completion(done: Desk, at: tuple[str, ...], sentence: str) -> None:
    assert sentence in done.refused(4, "ticket", "arrive", "T1", *at)
    assert kinds(done) == ["reported", "assigned", "completed"]


def test_a_cancelled_ticket_takes_none(done: Desk) -> None:
    done.do("ticket", "open", "--customer", "C1", "no heat", now="2026-11-16 09:00")
    done.do("ticket", "cancel", "T2", "--reason", "works_again", "--by", "customer", now="2026-11-16 12:00")
    assert "was cancelled" in done.refused(4, "ticket", "arrive", "T2", "--at", "2026-11-16 11:00")


def test_who_came_and_who_completed_are_told_apart(done: Desk) -> None:
    answer = done.run(*FORGOTTEN, "--technician", "Wang")
    assert "'ticket correct T1 --event 3 --technician NAME --reason R'" in answer.err
    done.do("ticket", "correct", "T1", "--event", "3", "--technician", "Wang", "--reason", "Wang came")


@filled_once
def appointed(desk: Desk) -> Desk:
    """T1, reported on the 16th, with a window on the 18th that was agreed on the 17th."""
    desk.do("technician", "add", "Li")
    desk.do("customer", "add", "Ann", "--phone", "13800138000")
    desk.do("ticket", "open", "--customer", "C1", "no heat", now="2026-11-16 09:00")
    desk.do("ticket", "assign", "T1", "--to", "Li", now="2026-11-16 09:01")
    desk.do("ticket", "appoint", "T1", *WINDOW, now="2026-11-17 09:00")
    return desk


WINDOW = ("--from", "2026-11-18 14:00", "--to", "2026-11-18 16:00", "--asked-by", "customer")
EARLY = "warning: the window of T1 is 2026-11-18 14:00–16:00: is the arrival right?\n"


@pytest.mark.parametrize(
    ("at", "warning"),
    [
        ("2026-11-16 11:00", ""),  # nobody had agreed on the window
        ("2026-11-17 14:30", EARLY),
        ("2026-11-18 12:59", EARLY),
        ("2026-11-18 13:00", ""),
        ("2026-11-18 17:00", ""),
    ],
)
def test_an_arrival_long_before_its_window_is_warned_of(appointed: Desk, at: str, warning: str) -> None:
    answer = appointed.run("ticket", "arrive", "T1", "--at", at)
    assert (answer.code, answer.err) == (0, warning)


def test_an_early_arrival_is_warned_of_in_chinese(appointed: Desk) -> None:
    answer = appointed.run("--language", "zh", "ticket", "arrive", "T1", "--at", "2026-11-17 14:30")
    assert answer.err == "注意：T1 约的是 2026-11-18 14:00–16:00，这次上门的时间对吗？\n"


def test_the_window_of_a_completed_ticket_is_repeated_with_a_note(appointed: Desk) -> None:
    appointed.do("ticket", "complete", "T1", "--outcome", "fixed", now="2026-11-18 15:00")
    answer = appointed.run("ticket", "appoint", "T1", *WINDOW)
    assert answer.code == 0
    assert answer.err == "T1: already recorded, nothing changed\nT1 was completed 2026-11-18 15:00 (fixed)\n"
