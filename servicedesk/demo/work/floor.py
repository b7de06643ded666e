"""Run the clock of a simulated outlet: events in the order of time, waiting tasks, and the jobs that result."""

import heapq
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any, NamedTuple

from servicedesk.demo.simulation.homes import Machine, Person
from servicedesk.demo.simulation.jobs import Job
from servicedesk.demo.work.crew import Technician, clerk_on, opens_at
from servicedesk.demo.work.dispatch import Dispatch, Task
from servicedesk.demo.work.plan import Plan

Tick = Callable[[float], None]  # called with the share of what is done
Go = Callable[[Technician, datetime], datetime]  # a technician leaves at an instant; returns when they are free again


class Busy(NamedTuple):
    """The time that a technician was on the way and at work."""

    technician: Technician
    since: datetime
    until: datetime


class Floor:
    """The clock, dispatch, jobs and trips of a simulated outlet. `planned` are repairs nobody has left for yet."""

    def __init__(self, plan: Plan, technicians: Sequence[Technician], start: datetime, now: datetime) -> None:
        self.plan, self.technicians, self.start, self.now = plan, technicians, start, now
        self.dispatch = Dispatch(plan, technicians, start)
        self.jobs: list[Job] = []
        self.trips: list[Busy] = []
        self.planned: dict[str, Machine] = {}
        self._goers: dict[str, Go] = {}
        self._order = count()
        self._events: list[tuple[datetime, int, Callable[[datetime], None]]] = []

    def at(self, when: datetime, what: Callable[[datetime], None]) -> None:
        """Plan a call of `what` for an instant."""
        heapq.heappush(self._events, (when, next(self._order), what))

    def wait(self, ready_at: datetime, task: Task, go: Go) -> None:
        """Let a task wait from an instant on until a technician leaves for it; then `go` is called."""
        self._goers[task.key] = go
        self.at(ready_at, lambda at: self.dispatch.add(task) if task.key in self._goers else None)

    def give_up(self, key: str) -> bool:
        """Remove the task with that key; return whether nobody had left for it."""
        self.dispatch.drop(key)
        return self._goers.pop(key, None) is not None

    def open_job(
        self, type: str, at: datetime, person: Person | None, machine: Machine | None, *, lag: timedelta, **more: Any
    ) -> Job:
        """Begin a job with its report."""
        job = Job(len(self.jobs), type, person, machine, **more)
        job.add("reported", at, lag=lag, actor=clerk_on(at))
        self.jobs.append(job)
        return job

    def choose(
        self, rng: Random, category: str | None, at: datetime, otherwise: Technician | None = None
    ) -> Technician:
        """Return the technician planned for a job on a day: `otherwise` if present, else one who may do it."""
        if otherwise and otherwise.is_present(at.date()):
            return otherwise
        able = [k for k in self.technicians if k.may_repair(category, at.date())] or list(self.technicians)
        return rng.choice([k for k in able if k.is_present(at.date())] or able)

    def run(self, tick: Tick | None = None) -> None:
        """Run all events until now, and send free technicians. `tick` is called with the share of the days done."""

        def begin_day(at: datetime) -> None:
            if tick:
                tick((at - self.start) / (self.now - self.start))

        day = self.start
        while day < self.now:
            self.at(opens_at(day.date(), day), begin_day)
            day += timedelta(days=1)
        while self._events and self._events[0][0] < self.now:
            at, _, what = heapq.heappop(self._events)
            what(at)
            for trip in self.dispatch.send(at):
                free_at = self._goers.pop(trip.task.key)(trip.technician, at)
                self.dispatch.keep_busy(trip.technician, free_at)
                self.trips.append(Busy(trip.technician, at, free_at))
                self.at(free_at, lambda at: None)
