"""Draw the jobs of E6 (two months of the same work, with call-backs and scores), and write them into the file."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from servicedesk.classroom.exercise import Variant
from servicedesk.classroom.scene import Scene
from servicedesk.demo.simulation import names
from servicedesk.kpis.compare import LEVEL
from servicedesk.kpis.stats import chance
from servicedesk.storage.database import Database

_REGISTERED = "2026-01-05 08:00"
_DAYS = 26  # of a month on which jobs are reported, so that late ones are done within it too
_FIRST = (datetime(2026, 6, 1), datetime(2026, 7, 1))


class Jobs(NamedTuple):
    """Counts of the jobs that were in time, or of the late ones: all, those answered, and those answered satisfied."""

    total: int
    answers: int
    satisfied: int


class Month(NamedTuple):
    """The jobs of a month."""

    on_time: Jobs
    late: Jobs

    @property
    def answers(self) -> int:
        """Return how many customers answered."""
        return self.on_time.answers + self.late.answers

    @property
    def satisfied(self) -> int:
        """Return how many customers were satisfied."""
        return self.on_time.satisfied + self.late.satisfied


def draw_months(rng: Random) -> tuple[Month, Month]:
    """Return June and July. July looks worse by chance, or because June called back few customers who had waited."""
    is_policy = rng.random() < 0.5
    while True:
        months = _draw_policies(rng) if is_policy else _draw_chance(rng)
        june, july = months
        by_chance = chance(july.satisfied, july.answers, june.satisfied, june.answers)
        # Far enough from the line on either side that nobody can argue; in each half of the jobs the work is the same.
        is_clear = by_chance < LEVEL / 2 if is_policy else by_chance > 3 * LEVEL
        gap = june.satisfied / june.answers - july.satisfied / july.answers
        halves = [(before, after) for before, after in zip(june, july, strict=True)]
        is_same_work = all(
            chance(after.satisfied, after.answers, before.satisfied, before.answers) > 4 * LEVEL
            for before, after in halves
        )
        if is_clear and gap > 0.04 and is_same_work:
            return months


def _draw_policies(rng: Random) -> tuple[Month, Month]:
    """Return the months of an outlet that calls in June only those who were served in time, and in July everybody."""
    on_time, late = rng.randint(54, 60), rng.randint(38, 44)
    happy, waited = rng.uniform(0.86, 0.92), rng.uniform(0.28, 0.38)
    few = rng.randint(2, 4)
    june = Month(_jobs(rng, on_time, 0.66, happy), Jobs(late, few, 1))
    return june, Month(_jobs(rng, on_time, 0.66, happy), _jobs(rng, late, 0.66, waited))


def _draw_chance(rng: Random) -> tuple[Month, Month]:
    """Return the months of an outlet that calls everybody in both months."""
    on_time, late = rng.randint(54, 60), rng.randint(38, 44)
    happy, waited = rng.uniform(0.82, 0.90), rng.uniform(0.40, 0.52)
    june, july = (
        Month(_jobs(rng, on_time, 0.64, happy + move), _jobs(rng, late, 0.64, waited + move)) for move in (0.03, -0.04)
    )
    return june, july


def _jobs(rng: Random, total: int, answered: float, satisfied: float) -> Jobs:
    answers = round(total * answered) + rng.randint(-2, 2)
    return Jobs(total, answers, round(answers * satisfied))


def fill(db: Database, variant: Variant) -> None:
    """Write the jobs of June and July, each at a home of its own, and the answers."""
    scene, rng = Scene(db), variant.rng("people")
    crew = [scene.technician(_REGISTERED, name) for name in rng.sample(names.TECHNICIANS, 4)]
    for first, month in zip(_FIRST, draw_months(variant.rng("months")), strict=True):
        jobs = [(hours, score) for group, hours in zip(month, (5, 29), strict=True)
                for score in _list_scores(group)
                ]  # fmt: skip
        rng.shuffle(jobs)
        for at, (hours, score) in zip(_list_reports(first, len(jobs)), jobs, strict=True):
            customer = scene.customer(_REGISTERED, names.person(rng, rng.choice(names.SURNAMES), is_female=True))
            category = rng.choice(("ac", "fridge", "washer", "flat_tv"))
            appliance = scene.appliance(_REGISTERED, customer, category, brand=rng.choice(names.BRANDS))
            fault, text = names.complaint(rng, category)
            ticket = scene.ticket(at.isoformat(" "), customer, appliance, fault=fault, text=text)
            arrived = at + timedelta(hours=hours + rng.randint(-3, 3))
            who = rng.choice(crew)
            scene.event(arrived.isoformat(" "), ticket, "arrived", technician_id=who)
            done = (arrived + timedelta(hours=1)).isoformat(" ")
            scene.event(done, ticket, "completed", technician_id=who, outcome="fixed")
            if score:
                said = (arrived + timedelta(days=rng.randint(1, 3))).isoformat(" ")
                scene.event(said, ticket, "surveyed", score=score, source="callback")


def _list_reports(first: datetime, number: int) -> Iterator[datetime]:
    """Yield the instants at which that many jobs are reported, spread over the month."""
    for n in range(number):
        yield first + timedelta(days=_DAYS * n // number, hours=8 + n % 4)


def _list_scores(jobs: Jobs) -> Iterator[int | None]:
    """Yield the score of each job, None if nobody answered. The mean score is never near the rate."""
    for n in range(jobs.total):
        if n < jobs.satisfied:
            yield 4 if n % 5 == 4 else 5
        elif n < jobs.answers:
            yield (3, 3, 2, 3, 1)[(n - jobs.satisfied) % 5]
        else:
            yield None
