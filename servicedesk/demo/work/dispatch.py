"""Dispatch in a simulated outlet: each free technician goes to the most urgent task that they may do."""

from bisect import insort
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from servicedesk.demo.work.crew import Technician, is_open
from servicedesk.demo.work.plan import Plan, Story

_OTHER_JOBS = 0.2  # story hard_jobs: what the first technician takes beside air conditioners


@dataclass(frozen=True, slots=True, order=True)
class Task:
    """A home that waits for a technician; `luck` is a random number of its own."""

    deadline: datetime
    key: str
    category: str | None
    area: str | None
    luck: float


class Trip(NamedTuple):
    """A technician who leaves for a task now."""

    task: Task
    technician: Technician


class Dispatch:
    """The waiting tasks, and the instant from which each technician is free."""

    def __init__(self, plan: Plan, technicians: Sequence[Technician], start: datetime) -> None:
        self.plan = plan
        self.technicians = technicians
        self.waiting: list[Task] = []
        self.free_at = {technician.key: start for technician in technicians}

    def add(self, task: Task) -> None:
        """Add a waiting task."""
        insort(self.waiting, task)

    def drop(self, key: str) -> bool:
        """Remove the task with that key; return whether it waited."""
        kept = [task for task in self.waiting if task.key != key]
        was_waiting = len(kept) < len(self.waiting)
        self.waiting = kept
        return was_waiting

    def keep_busy(self, technician: Technician, until: datetime) -> None:
        """Record the instant until which a technician is at work."""
        self.free_at[technician.key] = until

    def send(self, now: datetime) -> list[Trip]:
        """Send each free technician to the most urgent task that they may do; return the trips."""
        if not self.waiting or not is_open(now, self.plan):
            return []
        today = now.date()
        idle = [k for k in self.technicians if k.is_present(today) and self.free_at[k.key] <= now]
        trips: list[Trip] = []
        for task in self.waiting:
            if not idle:
                break
            able = [k for k in idle if k.may_repair(task.category, today) and self._takes(k, task)]
            if able:
                chosen = min(able, key=lambda k: self._handicap(k, task))
                idle.remove(chosen)
                trips.append(Trip(task, chosen))
        gone = {trip.task.key for trip in trips}
        self.waiting = [task for task in self.waiting if task.key not in gone]
        return trips

    def _takes(self, technician: Technician, task: Task) -> bool:
        is_choosy = Story.HARD_JOBS in self.plan.stories and technician.key == 1
        return not is_choosy or task.category == "ac" or task.luck < _OTHER_JOBS

    def _handicap(self, technician: Technician, task: Task) -> tuple[bool, bool, float]:
        """Return the sort key of a technician for a task: one who knows the area goes first.

        Nobody is kept back for tasks that only they may do.
        """
        is_choosy = Story.HARD_JOBS in self.plan.stories and technician.key == 1
        return (
            not is_choosy,
            task.area is not None and task.area not in technician.areas,
            (task.luck * 7 + technician.key * 0.37) % 1,
        )
