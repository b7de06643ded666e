"""Handovers: appliances collected for repair, lent as a replacement, and returned (S17)."""

from typing import NamedTuple

from servicedesk.base.messages import coded, joined, say
from servicedesk.base.table import Table, columns, shown
from servicedesk.domain import wording
from servicedesk.storage.database import Database, Row

# The collected appliance of each ticket, with the appliance lent instead and the day of the return.
HANDOVERS = """
SELECT c.ticket_id, c.at AS collected_at, k.name AS collected_by, l.appliance_id AS lent_id, l.at AS lent_at,
       r.at AS returned_at, t.appliance_id, t.customer_id, t.ended_at, a.category, a.brand, o.name AS customer
  FROM event c
  JOIN ticket t ON t.id = c.ticket_id AND t.voided_at IS NULL
  LEFT JOIN technician k ON k.id = c.technician_id
  LEFT JOIN handover l ON l.ticket_id = c.ticket_id AND l.kind = 'lent' AND l.voided_at IS NULL
  LEFT JOIN handover r ON r.ticket_id = c.ticket_id AND r.kind = 'returned' AND r.voided_at IS NULL
  LEFT JOIN appliance a ON a.id = t.appliance_id
  LEFT JOIN customer o ON o.id = t.customer_id
 WHERE c.collected = 1 AND c.voided_at IS NULL AND (:ticket_id IS NULL OR c.ticket_id = :ticket_id)
   AND (:every OR r.id IS NULL)
 ORDER BY c.at_unix, c.id
"""
# The ticket for which an appliance is lent.
LENT = """
SELECT l.ticket_id, l.at, t.customer_id FROM handover l JOIN ticket t ON t.id = l.ticket_id
 WHERE l.appliance_id = :id AND l.kind = 'lent' AND l.voided_at IS NULL
   AND EXISTS (SELECT 1 FROM event c WHERE c.ticket_id = l.ticket_id AND c.collected = 1 AND c.voided_at IS NULL)
   AND NOT EXISTS (SELECT 1 FROM handover r
                    WHERE r.ticket_id = l.ticket_id AND r.kind = 'returned' AND r.voided_at IS NULL)
"""
STANDING = "SELECT id FROM handover WHERE ticket_id = :ticket_id AND kind = :kind AND voided_at IS NULL"
HELD = """
SELECT c.ticket_id, c.at FROM event c JOIN ticket t ON t.id = c.ticket_id AND t.appliance_id = :id
 WHERE c.collected = 1 AND c.voided_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM handover r
                    WHERE r.ticket_id = c.ticket_id AND r.kind = 'returned' AND r.voided_at IS NULL)
 ORDER BY c.id DESC
"""
COLUMNS = columns(
    "collected_at:instant=collected", "collected_by:name=collected by", "lent_id:A=lent", "lent_at-",
    "returned_at:instant=returned",
)  # fmt: skip


class Handover(NamedTuple):
    """A collected appliance: when it was collected, what was lent for it, when it was returned (None: still here)."""

    ticket_id: int
    collected_at: str
    collected_by: str | None
    lent_id: int | None
    lent_at: str | None
    returned_at: str | None
    row: Row


def find_handover(db: Database, ticket_id: int) -> Handover | None:
    """Return the handover of a ticket's appliance, or None if it was never collected."""
    found = [_handover(row) for row in db.rows(HANDOVERS, ticket_id=ticket_id, every=1)]
    return found[0] if found else None


def list_here(db: Database) -> list[Handover]:
    """Return the appliances that were collected and not returned, the earliest collected first."""
    return [_handover(row) for row in db.rows(HANDOVERS, ticket_id=None, every=0)]


def _handover(row: Row) -> Handover:
    cells = (row["collected_at"], row["collected_by"], row["lent_id"], row["lent_at"], row["returned_at"])
    return Handover(row["ticket_id"], *cells, row)


def handover_table(db: Database, ticket_id: int) -> Table:
    """Return a table of the appliances collected, lent and returned for a ticket."""
    found = find_handover(db, ticket_id)
    return Table(COLUMNS, [list(found[1:6])] if found else [])


def find_loan(db: Database, appliance_id: int) -> Row | None:
    """Return the ticket for which that appliance is lent now, or None."""
    return db.row(LENT, id=appliance_id)


def whereabouts(db: Database, appliance_id: int) -> str | None:
    """Return where an appliance is if it is not with its owner: in the workshop or lent. None otherwise."""
    if (row := db.row(HELD, id=appliance_id)) is not None:
        return say("in the workshop since {at}, T{id}", at=shown(row["at"], "instant"), id=row["ticket_id"])
    if (row := find_loan(db, appliance_id)) is not None:
        at = shown(row["at"], "instant")
        return say("lent to C{customer} since {at}, T{id}", customer=row["customer_id"], at=at, id=row["ticket_id"])
    return None


def machine_name(row: Row) -> str:
    """Return the category and the brand of a collected appliance as a text."""
    return wording.appliance_name(row["category"], row["brand"]) or coded("appliance")


def handover_text(found: Handover) -> str:
    """Return a handover in one line: when collected, what was lent, when returned."""
    parts = [say("collected {at}", at=shown(found.collected_at, "instant"))]
    if found.lent_id is not None:
        parts.append(say("A{id} lent", id=found.lent_id) if found.returned_at is None
                     else say("A{id} was lent", id=found.lent_id))  # fmt: skip
    parts.append(
        say("returned {at}", at=shown(found.returned_at, "instant")) if found.returned_at else say("still here")
    )
    return joined(", ", parts)


def completion_notes(db: Database, ticket_id: int) -> list[str]:
    """Return a note if the appliance of a completed ticket is still in the workshop."""
    found = find_handover(db, ticket_id)
    if found is None or found.returned_at is not None:
        return []
    return [say("the appliance of T{id} is still here: ticket return T{id}", id=ticket_id)]
