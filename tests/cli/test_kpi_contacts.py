"""K8 promises and windows, K9 call-backs, K10 complaints, at their boundaries."""

import pytest

from tests.asking import counts, figure, figures, judged, mended, opened, repaired, staffed
from tests.conftest import Desk, filled_once

OCTOBER, NOVEMBER = ("--month", "2026-10"), ("--month", "2026-11")
LATER = "2026-12-05 12:00"
DONE = "2026-10-01 09:00", "2026-10-01 17:00"


@filled_once
def home(desk: Desk) -> Desk:
    """Li, Wang, Zhao, C1, and T1 of C1, reported on 2 November and assigned to Li."""
    staffed(desk)
    desk.do("customer", "add", "李雷", "--phone", "13900000001", now="2020-01-02 08:00")
    return desk


def promise(desk: Desk, what: str, *end: str, by: str = "2026-11-04 18:00", at: str = "2026-11-05 09:00") -> None:
    """A promise on T1, made on 2 November; perhaps how it ended, and when."""
    made = desk.do("promise", "add", "T1", "--what", what, "--by", by, now="2026-11-02 10:00")["id"]
    if end:
        verb, *words = end
        desk.do("promise", verb, f"P{made}", *words, "--at", at, now="2026-11-20 09:00")


@filled_once
def promised(home: Desk) -> Desk:
    """Eight promises due on 4 November at six in the evening, and one due later."""
    opened(home, "2026-11-02 09:00", "--customer", "C1", "--no-appliance")
    home.do("ticket", "assign", "T1", "--to", "Li", now="2026-11-02 09:30")
    home.do("ticket", "assign", "T1", "--to", "Wang", now="2026-11-04 18:00:01")
    promise(home, "kept at the last second", "kept", at="2026-11-04 18:00:00")
    promise(home, "kept a second late", "kept", at="2026-11-04 18:00:01")
    promise(home, "never kept")
    promise(home, "released", "withdraw", "--by", "customer", at="2026-11-04 17:59:59")
    promise(home, "released when it was due", "withdraw", "--by", "customer", at="2026-11-04 18:00:00")
    promise(home, "taken back", "withdraw", "--by", "outlet", at="2026-11-03 09:00")
    promise(home, "kept long before it is due", "kept", by="2026-11-28 18:00")
    return home


def test_open_past_due_is_broken_and_only_the_customer_releases(promised: Desk) -> None:
    rows = promised.do("kpi", "rows", "promise_kept_rate", *NOVEMBER)
    assert [(row["verdict"], row["reason"]) for row in rows] == [
        ("hit", "kept_P1"),
        ("miss", "kept_late_P2"),
        ("miss", "not_kept_P3"),
        ("excluded", "withdrawn_by_customer_P4"),
        ("miss", "withdrawn_P5"),
        ("miss", "withdrawn_P6"),
        ("pending", "not_yet_due_P7"),
    ]
    assert counts(figure(promised, "promise_kept_rate", *NOVEMBER)) == (1, 5, 1, 1)


def test_a_promise_belongs_to_who_was_assigned_when_it_fell_due(promised: Desk) -> None:
    rows = promised.do("kpi", "report", *NOVEMBER, "--only", "promise_kept_rate", "--by", "technician")
    assert {row["group"]: counts(row) for row in rows} == {"Li": (1, 5, 0, 0), "Wang": (0, 0, 1, 1)}


def test_a_promise_is_broken_from_the_second_after_its_due_time(promised: Desk) -> None:
    due = [figure(promised, "promise_kept_rate", *NOVEMBER, "--as-of", f"2026-11-04 {at}") for at in
           ("17:59:59", "18:00:00")]  # fmt: skip
    # Ends were typed on the twentieth: until then all stood open.
    assert [counts(row) for row in due] == [(0, 0, 7, 0), (0, 6, 1, 0)]


