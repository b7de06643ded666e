"""What a technician does next: one ticket with all that the visit needs, and the command to type."""

from datetime import datetime

from servicedesk.base import dates
from servicedesk.base.messages import coded, item_list, joined, say
from servicedesk.base.table import Result, Table, columns, record, shown, span
from servicedesk.desk.technicians.work_day import list_held_tickets
from servicedesk.domain import wording
from servicedesk.records import customers, technicians, ticket_lists
from servicedesk.records.appliances import find_guarantee_text
from servicedesk.records.tickets import TicketRow
from servicedesk.storage.database import Database, Row, from_json

MOST = 5  # tickets that are shown below the next one

COLUMNS = columns(
    "technician", "id-", "type-", "status-", "customer_id-", "customer-", "phones-", "address-", "appliance_id-",
    "category-", "brand-", "model-", "serial-", "text-", "fault-", "window_from-", "window_to-", "deadline_at-",
    "ticket+", "first+=why first", "who+=customer", "phone+", "place+=address", "machine+=appliance", "guarantee+",
    "problem+", "window+", "deadline+", "command=to type",
)  # fmt: skip
_THEN = columns(
    "id:T=ticket", "status:code-", "window_from-", "window_to-", "when:code+=window", "customer:name",
    "phone:phone", "address:brief",
)  # fmt: skip


def get_next(db: Database, who: str, *, now: datetime) -> Result:
    """Return the most urgent ticket, and why it is first; the others below it. An empty list if nothing is assigned."""
    technician = technicians.get_technician(db, who)
    notes = []
    if away := technicians.absence_text(db, technician["id"], on=now.date().isoformat()):
        notes.append(joined(": ", [technician["name"], away]))
    held = {row["ticket_id"]: row for row in list_held_tickets(db, technician["id"])}
    open_tickets = list(ticket_lists.find_tickets(db, now=now, technician_id=technician["id"]))
    order = sorted(open_tickets, key=lambda ticket: _turn(ticket, now))
    if not order:
        notes.append(say("nothing is assigned to {name}", name=technician["name"]))
        return Result(Table(COLUMNS, []), notes, changed=False)
    first, *others = order
    then = Table(_THEN, [_later(ticket, held[ticket.id], now) for ticket in others[:MOST]])
    row = _visit(db, first, held[first.id], technician["name"], now)
    return Result(record(COLUMNS, row, sections=(("then", then),)), notes, changed=False)


def _turn(ticket: TicketRow, now: datetime) -> tuple[int, int, int]:
    """Return the sort key of a ticket: arrived, overdue, with a window or deadline ahead, with neither, waiting."""
    due = _window_ahead(ticket, now) or ticket_lists.due_at(ticket)
    if ticket.status == "waiting":
        place = 4
    elif ticket.status == "arrived":
        place = 0
    elif due is None:
        place = 3
    else:
        place = 1 if _is_overdue(ticket, now) else 2
    return place, dates.unix_of(due or ticket.reported_at), ticket.id


def _is_overdue(ticket: TicketRow, now: datetime) -> bool:
    """Return whether somebody should have been there, and no later window was agreed."""
    due = ticket_lists.due_at(ticket)
    return due is not None and not _window_ahead(ticket, now) and dates.unix_of(due) < dates.unix(now)


def _reason(ticket: TicketRow, now: datetime) -> str:
    """Return why the ticket is the first."""
    if ticket.status == "waiting":
        return say("everything else is done: it waits")
    if ticket.status == "arrived":
        return say("somebody is there")
    due = ticket_lists.due_at(ticket)
    if due and _is_overdue(ticket, now):
        return ticket_lists.overdue_text(due, now)
    if window := _window_ahead(ticket, now):
        is_today = window[:10] <= now.date().isoformat()
        return say("the next window of today") if is_today else say("the next window")
    return say("the next deadline") if due else say("the oldest report")


def _window_ahead(ticket: TicketRow, now: datetime) -> str | None:
    """Return the begin of its window, unless that is over."""
    is_ahead = ticket.window_to is not None and dates.unix_of(ticket.window_to) > dates.unix(now)
    return ticket.window_from if is_ahead else None


def _visit(db: Database, ticket: TicketRow, row: Row, technician: str, now: datetime) -> list[object]:
    """Return the values of COLUMNS."""
    people = customers.list_customers(db, [ticket.customer_id] if ticket.customer_id else [])
    phones = from_json(people[0]["phones"]) if people else []
    owner = joined(" ", [row["customer"], shown(row["customer_id"], "C")]) if people else None
    machine = wording.appliance_name(row["category"], row["brand"], row["model"])
    problem = wording.problem_text(row["text"])
    fault = say(" ({fault})", fault=coded(row["fault"])) if row["fault"] and row["fault"] != row["text"] else ""
    return [
        technician, ticket.id, ticket.type, ticket.status, ticket.customer_id, row["customer"], phones, row["address"],
        row["appliance_id"], row["category"], row["brand"], row["model"], row["serial"], ticket.text, ticket.fault,
        ticket.window_from, ticket.window_to, ticket.deadline_at,
        joined(" ", [shown(ticket.id, "T"), coded(ticket.type), coded(ticket.status)]), _reason(ticket, now),
        owner, item_list(phones) or (wording.NO_PHONE if people else None), row["address"] or row["area"],
        joined(" ", filter(None, (machine, row["serial"]))) or None,
        find_guarantee_text(db, row["appliance_id"], reported_at=ticket.reported_at, today=f"{now:%Y-%m-%d}"),
        joined("", [problem, fault]) if problem else None, _window(ticket, now), _deadline(ticket, now),
        next_command(ticket),
    ]  # fmt: skip


def next_command(ticket: TicketRow) -> str:
    """Return the command that records the next step of the ticket."""
    if ticket.status == "waiting":
        return f"servicedesk ticket resume T{ticket.id}"
    if ticket.status == "arrived":
        outcome = "fixed" if ticket.type == "repair" else "done"
        return f"servicedesk ticket complete T{ticket.id} --outcome {outcome}"
    return f"servicedesk ticket arrive T{ticket.id}"


def _window(ticket: TicketRow, now: datetime) -> str | None:
    """Return the window for people: of today only its hours."""
    if ticket.window_from is None:
        return None
    window = span(ticket.window_from, str(ticket.window_to)).removeprefix(f"{now.date()} ").removeprefix(f"{now.year}-")
    return window if _window_ahead(ticket, now) else say("{window}, passed", window=window)


def _deadline(ticket: TicketRow, now: datetime) -> str | None:
    """Return the deadline for people, as long as somebody should come by then."""
    if ticket.deadline_at is None or ticket.arrived_at is not None:
        return None
    deadline = shown(ticket.deadline_at, "instant")
    is_past = dates.unix_of(ticket.deadline_at) < dates.unix(now)
    return say("{deadline}, passed", deadline=deadline) if is_past else deadline


def _later(ticket: TicketRow, row: Row, now: datetime) -> list[object]:
    """Return the values of _THEN."""
    when = coded(ticket.status) if ticket.status == "waiting" else _window(ticket, now)
    return [
        ticket.id, ticket.status, ticket.window_from, ticket.window_to, when, row["customer"], row["phone"],
        row["address"],
    ]  # fmt: skip
