"""Which open tickets want a part: they wait for it, or it was ordered for them, and they have not got it yet (S27)."""

from typing import NamedTuple

from servicedesk.storage.database import Database

# A ticket wants what it waits for (one), or what was ordered for it where that is more; less what was issued for it or
# used on it since.
WANTED = """
WITH asked (ticket_id, part_id, ordered, awaited, at, at_unix) AS (
  SELECT o.ticket_id, o.part_id, o.quantity, 0, o.at, o.at_unix
    FROM part_order o
   WHERE o.voided_at IS NULL AND (:part_id IS NULL OR o.part_id = :part_id)
   UNION ALL
  SELECT w.ticket_id, w.part_id, 0, 1, w.at, w.at_unix
    FROM event w
   WHERE w.part_id IS NOT NULL AND w.voided_at IS NULL AND (:part_id IS NULL OR w.part_id = :part_id)
     AND NOT EXISTS (SELECT 1 FROM event n
                      WHERE n.ticket_id = w.ticket_id AND (n.kind = 'waiting' OR n.kind = 'resumed')
                        AND n.voided_at IS NULL AND (n.at_unix, n.id) > (w.at_unix, w.id))),
want AS (
  SELECT a.ticket_id, a.part_id, max(sum(a.ordered), sum(a.awaited)) AS quantity, sum(a.awaited) AS waits,
         sum(a.ordered) AS ordered, min(a.at_unix) AS since_unix, a.at AS since_at
    FROM asked a
    JOIN ticket t ON t.id = a.ticket_id AND t.ended_at IS NULL AND (:ticket_id IS NULL OR t.id = :ticket_id)
   GROUP BY a.ticket_id, a.part_id)
SELECT w.ticket_id, w.part_id, p.code, p.name, w.waits, w.ordered, w.since_at, w.since_unix,
       w.quantity
     - (SELECT coalesce(sum(i.quantity - (SELECT coalesce(sum(m.quantity), 0) FROM part_movement m
                                           WHERE m.part_issue_id = i.id AND m.kind = 'returned'
                                             AND m.voided_at IS NULL)), 0)
          FROM part_issue i
         WHERE i.ticket_id = w.ticket_id AND i.part_id = w.part_id AND i.voided_at IS NULL
           AND i.at_unix >= w.since_unix)
     - (SELECT coalesce(sum(m.quantity), 0)
          FROM part_movement m
          LEFT JOIN part_issue i ON i.id = m.part_issue_id
         WHERE m.ticket_id = w.ticket_id AND m.part_id = w.part_id AND m.voided_at IS NULL
           AND m.at_unix >= w.since_unix AND i.ticket_id IS NOT w.ticket_id) AS quantity
  FROM want w
  JOIN part p ON p.id = w.part_id
 ORDER BY w.since_unix, w.ticket_id, p.code
"""


class Wanted(NamedTuple):
    """A part that an open ticket still wants. `waits`: the ticket waits for it; `ordered`: how many were ordered."""

    ticket_id: int
    part_id: int
    code: str
    name: str
    waits: int
    ordered: int
    since_at: str
    since_unix: int
    quantity: int


def find_wanted(db: Database, *, part_id: int | None = None, ticket_id: int | None = None) -> list[Wanted]:
    """Return what open tickets still want, who has wanted it longest first."""
    found = (Wanted(*row) for row in db.rows(WANTED, part_id=part_id, ticket_id=ticket_id))
    return [want for want in found if want.quantity > 0]


def find_arrived(db: Database, *, part_id: int | None = None) -> list[Wanted]:
    """Return the wants that the stock suffices for: who has wanted a part longest gets it first."""
    wanted = find_wanted(db, part_id=part_id)
    left = {row["part_id"]: row["stock"] for row in db.rows(STOCK)} if wanted else {}
    arrived = []
    for want in wanted:
        if want.quantity <= left.get(want.part_id, 0):
            left[want.part_id] -= want.quantity
            arrived.append(want)
    return arrived


STOCK = """
SELECT part_id, sum(quantity) AS stock
  FROM (SELECT part_id, CASE WHEN kind <> 'used' THEN quantity WHEN part_issue_id IS NULL THEN -quantity ELSE 0 END
                          AS quantity
          FROM part_movement WHERE voided_at IS NULL
         UNION ALL
        SELECT part_id, -quantity FROM part_issue WHERE voided_at IS NULL)
 GROUP BY part_id
"""
