"""Tickets: load, insert and show one. Lists are in ticket_lists.py, commands that change tickets in desk/tickets/."""

from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager, nullcontext
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from servicedesk.base import dates
from servicedesk.base.errors import NotFoundError
from servicedesk.base.messages import coded, joined, say
from servicedesk.base.table import Column, Result, Table, columns, nothing_changed, record, shown, span
from servicedesk.domain import wording
from servicedesk.domain.model import Stamp
from servicedesk.storage import undone
from servicedesk.storage.database import Database, Row
from servicedesk.storage.desk import Desk

if TYPE_CHECKING:
    from servicedesk.domain.ticket import Event, Ticket

DETAILS = columns(
    "ticket", "state=status", "cause:words=waits for", "whose=customer", "machine=appliance", "problem",
    "who=technician", "reported", "window", "deadline", "arrived", "ended",
)  # fmt: skip

_NOT_WRITTEN = {"at_unix", "number", "id", "recorded_unix", "voided_at", "void_reason"}  # fields of Event


class TicketRow(NamedTuple):
    """A ticket as it is now, for lists and pages; instants are RFC 3339 text."""

    id: int
    type: str
    status: str
    customer_id: int | None
    appliance_id: int | None
    technician: str | None
    reported_at: str
    deadline_at: str | None
    arrived_at: str | None
    completed_at: str | None
    outcome: str | None
    follows_ticket_id: int | None
    customer: str | None
    category: str | None
    brand: str | None
    channel: str
    fault: str | None
    text: str | None
    window_from: str | None
    window_to: str | None
    cancelled_at: str | None
    cancel_reason: str | None
    ref: str | None


_KEYS = tuple(map(Column, TicketRow._fields))


def ticket_row(found: Row, *, now: datetime) -> TicketRow:
    """Return a row of ticket_now as a value."""
    status, window_end = found["status"], found["window_to_unix"]
    if status in {"assigned", "open"} and window_end is not None and window_end > dates.unix(now):
        status = "appointed"
    return TicketRow(
        found["id"], found["type"], status, found["customer_id"], found["appliance_id"], found["technician"],
        found["reported_at"], dates.stamp_of(found["deadline_unix"], now.tzinfo), found["arrived_at"],
        found["completed_at"], found["outcome"], found["follows_ticket_id"], found["customer"], found["category"],
        found["brand"], found["channel"], found["fault"], found["text"], found["window_from"], found["window_to"],
        found["cancelled_at"], found["cancel_reason"], found["ref"],
    )  # fmt: skip


def get_ticket_row(db: Database, ticket_id: int, *, now: datetime) -> TicketRow:
    """Return the ticket as it is now, to show it; raise NotFoundError if there is none."""
    found = db.row("SELECT * FROM ticket_now WHERE id = :id", id=ticket_id)
    if found is None:
        raise _unknown(db, ticket_id)
    return ticket_row(found, now=now)


def ticket_table(row: TicketRow, *, waits_for: str | None = None, **more: Any) -> Table:
    """Return the ticket as one object; `waits_for` is for people, `more` are further keys for programs."""
    fields = _KEYS + tuple(map(Column, more)) if more else _KEYS
    return Table(
        fields, [[*row, *more.values()]], one=True, drawn=lambda: record(DETAILS, _detail_cells(row, waits_for))
    )


def ticket_result(
    desk: Desk, ticket_id: int, notes: Iterable[str] = (), *, changed: bool = True, **more: Any
) -> Result:
    """Return the result of a command that writes to a ticket: the ticket as it is now, and the notes."""
    row = get_ticket_row(desk.db, ticket_id, now=desk.now)
    table = ticket_table(row, waits_for=cause_of_wait(desk.db, row), **more)
    return Result(table, [*notes] if changed else [nothing_changed(f"T{ticket_id}"), *notes], changed)


