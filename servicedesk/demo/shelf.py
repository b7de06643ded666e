"""Fill the demo's stock of spare parts: parts come, are handed out, used and given back, in the order of time.

At the end somebody holds an overdue part, one ticket waits for a part, and the part of another one is there.
"""

import heapq
from collections.abc import Callable, Iterator
from datetime import datetime, time, timedelta
from itertools import count
from random import Random
from typing import Any, NamedTuple

from servicedesk.base import dates
from servicedesk.demo.simulation.shelf import PARTS, part_id
from servicedesk.domain.model import Stamp
from servicedesk.storage.database import Database, Row

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
_FIRST, _MORE = 12, 5  # pieces of a part: at the beginning, and of a delivery when it gets low
_USES = 0.3  # share of fixed repairs in which a part is fitted

# Repairs that wait for a part that they name, and others that were fixed.
WAITS = """
SELECT w.ticket_id, w.part_id, w.at, t.ended_at,
       (SELECT r.at FROM event r WHERE r.ticket_id = w.ticket_id AND r.kind = 'resumed' AND r.voided_at IS NULL
           AND r.at_unix >= w.at_unix ORDER BY r.at_unix LIMIT 1) AS resumed_at,
       (SELECT d.at FROM event d WHERE d.ticket_id = w.ticket_id AND d.kind = 'completed'
           AND d.voided_at IS NULL) AS done_at,
       (SELECT e.technician_id FROM event e WHERE e.ticket_id = w.ticket_id AND e.technician_id IS NOT NULL
           AND e.voided_at IS NULL ORDER BY e.at_unix DESC, e.id DESC LIMIT 1) AS technician_id
  FROM event w
  JOIN ticket t ON t.id = w.ticket_id
 WHERE w.part_id IS NOT NULL AND w.voided_at IS NULL
 ORDER BY w.at_unix, w.id
"""
FIXED = """
SELECT d.ticket_id, d.at AS done_at, d.technician_id, a.category,
       (SELECT v.at FROM event v WHERE v.ticket_id = d.ticket_id AND v.kind = 'arrived' AND NOT v.no_access
           AND v.voided_at IS NULL ORDER BY v.at_unix DESC LIMIT 1) AS came_at
  FROM event d
  JOIN ticket t ON t.id = d.ticket_id AND t.type = 'repair'
  JOIN appliance a ON a.id = t.appliance_id
 WHERE d.kind = 'completed' AND d.outcome = 'fixed' AND d.voided_at IS NULL AND d.technician_id IS NOT NULL
   AND NOT EXISTS (SELECT 1 FROM event w WHERE w.ticket_id = d.ticket_id AND w.part_id IS NOT NULL)
 ORDER BY d.at_unix, d.id
"""
# Open repairs that never waited, the oldest first.
OPEN_REPAIRS = """
SELECT t.id FROM ticket t
 WHERE t.type = 'repair' AND t.ended_at IS NULL AND t.voided_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM event w WHERE w.ticket_id = t.id AND w.kind = 'waiting')
 ORDER BY t.id
"""


class _Job(NamedTuple):
    """A repair that takes one part: handed out, and used if it is known when."""

    ticket_id: int
    part_id: int
    technician_id: int
    taken_at: datetime
    used_at: datetime | None


def add_parts(db: Database, stamp: Stamp) -> None:
    """Add the kinds of parts that the outlet keeps, inside a transaction."""
    for part in PARTS:
        row = {"id": part_id(part), "code": part.code, "name": part.name, "category": part.category}
        db.insert("part", stamp, **row, is_main=part.is_main, min_stock=part.min_stock)


def fill_shelf(db: Database, seed: int, *, start: datetime, now: datetime, clerk: Callable[[datetime], str]) -> None:
    """Write every movement of parts until now; the file must hold the tickets already."""
    with db.atomic():
        _Shelf(db, seed, now, clerk).run(start)


