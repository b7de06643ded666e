"""Parts that open tickets still need: the ticket waits for the part, or the part was ordered for it (S27)."""

from typing import NamedTuple

from servicedesk.storage.database import Database

# At most two rows for each ticket and part: the order, and the last wait (for one piece). From each quantity the pieces
# are subtracted that were issued for the ticket since (and not given back or lost), or used on it.
# waits: the ticket waits for the part now.
WANTED = """
WITH asked (ticket_id, part_id, is_wait, quantity, at, at_unix, waits) AS (
  SELECT o.ticket_id, o.part_id, 0, o.quantity, o.at, o.at_unix, 0
    FROM part_order o
   WHERE o.voided_at IS NULL AND (:part_id IS NULL OR o.part_id = :part_id)
   UNION ALL
  SELECT w.ticket_id, w.part_id, 1, 1, w.at, w.at_unix,
         NOT EXISTS (SELECT 1 FROM event n
                      WHERE n.ticket_id = w.ticket_id AND (n.kind = 'waiting' OR n.kind = 'resumed')
                        AND n.voided_at IS NULL AND (n.at_unix, n.id) > (w.at_unix, w.id))
    FROM event w
   WHERE w.part_id IS NOT NULL AND w.voided_at IS NULL AND (:part_id IS NULL OR w.part_id = :part_id)
     AND NOT EXISTS (SELECT 1 FROM event n
                      WHERE n.ticket_id = w.ticket_id AND n.kind = 'waiting' AND n.part_id = w.part_id
                        AND n.voided_at IS NULL AND (n.at_unix, n.id) > (w.at_unix, w.id))),
want AS (
  SELECT a.ticket_id, a.part_id, a.is_wait, sum(a.quantity) AS quantity, sum(a.waits) AS waits,
         min(a.at_unix) AS since_unix, a.at AS since_at
    FROM asked a
    JOIN ticket t ON t.id = a.ticket_id AND t.ended_at IS NULL AND (:ticket_id IS NULL OR t.id = :ticket_id)
   GROUP BY a.ticket_id, a.part_id, a.is_wait)
SELECT w.ticket_id, w.part_id, p.code, p.name, w.is_wait, w.waits, w.quantity AS asked, w.since_at, w.since_unix,
       w.quantity
     - (SELECT coalesce(sum(i.quantity - (SELECT coalesce(sum(m.quantity), 0) FROM part_movement m
                                           WHERE m.part_issue_id = i.id AND m.kind <> 'used'
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
    """A part that an open ticket still needs: it is neither issued for the ticket nor used on it yet.

    `waits`: the ticket waits for it now. `ordered`: the quantity that was ordered.
    """

    ticket_id: int
    part_id: int
    code: str
    name: str
    waits: bool
    ordered: int
    since_at: str
    quantity: int

    @property
    def text(self) -> str:
        """Return the part and its quantity on one line."""
        return f"{self.code} {self.name} × {self.quantity}"


def find_wanted(db: Database, *, part_id: int | None = None, ticket_id: int | None = None) -> list[Wanted]:
    """Return the parts that open tickets still need; tickets that have waited longest come first."""
    found: dict[tuple[int, int], Wanted] = {}
    for row in db.rows(WANTED, part_id=part_id, ticket_id=ticket_id):
        if row["quantity"] > 0:
            ordered = 0 if row["is_wait"] else row["asked"]
            want = Wanted(
                row["ticket_id"], row["part_id"], row["code"], row["name"], bool(row["waits"]), ordered,
                row["since_at"], row["quantity"],
            )  # fmt: skip
            known = found.get((want.ticket_id, want.part_id), want)
            found[want.ticket_id, want.part_id] = known._replace(
                waits=known.waits or want.waits,
                ordered=max(known.ordered, want.ordered),
                quantity=max(known.quantity, want.quantity),
            )
    return list(found.values())


def find_arrived(db: Database, *, part_id: int | None = None) -> list[Wanted]:
    """Return the needed parts that the stock can supply; the ticket that has waited longest gets its part first."""
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
  FROM (SELECT part_id, brought AS quantity FROM part_movement WHERE voided_at IS NULL
         UNION ALL
        SELECT part_id, -quantity FROM part_issue WHERE voided_at IS NULL)
 GROUP BY part_id
"""
