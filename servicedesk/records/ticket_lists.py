"""Lists of tickets: filters, sort orders, and the columns that people see."""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any

from servicedesk.base import dates
from servicedesk.base.messages import coded, say
from servicedesk.base.table import Column, Table, columns, shown
from servicedesk.domain import wording
from servicedesk.records.tickets import TicketRow, get_ticket_row, ticket_row
from servicedesk.storage.database import Database

# Scripts read the first twelve keys, so they must not change. People read the last columns.
COLUMNS = columns(
    "id:T=ticket", "type-", "status:code?", "customer_id-", "appliance_id-", "technician-", "reported_at-",
    "deadline_at-", "arrived_at-", "completed_at-", "outcome-", "follows_ticket_id-", "customer-", "category-",
    "brand-", "channel-", "fault-", "text-", "window_from-", "window_to-", "cancelled_at-", "cancel_reason-",
    "ref-", "urgency:urgency+", "due:due+=deadline", "when:code??+=reported", "name:name+=customer",
    "machine:brief?+=appliance", "who:name+=technician", "problem:brief+",
)  # fmt: skip

SORTS = ("deadline", "reported", "customer")
ENDED = ("completed", "cancelled")  # statuses that no open ticket has

# All tickets, read along the index of their reports. A filter that is NULL does not apply.
TICKET_LIST = """
SELECT *
  FROM ticket_now t
 WHERE (:technician_id IS NULL OR technician_id = :technician_id) AND (:type IS NULL OR type = :type)
   AND (:since IS NULL OR substr(reported_at, 1, 10) >= :since)
   AND (:until IS NULL OR substr(reported_at, 1, 10) <= :until)
   AND (:status IS NULL OR t.status = :status)
   AND (:category IS NULL OR t.category = :category) AND (:brand IS NULL OR t.brand = :brand COLLATE NOCASE)
   AND (:area IS NULL OR :area = (SELECT coalesce(x.area, c.area)
                                    FROM ticket x LEFT JOIN customer c ON c.id = x.customer_id WHERE x.id = t.id))
   AND (:tier IS NULL OR :tier = coalesce((SELECT r.tier FROM tier r
                                            WHERE r.customer_id = t.customer_id AND r.from_on <= :today
                                              AND r.voided_at IS NULL
                                            ORDER BY r.from_on DESC, r.id DESC LIMIT 1), 'ordinary'))
 ORDER BY reported_unix DESC, id DESC
 LIMIT :limit
"""
# The same list for few tickets, in any order. It begins at the tickets: in a file that was never analyzed SQLite does
# not know how few are open or belong to one customer, and walks along a million reports (0.45 s instead of 0.03 s).
# due_unix: by when a technician must arrive, if none has yet: the deadline of a repair, otherwise the agreed window.
SHORT_TICKET_LIST = """
WITH some AS MATERIALIZED (
  SELECT id FROM ticket WHERE NOT :every AND ended_at IS NULL
   UNION ALL
  SELECT id FROM ticket WHERE :every AND :customer_id IS NULL AND :appliance_id IS NULL
   UNION ALL
  SELECT id FROM ticket WHERE :every AND customer_id = :customer_id
   UNION
  SELECT id FROM ticket WHERE :every AND appliance_id = :appliance_id
   UNION
  SELECT ticket_id FROM maintenance_line
   WHERE :every AND :appliance_id IS NOT NULL AND appliance_id = :appliance_id AND voided_at IS NULL
)
SELECT t.*,
       CASE WHEN t.ended_at IS NULL AND t.arrived_at IS NULL
            THEN coalesce(t.deadline_unix, t.window_to_unix) END AS due_unix
  FROM some CROSS JOIN ticket_now t ON t.id = some.id
 WHERE (:technician_id IS NULL OR t.technician_id = :technician_id) AND (:type IS NULL OR t.type = :type)
   AND (:since IS NULL OR substr(t.reported_at, 1, 10) >= :since)
   AND (:until IS NULL OR substr(t.reported_at, 1, 10) <= :until)
   AND (:customer_id IS NULL OR t.customer_id = :customer_id)
   AND (:appliance_id IS NULL OR t.appliance_id = :appliance_id
        OR t.id IN (SELECT ticket_id FROM maintenance_line WHERE appliance_id = :appliance_id AND voided_at IS NULL))
   AND (:status IS NULL OR :status = CASE WHEN t.status IN ('assigned', 'open') AND t.window_to_unix > :now_unix
                                          THEN 'appointed' ELSE t.status END)
   AND (:category IS NULL OR t.category = :category) AND (:brand IS NULL OR t.brand = :brand COLLATE NOCASE)
   AND (:area IS NULL OR :area = (SELECT coalesce(x.area, c.area)
                                    FROM ticket x LEFT JOIN customer c ON c.id = x.customer_id WHERE x.id = t.id))
   AND (:tier IS NULL OR :tier = coalesce((SELECT r.tier FROM tier r
                                            WHERE r.customer_id = t.customer_id AND r.from_on <= :today
                                              AND r.voided_at IS NULL
                                            ORDER BY r.from_on DESC, r.id DESC LIMIT 1), 'ordinary'))
   AND (:due_unix IS NULL OR due_unix <= :due_unix)
   AND (NOT :overdue OR t.type = 'repair' AND t.deadline_unix < :now_unix AND t.arrived_at IS NULL)
 ORDER BY CASE :sort WHEN 'deadline' THEN due_unix IS NULL WHEN 'customer' THEN t.customer IS NULL END,
          CASE :sort WHEN 'deadline' THEN due_unix WHEN 'customer' THEN t.customer END,
          t.reported_unix DESC, t.id DESC
 LIMIT :limit
"""
FILTERS = ("technician_id", "type", "since", "until", "status", "category", "brand", "area", "tier")
FEW = ("customer_id", "appliance_id", "due_unix")  # filters that leave few tickets; only SHORT_TICKET_LIST has them


