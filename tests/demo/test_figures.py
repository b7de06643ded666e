"""The figures that are counted without a file are those of `kpi` over the file of the same outlet (K6)."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from servicedesk.base import periods
from servicedesk.demo.make import ZONE, make_demo
from servicedesk.demo.work.figures import HOURS, Course, count_arrivals, count_hours, course, list_repairs
from servicedesk.demo.work.outlet import Simulation
from servicedesk.demo.work.plan import FULL, resized
from servicedesk.domain.groups import By
from servicedesk.kpis.count import count_verdicts
from servicedesk.kpis.definitions.registry import find_kpi
from servicedesk.records.ticket_facts import facts_as_of
from servicedesk.storage.database import Database

END = datetime(2026, 8, 9, tzinfo=ZoneInfo(ZONE))
# So busy that many come late, are put off, or give up.
PLAN = resized(FULL, homes=200, technicians=3, certified=1, reports_a_day=5)
Counts = dict[str, tuple[int, int]]


def counted_by_kpi(db: Database, key: str) -> Counts:
    with facts_as_of(db, END):
        tallies = count_verdicts(db, find_kpi(key), periods.month("2026-07"), [By.CATEGORY])
    found = {}
    for (category,), tally in tallies.items():
        hits, misses = (sum(n for (verdict, *_), n in tally.items() if verdict == wanted) for wanted in ("hit", "miss"))
        if hits + misses:
            found[category] = (hits, hits + misses)
    return found


def counted(july: dict[str, list[Course]], limit: Callable[[Course], float]) -> Counts:
    found = {category: count_arrivals(courses, limit) for category, courses in july.items()}
    return {category: share for category, share in found.items() if share[1]}


def test_arrivals_in_time_are_those_of_the_figure(tmp_path: Path) -> None:
    outlet = Simulation(PLAN, 1, END, 2)
    july: defaultdict[str, list[Course]] = defaultdict(list)
    for job in list_repairs(outlet):
        if job.machine and job.facts[0].at.month == 7:
            july[job.machine.category].append(course(job, None))
    db = make_demo(tmp_path / "x.db", seed=1, months=2, now=END, plan=PLAN)
    try:
        db.connection.execute("UPDATE ticket SET is_mystery = 0")  # the shopper's is in no figure
        headline, strict = counted_by_kpi(db, "arrival_24h_rate"), counted_by_kpi(db, "arrival_24h_rate_strict")
    finally:
        db.close()

    assert counted(july, lambda c: c.deadline) == headline
    assert counted(july, lambda _: HOURS) == strict
    assert 0 < headline["ac"][0] < headline["ac"][1] / 2


def test_hours_are_those_of_the_technicians_meant_and_of_their_days() -> None:
    outlet = Simulation(replace(PLAN, homes=100, reports_a_day=2), 1, END, 1)
    first, last = date(2026, 7, 6), date(2026, 7, 12)  # a week: each has one day off
    one, all_three = count_hours(outlet, first, last, {1}), count_hours(outlet, first, last)

    assert one[1] == 6 * 11.5  # 08:30 to 20:00
    assert all_three[1] == 3 * one[1]
    assert 0 < one[0] < all_three[0]