def test_a_changed_promise_is_a_new_one(home: Desk) -> None:
    """The old one stays, left out only where the customer asked for the change in time."""
    opened(home, "2026-11-02 09:00", "--customer", "C1", "--no-appliance")
    promise(home, "part fitted", "withdraw", "--by", "customer", at="2026-11-03 09:00")
    promise(home, "part fitted", "kept", by="2026-11-06 18:00", at="2026-11-06 12:00")
    assert counts(figure(home, "promise_kept_rate", *NOVEMBER)) == (1, 1, 0, 1)


def test_a_promise_belongs_to_the_month_in_which_it_falls_due(home: Desk) -> None:
    opened(home, "2026-10-02 09:00", "--customer", "C1", "--no-appliance")
    for by in ("2026-10-31 23:59:59", "2026-11-01 00:00:00"):
        home.do("promise", "add", "T1", "--what", by, "--by", by, now="2026-10-02 10:00")
    found = [[row["reason"] for row in home.do("kpi", "rows", "promise_kept_rate", *month)] for month in
             (OCTOBER, NOVEMBER)]  # fmt: skip
    assert found == [["not_kept_P1"], ["not_kept_P2"]]


def test_the_lead_of_promises_is_a_median(promised: Desk) -> None:
    """Six were made 56 hours ahead."""
    row = figure(promised, "promise_lead_hours", *NOVEMBER)
    assert (row["value"], row["unit"], row["n"], row["pending"]) == (56.0, "hours", 6, 1)


@pytest.mark.parametrize(
    ("came", "verdict", "reason"),
    [
        ("13:44:59", "miss", "early"), ("13:45:00", "hit", "in_window"), ("16:00:00", "hit", "in_window"),
        ("16:00:01", "miss", "late"), (None, "miss", "nobody_came"),
    ],
)  # fmt: skip
def test_on_time_is_in_the_window_or_a_quarter_of_an_hour_before(
    home: Desk, came: str | None, verdict: str, reason: str
) -> None:
    appointed(home)
    if came:
        home.do("ticket", "arrive", "T1", "--technician", "Li", now=f"2026-11-05 {came}")
    (row,) = home.do("kpi", "rows", "window_on_time_rate", *NOVEMBER)
    assert (row["verdict"], row["reason"], row["counted_on"]) == (verdict, reason, "2026-11-05")


def appointed(desk: Desk, day: str = "05", *, by: str = "outlet", now: str = "2026-11-02 09:05") -> None:
    """T1, and a window from two to four."""
    if not desk.do("ticket", "list"):
        opened(desk, "2026-11-02 09:00", "--customer", "C1", "--no-appliance")
    window = ("--from", f"2026-11-{day} 14:00", "--to", f"2026-11-{day} 16:00")
    desk.do("ticket", "appoint", "T1", *window, "--asked-by", by, now=now)


@pytest.mark.parametrize(
    ("by", "at", "verdict", "reason"),
    [
        ("customer", "2026-11-05 16:00:00", "excluded", "moved_by_customer"),
        ("customer", "2026-11-05 16:00:01", "miss", "late"),
        ("outlet", "2026-11-05 10:00:00", "miss", "moved_by_outlet"),
    ],
)
def test_a_window_is_moved_by_its_customer_before_it_is_over(
    home: Desk, by: str, at: str, verdict: str, reason: str
) -> None:
    appointed(home)
    appointed(home, "07", by=by, now=at)
    home.do("ticket", "arrive", "T1", "--technician", "Li", now="2026-11-07 15:00")
    rows = home.do("kpi", "rows", "window_on_time_rate", *NOVEMBER)
    assert [(row["verdict"], row["reason"]) for row in rows] == [(verdict, reason), ("hit", "in_window")]


