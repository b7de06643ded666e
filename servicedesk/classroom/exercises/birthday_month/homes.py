"""Draw the forty homes of E5 with their appliances, write them into the file, and list the news of the morning."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random
from typing import Any, NamedTuple

from servicedesk.classroom.exercise import Variant
from servicedesk.classroom.scene import Scene
from servicedesk.demo.simulation import names
from servicedesk.domain.birthday_rules import birthday
from servicedesk.storage.database import Database

TODAY, UNTIL = date(2027, 1, 11), date(2027, 3, 12)  # sixty days
MOVED_ON = "2027-01-09"
_TYPED, _CALLED = "2026-06-15 09:00", "2027-01-08 16:20"
_BY_HAND = 4
_JOIN = 30  # days after the first birthday of a visit
# How many homes there are of each kind; _draw_machines() says what they have.
_KINDS = {
    "quiet": 7, "one": 9, "pair": 6, "chain": 2, "row": 1, "apart": 2, "beyond": 2, "leap": 1, "vip": 1, "promoted": 1,
    "month": 1, "year": 2, "unknown": 1, "in_repair": 1, "breaks": 1, "sells": 1, "buys": 1,
}  # fmt: skip
_FIVE = ("fridge", "freezer", "washer", "ac", "range_hood", "microwave")  # kinds with a birthday every five years
_EVERY = {"crt_tv": 3, "computer": 3, "flat_tv": 1}


class Machine(NamedTuple):
    """An appliance: its category, its date of purchase, and whether the second customer of the home owns it."""

    category: str
    bought_on: str | None
    precision: str = "day"
    is_others: bool = False


class Home(NamedTuple):
    """A home: its kind (a key of _KINDS), its appliances, and whether two customers live there (`has_two`)."""

    kind: str
    machines: list[Machine]
    has_two: bool


def draw_homes(variant: Variant) -> list[Home]:
    """Return the homes in their order in the file."""
    rng = variant.rng("homes")
    kinds = [kind for kind, count in _KINDS.items() for _ in range(count)]
    rng.shuffle(kinds)
    pairs = 0
    homes = []
    for kind in kinds:
        pairs += kind == "pair"
        has_two = (kind == "pair" and pairs % 2 == 1) or (kind == "quiet" and rng.random() < 0.3)
        machines = list(_draw_machines(rng, kind))
        if has_two:
            machines[-1] = machines[-1]._replace(is_others=True)
        homes.append(Home(kind, machines, has_two))
    return homes


def _draw_machines(rng: Random, kind: str) -> Iterator[Machine]:
    """Yield the appliances of a home of that kind. Some have no birthday to celebrate: students must leave them out."""
    soon, late = date(2027, 1, 13), date(2027, 2, 1)
    if kind in {"quiet", "buys", "year", "unknown"}:
        yield _not_due(rng)
    if kind in {"one", "in_repair", "breaks", "sells", "vip"}:
        yield _due(rng, _day(rng, soon if kind == "one" else late, date(2027, 3, 5)), kind)
    if kind in {"one", "quiet"}:
        yield _decoy(rng)
    if kind in {"pair", "apart", "chain", "row", "beyond"}:
        first = _day(rng, *{"pair": (soon, date(2027, 2, 8)), "beyond": (date(2027, 2, 22), date(2027, 3, 8))}.get(
            kind, (soon, date(2027, 1, 20))))  # fmt: skip
        yield _due(rng, first)
        least = (date(2027, 3, 13) - first).days if kind == "beyond" else 5
        if kind in {"chain", "row"}:  # three in a row: the last is too late for the first visit (chain) or in it
            middle, last = ((22, 26), (46, 50)) if kind == "chain" else ((10, 16), (26, _JOIN))
            yield _due(rng, first + timedelta(days=rng.randint(*middle)))
            yield _due(rng, first + timedelta(days=rng.randint(*last)))
        else:
            yield _due(
                rng, first + timedelta(days=rng.randint(33, 40) if kind == "apart" else rng.randint(least, _JOIN))
            )
    if kind == "leap":
        yield Machine(*rng.choice((("flat_tv", "2024-02-29"), ("flat_tv", "2020-02-29"), ("crt_tv", "2012-02-29"))))
        yield _decoy(rng)
    if kind == "promoted":  # celebrated only for a VIP
        for age, (least, most) in zip(rng.sample((2, 3, 4), 3), ((2, 40), (2, 40), (34, 58)), strict=True):
            yield _bought(rng.choice(_FIVE), TODAY + timedelta(days=rng.randint(least, most)), age)
    if kind == "month":
        month = _due(rng, date(2027, 2, 1))
        yield month._replace(precision="month")
    if kind == "year":
        yield Machine(rng.choice(_FIVE), f"{rng.choice((2017, 2022))}-01-01", "year")
    if kind == "unknown":
        yield Machine(rng.choice(_FIVE), None, "unknown")


def _day(rng: Random, first: date, last: date) -> date:
    return first + timedelta(days=rng.randrange((last - first).days + 1))


def _bought(category: str, day: date, age: int) -> Machine:
    """Return an appliance whose birthday of that age is on that day."""
    return Machine(category, f"{day.year - age}-{day:%m-%d}")


def _due(rng: Random, day: date, kind: str = "") -> Machine:
    """Return an appliance with a celebrated birthday on that day; at a VIP's home it may have any age."""
    if kind == "vip":
        return _bought(rng.choice(_FIVE), day, rng.choice((1, 2, 3, 4)))
    category = rng.choice((*_FIVE, *_EVERY))
    every = _EVERY.get(category, 5)
    return _bought(category, day, every * rng.choice((1, 2)))


