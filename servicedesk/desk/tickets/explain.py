"""Explain the deadline of a repair (K6): the report, 24 hours, each window with why it moved the deadline or not."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from servicedesk.base import dates
from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import coded, say
from servicedesk.base.table import Table, columns, shown, span
from servicedesk.records import tickets
from servicedesk.records.agreements.contracts import response_limit
from servicedesk.storage.database import Database, Row

DAY_SECONDS = 86400  # the 24 hours of K6

COLUMNS = columns(
    "step-", "at:instant", "what+=", "window_from-", "window_to-", "asked_by-", "recorded_at-", "moves-", "reason-",
    "why+=", "deadline_at:instant=deadline",
)  # fmt: skip
# In the order in which K6 takes them; a corrected window keeps the place of its first version.
WINDOWS = """
SELECT e.at, e.window_from, e.window_to, e.window_to_unix, e.asked_by, e.voided_at,
       coalesce(f.recorded_at, e.recorded_at) AS recorded_at,
       coalesce(f.recorded_unix, e.recorded_unix) AS recorded_unix
  FROM event e LEFT JOIN event f ON f.id = e.corrects_id
 WHERE e.ticket_id = :id AND e.kind = 'appointed'
 ORDER BY coalesce(f.recorded_unix, e.recorded_unix), coalesce(f.id, e.id), e.id
"""
RESPONSE = """
SELECT k.id, k.respond_minutes FROM ticket t JOIN contract k ON k.id = t.contract_id
 WHERE t.id = :id AND k.respond_minutes IS NOT NULL
"""
FIRST_ARRIVAL = """
SELECT at, at_unix, no_access FROM event
 WHERE ticket_id = :id AND kind = 'arrived' AND voided_at IS NULL
 ORDER BY at_unix, id LIMIT 1
"""


def explain_deadline(db: Database, ticket_id: int, *, now: datetime) -> Table:
    """Return the steps to the deadline, and whether somebody came before it. RefusedError if it is no repair."""
    ticket = tickets.load_ticket(db, ticket_id)
    if ticket.type != "repair":
        raise RefusedError(
            say("T{id} is of type {type}: only a repair has the 24 hours", id=ticket_id, type=coded(ticket.type)),
            hint="servicedesk help K6",
        )
    strict = deadline = ticket.report.at_unix + DAY_SECONDS
    rows: list[dict[str, Any]] = []

    def add(step: str, at: str | None, what: str, why: str = "", **more: Any) -> None:
        until = dates.stamp_of(deadline, db.outlet.zone)
        rows.append({"step": step, "at": at, "what": what, "why": why, "deadline_at": until, **more})

    add("report", ticket.report.at, say("the customer called"), say("24 hours, around the clock"))
    for window in db.rows(WINDOWS, id=ticket_id):
        after = max(strict, window["window_to_unix"])
        reason = _reason(window, deadline=deadline, after=after)
        deadline = after if reason == "moved" else deadline
        said = {key: window[key] for key in ("window_from", "window_to", "asked_by", "recorded_at")}
        what = say("{window}, asked by {who}", window=span(window["window_from"], window["window_to"]),
                   who=coded(window["asked_by"]))  # fmt: skip
        add("window", window["at"], what, _WHY[reason], moves=reason == "moved", reason=reason, **said)
    if promised := db.row(RESPONSE, id=ticket_id):
        by = response_limit(db, ticket.report.at, promised["respond_minutes"])
        add("contract", by, say("G{id}: somebody is to be there", id=promised["id"]), say("apart from the 24 hours"))
    for end in _arrival(db, ticket_id, deadline, now=now):
        add(*end[:3], reason=end[3])
    return Table(COLUMNS, [[row.get(column.key) for column in COLUMNS] for row in rows])


_WHY = {
    "moved": say("moves it: the customer asked for it before the deadline"),
    "outlet": say("does not move it: the outlet asked for it"),
    "too_late": say("does not move it: it was typed after the deadline"),
    "within": say("does not move it: it ends within the 24 hours"),
    "voided": say("does not count: it was voided"),
}


def _reason(window: Row, *, deadline: int, after: int) -> str:
    """Return what the window did to the deadline, as a key of _WHY."""
    if window["voided_at"]:
        return "voided"
    if window["asked_by"] != "customer":
        return "outlet"
    if window["recorded_unix"] > deadline:
        return "too_late"
    return "moved" if after != deadline else "within"


def _arrival(db: Database, ticket_id: int, deadline: int, *, now: datetime) -> Iterator[tuple[str, str, str, str]]:
    """Yield the first arrival; without one, that the deadline has passed."""
    found = db.row(FIRST_ARRIVAL, id=ticket_id)
    if found is None and deadline < dates.unix(now):
        at = dates.stamp_of(deadline, db.outlet.zone) or ""
        yield "deadline", at, say("nobody had come by {at}", at=shown(at, "instant")), "no_arrival"
    if found is not None:
        is_late = found["at_unix"] > deadline
        hours = f"{abs(found['at_unix'] - deadline) / 3600:.1f}"
        what = (
            say("arrived, {hours} hours late", hours=hours) if is_late
            else say("arrived, {hours} hours before the deadline", hours=hours)
        )  # fmt: skip
        yield "arrival", found["at"], what, "late" if is_late else "in_time"
