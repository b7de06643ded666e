"""Income of a period: charges by method of payment, free work by reason, and finished work without a charge."""

from servicedesk.base.messages import say, say_count
from servicedesk.base.money import amount_text
from servicedesk.base.periods import Period
from servicedesk.base.table import Table, columns
from servicedesk.storage.database import Database

CHARGED = """
SELECT CASE WHEN paid_fen IS NULL THEN 'free' ELSE 'paid' END AS kind, coalesce(method, free_as) AS how,
       count(*) AS tickets, sum(paid_fen) AS amount_fen
  FROM charge
 WHERE voided_at IS NULL AND substr(at, 1, 10) >= :first AND substr(at, 1, 10) < :end
 GROUP BY kind, how
 ORDER BY kind DESC, amount_fen DESC, tickets DESC, how
"""

UNCHARGED = """
SELECT t.id AS ticket_id, t.type, t.customer_id, c.name AS customer, d.at AS completed_at, d.outcome,
       (SELECT q.total_fen FROM quote q WHERE q.ticket_id = t.id AND q.voided_at IS NULL
         ORDER BY q.at_unix DESC, q.id DESC LIMIT 1) AS quoted_fen
  FROM event d
  JOIN ticket t ON t.id = d.ticket_id AND t.voided_at IS NULL AND t.ended_at IS NOT NULL
  LEFT JOIN customer c ON c.id = t.customer_id
 WHERE d.kind = 'completed' AND d.voided_at IS NULL AND substr(d.at, 1, 10) >= :first AND substr(d.at, 1, 10) < :end
   AND NOT EXISTS (SELECT 1 FROM charge x WHERE x.ticket_id = t.id AND x.voided_at IS NULL)
 ORDER BY d.at_unix, t.id
"""

_CHARGED = columns("kind:code=charge", "how:words", "tickets:count", "amount_fen:fen=amount")
_UNCHARGED = columns(
    "ticket_id:T=ticket", "type:words", "customer_id-", "customer:name", "completed_at:instant=completed",
    "outcome:words??", "quoted_fen:fen=quoted",
)  # fmt: skip


def list_charged(db: Database, period: Period) -> Table:
    """Return the number and the sum (in fen) of the charges in the period, by method of payment or reason if free."""
    rows = db.rows(CHARGED, first=period.first.isoformat(), end=period.end.isoformat())
    total = sum(row["amount_fen"] or 0 for row in rows)
    paid = sum(row["tickets"] for row in rows if row["kind"] == "paid")
    said = {"period": period.label, "amount": amount_text(total)}
    heading = say_count("{period}: {amount}, {n} ticket paid", "{period}: {amount}, {n} tickets paid", n=paid, **said)
    cells = [[row[column.key] for column in _CHARGED] for row in rows]
    return Table(_CHARGED, cells, heading=heading, empty=say("{period}: nothing was charged", period=period.label))


def list_uncharged(db: Database, period: Period) -> Table:
    """Return a table of the work finished in the period that is neither paid nor free, the oldest first."""
    rows = db.rows(UNCHARGED, first=period.first.isoformat(), end=period.end.isoformat())
    cells = [[row[column.key] for column in _UNCHARGED] for row in rows]
    return Table(_UNCHARGED, cells, empty=say("{period}: all finished work is charged", period=period.label))