def test_a_second_appointment_does_not_unmake_the_first_visit(home: Desk) -> None:
    """Somebody came at three; at half past the customer asked for another day, for the part."""
    appointed(home)
    home.do("ticket", "arrive", "T1", "--technician", "Li", now="2026-11-05 15:00")
    appointed(home, "07", by="customer", now="2026-11-05 15:30")
    rows = home.do("kpi", "rows", "window_on_time_rate", *NOVEMBER, "--as-of", "2026-11-06")
    assert [row["verdict"] for row in rows] == ["hit", "pending"]


@pytest.mark.parametrize(
    ("at", "by", "expected"),
    [
        ("16:00:00", "customer", ("excluded", "cancelled_by_customer")),
        ("16:00:01", "customer", ("miss", "nobody_came")),
        ("12:00:00", "outlet", ("miss", "nobody_came")),
    ],
)
def test_a_window_that_the_customer_cancels_in_time_is_left_out(
    home: Desk, at: str, by: str, expected: tuple[str, str]
) -> None:
    appointed(home)
    home.do("ticket", "cancel", "T1", "--reason", "works_again", "--by", by, now=f"2026-11-05 {at}")
    (row,) = home.do("kpi", "rows", "window_on_time_rate", *NOVEMBER)
    assert (row["verdict"], row["reason"]) == expected


def test_a_window_is_judged_when_it_is_over(home: Desk) -> None:
    appointed(home)
    then = [figure(home, "window_on_time_rate", *NOVEMBER, "--as-of", f"2026-11-05 {at}") for at in
            ("15:59:59", "16:00:00")]  # fmt: skip
    assert [counts(row) for row in then] == [(0, 0, 1, 0), (0, 1, 0, 0)]


@pytest.mark.parametrize(
    ("outcome", "at", "coverage", "attempts"),
    [
        ("reached", "10-08 23:59:59", "hit", "hit"), ("reached", "10-09 00:00", "miss", "miss"),
        ("refused", "10-02 10:00", "hit", "hit"), ("no-answer", "10-02 10:00", "miss", "hit"),
        ("wrong-number", "10-02 10:00", "miss", "hit"), (None, None, "miss", "miss"),
    ],
)  # fmt: skip
def test_the_customer_is_reached_within_seven_days(
    home: Desk, outcome: str | None, at: str | None, coverage: str, attempts: str
) -> None:
    """Who was reached and refused to answer was reached; no phone stays in the denominator."""
    ticket = mended(home, *DONE, "--customer", "C1", "--no-appliance")
    if outcome:
        home.do("callback", "log", ticket, f"--{outcome}", now=f"2026-{at}")
    assert judged(home, "callback_coverage", *OCTOBER) == {ticket: coverage}
    assert judged(home, "callback_attempt_rate", *OCTOBER) == {ticket: attempts}


def test_coverage_waits_seven_days_and_leaves_remote_ones_out(home: Desk) -> None:
    mended(home, *DONE, "--customer", "C1", "--no-appliance")
    mended(home, *DONE, "--customer", "C1", "--no-appliance", outcome="resolved_remotely")
    then = [figure(home, "callback_coverage", *OCTOBER, "--as-of", day) for day in ("2026-10-08", "2026-10-09")]
    assert [counts(row) for row in then] == [(0, 0, 1, 1), (0, 1, 0, 1)]


def test_an_answer_by_call_back_was_given_by_somebody_reached(home: Desk) -> None:
    for source in ("callback", "paper"):
        ticket = repaired(home, "2026-10-01 09:00", "2026-10-01 17:00")
        home.do("survey", "record", f"T{ticket}", "4", "--source", source, now="2026-10-03 17:00")
    found = figures(home, *OCTOBER)
    assert counts(found["callback_coverage"]) == (1, 2, 0, 0)
    assert counts(found["callback_answer_rate"]) == (1, 1, 0, 1)
    assert (found["callback_hours"]["value"], found["callback_hours"]["n"]) == (48.0, 1)


