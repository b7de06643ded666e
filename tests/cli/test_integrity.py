"""`kpi integrity`: each signal at its line, the rows behind it, and the planted stories (K17)."""

from datetime import timedelta
from random import Random
from typing import Any

import pytest

from servicedesk.domain.model import Stamp
from tests.asking import table
from tests.conftest import Desk
from tests.stories import DAY, HOUR, MINUTE, OCTOBER, SECOND, Story, at, honest, told

Job = dict[str, Any]
KEYS = [
    "signal", "period", "group", "title", "look_when", "hits", "total", "value", "unit", "line", "look",
    "within_chance", "before", "rows",
]  # fmt: skip


def sights(desk: Desk, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = desk.do("kpi", "integrity", *OCTOBER, *words)
    return found


def sight(desk: Desk, signal: str, *words: str) -> dict[str, Any]:
    (found,) = sights(desk, "--only", signal, *words)
    return found


def looks(desk: Desk, by: str | None = None) -> set[tuple[str, str | None]]:
    """Where the panel says that one should look."""
    return {(row["signal"], row["group"]) for row in sights(desk, *(("--by", by) if by else ())) if row["look"]}


def marked(desk: Desk, signal: str, *words: str) -> list[str]:
    """What the rows that are hits say."""
    rows = desk.do("kpi", "rows", signal, *OCTOBER, *words)
    return [row["what"] for row in rows if row["verdict"] == "hit"]


# --- each signal at its line ------------------------------------------------------------------------------------------

# Of so many jobs, so many suspicious ones do not cross the line, one more does, and so many are more than chance: at
# the line itself as many come about in fewer than one of forty periods.
SHARES: dict[str, tuple[int, int, int, Job, Job]] = {
    "I3": (20, 2, 6, {}, {"late": 2 * HOUR + SECOND}),
    "I7": (20, 4, 9, {"score": 5}, {"score": 5, "source": "technician"}),
    "I11": (50, 1, 4, {}, {"appliance": None}),
    "I13": (20, 1, 4, {"arrived": 15 * MINUTE}, {"arrived": 15 * MINUTE - SECOND}),
    "I17": (20, 1, 4, {"done": 10 * MINUTE}, {"done": 10 * MINUTE - SECOND}),
}
CASES: list[tuple[str, int, bool, bool | None]] = [
    (signal, most, False, None) for signal, (_, most, *_) in SHARES.items()
]
CASES += [(signal, most + 1, False, True) for signal, (_, most, *_) in SHARES.items()]
CASES += [(signal, enough - 1, False, True) for signal, (_, _, enough, *_) in SHARES.items()]
CASES += [(signal, enough, True, False) for signal, (_, _, enough, *_) in SHARES.items()]


@pytest.mark.parametrize(("signal", "hits", "look", "within_chance"), CASES)
def test_a_share_is_looked_at_above_its_line_by_more_than_chance(
    desk: Desk, signal: str, hits: int, look: bool, within_chance: bool | None
) -> None:
    jobs, most, _, plain, odd = SHARES[signal]
    with told(desk) as story:
        for number in range(jobs):
            story.ticket(at("10-05 09:00") + number * HOUR, **(odd if number < hits else plain))
    found = sight(desk, signal)
    assert (found["hits"], found["total"], found["rows"]) == (hits, jobs, jobs)
    assert (found["value"], found["line"], found["unit"]) == (pytest.approx(hits / jobs), most / jobs, "share")
    assert (found["look"], found["within_chance"]) == (look, within_chance)
    assert len(marked(desk, signal)) == found["hits"]


def test_what_is_more_than_chance_for_one_is_not_for_one_of_seven(desk: Desk) -> None:
    """Six of twenty, at a line of ten in a hundred, come about once in ninety: among seven people once in thirteen."""
    with told(desk) as story:
        for name in ("Ma", "Hu", "He", "Xu"):
            story.technicians[name] = story.db.insert(
                "technician", Stamp("2026-01-02T08:00:00+08:00", "ada"), name=name
            )
        for number in range(20 * len(story.technicians)):
            late = 3 * HOUR if number in range(6) or 20 <= number < 28 else MINUTE
            technician = list(story.technicians)[number // 20]
            story.ticket(at("10-05 09:00") + number * HOUR, technician=technician, late=late)
    found = {row["group"]: (row["hits"], row["look"]) for row in sights(desk, "--only", "I3", "--by", "technician")}
    assert (found["Chen"], found["Li"]) == ((6, False), (8, True))


@pytest.mark.parametrize(("late", "is_late"), [(2 * HOUR, False), (2 * HOUR + SECOND, True)])
def test_an_arrival_is_late_typed_after_two_hours(desk: Desk, late: timedelta, is_late: bool) -> None:
    with told(desk) as story:
        story.ticket(at("10-05 09:00"), late=late)
    assert marked(desk, "I3") == ["typed_late"] * is_late


@pytest.mark.parametrize(
    ("wait", "what"),
    [
        (23.5 * HOUR, None), (23.5 * HOUR + SECOND, "just_before"), (24 * HOUR, "just_before"),
        (24 * HOUR + SECOND, "just_after"), (24.5 * HOUR, "just_after"), (24.5 * HOUR + SECOND, None),
    ],
)  # fmt: skip
def test_the_half_hours_around_the_limit(desk: Desk, wait: timedelta, what: str | None) -> None:
    with told(desk) as story:
        story.ticket(at("10-05 09:00"), arrived=wait)
    assert [row["what"] for row in desk.do("kpi", "rows", "I4", *OCTOBER)] == ([what] if what else [])


@pytest.mark.parametrize(
    ("before", "after", "value", "look"),
    [
        (10, 2, 5, False),
        (11, 2, 5.5, True),
        (8, 1, 8, False),
        (9, 1, 9, True),
        (9, 0, None, False),
        (10, 0, None, True),
    ],
)
def test_heaping_needs_a_ratio_above_five_and_ten_cases(
    desk: Desk, before: int, after: int, value: float | None, look: bool
) -> None:
    with told(desk) as story:
        for number in range(before + after):
            wait = 24 * HOUR + (MINUTE if number < after else -MINUTE)
            story.ticket(at("10-05 09:00") + number * HOUR, arrived=wait)
    found = sight(desk, "I4")
    assert (found["hits"], found["total"], found["value"], found["look"]) == (before, before + after, value, look)


def bump(story: Story, days: int, *, times: int = 1) -> None:
    """So many machines repaired on 5 September and reported again so many days later."""
    for number in range(times):
        machine = story.machine()
        story.ticket(at("09-05 09:00") + number * MINUTE, appliance=machine)
        story.ticket(at("09-05 09:00") + days * DAY, appliance=machine, clerk="ben")


@pytest.mark.parametrize(
    ("days", "what"),
    [
        (25, None),
        (26, "days_26_to_30"),
        (30, "days_26_to_30"),
        (31, "days_31_to_35"),
        (35, "days_31_to_35"),
        (36, None),
    ],
)
def test_the_days_around_the_thirtieth(desk: Desk, days: int, what: str | None) -> None:
    with told(desk) as story:
        bump(story, days)
    rows = desk.do("kpi", "rows", "I14", "--from", "2026-09-20", "--to", "2026-10-31")
    assert [row["what"] for row in rows] == ([f"{what}_after_T1"] if what else [])


@pytest.mark.parametrize(
    ("after", "look", "within_chance"), [(8, False, None), (9, False, True), (12, False, True), (13, True, False)]
)
def test_a_day_31_bump_is_more_than_twice_as_many_and_more_than_a_coin_gives(
    desk: Desk, after: int, look: bool, within_chance: bool | None
) -> None:
    with told(desk) as story:
        bump(story, 30, times=4)
        bump(story, 31, times=after)
    found = sight(desk, "I14")
    assert (found["hits"], found["total"], found["value"]) == (after, after + 4, after / 4)
    assert (found["look"], found["within_chance"]) == (look, within_chance)


@pytest.mark.parametrize(("windows", "look", "within_chance"), [(3, False, None), (4, False, True), (7, True, False)])
def test_the_gap_is_looked_at_above_fifteen_points(
    desk: Desk, windows: int, look: bool, within_chance: bool | None
) -> None:
    with told(desk) as story:
        for number in range(20):
            moved: Job = {"window": 50 * HOUR, "arrived": 49 * HOUR} if number < windows else {}
            story.ticket(at("10-05 09:00") + number * HOUR, **moved)
    found = sight(desk, "I1")
    assert (found["hits"], found["total"], found["value"]) == (windows, 20, 5 * windows)
    assert (found["look"], found["within_chance"]) == (look, within_chance)
    assert marked(desk, "I1") == ["in_time_by_window"] * windows


@pytest.mark.parametrize(("windows", "look"), [(5, False), (6, True)])
def test_a_gap_that_grows_is_looked_at_below_fifteen_points(desk: Desk, windows: int, look: bool) -> None:
    with told(desk) as story:
        for month, most in (("09", 0), ("10", windows)):
            for number in range(100):
                moved: Job = {"window": 50 * HOUR, "arrived": 49 * HOUR} if number < most else {}
                story.ticket(at(f"{month}-05 09:00") + number * HOUR, **moved)
    found = sight(desk, "I1")
    assert (found["before"], found["value"], found["look"]) == (0, windows, look)


def test_a_window_that_the_outlet_proposed_moves_no_deadline(desk: Desk) -> None:
    with told(desk) as story:
        story.ticket(at("10-05 09:00"), window=50 * HOUR, asked_by="outlet", arrived=49 * HOUR)
    assert sight(desk, "I1")["value"] == 0
    assert marked(desk, "I1") == []


@pytest.mark.parametrize(("busy", "look", "within_chance"), [(1, False, None), (2, False, True)])
def test_deferrals_of_busy_days_are_compared_with_those_of_quiet_ones(
    desk: Desk, busy: int, look: bool, within_chance: bool | None
) -> None:
    """Days of one, two and ten calls: the median is two, the day of two calls is in neither share."""
    with told(desk) as story:
        for day, calls in (("05", 1), ("06", 2), ("07", 10)):
            for number in range(calls):
                window = 50 * HOUR if day == "06" or (day == "07" and number < busy) else None
                story.ticket(at(f"10-{day} 09:00") + number * MINUTE, window=window)
    found = sight(desk, "I2")
    assert (found["hits"], found["total"], found["value"]) == (busy, 11, 10 * busy)
    assert (found["look"], found["within_chance"]) == (look, within_chance)
    assert marked(desk, "I2") == ["busy_day_with_10_calls"] * busy


@pytest.mark.parametrize(
    ("away", "look", "within_chance"), [(3, False, None), (4, False, True), (5, False, True), (6, True, False)]
)
def test_who_finds_nobody_home_is_compared_with_the_outlet(
    desk: Desk, away: int, look: bool, within_chance: bool | None
) -> None:
    """Of thirty visits of Wang three found nobody: three of ten of Li are twice the outlet, and not more."""
    with told(desk) as story:
        for number in range(30):
            story.ticket(at("10-05 09:00") + number * HOUR, no_access=number < 3, technician="Wang", done=None)
        for number in range(10):
            story.ticket(at("10-15 09:00") + number * HOUR, no_access=number < away, technician="Li", done=None)
    found = {row["group"]: row for row in sights(desk, "--only", "I5", "--by", "technician")}
    assert [found["Li"][key] for key in ("hits", "total", "line")] == [away, 10, 2 * (away + 3) / 40]
    assert [found["Li"][key] for key in ("look", "within_chance")] == [look, within_chance]
    assert found["Wang"]["look"] is False


def test_the_outlet_has_nobody_to_be_compared_with(desk: Desk) -> None:
    with told(desk) as story:
        story.ticket(at("10-05 09:00"), no_access=True, done=None)
    found = sight(desk, "I5")
    assert (found["value"], found["line"], found["look"]) == (1, None, None)


@pytest.mark.parametrize(("called", "look", "within_chance"), [(2, False, None), (1, False, True), (0, True, False)])
def test_the_late_are_called_back_as_often_as_the_others(
    desk: Desk, called: int, look: bool, within_chance: bool | None
) -> None:
    with told(desk) as story:
        for number in range(20):
            story.ticket(at("10-05 09:00") + number * HOUR, called=number < 6)
            story.ticket(at("10-15 09:00") + number * HOUR, called=number < 2 * called, arrived=25 * HOUR)
    found = sight(desk, "I6")
    assert (found["value"], found["look"], found["within_chance"]) == (30 - 10 * called, look, within_chance)
    assert (found["hits"], found["total"]) == (6 + 2 * called, 40)


@pytest.mark.parametrize(("length", "look", "within_chance"), [(6, False, None), (7, False, True), (9, True, False)])
def test_a_run_of_fives_is_told_with_its_probability(
    desk: Desk, length: int, look: bool, within_chance: bool | None
) -> None:
    """Half of all answers are fives: six in a row are 1.6 %, seven 0.8 %, somewhere among 24 answers 7 %.

    The first of the longest runs counts.
    """
    scores = [5] * length + [4] * length + [5, 4] * 5
    with told(desk) as story:
        for number, score in enumerate(scores):
            story.ticket(at("10-05 09:00") + number * HOUR, score=score)
    found = sight(desk, "I8")
    assert (found["hits"], found["total"], found["value"]) == (length, len(scores), 0.5**length)
    assert (found["look"], found["within_chance"], found["line"]) == (look, within_chance, 0.01)
    rows = desk.do("kpi", "rows", "I8", *OCTOBER)
    assert [row["verdict"] for row in rows] == ["hit"] * length + ["miss"] * (len(scores) - length)


def test_a_run_belongs_to_a_person_where_persons_are_told_apart(desk: Desk) -> None:
    """Li has 5 5 5, Wang 4 5 4 in between: together no two fives but at the end follow each other."""
    with told(desk) as story:
        for number, (who, score) in enumerate(zip("LWLWLW", (5, 4, 5, 4, 5, 5), strict=True)):
            technician = {"L": "Li", "W": "Wang"}[who]
            story.ticket(at("10-05 09:00") + number * HOUR, score=score, technician=technician)
    rows = desk.do("kpi", "rows", "I8", *OCTOBER, "--by", "technician")
    assert [row["technician"] for row in rows if row["verdict"] == "hit"] == ["Li", "Li", "Li", "Wang"]
    assert {row["group"]: row["hits"] for row in sights(desk, "--only", "I8", "--by", "technician")} == {
        "Li": 3,
        "Wang": 1,
    }
    assert sight(desk, "I8")["hits"] == 2


@pytest.mark.parametrize(("days", "what"), [(30, ["guidance_after_T1"]), (31, [])])
def test_what_follows_a_repair_under_another_name_until_day_thirty(desk: Desk, days: int, what: list[str]) -> None:
    with told(desk) as story:
        machine = story.machine()
        story.ticket(at("09-20 09:00"), appliance=machine, technician="Wang")
        story.ticket(at("09-20 09:00") + days * DAY, appliance=machine, type="guidance", arrived=None, clerk="ben")
    assert marked(desk, "I9") == what
    assert sight(desk, "I9")["within_chance"] is (True if what else None)
    found = [(row["group"], row["hits"]) for row in sights(desk, "--only", "I9", "--by", "technician")]
    assert found == [("Wang", 1)] * bool(what)
    assert [row["group"] for row in sights(desk, "--only", "I9", "--by", "clerk")] == ["ben"] * bool(what)


def test_a_birthday_visit_after_a_repair_is_no_recoded_repeat(desk: Desk) -> None:
    desk.do("technician", "add", "Li", now="2026-09-01 08:00")
    desk.do("customer", "add", "王芳", "--phone", "138", now="2026-09-01 08:00")
    desk.do(
        "appliance", "add", "--customer", "C1", "--category", "washer", "--bought", "2021-11-05", now="2026-09-01 09:00"
    )
    desk.do("ticket", "open", "--appliance", "A1", "leak", now="2026-10-01 09:00")
    desk.do("ticket", "complete", "T1", "--outcome", "fixed", now="2026-10-01 12:00")
    desk.do("maintenance", "generate", now="2026-10-10 06:00")
    assert [row["type"] for row in desk.do("ticket", "list", "--all", now="2026-10-10 07:00")] == [
        "maintenance",
        "repair",
    ]
    assert marked(desk, "I9") == []
    desk.do("ticket", "open", "--appliance", "A1", "--type", "maintenance", "leaks again", now="2026-10-11 09:00")
    assert marked(desk, "I9") == ["maintenance_after_T1"]


@pytest.mark.parametrize(("days", "what"), [(30, ["same_model_as_A1"]), (31, [])])
def test_the_same_machine_registered_again_within_thirty_days(desk: Desk, days: int, what: list[str]) -> None:
    with told(desk) as story:
        story.machine(at("09-20 09:00"), model="X1")
        story.machine(at("09-20 09:00") + days * DAY, model="x1", serial=None, clerk="ben")
    assert marked(desk, "I10") == what
    (row,) = desk.do("kpi", "rows", "I10", *OCTOBER) or [None]
    if what:
        assert (row["ticket_id"], row["appliance_id"], row["customer_id"], row["clerk"]) == (None, 2, 1, "ben")


def test_two_of_a_kind_with_serials_are_two_and_one_serial_twice_is_one(desk: Desk) -> None:
    with told(desk) as story:
        for serial in ("S1", "S2"):
            story.machine(at("10-05 09:00"), model="X1", serial=serial)
        story.machine(at("10-06 09:00"), category="fridge", brand="Other", serial="S1")
    assert marked(desk, "I10") == ["same_serial_as_A1"]


@pytest.mark.parametrize(("twins", "look"), [(2, False), (3, True)])
def test_of_a_hundred_machines_two_twins_are_chance_and_three_are_not(desk: Desk, twins: int, look: bool) -> None:
    with told(desk) as story:
        for number in range(100):
            story.machine(at("10-05 09:00") + number * MINUTE, model=f"X{number}")
        for number in range(twins):
            story.machine(at("10-15 09:00") + number * MINUTE, model=f"X{number}", serial=None)
    found = sight(desk, "I10")
    assert [found[key] for key in ("hits", "total", "line")] == [twins, 100 + twins, 0.005]
    assert (found["look"], found["within_chance"]) == (look, not look)


def test_cancelled_after_the_deadline_or_after_an_arrival(desk: Desk) -> None:
    """At the deadline is not after it; the next ticket on the machine stands beside the reason."""
    with told(desk) as story:
        machine = story.machine()
        waits = (24 * HOUR, 24 * HOUR + SECOND)
        in_time, too_late = (story.ticket(at("10-05 09:00"), arrived=None, done=None, appliance=machine) for _ in waits)
        visited = story.ticket(at("10-07 09:00"), done=None, technician="Wang")
        story.ticket(at("10-09 09:00"), appliance=machine)
        story.cancelled(in_time, at("10-06 09:00"))
        story.cancelled(too_late, at("10-06 09:00:01"), clerk="ben", reason="works_again")
        story.cancelled(visited, at("10-07 14:00"), reason="duplicate")
    assert marked(desk, "I12") == ["after_deadline_works_again_next_T4", "after_arrival_duplicate"]
    found = [(row["group"], row["hits"]) for row in sights(desk, "--only", "I12", "--by", "clerk")]
    assert found == [("ada", 1), ("ben", 1)]


@pytest.mark.parametrize(("again", "look", "within_chance"), [(2, False, None), (5, False, True), (6, True, False)])
def test_remote_resolutions_that_a_repair_follows_within_seven_days(
    desk: Desk, again: int, look: bool, within_chance: bool | None
) -> None:
    with told(desk) as story:
        for number in range(10):
            machine = story.machine()
            story.ticket(at("10-05 09:00"), arrived=None, outcome="resolved_remotely", appliance=machine)
            days = 7 if number < again else 8
            story.ticket(at("10-05 09:00") + days * DAY, appliance=machine)
    found = sight(desk, "I15")
    assert (found["hits"], found["total"], found["look"]) == (again, 10, look)
    assert found["within_chance"] is within_chance
    assert sight(desk, "I15", "--as-of", "2026-10-12")["total"] == 0


def test_an_edit_counts_when_the_month_of_the_fact_is_over(desk: Desk) -> None:
    with told(desk) as story:
        ticket = f"T{story.ticket(at('10-05 09:00'))}"
    early = ("ticket", "correct", ticket, "--event", "3", "--at", "2026-10-05 12:30", "--reason", "typed wrong")
    desk.do(*early, now="2026-10-31 23:59:59")
    assert (marked(desk, "I16"), sight(desk, "I16")["look"]) == ([], False)
    late = ("ticket", "correct", ticket, "--event", "5", "--at", "2026-10-05 11:00", "--reason", "reported badly")
    desk.do(*late, now="2026-11-01 00:00:00")
    assert marked(desk, "I16") == ["arrived_corrected"]
    desk.do("ticket", "void", ticket, "--event", "2", "--reason", "nobody was", now="2026-11-02 09:00")
    assert marked(desk, "I16") == ["assigned_voided", "arrived_corrected"]
    assert sight(desk, "I16", "--as-of", "2026-11-01 23:59:59")["hits"] == 1
    assert [row["group"] for row in sights(desk, "--only", "I16", "--by", "clerk")] == ["clerk"]


# --- what holds for all of them ---------------------------------------------------------------------------------------


def test_duplicates_and_entry_errors_are_in_no_share(desk: Desk) -> None:
    with told(desk) as story:
        ticket = story.ticket(at("10-05 09:00"), done=None, late=5 * HOUR)
        story.cancelled(ticket, at("10-05 15:00"), reason="entry_error")
    assert {row["signal"]: row["rows"] for row in sights(desk) if row["rows"]} == {"I12": 1}


def test_an_empty_period_is_not_available_and_never_nought_percent(desk: Desk) -> None:
    found = {row["signal"]: (row["hits"], row["total"], row["value"], row["look"]) for row in sights(desk)}
    for signal in ("I16", "I18"):
        assert found.pop(signal) == (0, None, 0, False)
    assert set(found.values()) == {(0, 0, None, None)}
    assert len(found) == 16


@pytest.mark.parametrize("by", [(), ("--by", "technician"), ("--by", "clerk")])
def test_the_rows_sum_to_the_figures(desk: Desk, by: tuple[str, ...]) -> None:
    with told(desk) as story:
        honest(story, backdater)
    for row in sights(desk, *by):
        rows = desk.do("kpi", "rows", row["signal"], *OCTOBER, *by)
        own = [one for one in rows if not by or one[by[1]] == row["group"]]
        assert (len(own), sum(one["verdict"] == "hit" for one in own)) == (row["rows"], row["hits"]), row


def test_the_panel_of_then_stays_what_it_was(desk: Desk) -> None:
    with told(desk) as story:
        honest(story, backdater)
    then = ("--as-of", "2026-10-20 12:00")
    before, rows = sights(desk, *then), desk.do("kpi", "rows", "I3", *OCTOBER, *then)
    desk.do("ticket", "void", "T1", "--event", "3", "--reason", "wrong ticket")
    desk.do("technician", "edit", "Chen", "--name", "Chen Wei")
    assert sights(desk, *then) == before
    assert desk.do("kpi", "rows", "I3", *OCTOBER, *then) == rows
    assert before != sights(desk)


def test_the_json_of_the_panel_and_of_its_rows(desk: Desk) -> None:
    with told(desk) as story:
        story.ticket(at("10-05 09:00"), late=3 * HOUR)
    assert [list(row) for row in sights(desk)] == [KEYS] * 18
    assert sight(desk, "i3", "--by", "technician") == {
        "signal": "I3", "period": "2026-10", "group": "Li", "title": "Arrivals typed late", "look_when": "above 10 %",
        "hits": 1, "total": 1, "value": 1, "unit": "share", "line": 0.1, "look": False, "within_chance": True,
        "before": None, "rows": 1,
    }  # fmt: skip
    assert desk.do("kpi", "rows", "I3", *OCTOBER) == [
        {
            "signal": "I3", "ticket_id": 1, "appliance_id": 1, "customer_id": 1, "technician": "Li", "clerk": "ada",
            "at": "2026-10-05T12:00:00+08:00", "recorded_at": "2026-10-05T15:00:00+08:00", "verdict": "hit",
            "what": "typed_late",
        }
    ]  # fmt: skip


def test_names_are_in_their_order_and_nobody_is_ranked(desk: Desk) -> None:
    with told(desk) as story:
        honest(story, backdater)
    found = [(int(row["signal"][1:]), row["group"]) for row in sights(desk, "--by", "technician")]
    assert found == sorted(found)
    assert {name for _, name in found} == {"Chen", "Li", "Wang"}


def test_an_unknown_signal_is_named_with_the_nearest(desk: Desk) -> None:
    assert desk.refused(3, "kpi", "integrity", "--only", "I71") == (
        "error: there is no signal 'I71'\nhint: did you mean I7 or I1 or I18?\n"
    )
    assert desk.refused(3, "kpi", "rows", "I99").startswith("error: there is no signal 'I99'\nhint: did you mean ")
    assert desk.refused(3, "kpi", "explain", "i0").startswith("error: there is no signal 'i0'\n")
    assert desk.refused(2, "kpi", "rows", "csat", "--by", "clerk") == (
        "error: --by is for signals\nhint: kpi rows I8 --by technician\n"
    )


def test_a_signal_is_explained_with_what_is_innocent_about_it(desk: Desk) -> None:
    assert desk.do("kpi", "explain", "I3") == [
        {
            "signal": "I3",
            "title": "Arrivals typed late",
            "chinese": "到达补录占比",
            "formula": "arrivals typed more than 2 hours after they happened ÷ arrivals",
            "look_when": "above 10 %",
            "unit": "share",
            "why": "a time typed long afterwards is remembered, or chosen: an arrival can be dated back below the limit"
            " (K6)",
            "innocent": "no reception in a cellar, a flat battery, paper sheets typed in the evening; a corrected"
            " arrival was typed when it was corrected",
            "source": "K17, K6: accepted, flagged late_entry; imported arrivals have no time of typing and count as"
            " prompt",
            "line": 0.1,
            "by": ["technician", "clerk"],
            "false_months": 0,
            "false_years": 0,
            "false_months_by_person": 0,
            "false_years_by_person": 0,
            "honest_months": 240,
            "honest_years": 20,
        }
    ]


@pytest.mark.parametrize(
    ("language", "alarms"),
    [("en", "raised in 0 of 240 honest months and 0 of 20 honest years"), ("zh_CN", "240个正常月份中提示0个")],
)
def test_a_signal_says_how_often_it_is_raised_where_nothing_is_wrong(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, language: str, alarms: str
) -> None:
    monkeypatch.setenv("SERVICEDESK_LANGUAGE", language)
    assert alarms in desk.run("kpi", "explain", "I7", "--format", "table").out


PANEL = """\
Test outlet, 2026-10 (2026-10-01..2026-10-31), as of 2026-11-21 18:00
A signal is a reason to look, not a verdict: it accuses nobody.
no.  what it is                   k of n  figure  look when     look
─────────────────────────────────────────────────────────────────────────────
I1   Headline less strict          7/200    +3.5  > 15, grown
I2   Deferred on busy days    4/100−0/40    +4.0  > 10 points
I3   Arrivals typed late          70/200  35.0 %  > 10 %        look
I4   Just before the limit         31/40  31 : 9  > 5, n ≥ 10
I5   Nobody at home                0/200   0.0 %  > 2 × outlet  by technician
I6   Called back if on time  146/191−8/9   −12.4  > 10 points
I7   Answers self-collected        0/160   0.0 %  > 20 %
I8   Longest run of fives          3/160   2.9 %  < 1 %
I9   Re-coded repeats                  –     n/a  > 5 %         n/a
I10  Twin machines                     –     n/a  > 0.5 %       n/a
I11  Machine left blank            0/200   0.0 %  > 2 %
I12  Cancelled too late                –     n/a  > 5 %         n/a
I13  Reached in 15 minutes         0/200   0.0 %  > 5 %
I14  Day-31 bump                       –     n/a  > 2, n ≥ 10   n/a
I15  Remote, then visited              –     n/a  > 20 %        n/a
I16  Edits after the month             0          any
I17  Fixed in 10 minutes           0/200   0.0 %  > 5 %
I18  Doubtful duplicates               0          any"""
BY_TECHNICIAN = """\
Test outlet, 2026-10 (2026-10-01..2026-10-31), as of 2026-11-21 18:00
A signal is a reason to look, not a verdict: it accuses nobody.

I3 Arrivals typed late: look when above 10 %
technician  k of n   figure  look
─────────────────────────────────
Chen         70/70  100.0 %  look
Li            0/60    0.0 %
Wang          0/70    0.0 %

I4 Just before the limit: look when above 5, from 10 cases on
technician  k of n  figure  look
────────────────────────────────
Chen         19/19  19 : 0  look
Li             6/9   6 : 3
Wang          6/12   6 : 6"""
ROWS = """\
I3 Arrivals typed late (到达补录占比): 5 of 12 rows are hits
A signal is a reason to look, not a verdict: it accuses nobody.
Test outlet, 2026-10-01..2026-10-02, as of 2026-11-21 18:00
ticket  technician  clerk  at                typed after  verdict  what
─────────────────────────────────────────────────────────────────────────────
T3      Chen        chen   2026-10-01 12:45        7.0 h  hit      typed late
T4      Li          ben    2026-10-01 14:11        1 min  miss     typed soon
T6      Chen        chen   2026-10-01 18:43        7.1 h  hit      typed late
T5      Wang        ada    2026-10-02 07:45        1 min  miss     typed soon
T1      Li          ada    2026-10-02 07:51        1 min  miss     typed soon
T2      Wang        ada    2026-10-02 08:36        1 min  miss     typed soon
T7      Wang        ada    2026-10-02 13:45        1 min  miss     typed soon
T10     Wang        ben    2026-10-02 13:56        1 min  miss     typed soon
T8      Chen        chen   2026-10-02 14:46        5.4 h  hit      typed late
T14     Chen        chen   2026-10-02 18:03        3.0 h  hit      typed late
T15     Li          ada    2026-10-02 19:23        1 min  miss     typed soon
T11     Chen        chen   2026-10-02 23:39        4.3 h  hit      typed late"""


def test_the_panel_and_its_rows_fit_a_terminal(desk: Desk) -> None:
    with told(desk) as story:
        honest(story, backdater)
    named = ("--by", "technician", "--only", "I3", "--only", "I4")
    days = ("--from", "2026-10-01", "--to", "2026-10-02")
    assert table(desk, "kpi", "integrity", *OCTOBER) == PANEL.split("\n")
    assert table(desk, "kpi", "integrity", *OCTOBER, *named) == BY_TECHNICIAN.split("\n")
    assert table(desk, "kpi", "rows", "I3", *days) == ROWS.split("\n")


# --- the planted stories (5.2): the right signal looks at the right person, and at no other ---------------------------


def backdater(rng: Random, job: Job) -> Job:
    """Chen types late, and what came near the limit or after it arrived five to twenty-five minutes before."""
    if job["technician"] != "Chen":
        return {}
    own: Job = {"typed_by": "chen", "late": timedelta(hours=rng.uniform(3, 8)) // SECOND * SECOND}
    if 20 * HOUR < job["arrived"] < 25 * HOUR:
        own["arrived"] = 24 * HOUR - rng.randrange(5, 26) * MINUTE
    return own


def deferrer(rng: Random, job: Job) -> Job:
    """On busy days ben writes 'asked for by the customer' of six in ten of those for whom there is nobody."""
    overflows = job["load"] == 10 and job["clerk"] == "ben"
    return {"window": 50 * HOUR, "arrived": 49 * HOUR} if overflows and rng.random() < 0.6 else {}


def cherry_caller(rng: Random, job: Job) -> Job:
    """Only who was served in time is called back."""
    return {"called": job["arrived"] <= 24 * HOUR or "window" in job}


def test_an_honest_outlet_is_looked_at_nowhere(desk: Desk) -> None:
    with told(desk) as story:
        honest(story)
    assert [looks(desk, by) for by in (None, "technician", "clerk")] == [set(), set(), set()]


def test_the_backdater_is_found_by_late_entries_and_heaping(desk: Desk) -> None:
    with told(desk) as story:
        honest(story, backdater)
    assert looks(desk, "technician") == {("I3", "Chen"), ("I4", "Chen")}
    assert looks(desk, "clerk") == {("I3", "chen"), ("I4", "chen")}


def test_the_deferrer_is_found_by_the_gap_and_the_busy_days(desk: Desk) -> None:
    with told(desk) as story:
        honest(story, deferrer)
    assert looks(desk, "clerk") == {("I1", "ben"), ("I2", "ben")}


def test_the_cherry_caller_is_found_by_the_coverage_gap(desk: Desk) -> None:
    with told(desk) as story:
        honest(story, cherry_caller)
    assert looks(desk) == {("I6", None)}
    assert looks(desk, "clerk") == set()


def test_the_recoder_is_found_by_what_follows_the_repairs(desk: Desk) -> None:
    with told(desk) as story:
        honest(story)
        for number, technician in enumerate(("Chen", "Li", "Wang") * 2):
            machine = story.machine()
            first = at("10-02 08:00") + number * HOUR
            story.ticket(first, appliance=machine, technician=technician)
            again: Job = {"type": "guidance", "arrived": None} if technician == "Chen" else {}
            story.ticket(first + 10 * DAY, appliance=machine, technician=technician, **again)
    assert looks(desk, "technician") == {("I9", "Chen")}


def test_who_registers_machines_twice_is_found_by_the_twins(desk: Desk) -> None:
    with told(desk) as story:
        honest(story)
        for number in range(3):
            story.machine(at("10-05 09:00") + number * DAY, model=f"X{number}", clerk="ada")
            story.machine(at("10-15 09:00") + number * DAY, model=f"X{number}", clerk="ben", serial=None)
            story.machine(at("10-25 09:00") + number * DAY, model=f"Z{number}", clerk="ada", serial=None)
    assert looks(desk, "clerk") == {("I10", "ben")}
