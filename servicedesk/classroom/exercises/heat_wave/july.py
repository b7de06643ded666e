"""Simulate July of a summer under one option of E10, without a file.

The same option and summer give the same figures on every machine. Runs are cached within a process, so that marking a
whole class takes some thirty of them.
"""

from collections import Counter, defaultdict
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from servicedesk.demo.work.figures import HOURS, Course, count_arrivals, count_hours, course, list_repairs
from servicedesk.demo.work.options import Option, plan_option
from servicedesk.demo.work.outlet import Simulation

FIRST, LAST = date(2026, 7, 1), date(2026, 7, 31)
END = datetime(2026, 8, 9, tzinfo=ZoneInfo("Asia/Shanghai"))  # when the last deadline of July has passed
MONTHS = 2  # before August: the summer begins on 1 June
MEAN = "mean"
Share = tuple[int, int]  # how many, of how many


class Skill(StrEnum):
    """The two groups of technicians: with and without the certificate for cooling circuits."""

    CERTIFIED = "certified"
    WITHOUT = "without_certificate"


class Kind(StrEnum):
    """Kinds of appliances: those with a cooling circuit, and the others."""

    AC = "ac"
    FRIDGE = "fridge"
    OTHERS = "others"


_KINDS = {"ac": Kind.AC, "fridge": Kind.FRIDGE, "freezer": Kind.FRIDGE}


class July(NamedTuple):
    """The figures of July: repairs reached in time, of all; `by_category` begins with the most repairs.

    `hours`: (hours on the way and at work, hours of presence) by skill, and of all technicians under MEAN. `people`:
    the number of technicians by the same keys.
    """

    option: Option
    summer: int
    arrivals: Share
    strict: Share
    by_category: dict[str, Share]
    hours: dict[str, tuple[float, float]]
    people: dict[str, int]

    @property
    def rate(self) -> float:
        """Return the 24-hour arrival rate as a percentage (K6)."""
        return 100 * self.arrivals[0] / self.arrivals[1]

    @property
    def strict_rate(self) -> float:
        """Return the strict rate as a percentage."""
        return 100 * self.strict[0] / self.strict[1]

    @property
    def by_kind(self) -> dict[Kind, Share]:
        """Return the arrivals by kind of appliance."""
        found = dict.fromkeys(Kind, (0, 0))
        for category, (hits, total) in self.by_category.items():
            kind = _KINDS.get(category, Kind.OTHERS)
            found[kind] = (found[kind][0] + hits, found[kind][1] + total)
        return found

    def utilisation(self, skill: str) -> float:
        """Return the hours on the way and at work as a percentage of those of presence."""
        busy, present = self.hours[skill]
        return 100 * busy / present


@cache
def simulate(option: Option, summer: int) -> July:
    """Return the figures of July under that option in that summer."""
    outlet = Simulation(plan_option(option), summer, END, MONTHS)
    by_category = _list_courses(outlet)
    everything = [one for courses in by_category.values() for one in courses]
    reached = {name: count_arrivals(found, lambda c: c.deadline) for name, found in by_category.items()}
    skills = {k.key: Skill.WITHOUT if k.certified_until is None else Skill.CERTIFIED for k in outlet.technicians}
    hours: dict[str, tuple[float, float]] = {
        skill: count_hours(outlet, FIRST, LAST, {key for key, own in skills.items() if own is skill}) for skill in Skill
    }
    return July(
        option=option,
        summer=summer,
        arrivals=count_arrivals(everything, lambda c: c.deadline),
        strict=count_arrivals(everything, lambda c: HOURS),
        by_category={name: share for name, share in reached.items() if share[1]},
        hours={**hours, MEAN: count_hours(outlet, FIRST, LAST)},
        people={**Counter(skills.values()), MEAN: len(skills)},
    )


def _list_courses(outlet: Simulation) -> dict[str, list[Course]]:
    """Return the repairs reported in July by category, the one with most repairs first."""
    found: defaultdict[str, list[Course]] = defaultdict(list)
    for job in list_repairs(outlet):
        if job.machine and FIRST <= job.facts[0].at.date() <= LAST:
            found[job.machine.category].append(course(job, None))
    return dict(sorted(found.items(), key=lambda one: (-len(one[1]), one[0])))