def test_the_reached_who_say_nothing_lower_the_answer_rate(home: Desk) -> None:
    ticket = mended(home, *DONE, "--customer", "C1", "--no-appliance")
    home.do("callback", "log", ticket, "--refused", now="2026-10-02 10:00")
    assert counts(figure(home, "callback_answer_rate", *OCTOBER, "--as-of", "2026-10-15")) == (0, 0, 1, 0)
    assert counts(figure(home, "callback_answer_rate", *OCTOBER)) == (0, 1, 0, 0)


def complain(desk: Desk, *words: str, at: str) -> str:
    words = ("--about", "lateness", *words, "--at", at)
    return f"K{desk.do('complaint', 'open', *words, now=at)['id']}"


@filled_once
def served(home: Desk) -> Desk:
    """C1: T1 by Li on 1 October, T2 by Wang on the tenth. C2: T3 by Zhao on the tenth. T4: nobody known."""
    mended(home, *DONE, "--customer", "C1", "--no-appliance", technician="Li")
    day = "2026-10-10 09:00", "2026-10-10 17:00"
    mended(home, *day, "--customer", "C1", "--no-appliance", technician="Wang")
    mended(home, *day, "--customer", "C2", "--no-appliance", technician="Zhao")
    return home


def test_a_customer_counts_once_however_many_tickets_and_complaints(served: Desk) -> None:
    for day in ("12", "14", "16"):
        complain(served, "--customer", "C1", at=f"2026-10-{day} 09:00")
    row = figure(served, "complaint_rate", *OCTOBER, now=LATER)
    assert (counts(row), row["rate"]) == ((1, 2, 0, 0), 0.5)


@pytest.mark.parametrize(
    ("about", "expected"), [(("--ticket", "T1"), {"T1": "hit", "T3": "miss"}),
                            (("--customer", "C1"), {"T2": "hit", "T3": "miss"})],
)  # fmt: skip
def test_a_complaint_is_charged_to_the_ticket_it_is_about_else_to_the_last_before_it(
    served: Desk, about: tuple[str, ...], expected: dict[str, str]
) -> None:
    complain(served, *about, at="2026-10-12 09:00")
    assert judged(served, "complaint_rate", *OCTOBER, now=LATER) == expected


@pytest.mark.parametrize(
    ("at", "hits"), [("10-10 16:59:59", 0), ("10-10 17:00", 1), ("11-09 23:59:59", 1), ("11-10 00:00", 0)]
)
def test_a_complaint_counts_for_thirty_days_after_the_service(served: Desk, at: str, hits: int) -> None:
    complain(served, "--customer", "C2", at=f"2026-{at}")
    assert counts(figure(served, "complaint_rate", *OCTOBER, now=LATER))[0] == hits


def test_a_customer_is_pending_until_his_last_service_is_thirty_days_ago(served: Desk) -> None:
    complain(served, "--customer", "C1", at="2026-10-12 09:00")
    then = [figure(served, "complaint_rate", *OCTOBER, "--as-of", day) for day in ("2026-11-09", "2026-11-10")]
    assert [counts(row) for row in then] == [(0, 0, 2, 0), (1, 2, 0, 0)]


def test_the_load_of_complaints_counts_every_one(served: Desk) -> None:
    for day in ("12", "14"):
        complain(served, "--customer", "C1", at=f"2026-10-{day} 09:00")
    row = figure(served, "complaints_per_100", *OCTOBER)
    assert round(row["value"], 1) == 66.7


def test_latent_complaints_are_bad_scores_that_nobody_wrote_down(served: Desk) -> None:
    for ticket, score in (("T1", "2"), ("T2", "1"), ("T3", "3")):
        served.do("survey", "record", ticket, score, now="2026-10-11 09:00")
    assert figure(served, "latent_complaints", *OCTOBER)["value"] == 2
    complain(served, "--ticket", "T1", at="2026-10-05 09:00")
    assert judged(served, "latent_complaints", *OCTOBER) == {"T1": "miss", "T2": "hit"}


