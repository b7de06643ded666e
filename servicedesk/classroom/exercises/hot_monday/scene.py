"""Draw the Monday of E2 (technicians, homes, faults and the twenty calls), and write its file."""

from datetime import datetime, timedelta
from random import Random
from typing import NamedTuple

from servicedesk.base.sameness import phone_digits
from servicedesk.classroom.exercise import Variant
from servicedesk.classroom.scene import Scene
from servicedesk.demo.simulation import names
from servicedesk.storage.database import Database

DAY, OFFSET = "2026-11-23", "+08:00"  # moments of the Monday are local
_BEFORE = "2026-03-02 08:00"
# The skills of the six technicians; the last day of a certificate where a skill needs one. A certificate of the fourth
# and of the fifth has run out, the second is on leave, and nobody can do everything.
_OVER, _HOLDS = "2026-10-31", "2027-10-31"
_CREW: tuple[dict[str, str], ...] = (
    {"fridge": "", "washer": "", "range_hood": ""},
    {"fridge": "", "washer": "", "flat_tv": ""},
    {"ac": _HOLDS, "fridge": ""},
    {"ac": _OVER, "gas_water_heater": _HOLDS},
    {"flat_tv": "", "range_hood": "", "gas_water_heater": _OVER},
    {"ac": _HOLDS, "fridge": "", "washer": "", "flat_tv": "", "range_hood": ""},
)
_ABSENT = 1
_FAULTS = ("ac",) * 4 + ("fridge",) * 3 + ("washer",) * 3 + ("flat_tv", "range_hood", "gas_water_heater") * 2
# Numbers of faults: of new callers, second ones of a home, with a customer's window, with a window to be proposed.
_NEW, _SECOND, _ASK, _OPEN = 2, 2, 5, 5
_AGAIN = (False, False, True, True)  # four calls are repeated; True: by somebody else of the home
_APART = 4  # a repetition comes at least so many calls after the first one
_WINDOWS = ((0, 16, 18), (1, 9, 11), (1, 14, 16), (2, 8, 10), (2, 16, 18))  # days ahead, from, to


class Person(NamedTuple):
    """Somebody who calls."""

    name: str
    phone: str

    @property
    def digits(self) -> str:
        """Return the digits by which the phone is compared."""
        return phone_digits(self.phone)


class Home(NamedTuple):
    """A home: who calls first, another person who lives there, and the address. `is_new`: not on file yet."""

    first: Person
    other: Person
    address: str
    area: str
    is_new: bool


class Fault(NamedTuple):
    """A broken appliance of a home, and when somebody may come: in a window of the customer's, or one to be proposed.

    `trouble`: which of two things is wrong with it (speech.py). `is_second`: the home has called about something else.
    """

    home: int
    category: str
    brand: str
    trouble: int
    window: tuple[datetime, datetime] | None = None
    is_to_propose: bool = False
    is_second: bool = False


class Call(NamedTuple):
    """A call: its time, its fault and the caller; `is_again`: the fault was reported in an earlier call."""

    at: datetime
    fault: int
    person: Person
    is_again: bool


class Technician(NamedTuple):
    """A technician: their skills, each with the last day of its certificate ("" if it needs none)."""

    name: str
    skills: dict[str, str]
    is_absent: bool

    def why_not(self, category: str) -> str:
        """Return why the technician cannot take that category: absent, unskilled or expired; "" if they can."""
        if self.is_absent:
            return "absent"
        if category not in self.skills:
            return "unskilled"
        return "expired" if "" < self.skills[category] < DAY else ""


class Monday(NamedTuple):
    """The whole Monday: the technicians, the homes, their faults and the twenty calls."""

    crew: list[Technician]
    homes: list[Home]
    faults: list[Fault]
    calls: list[Call]


def draw_monday(variant: Variant) -> Monday:
    """Return the Monday of a variant."""
    rng = variant.rng("monday")
    crew = _draw_crew(rng)
    homes = [_draw_home(rng, is_new=at >= len(_FAULTS) - _SECOND - _NEW) for at in range(len(_FAULTS) - _SECOND)]
    faults = _draw_faults(rng)
    return Monday(crew, homes, faults, _draw_calls(rng, homes, faults))


