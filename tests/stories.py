"""Outlets told through SQL for the signals: who reported, came, typed and asked when; and what the panel says of them.

`honest` is an outlet in which nothing is wrong; the stories are planted into one.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from servicedesk.base import sameness
from servicedesk.domain.model import Stamp
from servicedesk.file import opening
from servicedesk.storage.database import Database
from tests.conftest import Desk

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAY, HOUR, MINUTE, SECOND = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1), timedelta(seconds=1)
OCTOBER = ("--month", "2026-10")
TECHNICIANS = ("Chen", "Li", "Wang")
Job = dict[str, Any]


def at(text: str) -> datetime:
    """`10-05 09:00` of 2026."""
    return datetime.fromisoformat(f"2026-{text}").replace(tzinfo=SHANGHAI)


class Story:
    """What happens in one file, in the words of the field."""

    def __init__(self, db: Database) -> None:
        self.db = db
        start = Stamp("2026-01-02T08:00:00+08:00", "ada")
        self.technicians = {name: db.insert("technician", start, name=name) for name in TECHNICIANS}
        self.customer = db.insert("customer", start, name="王芳")

    def machine(self, registered: datetime | None = None, *, clerk: str = "ada", **values: Any) -> int:
        """A washer of the customer, told from its likes by its serial unless one is given."""
        stamp = Stamp((registered or at("01-02 08:00")).isoformat(), clerk)
        count = self.db.value("SELECT count(*) FROM appliance")
        row = {"customer_id": self.customer, "category": "washer", "serial": f"S-{count}", **values}
        plate = sameness.plate(row.get("brand"), row["serial"]) if row["serial"] else None
        return self.db.insert("appliance", stamp, plate=plate, **row)

    def event(self, ticket: int, kind: str, when: datetime, *, clerk: str, late: timedelta, **values: Any) -> int:
        row = {"ticket_id": ticket, "kind": kind, "at": when.isoformat(), **values}
        return self.db.insert("event", Stamp((when + late).isoformat(), clerk), **row)

    def ticket(
        self,
        reported: datetime,
        *,
        arrived: timedelta | None = 3 * HOUR,
        done: timedelta | None = HOUR,
        late: timedelta = MINUTE,
        technician: str = "Li",
        clerk: str = "ada",
        typed_by: str | None = None,
        window: timedelta | None = None,
        asked_by: str = "customer",
        no_access: bool = False,
        outcome: str | None = None,
        score: int | None = None,
        source: str = "callback",
        called: bool = False,
        type: str = "repair",
        appliance: int | None = 0,
    ) -> int:
        """A ticket: `arrived` after the report and typed `late`, `done` after the arrival (else after the report).

        `window` ends so long after the report; `typed_by` typed the arrival. The appliance 0 is a new one, None none.
        """
        machine = self.machine() if appliance == 0 else appliance
        stamp = Stamp(reported.isoformat(), clerk)
        ticket = self.db.insert("ticket", stamp, type=type, customer_id=self.customer, appliance_id=machine)
        who, now = self.technicians[technician], timedelta()
        self.event(ticket, "reported", reported, clerk=clerk, late=now)
        self.event(ticket, "assigned", reported + MINUTE, clerk=clerk, late=now, technician_id=who)
        if window:
            begin, end = reported + window - HOUR, reported + window
            span = {"window_from": begin.isoformat(), "window_to": end.isoformat()}
            self.event(ticket, "appointed", reported + 2 * MINUTE, clerk=clerk, late=now, asked_by=asked_by, **span)
        came = reported
        if arrived is not None:
            came = reported + arrived
            self.event(
                ticket, "arrived", came, clerk=typed_by or clerk, late=late, technician_id=who, no_access=int(no_access)
            )
        if done is not None:
            end = came + done
            said = outcome or ("fixed" if type == "repair" else "done")
            self.event(ticket, "completed", end, clerk=clerk, late=late, technician_id=who, outcome=said)
            if called:
                when = (end + DAY).isoformat()
                self.db.insert("callback", Stamp(when, clerk), ticket_id=ticket, at=when, outcome="reached")
            if score:
                self.event(ticket, "surveyed", end + 2 * DAY, clerk=clerk, late=now, score=score, source=source)
        return ticket

    def cancelled(self, ticket: int, when: datetime, *, clerk: str = "ada", by: str = "customer", **why: str) -> None:
        self.event(ticket, "cancelled", when, clerk=clerk, late=timedelta(), cancelled_by=by, **why)


@contextmanager
def told(desk: Desk) -> Iterator[Story]:
    """A story of that file; all of it is written at the end."""
    db = opening.open_outlet(desk.path)
    try:
        with db.atomic():
            yield Story(db)
    finally:
        db.close()


LOADS = (4, 6, 10)  # jobs of a day, in turn: quiet, of the median, busy


def honest(story: Story, otherwise: Callable[[Random, dict[str, Any]], dict[str, Any]] = lambda rng, job: {}) -> None:
    """Two hundred repairs of October, shared out in turn to three technicians by ada and ben; nothing is wrong.

    One customer in thirty asks for another day, some jobs are late, seven in ten are called back, whoever they are;
    arrivals scatter evenly about the limit. `otherwise` says what is different in a job, who does it and why not.
    """
    rng, otherwise_rng = Random(5), Random(6)
    for day in range(1, 31):
        load = LOADS[day % 3]
        for turn in range(load):
            waits = rng.choice((3, 6, 12, 20, 24)) * HOUR + rng.randrange(-25, 26) * MINUTE
            job: dict[str, Any] = {
                "reported": at(f"10-{day:02d} 08:00") + turn * HOUR,
                "technician": TECHNICIANS[(turn + day) % 3],
                "clerk": ("ada", "ben")[turn // 2 % 2],
                "arrived": waits,
                "score": rng.choice((2, 3, 4, 4, 5, 5)) if rng.random() < 0.8 else None,
                "source": "sms",
                "called": rng.random() < 0.7,
            }
            if rng.random() < 0.03:
                job |= {"window": 50 * HOUR, "arrived": 49 * HOUR}
            story.ticket(**job | otherwise(otherwise_rng, job | {"load": load}))


def backdater(rng: Random, job: Job) -> Job:
    """Chen types late, and what came near the limit or after it arrived five to twenty-five minutes before."""
    if job["technician"] != "Chen":
        return {}
    own: Job = {"typed_by": "chen", "late": timedelta(hours=rng.uniform(3, 8)) // SECOND * SECOND}
    if 20 * HOUR < job["arrived"] < 25 * HOUR:
        own["arrived"] = 24 * HOUR - rng.randrange(5, 26) * MINUTE
    return own


def sights(desk: Desk, *words: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = desk.do("kpi", "integrity", *OCTOBER, *words)
    return found


def sight(desk: Desk, signal: str, *words: str) -> dict[str, Any]:
    (found,) = sights(desk, "--only", signal, *words)
    return found


def looks(desk: Desk, by: str | None = None) -> set[tuple[str, str | None]]:
    """Where the panel says that one should look."""
    return {(row["signal"], row["group"]) for row in sights(desk, *(("--by", by) if by else ())) if row["look"]}


def marked(desk: Desk, signal: str, *words: str) -> list[str]:
    """What the rows that are hits say."""
    rows = desk.do("kpi", "rows", signal, *OCTOBER, *words)
    return [row["what"] for row in rows if row["verdict"] == "hit"]
