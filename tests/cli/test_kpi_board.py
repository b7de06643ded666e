"""The board around the three headline figures: K4's excuses, K5, the companions of K6, K7."""

import pytest

from tests.asking import K1, K4, K6, counts, figure, figures, judged, mended, opened, repaired, staffed, under_map
from tests.conftest import Desk, filled_once

OCTOBER, NOVEMBER = ("--month", "2026-10"), ("--month", "2026-11")
LATER = "2026-12-05 12:00"


@filled_once
def home(desk: Desk) -> Desk:
    """Li, Wang, Zhao, and eight machines of C1."""
    return staffed(desk, machines=8)


@filled_once
def fixes(home: Desk) -> Desk:
    """T1 one visit; T2 one visit, back as T3 with another fault; T4 two visits; T5 nobody home, then one visit;
    T6 no visit; T7 resolved remotely; T8 resolved remotely, back as T9; T10 exchanged; T11 without a machine."""
    day = "2026-10-01 09:00", "2026-10-02 17:00"
    one = ("2026-10-01 15:00",)
    mended(home, *day, "--appliance", "A1", visits=one, fault="leak")
    mended(home, *day, "--appliance", "A2", visits=one, fault="leak")
    mended(home, "2026-10-20 09:00", "2026-10-20 17:00", "--appliance", "A2",
           visits=("2026-10-20 12:00", "2026-10-20 14:00"), fault="noise")  # fmt: skip
    mended(home, *day, "--appliance", "A3", visits=("2026-10-01 15:00", "2026-10-02 10:00"), fault="leak")
    mended(home, *day, "--appliance", "A4", visits=("!2026-10-01 15:00", "2026-10-02 10:00"), fault="leak")
    mended(home, *day, "--appliance", "A5", fault="leak")
    mended(home, *day, "--appliance", "A6", outcome="resolved_remotely")
    mended(home, *day, "--appliance", "A7", outcome="resolved_remotely")
    mended(home, "2026-10-05 09:00", "2026-10-05 17:00", "--appliance", "A7",
           visits=("2026-10-05 12:00",))  # fmt: skip
    mended(home, *day, "--appliance", "A8", visits=one, outcome="exchanged")
    mended(home, *day, "--customer", "C1", "--no-appliance", visits=one)
    return home


FIRST_TIME = {
    "T1": "hit", "T2": "miss", "T3": "miss", "T4": "miss", "T5": "hit", "T6": "miss", "T7": "excluded",
    "T8": "excluded", "T9": "hit", "T10": "excluded", "T11": "excluded",
}  # fmt: skip


def test_a_first_time_fix_is_one_visit_and_no_repeat(fixes: Desk) -> None:
    assert judged(fixes, "first_time_fix_rate", *OCTOBER, now=LATER) == FIRST_TIME
    assert counts(figure(fixes, "first_time_fix_rate", *OCTOBER, now=LATER)) == (3, 7, 0, 4)


def test_a_first_time_fix_waits_thirty_days(fixes: Desk) -> None:
    early = figure(fixes, "first_time_fix_rate", *OCTOBER, "--as-of", "2026-11-01", now=LATER)
    assert counts(early) == (0, 0, 7, 4)


def test_a_remote_resolution_counts_as_a_first_time_fix_only_where_it_says_so(fixes: Desk) -> None:
    found = judged(fixes, "first_time_fix_rate_incl_remote", *OCTOBER, now=LATER)
    assert found == FIRST_TIME | {"T7": "hit", "T8": "miss"}


def test_a_remote_resolution_waits_thirty_days_too(home: Desk) -> None:
    mended(home, "2026-10-01 09:00", "2026-10-01 17:00", "--appliance", "A1", outcome="resolved_remotely")
    then = [figure(home, "first_time_fix_rate_incl_remote", *OCTOBER, "--as-of", day) for day in
            ("2026-10-31", "2026-11-01")]  # fmt: skip
    assert [counts(row) for row in then] == [(0, 0, 1, 0), (1, 1, 0, 0)]


