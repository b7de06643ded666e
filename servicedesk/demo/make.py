"""`demo`: make a new file with a made-up outlet in it."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from servicedesk.base import dates
from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import say
from servicedesk.demo.fill import fill_outlet
from servicedesk.demo.work.floor import Tick
from servicedesk.demo.work.outlet import Simulation
from servicedesk.demo.work.plan import SMALL, Plan
from servicedesk.domain.model import Stamp
from servicedesk.file.opening import create_outlet
from servicedesk.storage.database import Database

OUTLET = "Nanping Star Service"
ZONE = "Asia/Shanghai"
YEARS = range(2005, 2101)  # well after 1991, the last year with summer time in China
_SIMULATED = 0.25  # share of the time for the simulation; the rest is for writing
Progress = Callable[[int, int], None]  # done, total


def make_demo(
    path: Path, *, seed: int, months: int, now: datetime, plan: Plan = SMALL, progress: Progress | None = None
) -> Database:
    """Make a new file with the outlet of that seed, and return it open. RefusedError if the file exists.

    The same plan, seed, months and day give the same rows at any hour, because the outlet ends with the day before.
    `progress` is called with (done, total).
    """
    from uuid import NAMESPACE_URL, uuid5

    if now.year not in YEARS:
        raise RefusedError(
            say("a demo cannot be set in {year}", year=now.year),
            hint=say("--now from {years} to {years2}", years=YEARS[0], years2=YEARS[-1]),
        )
    midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
    stamp = Stamp(dates.stamp(midnight), "demo")
    simulated, filled = _follow_days(progress)
    outlet = Simulation(plan, seed, midnight, months, tick=simulated)
    identity = uuid5(NAMESPACE_URL, f"servicedesk demo {plan.key} {seed} {months} {stamp.recorded_at}")
    since = outlet.start.date().isoformat()
    return create_outlet(
        path,
        stamp,
        outlet=OUTLET,
        zone=ZONE,
        classroom=True,
        maintenance_since=since,
        identity=str(identity),
        fill=lambda db: fill_outlet(db, outlet, tick=filled),
    )


def _follow_days(progress: Progress | None) -> tuple[Tick | None, Tick | None]:
    """Return two functions to call with a share of the days: of those simulated, and of those written."""
    if progress is None:
        return None, None
    return (
        lambda share: progress(int(100 * _SIMULATED * share), 100),
        lambda share: progress(int(100 * (_SIMULATED + (1 - _SIMULATED) * share)), 100),
    )
