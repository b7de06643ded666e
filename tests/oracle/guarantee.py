"""The rules of the guarantee once more, in plain Python over lives as they were made up, nothing read from the file.

Days under repair are counted one by one, as a set; years are added by dateutil. What a rule says is True, False or None
(not known), as in `warranty check`.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from dateutil.relativedelta import relativedelta

YEARS = {"fridge": (1, 3), "washer": (1, 3), "crt_tv": (1, 3), "microwave": (1, 2), "fan": (1, 1)}
DURABLE = {"fridge", "washer", "crt_tv"}
DAY = timedelta(days=1)
OUTCOMES = (
    "fixed",
    "fixed",
    "fixed",
    "not_repairable",
    "no_fault_found",
    "user_caused",
    "referred",
    "resolved_remotely",
)
CAUSES = ("manufacturer_part", "outlet_part", "repairer", "customer")


@dataclass
class Repair:
    number: int
    reported: date
    ended: date | None
    outcome: str | None
    waits: list[tuple[date, str]]


@dataclass
class Life:
    """An appliance as it was made up; `came`: the day on which it came in the place of another one."""

    category: str
    delivered: date | None = None
    invoice: date | None = None
    installed: date | None = None
    installer: str | None = None
    use: str | None = None
    came: date | None = None
    repairs: list[Repair] = field(default_factory=list)


def make_life(rng: Random, first: date) -> Life:
    """Return an appliance of any fate: dates that are missing, repairs that overlap, one that is still open."""
    life = Life(rng.choice(list(YEARS)))
    if rng.random() < 0.8:
        life.delivered = first + rng.randint(0, 5) * DAY
    if rng.random() < 0.6:
        life.invoice = first
    if rng.random() < 0.5:
        life.installed = (life.delivered or first) + rng.randint(0, 9) * DAY
        life.installer = rng.choice(("brand", "outlet", "self", None))
    if rng.random() < 0.3:
        life.use = rng.choice(("home", "home", "business"))
    day = first + 10 * DAY
    for _ in range(rng.randint(0, 5)):
        day += rng.randint(0, 200) * DAY
        life.repairs.append(_make_repair(rng, day, is_open=False))
    if rng.random() < 0.4:
        life.repairs.append(_make_repair(rng, day + rng.randint(0, 60) * DAY, is_open=True))
    return life


def _make_repair(rng: Random, reported: date, *, is_open: bool) -> Repair:
    days = rng.choice((0, 1, 5, 12, 40, 120))
    waits = [(reported + rng.randint(0, days) * DAY, rng.choice(CAUSES)) for _ in range(rng.choice((0, 1, 1, 2)))]
    if is_open:
        return Repair(0, reported, None, None, sorted(waits, key=lambda wait: wait[0]))
    return Repair(0, reported, reported + days * DAY, rng.choice(OUTCOMES), sorted(waits, key=lambda wait: wait[0]))


class Oracle:
    """What a life says on a day, with these holidays."""

    def __init__(self, life: Life, on: date, holidays: set[date]) -> None:
        self.life, self.on, self.holidays = life, on, holidays
        self.seen = sorted((r for r in life.repairs if r.reported <= on), key=lambda r: (r.reported, r.number))
        self.start = self._start()
        self.inside = self._inside()

    def _start(self) -> date | None:
        life = self.life
        if life.came:
            return life.came
        if life.installed and life.installer in {"brand", "outlet"}:
            return life.installed
        return life.delivered or life.invoice

    def _ended(self, repair: Repair) -> bool:
        return repair.ended is not None and repair.ended <= self.on

    def _takes_time(self, repair: Repair) -> bool:
        return not self._ended(repair) or repair.outcome in {"fixed", "not_repairable", "referred"}

    def _days(self, repairs: list[Repair], until: date) -> int:
        assert self.start
        spent = set()
        for repair in repairs:
            day = max(repair.reported, self.start)
            last = min(repair.ended or until, until)
            while self._takes_time(repair) and day < last:
                day += DAY
                spent.add(day)
        return len(spent)

    def moved(self, day: date) -> date:
        while day in self.holidays:
            day += DAY
        return day

    def end(self, years: int, repairs: list[Repair], until: date) -> date:
        assert self.start
        return self.moved(self.start + relativedelta(years=years) + self._days(repairs, until) * DAY)

    def _inside(self) -> list[Repair]:
        inside: list[Repair] = []
        if self.start is None:
            return inside
        for repair in self.seen:
            if repair.reported <= self.end(YEARS[self.life.category][0], inside, repair.reported):
                inside.append(repair)
        return inside

    @property
    def whole(self) -> date | None:
        return self.end(YEARS[self.life.category][0], self.inside, self.on) if self.start else None

    @property
    def main(self) -> date | None:
        return self.end(YEARS[self.life.category][1], self.inside, self.on) if self.start else None

    @property
    def repair_days(self) -> int:
        return self._days(self.inside, self.on) if self.start else 0

    @property
    def is_early(self) -> bool:
        known = [day for day in (self.start, self.life.delivered) if day]
        return self.start is not None and self.on < min(known)

    @property
    def state(self) -> str:
        if self.life.use == "business":
            return "business"
        if self.whole is None or self.main is None:
            return "unknown"
        if self.is_early:
            return "early"
        return "in" if self.on <= self.whole else "parts_only" if self.on <= self.main else "out"

    def rules(self) -> dict[str, bool | None]:
        """Return what each rule says of a fault that is reported that day, the part that failed not being known."""
        at_home = self.life.use != "business"
        found: dict[str, bool | None] = {"W15": not at_home}
        if not at_home:
            return found | dict.fromkeys(("W14", "W2", "W3", "W6", "W4", "W5", "W7", "W8", "W12", "W13"), False)
        found |= self._by_days() | self._delays()
        done = [r for r in self.seen if self._ended(r) and r.outcome in {"fixed", "user_caused"}]
        last = max((r.ended for r in done if r.ended), default=None)
        found["W12"] = last is not None and self.on <= self.moved(last + 30 * DAY)
        if self.start is None or self.whole is None or self.main is None:
            return found | {"W14": False if found["W12"] else None}
        if self.is_early:
            return found | {"W14": False if found["W12"] else None}
        is_over = self.on > self.main
        found["W14"] = False if self.on <= self.whole or found["W12"] else is_over or None
        return found

    def _by_days(self) -> dict[str, bool | None]:
        durable = self.life.category in DURABLE
        if self.start is None or self.whole is None or self.main is None:
            return dict.fromkeys(("W2", "W3", "W6", "W4", "W5")) | {"W13": None if durable else False}
        if self.is_early:
            return dict.fromkeys(("W2", "W3", "W6", "W4", "W5", "W13"), False)
        week, fortnight = (self.moved(self.start + n * DAY) for n in (7, 15))
        counted = [r for r in self.inside if self._ended(r) and r.outcome in {"fixed", "not_repairable"}]
        return {
            "W2": self.on <= week,
            "W3": week < self.on <= fortnight,
            "W6": len(counted) >= 2 and self.on <= self.whole,
            "W4": self.on <= self.whole,
            "W5": None if self.on <= self.main else False,
            "W13": durable and self.on <= self.moved(self.start + relativedelta(months=6)),
        }

    def _delays(self) -> dict[str, bool | None]:
        going_on = next((r for r in self.seen if not self._ended(r)), None)
        found: dict[str, bool | None] = {"W7": False, "W8": False}
        if going_on is None:
            return found
        waits = [cause for day, cause in going_on.waits if day <= self.on]
        cause = waits[-1] if waits else None
        for rule, days, causes in (("W7", 30, {"repairer", "outlet_part"}), ("W8", 90, {"manufacturer_part"})):
            if (self.on - going_on.reported).days <= days or (cause is not None and cause not in causes):
                continue
            if self.start is None:
                found[rule] = None
            elif going_on not in self.inside or self.is_early:
                found[rule] = False
            else:
                found[rule] = None if cause is None else True
        return found
