"""Whether each story of `demo --story` is found by what should find it, and whether anybody innocent is accused.

    python -m tests.bench.stories [--seeds 20] [--first SEED] [--story NAME]

A year of a full outlet for each story and seed, on all cores; a quarter of an hour. Exit 1 where a story is found in
fewer than nineteen of twenty years, or somebody innocent is accused in more than one.
"""

import argparse
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date, datetime
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from servicedesk.base import periods
from servicedesk.demo import make
from servicedesk.demo.simulation.jobs import DAY, Job
from servicedesk.demo.simulation.names import CLERKS, TECHNICIANS
from servicedesk.demo.work.crew import COOLING, SUMMER
from servicedesk.demo.work.figures import Course, course
from servicedesk.demo.work.outlet import Simulation
from servicedesk.demo.work.plan import Story, plan_of
from servicedesk.domain.groups import Person
from servicedesk.kpis.integrity import panel
from tests.bench.outlet import arrival, percent

NOW = datetime(2026, 11, 21, tzinfo=ZoneInfo(make.ZONE))
YEAR = periods.Period(date(2025, 11, 1), date(2026, 11, 1), "2025-11..2026-10")


class Clue(NamedTuple):
    """The signals that find a story; where they name people, who it is."""

    signals: tuple[str, ...]
    by: Person | None = None
    who: str | None = None


CLUES = {
    Story.BACKDATER: Clue(("I3", "I4"), Person.TECHNICIAN, TECHNICIANS[3]),
    Story.DEFERRER: Clue(("I1", "I2"), Person.CLERK, CLERKS[0]),
    Story.CHERRY_CALLER: Clue(("I6",)),
    Story.RECODER: Clue(("I9",), Person.TECHNICIAN, TECHNICIANS[5]),
    Story.TWIN_MACHINE: Clue(("I10",)),
}


class Verdict(NamedTuple):
    """Whether a story was found, and who was accused beside the one who did it."""

    is_found: bool
    innocent: tuple[str, ...] = ()


def judged(story: Story, seed: int) -> Verdict:
    """The verdict on the year of that seed with that story alone."""
    if story not in CLUES:
        return Verdict(_BY_FIGURES[story](seed))
    clue = CLUES[story]
    with tempfile.TemporaryDirectory() as folder:
        db = make.make_demo(Path(folder) / "x.db", seed=seed, months=12, now=NOW, plan=plan_of(stories=[story]))
        try:
            looks = list(looks_of(db, clue))
        finally:
            db.close()
    accused = {row["group"] for row in looks}
    return Verdict(clue.who in accused, tuple(sorted(str(who) for who in accused - {clue.who})))


def looks_of(db: Any, clue: Clue) -> Iterator[dict[str, Any]]:
    for row in panel.panel(db, YEAR, as_of=NOW, by=clue.by, only=clue.signals).objects():
        if row["look"]:
            yield row


def simulated(story: Story, seed: int) -> Simulation:
    return Simulation(plan_of(stories=[story]), seed, NOW, 12)


def repairs(outlet: Simulation) -> list[tuple[Job, Course]]:
    """The repairs, each with the next report on the same appliance."""
    latest: dict[int, Job] = {}
    found = []
    for job in sorted((job for job in outlet.jobs if job.type == "repair" and job.duplicates is None),
                      key=lambda job: job.facts[0].at, reverse=True):  # fmt: skip
        assert job.machine
        found.append((job, course(job, latest.get(job.machine.key))))
        latest[job.machine.key] = job
    return found


def has_hard_jobs(seed: int) -> bool:
    """Whether the first technician looks worse than the outlet, and is better at equal work (K4)."""
    done: list[tuple[int, bool, bool]] = []
    for job, c in repairs(simulated(Story.HARD_JOBS, seed)):
        ended = next((fact for fact in job.facts if fact.kind == "completed" and c.visits), None)
        if ended and job.machine and ended.at < NOW - 31 * DAY:
            is_back = c.back is not None and c.back <= 30
            done.append((ended.values["technician_id"], job.machine.category == "ac", is_back))
    own = [row for row in done if row[0] == 1]
    share = sum(is_ac for _, is_ac, _ in done) / len(done)

    def rate(rows: list[tuple[int, bool, bool]], *, is_ac: bool) -> float:
        return percent(back for _, kind, back in rows if kind == is_ac)

    standard = share * rate(own, is_ac=True) + (1 - share) * rate(own, is_ac=False)
    outlet = percent(back for *_, back in done)
    return percent(back for *_, back in own) > outlet > standard


def has_lost_certificate(seed: int) -> bool:
    """Whether cooling machines are reached late in the summer, by more than others are (K6 by category)."""
    summer = [(job, c) for job, c in repairs(simulated(Story.LOST_CERTIFICATE, seed)) if c.month in SUMMER]
    cooling = [c for job, c in summer if job.machine and job.machine.category in COOLING]
    others = [c for job, c in summer if job.machine and job.machine.category not in COOLING]
    return arrival(cooling, lambda c: c.deadline) < arrival(others, lambda c: c.deadline) - 25


def has_slow_part(seed: int) -> bool:
    """Whether most waits of more than ninety days are for fridges that do not cool (W8)."""
    long: Counter[bool] = Counter()
    for job, _ in repairs(simulated(Story.SLOW_PART, seed)):
        waits = [fact.at for fact in job.facts if fact.kind == "waiting"]
        ends = [fact.at for fact in job.facts if fact.kind == "resumed"]
        ends += [NOW] * (len(waits) - len(ends))
        if any(end - since > 90 * DAY for since, end in zip(waits, ends, strict=True)):
            long[bool(job.machine and job.machine.category == "fridge" and job.fault == "not_cooling")] += 1
    return long[True] >= 5 and long[True] > 2 * long[False]


_BY_FIGURES = {
    Story.HARD_JOBS: has_hard_jobs, Story.LOST_CERTIFICATE: has_lost_certificate, Story.SLOW_PART: has_slow_part,
}  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--first", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=20)
    parser.add_argument("--story", type=Story, action="append")
    asked = parser.parse_args()
    seeds, is_off = range(asked.first, asked.first + asked.seeds), False
    with ProcessPoolExecutor() as pool:
        for story in asked.story or list(Story):
            found = list(pool.map(judged, [story] * asked.seeds, seeds))
            hits, wrong = sum(one.is_found for one in found), [one.innocent for one in found if one.innocent]
            is_off |= hits < asked.seeds - asked.seeds // 20 or len(wrong) > asked.seeds // 20
            print(
                f"{story:18}found in {hits} of {asked.seeds}; innocent accused in {len(wrong)} {wrong or ''}",
                flush=True,
            )
    if is_off:
        sys.exit("a story is not found, or somebody innocent is accused")


if __name__ == "__main__":
    main()