def cause_of_wait(db: Database, row: TicketRow) -> str | None:
    """Return the code of the cause for which the ticket waits now, or None if it does not wait."""
    if row.status != "waiting":
        return None
    sql = """
SELECT cause FROM event WHERE ticket_id = :id AND kind = 'waiting' AND voided_at IS NULL
 ORDER BY at_unix DESC, id DESC LIMIT 1"""
    cause: str | None = db.value(sql, id=row.id)
    return cause


def _detail_cells(row: TicketRow, waits_for: str | None) -> list[str | None]:
    """Return the cells that people see of one ticket: customer, appliance, problem, progress."""

    def reference_and_name(letter: str, key: int | None, name: str | None) -> str | None:
        return joined(" ", filter(None, (f"{letter}{key}", name))) if key else None

    ticket = say("T{id} {type}", id=row.id, type=coded(row.type))
    if row.follows_ticket_id:
        ticket = say("{ticket}, follows T{id}", ticket=ticket, id=row.follows_ticket_id)
    if row.ref:
        ticket = joined(", ", (ticket, row.ref))
    fault = say(" ({fault})", fault=coded(row.fault)) if row.fault and row.text else ""
    window = span(row.window_from, str(row.window_to)) if row.window_from else None
    ended = None
    if row.completed_at:
        ended = say("{at}, {outcome}", at=shown(row.completed_at, "instant"), outcome=coded(row.outcome))
    elif row.cancelled_at:
        reason = coded(row.cancel_reason) if row.cancel_reason else say("no reason given")
        ended = say("{at}, cancelled: {reason}", at=shown(row.cancelled_at, "instant"), reason=reason)
    is_awaited = row.deadline_at and ended is None and not row.arrived_at
    return [
        ticket,
        row.status,
        waits_for,
        reference_and_name("C", row.customer_id, row.customer),
        reference_and_name("A", row.appliance_id, wording.appliance_name(row.category, row.brand)),
        joined("", (wording.problem_text(row.text) or coded(row.fault), fault)),
        row.technician,
        shown(row.reported_at, "instant"),
        window if ended is None else None,
        shown(row.deadline_at, "instant") if is_awaited else None,
        shown(row.arrived_at, "instant"),
        ended,
    ]


def _unknown(db: Database, ticket_id: int) -> NotFoundError:
    return undone.undone_error(db, "ticket", ticket_id) or NotFoundError(
        say("there is no ticket T{ticket_id}", ticket_id=ticket_id), hint=say("'ticket list --all' shows them all")
    )


# A ticket with each of its events, whose columns are the fields of Event.
TICKET = """
SELECT t.type, t.customer_id, t.appliance_id,
       e.kind, e.at, e.at_unix, e.id, row_number() OVER (ORDER BY e.id) AS number, e.technician_id, e.window_from,
       e.window_to, e.asked_by, e.no_access, e.cause, e.outcome, e.reason, e.cancelled_by, e.duplicate_of_id, e.score,
       e.satisfied, e.source, e.note, e.corrects_id, e.recorded_unix, e.voided_at, e.void_reason,
       e.exclusion, e.evidence, e.part_id, e.found, e.found_cause, e.solution_id,
       e.collected, e.steps_done
  FROM ticket t JOIN event e ON e.ticket_id = t.id
 WHERE t.id = :id AND t.voided_at IS NULL
 ORDER BY e.id
"""


def load_ticket(db: Database, ticket_id: int) -> "Ticket":
    """Return the ticket with its events as a value for the rules; raise NotFoundError if there is none."""
    from servicedesk.domain.ticket import Event, Ticket  # `ticket open` does not need this module

    rows = db.rows(TICKET, id=ticket_id)
    if not rows:
        raise _unknown(db, ticket_id)
    type, customer_id, appliance_id = rows[0][:3]
    return Ticket(ticket_id, type, customer_id, appliance_id, tuple(Event._make(row[3:]) for row in rows))


