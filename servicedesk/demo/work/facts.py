"""Add the typed facts of a simulated visit to its job: the technician, the arrival, the customer's answer."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random

from servicedesk.demo.simulation import names
from servicedesk.demo.simulation.jobs import HOUR, MINUTE, Fact, Job
from servicedesk.demo.work.crew import Technician, clerk_on, desk_at
from servicedesk.demo.work.fates import Voice, score_of

_LATE, _AGAIN, _MORE_VISITS = 0.7, 0.9, 0.35  # the loss of feeling: late, a repeat, each further visit
_BY_EVENING, _LATER_ON = 0.03, 0.11  # share of arrivals typed hours later; within the hour
_MISTYPED = 0.008
_REMARKED = 0.7  # share of the discontented customers who say why


def assign(job: Job, technician: Technician, *, first: int = 1) -> None:
    """Set the technician of a job's planned assignment, the fact at place `first`."""
    planned = job.facts[first]
    job.facts[first] = replace(planned, values=planned.values | {"technician_id": technician.key})


def add_arrival(
    rng: Random, job: Job, technician: Technician, at: datetime, *, no_access: int = 0,
    typed_after: timedelta | None = None,
) -> None:  # fmt: skip
    """Add an arrival; a few are typed with a wrong time first, and corrected."""
    drawn = rng.random()
    low, high = (120, 400) if drawn < _BY_EVENING else (10, 60) if drawn < _BY_EVENING + _LATER_ON else (0, 8)
    lag = rng.uniform(low, high) * MINUTE if typed_after is None else typed_after
    values = {"technician_id": technician.key, "no_access": no_access}
    if rng.random() < _MISTYPED and typed_after is None:
        wrong = (at - 10 * MINUTE).replace(microsecond=0)
        if wrong > job.facts[-1].at:
            typed_at = job.add("arrived", wrong, lag=lag + 10 * MINUTE, actor=technician.name, **values)
            at = at.replace(microsecond=0)
            job.facts.append(Fact("arrived", at, typed_at + 3 * MINUTE, clerk_on(at), values, is_fix=True))
            return
    job.add("arrived", at, lag=lag, actor=technician.name, **values)


def add_answer(
    job: Job, voice: Voice, technician: Technician, done_at: datetime, *, visits: int = 1, is_late: bool = False
) -> None:
    """Add the customer's answer, if there is one; after a low score maybe a second, better one."""
    rng = Random(voice.luck)
    if not voice.answers:
        return
    feeling = voice.feeling - _LATE * is_late - _MORE_VISITS * (visits - 1) - _AGAIN * job.is_repeat + technician.charm
    score = score_of(feeling)
    at = desk_at(rng, max(done_at + voice.after, job.facts[-1].typed_at + HOUR))
    reason = rng.choice(names.UNHAPPY) if score <= 3 and rng.random() < _REMARKED else None
    actor = technician.name if voice.source == "technician" else clerk_on(at)
    job.add("surveyed", at, actor=actor, score=score, source=voice.source, reason=reason)
    if score <= 2 and voice.again_after:
        again = desk_at(rng, at + voice.again_after)
        better = min(score + rng.randint(1, 3), 5)
        job.add("surveyed", again, actor=clerk_on(again), score=better, source="callback")
