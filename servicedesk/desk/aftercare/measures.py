"""Measures after complaints (闭环, S52): record that one is done, take that back, list those that are due."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from servicedesk.base import dates
from servicedesk.base.errors import NotFoundError, RefusedError
from servicedesk.base.messages import coded, say
from servicedesk.base.table import Result, moment, nothing_changed
from servicedesk.base.text import free_text, one_line
from servicedesk.desk.aftercare.complaints import complaint_result, load_complaint
from servicedesk.domain.aftercare import rules as aftercare_rules
from servicedesk.domain.ticket import Event
from servicedesk.storage import undone
from servicedesk.storage.database import Database
from servicedesk.storage.desk import Desk

DONE = "SELECT id, at, at_unix, text FROM measure_done WHERE complaint_step_id = :id AND voided_at IS NULL"


def complete_measure(desk: Desk, complaint_id: int, *, at: datetime | None, text: str | None = None) -> Result:
    """Record that the measure of a closed complaint was done at `at`; `text`: what was done.

    RefusedError if the complaint is not closed or names no measure.
    """
    when = at or desk.now
    done = Event("measure_done", dates.stamp(when), dates.unix(when))
    said = one_line(text, say("what was done")) if text is not None else None
    with desk.db.atomic():
        complaint_id = undone.fact_id(desk.db, "complaint", complaint_id)
        closing = aftercare_rules.standing_measure(load_complaint(desk.db, complaint_id))
        known = desk.db.row(DONE, id=closing.id)
        if known is not None:
            if said in {None, known["text"]} and (at is None or known["at_unix"] == done.at_unix):
                return complaint_result(desk, complaint_id, changed=False)
            raise RefusedError(
                say("the measure of K{id} is done since {at}", id=complaint_id, at=moment(known["at"])),
                hint=say("first 'complaint void K{id} --done', if it was not", id=complaint_id),
            )
        aftercare_rules.check_measure_done(complaint_id, closing, done, now_unix=dates.unix(desk.now))
        desk.db.insert("measure_done", desk.stamp, complaint_step_id=closing.id, at=done.at, text=said)
        return complaint_result(desk, complaint_id)


def void_measure_done(desk: Desk, complaint_id: int, *, reason: str) -> Result:
    """Record that the measure is open again. NotFoundError if it was never recorded as done."""
    reason = free_text(reason, say("the reason"))
    sql = """SELECT d.id, d.voided_at, d.void_reason
               FROM measure_done d JOIN complaint_step s ON s.id = d.complaint_step_id
              WHERE s.complaint_id = :id ORDER BY d.id DESC LIMIT 1"""
    with desk.db.atomic():
        complaint_id = undone.fact_id(desk.db, "complaint", complaint_id)
        load_complaint(desk.db, complaint_id)
        name = say("the measure of K{id}", id=complaint_id)
        row = desk.db.row(sql, id=complaint_id)
        if row is None:
            raise NotFoundError(
                say("{name} is not done yet", name=name), hint=say("'complaint done K{id}' says so", id=complaint_id)
            )
        changed = not aftercare_rules.is_voided_already(name, row["voided_at"], row["void_reason"], reason)
        if changed:
            desk.db.void("measure_done", desk.stamp, row["id"], reason)
        notes = [say("{name} is open again", name=name)] if changed else [nothing_changed(f"K{complaint_id}")]
        answer = complaint_result(desk, complaint_id)
        return answer._replace(notes=notes, changed=changed)


DUE = """
SELECT k.id, k.ticket_id, k.customer_id, c.name AS customer, s.measure, s.measure_by, s.cause, s.at
  FROM complaint_step s
  JOIN complaint k ON k.id = s.complaint_id AND k.voided_at IS NULL
  JOIN customer c ON c.id = k.customer_id
 WHERE s.measure_by <= :on AND s.voided_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM measure_done d WHERE d.complaint_step_id = s.id AND d.voided_at IS NULL)
 ORDER BY s.measure_by, s.id
"""


def list_due(db: Database, *, on: str, when: Callable[[str | None], str | None]) -> list[dict[str, Any]]:
    """Return measures for the morning page that were due by the day `on` and are not done."""
    return [
        {
            "ref": f"K{row['id']}",
            "ticket_id": row["ticket_id"],
            "customer_id": row["customer_id"],
            "customer": row["customer"],
            "due_on": row["measure_by"],
            "since_at": row["at"],
            "reason": row["cause"],
            "text": row["measure"],
            "when": when(row["measure_by"]),
            "what": coded(row["measure"]),
        }
        for row in db.rows(DUE, on=on)
    ]
