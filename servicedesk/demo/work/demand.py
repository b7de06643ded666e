"""Draw the calls of a simulated outlet's customers: number and subject vary by month, weekday, hour and chance."""

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum
from math import exp
from random import Random
from typing import NamedTuple

from servicedesk.demo.work.crew import SUMMER
from servicedesk.demo.work.plan import Plan

# January to December.
_REPAIRS_BY_MONTH = (0.80, 0.65, 0.80, 0.85, 1.05, 1.35, 1.75, 1.50, 0.95, 0.75, 0.75, 0.80)
_INSTALLS_BY_MONTH = (0.7, 0.5, 0.8, 0.9, 1.3, 1.7, 1.8, 1.3, 0.8, 0.8, 0.8, 0.7)
_AC_BY_MONTH = (0.5, 0.4, 0.4, 0.5, 1.2, 2.2, 3.2, 2.9, 1.2, 0.5, 0.6, 0.7)
_WEEKDAYS = (1.20, 1.05, 1.00, 0.95, 0.95, 1.00, 0.85)  # Monday to Sunday
_HOURS = (0.15,) * 7 + (2, 8, 14, 13, 9, 5, 5, 8, 8, 7, 6, 5, 5, 3, 1.5, 0.5, 0.15)  # 0 to 23 h
_SPREAD = 25  # days differ by more than chance: each is multiplied by a gamma variable of that shape
_CATEGORIES = (
    (("fridge", "freezer"), 0.24), (("washer",), 0.22), (("electric_water_heater", "gas_water_heater"), 0.14),
    (("flat_tv", "crt_tv"), 0.10), (("range_hood",), 0.09), (("microwave", "small", "computer", "dishwasher"), 0.06),
)  # fmt: skip
_AC_WEIGHT = 0.30
AHEAD = timedelta(days=28)  # how long before its day a birthday visit is agreed on


class Wanted(StrEnum):
    """The subject of a call; a birthday visit is proposed by the outlet."""

    REPAIR = "repair"
    INSTALL = "install"
    QUESTION = "question"
    VISIT = "visit"


class Request(NamedTuple):
    """One call, `at` its instant or the begin of a visit's window. `key` is the seed of its random numbers."""

    at: datetime
    wanted: Wanted
    key: str


def draw_requests(plan: Plan, seed: int, start: date, now: datetime) -> Iterator[Request]:
    """Yield the calls of each day. Each day has random numbers of its own, so that every scenario has the same days."""
    day = start
    while day <= (now + AHEAD).date():
        rng = Random(f"{seed} calls {day}")
        for wanted, mean in _means(plan, day, rng):
            for n in range(_draw_poisson(rng, mean)):
                at = _draw_window(rng, day, now) if wanted is Wanted.VISIT else draw_moment(rng, day, now)
                yield Request(at, wanted, f"{seed} call {day} {wanted} {n}")
        day += timedelta(days=1)


def draw_moment(rng: Random, day: date, now: datetime) -> datetime:
    """Return a moment of that day at which somebody may call, in the zone of `now`."""
    hour, seconds = rng.choices(range(24), _HOURS)[0], rng.randrange(3600)
    return datetime(day.year, day.month, day.day, hour, seconds // 60, seconds % 60, tzinfo=now.tzinfo)


def draw_categories(rng: Random, month: int) -> tuple[str, ...]:
    """Return the kinds of appliances that a report in that month may be about."""
    kinds = [*_CATEGORIES, (("ac",), _AC_WEIGHT * _AC_BY_MONTH[month - 1])]
    found: tuple[str, ...] = rng.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])[0]
    return found


def _means(plan: Plan, day: date, rng: Random) -> Iterator[tuple[Wanted, float]]:
    """Yield how many calls are expected on that day."""
    month, spread = day.month - 1, rng.gammavariate(_SPREAD, 1 / _SPREAD)
    yield Wanted.REPAIR, plan.reports_a_day * _REPAIRS_BY_MONTH[month] * _WEEKDAYS[day.weekday()] * spread
    yield Wanted.INSTALL, plan.installs_a_day * _INSTALLS_BY_MONTH[month]
    yield Wanted.QUESTION, plan.questions_a_day
    if plan.is_cared_for_in_summer or day.month not in SUMMER:
        yield Wanted.VISIT, plan.visits_a_day


def _draw_window(rng: Random, day: date, now: datetime) -> datetime:
    return datetime(day.year, day.month, day.day, rng.choice((9, 13, 15)), tzinfo=now.tzinfo)


def _draw_poisson(rng: Random, mean: float) -> int:
    limit, found, product = exp(-mean), 0, rng.random()
    while product > limit:
        found, product = found + 1, product * rng.random()
    return found
