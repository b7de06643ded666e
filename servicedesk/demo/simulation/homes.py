"""Simulate households, their people and appliances, and the day on which the outlet first knew them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random

from servicedesk.demo.simulation import names
from servicedesk.domain.customer_codes import Tier

KNOWN_FOR_YEARS = 6
NEWCOMERS = 0.16  # share of the homes that first call within a year

# Appliances per hundred homes, and their longest life in years.
_STOCK = (
    ("fridge", 78, 12), ("washer", 68, 11), ("ac", 92, 12), ("flat_tv", 46, 9), ("crt_tv", 6, 18),
    ("electric_water_heater", 26, 9), ("gas_water_heater", 22, 9), ("range_hood", 28, 10), ("microwave", 12, 9),
    ("freezer", 6, 10), ("dishwasher", 4, 6), ("small", 10, 5), ("computer", 5, 7),
)  # fmt: skip
_TIERS = ((Tier.ORDINARY, 85), (Tier.FULL_SET, 8), (Tier.VIP, 5))  # percent; project customers come by name
_PRECISIONS = (("day", 80), ("month", 8), ("year", 5), ("unknown", 7))  # percent


@dataclass(frozen=True, slots=True)
class Person:
    """A customer; `tier_on` is the day from which the tier applies."""

    key: int
    name: str
    relation: str | None
    phones: tuple[str, ...]
    tier: str
    tier_on: date


@dataclass(frozen=True, slots=True)
class Machine:
    """An appliance. `bought` and `installed` are (first possible day or None, precision)."""

    key: int
    person: Person
    home: "Home"
    category: str
    brand: str
    model: str
    serial: str | None
    bought: tuple[str | None, str]
    installed: tuple[str | None, str]
    known_at: datetime


@dataclass(frozen=True, slots=True)
class Home:
    """A household, or a project customer alone. `joined_at` is when the outlet first registered it."""

    key: int
    name: str
    area: str
    address: str
    joined_at: datetime
    is_project: bool
    people: tuple[Person, ...]


def draw_wishes(seed: int, person_key: int, without_visits: float) -> Iterator[tuple[str, str]]:
    """Yield (purpose, yes or no): the customer's wishes about offers and birthday visits, if anybody asked."""
    rng = Random(f"{seed} wish {person_key}")
    lot = rng.random()
    if lot < 0.2:
        yield "marketing", "yes" if lot < 0.15 else "no"
    if rng.random() < without_visits:
        yield "visits", "no"


def office(day: date, rng: Random) -> datetime:
    """Return a random instant in the office hours of a day, without a zone."""
    return datetime.combine(day, time(8, 30)) + timedelta(seconds=rng.randrange(9 * 3600))


def draw_homes(rng: Random, homes: int, start: datetime, now: datetime) -> list[Home]:
    """Return the households in the order in which the outlet registered them."""
    long_ago = start - timedelta(days=365 * KNOWN_FOR_YEARS)
    joined, newcomers = [], min(NEWCOMERS * (now - start).days / 365, 0.4)
    for _ in range(homes):
        since, until = (start, now - timedelta(days=1)) if rng.random() < newcomers else (long_ago, start)
        day = (since + (until - since) * rng.random()).date()
        joined.append(min(office(day, rng).replace(tzinfo=now.tzinfo), now - timedelta(days=1)))
    keys = count()
    projects = dict(zip(rng.sample(range(homes), min(homes, len(names.PROJECTS))), names.PROJECTS, strict=False))
    return [_home(rng, key, at, projects.get(key), keys) for key, at in enumerate(sorted(joined))]


