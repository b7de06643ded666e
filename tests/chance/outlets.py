"""A file that chance fills, and what all that happens in it has in common."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from servicedesk.domain.model import Stamp
from servicedesk.storage.database import Database

DAYS = 70
SECOND, MINUTE, HOUR, DAY = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


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

    def edges(self, at: datetime, *days: int) -> list[datetime]:
        """The last second in which so many days after an instant are not over, and the first in which they are."""
        found = []
        for count in days:
            next_day = self.wall(self.day(at) + (count + 1) * DAY)
            found += [next_day - SECOND, next_day]
        return found


@dataclass
class Chance:
    """The dice, the file they fall on, and who and what is in it so far."""

    outlet: Outlet
    db: Database
    rng: Random
    stamp: Stamp
    technicians: list[int] = field(default_factory=list)
    customers: list[int] = field(default_factory=list)
    appliances: list[int] = field(default_factory=list)
    reports: list[datetime] = field(default_factory=list)
    completions: dict[int, list[datetime]] = field(default_factory=dict)  # by appliance
    ticket_ids: list[int] = field(default_factory=list)

    def odds(self, chance: float) -> bool:
        return self.rng.random() < chance

    def span(self, most: float) -> timedelta:
        """Some whole seconds, at most so many hours."""
        return timedelta(seconds=self.rng.randrange(int(most * 3600) + 1))

    def technician(self) -> int | None:
        """Somebody, now and then nobody who is known."""
        return self.rng.choice(self.technicians) if self.odds(0.9) else None

    def typed(self, at: datetime) -> Stamp:
        return Stamp(self.outlet.text(at), "chance")

    def void(self, table: str, row_id: int, at: datetime) -> None:
        statement = f"UPDATE {table} SET voided_at = :at, voided_by = 'chance', void_reason = 'wrong' WHERE id = :id"
        self.db.run(statement, at=self.outlet.text(at), id=row_id)
        self.outlet.moments.append(at)

    def history(self, noun: str, noun_id: int, name: str, values: Sequence[str | None]) -> None:
        """What the field was, and when it was typed otherwise: often at the very second of a report."""
        pool = [*self.reports, *self.outlet.moments]
        moments = sorted(
            self.rng.choice(pool) if self.odds(0.5) else self.rng.choice(pool) + self.span(30)
            for _ in range(self.rng.randrange(4))
        )
        old = self.rng.choice(values)
        for at in moments:
            new = self.rng.choice([value for value in values if value != old])
            self.change(noun, noun_id, name, at, old, new)
            old = new
        self.db.run(f"UPDATE {noun} SET {name} = :value WHERE id = :id", value=old, id=noun_id)

    def change(self, noun: str, noun_id: int, name: str, at: datetime, old: Any, new: Any) -> None:
        values = {f"{noun}_id": noun_id, "field": name, "old": old, "new": new}
        self.db.insert("change", self.typed(at), **values)
        self.outlet.moments.append(at)
