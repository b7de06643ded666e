"""Figures beside those of another period, what is within chance, and since when it is final (C5, C11)."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from servicedesk.kpis.stats import chance
from tests.asking import K1, K4, K6, counts, figure, figures, mended, opened, repaired, staffed, under_map
from tests.conftest import Desk

OCTOBER = ("--month", "2026-10")
LATER = "2026-12-05 12:00"
MAP = """
    source = "months"
    dates = ["%Y-%m-%d %H:%M"]
    [ticket]
    ref = "{#}"
    type = { value = "repair" }
    reported_at = "reported"
    completed_at = "completed"
    outcome = { value = "fixed" }
    technician = "technician"
    [survey]
    score = "score"
    answered_at = "completed"
"""
COMPARED = (
    "compare_period", "compare_hits", "compare_total", "compare_rate", "difference", "p_value", "within_chance",
)  # fmt: skip


def answered(desk: Desk, *months: tuple[str, int, int], technician: str = "Li") -> None:
    """So many fives among so many answers in each of these months."""
    lines = ["reported,completed,technician,score"]
    for month, fives, total in months:
        for n in range(total):
            day = f"{month}-{1 + n % 28:02}"
            lines.append(f"{day} 08:00,{day} 12:00,{technician},{5 if n < fives else 2}")
    desk.do(*under_map(desk, MAP.replace("months", technician), *lines))


def compared(desk: Desk, kpi: str, *words: str) -> dict[str, Any]:
    (row,) = desk.do("kpi", "report", *OCTOBER, "--only", kpi, "--compare", "2026-09", *words)
    return {key: row[key] for key in COMPARED} if "rate" in row else row


@pytest.mark.parametrize(
    ("ours", "theirs", "expected"),
    [
        ((80, 100), (60, 100), 0.0020), ((50, 100), (50, 100), 1.0), ((9, 10), (4, 10), 0.0191),
        ((4, 9), (3, 9), 0.6287), ((100, 100), (100, 100), 1.0), ((0, 7), (0, 9), 1.0),
        ((450, 500), (430, 500), 0.0516),
    ],
)  # fmt: skip
def test_the_chance_of_a_difference(ours: tuple[int, int], theirs: tuple[int, int], expected: float) -> None:
    """Two proportions with pooled variance, worked out by hand: z = (p − q) ÷ √(m(1 − m)(1/n + 1/k))."""
    assert round(chance(*ours, *theirs), 4) == expected
    assert chance(*theirs, *ours) == chance(*ours, *theirs)


def test_twenty_points_of_a_hundred_are_no_chance(desk: Desk) -> None:
    answered(desk, ("2026-09", 60, 100), ("2026-10", 80, 100))
    found = compared(desk, K1)
    assert found == {
        "compare_period": "2026-09",
        "compare_hits": 60,
        "compare_total": 100,
        "compare_rate": 0.6,
        "difference": pytest.approx(0.2, abs=1e-4),
        "p_value": pytest.approx(0.0020, abs=1e-4),
        "within_chance": False,
    }
    screen = desk.run("kpi", "report", *OCTOBER, "--only", K1, "--compare", "2026-09", "--format", "table").out
    assert "60/100" in screen
    assert "beyond chance" in screen


def test_twenty_points_of_ten_may_be_chance(desk: Desk) -> None:
    answered(desk, ("2026-09", 6, 10), ("2026-10", 8, 10))
    found = compared(desk, K1)
    assert (found["difference"], found["within_chance"]) == (pytest.approx(0.2, abs=1e-4), True)
    screen = desk.run("kpi", "report", *OCTOBER, "--only", K1, "--compare", "2026-09", "--format", "table").out
    assert "within chance" in screen


def test_nothing_to_compare_with_is_not_available(desk: Desk) -> None:
    answered(desk, ("2026-10", 8, 10))
    found = compared(desk, K1)
    assert found == dict.fromkeys(COMPARED) | {"compare_period": "2026-09", "compare_hits": 0, "compare_total": 0}
    screen = desk.run("kpi", "report", *OCTOBER, "--only", K1, "--compare", "2026-09", "--format", "table").out
    assert "n/a" in screen
    assert " 0.0 %" not in screen


def test_a_value_is_compared_by_its_difference(desk: Desk) -> None:
    answered(desk, ("2026-09", 0, 10), ("2026-10", 10, 10))
    row = compared(desk, "csat_mean")
    assert (row["value"], row["compare_value"], row["compare_n"], row["difference"]) == (5.0, 2.0, 10, 3.0)


def test_a_value_that_is_missing_on_one_side_has_no_difference(desk: Desk) -> None:
    answered(desk, ("2026-10", 10, 10))
    row = compared(desk, "csat_mean")
    assert (row["value"], row["compare_value"], row["difference"]) == (5.0, None, None)


def test_everybody_is_compared_with_himself(desk: Desk) -> None:
    answered(desk, ("2026-09", 60, 100), ("2026-10", 80, 100))
    answered(desk, ("2026-10", 8, 10), technician="Wang")
    rows = desk.do("kpi", "report", *OCTOBER, "--only", K1, "--compare", "2026-09", "--by", "technician")
    found = {row["group"]: (row["compare_hits"], row["compare_total"], row["within_chance"]) for row in rows}
    assert found == {"Li": (60, 100, False), "Wang": (0, 0, None)}


def test_october_is_final_on_the_first_of_december(desk: Desk) -> None:
    staffed(desk, machines=1)
    mended(desk, "2026-10-31 09:00", "2026-10-31 17:00", "--appliance", "A1")
    last, first = (figures(desk, *OCTOBER, "--as-of", day, now=LATER) for day in ("2026-11-30", "2026-12-01"))
    assert (last[K4]["final_since"], first[K4]["final_since"]) == (None, "2026-12-01")
    assert first["repeat_repair_rate_60d"]["final_since"] is None


def test_what_is_not_final_yet_says_from_when_it_will_be(desk: Desk) -> None:
    """A deadline may still be moved by its customer, an open ticket end at any time: no day is promised for these."""
    staffed(desk, machines=1)
    mended(desk, "2026-10-31 09:00", "2026-10-31 17:00", "--appliance", "A1")
    found = figures(desk, *OCTOBER, "--as-of", "2026-10-31", now=LATER)
    kpis = (K1, K4, K6, "arrival_24h_rate_strict", "visits_per_fault", "time_to_repair", "backlog")
    days = ("2026-11-15", "2026-12-01", None, "2026-11-02", None, None, None)
    assert {kpi: found[kpi]["final_from"] for kpi in kpis} == dict(zip(kpis, days, strict=True))
    board = desk.run("kpi", "report", *OCTOBER, "--as-of", "2026-11-30", "--only", K4, "-f", "markdown", now=LATER).out
    assert "| from 12-01 |" in board
    assert figure(desk, K4, *OCTOBER, "--as-of", "2026-12-01", now=LATER)["final_from"] is None


def test_a_month_is_final_when_its_last_window_is_over(desk: Desk) -> None:
    """K6: a day after the month, later if a customer asked for a later window."""
    staffed(desk)
    opened(desk, "2026-10-30 09:00", "--customer", "C1", "--no-appliance")
    window = ("--from", "2026-11-05 14:00", "--to", "2026-11-05 16:00", "--asked-by", "customer")
    desk.do("ticket", "appoint", "T1", *window, now="2026-10-30 09:05")
    days = ("2026-11-01", "2026-11-02", "2026-11-05", "2026-11-06")
    found = [figures(desk, *OCTOBER, "--as-of", day) for day in days]
    assert [row[K6]["final_since"] for row in found] == [None, None, None, "2026-11-06"]
    strict = [row["arrival_24h_rate_strict"]["final_since"] for row in found]
    assert strict == [None, "2026-11-02", "2026-11-02", "2026-11-02"]
    assert [row["deferral_rate"]["final_since"] for row in found] == [None, None, None, "2026-11-06"]


def test_what_lasts_is_final_when_the_last_of_the_month_has_ended(desk: Desk) -> None:
    """A ticket reached on 2 November and completed on the tenth; a complaint closed on the twelfth."""
    staffed(desk)
    opened(desk, "2026-10-30 09:00", "--customer", "C1", "--no-appliance")
    desk.do("complaint", "open", "--customer", "C1", "--about", "lateness", now="2026-10-30 10:00")
    desk.do("ticket", "arrive", "T1", "--technician", "Li", now="2026-11-02 09:00")
    desk.do("ticket", "complete", "T1", "--outcome", "fixed", now="2026-11-10 09:00")
    desk.do("complaint", "close", "K1", "--upheld", now="2026-11-12 09:00")
    found = figures(desk, *OCTOBER)
    kpis = ("time_to_arrive", "time_to_repair", "time_waiting", "complaint_days_to_resolve", "upheld_rate")
    days = ("2026-11-03", "2026-11-11", "2026-11-11", "2026-11-13", "2026-11-13")
    assert {kpi: found[kpi]["final_since"] for kpi in kpis} == dict(zip(kpis, days, strict=True))
    early = figures(desk, *OCTOBER, "--as-of", "2026-11-09")
    assert {kpi: early[kpi]["final_since"] for kpi in kpis} == dict.fromkeys(kpis) | {"time_to_arrive": "2026-11-03"}


@pytest.mark.parametrize(
    ("kpi", "final"),
    [
        (K1, "2026-11-15"), ("response_rate", "2026-11-15"), ("callback_coverage", "2026-11-08"),
        ("dispatch_5min_rate", "2026-11-02"), ("deferral_rate", "2026-11-02"), ("complaint_rate", "2026-12-01"),
        ("maintenance_completion_rate", "2026-12-01"), ("repeat_repair_rate_60d", "2026-12-31"),
        ("repeat_repair_rate_90d", "2027-01-30"),
    ],
)  # fmt: skip
def test_an_empty_month_is_final_when_nothing_can_mature_any_more(desk: Desk, kpi: str, final: str) -> None:
    eve = (datetime.fromisoformat(final) - timedelta(seconds=1)).isoformat(sep=" ")
    found = [figure(desk, kpi, *OCTOBER, "--as-of", at, now="2027-02-01 09:00") for at in (eve, f"{final} 00:00")]
    assert [row["final_since"] for row in found] == [None, final]


def test_what_is_final_stays_the_same_for_ever(desk: Desk) -> None:
    """Tickets, answers and calls of later months leave a final month alone, as of any later instant."""
    staffed(desk, machines=1)
    repaired(desk, "2026-10-01 09:00", "2026-10-01 17:00", score=5)
    mended(desk, "2026-10-02 09:00", "2026-10-02 17:00", "--appliance", "A1")
    early = figures(desk, *OCTOBER, "--as-of", "2026-12-01", now=LATER)
    desk.do("survey", "record", "T2", "1", now="2026-12-04 10:00")
    desk.do("callback", "log", "T2", "--reached", now="2026-12-04 10:00")
    desk.do("complaint", "open", "--customer", "C1", "--about", "lateness", now="2026-12-04 10:00")
    mended(desk, "2026-12-04 09:00", "2026-12-04 17:00", "--appliance", "A1")
    late = figures(desk, *OCTOBER, now=LATER)
    final = [kpi for kpi, row in early.items() if row["final_since"]]
    assert {kpi: late[kpi] for kpi in final} == {kpi: early[kpi] for kpi in final}
    assert {K1, K4, K6, "complaint_rate", "callback_coverage"} <= set(final)
    assert counts(late[K1]) == (1, 1, 0, 1)