def _not_due(rng: Random) -> Machine:
    """Return an appliance whose birthdays are in summer."""
    bought = date(rng.randint(2015, 2025), rng.randint(5, 10), rng.randint(1, 28))
    return Machine(rng.choice((*_FIVE, *_EVERY)), bought.isoformat())


def _decoy(rng: Random) -> Machine:
    """Return an appliance with a birthday within sixty days, at an age that is not celebrated."""
    return _bought(rng.choice(_FIVE), _day(rng, date(2027, 1, 13), date(2027, 3, 10)), rng.choice((1, 2, 3, 4, 6, 7)))


def _draw_name(rng: Random) -> str:
    return names.person(rng, rng.choice(names.SURNAMES), is_female=rng.random() < 0.5)


class Placed(NamedTuple):
    """A home in the file: the ids of its customers and appliances."""

    kind: str
    customers: list[int]
    machines: list[int]
    home: Home


def place_homes(variant: Variant) -> list[Placed]:
    """Return the homes with the ids that they get, in the order in which `fill` writes them."""
    placed, customers, machines = [], 0, 0
    for home in draw_homes(variant):
        people = list(range(customers + 1, customers + 2 + home.has_two))
        own = list(range(machines + 1, machines + 1 + len(home.machines)))
        placed.append(Placed(home.kind, people, own, home))
        customers, machines = people[-1], own[-1]
    return placed


def fill(db: Database, variant: Variant) -> None:
    """Write the homes into the file. One home has an open repair, one customer is a VIP."""
    scene, rng = Scene(db), variant.rng("people")
    scene.technician(_TYPED, rng.choice(names.TECHNICIANS))
    for placed in place_homes(variant):
        area = rng.choice(names.AREAS)
        where = {"address": names.address(rng, area), "area": area}
        household = db.insert("household", scene.stamp(_TYPED), name=None) if placed.home.has_two else None
        people = [
            scene.customer(_TYPED, _draw_name(rng), names.mobile(rng),
                           household_id=household, **where)
            for _ in placed.customers
        ]  # fmt: skip
        for machine in placed.home.machines:
            scene.appliance(
                _TYPED, people[-1 if machine.is_others else 0], machine.category, brand=rng.choice(names.BRANDS),
                bought_on=machine.bought_on, bought_precision=machine.precision,
            )  # fmt: skip
        if placed.kind == "vip":
            db.insert("tier", scene.stamp(_TYPED), customer_id=people[0], tier="vip", from_on="2025-01-01")
        if placed.kind == "in_repair":
            scene.ticket(_CALLED, people[0], placed.machines[0], fault="noise")


def list_news(variant: Variant) -> list[dict[str, Any]]:
    """Return the news of this morning, which is not in the file yet: a new VIP, a new owner, a repair."""
    homes = {placed.kind: placed for placed in place_homes(variant)}
    sells, breaks = homes["sells"], homes["breaks"]
    return [
        {"news": "vip", "customer": homes["promoted"].customers[0]},
        {"news": "moved", "customer": sells.customers[0], "appliance": sells.machines[0],
         "to": homes["buys"].customers[0], "on": MOVED_ON},
        {"news": "repair", "customer": breaks.customers[0], "appliance": breaks.machines[0]},
    ]  # fmt: skip


def list_hand_homes(variant: Variant) -> list[Placed]:
    """Return four homes in random order, at least one a chain: students count the visits of each by hand."""
    homes = place_homes(variant)
    asked = [placed for placed in homes if placed.kind in {"chain", "row"}]
    asked.append(next(placed for placed in homes if placed.kind == "apart"))
    asked.append(next(placed for placed in homes if placed.kind == "pair" and placed.home.has_two))
    return variant.rng("by hand").sample(asked, _BY_HAND)


def find_leap_machine(variant: Variant) -> tuple[int, str]:
    """Return the appliance that was bought on 29 February, and the day on which its birthday is celebrated."""
    placed = next(placed for placed in place_homes(variant) if placed.kind == "leap")
    bought = str(placed.home.machines[0].bought_on)
    return placed.machines[0], birthday(bought, TODAY.year - int(bought[:4]))