def _home(rng: Random, key: int, at: datetime, project: str | None, keys: Iterator[int]) -> Home:
    area = rng.choice(names.AREAS)
    address = names.address(rng, area)
    if project:
        contact = Person(next(keys), project, None, (names.landline(rng),), Tier.PROJECT, at.date())
        return Home(key, project, area, address, at, True, (contact,))
    surname = rng.choice(names.SURNAMES)
    is_female = rng.random() < 0.5
    tier = names.draw_name(rng, _TIERS)
    tier_on = at.date() + timedelta(days=rng.randrange(400) if tier == Tier.VIP else 0)
    landline = (names.landline(rng),) if rng.random() < 0.2 else ()
    phones = (names.mobile(rng), *landline)
    people = [Person(next(keys), names.person(rng, surname, is_female=is_female), None, phones, tier, tier_on)]
    for _ in range(rng.choices((0, 1, 2), (80, 17, 3))[0]):
        # Some share the only phone of the home, so that the outlet must ask who is calling.
        own = phones[:1] if rng.random() < 0.15 else (names.mobile(rng), *landline)
        relation = rng.choice(names.RELATIONS)
        is_woman = not is_female if relation == "配偶" else relation in {"母亲", "女儿"}
        family = rng.choice(names.SURNAMES) if relation in {"配偶", "母亲"} else surname
        name = names.person(rng, family, is_female=is_woman)
        people.append(Person(next(keys), name, relation, own, Tier.ORDINARY, at.date()))
    return Home(key, f"{surname}家", area, address, at, False, tuple(people))


class Stock:
    """The appliances of the outlet's customers; new ones are added as time goes on."""

    def __init__(self, rng: Random, now: datetime) -> None:
        self.rng = rng
        self.now = now
        self.machines: list[Machine] = []
        self._serials: set[tuple[str, str]] = set()

    def fill(self, home: Home) -> None:
        """Add the appliances that a home has from the beginning."""
        wanted = [("ac", 8, 12)] * self.rng.randint(3, 7) if home.is_project else []
        is_full_set = home.people[0].tier == Tier.FULL_SET
        wanted += [entry for entry in _STOCK if self.rng.random() * 100 < entry[1] * (1.6 if is_full_set else 1)]
        brand = self.rng.choice(names.BRANDS) if is_full_set else None
        for category, _, years in wanted or [_STOCK[0]]:
            age = (years * self.rng.random() ** 1.2 if category != "crt_tv" else 11 + 6 * self.rng.random()) * 365
            bought = (self.now - timedelta(days=int(age) + 3)).date()
            known = office(bought + timedelta(days=self.rng.randint(1, 20)), self.rng).replace(tzinfo=self.now.tzinfo)
            known_at = min(max(known, home.joined_at), max(self.now - timedelta(hours=30), home.joined_at))
            precision = names.draw_name(self.rng, _PRECISIONS)
            self.add(home, category, bought, known_at, brand=brand, precision=precision)

    def add(
        self,
        home: Home,
        category: str,
        bought: date,
        known_at: datetime,
        *,
        brand: str | None = None,
        precision: str = "day",
    ) -> Machine:
        """Add an appliance that belongs to a person of the home, and return it."""
        rng = self.rng
        first = {"day": bought.isoformat(), "month": f"{bought:%Y-%m}-01", "year": f"{bought:%Y}-01-01"}.get(precision)
        installed: tuple[str | None, str] = (None, "unknown")
        if precision in {"day", "unknown"} and rng.random() < 0.2:
            day = min(bought + timedelta(days=rng.randint(0, 6)), known_at.date())
            installed = (day.isoformat(), "day")
        brand = brand or rng.choice(names.BRANDS)
        has_serial = home.is_project or rng.random() < 0.85
        machine = Machine(
            len(self.machines), rng.choice(home.people), home, category, brand, names.model(rng, category),
            self._serial(brand, bought) if has_serial else None, (first, precision), installed, known_at,
        )  # fmt: skip
        self.machines.append(machine)
        return machine

    def _serial(self, brand: str, bought: date) -> str:
        """Return a serial, unique within the brand: year, month and a number with leading zeros."""
        while True:
            serial = f"{bought:%y%m}{self.rng.randrange(10**5):07d}"
            if (brand, serial) not in self._serials:
                self._serials.add((brand, serial))
                return serial

    def copy(self, machine: Machine, known_at: datetime, *, brand: str) -> Machine:
        """Add a second registration of an appliance, made by a clerk who did not look it up; return it."""
        twin = replace(machine, key=len(self.machines), brand=brand, known_at=known_at, bought=(None, "unknown"),
                       installed=(None, "unknown"))  # fmt: skip
        self.machines.append(twin)
        return twin
