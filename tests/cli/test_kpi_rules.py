"""The rules of the KPIs one by one, at their boundaries (K1, K4, K6)."""

from collections.abc import Callable

import pytest

from servicedesk.kpis.definitions.registry import KPIS as DEFINED
from tests.asking import K1, K4, K6, KPIS, counts, figure, opened, repaired
from tests.conftest import Desk, filled_once

RATE = [
    "kpi", "period", "group", "hits", "total", "rate", "low", "high", "pending", "excluded", "final_since",
    "final_from",
]  # fmt: skip
VALUE = ["kpi", "period", "group", "value", "unit", "n", "pending", "excluded", "final_since", "final_from"]
BOUNDS = ["bound_low", "bound_high"]


@filled_once
def staffed(desk: Desk) -> Desk:
    """An outlet with a customer C1 in the north and the technicians Li and Wang."""
    for name in ("Li", "Wang"):
        desk.do("technician", "add", name, now="2020-01-02 08:00")
    desk.do("customer", "add", "王芳", "--phone", "13800138000", "--area", "North", now="2020-01-02 08:00")
    return desk


def test_the_silent_are_pending_until_the_fourteenth_day_and_excluded_after(staffed: Desk) -> None:
    repaired(staffed, "2026-10-01 09:00", "2026-10-01 17:00")
    last = figure(staffed, K1, "--month", "2026-10", "--as-of", "2026-10-15 23:59:59")
    after = figure(staffed, K1, "--month", "2026-10", "--as-of", "2026-10-16 00:00:00")
    assert (counts(last), counts(after)) == ((0, 0, 1, 0), (0, 0, 0, 1))


@pytest.mark.parametrize(("answered", "expected"), [("10-15 23:59:59", (1, 1, 0, 0)), ("10-16 00:00", (0, 0, 0, 1))])
def test_an_answer_counts_until_the_fourteenth_day(
    staffed: Desk, answered: str, expected: tuple[int, int, int, int]
) -> None:
    ticket = repaired(staffed, "2026-10-01 09:00", "2026-10-01 17:00")
    staffed.do("survey", "record", f"T{ticket}", "5", now=f"2026-{answered}")
    assert counts(figure(staffed, K1, "--month", "2026-10")) == expected


def test_the_first_answer_counts_for_ever_and_the_next_one_when_it_was_voided(staffed: Desk) -> None:
    ticket = repaired(staffed, "2026-10-01 09:00", "2026-10-01 17:00", score=2)
    staffed.do("survey", "record", f"T{ticket}", "5", now="2026-10-03 10:00")
    before = figure(staffed, K1, "--month", "2026-10")
    staffed.do("ticket", "void", f"T{ticket}", "--event", "4", "--reason", "wrong ticket", now="2026-11-20 10:00")
    after = figure(staffed, K1, "--month", "2026-10")
    as_of_then = figure(staffed, K1, "--month", "2026-10", "--as-of", "2026-11-20 09:59")
    assert [counts(row)[:2] for row in (before, after, as_of_then)] == [(0, 1), (1, 1), (0, 1)]


def test_a_corrected_answer_keeps_its_place(staffed: Desk) -> None:
    ticket = repaired(staffed, "2026-10-01 09:00", "2026-10-01 17:00", score=2)
    staffed.do("survey", "record", f"T{ticket}", "5", now="2026-10-03 10:00")
    words = ("--event", "4", "--at", "2026-10-01 18:00", "--reason", "called an hour later")
    staffed.do("ticket", "correct", f"T{ticket}", *words, now="2026-10-05 10:00")
    assert counts(figure(staffed, K1, "--month", "2026-10")) == (0, 1, 0, 0)


