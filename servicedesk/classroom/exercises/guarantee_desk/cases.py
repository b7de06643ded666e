"""Draw the eight customers of E9 (appliance, dates, earlier repairs, fault), and write them into the file."""

from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from random import Random
from types import MappingProxyType
from typing import Any, NamedTuple

from servicedesk.classroom.exercise import Variant
from servicedesk.classroom.scene import Scene
from servicedesk.demo.simulation import names
from servicedesk.storage.database import Database

TODAY = date(2026, 10, 10)  # of the exercise's clock
HOLIDAYS = (date(2026, 10, 1), date(2026, 10, 7))  # the first and the last
_REGISTERED = "2020-01-06 08:00"
_MIDNIGHT = time()
_BOTH_YEARS = ("fridge", "washer", "ac", "flat_tv")  # main parts are covered for longer than the whole
_ONE_YEAR = ("range_hood", "dishwasher", "gas_water_heater")
_MAIN_PARTS = {"fridge": "compressor", "washer": "drain_pump", "ac": "compressor", "flat_tv": "lcd_panel"}


class Case(NamedTuple):
    """A customer with a fault of today. `dates`: columns of the appliance; `repairs`: the days of earlier repairs.

    `old`: the delivery day of an earlier appliance, which this one replaced on the day `exchanged`. `part`: the main
    part that failed. `waits`: the cause for which the repair waits.
    """

    name: str
    category: str
    reported: date
    dates: Mapping[str, str] = MappingProxyType({})
    repairs: tuple[tuple[date, date], ...] = ()
    part: str | None = None
    waits: str | None = None
    old: date | None = None
    exchanged: date | None = None


def _ago(days: int) -> date:
    return TODAY - timedelta(days=days)


def _delivered(day: date) -> dict[str, str]:
    return {"delivered_on": day.isoformat()}


def _lately(rng: Random) -> date:
    return _ago(rng.randint(0, 1))


def _span(first: date, days: int) -> tuple[date, date]:
    return first, first + timedelta(days=days)


def _two_repairs(rng: Random, *, overlap: bool) -> Case:
    """Return V3: two repairs; with `overlap` V13: both tickets open at the same time."""
    start, short, long = _ago(rng.randint(240, 300)), rng.randint(4, 7), rng.randint(9, 14)
    first = start + timedelta(days=rng.randint(60, 90))
    second = first + timedelta(days=2 if overlap else rng.randint(50, 80))
    name = "overlap" if overlap else "two_repairs"
    repairs = _span(first, short), _span(second, long)
    return Case(name, rng.choice(_BOTH_YEARS), _lately(rng), _delivered(start), repairs)


def _repair_days(rng: Random) -> Case:
    """Return V11: the year is over, but the days under repair extend it."""
    days = rng.randint(14, 20)
    start = date(2025, 10, 10) - timedelta(days=rng.randint(4, days - 4))
    repairs = (_span(start + timedelta(days=rng.randint(90, 200)), days),)
    return Case("repair_days", rng.choice(_ONE_YEAR), _lately(rng), _delivered(start), repairs)


def _main_part(rng: Random) -> Case:
    """Return a main part in its third year. The days under repair cross a 29 February if they are added first."""
    start = date(2024, 2, rng.randint(14, 26))
    repairs = (_span(start + timedelta(days=rng.randint(90, 250)), rng.randint(17, 22)),)
    category = rng.choice(_BOTH_YEARS)
    part = _MAIN_PARTS[category]
    return Case("main_part", category, _lately(rng), _delivered(start), repairs, part=part)


def _installed(rng: Random) -> Case:
    """Return V1: the guarantee begins with the installation by the brand."""
    came = _ago(rng.randint(120, 280))
    done = came + timedelta(days=rng.randint(2, 5))
    dates = _delivered(came) | {"installed_on": done.isoformat(), "installed_precision": "day", "installed_by": "brand"}
    return Case("installed", rng.choice(("washer", "ac")), _lately(rng), dates)


def _seven_fifteen(rng: Random) -> Case:
    """Return V4: the 7th, 8th, 15th or 16th day after delivery."""
    reported = _lately(rng)
    delivered = reported - timedelta(days=rng.choice((7, 8, 15, 16)))
    return Case("seven_fifteen", rng.choice(_BOTH_YEARS), reported, _delivered(delivered))


def _holiday(rng: Random) -> Case:
    """Return V5: the seventh day is a holiday."""
    days = rng.randint(0, 4)
    delivered = date(2026, 9, 24) + timedelta(days=days)
    reported = date(2026, 10, rng.randint(days + 2, 8))
    return Case("holiday", rng.choice(_BOTH_YEARS), reported, _delivered(delivered))


def _late_repair(rng: Random, name: str, waits: str, days: int) -> Case:
    """Return V6 or V7: the last day of waiting, or the first one on which there is a right."""
    reported = _ago(days + rng.randint(0, 1))
    start = reported - timedelta(days=rng.randint(60, 150))
    return Case(name, rng.choice(("washer", "fridge")), reported, _delivered(start), waits=waits)


def _exchanged(rng: Random) -> Case:
    """Return V9: the appliance replaced another one, whose guarantee is over."""
    day = _ago(rng.randint(90, 250))
    old = date(2024, rng.randint(3, 8), rng.randint(1, 28))
    return Case("exchanged", rng.choice(_ONE_YEAR), _lately(rng), old=old, exchanged=day)


