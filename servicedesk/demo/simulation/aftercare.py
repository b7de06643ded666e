"""Simulate the contacts around a job: call-backs, promises when a part is missing, complaints.

Each job has random numbers of its own, from the seed and its key, so that nothing else of the outlet depends on them.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from servicedesk.demo.simulation import names
from servicedesk.demo.simulation.jobs import DAY, HOUR, MINUTE, Fact, Job

_TRIED, _LATE_COMPLAINS, _REPEAT_COMPLAINS, _ANY_COMPLAINS = 0.85, 0.06, 0.10, 0.01
_IN_VAIN = (("no_answer", 78), ("refused", 14), ("wrong_number", 8))
_ABOUT = {"late": "lateness", "again": "quality", "": "conduct"}
_FOLLOWED_UP = 0.8  # share of complaints made up for, after which the customer is asked again
_PRAISES, _SUGGESTS = 0.015, 0.005
_MEASURED = 0.6  # share of upheld complaints after which something is changed
_AGAINST = {
    "lateness": ("came_late", "出发前半小时先打电话"), "quality": ("poor_work", "复修由组长陪同"),
    "conduct": ("rudeness", "晨会讲服务规范"),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Call:
    """An attempt to reach the customer."""

    at: datetime
    outcome: str


@dataclass(frozen=True, slots=True)
class Promise:
    """A promise: made at `at`, due at `due_at`, kept at `kept_at` or never."""

    at: datetime
    what: str
    due_at: datetime
    kept_at: datetime | None


@dataclass(frozen=True, slots=True)
class Complaint:
    """A complaint, a suggestion or praise. `steps` are (kind, at, upheld, text) in order.

    `against` is (cause, measure, days until the measure is due), as the closing names them.
    """

    at: datetime
    kind: str
    about: str
    severity: str
    external_body: str | None
    steps: list[tuple[str, datetime, int | None, str | None]] = field(default_factory=list)
    against: tuple[str, str | None, int | None] | None = None


def contacts(job: Job, seed: int) -> Iterator[Call | Promise | Complaint]:
    """Yield the call-backs, promises and complaints around a job."""
    rng = Random(f"{seed}:{job.key}")
    yield from _promises(rng, job)
    done = next((fact for fact in job.facts if fact.kind == "completed"), None)
    if done and job.type != "guidance" and done.values["outcome"] != "resolved_remotely":
        yield from _calls(rng, job, done)
        if job.person:
            for complaint in _complaints(rng, job, done):
                yield replace(complaint, against=_draw_measure(Random(f"{seed}:{job.key}:measure"), complaint))
            yield from _kind_words(Random(f"{seed}:{job.key}:kind words"), done)


def _desk_at(rng: Random, at: datetime) -> datetime:
    """Return that instant, or one in the next morning if nobody is at the desk then."""
    at = at.replace(microsecond=0)
    if 9 <= at.hour < 20:
        return at
    day = at + DAY if at.hour >= 20 else at
    return day.replace(hour=9, minute=rng.randrange(60), second=rng.randrange(60))


def _calls(rng: Random, job: Job, done: Fact) -> Iterator[Call]:
    answer = next((f for f in job.facts if f.kind == "surveyed" and f.values["source"] == "callback"), None)
    if answer is None and rng.random() > _TRIED:
        return
    at = _desk_at(rng, done.typed_at + rng.uniform(0.3, 3) * DAY)
    while answer is None or at < answer.at:
        outcome = "no_answer" if answer else names.draw_name(rng, _IN_VAIN)
        yield Call(at, outcome)
        if outcome != "no_answer" or rng.random() < 0.5:
            break
        at = _desk_at(rng, at + rng.uniform(0.8, 2) * DAY)
    if answer:
        yield Call(answer.at, "reached")


def _promises(rng: Random, job: Job) -> Iterator[Promise]:
    for fact in job.facts:
        if fact.kind == "waiting" and job.type == "repair" and rng.random() < 0.6:
            at = fact.typed_at + rng.uniform(1, 30) * MINUTE
            due_at = (at + rng.randint(2, 8) * DAY).replace(hour=18, minute=0, second=0, microsecond=0)
            came = next((f.at for f in job.facts if f.kind == "arrived" and f.at > at), None)
            yield Promise(at.replace(microsecond=0), "配件到货并上门安装", due_at, came)


def _complaints(rng: Random, job: Job, done: Fact) -> Iterator[Complaint]:
    is_late = _is_late(job)
    chance = _ANY_COMPLAINS + _LATE_COMPLAINS * is_late + _REPEAT_COMPLAINS * job.is_repeat
    if rng.random() > chance:
        return
    at = _desk_at(rng, done.typed_at + rng.uniform(0.1, 12) * DAY)
    severity = rng.choices(("low", "normal", "high"), (20, 65, 15))[0]
    body = "12315" if done.at - job.facts[0].at > 15 * DAY and rng.random() < 0.5 else None
    kind = "dispute" if body else "complaint"
    found = Complaint(at, kind, _ABOUT["late" if is_late else "again" if job.is_repeat else ""], severity, body)
    heard_at = _desk_at(rng, at + rng.lognormvariate(1, 1) * HOUR)
    found.steps.append(("acknowledged", heard_at, None, None))
    upheld = int(rng.random() < 0.6)
    if upheld:
        heard_at = _desk_at(rng, heard_at + rng.uniform(2, 40) * HOUR)
        found.steps.append(("recovered", heard_at, None, rng.choice(("apology", "revisit", "refund"))))
    closed_at = _desk_at(rng, heard_at + rng.lognormvariate(1, 0.8) * DAY)
    found.steps.append(("closed", closed_at, upheld, "已向用户道歉" if upheld else "已解释说明"))
    yield found


def _draw_measure(rng: Random, complaint: Complaint) -> tuple[str, str | None, int | None] | None:
    """Return (cause, measure, days) for an upheld complaint; None if it was not upheld."""
    if not complaint.steps[-1][2]:
        return None
    cause, measure = _AGAINST[complaint.about]
    return (cause, measure, rng.choice((7, 14, 30))) if rng.random() < _MEASURED else (cause, None, None)


def draw_follow_up(seed: int, job: Job, complaint: Complaint) -> tuple[datetime, dict[str, Any]] | None:
    """Return (instant, answer) of the question after a complaint was made up for; None if nobody asked.

    The answer counts nowhere else: it follows an earlier one, or comes after the fifteen days of K1.
    """
    rng = Random(f"{seed}:{job.key}:follow-up")
    made_up = [at for kind, at, *_ in complaint.steps if kind == "recovered"]
    if not made_up or rng.random() > _FOLLOWED_UP:
        return None
    answered = [fact.typed_at for fact in job.facts if fact.kind == "surveyed"]
    done = next(fact.at for fact in job.facts if fact.kind == "completed")
    at = _desk_at(rng, max(made_up[0], *(answered or [done + 15 * DAY])) + rng.uniform(1, 4) * DAY)
    return at, {"score": rng.choices((2, 3, 4, 5), (8, 15, 42, 35))[0], "source": "callback"}


def _kind_words(rng: Random, done: Fact) -> Iterator[Complaint]:
    """Yield praise, and suggestions with or without an answer."""
    drawn = rng.random()
    if drawn > _PRAISES + _SUGGESTS:
        return
    at = _desk_at(rng, done.typed_at + rng.uniform(0.1, 12) * DAY)
    if drawn < _PRAISES:
        yield Complaint(at, "praise", "conduct", "normal", None)
        return
    found = Complaint(at, "suggestion", "appointment", "normal", None)
    found.steps.append(("closed", _desk_at(rng, at + rng.uniform(1, 9) * DAY), int(rng.random() < 0.5), None))
    yield found


def _is_late(job: Job) -> bool:
    """Return whether nobody came within a day, or in the window that the customer asked for."""
    came = next((fact.at for fact in job.facts if fact.kind == "arrived"), None)
    asked = [f.values["window_to"] for f in job.facts if f.kind == "appointed" and f.values["asked_by"] == "customer"]
    return job.type == "repair" and came is not None and came > max([job.facts[0].at + timedelta(days=1), *asked])