def test_a_score_belongs_to_the_last_visit_that_got_in_else_to_the_assigned_one(staffed: Desk) -> None:
    """C9: K1 is charged to the technician of the visit that completed the ticket."""
    staffed.do("technician", "add", "Zhao", now="2020-01-02 08:00")
    visited, phoned = (opened(staffed, "2026-10-01 09:00", "--customer", "C1") for _ in range(2))
    for ticket in (visited, phoned):
        staffed.do("ticket", "assign", f"T{ticket}", "--to", "Li", now="2026-10-01 09:00")
    for hour, words in enumerate((("Zhao",), ("Wang",), ("Zhao", "--no-access")), start=10):
        staffed.do("ticket", "arrive", f"T{visited}", "--technician", *words, now=f"2026-10-01 {hour}:00")
    for ticket in (visited, phoned):
        staffed.do("ticket", "complete", f"T{ticket}", "--outcome", "fixed", now="2026-10-02 09:00")
        staffed.do("survey", "record", f"T{ticket}", "5", now="2026-10-02 10:00")
    rows = staffed.do("kpi", "rows", K1, "--month", "2026-10")
    assert {row["ticket_id"]: row["technician"] for row in rows} == {visited: "Wang", phoned: "Li"}


def test_ratings_beside_unrated_ones(staffed: Desk) -> None:
    """5, 3, 1 and two silent ones are three answers."""
    for day, score in enumerate((5, 3, 1, None, None), start=1):
        repaired(staffed, f"2026-10-0{day} 09:00", f"2026-10-0{day} 17:00", score=score)
    assert counts(figure(staffed, K1, "--month", "2026-10")) == (1, 3, 0, 2)


def test_wider_and_wider_periods_back_from_an_anchor(staffed: Desk) -> None:
    """As of 2026-11-21: jobs of today, 10, 40 and 100 days ago, answered at once."""
    for day, score in (("08-13", 2), ("10-12", 3), ("11-11", 4), ("11-21", 5)):
        repaired(staffed, f"2026-{day} 09:00", f"2026-{day} 17:00", score=score)
    firsts = ("2026-11-15", "2026-10-23", "2026-08-24", "2026-01-01")
    found = [counts(figure(staffed, K1, "--from", first, "--to", "2026-11-21"))[:2] for first in firsts]
    assert found == [(1, 1), (2, 2), (2, 3), (2, 4)]


def test_no_rating_is_no_data_and_one_of_five_is_all(staffed: Desk) -> None:
    ticket = repaired(staffed, "2026-11-20 09:00", "2026-11-20 17:00")
    nobody = figure(staffed, K1, "--month", "2026-11")
    screen = staffed.run("kpi", "report", "--month", "2026-11", "--only", K1, "--format", "table").out
    staffed.do("survey", "record", f"T{ticket}", "5")
    somebody = figure(staffed, K1, "--month", "2026-11")
    assert [nobody[key] for key in ("rate", "low", "high", "total")] == [None, None, None, 0]
    assert "–" in screen
    assert "%" not in screen.partition("bounds")[0]
    assert (somebody["rate"], somebody["total"]) == (1.0, 1)


@pytest.mark.parametrize(
    ("outcome", "verdict"),
    [
        ("fixed", "miss"), ("no_fault_found", "miss"), ("user_caused", "miss"), ("referred", "miss"),
        ("exchanged", "excluded"), ("not_repairable", "excluded"), ("resolved_remotely", "excluded"),
    ],
)  # fmt: skip
def test_what_a_repair_ended_as_decides_whether_it_can_be_repeated(staffed: Desk, outcome: str, verdict: str) -> None:
    staffed.do("appliance", "add", "--customer", "C1", "--category", "fridge", now="2020-01-02 09:00")
    ticket = opened(staffed, "2026-10-01 09:00", "--appliance", "A1")
    staffed.do("ticket", "complete", f"T{ticket}", "--outcome", outcome, now="2026-10-01 17:00")
    (row,) = staffed.do("kpi", "rows", K4, "--month", "2026-10")
    assert (row["verdict"], row["reason"] if verdict == "excluded" else outcome) == (verdict, outcome)