def test_complaints_are_taken_up_within_a_day_and_closed_as_upheld_or_not(served: Desk) -> None:
    """K1 acknowledged at the last second, upheld after three days; K2 a second late, not upheld; K3 left lying."""
    for what in ("late", "rude", "dear"):
        complain(served, "--customer", "C1", what, at="2026-11-02 09:00")
    served.do("complaint", "acknowledge", "K1", now="2026-11-03 09:00:00")
    served.do("complaint", "acknowledge", "K2", now="2026-11-03 09:00:01")
    served.do("complaint", "close", "K1", "--upheld", now="2026-11-05 09:00")
    served.do("complaint", "close", "K2", "--not-upheld", now="2026-11-07 09:00")
    found = figures(served, *NOVEMBER)
    assert counts(found["ack_within_24h_rate"]) == (1, 3, 0, 0)
    assert counts(found["upheld_rate"]) == (1, 2, 1, 0)
    # Three and five days, one still open: half of them are closed after five.
    assert (found["complaint_days_to_resolve"]["value"], found["complaint_days_to_resolve"]["pending"]) == (5.0, 1)


def test_a_complaint_is_judged_when_a_day_is_over(served: Desk) -> None:
    complain(served, "--customer", "C1", at="2026-11-02 09:00")
    then = [figure(served, "ack_within_24h_rate", *NOVEMBER, "--as-of", f"2026-11-03 {at}") for at in
            ("08:59:59", "09:00:00")]  # fmt: skip
    assert [counts(row) for row in then] == [(0, 0, 1, 0), (0, 1, 0, 0)]


def test_a_complaint_belongs_to_the_month_in_which_it_came_in(served: Desk) -> None:
    for at in ("2026-10-31 23:59:59", "2026-11-01 00:00:00"):
        complain(served, "--customer", "C1", at=at)
    found = [counts(figure(served, "ack_within_24h_rate", *month)) for month in (OCTOBER, NOVEMBER)]
    assert found == [(0, 1, 0, 0), (0, 1, 0, 0)]


@pytest.mark.parametrize(("at", "verdict"), [("08:59:59", "hit"), ("09:00:00", "miss")])
def test_a_complaint_made_with_the_report_is_no_latent_one(served: Desk, at: str, verdict: str) -> None:
    """T3 was reported at nine."""
    served.do("survey", "record", "T3", "1", now="2026-10-11 09:00")
    complain(served, "--customer", "C2", at=f"2026-10-10 {at}")
    assert judged(served, "latent_complaints", *OCTOBER) == {"T3": verdict}


def test_a_complaint_is_old_after_seven_days(served: Desk) -> None:
    complain(served, "--customer", "C1", at="2026-11-02 09:00")
    ends = ("2026-11-09", "2026-11-10 00:00")
    then = [figure(served, "complaints_open_7d", "--as-of", at) for at in ends]
    assert [(row["value"], row["n"]) for row in then] == [(0, 1), (1, 1)]
    served.do("complaint", "close", "K1", "--upheld", now="2026-11-10 09:00")
    assert figure(served, "complaints_open_7d")["n"] == 0
    assert figure(served, "complaints_open_7d", "--as-of", "2026-11-10 08:59")["value"] == 1


def test_suggestions_and_praise_are_in_no_figure_of_complaints(served: Desk) -> None:
    keys = ("complaint_rate", "complaints_per_100", "upheld_rate", "ack_within_24h_rate", "complaint_days_to_resolve")
    before = figures(served, *OCTOBER, now=LATER)
    for kind in ("suggestion", "praise"):
        complain(served, "--customer", "C1", "--kind", kind, at="2026-10-12 09:00")
    after = figures(served, *OCTOBER, now=LATER)
    assert [after[key] for key in keys] == [before[key] for key in keys]
    complain(served, "--customer", "C1", "--kind", "dispute", at="2026-10-12 09:00")
    assert counts(figure(served, "complaint_rate", *OCTOBER, now=LATER)) == (1, 2, 0, 0)