def find_tickets(
    db: Database,
    *,
    now: datetime,
    every: bool = False,
    overdue: bool = False,
    sort: str = "reported",
    limit: int | None = None,
    **wanted: int | str | None,
) -> Iterator[TicketRow]:
    """Return open tickets, or `every` one, read one by one; the newest report first, or sorted by `sort`.

    `wanted` are the filters of FILTERS and FEW (both dates included), or `technician` by name or id. Raise
    NotFoundError if a filter names nothing, RefusedError for an unknown category.
    """
    values = _look_up(db, {name: value for name, value in wanted.items() if value is not None})
    if overdue or "due_unix" in values or values.get("status"):  # only open tickets are due
        every = values.get("status") in ENDED and not overdue
    is_plain = every and sort == "reported" and values.keys().isdisjoint(FEW)
    found = db.stream(
        TICKET_LIST if is_plain else SHORT_TICKET_LIST,
        **(dict.fromkeys(FILTERS + FEW) | values),
        every=every,
        overdue=overdue,
        sort=sort,
        now_unix=dates.unix(now),
        today=now.date().isoformat(),
        limit=-1 if limit is None else limit,
    )
    return (ticket_row(row, now=now) for row in found)


def list_tickets(
    db: Database,
    *,
    now: datetime,
    every: bool = False,
    overdue: bool = False,
    sort: str | None = None,
    limit: int | None = None,
    **wanted: Any,
) -> Table:
    """Return the tickets of `find_tickets` as a table. A table of all tickets is read while it is written.

    Overdue tickets are sorted by deadline, unless `sort` is given.
    """
    order = sort or ("deadline" if overdue else "reported")
    found = find_tickets(db, now=now, every=every, overdue=overdue, sort=order, limit=limit, **wanted)
    rows = ([*row, *_cells_for_people(row, now)] for row in found)
    table = Table(_fields(order, every=every or wanted.get("status") in ENDED), (), coming=rows)
    is_asked = every or overdue or any(value is not None for value in wanted.values())
    table = table._replace(empty=say("No such tickets") if is_asked else say("No open tickets"))
    return table if every and limit is None else table.whole()


def list_by_ids(db: Database, ids: Iterable[int], *, now: datetime) -> Table:
    """Return a table of the tickets with these ids, in that order."""
    rows = [get_ticket_row(db, ticket_id, now=now) for ticket_id in ids]
    return Table(_fields("reported", every=True), [[*row, *_cells_for_people(row, now)] for row in rows])


def _fields(order: str, *, every: bool) -> tuple[Column, ...]:
    """Return the columns. On a narrow screen the time that the list is not sorted by is left out."""
    least = "due" if every and order != "deadline" else "when"
    return tuple(c._replace(spare=2 if c.key == least else 0) if c.key in {"due", "when"} else c for c in COLUMNS)


def _cells_for_people(row: TicketRow, now: datetime) -> list[Any]:
    due = due_at(row)
    machine = wording.appliance_name(row.category, row.brand)
    problem = wording.problem_text(row.text) or coded(row.fault)
    return [urgency(due, now), _short(due, now), _short(row.reported_at, now), row.customer, machine, row.technician,
            problem]  # fmt: skip


def due_at(row: TicketRow) -> str | None:
    """Return by when a technician must arrive, as `due_unix` in SHORT_TICKET_LIST; None after an arrival or the end."""
    if row.arrived_at or row.completed_at or row.cancelled_at:
        return None
    return row.deadline_at or row.window_to


def urgency(due: str | None, now: datetime) -> str | None:
    """Return `late` if the due time is past, `soon` if it is today, otherwise None."""
    if due is None:
        return None
    if dates.unix_of(due) < dates.unix(now):
        return "late"
    return "soon" if dates.last_day(due, now.tzinfo or UTC) == now.date().isoformat() else None


def overdue_text(due: str, now: datetime) -> str:
    """Return how long ago the due time was, as a text for people: `overdue by 3 h`."""
    minutes = (dates.unix(now) - dates.unix_of(due)) // 60
    if minutes < 60:
        span = say("{n} min", n=minutes)
    elif minutes < 48 * 60:
        span = say("{n} h", n=minutes // 60)
    else:
        span = say("{n} d", n=minutes // (24 * 60))
    return say("overdue by {span}", span=span)


def _short(at: str | None, now: datetime) -> str | None:
    """Return an instant as a short text: without the year if it is this year, otherwise only the date."""
    if at is None:
        return None
    return shown(at, "instant")[5:] if at[:4] == f"{now.year}" else at[:10]


def _look_up(db: Database, wanted: dict[str, int | str]) -> dict[str, int | str]:
    """Return the filters as SQL parameters; raise NotFoundError for an unknown customer, appliance or technician."""
    if "customer_id" in wanted:
        from servicedesk.records import customers

        wanted["customer_id"] = customers.get_customer(db, int(wanted["customer_id"]))["id"]
    if "appliance_id" in wanted:
        from servicedesk.records import appliances

        appliances.get_appliance(db, int(wanted["appliance_id"]))
    if "technician" in wanted:
        from servicedesk.records import technicians

        wanted["technician_id"] = technicians.get_technician(db, str(wanted.pop("technician")))["id"]
    if "category" in wanted:
        from servicedesk.records import categories

        wanted["category"] = categories.check_category(db, str(wanted["category"]))
    return wanted


def open_of_customer(db: Database, customer_id: int, *, now: datetime) -> Table:
    """Return the customer's open tickets, the newest first."""
    return list_tickets(db, now=now, customer_id=customer_id)