@pytest.mark.parametrize(
    ("words", "verdict"),
    [
        ("--reason works_again --by customer", "hit"),
        ("--reason out_of_area --by outlet", "hit"),
        ("--reason entry_error --by outlet", "miss"),
        ("--reason duplicate --by outlet --duplicate-of T1", "miss"),
    ],
)
def test_a_repeat_counts_though_it_was_cancelled_unless_it_never_was_a_call(
    staffed: Desk, words: str, verdict: str
) -> None:
    staffed.do("appliance", "add", "--customer", "C1", "--category", "fridge", now="2020-01-02 09:00")
    ticket = opened(staffed, "2026-10-01 09:00", "--appliance", "A1")
    staffed.do("ticket", "complete", f"T{ticket}", "--outcome", "fixed", now="2026-10-01 17:00")
    again = opened(staffed, "2026-10-05 09:00", "--appliance", "A1")
    staffed.do("ticket", "cancel", f"T{again}", *words.split(), now="2026-10-06 09:00")
    (row,) = staffed.do("kpi", "rows", K4, "--month", "2026-10")
    assert row["verdict"] == verdict


@pytest.mark.parametrize(("again", "verdict"), [("10-31 23:59:59", "hit"), ("11-01 00:00:00", "miss")])
def test_a_repeat_counts_until_the_thirtieth_day(staffed: Desk, again: str, verdict: str) -> None:
    """C4: calendar days, whatever the time of day."""
    staffed.do("appliance", "add", "--customer", "C1", "--category", "fridge", now="2020-01-02 09:00")
    ticket = opened(staffed, "2026-10-01 09:00", "--appliance", "A1")
    staffed.do("ticket", "complete", f"T{ticket}", "--outcome", "fixed", now="2026-10-01 09:00")
    opened(staffed, f"2026-{again}", "--appliance", "A1")
    (row,) = staffed.do("kpi", "rows", K4, "--month", "2026-10")
    assert row["verdict"] == verdict


def test_october_is_final_on_the_first_of_december(staffed: Desk) -> None:
    staffed.do("appliance", "add", "--customer", "C1", "--category", "fridge", now="2020-01-02 09:00")
    ticket = opened(staffed, "2026-10-31 09:00", "--appliance", "A1")
    staffed.do("ticket", "complete", f"T{ticket}", "--outcome", "fixed", now="2026-10-31 17:00")
    now = "2026-12-02 12:00"
    last = figure(staffed, K4, "--month", "2026-10", "--as-of", "2026-11-30 23:59:59", now=now)
    final = figure(staffed, K4, "--month", "2026-10", "--as-of", "2026-12-01 00:00", now=now)
    assert (counts(last), counts(final)) == ((0, 0, 1, 0), (0, 1, 0, 0))


def test_the_deadline_itself_is_the_end_of_pending(staffed: Desk) -> None:
    opened(staffed, "2026-11-02 09:00", "--customer", "C1")
    before = figure(staffed, K6, "--month", "2026-11", "--as-of", "2026-11-03 08:59:59")
    after = figure(staffed, K6, "--month", "2026-11", "--as-of", "2026-11-03 09:00:00")
    assert (counts(before), counts(after)) == ((0, 0, 1, 0), (0, 1, 0, 0))


def test_an_early_arrival_waits_for_the_deadline_too(staffed: Desk) -> None:
    """C5: counting the early good ones at once would make the rate look high."""
    ticket = opened(staffed, "2026-11-02 09:00", "--customer", "C1")
    staffed.do("ticket", "arrive", f"T{ticket}", "--technician", "Li", now="2026-11-02 10:00")
    then = [figure(staffed, K6, "--month", "2026-11", "--as-of", f"2026-11-03 {at}") for at in ("08:59:59", "09:00")]
    assert [counts(row) for row in then] == [(0, 0, 1, 0), (1, 1, 0, 0)]


def test_a_miss_belongs_to_who_was_assigned_at_the_deadline(staffed: Desk) -> None:
    first, second = (opened(staffed, "2026-11-02 09:00", "--customer", "C1") for _ in range(2))
    staffed.do("ticket", "assign", f"T{first}", "--to", "Li", now="2026-11-03 09:00")
    for ticket in (first, second):
        staffed.do("ticket", "assign", f"T{ticket}", "--to", "Wang", now="2026-11-03 09:00:01")
    rows = staffed.do("kpi", "rows", K6, "--month", "2026-11")
    assert {row["ticket_id"]: row["technician"] for row in rows} == {first: "Li", second: "(dispatch)"}


