"""What the simulated outlet comes to, counted from its jobs, beside what it should come to.

    python -m tests.bench.outlet [--seeds 20] [--first SEED]

Mean (least-most) of the seeds for each scenario of `demo --scenario`; about two minutes. Exit 1 where a mean lies
outside the wanted range.
"""

import argparse
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import date, datetime
from statistics import mean, median
from zoneinfo import ZoneInfo

from servicedesk.demo.simulation.jobs import Job
from servicedesk.demo.work.figures import Course, count_arrivals, count_hours, course, list_repairs
from servicedesk.demo.work.outlet import Simulation
from servicedesk.demo.work.plan import Scenario, plan_of

NOW = datetime(2026, 11, 21, tzinfo=ZoneInfo("Asia/Shanghai"))
FIRST, LAST = date(2025, 11, 1), date(2026, 10, 31)
# Of each figure what an outlet of this kind has in the scenarios, and how far the mean of twenty seeds may be from it.
WANTED = {
    "repairs": ((5437, 5434, 5423, 4291), 250), "arrival": ((96.0, 90.5, 77.4, 98.1), 4.0),
    "arrival strict": ((85.3, 80.6, 69.1, 87.0), 4.0), "arrival July": ((87.1, 63.6, 40.1, 99.2), 12.0),
    "arrival November": ((96.9, 96.9, 96.8, 97.1), 2.5), "repeats 30": ((6.6, 6.6, 6.4, 6.2), 0.8),
    "repeats 60": ((None,) * 4, 0), "repeats 90": ((None,) * 4, 0), "first-time fix": ((68.0, 68.1, 68.3, 68.4), 2.0),
    "median downtime": ((16.9, 18.5, 23.6, 15.9), 4.0), "mean downtime": ((46.6, 49.8, 76.5, 45.4), 10.0),
    "deferred": ((13.5, 13.5, 13.5, 13.5), 1.5), "utilisation": ((62, 63, 62, 52), 6),
    "satisfaction": ((86.0, 84.9, 82.9, 86.9), 2.0), "on time": ((86.6, 86.5, 86.3, 87.2), 2.0),
    "late": ((70.9, 70.5, 71.2, 73.8), 8.0), "repairs a machine": ((None,) * 4, 0),
}  # fmt: skip


def courses(outlet: Simulation) -> Iterator[Course]:
    """The repairs reported in the year, without duplicates."""
    by_machine: defaultdict[int, list[Job]] = defaultdict(list)
    for job in list_repairs(outlet):
        assert job.machine
        by_machine[job.machine.key].append(job)
    for jobs in by_machine.values():
        for job, later in zip(jobs, [*jobs[1:], None], strict=True):
            if FIRST <= job.facts[0].at.date() <= LAST:
                yield course(job, later)


def percent(flags: Iterable[bool]) -> float:
    found = list(flags)
    return 100 * sum(found) / len(found) if found else float("nan")


def arrival(found: Iterable[Course], limit: Callable[[Course], float]) -> float:
    hits, total = count_arrivals(found, limit)
    return 100 * hits / total if total else float("nan")


def figures(outlet: Simulation) -> dict[str, float]:
    """The figures of the year."""
    found = list(courses(outlet))
    done = [c for c in found if c.done is not None and not c.is_remote]
    downtimes = [c.done for c in done if c.done is not None]
    scored = [c for c in done if c.score is not None]
    busy, present = count_hours(outlet, FIRST, LAST)
    late = [c for c in scored if c.arrived is not None and c.arrived > c.deadline]

    def headline(c: Course) -> float:
        return c.deadline

    return {
        "repairs": len(found),
        "arrival": arrival(found, headline),
        "arrival strict": arrival(found, lambda c: 24.0),
        "arrival July": arrival((c for c in found if c.month == 7), headline),
        "arrival November": arrival((c for c in found if c.month == 11), headline),
        **{f"repeats {days}": percent(c.back is not None and c.back <= days for c in done) for days in (30, 60, 90)},
        "first-time fix": percent(c.visits == 1 and not (c.back is not None and c.back <= 30) for c in done),
        "median downtime": median(downtimes),
        "mean downtime": mean(downtimes),
        "deferred": percent(c.deadline > 24 for c in found),
        "utilisation": 100 * busy / present,
        "satisfaction": percent((c.score or 0) >= 4 for c in scored),
        "on time": percent((c.score or 0) >= 4 for c in scored if c not in late),
        "late": percent((c.score or 0) >= 4 for c in late),
        "repairs a machine": len(found) / len(outlet.machines),
    }


def measured(scenario: Scenario | None, seeds: range) -> dict[str, list[float]]:
    found: defaultdict[str, list[float]] = defaultdict(list)
    for seed in seeds:
        for key, value in figures(Simulation(plan_of(scenario), seed, NOW, 13)).items():
            found[key].append(value)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--scenarios", default="abcd")
    asked = parser.parse_args()
    seeds = range(asked.first, asked.first + asked.seeds)
    columns = [measured(Scenario(letter), seeds) for letter in asked.scenarios]
    columns.append(measured(None, seeds))
    print(f"{'':18}" + "".join(f"{name + '  (wanted)':>27}" for name in [*asked.scenarios.upper(), "small"]))
    is_off = False
    for key, (wanted, slack) in WANTED.items():
        cells = []
        for letter, column in zip([*asked.scenarios, None], columns, strict=True):
            goal = wanted["abcd".index(letter)] if letter else None
            found = mean(column[key])
            off = goal is not None and abs(found - goal) > slack
            is_off |= off
            told = f"{found:.1f} ({min(column[key]):.0f}-{max(column[key]):.0f})"
            cells.append(f"{told:>16} {'!' if off else ' '}{'' if goal is None else f'({goal})':>9}")
        print(f"{key:18}" + "".join(cells))
    if is_off:
        sys.exit("the figures marked ! are outside of what is wanted")


if __name__ == "__main__":
    main()
