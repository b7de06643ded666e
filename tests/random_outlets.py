"""Outlets that chance fills, mean at every boundary of the KPIs: exact deadlines, last days, late typing, corrections.

Written as raw rows, in the order in which an outlet would have typed them, so that the triggers of the file agree.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from servicedesk.core.model import Stamp
from servicedesk.desk.database import Database
from servicedesk.desk.schema import created

# Summer time ends in New York on 1 November 2026 and begins on 8 March; Lord Howe moves by half an hour.
SPANS = {
    "Asia/Shanghai": (date(2026, 9, 20), date(2025, 12, 15)),
    "America/New_York": (date(2026, 9, 20), date(2026, 2, 1)),
    "Australia/Lord_Howe": (date(2026, 9, 10), date(2026, 3, 1)),
}
DAYS = 70
SECOND, HOUR, DAY = timedelta(seconds=1), timedelta(hours=1), timedelta(days=1)
CATEGORIES, AREAS = ("fridge", "washer", "ac"), (None, "North", "South", "城东")
REPAIRED = ("fixed",) * 5 + (
    "no_fault_found", "user_caused", "not_repairable", "exchanged", "referred", "resolved_remotely",
)  # fmt: skip
REASONS = (
    None, "duplicate", "duplicate", "entry_error", "customer_changed_mind", "customer_went_elsewhere", "works_again",
    "out_of_area", "out_of_area", "no_contact",
)  # fmt: skip


@dataclass
class Outlet:
    """A filled file. `moments` are the instants at which some verdict may just change."""

    path: Path
    zone: ZoneInfo
    first: date
    moments: list[datetime] = field(default_factory=list)

    @property
    def now(self) -> datetime:
        """Later than everything in the file."""
        return self.wall(self.first + DAYS * DAY + 160 * DAY, 12)

    def wall(self, day: date, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
        """A local time of day as an instant in UTC (times of one zone compare by the clock on the wall)."""
        return datetime.combine(day, time(hour, minute, second), tzinfo=self.zone).astimezone(UTC)

    def day(self, at: datetime) -> date:
        """The local date."""
        return at.astimezone(self.zone).date()

    def text(self, at: datetime) -> str:
        return at.astimezone(self.zone).isoformat(timespec="seconds")


@dataclass
class Standing:
    """A fact that was not taken back yet."""

    id: int
    kind: str
    at: datetime
    first_id: int
    values: dict[str, Any]


def made(path: Path, rng: Random, *, tickets: int, zone: str | None = None) -> Outlet:
    """A new file with that many tickets."""
    name = zone or rng.choice(list(SPANS))
    outlet = Outlet(path, ZoneInfo(name), rng.choice(SPANS[name]))
    stamp = Stamp(outlet.text(outlet.wall(outlet.first - 30 * DAY)), "chance")
    db = created(path, stamp, outlet="Chance", zone=name)
    try:
        with db.atomic():
            Filler(outlet, db, rng, stamp).fill(tickets)
    finally:
        db.close()
    outlet.moments = [at for at in outlet.moments if at <= outlet.now]
    return outlet


class Filler:
    """Writes one outlet, ticket by ticket."""

    def __init__(self, outlet: Outlet, db: Database, rng: Random, stamp: Stamp) -> None:
        self.outlet, self.db, self.rng, self.stamp = outlet, db, rng, stamp
        self.technicians: list[int] = []
        self.customers: list[int] = []
        self.appliances: list[int] = []
        self.reports: list[datetime] = []
        self.completions: dict[int, list[datetime]] = {}
        self.ticket_ids: list[int] = []

    def fill(self, tickets: int) -> None:
        self.technicians = [self.db.insert("technician", self.stamp, name=name) for name in ("李", "Wang", "Zhao")]
        self.customers = [self.db.insert("customer", self.stamp, name=f"Customer {n}") for n in range(3)]
        self.appliances = [
            self.db.insert("appliance", self.stamp, customer_id=self.rng.choice(self.customers), category="fridge")
            for _ in range(2 + tickets // 5)
        ]
        for _ in range(tickets):
            self._ticket()
        for customer in self.customers:
            self._history("customer", customer, "area", AREAS)
        for appliance in self.appliances:
            self._history("appliance", appliance, "category", CATEGORIES)
        for technician in self.technicians:
            self._history("technician", technician, "name", [f"{name} {technician}" for name in ("李", "Wang", "Zhao")])

    def odds(self, chance: float) -> bool:
        return self.rng.random() < chance

    def span(self, most: float) -> timedelta:
        """Some whole seconds, at most so many hours."""
        return timedelta(seconds=self.rng.randrange(int(most * 3600) + 1))

    def _history(self, noun: str, noun_id: int, name: str, values: Sequence[str | None]) -> None:
        """What the field was, and when it was typed otherwise: often at the very second of a report."""
        pool = [*self.reports, *self.outlet.moments]
        moments = sorted(
            self.rng.choice(pool) if self.odds(0.5) else self.rng.choice(pool) + self.span(30)
            for _ in range(self.rng.randrange(4))
        )
        old = self.rng.choice(values)
        for at in moments:
            new = self.rng.choice([value for value in values if value != old])
            change = {f"{noun}_id": noun_id, "field": name, "old": old, "new": new}
            self.db.insert("change", Stamp(self.outlet.text(at), "chance"), **change)
            old = new
        self.db.run(f"UPDATE {noun} SET {name} = :value WHERE id = :id", value=old, id=noun_id)

    def _ticket(self) -> None:
        appliance = self.rng.choice(self.appliances) if self.odds(0.9) else None
        is_repair = self.odds(0.8)
        ticket_id = self.db.insert(
            "ticket",
            self.stamp,
            type="repair" if is_repair else self.rng.choice(("install", "maintenance", "guidance")),
            customer_id=self.rng.choice(self.customers) if self.odds(0.95) else None,
            appliance_id=appliance,
            area=self.rng.choice(AREAS) if self.odds(0.2) else None,
            on_site=int(is_repair and self.odds(0.06)),
        )
        life = Life(self, ticket_id, is_repair, self._reported_at(appliance))
        life.live()
        self.ticket_ids.append(ticket_id)
        if appliance is not None:
            self.completions.setdefault(appliance, []).extend(life.completions)

    def _reported_at(self, appliance: int | None) -> datetime:
        """Any time of the span; often the first or last second of a month, or of a machine's 30 days."""
        earlier = self.completions.get(appliance or 0, [])
        if earlier and self.odds(0.6):
            done = self.rng.choice(earlier)
            day = self.outlet.day(done)
            return self.rng.choice(
                [
                    done,
                    done + SECOND,
                    self.outlet.wall(day + 30 * DAY, 23, 59, 59),
                    self.outlet.wall(day + 31 * DAY),
                    done + self.span(35 * 24),
                    done - self.span(48),
                ]
            )
        day = self.outlet.first + self.rng.randrange(DAYS) * DAY
        if self.odds(0.1):
            month = (self.outlet.first + 45 * DAY).replace(day=1)
            return self.rng.choice([self.outlet.wall(month), self.outlet.wall(month) - SECOND])
        if self.odds(0.1):
            # The night when summer time ends: local times come twice, text order lies.
            change = {"America/New_York": date(2026, 11, 1), "Australia/Lord_Howe": date(2026, 4, 5)}
            night = self.outlet.wall(change.get(self.outlet.zone.key, day))
            return night + self.span(4)
        return self.outlet.wall(day) + self.span(23.9)