def test_a_hit_belongs_to_who_came_first(staffed: Desk) -> None:
    ticket = opened(staffed, "2026-11-02 09:00", "--customer", "C1")
    staffed.do("ticket", "assign", f"T{ticket}", "--to", "Li", now="2026-11-02 09:10")
    staffed.do("ticket", "arrive", f"T{ticket}", "--technician", "Wang", "--no-access", now="2026-11-02 12:00")
    staffed.do("ticket", "arrive", f"T{ticket}", now="2026-11-02 15:00")
    (row,) = staffed.do("kpi", "rows", K6, "--month", "2026-11")
    assert (row["verdict"], row["technician"]) == ("hit", "Wang")


@pytest.mark.parametrize(
    ("at", "words", "expected"),
    [
        ("11-03 09:00:00", "cancel --reason no_contact --by customer", ("excluded", "cancelled_by_customer")),
        ("11-03 09:00:01", "cancel --reason no_contact --by customer", ("miss", None)),
        ("11-03 09:00:00", "cancel --reason out_of_area --by outlet", ("excluded", "out_of_area")),
        ("11-03 09:00:01", "cancel --reason out_of_area --by outlet", ("miss", None)),
        ("11-02 10:00:00", "cancel --reason no_contact --by outlet", ("miss", None)),
        ("11-05 10:00:00", "cancel --reason entry_error --by outlet", ("excluded", "entry_error")),
        ("11-03 09:00:00", "complete --outcome resolved_remotely", ("excluded", "remote")),
        ("11-03 09:00:01", "complete --outcome resolved_remotely", ("miss", None)),
        ("11-02 10:00:00", "complete --outcome fixed", ("miss", None)),
    ],
)
def test_a_ticket_that_ends_without_an_arrival(
    staffed: Desk, at: str, words: str, expected: tuple[str, str | None]
) -> None:
    verb, *rest = words.split()
    ticket = opened(staffed, "2026-11-02 09:00", "--customer", "C1")
    staffed.do("ticket", verb, f"T{ticket}", *rest, now=f"2026-{at}")
    (row,) = staffed.do("kpi", "rows", K6, "--month", "2026-11")
    assert (row["verdict"], row["reason"] if row["verdict"] == "excluded" else None) == expected


def test_an_earlier_duplicate_gives_the_survivor_its_report(staffed: Desk) -> None:
    """C7: the survivor inherits the earliest report, here of October, from when that was recorded."""
    early = opened(staffed, "2026-10-31 23:00", "--customer", "C1")
    late = opened(staffed, "2026-11-01 10:00", "--customer", "C1")
    staffed.do("ticket", "arrive", f"T{late}", now="2026-11-01 23:30")
    words = ("--reason", "duplicate", "--duplicate-of", f"T{late}", "--by", "outlet")
    staffed.do("ticket", "cancel", f"T{early}", *words, now="2026-11-04 10:00")
    november = ("--month", "2026-11", "--as-of")
    assert counts(figure(staffed, K6, *november, "2026-11-04 09:59")) == (1, 1, 0, 0)
    assert counts(figure(staffed, K6, *november, "2026-11-04 10:00")) == (0, 0, 0, 0)
    assert counts(figure(staffed, K6, "--month", "2026-10")) == (0, 1, 0, 1)


