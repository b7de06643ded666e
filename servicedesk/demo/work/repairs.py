"""Simulate the course of one repair: reported, assigned, visited, waiting for parts, completed or given up."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from servicedesk.demo.simulation.homes import Machine
from servicedesk.demo.simulation.jobs import DAY, HOUR, MINUTE, Job
from servicedesk.demo.simulation.names import CLERKS
from servicedesk.demo.work.crew import COOLING, Technician, clerk_on, desk_at
from servicedesk.demo.work.dispatch import Task
from servicedesk.demo.work.facts import add_answer, add_arrival, assign
from servicedesk.demo.work.fates import Fate, Missing, draw_fate
from servicedesk.demo.work.floor import Floor
from servicedesk.demo.work.plan import Story

_LOOKS = 0.4  # of the time of a repair: until it is plain that a part is missing
_QUEUE = 0.5  # story deferrer: so many repairs wait for each technician who may do them
_DEFERRED = 0.6
_BACKDATED, _TYPED_LATE = (5, 25), 0.6  # story backdater: minutes before the deadline; share of the arrivals
_SHUNNED = 0.7  # story cherry_caller: of those who waited
_SLOW_FAULT = "not_cooling"  # story slow_part: of fridges


class Repair:
    """A repair in progress. `ended` is called with the repair when it is completed or given up."""

    def __init__(
        self, floor: Floor, machine: Machine, at: datetime, name: str, ended: Callable[["Repair"], None],
        repeats: Job | None = None,
    ) -> None:  # fmt: skip
        self.floor, self.machine, self.at, self.name, self.ended = floor, machine, at, name, ended
        self.rng = Random(name)
        fault = repeats.fault if repeats and self.rng.random() < 0.6 else None
        self.fate: Fate = draw_fate(Random(f"{name} fate"), machine.category, fault=fault)
        self.trips = self.visits = 0
        self.technician: Technician | None = None
        self.deadline = at + DAY
        self.ended_at: datetime | None = None
        self.job = self._open(repeats)

    def _open(self, repeats: Job | None) -> Job:
        fate, lag = self.fate, self.fate.typed_after
        if fate.channel == "wechat":
            lag = desk_at(self.rng, self.at + lag) - self.at
        job = self.floor.open_job("repair", self.at, self.machine.person, self.machine, lag=lag, channel=fate.channel,
                                  fault=fate.fault, text=fate.text)  # fmt: skip
        job.is_repeat = repeats is not None
        if repeats and self.rng.random() < 0.25:
            job.follows = repeats.key
        return job

    def log_as_guidance(self, technician: Technician) -> None:
        """Record the report as a question, typed by the technician (story recoder)."""
        self.job.type = "guidance"
        self.job.facts[0] = replace(self.job.facts[0], actor=technician.name)

    def begin(self, *, held_until: datetime | None = None) -> None:
        """Plan the events after the report; nobody goes before `held_until`."""
        typed_at, fate = self.job.facts[0].typed_at, self.fate
        if fate.is_remote:
            told = desk_at(self.rng, typed_at + self.rng.randint(3, 90) * MINUTE)
            self.job.add("completed", told, actor=clerk_on(told), outcome=self._outcome("resolved_remotely"))
            self._end(told)
            return
        assigned_at = desk_at(self.rng, typed_at + fate.assigned_after)
        self.job.add("assigned", assigned_at, actor=clerk_on(assigned_at), technician_id=None)
        ready_at = max(assigned_at + 10 * MINUTE, self.at + fate.ready_after, held_until or self.at)
        if window := self._later_window(assigned_at):
            ready_at = max(window + fate.held_up, held_until or window)
        else:
            self.floor.planned[self.name] = self.machine
        self._wait(ready_at, self.deadline)
        if fate.gives_up_after:
            self.floor.at(max(desk_at(self.rng, self.at + fate.gives_up_after), typed_at + HOUR), self._give_up)

    def _later_window(self, at: datetime) -> datetime | None:
        """Record a later window that the customer asks for, or is said to ask for; return its begin."""
        days, hour = self.fate.later or (0, 0)
        if not days and self._is_deferred(at):
            days, hour = self.rng.choice((1, 1, 2)), self.rng.choice((13, 16))
        if not days:
            return None
        begin = at.replace(hour=hour, minute=0, second=0, microsecond=0) + days * DAY
        end = begin + 3 * HOUR
        told = at + 2 * MINUTE
        self.job.add("appointed", told, actor=clerk_on(at), window_from=begin, window_to=end, asked_by="customer")
        self.deadline = max(self.deadline, end)
        return begin

    def _is_deferred(self, at: datetime) -> bool:
        """Return whether the clerk of the story says that the customer asked, because the day is full."""
        plan = self.floor.plan
        if Story.DEFERRER not in plan.stories or clerk_on(at) != CLERKS[plan.clerk]:
            return False
        is_cooling = self.machine.category in COOLING
        waiting = sum((machine.category in COOLING) == is_cooling for machine in self.floor.planned.values())
        able = sum(k.is_present(at.date()) and k.may_repair(self.machine.category, at.date())
                   for k in self.floor.technicians)  # fmt: skip
        return waiting > _QUEUE * max(able, 1) and self.rng.random() < _DEFERRED

    def _wait(self, ready_at: datetime, deadline: datetime) -> None:
        task = Task(
            deadline, f"{self.name} {self.trips}", self.machine.category, self.machine.home.area, self.rng.random()
        )
        self.floor.wait(ready_at, task, self._go)

    def _give_up(self, at: datetime) -> None:
        """Let the customer cancel, unless somebody is on the way or was there."""
        if self.trips == 0 and self.floor.give_up(f"{self.name} 0"):
            self.floor.planned.pop(self.name, None)
            assign(self.job, self.floor.choose(self.rng, self.machine.category, self.job.facts[1].at))
            self.job.add("cancelled", at, actor=clerk_on(at), reason=self.fate.gives_up_for, cancelled_by="customer")
            self._end(at)

    def _go(self, technician: Technician, leaves_at: datetime) -> datetime:
        """Let a technician drive to the home; return when they are free again."""
        self.floor.planned.pop(self.name, None)
        arrival = leaves_at + self.fate.travel[self.trips % len(self.fate.travel)] * MINUTE
        self._name_technician(technician, leaves_at)
        self.trips += 1
        if self.trips == 1 and self.fate.nobody_home:
            add_arrival(self.rng, self.job, technician, arrival, no_access=1)
            again_at = arrival + self.fate.nobody_home
            self._wait(again_at, again_at + DAY / 2)
            return arrival + 10 * MINUTE
        self._arrive(technician, arrival)
        self.visits += 1
        if self.visits <= len(self.fate.missing):
            return self._miss(technician, arrival, self.fate.missing[self.visits - 1])
        return self._complete(technician, arrival)

    def _name_technician(self, technician: Technician, leaves_at: datetime) -> None:
        planned_at = self.job.facts[1].at
        if self.trips == 0:
            planned = self.floor.choose(self.rng, self.machine.category, planned_at, technician)
            assign(self.job, planned)
        else:
            planned = self.technician or technician
        if planned is not technician:
            self.job.add(
                "assigned", leaves_at, lag=timedelta(), actor=clerk_on(leaves_at), technician_id=technician.key
            )
        self.technician = technician

    def _arrive(self, technician: Technician, at: datetime) -> None:
        is_backdater = Story.BACKDATER in self.floor.plan.stories and technician is self._culprit(4)
        if not is_backdater or (self.rng.random() > _TYPED_LATE and at <= self.deadline):
            add_arrival(self.rng, self.job, technician, at)
            return
        typed_at = at + self.rng.uniform(130, 360) * MINUTE
        if at > self.deadline and self.visits == 0:
            at = self.deadline - self.rng.uniform(*_BACKDATED) * MINUTE
        add_arrival(self.rng, self.job, technician, at, typed_after=typed_at - at)

    def _culprit(self, number: int) -> Technician:
        technicians = self.floor.technicians
        return technicians[min(number, len(technicians)) - 1]

    def _miss(self, technician: Technician, arrival: datetime, missing: Missing) -> datetime:
        """Let the repair wait for a part, and another visit."""
        asked_at = arrival + self.fate.minutes * _LOOKS * MINUTE
        told_at = max(asked_at, self.job.facts[-1].typed_at)
        self.job.add("waiting", told_at, actor=technician.name, cause=missing.cause)
        here_at = desk_at(self.rng, told_at + self._days(missing) * DAY)
        self.floor.at(here_at, self._resume)
        return asked_at

    def _days(self, missing: Missing) -> float:
        is_slow = self.machine.category == "fridge" and self.job.fault == _SLOW_FAULT
        if Story.SLOW_PART in self.floor.plan.stories and is_slow and missing.cause == "manufacturer_part":
            return self.rng.uniform(95, 120)
        return missing.days

    def _resume(self, at: datetime) -> None:
        self.job.add("resumed", at, actor=clerk_on(at))
        self._wait(at + 2 * HOUR, at + DAY)

    def _complete(self, technician: Technician, arrival: datetime) -> datetime:
        done_at = arrival + self.fate.minutes * MINUTE
        self.job.add("completed", done_at, lag=self.rng.uniform(1, 30) * MINUTE, actor=technician.name,
                     outcome=self._outcome(self.fate.outcome), technician_id=technician.key)  # fmt: skip
        is_late = self.is_late
        if is_late and Story.CHERRY_CALLER in self.floor.plan.stories and self.rng.random() < _SHUNNED:
            self.job.is_shunned = True
        else:
            add_answer(self.job, self.fate.voice, technician, done_at, visits=self.visits, is_late=is_late)
        self._end(done_at)
        return done_at

    @property
    def is_late(self) -> bool:
        """Return whether nobody came by the deadline."""
        came = next((fact.at for fact in self.job.facts if fact.kind == "arrived"), None)
        return came is None or came > self.deadline

    def _outcome(self, outcome: str) -> str:
        return outcome if self.job.type == "repair" else "done"

    def _end(self, at: datetime) -> None:
        self.ended_at = at
        self.ended(self)