class _Shelf:
    """The movements of a run, written in the order of time; `stock` is what lies on the shelf."""

    def __init__(self, db: Database, seed: int, now: datetime, clerk: Callable[[datetime], str]) -> None:
        self.db, self.now, self.clerk = db, now, clerk
        self.rng = Random(f"{seed} shelf")
        self.stock = dict.fromkeys(range(1, len(PARTS) + 1), 0)
        self._order = count()
        self._queue: list[tuple[datetime, int, Callable[[datetime], object]]] = []

    def run(self, start: datetime) -> None:
        first = start.replace(hour=8, minute=10)
        for part in PARTS:
            if not part.is_ordered:
                self._at(first, lambda at, key=part_id(part): self._receive(at, key, _FIRST))  # type: ignore[misc]
        waits = self.db.rows(WAITS)
        for row in waits:
            self._wait(row)
        for job in self._repairs_with_part():
            self._at(job.taken_at, lambda at, job=job: self._take(at, job))  # type: ignore[misc]
        self._at(self.now - 5 * DAY + 8 * HOUR, self._hold_too_long)
        while self._queue and self._queue[0][0] <= self.now:
            at, _, write = heapq.heappop(self._queue)
            write(at)
        self._end(waits)

    def _at(self, at: datetime, write: Callable[[datetime], object]) -> None:
        heapq.heappush(self._queue, (at, next(self._order), write))

    def _wait(self, row: Row) -> None:
        """Order the part when the wait begins; let it come an hour before the wait ends, for that ticket."""
        asked_at = datetime.fromisoformat(row["at"])
        order = {"part_id": row["part_id"], "ticket_id": row["ticket_id"], "quantity": 1}
        self._at(asked_at + HOUR / 4, lambda at: self._write("part_order", at, **order))
        if row["resumed_at"] is None:
            return
        resumed_at = datetime.fromisoformat(row["resumed_at"])
        self._at(resumed_at - HOUR / 2, lambda at: self._receive(at, row["part_id"], 1))
        if row["done_at"] and row["technician_id"]:
            done_at = datetime.fromisoformat(row["done_at"])
            job = _Job(row["ticket_id"], row["part_id"], row["technician_id"], resumed_at, done_at)
            self._at(resumed_at + HOUR / 4, lambda at: self._take(at, job))

    def _repairs_with_part(self) -> Iterator[_Job]:
        """Yield the repairs that took a part of the shelf along."""
        for row in self.db.rows(FIXED):
            fitting = [part for part in PARTS if part.category == row["category"] and not part.is_ordered]
            if self.rng.random() < _USES and fitting and row["came_at"]:
                part = self.rng.choices(fitting, [part.weight for part in fitting])[0]
                came_at, done_at = (datetime.fromisoformat(row[key]) for key in ("came_at", "done_at"))
                yield _Job(row["ticket_id"], part_id(part), row["technician_id"], came_at - HOUR, done_at)

    def _take(self, at: datetime, job: _Job) -> None:
        """Hand a part out for a job, and plan its use; nothing where the shelf is empty."""
        if not self.stock[job.part_id]:
            return
        last = max(at, job.used_at or at).date() + 2 * DAY
        issue = {"part_id": job.part_id, "technician_id": job.technician_id, "ticket_id": job.ticket_id, "quantity": 1}
        issue_id = self._write("part_issue", at, **issue, due_on=last.isoformat())
        self.stock[job.part_id] -= 1
        if job.used_at and job.used_at <= self.now:
            use = {"part_id": job.part_id, "kind": "used", "quantity": 1, "part_issue_id": issue_id}
            used_at = max(job.used_at, at)
            self._at(used_at, lambda at: self._write("part_movement", at, **use, ticket_id=job.ticket_id))
        if self.stock[job.part_id] < (PARTS[job.part_id - 1].min_stock or 0):
            morning = datetime.combine(at.date() + 2 * DAY, time(9, 30), at.tzinfo)
            self._at(morning, lambda at: self._receive(at, job.part_id, _MORE))

    def _receive(self, at: datetime, key: int, quantity: int) -> None:
        self._write("part_movement", at, part_id=key, kind="received", quantity=quantity)
        self.stock[key] += quantity

    def _hold_too_long(self, at: datetime) -> None:
        """Let somebody take fuses for the van and not bring the last two back."""
        fuse = len(PARTS)
        due_on = (at.date() + 2 * DAY).isoformat()
        who = self.db.value("SELECT min(id) FROM technician WHERE left_on IS NULL")
        issue = {"part_id": fuse, "technician_id": who, "quantity": 3, "due_on": due_on}
        issue_id = self._write("part_issue", at, **issue)
        self.stock[fuse] -= 3
        back = {"part_id": fuse, "kind": "returned", "quantity": 1, "part_issue_id": issue_id}
        self._at(at + 30 * HOUR, lambda at: self._write("part_movement", at, **back))
        self._at(at + 30 * HOUR, lambda _: self.stock.update({fuse: self.stock[fuse] + 1}))

    def _end(self, waits: list[Row]) -> None:
        """Let the part of one ticket be there since yesterday, and another ticket still wait for its part."""
        repairs = iter(row[0] for row in self.db.rows(OPEN_REPAIRS))
        waiting = [row["part_id"] for row in waits if row["resumed_at"] is None and row["ended_at"] is None]
        here = waiting[0] if waiting else self._order_for(next(repairs, None), part_id(PARTS[0]))
        if not self.stock[here]:
            self._receive(self.now - 8 * HOUR, here, 1)
        missing = [part_id(part) for part in PARTS if part.is_ordered and not self.stock[part_id(part)]]
        if len(waiting) < 2 and missing:
            self._order_for(next(repairs, None), missing[0])

    def _order_for(self, ticket_id: int | None, key: int) -> int:
        """Order a part for an open repair, if there is one; return the part."""
        if ticket_id is not None:
            self._write("part_order", self.now - 9 * HOUR, part_id=key, ticket_id=ticket_id, quantity=1)
        return key

    def _write(self, table: str, at: datetime, **values: Any) -> int:
        stamp = Stamp(dates.stamp(at), self.clerk(at))
        return self.db.insert(table, stamp, **values, at=stamp.recorded_at)
