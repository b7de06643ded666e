"""The backlog for any past instant: by age and state, the tickets behind it, and what has waited too long (K13)."""

from tests.asking import opened
from tests.conftest import Desk, filled_once

STATES = [
    "unassigned", "assigned", "appointed", "arrived", "waiting_manufacturer_part", "waiting_outlet_part",
    "waiting_repairer", "waiting_customer",
]  # fmt: skip


@filled_once
def staffed(desk: Desk) -> Desk:
    desk.do("technician", "add", "Li", now="2020-01-02 08:00")
    desk.do("customer", "add", "王芳", "--phone", "13800138000", now="2020-01-02 08:00")
    return desk


def waiting(desk: Desk, reported: str, cause: str) -> int:
    ticket = opened(desk, reported, "--customer", "C1")
    desk.do("ticket", "wait", f"T{ticket}", "--cause", cause, now=reported)
    return ticket


def grid(desk: Desk, *words: str) -> dict[str, dict[str, int]]:
    """What is not nought of each age group."""
    rows = desk.do("kpi", "backlog", *words)
    assert list(rows[0]) == ["age", *STATES, "all"]
    return {row["age"]: {k: n for k, n in row.items() if n and k not in {"age", "all"}} for row in rows}


def test_open_tickets_stand_by_age_and_state(staffed: Desk) -> None:
    opened(staffed, "2026-11-21 10:00", "--customer", "C1")
    assigned = opened(staffed, "2026-11-19 10:00", "--customer", "C1")
    staffed.do("ticket", "assign", f"T{assigned}", "--to", "Li", now="2026-11-19 10:00")
    window = opened(staffed, "2026-11-10 10:00", "--customer", "C1")
    span = ("--from", "2026-11-22 09:00", "--to", "2026-11-22 11:00", "--asked-by", "customer")
    staffed.do("ticket", "appoint", f"T{window}", *span, now="2026-11-10 10:00")
    waiting(staffed, "2026-08-01 10:00", "manufacturer_part")
    found = grid(staffed)
    assert {age: states for age, states in found.items() if states} == {
        "< 24 h": {"unassigned": 1},
        "1-3 d": {"assigned": 1},
        "7-15 d": {"appointed": 1},
        "> 90 d": {"waiting_manufacturer_part": 1},
        "all": {"unassigned": 1, "assigned": 1, "appointed": 1, "waiting_manufacturer_part": 1},
    }


def test_any_past_instant_can_be_asked_for(staffed: Desk) -> None:
    ticket = opened(staffed, "2026-11-01 10:00", "--customer", "C1")
    staffed.do("ticket", "assign", f"T{ticket}", "--to", "Li", now="2026-11-02 10:00")
    staffed.do("ticket", "arrive", f"T{ticket}", now="2026-11-05 10:00")
    staffed.do("ticket", "complete", f"T{ticket}", "--outcome", "fixed", now="2026-11-05 11:00")
    instants = ("2026-11-01 09:59", "2026-11-01 10:00", "2026-11-02 10:00", "2026-11-05 10:30", "2026-11-05 11:00")
    found = [grid(staffed, "--as-of", instant)["all"] for instant in instants]
    assert found == [{}, {"unassigned": 1}, {"assigned": 1}, {"arrived": 1}, {}]


def test_the_grid_counts_the_tickets_of_kpi_rows(staffed: Desk) -> None:
    for day in ("2026-09-01", "2026-11-01", "2026-11-20"):
        waiting(staffed, f"{day} 10:00", "customer")
    rows = staffed.do("kpi", "rows", "backlog")
    assert [(row["ticket_id"], row["reason"], row["amount"]) for row in rows] == [
        (1, "waiting_customer", 81.3333),
        (2, "waiting_customer", 20.3333),
        (3, "waiting_customer", 1.3333),
    ]
    assert staffed.do("kpi", "backlog")[-1]["all"] == len(rows)


def test_what_was_reopened_is_as_old_as_its_first_report(staffed: Desk) -> None:
    """K13, gaming: cancel and reopen makes nothing young."""
    ticket = opened(staffed, "2026-10-01 10:00", "--customer", "C1")
    staffed.do("ticket", "cancel", f"T{ticket}", "--reason", "no_contact", "--by", "outlet", now="2026-11-20 10:00")
    staffed.do("ticket", "reopen", f"T{ticket}", now="2026-11-20 10:05")
    assert grid(staffed)["30-90 d"] == {"unassigned": 1}


def test_the_days_of_the_law_and_silence_are_marked(staffed: Desk) -> None:
    """W7, W8: more than 30 days by the repairer, 90 for the maker's part; more than three days without a word. Days are
    the calendar's, the first is not counted: the 30th day is none too many, whatever the hour."""
    for day, cause in (("10-21", "repairer"), ("10-22", "repairer"), ("08-22", "manufacturer_part"),
                       ("08-23", "manufacturer_part"), ("11-17", "customer"), ("11-18", "customer")):  # fmt: skip
        waiting(staffed, f"2026-{day} 18:00", cause)
    for now in ("2026-11-21 00:00", "2026-11-21 23:59"):
        lines = staffed.run("kpi", "backlog", "--format", "markdown", now=now).out.splitlines()
        marks = [line for line in lines if "waits for" in line]
        assert marks == ["| T3 | waits for manufacturer part | 91 |", "| T1 | waits for repairer | 31 |"]
        assert [line.split()[1] for line in lines if "no contact" in line] == ["T3", "T4", "T1", "T2", "T5"]


def test_an_empty_backlog_is_nought_everywhere(desk: Desk) -> None:
    assert {row["all"] for row in desk.do("kpi", "backlog")} == {0}


def test_a_period_still_to_come_is_refused(desk: Desk) -> None:
    for words in (("report",), ("rows", "backlog")):
        told = desk.refused(4, "kpi", *words, "--month", "2026-12")
        assert told == "error: 2026-12 has not begun\nhint: a figure needs a period that has begun\n"


def test_an_unknown_figure_names_the_nearest(desk: Desk) -> None:
    told = desk.refused(3, "kpi", "rows", "satisfactoin_rate")
    assert told.startswith("error: there is no KPI 'satisfactoin_rate'\nhint: did you mean satisfaction_rate")
    assert desk.do("kpi", "explain", "CSAT")[0]["kpi"] == "satisfaction_rate"
    assert desk.do("kpi", "explain", "repeat repair rate")[0]["kpi"] == "repeat_repair_rate"
