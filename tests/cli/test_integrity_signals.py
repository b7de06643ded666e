"""`kpi integrity`: each signal just below its line, just above it, and beyond chance (K17)."""

from datetime import timedelta

import pytest

from servicedesk.domain.model import Stamp
from tests.conftest import Desk
from tests.stories import (
    DAY,
    HOUR,
    MINUTE,
    OCTOBER,
    SECOND,
    Job,
    Story,
    at,
    marked,
    sight,
    sights,
    told,
)  # fmt: skip

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