def begin_ticket(
    db: Database,
    stamp: Stamp,
    *,
    type: str,
    customer_id: int | None,
    appliance_id: int | None,
    at: str,
    channel: str = "hotline",
    text: str | None = None,
    fault: str | None = None,
    area: str | None = None,
    follows_ticket_id: int | None = None,
    on_site: int = 0,
    mode: str | None = None,
    is_mystery: bool = False,
    asked_for_id: int | None = None,
    source: str | None = None,
    ref: str | None = None,
    digest: str | None = None,
) -> int:
    """Insert a ticket and its report at `at` (RFC 3339), inside a transaction. Return its id."""
    ticket_id = db.insert(
        "ticket",
        stamp,
        type=type,
        customer_id=customer_id,
        appliance_id=appliance_id,
        channel=channel,
        text=text,
        fault=fault,
        area=area,
        follows_ticket_id=follows_ticket_id,
        on_site=on_site,
        mode=mode,
        is_mystery=int(is_mystery),
        asked_for_id=asked_for_id,
        source=source,
        ref=ref,
        digest=digest,
    )
    db.insert("event", stamp, ticket_id=ticket_id, kind="reported", at=at)
    return ticket_id


MONEY = """
SELECT EXISTS (SELECT 1 FROM quote WHERE ticket_id = :id) OR EXISTS (SELECT 1 FROM charge WHERE ticket_id = :id)
"""


def has_money(db: Database, ticket_id: int) -> bool:
    """Return whether a quote or a charge was ever recorded for the ticket (see records/money/ticket_money.py)."""
    return bool(db.value(MONEY, id=ticket_id))


def has_solutions(db: Database) -> bool:
    """Return whether any solution is in use (see records/knowledge/solutions.py)."""
    return bool(db.value("SELECT EXISTS (SELECT 1 FROM solution WHERE retired IS NULL AND voided_at IS NULL)"))


_BEGUN = """
INSERT INTO ticket (id, customer_id, appliance_id, text, type, channel, recorded_at, actor, origin)
VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_MANY = 200  # tickets; from this number on it is faster to drop the trigger and fill the facts at once
_REPORTED = "INSERT INTO event (ticket_id, kind, at, recorded_at, actor, origin) VALUES (?, 'reported', ?, ?, ?, ?)"


def begin_tickets(db: Database, stamp: Stamp, type: str, rows: Sequence[tuple[Any, ...]]) -> None:
    """Insert tickets (id, customer, appliance, text) that are reported now; their channel is the same as their type."""
    facts = (stamp.recorded_at, stamp.actor, stamp.origin)
    db.run_many(_BEGUN, ((*row, type, type, *facts) for row in rows))
    with _measure_once(db, rows):
        db.run_many(_REPORTED, ((row[0], facts[0], *facts) for row in rows))


def _measure_once(db: Database, rows: Sequence[tuple[Any, ...]]) -> AbstractContextManager[None]:
    """Fill the facts of many tickets at once after the block. For few tickets the trigger fills them one by one."""
    if len(rows) < _MANY:
        return nullcontext()
    from servicedesk.records import ticket_facts

    return ticket_facts.measure_at_once(db, since_ticket_id=rows[0][0])


def insert_event(db: Database, stamp: Stamp, ticket_id: int, fact: "Event") -> int:
    """Insert an event of the ticket without checking the rules, inside a transaction. Return its id."""
    values = {k: v for k, v in fact._asdict().items() if v is not None and k not in _NOT_WRITTEN}
    return db.insert("event", stamp, ticket_id=ticket_id, **values)


def void_event(db: Database, stamp: Stamp, event_id: int, *, reason: str) -> None:
    """Void the event, inside a transaction."""
    db.void("event", stamp, event_id, reason)


def end_ticket(db: Database, stamp: Stamp, ticket_id: int, *, at: str, cancelled_by: str, reason: str) -> None:
    """Record that the ticket is cancelled, inside a transaction."""
    db.insert("event", stamp, ticket_id=ticket_id, kind="cancelled", at=at, cancelled_by=cancelled_by, reason=reason)
