"""Draw the jobs of E8, in which the better of two technicians looks worse by the total, and write them."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from servicedesk.classroom.exercise import Variant
from servicedesk.classroom.scene import Scene
from servicedesk.demo.simulation import names
from servicedesk.domain.model import REPEAT_DAYS
from servicedesk.storage.database import Database

_REGISTERED = "2026-01-05 08:00"
_PAIRS = (("ac", "flat_tv"), ("washer", "range_hood"), ("fridge", "flat_tv"), ("ac", "range_hood"))  # hard, easy
_FIRST, _LAST = datetime(2026, 6, 1), datetime(2026, 7, 1)
_AGAIN_FROM = 4  # of June: a job from then on can come back in July within 30 days, so that no job of June is a repeat
_POINTS = 1.5  # percentage points by which the better one leads in each category and the other by the total, at least


class Jobs(NamedTuple):
    """The repairs of one technician in one category, and how many of them came back."""

    total: int
    again: int

    @property
    def rate(self) -> float:
        """Return the percentage that came back."""
        return 100 * self.again / self.total


class Person(NamedTuple):
    """The jobs of one technician: the hard ones, which often come back, and the easy ones."""

    hard: Jobs
    easy: Jobs

    @property
    def rate(self) -> float:
        """Return the percentage of all jobs that came back."""
        return Jobs(self.hard.total + self.easy.total, self.hard.again + self.easy.again).rate

    def mixed(self, hard_share: float) -> float:
        """Return the percentage that would come back if that share of the jobs were hard."""
        return hard_share * self.hard.rate + (1 - hard_share) * self.easy.rate


class Crew(NamedTuple):
    """Both technicians. `better` has most of the hard jobs."""

    better: Person
    other: Person

    @property
    def hard_share(self) -> float:
        """Return the share of hard jobs among all."""
        jobs = [*self.better, *self.other]
        return (self.better.hard.total + self.other.hard.total) / sum(each.total for each in jobs)

    def is_a_paradox(self) -> bool:
        """Return whether the better one is ahead in each category and in the same mix, and yet behind by the total."""
        better, other, share = self.better, self.other, self.hard_share
        ahead = (other.hard.rate - better.hard.rate, other.easy.rate - better.easy.rate, better.rate - other.rate)
        # A mean of both categories, without the weights of the mix, must be another figure.
        plain = [abs(person.mixed(share) - person.mixed(0.5)) for person in self]
        return min(ahead) >= _POINTS and other.mixed(share) - better.mixed(share) >= 2 and min(plain) > 0.25


def draw_crew(rng: Random) -> Crew:
    """Return a crew whose totals mislead (`is_a_paradox`)."""
    while True:
        hard, easy, other_hard, other_easy = (rng.randint(*span) for span in ((68, 84), (16, 30), (18, 30), (66, 84)))
        crew = Crew(
            Person(Jobs(hard, rng.randint(6, 9)), Jobs(easy, rng.randint(0, 1))),
            Person(Jobs(other_hard, rng.randint(3, 6)), Jobs(other_easy, rng.randint(1, 4))),
        )
        if crew.is_a_paradox():
            return crew


def fill(db: Database, variant: Variant) -> None:
    """Write the jobs of June, each at a home of its own, and those that came back in July."""
    scene, rng = Scene(db), variant.rng("jobs")
    crew = draw_crew(rng)
    categories = rng.choice(_PAIRS)
    who = [scene.technician(_REGISTERED, name) for name in rng.sample(names.TECHNICIANS, 2)]
    people = rng.sample(crew, 2)
    for technician, person in zip(who, people, strict=True):
        for at, category, comes_again in _plan_month(rng, person, categories):
            home = names.person(rng, rng.choice(names.SURNAMES), is_female=rng.random() < 0.5)
            customer = scene.customer(_REGISTERED, home)
            appliance = scene.appliance(_REGISTERED, customer, category, brand=rng.choice(names.BRANDS))
            fault, text = names.complaint(rng, category)
            _write_repair(scene, at, customer, appliance, technician, fault=fault, text=text)
            if comes_again:
                days = rng.randint((_LAST - at).days + 1, REPEAT_DAYS)
                _write_repair(
                    scene, at + timedelta(days=days), customer, appliance, rng.choice(who), fault=fault, text=text
                )


def _plan_month(rng: Random, person: Person, categories: tuple[str, str]) -> Iterator[tuple[datetime, str, bool]]:
    """Yield for each job of a technician when it begins, its category, and whether it comes back."""
    pairs = list(zip(categories, person, strict=True))
    again = [category for category, jobs in pairs for _ in range(jobs.again)]
    quiet = [category for category, jobs in pairs for _ in range(jobs.total - jobs.again)]
    rng.shuffle(again)
    rng.shuffle(quiet)
    number, days = len(again) + len(quiet), (_LAST - _FIRST).days - 1
    starts = [_FIRST + timedelta(days=days * n // number, hours=8 + 3 * (n % 4)) for n in range(number)]
    come_again = set(rng.sample([at for at in starts if at.day >= _AGAIN_FROM], len(again)))
    for at in starts:
        yield at, (again if at in come_again else quiet).pop(), at in come_again


def _write_repair(scene: Scene, at: datetime, customer: int, appliance: int, technician: int, **about: str) -> None:
    """Write a repair that is done within three hours."""
    ticket = scene.ticket(at.isoformat(" "), customer, appliance, **about)
    arrived, done = ((at + timedelta(hours=hours)).isoformat(" ") for hours in (2, 3))
    scene.event(arrived, ticket, "arrived", technician_id=technician)
    scene.event(done, ticket, "completed", technician_id=technician, outcome="fixed")
