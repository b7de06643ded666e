"""Show one ticket: everything recorded of it, numbered, voided facts too."""

from datetime import datetime

from servicedesk.base.messages import coded, joined, say
from servicedesk.base.table import Table, columns, shown, span
from servicedesk.desk.aftercare import callbacks, complaints, promises
from servicedesk.records import tickets
from servicedesk.storage.database import Database, Row

TIMELINE = """
SELECT e.*, k.name AS technician,
       e.kind = 'surveyed' AND e.voided_at IS NULL AND EXISTS (
         SELECT 1 FROM event s WHERE s.ticket_id = e.ticket_id AND s.kind = 'surveyed' AND s.voided_at IS NULL
            AND coalesce(s.corrects_id, s.id) < coalesce(e.corrects_id, e.id)) AS is_follow_up
  FROM event e
  LEFT JOIN technician k ON k.id = e.technician_id
 WHERE e.ticket_id = :ticket_id
 ORDER BY e.id
"""

_EVENT_COLUMNS = columns(
    "number:count=no", "id-", "kind=event", "at:second", "what+=", "technician:name", "typed:code??+", "window_from-",
    "window_to-", "asked_by-", "no_access-", "cause-", "outcome-", "reason-", "cancelled_by-", "duplicate_of_id-",
    "score-", "satisfied-", "source-", "note-", "corrects_id-", "recorded_at-", "actor-", "origin-", "voided_at-",
    "voided_by-", "void_reason-",
)  # fmt: skip


def get_timeline(db: Database, ticket_id: int) -> Table:
    """Return everything recorded of the ticket, voided facts too, numbered in the order of recording, shown by time."""
    rows = []
    for number, event in enumerate(db.rows(TIMELINE, ticket_id=ticket_id), 1):
        typed = shown(event["recorded_at"], "instant") if event["recorded_at"][:16] != event["at"][:16] else None
        values = dict(event) | {"number": number, "what": _what(event), "typed": typed}
        if event["no_access"] is not None:
            values["no_access"] = bool(event["no_access"])
        rows.append((event["at_unix"], number, [values[column.key] for column in _EVENT_COLUMNS]))
    return Table(_EVENT_COLUMNS, [row for _, _, row in sorted(rows, key=lambda item: item[:2])])


def _what(event: Row) -> str:
    """Return the rest of a fact in a few words."""
    words: list[str | None] = []
    if event["score"] is not None:
        words.append(say("{score} of 5", score=event["score"]))
    is_code = event["kind"] == "cancelled"  # elsewhere a reason is somebody's own words
    words += [coded(event["outcome"]), coded(event["cause"]), coded(event["reason"]) if is_code else event["reason"]]
    if event["window_from"]:
        words.append(span(event["window_from"], event["window_to"])[5:])
        words.append(say("asked by {asked_by}", asked_by=coded(event["asked_by"])))
    if event["cancelled_by"]:
        words.append(say("by {cancelled_by}", cancelled_by=coded(event["cancelled_by"])))
    if event["duplicate_of_id"]:
        words.append(say("of T{duplicate_of_id}", duplicate_of_id=event["duplicate_of_id"]))
    if event["no_access"]:
        words.append(say("no access"))
    if event["satisfied"] is not None:
        words.append(say("satisfied") if event["satisfied"] else say("not satisfied"))
    if event["kind"] == "surveyed":
        words += [coded(event["source"]), say("follow-up") if event["is_follow_up"] else None]
    words.append(event["note"])
    if event["voided_at"]:
        words.append(say("[voided: {void_reason}]", void_reason=event["void_reason"]))
    return joined(", ", (part for part in words if part))


NOTES = "SELECT text, on_md, yearly, recorded_at, actor FROM note WHERE ticket_id = :ticket_id ORDER BY id"

LINES = """
SELECT m.appliance_id, m.role, m.age, m.due_on, m.ended_as, m.ended_reason, a.category, a.brand,
       CASE WHEN a.base_precision = 'month' THEN substr(m.due_on, 1, 7) ELSE m.due_on END AS day
  FROM maintenance_line m
  JOIN appliance a ON a.id = m.appliance_id
 WHERE m.ticket_id = :ticket_id AND m.voided_at IS NULL
 ORDER BY m.role, m.due_on, m.appliance_id
"""


def get_ticket_page(db: Database, ticket_id: int, *, now: datetime) -> Table:
    """Return the ticket with its timeline, the lines of a maintenance visit, what was said, and what followed it."""
    table = tickets.ticket_table(tickets.get_ticket_row(db, ticket_id, now=now))
    followers = "SELECT id FROM ticket WHERE follows_ticket_id = :id AND voided_at IS NULL"
    followed = [row[0] for row in db.rows(followers, id=ticket_id)]
    lines = columns("appliance_id:A=appliance", "role", "age:count", "due_on-", "ended_as:words", "ended_reason:words",
                    "category:words", "brand:name", "day:date+=due on")  # fmt: skip
    sections = (
        ("events", get_timeline(db, ticket_id)),
        ("lines", Table(lines, [tuple(row) for row in db.rows(LINES, ticket_id=ticket_id)])),
        (
            "notes",
            Table(
                columns("text", "on_md", "yearly-", "recorded_at:instant", "actor:name"),
                [tuple(row) for row in db.rows(NOTES, ticket_id=ticket_id)],
            ),
        ),
        ("promises", promises.list_of_ticket(db, ticket_id, now=now)),
        ("callbacks", callbacks.list_of_ticket(db, ticket_id)),
        ("complaints", complaints.list_of_ticket(db, ticket_id, now=now)),
        ("followed_by", Table(columns("id:T=ticket"), [(followed_id,) for followed_id in followed])),
    )
    return table._replace(sections=sections)