def _draw_crew(rng: Random) -> list[Technician]:
    places = list(range(len(_CREW)))
    rng.shuffle(places)
    people = rng.sample(names.TECHNICIANS, len(_CREW))
    return [Technician(name, _CREW[at], at == _ABSENT) for name, at in zip(people, places, strict=True)]


def _draw_home(rng: Random, *, is_new: bool) -> Home:
    first, other = (
        Person(names.person(rng, surname, is_female=rng.random() < 0.5), names.mobile(rng))
        for surname in rng.sample(names.SURNAMES, 2)
    )
    area = rng.choice(names.AREAS)
    return Home(first, other, names.address(rng, area), area, is_new)


def _draw_faults(rng: Random) -> list[Fault]:
    """Return sixteen faults of fourteen homes: the last two are of homes that have another one."""
    categories = rng.sample(_FAULTS, len(_FAULTS))
    homes = len(_FAULTS) - _SECOND
    for at in range(homes, len(_FAULTS)):  # another kind of appliance than the home's first
        other = next(n for n in range(_SECOND, homes) if categories[n] != categories[at - homes])
        if categories[at] == categories[at - homes]:
            categories[at], categories[other] = categories[other], categories[at]
    wishes = rng.sample(range(len(_FAULTS)), _ASK + _OPEN)
    windows = dict(zip(wishes[:_ASK], rng.sample(_WINDOWS, _ASK), strict=True))
    return [
        Fault(at if at < homes else at - homes, category, rng.choice(names.BRANDS), rng.randrange(2),
              _window(*windows[at]) if at in windows else None, at in wishes[_ASK:], at >= homes)
        for at, category in enumerate(categories)
    ]  # fmt: skip


def _window(days: int, begin: int, end: int) -> tuple[datetime, datetime]:
    day = datetime.fromisoformat(DAY) + timedelta(days=days)
    return day + timedelta(hours=begin), day + timedelta(hours=end)


def _draw_calls(rng: Random, homes: list[Home], faults: list[Fault]) -> list[Call]:
    """Return twenty calls in sixty minutes; a second fault and a repetition come after the home's first call."""
    firsts = len(faults) - _SECOND
    order = rng.sample(range(firsts), firsts)
    for fault in range(firsts, len(faults)):
        order.insert(rng.randint(order.index(fault - firsts) + 1, len(order)), fault)
    plan = [(fault, homes[faults[fault].home].first, False) for fault in order]
    # Only first faults of homes on file are repeated, from the first half, so that there is time to forget them.
    known = [fault for fault in order[: len(order) // 2] if fault < firsts - _NEW]
    for fault, is_other in zip(rng.sample(known, len(_AGAIN)), _AGAIN, strict=True):
        at = plan.index((fault, homes[faults[fault].home].first, False))
        home = homes[faults[fault].home]
        plan.insert(rng.randint(at + _APART, len(plan)), (fault, home.other if is_other else home.first, True))
    minutes = [0, *sorted(rng.sample(range(1, 60), len(plan) - 2)), 60]
    begin = datetime.fromisoformat(f"{DAY} 09:00")
    return [Call(begin + timedelta(minutes=minute), *one) for minute, one in zip(minutes, plan, strict=True)]


def fill(db: Database, variant: Variant) -> None:
    """Write the crew, and the homes that are on file with their appliances."""
    scene, monday = Scene(db), draw_monday(variant)
    for technician in monday.crew:
        number = scene.technician(_BEFORE, technician.name, skills=tuple(sorted(technician.skills)))
        for category, until in technician.skills.items():
            if until:
                db.insert("credential", scene.stamp(_BEFORE), technician_id=number, kind="certificate",
                          category=category, number=f"ZK-{1000 + number}", until_on=until)  # fmt: skip
        if technician.is_absent:
            db.insert("absence", scene.stamp(f"{DAY} 07:40"), technician_id=number, from_on=DAY, to_on="2026-11-27")
    for at, home in enumerate(monday.homes):
        if home.is_new:
            continue
        household = db.insert("household", scene.stamp(_BEFORE), name=None)
        owner, _ = [
            scene.customer(_BEFORE, person.name, person.phone, address=home.address, area=home.area,
                           household_id=household)
            for person in (home.first, home.other)
        ]  # fmt: skip
        for fault in monday.faults:
            if fault.home == at:
                scene.appliance(_BEFORE, owner, fault.category, brand=fault.brand)