def test_the_lenient_reading_knows_no_repeats(fixes: Desk) -> None:
    found = judged(fixes, "single_visit_rate", *OCTOBER, "--as-of", "2026-10-31", now=LATER)
    assert found == FIRST_TIME | {"T2": "hit"}


def test_visits_per_fault_are_those_of_a_chain(home: Desk) -> None:
    """K5: a leak that took two tickets and three visits, and one that took one."""
    mended(home, "2026-10-01 09:00", "2026-10-01 17:00", "--appliance", "A1",
           visits=("2026-10-01 10:00", "2026-10-01 15:00"), fault="leak")  # fmt: skip
    mended(home, "2026-10-09 09:00", "2026-10-09 17:00", "--appliance", "A1",
           visits=("2026-10-09 10:00",), fault="leak")  # fmt: skip
    mended(home, "2026-10-01 09:00", "2026-10-01 17:00", "--appliance", "A2",
           visits=("2026-10-01 10:00",), fault="leak")  # fmt: skip
    row = figure(home, "visits_per_fault", *OCTOBER, now=LATER)
    assert (row["value"], row["unit"], row["n"]) == (2.0, "visits", 2)
    rows = home.do("kpi", "rows", "visits_per_fault", *OCTOBER, now=LATER)
    assert [(row["ticket_id"], row["verdict"], row["reason"], row["amount"]) for row in rows] == [
        (1, "excluded", "repeated_by_T2", None),
        (3, "hit", "ended", 1),
        (2, "hit", "ended", 3),
    ]


def test_a_chain_waits_for_the_repair_that_is_still_open(home: Desk) -> None:
    mended(home, "2026-10-01 09:00", "2026-10-01 17:00", "--appliance", "A1",
           visits=("2026-10-01 10:00",), fault="leak")  # fmt: skip
    opened(home, "2026-10-09 09:00", "--appliance", "A1", "--fault", "leak")
    waiting = judged(home, "visits_per_fault", *OCTOBER, now=LATER)
    home.do("ticket", "cancel", "T2", "--reason", "works_again", "--by", "customer", now=LATER)
    given_up = judged(home, "visits_per_fault", *OCTOBER, now=LATER)
    assert (waiting, given_up) == ({"T1": "pending"}, {"T1": "hit"})


def test_of_an_unknown_fault_nobody_says_whether_it_is_the_same(home: Desk) -> None:
    for day in ("01", "05"):
        mended(home, f"2026-10-{day} 09:00", f"2026-10-{day} 17:00", "--appliance", "A1")
    found = figures(home, *OCTOBER, now=LATER)
    assert [counts(found[kpi])[:2] for kpi in (K4, "same_fault_repeat_rate")] == [(1, 2), (0, 0)]


def test_a_fault_that_an_import_adds_later_does_not_change_what_was_known(home: Desk) -> None:
    """C3: as of then the fault was not known, so that nothing could be the same."""
    mapped = """
        source = "faults"
        dates = ["%Y-%m-%d %H:%M"]
        [appliance]
        ref = "machine"
        category = { value = "fridge" }
        [ticket]
        ref = "n"
        type = { value = "repair" }
        reported_at = "at"
        completed_at = "at"
        outcome = { value = "fixed" }
        fault = "fault"
    """
    asked = ("--month", "2026-09", "--as-of", "2026-11-10 12:00")
    for fault, when in (("", "2026-11-01 12:00"), ("leak", "2026-11-10 12:00:01")):
        lines = ("n,machine,at,fault", f"1,m,2026-09-01 09:00,{fault}", f"2,m,2026-09-05 09:00,{fault}")
        home.do(*under_map(home, mapped, *lines), "--update", now=when)
    kpi = "same_fault_repeat_rate"
    assert counts(figure(home, kpi, *asked))[:2] == (0, 0)
    assert counts(figure(home, kpi, *asked[:2]))[:2] == (1, 2)


