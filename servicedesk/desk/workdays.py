"""What a technician has open, as the list of a day (domain.md S15)."""

from datetime import datetime

from servicedesk.core import words
from servicedesk.core.table import Table, columns
from servicedesk.desk import technicians
from servicedesk.desk.database import Database, Row

# The open tickets that are assigned to somebody, their window, and the cause for which they wait.
# CROSS JOIN: from the few open tickets, never from all reports.
HELD = """
SELECT t.id AS ticket_id, t.type, t.customer_id, c.name AS customer, c.address,
       (SELECT number FROM phone p WHERE p.customer_id = c.id AND p.voided_at IS NULL ORDER BY p.id LIMIT 1) AS phone,
       t.appliance_id, a.category, a.brand, a.model, coalesce(t.text, t.fault) AS text,
       w.window_from, w.window_to, CASE turn.kind WHEN 'waiting' THEN turn.cause END AS waiting_for,
       r.at AS reported_at
  FROM ticket t
 CROSS JOIN event r ON r.ticket_id = t.id AND r.kind = 'reported' AND r.voided_at IS NULL
  LEFT JOIN customer c ON c.id = t.customer_id
  LEFT JOIN appliance a ON a.id = t.appliance_id
  LEFT JOIN event w ON w.id = (SELECT e.id FROM event e
                                WHERE e.ticket_id = t.id AND e.kind = 'appointed' AND e.voided_at IS NULL
                                ORDER BY e.at_unix DESC, e.id DESC LIMIT 1)
  LEFT JOIN event turn ON turn.id = (SELECT e.id FROM event e
                                      WHERE e.ticket_id = t.id AND (e.kind = 'waiting' OR e.kind = 'resumed')
                                        AND e.voided_at IS NULL
                                      ORDER BY e.at_unix DESC, e.id DESC LIMIT 1)
 WHERE t.ended_at IS NULL
   AND :technician_id = (SELECT e.technician_id FROM event e
                          WHERE e.ticket_id = t.id AND e.kind = 'assigned' AND e.voided_at IS NULL
                          ORDER BY e.at_unix DESC, e.id DESC LIMIT 1)
 ORDER BY unixepoch(w.window_from), r.at_unix, t.id
"""

DAY = columns(
    "time+", "ticket_id:T=ticket", "type-", "window_from-", "window_to-", "customer_id-", "customer-", "phone-",
    "address-", "appliance_id-", "who+=customer", "appliance", "text=problem",
    "waiting_for-", "reported_at-",
)  # fmt: skip


def day(db: Database, who: str, *, on: str) -> Table:
    """The open tickets of somebody for that day: windows of the day by time, then the others, the oldest first.

    A window that passed without an end counts as none; one on a later day is left for that day.
    """
    technician = technicians.named(db, who)
    held = db.rows(HELD, technician_id=technician["id"])
    dated = [row for row in held if row["window_from"] and row["window_from"][:10] <= on <= row["window_to"][:10]]
    undated = [row for row in held if not row["window_from"] or row["window_to"][:10] < on]
    undated.sort(key=lambda row: (datetime.fromisoformat(row["reported_at"]), row["ticket_id"]))
    away = technicians.away(db, technician["id"], on=on)
    heading = f"{technician['name']}, {on}" + (f": {away}" if away else "")
    return Table(DAY, [_visit(row, on) for row in dated + undated], heading=heading)


def _visit(row: Row, on: str) -> list[object]:
    time = "" if not row["window_from"] else f"{row['window_from'][11:16]}–{row['window_to'][11:16]}"
    if row["window_to"] and row["window_to"][:10] < on:
        time = f"was {row['window_to'][5:10]}"
    if row["waiting_for"]:
        time = f"{time}\nwaiting".strip()
    who = "\n".join(part for part in (row["customer"], row["phone"], row["address"]) if part)
    machine = words.machine(row["category"], row["brand"], row["model"]) or None
    return [
        time, row["ticket_id"], row["type"], row["window_from"], row["window_to"], row["customer_id"],
        row["customer"], row["phone"], row["address"], row["appliance_id"], who, machine,
        row["text"], row["waiting_for"], row["reported_at"],
    ]  # fmt: skip


def still_held(db: Database, technician_id: int) -> str:
    """What somebody who leaves has open, in a sentence; empty where it is nothing."""
    held = db.rows(HELD, technician_id=technician_id)
    if not held:
        return ""
    them = ", ".join(f"T{row['ticket_id']}" for row in held[:5]) + (", …" if len(held) > 5 else "")
    return f"{len(held)} open ticket{'s' * (len(held) > 1)} must find another technician: {them}"
