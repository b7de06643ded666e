"""Count figures of a simulated outlet from its jobs, without a file: arrivals in time, hours at work."""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date, datetime, timedelta
from typing import NamedTuple

from servicedesk.demo.simulation.jobs import Fact, Job
from servicedesk.demo.work.crew import closes_at, opens_at
from servicedesk.demo.work.outlet import Simulation

HOURS = 24.0  # hours of the promise (K6)


class Course(NamedTuple):
    """The course of a repair as the figures need it. Times are hours after the report, None if it never happened."""

    month: int
    deadline: float
    arrived: float | None
    done: float | None
    visits: int
    back: int | None  # days until the next report on the same appliance
    score: int | None
    gave_up: float | None
    is_remote: bool


def list_repairs(outlet: Simulation) -> Iterator[Job]:
    """Yield the repairs of an appliance, without second calls about the same fault."""
    return (job for job in outlet.jobs if job.type == "repair" and job.duplicates is None and job.machine)


def course(job: Job, later: Job | None) -> Course:
    """Return the course of a repair; `later` is the next repair of the same appliance."""
    reported, facts = job.facts[0].at, list(_list_standing(job))

    def hours(kind: str) -> float | None:
        at = next((fact.at for fact in facts if fact.kind == kind), None)
        return None if at is None else (at - reported).total_seconds() / 3600

    windows = [fact.values for fact in facts if fact.kind == "appointed"]
    asked = [(w["window_to"] - reported).total_seconds() / 3600 for w in windows if w["asked_by"] == "customer"]
    done = next((fact for fact in facts if fact.kind == "completed"), None)
    is_remote = done is not None and done.values["outcome"] == "resolved_remotely"
    back = (later.facts[0].at.date() - done.at.date()).days if later and done else None
    score = next((fact.values["score"] for fact in facts if fact.kind == "surveyed"), None)
    visits = sum(fact.kind == "arrived" and not fact.values["no_access"] for fact in facts)
    times = (max([HOURS, *asked]), hours("arrived"), hours("completed"))
    return Course(reported.month, *times, visits, back, score, hours("cancelled"), is_remote)


def _list_standing(job: Job) -> Iterator[Fact]:
    """Yield the facts that no later one corrects."""
    for fact, following in zip(job.facts, [*job.facts[1:], None], strict=True):
        if not (following and following.is_fix):
            yield fact


def count_arrivals(found: Iterable[Course], limit: Callable[[Course], float]) -> tuple[int, int]:
    """Return (repairs reached within `limit` hours, repairs that count) (K6)."""
    counted = [c for c in found if not (c.is_remote or (c.gave_up is not None and c.gave_up <= limit(c)))]
    return sum(c.arrived is not None and c.arrived <= limit(c) for c in counted), len(counted)


def count_hours(
    outlet: Simulation, first: date, last: date, only: Collection[int] | None = None
) -> tuple[float, float]:
    """Return (hours on the way and at work, hours of presence) from `first` to `last`; `only`: keys of technicians."""
    chosen = [technician for technician in outlet.technicians if only is None or technician.key in only]
    keys = {technician.key for technician in chosen}
    trips = (trip for trip in outlet.trips if trip.technician.key in keys and first <= trip.since.date() <= last)
    busy = sum((trip.until - trip.since for trip in trips), timedelta())
    days = [first + timedelta(days=n) for n in range((last - first).days + 1)]
    present = sum((_day_length(day, outlet) for day in days for k in chosen if k.is_present(day)), timedelta())
    return busy / timedelta(hours=1), present / timedelta(hours=1)


def _day_length(day: date, outlet: Simulation) -> timedelta:
    now: datetime = outlet.now
    return closes_at(day, outlet.plan, now) - opens_at(day, now)