@pytest.mark.parametrize(
    ("technician", "outcome", "repeats"),
    [("Wang", "user_caused", 0), ("Li", "user_caused", 1), ("Wang", "fixed", 1), (None, "user_caused", 1)],
)
def test_a_repeat_is_excused_as_the_users_doing_by_somebody_else(
    home: Desk, technician: str | None, outcome: str, repeats: int
) -> None:
    """Who found it must be known (C8)."""
    mended(home, "2026-10-01 09:00", "2026-10-01 17:00", "--appliance", "A1")
    again = f"T{opened(home, '2026-10-05 09:00', '--appliance', 'A1')}"
    if technician:
        home.do("ticket", "assign", again, "--to", technician, now="2026-10-05 09:00")
    home.do("ticket", "complete", again, "--outcome", outcome, now="2026-11-05 17:00")
    found = figures(home, *OCTOBER, now=LATER)
    assert counts(found["repeat_net_of_excused_rate"])[:2] == (repeats, 1)
    assert counts(found[K4])[:2] == (1, 1)


def test_another_repeat_is_not_excused_by_the_first_one(home: Desk) -> None:
    mended(home, "2026-10-01 09:00", "2026-10-01 17:00", "--appliance", "A1")
    mended(home, "2026-10-05 09:00", "2026-10-05 17:00", "--appliance", "A1", technician="Wang",
           outcome="user_caused")  # fmt: skip
    opened(home, "2026-10-09 09:00", "--appliance", "A1")
    found = judged(home, "repeat_net_of_excused_rate", *OCTOBER, now=LATER)
    assert found == {"T1": "hit", "T2": "hit"}


@pytest.mark.parametrize(("days", "last"), [(60, "2026-11-30 23:59:59"), (90, "2026-12-30 23:59:59")])
def test_the_longer_windows_count_their_last_day(home: Desk, days: int, last: str) -> None:
    """Completed on 1 October: the thirtieth of the month after next but one is day 60, or 90."""
    mended(home, "2026-10-01 09:00", "2026-10-01 17:00", "--appliance", "A1")
    opened(home, last, "--appliance", "A1")
    kpi, end = f"repeat_repair_rate_{days}d", "2026-11-30" if days == 60 else "2026-12-30"
    pending = figure(home, kpi, *OCTOBER, "--as-of", end, now="2027-01-05 12:00")
    over = figure(home, kpi, *OCTOBER, now="2027-01-05 12:00")
    assert (counts(pending), counts(over)) == ((0, 0, 1, 0), (1, 1, 0, 0))


def test_the_early_warning_counts_repeats_before_thirty_days_are_over(home: Desk) -> None:
    mended(home, "2026-10-01 09:00", "2026-10-01 17:00", "--appliance", "A1")
    opened(home, "2026-10-05 09:00", "--appliance", "A1")
    then = [figure(home, "repeats_already", *OCTOBER, "--as-of", day) for day in ("2026-10-04", "2026-10-31")]
    assert [(row["value"], row["pending"]) for row in then] == [(0, 1), (1, 0)]
    assert figure(home, "repeats_already", *OCTOBER)["value"] == 0


def test_the_companions_of_the_arrival_rate(home: Desk) -> None:
    """T1 done within the day; T2 reached in time, done two days later; T3 deferred by its customer."""
    for hour in (9, 10, 11):
        opened(home, f"2026-11-02 {hour:02}:00", "--customer", "C1", "--no-appliance")
    window = ("--from", "2026-11-05 14:00", "--to", "2026-11-05 16:00", "--asked-by", "customer")
    home.do("ticket", "appoint", "T3", *window, now="2026-11-02 11:05")
    for ticket, came, done in (("T1", "02 12:00", "02 13:00"), ("T2", "02 15:00", "04 12:00")):
        home.do("ticket", "arrive", ticket, "--technician", "Li", now=f"2026-11-{came}")
        home.do("ticket", "complete", ticket, "--outcome", "fixed", now=f"2026-11-{done}")
    home.do("ticket", "arrive", "T3", "--technician", "Li", now="2026-11-05 15:00")
    home.do("ticket", "complete", "T3", "--outcome", "fixed", now="2026-11-05 15:30")
    found = figures(home, *NOVEMBER)
    assert counts(found[K6]) == (3, 3, 0, 0)
    assert counts(found["completed_within_24h_rate"]) == (1, 3, 0, 0)
    assert counts(found["deferral_rate"]) == (1, 3, 0, 0)


