"""The staff of a simulated outlet: technicians with certificates and days off, working hours, the two clerks."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from servicedesk.demo.simulation import names
from servicedesk.demo.work.plan import Plan, Story

COOLING = frozenset({"ac", "fridge", "freezer"})  # only a certified technician may open a cooling circuit
SUMMER = frozenset({6, 7, 8})
_OPENS, _CLOSES = time(8, 30), time(18, 0)
_LAST_LEFT = timedelta(minutes=35)  # so shortly before the close nobody leaves for another home
# Share of repairs that come back within 30 days, gain of the score.
_PROFILES = ((0.035, 0.25), (0.05, 0.10), (0.06, 0.0), (0.07, 0.0), (0.08, -0.10), (0.13, -0.25))
_DAYS_OFF = (2, 3, 1, 4, 6, 5, 2, 3, 1, 4, 6, 5)  # 0: Monday, the busiest day


@dataclass(frozen=True, slots=True)
class Technician:
    """A technician. `repeats` is the share of repairs that come back, `charm` the gain of a score.

    `day_off` is a weekday, 0 for Monday. `certified_until` is the first day without the certificate, None without any.
    """

    key: int
    name: str
    areas: tuple[str, ...]
    repeats: float
    charm: float
    day_off: int
    certified_until: date | None

    def is_present(self, day: date) -> bool:
        return day.weekday() != self.day_off

    def may_repair(self, category: str | None, day: date) -> bool:
        is_certified = self.certified_until is not None and day < self.certified_until
        return category not in COOLING or is_certified


def list_technicians(plan: Plan, start: date, end: date) -> tuple[Technician, ...]:
    """Return the technicians of an outlet; the first ones are certified."""
    lost_on = find_loss(plan, start, end)
    crew = plan.crew or tuple(range(plan.technicians))
    numbers = [sorted(crew).index(name) for name in crew]  # days off and areas follow these, not the place in the crew
    return tuple(
        Technician(
            key=number + 1,
            name=names.TECHNICIANS[crew[n]],
            areas=tuple(dict.fromkeys((*names.AREAS[number :: plan.technicians], _nearby_area(number)))),
            repeats=profile[0],
            charm=profile[1],
            day_off=_DAYS_OFF[number],
            certified_until=_certified_until(n, plan, lost_on),
        )
        for n, (number, profile) in enumerate(zip(numbers, _choose_profiles(plan.technicians), strict=True))
    )


def _nearby_area(number: int) -> str:
    return names.AREAS[(number + 2) % len(names.AREAS)]


def find_loss(plan: Plan, start: date, end: date) -> date | None:
    """Return the day from which one certificate is lost: the last 1 June with the story lost_certificate, else None."""
    june = date(end.year if end >= date(end.year, 6, 1) else end.year - 1, 6, 1)
    return june if Story.LOST_CERTIFICATE in plan.stories and june >= start else None


def _certified_until(n: int, plan: Plan, lost_on: date | None) -> date | None:
    if n >= plan.certified:
        return None
    return lost_on if lost_on and n == plan.certified - 1 else date.max


def _choose_profiles(technicians: int) -> list[tuple[float, float]]:
    """Return one profile for each: the best and the worst are among few, too."""
    if technicians >= len(_PROFILES):
        return [_PROFILES[n % len(_PROFILES)] for n in range(technicians)]
    last = len(_PROFILES) - 1
    return [_PROFILES[n * last // max(technicians - 1, 1)] for n in range(technicians)]


def opens_at(day: date, now: datetime) -> datetime:
    """Return the instant at which technicians begin on that day, in the zone of `now`."""
    return datetime.combine(day, _OPENS, now.tzinfo)


def closes_at(day: date, plan: Plan, now: datetime) -> datetime:
    """Return the instant at which technicians end on that day, in the zone of `now`."""
    closes = time(plan.summer_close) if day.month in SUMMER else _CLOSES
    return datetime.combine(day, closes, now.tzinfo)


def is_open(at: datetime, plan: Plan) -> bool:
    """Return whether a technician still leaves for another home at that instant."""
    return opens_at(at.date(), at) <= at <= closes_at(at.date(), plan, at) - _LAST_LEFT


def clerk_on(at: datetime) -> str:
    """Return the clerk of that day: two share the desk, on even and odd days."""
    return names.CLERKS[at.toordinal() % 2]


def desk_at(rng: Random, at: datetime) -> datetime:
    """Return that instant, or the next one at which somebody is at the desk (8:00 to 21:00)."""
    if at.hour >= 21:
        at = (at + timedelta(days=1)).replace(hour=0)
    if at.hour < 8:
        return at.replace(hour=8, minute=0, second=0, microsecond=0) + timedelta(seconds=rng.randrange(1800))
    return at