def test_a_closed_ticket_that_is_edited_a_month_later_leaves_the_figures_of_then(staffed: Desk) -> None:
    """Everything that can be edited is, a month later."""
    staffed.do("appliance", "add", "--customer", "C1", "--category", "fridge", now="2020-01-02 09:00")
    ticket = opened(staffed, "2026-09-10 09:00", "--appliance", "A1")
    staffed.do("ticket", "assign", f"T{ticket}", "--to", "Li", now="2026-09-10 09:00")
    staffed.do("ticket", "arrive", f"T{ticket}", now="2026-09-10 12:00")
    staffed.do("ticket", "complete", f"T{ticket}", "--outcome", "fixed", now="2026-09-10 13:00")
    staffed.do("survey", "record", f"T{ticket}", "5", now="2026-09-11 10:00")
    asked = ("kpi", "report", "--month", "2026-09", "--by", "technician", "--by", "category", "--by", "area")
    then = ("--as-of", "2026-10-15 12:00")
    before = staffed.do(*asked, *then)
    correct = ("ticket", "correct", f"T{ticket}", "--reason", "typed wrong")
    staffed.do(*correct, "--event", "5", "--at", "2026-09-12 10:00", now="2026-10-20 10:00")
    staffed.do(*correct, "--event", "4", "--technician", "Wang", now="2026-10-20 10:01")
    staffed.do(*correct, "--event", "3", "--at", "2026-09-10 12:30", "--technician", "Wang", now="2026-10-20 10:02")
    staffed.do(*correct, "--event", "1", "--at", "2026-08-31 09:00", now="2026-10-20 10:03")
    staffed.do("appliance", "edit", "A1", "--category", "washer", now="2026-10-20 10:04")
    staffed.do("customer", "edit", "C1", "--area", "South", now="2026-10-20 10:05")
    assert staffed.do(*asked, *then) == before
    group = {"technician": "Li", "category": "fridge", "area": "North"}
    assert [(row["kpi"], row["group"]) for row in before if row["kpi"] in KPIS] == [(kpi, group) for kpi in KPIS]
    assert staffed.do(*asked) != before


def test_the_future_is_refused(desk: Desk) -> None:
    desk.refused(4, "kpi", "report", "--as-of", "2026-11-21 18:00:01")
    desk.refused(4, "kpi", "rows", K1, "--as-of", "2026-11-21")


def test_a_corrected_report_moves_the_ticket_to_its_month_from_the_correction_on(staffed: Desk) -> None:
    ticket = opened(staffed, "2026-11-01 09:00", "--customer", "C1")
    words = ("--event", "1", "--at", "2026-10-31 20:00", "--reason", "told on the eve")
    staffed.do("ticket", "correct", f"T{ticket}", *words, now="2026-11-10 10:00")
    before, after = ("--as-of", "2026-11-10 09:59:59"), ("--as-of", "2026-11-10 10:00:00")
    found = [
        [counts(figure(staffed, K6, "--month", month, *as_of))[1] for month in ("2026-10", "2026-11")]
        for as_of in (before, after)
    ]
    assert found == [[0, 1], [1, 0]]


@pytest.mark.parametrize("words", [("rows", "satisfction_rate"), ("report", "--only", "satisfction_rate")])
def test_an_unknown_kpi_is_refused_with_the_nearest(desk: Desk, words: tuple[str, ...]) -> None:
    answer = desk.run("kpi", *words)
    assert answer.code != 0
    assert "satisfaction_rate" in answer.err


def test_an_empty_period_has_a_row_for_every_kpi(desk: Desk) -> None:
    rows = desk.do("kpi", "report", "--month", "2026-10")
    assert [row["kpi"] for row in rows] == [kpi.key for kpi in DEFINED if not kpi.is_optional]
    keys = ("period", "group", "pending", "excluded")
    assert {tuple(row[key] for key in keys) for row in rows} == {("2026-10", None, 0, 0)}
    rates = [row for row in rows if "rate" in row]
    assert {tuple(row[key] for key in RATE[3:8]) for row in rates} == {(0, 0, None, None, None)}
    nothing = {row["kpi"]: row["value"] for row in rows if "value" in row}
    counted = ("repeats_already", "latent_complaints", "complaints_open_7d", "backlog")
    empty = dict.fromkeys(nothing, None) | dict.fromkeys(counted, 0) | {"score_distribution": {}}
    assert nothing == empty


def test_an_empty_period_is_not_available_and_never_nought_per_cent(desk: Desk) -> None:
    screen = desk.run("kpi", "report", "--all", "--month", "2026-10", "--format", "table").out
    assert "%" not in screen
    always = [kpi for kpi in DEFINED if not kpi.is_optional]
    assert screen.count("n/a") == len(always) - 4  # but for the four that count


def test_an_empty_cohort_is_an_empty_list(desk: Desk) -> None:
    answer = desk.run("kpi", "rows", K4, "--month", "2026-10", "--format", "json")
    assert (answer.code, answer.json) == (0, [])