@pytest.mark.parametrize(
    ("assigned", "as_of", "verdict"),
    [
        ("09:05:00", "09:05:00", "hit"), ("09:05:01", "09:05:01", "miss"), (None, "09:05:00", "miss"),
        (None, "09:04:59", "pending"), ("09:01:00", "09:04:59", "pending"),
    ],
)  # fmt: skip
def test_dispatch_is_judged_when_five_minutes_are_over(
    home: Desk, assigned: str | None, as_of: str, verdict: str
) -> None:
    ticket = opened(home, "2026-11-02 09:00", "--customer", "C1", "--no-appliance")
    if assigned:
        home.do("ticket", "assign", f"T{ticket}", "--to", "Li", now=f"2026-11-02 {assigned}")
    words = (*NOVEMBER, "--as-of", f"2026-11-02 {as_of}")
    assert judged(home, "dispatch_5min_rate", *words) == {f"T{ticket}": verdict}


def test_the_reassigned_stand_beside_the_dispatched(home: Desk) -> None:
    for _ in range(3):
        opened(home, "2026-11-02 09:00", "--customer", "C1", "--no-appliance")
    home.do("ticket", "assign", "T1", "--to", "Li", now="2026-11-02 09:01")
    home.do("ticket", "assign", "T1", "--to", "Wang", now="2026-11-02 09:02")
    home.do("ticket", "assign", "T2", "--to", "Li", now="2026-11-02 09:02")
    found = figures(home, *NOVEMBER)
    assert counts(found["dispatch_5min_rate"]) == (2, 3, 0, 0)
    assert counts(found["reassigned_rate"]) == (0, 0, 3, 0)  # C5: while they are open they may be assigned again
    for ticket in ("T1", "T2", "T3"):
        home.do("ticket", "complete", ticket, "--outcome", "fixed", now="2026-11-03 09:00")
    assert counts(figure(home, "reassigned_rate", *NOVEMBER)) == (1, 2, 0, 1)


def test_an_imported_yes_has_no_place_on_the_scale(home: Desk) -> None:
    """It counts in K1, and beside it only where no score is needed."""
    mapped = """
        source = "yes"
        dates = ["%Y-%m-%d %H:%M"]
        [ticket]
        ref = "n"
        type = { value = "repair" }
        reported_at = "reported"
        completed_at = "completed"
        outcome = { value = "fixed" }
        [survey]
        satisfied = { column = "happy", map = { yes = true, no = false } }
        answered_at = "completed"
    """
    home.do(*under_map(home, mapped, "n,reported,completed,happy", "1,2026-10-01 09:00,2026-10-01 12:00,yes"))
    found = figures(home, *OCTOBER)
    assert counts(found[K1]) == (1, 1, 0, 0)
    assert counts(found["top_box_rate"]) == (0, 0, 0, 1)
    assert (found["csat_mean"]["value"], found["csat_mean"]["excluded"]) == (None, 1)
    assert counts(found["response_rate"]) == (1, 1, 0, 0)


def test_early_answers_wait_for_the_silent_ones(home: Desk) -> None:
    """C5: who answers at once would make the response rate look high."""
    repaired(home, "2026-10-01 09:00", "2026-10-01 17:00", score=5)
    repaired(home, "2026-10-01 09:00", "2026-10-01 17:00")
    words = ("--as-of", "2026-10-15")
    assert counts(figure(home, "response_rate", *OCTOBER, *words)) == (0, 0, 2, 0)
    assert counts(figure(home, "response_rate", *OCTOBER)) == (1, 2, 0, 0)


def test_the_technicians_own_answers_are_told_apart(home: Desk) -> None:
    for source in ("technician", "sms"):
        ticket = repaired(home, "2026-10-01 09:00", "2026-10-01 17:00")
        home.do("survey", "record", f"T{ticket}", "5", "--source", source, now="2026-10-02 09:00")
    assert counts(figure(home, "self_collected_rate", *OCTOBER)) == (1, 2, 0, 0)