class Life:
    """What happens to one ticket: its report, its days, its end, what people say, what is put right afterwards."""

    def __init__(self, filler: Filler, ticket_id: int, is_repair: bool, reported_at: datetime) -> None:
        self.filler, self.rng, self.outlet = filler, filler.rng, filler.outlet
        self.ticket_id, self.is_repair, self.reported_at = ticket_id, is_repair, reported_at
        self.clock = reported_at
        self.standing: list[Standing] = []
        self.completions: list[datetime] = []

    def live(self) -> None:
        self._add("reported", self.reported_at)
        self.filler.reports.append(self.reported_at)
        self._days()
        self._end()
        for _ in range(self.rng.choice((0, 0, 0, 1, 2, 3))):
            self._put_right()

    def _later(self, hours: float) -> datetime:
        """So many hours after the report, or just at a boundary of the first day."""
        if self.filler.odds(0.3):
            return self.reported_at + DAY + self.rng.choice((-SECOND, 0 * SECOND, SECOND))
        return self.reported_at + self.filler.span(hours)

    def _typed(self, at: datetime) -> datetime:
        """When a fact is recorded: mostly at once, never before those typed earlier."""
        late = at + self.filler.span(self.rng.choice((0, 0, 0, 1, 60)))
        self.clock = max(self.clock, late)
        return self.clock

    def _technician(self) -> int | None:
        return self.rng.choice(self.filler.technicians) if self.filler.odds(0.9) else None

    def _add(
        self,
        kind: str,
        at: datetime,
        *,
        recorded_at: datetime | None = None,
        first_id: int | None = None,
        **values: Any,
    ) -> Standing:
        """One event, and the instants around it at which a verdict may change."""
        recorded_at = recorded_at or self._typed(at)
        self.clock = max(self.clock, recorded_at)
        stamp = Stamp(self.outlet.text(recorded_at), "chance")
        row = {"ticket_id": self.ticket_id, "kind": kind, "at": self.outlet.text(at), "corrects_id": first_id, **values}
        event_id = self.filler.db.insert("event", stamp, **row)
        fact = Standing(event_id, kind, at, first_id or event_id, values)
        self.standing.append(fact)
        moments = [at, recorded_at]
        if kind == "reported":
            moments += [at + DAY, at + DAY - SECOND]
        if kind == "completed":
            self.completions.append(at)
            for days in (14, 30):
                next_day = self.outlet.wall(self.outlet.day(at) + (days + 1) * DAY)
                moments += [next_day, next_day - SECOND]
        self.outlet.moments += moments
        return fact

    def _days(self) -> None:
        """Assignments, windows, arrivals, waits: sorted by time, typed in that order or later."""
        plan: list[tuple[datetime, str]] = [(self._later(60), "assigned") for _ in range(self.rng.randrange(4))]
        if self.filler.odds(0.2):
            plan.append((self.reported_at, "assigned"))
        plan += [(self._later(70), "arrived") for _ in range(self.rng.choice((0, 0, 0, 1, 1, 2)))]
        plan += [(self._later(40), "waiting")] * self.filler.odds(0.1)
        plan += [(self._later(50), "appointed") for _ in range(self.rng.choice((0, 0, 0, 1, 2, 3)))]
        for at, kind in sorted(plan):
            if kind == "assigned":
                self._add(kind, at, technician_id=self.rng.choice(self.filler.technicians))
            elif kind == "waiting":
                self._add(kind, at, cause="customer")
            elif kind == "appointed":
                self._window(at)
            else:
                self._add(kind, at, technician_id=self._technician(), no_access=int(self.filler.odds(0.2)))

    def _window(self, at: datetime) -> None:
        """A window; now and then typed out of order, as happens under a pinned clock; arrivals at its very end."""
        early = self.filler.odds(0.4)
        recorded_at = at + self.filler.span(30) if early else self._typed(at)
        until = self._later(96) if self.filler.odds(0.4) else recorded_at + HOUR + self.filler.span(72)
        self._add(
            "appointed",
            at,
            recorded_at=recorded_at,
            window_from=self.outlet.text(until - HOUR),
            window_to=self.outlet.text(until),
            asked_by=self.rng.choice(("customer", "customer", "outlet")),
        )
        self.outlet.moments += [until, until - SECOND]
        if until > at and self.filler.odds(0.4):
            arrived_at = until + self.rng.choice((0 * SECOND, SECOND))
            self._add("arrived", arrived_at, technician_id=self._technician(), no_access=0)

    def _end(self) -> None:
        if (fate := self.rng.random()) < 0.12:
            return
        arrivals = [fact.at for fact in self.standing if fact.kind == "arrived"]
        at = (
            max([*arrivals, self._later(20)])
            if arrivals and self.filler.odds(0.7)
            else max([*arrivals, self._later(90)])
        )
        if fate < 0.72:
            self._complete(at)
            for _ in range(self.rng.choice((0, 0, 1, 1, 2, 3))):
                self._survey(at)
        else:
            self._cancel(at)

    def _complete(self, at: datetime) -> None:
        came = any(fact.kind == "arrived" for fact in self.standing)
        outcome = self.rng.choice(REPAIRED if self.is_repair else ("done", "done", "referred", "resolved_remotely"))
        if not came and self.filler.odds(0.4):
            outcome = "resolved_remotely"
        self._add("completed", at, technician_id=self._technician(), outcome=outcome)

    def _cancel(self, at: datetime) -> None:
        reason = self.rng.choice(REASONS)
        same = self.rng.choice(self.filler.ticket_ids) if reason == "duplicate" and self.filler.ticket_ids else None
        by = self.rng.choice(("customer", "outlet"))
        self._add("cancelled", at, reason=reason, cancelled_by=by, duplicate_of_id=same)

    def _survey(self, done: datetime) -> None:
        """An answer: a score or a plain yes or no, around the last day that counts, not always typed in order."""
        day = self.outlet.day(done)
        at = self.rng.choice(
            [
                done,
                done + self.filler.span(12 * 24),
                done + self.filler.span(20 * 24),
                self.outlet.wall(day + 14 * DAY, 23, 59, 59),
                self.outlet.wall(day + 15 * DAY),
            ]
        )
        recorded_at = at + self.filler.span(40) if self.filler.odds(0.3) else None
        answer = {"score": self.rng.randint(1, 5)} if self.filler.odds(0.8) else {"satisfied": self.rng.randint(0, 1)}
        self._add("surveyed", at, recorded_at=recorded_at, source="callback", **answer)

    def _put_right(self) -> None:
        """Void or correct a standing fact up to forty days later; an end that was taken back may come again."""
        old = self.rng.choice(self.standing)
        self.clock = self.clock + SECOND + self.filler.span(self.rng.choice((1, 40 * 24)))
        if old.kind == "reported" or self.filler.odds(0.5):
            self._correct(old)
            return
        self._void(old)
        if old.kind in {"completed", "cancelled"} and self.filler.odds(0.5):
            first, last = self._room(old)
            at = self._between(first, last)
            if old.kind == "completed" and self.filler.odds(0.5):
                self._complete(at)
            elif not any(fact.kind == "surveyed" for fact in self.standing):
                self._cancel(at)

    def _void(self, old: Standing) -> None:
        statement = "UPDATE event SET voided_at = :at, voided_by = 'chance', void_reason = 'wrong' WHERE id = :id"
        self.filler.db.run(statement, at=self.outlet.text(self.clock), id=old.id)
        self.standing.remove(old)
        self.outlet.moments.append(self.clock)

    def _correct(self, old: Standing) -> None:
        """The same fact at another time, by another technician, with another score; typed when the old one goes."""
        first, last = self._room(old)
        at = self._between(first, last) if self.filler.odds(0.7) else old.at
        values = dict(old.values)
        if values.get("technician_id"):
            values["technician_id"] = self.rng.choice(self.filler.technicians)
        if values.get("score"):
            values["score"] = self.rng.randint(1, 5)
        self._void(old)
        if old.kind == "surveyed" and not any(f.kind == "completed" and f.at <= at for f in self.standing):
            return
        self._add(old.kind, at, recorded_at=self.clock, first_id=old.first_id, **values)
        if old.kind == "reported":
            self.reported_at = at

    def _room(self, old: Standing) -> tuple[datetime, datetime]:
        """Between which instants that kind of fact may lie, the rest of the ticket being what it is."""
        others = [fact for fact in self.standing if fact is not old]
        ends = [fact.at for fact in others if fact.kind == "completed"]
        if old.kind == "reported":
            return old.at - 2 * DAY, min([fact.at for fact in others], default=self.clock)
        if old.kind == "arrived":
            return self.reported_at, min([*ends, self.clock])
        if old.kind == "surveyed":
            return max([*ends, self.reported_at]), self.clock
        if old.kind in {"completed", "cancelled"}:
            arrivals = [fact.at for fact in others if fact.kind == "arrived"]
            answers = [fact.at for fact in others if fact.kind == "surveyed"]
            return max([*arrivals, self.reported_at]), min([*answers, self.clock])
        return self.reported_at, self.clock

    def _between(self, first: datetime, last: datetime) -> datetime:
        """Some instant of the room; often a deadline, the first second, the last one."""
        seconds = int((last - first).total_seconds())
        marks = [first, last, *(m for m in self._marks() if first <= m <= last)]
        return self.rng.choice(marks) if self.filler.odds(0.5) else first + SECOND * self.rng.randint(0, seconds)

    def _marks(self) -> list[datetime]:
        limit = self.reported_at + DAY
        return [limit, limit + SECOND]
