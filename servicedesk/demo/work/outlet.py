"""A simulated outlet: its homes and technicians, and what happened in its months; the same for a seed and a day.

Birthday visits are not among the jobs: they come from the real daily run (demo/fill.py), which takes the `visits` that
technicians have time for.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from servicedesk.demo.simulation import names
from servicedesk.demo.simulation.homes import Home, Machine, Person, Stock, draw_homes, office
from servicedesk.demo.simulation.jobs import DAY, HOUR, MINUTE, Job
from servicedesk.demo.work.crew import SUMMER, list_technicians
from servicedesk.demo.work.demand import Request, Wanted, draw_categories, draw_moment, draw_requests
from servicedesk.demo.work.errands import Slot, Visits, answer_question, call_again, install_appliance, reserve_visit
from servicedesk.demo.work.facts import assign
from servicedesk.demo.work.fates import Later, Missing
from servicedesk.demo.work.floor import Floor, Tick
from servicedesk.demo.work.plan import Plan, Story
from servicedesk.demo.work.repairs import Repair

# Beyond day 35, because many reports from day 32 on and none before are the bump that signal I14 looks for.
_QUIET = 36 * DAY
_INSTALLED = (("ac", 45), ("washer", 12), ("fridge", 12), ("electric_water_heater", 12), ("range_hood", 8),
              ("flat_tv", 11))  # percent  # fmt: skip
_TWINS = 0.03  # story twin_machine: of the reports about an appliance with a serial
# Story hard_jobs: how much oftener air conditioners come back than the technician's share, and the others.
_HARD, _EASY = 3.4, 0.2
# Calls that are open at the end: how long ago, what is peculiar about them, until when nobody goes.
_PROMPT = {"later": None, "assigned_after": 6 * MINUTE, "ready_after": HOUR}
_LAST_CALLS: tuple[tuple[timedelta, dict[str, Any], timedelta | None], ...] = (
    (205 * MINUTE, {"later": None, "assigned_after": 4 * HOUR}, None),
    (320 * MINUTE, {"later": None, "assigned_after": 4 * HOUR}, None),
    (33 * HOUR, _PROMPT, HOUR),
    (57 * HOUR, _PROMPT, HOUR),
    (8 * HOUR, {"later": Later(3, 9), "assigned_after": 9 * MINUTE}, None),
    (13 * HOUR, {"later": Later(4, 16), "assigned_after": 9 * MINUTE}, None),
    (58 * HOUR, _PROMPT | {"missing": (Missing("manufacturer_part", 9),)}, None),
    (130 * HOUR, _PROMPT | {"missing": (Missing("manufacturer_part", 14),)}, None),
)


@dataclass(frozen=True, slots=True)
class Retirement:
    """An appliance that is no longer in use; `successor` is the appliance it was exchanged for, if any."""

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
    """The simulated outlet of a plan and a seed: its technicians, homes, machines, jobs, visits, and other facts.

    `now` is the midnight after its last day; facts that would be typed later are left out. `tick` is called with the
    share of the days that are done.
    """

    def __init__(self, plan: Plan, seed: int, now: datetime, months: int, *, tick: Tick | None = None) -> None:
        self.plan, self.seed, self.now = plan, seed, now
        years, month = divmod(now.year * 12 + now.month - 1 - months, 12)
        self.start = datetime(years, month + 1, 1, tzinfo=now.tzinfo)
        self.rng = Random(f"{seed} desk")
        self.technicians = list_technicians(plan, self.start.date(), now.date())
        self.homes = draw_homes(Random(f"{seed} homes"), plan.homes, self.start, now)
        self.stock = Stock(Random(f"{seed} stock"), now)
        for home in self.homes:
            self.stock.fill(home)
        self.remarks = self._draw_remarks(Random(f"{seed} remarks"))
        self.moves = self._draw_moves(Random(f"{seed} moves"))
        self.retirements: list[Retirement] = []
        self._floor = Floor(plan, self.technicians, self.start, now)
        self._busy_until: dict[int, datetime] = {}
        self._by_category: defaultdict[str, list[Machine]] = defaultdict(list)
        for machine in self.stock.machines:
            self._by_category[machine.category].append(machine)
        self._joined = [home.joined_at for home in self.homes]
        self._new_homes = [home for home in self.homes if home.joined_at >= self.start]
        self._run(tick)

    @property
    def machines(self) -> list[Machine]:
        return self.stock.machines

    def months(self) -> Iterator[datetime]:
        """Yield the first midnight of every month until the one after now."""
        month = self.start
        while month <= self.now + 31 * DAY:
            yield month
            month = (month + 31 * DAY).replace(day=1)

    def next_job_key(self) -> int:
        """Return a new key for the job of a birthday visit."""
        self._last_key += 1
        return self._last_key

    def _draw_remarks(self, rng: Random) -> list[Remark]:
        found = []
        for home in self.homes:
            at = min(home.joined_at + rng.randrange(200) * DAY, self.now - HOUR)
            if rng.random() < 0.14:
                found.append(Remark(rng.choice(home.people), rng.choice(names.REMARKS), at))
            if rng.random() < 0.05:
                day = date(2024, 1, 1) + timedelta(days=rng.randrange(366))
                found.append(Remark(home.people[0], rng.choice(names.YEARLY), at, f"{day:%m-%d}"))
        return found

    def _draw_moves(self, rng: Random) -> list[Move]:
        alone = [home for home in self.homes if len(home.people) == 1 and not home.is_project]
        found = []
        for home in rng.sample(alone, min(1 + len(self.homes) // 55, len(alone))):
            area = rng.choice(names.AREAS)
            at = self.start + (self.now - self.start) * rng.random()
            typed_at = max(at, home.joined_at + HOUR).replace(microsecond=0)
            found.append(Move(home.people[0], names.address(rng, area), area, typed_at))
        return found

    def _run(self, tick: Tick | None) -> None:
        """Let every call happen, and all that follows from it."""
        slots: list[Slot] = []
        for request in draw_requests(self.plan, self.seed, self.start.date(), self.now):
            if request.wanted is Wanted.VISIT:
                reserve_visit(self._floor, request.at, request.key, slots)
            elif request.at < self.now - 2 * MINUTE:
                self._floor.at(request.at, lambda at, request=request: self._answer(request))  # type: ignore[misc]
        if self.plan.has_work_left:
            self._plan_last_calls()
        self._floor.run(tick)
        self.visits = Visits(slots, self.now)
        self.jobs = [job for job in self._floor.jobs if self._cut(job)]
        self.trips = self._floor.trips
        self._last_key = len(self._floor.jobs)

    def _cut(self, job: Job) -> bool:
        """Leave out the events of a job that would be typed later than now; return whether any is left.

        Who is planned for a job that nobody has left for is chosen now.
        """
        if len(job.facts) > 1 and job.facts[1].kind == "assigned" and job.facts[1].values["technician_id"] is None:
            category = job.machine.category if job.machine else None
            windows = [fact.values["window_from"] for fact in job.facts if fact.kind == "appointed"]
            assign(
                job, self._floor.choose(Random(f"{self.seed} planned {job.key}"), category, max([self.now, *windows]))
            )
        job.facts = [fact for fact in job.facts if fact.typed_at <= self.now]
        return bool(job.facts)

    def _answer(self, request: Request) -> None:
        rng = Random(request.key)
        if request.wanted is Wanted.REPAIR:
            machine = self._idle(rng, request.at, draw_categories(rng, request.at.month))
            if machine and not self._is_checked_early(machine, request.at):
                self._repair(self._register_twin(rng, machine, request.at), request.at, request.key)
        elif request.wanted is Wanted.INSTALL:
            self._sell(rng, request)
        else:
            machine = self._idle(rng, request.at, tuple(self._by_category))
            if machine:
                about = machine if rng.random() < 0.6 else None
                answer_question(self._floor, machine.person, about, request.at, f"{request.key} answer")

    def _is_checked_early(self, machine: Machine, at: datetime) -> bool:
        """Return whether a check in spring found what would fail in the summer."""
        is_meant = machine.category == "ac" and at.month in SUMMER and self.plan.checked_early > 0
        return is_meant and Random(f"{self.seed} checked {machine.key}").random() < self.plan.checked_early

    def _idle(self, rng: Random, at: datetime, categories: tuple[str, ...]) -> Machine | None:
        """Return a known appliance without a repair for a month, so that it is no repeat by accident."""
        kinds = [self._by_category[category] for category in categories]
        sizes = [len(kind) for kind in kinds]
        for _ in range(60 if any(sizes) else 0):
            machine = rng.choice(rng.choices(kinds, sizes)[0])
            if machine.known_at < at and self._busy_until.get(machine.key, at) <= at:
                return machine
        return None

    def _register_twin(self, rng: Random, machine: Machine, at: datetime) -> Machine:
        """Return the appliance, or what a clerk registered a second time under another spelling of its brand."""
        if Story.TWIN_MACHINE not in self.plan.stories or machine.serial is None or rng.random() > _TWINS:
            return machine
        self._busy_until[machine.key] = self.now + DAY
        return self.stock.copy(machine, at - MINUTE, brand=f"{machine.brand}牌")

    def _plan_last_calls(self) -> None:
        """Let some calls of the last days still be open, so that there is something to do today (S13, S14)."""
        for n, (back, changed, held) in enumerate(_LAST_CALLS):
            at, name = self.now - back, f"{self.seed} last call {n}"
            self._floor.at(at, lambda at, name=name, changed=changed, held=held: self._leave(at, name, changed, held))  # type: ignore[misc]

    def _leave(self, at: datetime, name: str, changed: dict[str, Any], held: timedelta | None) -> None:
        rng = Random(name)
        machine = self._idle(rng, at, draw_categories(rng, at.month))
        if machine:
            self._busy_until[machine.key] = self.now + DAY
            repair = Repair(self._floor, machine, at, name, self._follow)
            repair.fate = replace(repair.fate, is_remote=False, gives_up_after=None, nobody_home=None, **changed)
            repair.begin(held_until=self.now + held if held else None)

    def _repair(self, machine: Machine, at: datetime, name: str, repeats: Repair | None = None) -> None:
        self._busy_until[machine.key] = self.now + DAY
        repair = Repair(self._floor, machine, at, name, self._follow, repeats.job if repeats else None)
        culprit = self.technicians[min(6, len(self.technicians)) - 1]
        if repeats and Story.RECODER in self.plan.stories and repeats.technician is culprit:
            repair.log_as_guidance(culprit)
        repair.begin()
        if repair.fate.called_again_after and repair.job.channel == "hotline":
            self._floor.at(at + repair.fate.called_again_after, lambda at: self._call_again(repair, at))

    def _call_again(self, repair: Repair, at: datetime) -> None:
        if repair.ended_at is None or repair.ended_at > at:
            call_again(self._floor, repair.job, at)

    def _follow(self, repair: Repair) -> None:
        """Let the fault come back, or another appliance come in the place of one that cannot be repaired."""
        ended_at = repair.ended_at or self.now
        self._busy_until[repair.machine.key] = ended_at + _QUIET
        if repair.technician is None or self._replace_machine(repair):
            return
        chance = repair.technician.repeats
        if Story.HARD_JOBS in self.plan.stories:
            chance *= _HARD if repair.machine.category == "ac" else _EASY
        if repair.fate.luck < chance:
            day = (ended_at + repair.fate.back_after_days * DAY).date()
            again_at = draw_moment(Random(f"{repair.name} again"), day, self.now)
            if again_at > ended_at + HOUR:
                self._busy_until[repair.machine.key] = self.now + DAY
                name = f"{repair.name} again"
                self._floor.at(again_at, lambda at: self._repair(repair.machine, at, name, repeats=repair))

    def _replace_machine(self, repair: Repair) -> bool:
        """Replace an appliance that could not be repaired: the maker exchanges it, or a new one is installed."""
        done = repair.job.facts[-1] if repair.job.facts[-1].kind == "completed" else None
        done = done or next((fact for fact in repair.job.facts if fact.kind == "completed"), None)
        outcome = done.values["outcome"] if done else None
        if done is None or outcome not in {"exchanged", "not_repairable"}:
            return False
        machine, rng = repair.machine, Random(f"{repair.name} replaced")
        self._busy_until[machine.key] = self.now + DAY
        on = done.at.date() + timedelta(days=rng.randint(0, 4) if outcome == "not_repairable" else 0)
        typed_at = max(done.typed_at + HOUR, office(on, rng).replace(tzinfo=self.now.tzinfo))
        if typed_at > self.now:
            return True
        if outcome == "exchanged":
            new = self._add_machine(machine.home, machine.category, on, typed_at, brand=machine.brand)
            is_same_owner = new.person.key == machine.person.key
            self.retirements.append(Retirement(machine, on, typed_at, "exchanged", new if is_same_owner else None))
        else:
            self.retirements.append(Retirement(machine, on, typed_at, "scrapped"))
            at = draw_moment(rng, on + timedelta(days=rng.randint(2, 9)), self.now)
            self._floor.at(at, lambda at: self._install(machine.home, machine.category, at, f"{repair.name} new"))
        return True

    def _add_machine(
        self, home: Home, category: str, bought: date, at: datetime, *, brand: str | None = None
    ) -> Machine:
        machine = self.stock.add(home, category, bought, at, brand=brand)
        self._by_category[category].append(machine)
        return machine

    def _sell(self, rng: Random, request: Request) -> None:
        """Install what a home bought: one that is new to the outlet, if one is there."""
        new = next((home for home in self._new_homes if home.joined_at < request.at), None)
        if new:
            self._new_homes.remove(new)
        known = bisect_left(self._joined, request.at)
        if known:
            self._install(
                new or self.homes[rng.randrange(known)], names.draw_name(rng, _INSTALLED), request.at, request.key
            )

    def _install(self, home: Home, category: str, at: datetime, name: str) -> None:
        bought = at.date() - timedelta(days=Random(name).randint(0, 3))
        machine = self._add_machine(home, category, bought, at)
        self._busy_until[machine.key] = at + 25 * DAY
        install_appliance(self._floor, machine, at + MINUTE, f"{name} install")
