"""Draw the fate of one call in advance, from random numbers of its own; dispatch decides who comes, and when.

So a call goes the same way in every scenario, except for who comes, and when.
"""

from dataclasses import dataclass
from datetime import timedelta
from random import Random
from typing import NamedTuple

from servicedesk.demo.simulation import names
from servicedesk.demo.simulation.jobs import DAY, HOUR, MINUTE

_HANDS_ON = {"ac": 75, "fridge": 70, "freezer": 70, "washer": 65, "electric_water_heater": 60, "gas_water_heater": 60,
             "flat_tv": 55, "crt_tv": 55, "range_hood": 50}  # minutes; small ones 35  # fmt: skip
_REMOTE, _LATER, _GIVES_UP, _NOBODY_HOME, _TWICE = 0.06, 0.16, 0.035, 0.04, 0.02
_MISSING, _MISSING_AGAIN = 0.27, 0.03  # the part is not on the van: on the first visit, on a later one
_READY_HOURS, _READY_SPREAD = 2.5, 0.6  # from the report to the earliest departure: median, sigma
_SLIPS, _SLIP_HOURS = 0.02, (18, 40)  # of the reports: nobody picks up the phone, or the sheet was mislaid
_PART_DAYS, _PART_SPREAD, _NEVER_COMES = 3.0, 0.9, 0.003
_CAUSES = (("manufacturer_part", 60), ("outlet_part", 27), ("repairer", 8), ("customer", 5))
_OUTCOMES = (("fixed", 84.5), ("no_fault_found", 8.0), ("user_caused", 5.0), ("not_repairable", 1.2),
             ("exchanged", 0.6), ("referred", 0.7))  # percent  # fmt: skip
_HELD_UP = 0.05  # of the windows: the job before took longer
_LATER_DAYS = (30, 25, 15, 10, 8, 7, 5)  # percent: one to seven days
_GAVE_UP = ("works_again", "customer_changed_mind", "customer_went_elsewhere")
# Of a normal variable: scores 1 to 5 come in shares of 1, 2, 5, 30, 62 %.
_SCORE_CUTS = (-2.326, -1.881, -1.405, -0.305)
_ANSWERS, _PAID, _NEVER_ASKED_AGAIN = 0.53, 0.45, 0.97
_SOURCES = (("callback", 80), ("sms", 12), ("paper", 5), ("technician", 3))


class Later(NamedTuple):
    """A later window that the customer asks for."""

    days: int
    hour: int


class Missing(NamedTuple):
    """The cause for which a repair waits, and the days that it waits."""

    cause: str
    days: float


@dataclass(frozen=True, slots=True)
class Voice:
    """The customer's answer when asked. `feeling` is the score as a normal variable, before the repair's course."""

    answers: bool
    feeling: float
    source: str
    after: timedelta
    again_after: timedelta | None
    luck: float


@dataclass(frozen=True, slots=True)
class Fate:
    """The fate of one report: everything that is drawn in advance."""

    fault: str
    text: str
    channel: str
    typed_after: timedelta
    is_remote: bool
    assigned_after: timedelta
    ready_after: timedelta
    later: Later | None
    held_up: timedelta
    gives_up_after: timedelta | None
    gives_up_for: str
    called_again_after: timedelta | None
    nobody_home: timedelta | None
    missing: tuple[Missing, ...]
    minutes: float
    outcome: str
    voice: Voice
    luck: float  # the fault comes back if this is below the technician's share
    back_after_days: float
    travel: tuple[float, ...]  # minutes, one a visit


def draw_fate(rng: Random, category: str, *, fault: str | None = None) -> Fate:
    """Return the fate of a repair; `fault` is the fault of the repair before, if that comes back."""
    code, text = names.complaint(rng, category, fault)
    is_written = rng.random() < 0.12
    lag = rng.randint(2, 25) * MINUTE if is_written else rng.randint(20, 200) * timedelta(seconds=1)
    later = Later(rng.choices(range(1, 8), _LATER_DAYS)[0], rng.choice((9, 9, 13, 16)))
    return Fate(
        fault=code,
        text=text,
        channel="wechat" if is_written else "hotline",
        typed_after=lag,
        is_remote=rng.random() < _REMOTE,
        assigned_after=rng.expovariate(1 / 9) * MINUTE,
        ready_after=_draw_ready(rng),
        later=later if rng.random() < _LATER else None,
        held_up=_maybe(rng, _HELD_UP, rng.uniform(1.5, 5) * HOUR) or 0 * HOUR,
        gives_up_after=_maybe(rng, _GIVES_UP, rng.expovariate(1 / 14) * HOUR),
        gives_up_for=rng.choice(_GAVE_UP),
        called_again_after=_maybe(rng, _TWICE, rng.uniform(20, 340) * MINUTE),
        nobody_home=_maybe(rng, _NOBODY_HOME, rng.uniform(3, 30) * HOUR),
        missing=tuple(_draw_missing(rng)),
        minutes=draw_minutes(rng, _HANDS_ON.get(category, 35)),
        outcome=names.draw_name(rng, _OUTCOMES),
        voice=draw_voice(rng, is_paid=rng.random() < _PAID),
        luck=rng.random(),
        back_after_days=_draw_days_back(rng),
        travel=tuple(draw_travel(rng) for _ in range(4)),
    )


def draw_minutes(rng: Random, mean: float) -> float:
    """Return the minutes that the work takes, at least twelve."""
    return max(rng.lognormvariate(-0.101, 0.45) * mean, 12.0)


def draw_travel(rng: Random) -> float:
    """Return the minutes on the way, at most ninety."""
    return min(rng.lognormvariate(-0.125, 0.5) * 22, 90.0)


def draw_voice(rng: Random, *, is_paid: bool = False) -> Voice:
    """Return the answer that the customer will give when asked, and whether they answer again later."""
    is_prompt = rng.random() < _NEVER_ASKED_AGAIN
    return Voice(
        answers=rng.random() < _ANSWERS,
        feeling=rng.gauss(0, 1) - 0.25 * is_paid,
        source=names.draw_name(rng, _SOURCES),
        after=(rng.uniform(0.2, 4) if is_prompt else rng.uniform(15, 20)) * DAY,
        again_after=_maybe(rng, 0.4, rng.uniform(2, 8) * DAY),
        luck=rng.random(),
    )


def score_of(feeling: float) -> int:
    """Return the score from 1 to 5 that a feeling gives."""
    return 1 + sum(feeling > cut for cut in _SCORE_CUTS)


def _maybe(rng: Random, chance: float, what: timedelta) -> timedelta | None:
    return what if rng.random() < chance else None


def _draw_ready(rng: Random) -> timedelta:
    hours = rng.lognormvariate(0, _READY_SPREAD) * _READY_HOURS
    slipped = rng.uniform(*_SLIP_HOURS)
    return (hours + slipped * (rng.random() < _SLIPS)) * HOUR


def _draw_missing(rng: Random) -> list[Missing]:
    found: list[Missing] = []
    while rng.random() < (_MISSING_AGAIN if found else _MISSING) and len(found) < 3:
        never = rng.random() < _NEVER_COMES
        days = rng.uniform(95, 120) if never else rng.lognormvariate(0, _PART_SPREAD) * _PART_DAYS
        found.append(Missing(names.draw_name(rng, _CAUSES), days))
    return found


def _draw_days_back(rng: Random) -> float:
    """Return after how many days a fault comes back, of those that do so within thirty."""
    while True:
        days = rng.expovariate(1 / 9)
        if days < 29.5:
            return days
