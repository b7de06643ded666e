"""Parts of one ticket: ordered for it, issued for it, used on it, given back or lost."""

from servicedesk.base.messages import say
from servicedesk.base.table import Table, columns
from servicedesk.records.parts.waiting import find_arrived
from servicedesk.storage.database import Database
from servicedesk.storage.undone import void_label

OF_TICKET = """
SELECT p.code, p.name, fact.*, k.name AS technician
  FROM (SELECT o.part_id, 'ordered' AS kind, o.quantity, NULL AS technician_id, o.at, o.at_unix, NULL AS due_on,
               o.voided_at, o.void_reason
          FROM part_order o
         WHERE o.ticket_id = :id
         UNION ALL
        SELECT i.part_id, 'issued', i.quantity, i.technician_id, i.at, i.at_unix, i.due_on, i.voided_at, i.void_reason
          FROM part_issue i
         WHERE i.ticket_id = :id
         UNION ALL
        SELECT m.part_id, m.kind, m.quantity, i.technician_id, m.at, m.at_unix, NULL, m.voided_at, m.void_reason
          FROM part_movement m
          LEFT JOIN part_issue i ON i.id = m.part_issue_id
         WHERE m.ticket_id = :id OR m.kind <> 'used' AND i.ticket_id = :id) AS fact
  JOIN part p ON p.id = fact.part_id
  LEFT JOIN technician k ON k.id = fact.technician_id
 ORDER BY fact.at_unix
"""

COLUMNS = columns(
    "at:instant", "code:code=part", "name:name=description", "kind:code=what", "quantity:count", "technician:name",
    "due_on:date??=due", "in_stock-", "voided_at-", "void_reason-", "state+=",
)  # fmt: skip


def list_of_ticket(db: Database, ticket_id: int) -> Table:
    """Return a table of all part movements of a ticket, also voided ones. An order says if its part is in stock now."""
    rows = db.rows(OF_TICKET, id=ticket_id)
    has_order = any(row["kind"] == "ordered" and not row["voided_at"] for row in rows)
    arrived = {want.code for want in find_arrived(db) if want.ticket_id == ticket_id} if has_order else set()
    cells = []
    for row in rows:
        is_open = row["kind"] == "ordered" and not row["voided_at"]
        in_stock = row["code"] in arrived if is_open else None
        state = say("[voided: {reason}]", reason=void_label(row["void_reason"])) if row["voided_at"] else None
        values = dict(row) | {"in_stock": in_stock, "state": say("in stock") if in_stock else state}
        cells.append([values[column.key] for column in COLUMNS])
    return Table(COLUMNS, cells)
