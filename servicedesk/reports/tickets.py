"""Tickets in the monthly report: the facts of every ticket that it names, and the open tickets, as of its instant."""

import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from servicedesk.base import dates, periods
from servicedesk.kpis import count
from servicedesk.kpis.definitions.registry import find_kpi
from servicedesk.records.ticket_facts import facts_as_of
from servicedesk.reports.report import Facts, Open
from servicedesk.storage.database import Database

_TICKETS = """
SELECT f.ticket_id, f.type, c.name AS customer, a.category, a.brand,
       f.reported_unix, f.deadline_unix, f.arrived_unix, coalesce(f.done_unix, f.cancelled_unix) AS ended_unix,
       CASE WHEN f.done_unix IS NOT NULL THEN f.outcome WHEN f.cancelled_unix IS NOT NULL
            THEN 'cancelled' || coalesce('/' || nullif(f.cancel_reason, ''), '') END AS ended_as, f.answer
  FROM json_each(:ids) wanted
  JOIN ticket_fact f ON f.ticket_id = wanted.value
  LEFT JOIN customer_then c ON c.id = f.customer_id
  LEFT JOIN appliance_then a ON a.id = f.appliance_id
 ORDER BY f.ticket_id
"""


def load_tickets(db: Database, ids: Iterable[int], *, as_of: datetime) -> dict[int, Facts]:
    """Return the facts of these tickets by id, as they were recorded at the instant."""
    with facts_as_of(db, as_of):
        rows = db.rows(_TICKETS, ids=json.dumps(sorted(ids)))
    return {row["ticket_id"]: _facts(db, row) for row in rows}


def _facts(db: Database, row: Any) -> Facts:
    def at(unix: int | None) -> str:
        return dates.stamp_of(unix, db.outlet.zone) or ""

    return Facts(
        row["ticket_id"], row["type"], row["customer"] or "", row["category"] or "(none)", row["brand"] or "",
        at(row["reported_unix"]), at(row["deadline_unix"]), at(row["arrived_unix"]), at(row["ended_unix"]),
        row["ended_as"] or "", row["answer"] or "",
    )  # fmt: skip


def open_at(db: Database, period: periods.Period, *, as_of: datetime) -> tuple[Open, ...]:
    """Return the tickets open at the instant (the backlog, K13), the oldest first."""
    with facts_as_of(db, as_of):
        rows = list(count.list_verdicts(db, find_kpi("backlog"), period))
        facts = load_tickets(db, [row.ticket_id for row in rows if row.ticket_id], as_of=as_of)
    found = [
        Open(facts[row.ticket_id], row.reason, row.technician, row.amount or 0, _late(facts[row.ticket_id], as_of))
        for row in rows
        if row.ticket_id
    ]
    return tuple(sorted(found, key=lambda item: (-item.days, item.facts.ticket_id)))


def _late(facts: Facts, as_of: datetime) -> float:
    """Return the days since the deadline of a repair without an arrival; 0 before it."""
    if not facts.deadline_at or facts.arrived_at:
        return 0
    return max(0.0, (dates.unix(as_of) - dates.unix_of(facts.deadline_at)) / 86400)