def _leap(rng: Random) -> Case:
    """Return V10: three years from 29 February."""
    category = rng.choice(_BOTH_YEARS)
    return Case("leap", category, _lately(rng), _delivered(date(2024, 2, 29)), part=_MAIN_PARTS[category])


def _after_repair(rng: Random) -> Case:
    """Return V12: day 30 or 31 after a repair of an appliance whose guarantee is over."""
    done = _ago(rng.choice((30, 31)))
    start = date(2022, rng.randint(1, 12), rng.randint(1, 28))
    repairs = ((done - timedelta(days=rng.randint(0, 2)), done),)
    return Case("after_repair", rng.choice(_ONE_YEAR), TODAY, _delivered(start), repairs)


def _no_dates(rng: Random) -> Case:
    """Return V14: no date is known."""
    return Case("no_dates", rng.choice(_BOTH_YEARS), _lately(rng))


def _no_part(rng: Random) -> Case:
    """Return a customer whose main parts are still covered, and who did not say which part failed."""
    start = date(2024, rng.randint(11, 12), rng.randint(1, 28))
    return Case("no_part", rng.choice(_BOTH_YEARS), _lately(rng), _delivered(start))


_ALWAYS: tuple[Callable[[Random], Case], ...] = (
    _seven_fifteen, lambda rng: _late_repair(rng, "maker_part", "manufacturer_part", 90), _repair_days, _main_part,
    _no_dates, _no_part,
)  # fmt: skip
_OTHERS: tuple[Callable[[Random], Case], ...] = (
    _installed, lambda rng: _two_repairs(rng, overlap=False), lambda rng: _two_repairs(rng, overlap=True), _holiday,
    lambda rng: _late_repair(rng, "repairer", "repairer", 30), _exchanged, _leap, _after_repair,
)  # fmt: skip


def draw_cases(rng: Random) -> list[Case]:
    """Return eight cases in the order of their reports."""
    cases = [make(rng) for make in (*_ALWAYS, *rng.sample(_OTHERS, 2))]
    rng.shuffle(cases)
    return sorted(cases, key=lambda case: case.reported)


def fill(db: Database, variant: Variant) -> None:
    """Write the holidays, the customers with their appliances, the repairs before, and the faults of today."""
    scene, rng = Scene(db), variant.rng("people")
    for day in range(HOLIDAYS[0].day, HOLIDAYS[1].day + 1):
        db.insert("holiday", scene.stamp(_REGISTERED), on_date=f"2026-10-{day:02d}", name="国庆节")
    who = scene.technician(_REGISTERED, rng.choice(names.TECHNICIANS))
    tickets: list[tuple[datetime, datetime | None, Case, int, int]] = []
    for place, case in enumerate(draw_cases(variant.rng("cases"))):
        customer = scene.customer(_REGISTERED, names.person(rng, rng.choice(names.SURNAMES), is_female=place % 2 == 0))
        appliance = _write_appliance(scene, case, customer, rng.choice(names.BRANDS))
        hour = timedelta(hours=9, minutes=10 * place)
        for first, last in case.repairs:
            done = datetime.combine(last, _MIDNIGHT) + hour + timedelta(hours=5)
            tickets.append((datetime.combine(first, _MIDNIGHT) + hour, done, case, customer, appliance))
        tickets.append((datetime.combine(case.reported, _MIDNIGHT) + hour, None, case, customer, appliance))
    for at, ended, case, customer, appliance in sorted(tickets, key=lambda ticket: ticket[0]):
        fault = case.part if case.part and ended is None else "no_power"
        ticket = scene.ticket(at.isoformat(" "), customer, appliance, fault=fault)
        if ended:
            scene.event((ended - timedelta(hours=1)).isoformat(" "), ticket, "arrived", technician_id=who)
            scene.event(ended.isoformat(" "), ticket, "completed", technician_id=who, outcome="fixed")
        elif case.waits:
            scene.event((at + timedelta(hours=5)).isoformat(" "), ticket, "waiting", cause=case.waits)


def _write_appliance(scene: Scene, case: Case, customer: int, brand: str) -> int:
    """Write an appliance, and before it the one that it replaced; return its id."""
    about: dict[str, Any] = {"brand": brand}
    if case.exchanged is None or case.old is None:
        return scene.appliance(_REGISTERED, customer, case.category, **about, **case.dates)
    day = case.exchanged.isoformat()
    gone = {"delivered_on": case.old.isoformat(), "retired_on": day, "retire_reason": "exchanged"}
    old = scene.appliance(_REGISTERED, customer, case.category, **about, **gone)
    new = scene.appliance(f"{day} 15:00", customer, case.category, **about)
    scene.db.insert("exchange", scene.stamp(f"{day} 15:00"), appliance_id=old, successor_id=new, on_date=day)
    return new


def list_cases(db: Database, variant: Variant) -> dict[str, Case]:
    """Return the case of each open ticket by its reference (`T3`)."""
    refs = [f"T{row['id']}" for row in db.rows("SELECT id FROM ticket WHERE ended_at IS NULL ORDER BY id")]
    cases = sorted(enumerate(draw_cases(variant.rng("cases"))), key=lambda placed: (placed[1].reported, placed[0]))
    return dict(zip(refs, (case for _, case in cases), strict=True))
