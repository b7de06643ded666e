"""`kpi why`: the tickets behind a figure that could be better, and KPIs by their names."""

import pytest

from tests.asking import K1, K6, mended, opened, repaired, staffed
from tests.cli.test_terminal import pane
from tests.conftest import Desk, filled_once

NOVEMBER = ("--month", "2026-11")
NOW = "2026-11-29 17:00"


@filled_once
def asked(desk: Desk) -> Desk:
    """T1 answered with 2, T2 with 5, T3 with 1, T4 not yet; T5 came back as T6; nobody came for T7."""
    staffed(desk, machines=1)
    for score in (2, 5, 1, None):
        repaired(desk, "2026-11-20 09:00", "2026-11-20 17:00", score=score)
    for day in ("21", "22"):
        visit = (f"2026-11-{day} 12:00",)
        mended(desk, f"2026-11-{day} 09:00", f"2026-11-{day} 17:00", "--appliance", "A1", visits=visit)
    opened(desk, "2026-11-23 09:00", "--customer", "C1", "--no-appliance")
    desk.do("survey", "record", "T5", "3", "--reason", "late", now="2026-11-22 10:00")
    return desk


def test_the_worst_stand_first_and_the_undecided_last(asked: Desk) -> None:
    rows = asked.do("kpi", "why", K1, *NOVEMBER, now=NOW)
    assert [(row["ticket_id"], row["verdict"], row["why"]) for row in rows] == [
        (3, "miss", "The customer gave 1 of 5"),
        (1, "miss", "The customer gave 2 of 5"),
        (5, "miss", "The customer gave 3 of 5"),
        (4, "pending", "The customer has not answered yet"),
        (6, "pending", "The customer has not answered yet"),
    ]
    assert (rows[2]["customer"], rows[2]["technician"], rows[2]["said"]) == ("王芳", "Li", "late")


def test_of_a_figure_that_should_be_low_the_tickets_that_count_are_the_misses(asked: Desk) -> None:
    rows = asked.do("kpi", "why", "repeats_already", *NOVEMBER, now=NOW)
    assert [(row["ticket_id"], row["verdict"], row["why"]) for row in rows] == [
        (5, "hit", "Reported again: T6"),
        (6, "pending", "Not reported again so far"),
    ]


def test_what_was_said_is_the_call_where_no_answer_counts(asked: Desk) -> None:
    rows = asked.do("kpi", "why", K6, *NOVEMBER, now=NOW)
    assert rows[0]["why"] == "No arrival by the deadline (5\u00a0d)"
    assert {row["said"] for row in rows} == {"the problem"}


def test_how_late_it_was_is_said_and_counted(asked: Desk) -> None:
    rows = asked.do("kpi", "why", "arrival_24h_rate_strict", *NOVEMBER, now=NOW)
    assert (rows[0]["why"], rows[0]["late_hours"]) == ("No arrival by the deadline (5\u00a0d)", 128.0)


def test_a_promise_and_a_complaint_have_words_of_their_own(desk: Desk) -> None:
    staffed(desk)
    opened(desk, "2026-11-02 09:00", "--customer", "C1")
    desk.do("promise", "add", "T1", "--what", "bring the part", "--by", "2026-11-03 12:00", now="2026-11-02 09:10")
    desk.do("promise", "kept", "P1", now="2026-11-05 15:00")
    desk.do("complaint", "open", "--customer", "C1", "--about", "lateness", "nobody called", now="2026-11-06 09:00")
    desk.do("complaint", "acknowledge", "K1", now="2026-11-07 12:30")
    (promise,) = desk.do("kpi", "why", "promise_kept_rate", *NOVEMBER, now=NOW)
    assert (promise["why"], promise["said"]) == ("The promise was kept too late: P1 (2\u00a0d)", "bring the part")
    (complaint,) = desk.do("kpi", "why", "ack_within_24h_rate", *NOVEMBER, now=NOW)
    assert (complaint["customer"], complaint["said"]) == ("王芳", "nobody called")
    assert complaint["why"].endswith("(3\u00a0h)")


def test_a_screen_shows_no_code(asked: Desk) -> None:
    screen = asked.run("kpi", "why", "satisfaction", *NOVEMBER, "--format", "table", now=NOW).out
    assert "score_" not in screen
    assert screen.startswith("Satisfaction rate (用户满意率): 3 against it, 2 not decided yet\n")


@pytest.mark.parametrize("name", ["satisfaction", "Satisfaction rate", "满意率", "用户满意", "满意", "csat"])
def test_a_kpi_is_found_by_a_beginning_or_a_name(asked: Desk, name: str) -> None:
    assert {row["kpi"] for row in asked.do("kpi", "rows", name, *NOVEMBER, now=NOW)} == {K1}


def test_of_several_that_begin_so_the_headline_figure_is_meant(asked: Desk) -> None:
    for command in ("why", "rows"):
        rows = asked.do("kpi", command, "arrival", *NOVEMBER, now=NOW)
        assert {row["kpi"] for row in rows} == {"arrival_24h_rate"}


def test_an_ambiguous_beginning_without_a_headline_figure_names_all(asked: Desk) -> None:
    told = asked.refused(4, "kpi", "rows", "complaint")
    assert "one of complaint_rate, complaints_per_100" in told


def test_nothing_to_list_is_one_sentence_for_people_and_an_empty_list_for_programs(desk: Desk) -> None:
    staffed(desk, machines=1)
    repaired(desk, "2026-11-20 09:00", "2026-11-20 17:00", score=5)
    screen = desk.run("kpi", "why", "satisfaction", *NOVEMBER, "--format", "table", now=NOW).out
    assert screen == ("Satisfaction rate (用户满意率): 1 of 1 in 2026-11: nothing speaks against the figure\n")
    assert pane(desk, 100, "kpi", "why", "satisfaction", *NOVEMBER, NO_COLOR="1") == [screen.rstrip("\n")]
    assert desk.do("kpi", "why", "satisfaction", *NOVEMBER, now=NOW) == []


def test_nothing_in_the_last_month_names_the_running_one_that_has_something(asked: Desk) -> None:
    screen = asked.run("kpi", "why", "satisfaction", "--format", "table", now=NOW).out
    assert screen == (
        "Satisfaction rate (用户满意率): nothing to count in 2026-10\n"
        "2026-11, running: 3 against it, 2 not decided yet: servicedesk kpi why satisfaction_rate --month 2026-11\n"
    )


def test_nothing_to_list_is_said_in_chinese(asked: Desk) -> None:
    screen = asked.run("--language", "zh", "kpi", "why", "满意率", "--format", "table", now=NOW).out
    assert screen == (
        "用户满意率：2026-10 没有可统计的工单\n"
        "2026-11（进行中）：不利 3 单，未到期 2 单：servicedesk kpi why satisfaction_rate --month 2026-11\n"
    )


def test_rows_of_one_verdict(asked: Desk) -> None:
    rows = asked.do("kpi", "rows", K1, *NOVEMBER, "--verdict", "miss", now=NOW)
    assert [row["ticket_id"] for row in rows] == [1, 3, 5]
