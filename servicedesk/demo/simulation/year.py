"""Simulate the months of an outlet: the same jobs for the same seed and the same day.

Birthday visits are not among the jobs: they come from the real daily run (demo/fill.py), which asks
`Simulation.stories` how each of them goes.
"""

import heapq
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import count
from math import exp
from random import Random

from servicedesk.demo.simulation import names
from servicedesk.demo.simulation.homes import Home, Machine, Person, Stock, Technician, homes, office, technicians
from servicedesk.demo.simulation.jobs import DAY, HOUR, MINUTE, MONTH_FACTOR, Job, Rota, Stories

REPAIRS_A_DAY = 3.2
INSTALLS_A_DAY = 0.4
QUESTIONS_A_DAY = 0.5
_WEEKDAY = (1.20, 1.05, 1.00, 0.95, 0.95, 1.00, 0.85)  # Monday to Sunday
_HOURS = (0.15,) * 7 + (2, 8, 14, 13, 9, 5, 5, 8, 8, 7, 6, 5, 5, 3, 1.5, 0.5, 0.15)  # 0 to 23 h
_KINDS = (
    (("fridge", "freezer"), 0.24), (("washer",), 0.22), (("electric_water_heater", "gas_water_heater"), 0.14),
    (("flat_tv", "crt_tv"), 0.10), (("range_hood",), 0.09), (("microwave", "small", "computer", "dishwasher"), 0.06),
)  # fmt: skip
_AC_MONTH = (0.5, 0.4, 0.4, 0.5, 1.2, 2.2, 3.2, 2.9, 1.2, 0.5, 0.6, 0.7)  # January to December
_INSTALLED = (
    ("ac", 45),
    ("washer", 12),
    ("fridge", 12),
    ("electric_water_heater", 12),
    ("range_hood", 8),
    ("flat_tv", 11),
)


@dataclass(frozen=True, slots=True)
class Retirement:
    """An appliance that is no longer in use; `successor`: what came in its place, if it was exchanged for one."""

    machine: Machine
    on: date
    typed_at: datetime
    reason: str
    successor: Machine | None = None


@dataclass(frozen=True, slots=True)
class Remark:
    """A note about a customer; `on_md` (MM-DD) is a day that returns every year."""

    person: Person
    text: str
    typed_at: datetime
    on_md: str | None = None


@dataclass(frozen=True, slots=True)
class Move:
    """A customer's move to a new address."""

    person: Person
    address: str
    area: str
    typed_at: datetime