@pytest.mark.parametrize(
    ("words", "label"),
    [
        (("--month", "2026-10"), "2026-10"),
        (("--quarter", "2026-Q4"), "2026-Q4"),
        (("--from", "2026-10-01", "--to", "2026-10-31"), "2026-10-01..2026-10-31"),
        ((), "2026-10"),
    ],
)
def test_every_row_names_its_period(desk: Desk, words: tuple[str, ...], label: str) -> None:
    assert {row["period"] for row in desk.do("kpi", "report", *words)} == {label}


def test_both_days_of_a_range_are_included(staffed: Desk) -> None:
    for at in ("10-01 00:00", "10-31 23:59:59", "11-01 00:00"):
        opened(staffed, f"2026-{at}", "--customer", "C1")
    assert figure(staffed, K6, "--from", "2026-10-01", "--to", "2026-10-31")["total"] == 2


def test_summer_time_gives_a_day_of_25_hours_but_a_deadline_of_24(make: Callable[..., Desk]) -> None:
    """C4: hours compare instants. In New York the clock went back on 1 November 2026."""
    desk = make("ny.db", "--zone", "America/New_York")
    desk.do("customer", "add", "Ann", "--phone", "2125550100", now="2020-01-02 09:00")
    ticket = opened(desk, "2026-10-31 12:00", "--customer", "C1")
    desk.do("ticket", "arrive", f"T{ticket}", now="2026-11-01 11:00:01")
    (row,) = desk.do("kpi", "rows", K6, "--month", "2026-10")
    assert row["verdict"] == "miss"


def test_explain_names_every_kpi(desk: Desk) -> None:
    text = desk.run("kpi", "explain").out
    assert all(kpi in text for kpi in KPIS)
    assert K4 in desk.run("kpi", "explain", K4).out


def test_correcting_when_a_window_was_agreed_does_not_unmake_it(staffed: Desk) -> None:
    ticket = opened(staffed, "2026-11-02 09:00", "--customer", "C1", "--no-appliance")
    window = ("--from", "2026-11-05 09:00", "--to", "2026-11-05 11:00", "--asked-by", "customer")
    staffed.do("ticket", "appoint", f"T{ticket}", *window, now="2026-11-02 09:05")
    staffed.do("ticket", "arrive", f"T{ticket}", "--technician", "Li", now="2026-11-05 10:00")
    words = ("--event", "2", "--at", "2026-11-02 09:03", "--reason", "agreed on the phone")
    staffed.do("ticket", "correct", f"T{ticket}", *words, now="2026-11-06 08:00")
    assert counts(figure(staffed, K6, "--month", "2026-11"))[:2] == (1, 1)


def test_a_renamed_technician_keeps_the_old_name_in_old_reports(staffed: Desk) -> None:
    repaired(staffed, "2026-10-01 09:00", "2026-10-01 17:00", score=5)
    staffed.do("technician", "edit", "Li", "--name", "Li Lei", now="2026-11-20 10:00")
    words = ("--month", "2026-10", "--only", K1, "--by", "technician")
    assert [row["group"] for row in staffed.do("kpi", "report", *words)] == ["Li Lei"]
    assert [row["group"] for row in staffed.do("kpi", "report", *words, "--as-of", "2026-11-19")] == ["Li"]


def test_the_default_period_is_the_last_full_month_as_of_then(staffed: Desk) -> None:
    assert figure(staffed, K1)["period"] == "2026-10"
    assert figure(staffed, K1, "--as-of", "2026-09-15")["period"] == "2026-08"


@pytest.mark.parametrize("by", [(), ("--by", "technician"), ("--by", "month", "--by", "type"), ("--by", "month")])
def test_machines_get_the_keys_of_the_contract_and_no_others(staffed: Desk, by: tuple[str, ...]) -> None:
    repaired(staffed, "2026-10-01 09:00", "2026-10-01 17:00")
    for row in staffed.do("kpi", "report", *by):
        keys = RATE if "rate" in row else VALUE
        assert set(row) == {*keys, *BOUNDS} if row["kpi"] == K1 else set(row) == set(keys), row["kpi"]
    heading = staffed.run("kpi", "report", *by).out.splitlines()[0].split("\t")
    assert heading[:10] == RATE[:10]
    assert set(heading) == {*RATE, *VALUE, *BOUNDS}
