"""`ticket explain`: why a repair's deadline is when it is (K6)."""

from pathlib import Path
from random import Random

import pytest

from tests import random_outlets
from tests.conftest import Desk, filled_once


@filled_once
def moved(desk: Desk) -> Desk:
    """T1: five windows, of which the customer's first moved the deadline, and an arrival."""
    desk.do("customer", "add", "王芳", "--phone", "13800138000", now="2026-11-01 08:00")
    desk.do("ticket", "open", "--customer", "C1", "不制冷", now="2026-11-02 09:00")
    for typed, begins, ends, who in (
        ("11-02 10:00", "11-03 14:00", "16:00", "outlet"),
        ("11-02 11:00", "11-02 14:00", "16:00", "customer"),
        ("11-02 12:00", "11-04 14:00", "16:00", "customer"),
        ("11-05 09:00", "11-06 14:00", "16:00", "customer"),
        ("11-05 10:00", "11-07 14:00", "16:00", "customer"),
    ):
        window = ("--from", f"2026-{begins}", "--to", ends, "--asked-by", who)
        desk.do("ticket", "appoint", "T1", *window, now=f"2026-{typed}")
    desk.do("ticket", "void", "T1", "--event", "6", "--reason", "wrong ticket", now="2026-11-05 10:05")
    desk.do("ticket", "arrive", "T1", now="2026-11-06 15:00")
    return desk


def test_each_window_says_why_it_moved_the_deadline_or_not(moved: Desk) -> None:
    rows = moved.do("ticket", "explain", "T1")
    assert [(row["step"], row["reason"], row["moves"], row["deadline_at"][5:16]) for row in rows] == [
        ("report", None, None, "11-03T09:00"),
        ("window", "outlet", False, "11-03T09:00"),
        ("window", "within", False, "11-03T09:00"),
        ("window", "moved", True, "11-04T16:00"),
        ("window", "too_late", False, "11-04T16:00"),
        ("window", "voided", False, "11-04T16:00"),
        ("arrival", "late", None, "11-04T16:00"),
    ]
    assert moved.do("ticket", "show", "T1")["deadline_at"] == rows[-1]["deadline_at"]


def test_people_read_it_as_a_story(moved: Desk) -> None:
    told = moved.run("ticket", "explain", "T1", "-f", "table").out
    assert "the customer called" in told
    assert "moves it: the customer asked for it before the deadline" in told
    assert "does not move it: it was typed after the deadline" in told
    assert "arrived, 47.0 hours late" in told


def test_a_repair_that_nobody_reached_says_so(desk: Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "13800138000", now="2026-11-01 08:00")
    desk.do("ticket", "open", "--customer", "C1", "不制冷", now="2026-11-02 09:00")
    assert [row["step"] for row in desk.do("ticket", "explain", "T1", now="2026-11-02 10:00")] == ["report"]
    assert desk.do("ticket", "explain", "T1")[-1]["reason"] == "no_arrival"


def test_only_a_repair_has_a_deadline_to_explain(desk: Desk) -> None:
    desk.do("customer", "add", "王芳", "--phone", "13800138000")
    desk.do("ticket", "open", "--customer", "C1", "--type", "install", "装机")
    assert "T1 is of type install: only a repair has the 24 hours" in desk.refused(4, "ticket", "explain", "T1")
    desk.refused(3, "ticket", "explain", "T9")


@pytest.mark.parametrize("seed", [0, pytest.param(1, marks=pytest.mark.slow)])
def test_the_last_step_has_the_deadline_that_the_figures_count_with(tmp_path: Path, seed: int) -> None:
    outlet = random_outlets.made(tmp_path / "one.db", Random(seed), tickets=60)
    desk = Desk(tmp_path / "one.db", outlet.text(outlet.now))
    deadlines = {row["id"]: row["deadline_at"] for row in desk.do("ticket", "list", "--all", "--type", "repair")}
    told = {ticket: desk.do("ticket", "explain", f"T{ticket}")[-1]["deadline_at"] for ticket in deadlines}
    assert told == deadlines