class Simulation:
    """The outlet of a seed: `technicians`, `homes`, `machines`, `remarks`, `moves`, `retirements`, `jobs`.

    `now` is the midnight after its last day; what would be typed later is left out.
    """

    def __init__(self, seed: int, now: datetime, months: int) -> None:
        self.seed = seed
        self.rng = Random(seed)
        self.now = now
        years, month = divmod(now.year * 12 + now.month - 1 - months, 12)
        self.start = datetime(years, month + 1, 1, tzinfo=now.tzinfo)
        self.technicians: list[Technician] = technicians(self.rng, self.start.date(), now.date())
        self.homes: list[Home] = homes(self.rng, self.start, self.now)
        self.stock = Stock(self.rng, self.now)
        for home in self.homes:
            self.stock.fill(home)
        self.stories = Stories(self.rng, Rota(self.rng, self.technicians))
        self.remarks = self._remarks()
        self.moves = self._moves()
        self.retirements: list[Retirement] = []
        self.jobs: list[Job] = []
        self._busy_until: dict[int, datetime] = {}
        self._order = count()
        self._calls: list[tuple[datetime, int, Callable[[datetime], None]]] = []
        self._run()
        self._plant_stories()

    @property
    def machines(self) -> list[Machine]:
        return self.stock.machines

    def _remarks(self) -> list[Remark]:
        rng, found = self.rng, []
        for home in self.homes:
            at = min(home.joined_at + rng.randrange(200) * DAY, self.now - HOUR)
            if rng.random() < 0.14:
                found.append(Remark(rng.choice(home.people), rng.choice(names.REMARKS), at))
            if rng.random() < 0.05:
                day = date(2024, 1, 1) + timedelta(days=rng.randrange(366))
                found.append(Remark(home.people[0], rng.choice(names.YEARLY), at, f"{day:%m-%d}"))
        return found

    def _moves(self) -> list[Move]:
        alone = [home for home in self.homes if len(home.people) == 1 and not home.is_project][:60]
        found = []
        for home in self.rng.sample(alone, min(5, len(alone))):
            area = self.rng.choice(names.AREAS)
            at = self.start + (self.now - self.start) * self.rng.random()
            typed_at = max(at, home.joined_at + HOUR).replace(microsecond=0)
            found.append(Move(home.people[0], names.address(self.rng, area), area, typed_at))
        return found

    def _call(self, at: datetime, what: Callable[[datetime], None]) -> None:
        heapq.heappush(self._calls, (at, next(self._order), what))

    def _run(self) -> None:
        """Simulate the calls of each day, and the calls that follow from them."""
        for home in self.homes:
            if home.joined_at >= self.start:
                self._call(home.joined_at + MINUTE, lambda at, home=home: self._newcomer(home, at))  # type: ignore[misc]
        day = self.start.date()
        while day <= self.now.date():
            load = MONTH_FACTOR[day.month - 1]
            for mean, what in (
                (REPAIRS_A_DAY * load * _WEEKDAY[day.weekday()] * self.rng.gammavariate(25, 1 / 25), self._repair),
                (INSTALLS_A_DAY * load, self._install),
                (QUESTIONS_A_DAY, self._question),
            ):
                for _ in range(self._poisson(mean)):
                    self._call(self._moment(day), what)
            day += DAY
        while self._calls and (call := heapq.heappop(self._calls))[0] < self.now - 2 * MINUTE:
            call[2](call[0])

    def _poisson(self, mean: float) -> int:
        limit, found, product = exp(-mean), 0, self.rng.random()
        while product > limit:
            found, product = found + 1, product * self.rng.random()
        return found

    def _moment(self, day: date) -> datetime:
        hour = self.rng.choices(range(24), _HOURS)[0]
        seconds = self.rng.randrange(3600)
        return datetime(day.year, day.month, day.day, hour, seconds // 60, seconds % 60, tzinfo=self.now.tzinfo)

    def _keep(self, job: Job) -> Job:
        """Return the job without events that would be typed later than now."""
        job.facts = [fact for fact in job.facts if fact.typed_at <= self.now]
        if job.facts:
            self.jobs.append(job)
        return job

    def _idle(self, at: datetime, categories: tuple[str, ...] | None = None) -> Machine | None:
        """Return a known appliance without a repair for a month, so that it is no repeat by accident."""
        for _ in range(60):
            machine = self.rng.choice(self.machines)
            is_idle = machine.known_at < at and self._busy_until.get(machine.key, at) <= at
            if is_idle and (categories is None or machine.category in categories):
                return machine
        return None

    def _repair(self, at: datetime) -> None:
        categories = names.draw_name(self.rng, [*_KINDS, (("ac",), 0.30 * _AC_MONTH[at.month - 1])])
        machine = self._idle(at, categories)
        if machine:
            self._repair_machine(machine, at)

    def _newcomer(self, home: Home, at: datetime) -> None:
        """Register a home that calls for the first time, with its appliance."""
        own = [m for m in self.machines if m.home is home and m.known_at < at and m.key not in self._busy_until]
        if own:
            self._repair_machine(self.rng.choice(own), at)

    def _repair_machine(self, machine: Machine, at: datetime, repeats: Job | None = None) -> None:
        job, technician = self.stories.repair(machine, at, repeats=repeats)
        ended_at = job.free_at
        # Beyond day 35, because many reports from day 32 on and none before are the bump that signal I14 looks for.
        self._busy_until[machine.key] = ended_at + 36 * DAY
        is_gone = self._replace_machine(machine, job)
        if technician and not is_gone and self.rng.random() < technician.repeats:
            days = min(self.rng.expovariate(1 / 9), 29.4)
            again = self._moment((ended_at + days * DAY).date())
            if again > ended_at + HOUR:
                self._call(again, lambda at: self._repair_machine(machine, at, repeats=job))
        copy = self.stories.duplicate(job) if job.channel == "hotline" and self.rng.random() < 0.02 else None
        self._keep(job)
        if copy and copy.facts[0].at < ended_at:
            self._keep(copy)

    def _replace_machine(self, machine: Machine, job: Job) -> bool:
        """Replace an appliance that could not be repaired: the maker exchanges it, or a new one is installed."""
        done = next((fact for fact in job.facts if fact.kind == "completed"), None)
        outcome = done.values["outcome"] if done else None
        if done is None or outcome not in {"exchanged", "not_repairable"}:
            return False
        self._busy_until[machine.key] = self.now + DAY
        on = done.at.date() + timedelta(days=self.rng.randint(0, 4) if outcome == "not_repairable" else 0)
        typed_at = max(done.typed_at + HOUR, office(on, self.rng).replace(tzinfo=self.now.tzinfo))
        if typed_at > self.now:
            return True
        if outcome == "exchanged":
            new = self.stock.add(machine.home, machine.category, on, typed_at, brand=machine.brand)
            is_same_owner = new.person.key == machine.person.key
            self.retirements.append(Retirement(machine, on, typed_at, "exchanged", new if is_same_owner else None))
        else:
            self.retirements.append(Retirement(machine, on, typed_at, "scrapped"))
            at = self._moment(on + timedelta(days=self.rng.randint(2, 9)))
            self._call(at, lambda at: self._install_machine(machine.home, machine.category, at))
        return True

    def _install(self, at: datetime) -> None:
        known = [home for home in self.homes if home.joined_at < at]
        if known:
            self._install_machine(self.rng.choice(known), names.draw_name(self.rng, _INSTALLED), at)

    def _install_machine(self, home: Home, category: str, at: datetime) -> None:
        bought = at.date() - timedelta(days=self.rng.randint(0, 3))
        machine = self.stock.add(home, category, bought, at)
        job = self.stories.install(machine, at + MINUTE)
        self._busy_until[machine.key] = job.free_at + 20 * DAY
        self._keep(job)

    def _question(self, at: datetime) -> None:
        machine = self._idle(at)
        if machine:
            about = machine if self.rng.random() < 0.6 else None
            self._keep(self.stories.guidance(machine.person, about, at))

    def _plant_stories(self) -> None:
        """Add open tickets at the end: new and late calls, missing parts, windows of later days (S13, S14)."""
        for back, until in (
            (205 * MINUTE, "reported"), (320 * MINUTE, "reported"), (33 * HOUR, "assigned"), (57 * HOUR, "assigned"),
            (8 * HOUR, "appointed"), (13 * HOUR, "appointed"), (58 * HOUR, "waiting"), (130 * HOUR, "waiting"),
        ):  # fmt: skip
            at = self.now - back
            machine = self._idle(at)
            if machine is None:
                continue
            job = self._story_until(machine, at, until)
            self._busy_until[machine.key] = self.now + DAY
            self._keep(job)

    def _story_until(self, machine: Machine, at: datetime, until: str) -> Job:
        """Return a repair that has come as far as `until`."""
        for _ in range(400):
            job, _ = self.stories.repair(machine, at)
            kinds = [fact.kind for fact in job.facts]
            if job.channel == "hotline" and until in kinds:
                cut = kinds.index(until) + 1
                is_coming = until != "appointed" or job.facts[cut - 1].values["window_from"] > self.now + DAY
                if is_coming and job.facts[cut - 1].typed_at <= self.now:
                    job.facts = job.facts[:cut]
                    return job
        return self.stories.guidance(machine.person, machine, at)
