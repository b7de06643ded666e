"""Papers for a maintenance visit: the technician's sheet, the birthday card that announces it (S34, S35)."""

from dataclasses import dataclass

from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import coded, item_list, joined, say
from servicedesk.base.said_times import weekday
from servicedesk.base.table import Result, Table, columns, record
from servicedesk.desk.maintenance import birthday_card
from servicedesk.desk.maintenance.birthday_card import Machine
from servicedesk.desk.maintenance.birthdays import day_text
from servicedesk.desk.maintenance.visit_sheet import Entry, Sheet, sheet_text
from servicedesk.domain import wording
from servicedesk.domain.model import TicketType
from servicedesk.domain.ticket import Event, Ticket
from servicedesk.records import consents, tickets
from servicedesk.records.jobs.checklists import load_steps
from servicedesk.storage.database import Database, Row
from servicedesk.storage.desk import Desk

# The lines of a visit, with all that is printed of their machines.
PRINTED = """
SELECT l.appliance_id, l.age, l.due_on, l.role, l.status, l.category, l.brand, a.model, a.serial,
       a.base_precision = 'month' AS approx, l.customer_id, k.label_zh, k.safe_life_years, l.customer
  FROM maintenance_line_now AS l
  JOIN appliance AS a ON a.id = l.appliance_id
  JOIN category AS k ON k.code = a.category
 WHERE l.ticket_id = :ticket_id
 ORDER BY l.role, l.due_on, l.appliance_id
"""

PLANNED_ON = "SELECT planned_on FROM visit_day WHERE ticket_id = :ticket_id"

PHONES = "SELECT number FROM phone WHERE customer_id = :customer_id AND voided_at IS NULL ORDER BY id"

REPAIRS = """
SELECT t.id, t.appliance_id, coalesce(t.text, t.fault) AS problem
  FROM ticket AS t JOIN customer_home AS c ON c.id = t.customer_id
 WHERE t.type = 'repair' AND t.ended_at IS NULL
   AND c.home = (SELECT home FROM customer_home WHERE id = :customer_id)
 ORDER BY t.id
"""


@dataclass(frozen=True, slots=True)
class _Visit:
    ticket: Ticket
    planned_on: str
    care: list[Row]
    checks: list[Row]


def _visit(db: Database, ticket_id: int) -> _Visit:
    """Return the visit with its valid lines; RefusedError if the ticket is no visit, or has no birthday on it."""
    ticket = tickets.load_ticket(db, ticket_id)
    if ticket.type != TicketType.MAINTENANCE:
        raise RefusedError(
            say("T{ticket_id} is no maintenance visit but of type {type}", ticket_id=ticket_id, type=coded(ticket.type))
        )
    planned_on = db.value(PLANNED_ON, ticket_id=ticket_id)
    if planned_on is None:
        raise RefusedError(
            say("T{ticket_id} has no birthday on it", ticket_id=ticket_id),
            hint=say("'maintenance generate' makes visits with lines"),
        )
    rows = [row for row in db.rows(PRINTED, ticket_id=ticket_id) if row["status"] in {"open", "done"}]
    care = [row for row in rows if row["role"] == "care"]
    if not care:
        raise RefusedError(
            say("T{ticket_id} has nothing to care for", ticket_id=ticket_id),
            hint=say("'ticket show T{ticket_id}' shows why", ticket_id=ticket_id),
        )
    return _Visit(ticket, planned_on, care, [row for row in rows if row["role"] == "check"])


def _machine(row: Row) -> Machine:
    return Machine(
        row["category"], row["label_zh"], row["brand"], row["age"], row["due_on"], bool(row["approx"]),
        row["safe_life_years"],
    )  # fmt: skip


_SHEET = columns("ticket_id:T=ticket", "planned_on:date", "customer_id:C=customer", "text:page")
_SHEET_LINES = columns(
    "appliance_id:A=appliance",
    "role",
    "age:count",
    "due_on-",
    "day:date+=due on",
    "category:words",
    "brand:name",
    "model:code",
    "serial:code??",
    "advice",
)


def get_sheet(db: Database, ticket_id: int) -> Table:
    """Return the technician's page: customer, place and time, what to care for and what to check."""
    visit = _visit(db, ticket_id)
    text = sheet_text(
        Sheet(
            db.outlet.name,
            say("Maintenance visit T{ticket_id}", ticket_id=ticket_id),
            _facts(db, visit),
            [_entry(row) for row in visit.care],
            [_entry(row) for row in visit.checks],
            load_steps(db, on=visit.planned_on).get(TicketType.MAINTENANCE, ()),
        )
    )
    lines = []
    for row in visit.care + visit.checks:
        values = dict(row) | {"day": day_text(row["due_on"], approx=row["approx"]), "advice": _advice(row)}
        lines.append([values[column.key] for column in _SHEET_LINES])
    answer = [ticket_id, visit.planned_on, visit.ticket.customer_id, text]
    return record(_SHEET, answer, sections=(("lines", Table(_SHEET_LINES, lines)),))


def _advice(row: Row) -> str | None:
    return (birthday_card.advice(_machine(row)) or None) if row["role"] == "care" else None


def _entry(row: Row) -> Entry:
    name = wording.appliance_name(row["category"], row["brand"])
    remark = ""
    if row["role"] == "care":
        day = day_text(row["due_on"], approx=row["approx"])
        when = say("in {due_on}", due_on=day) if row["approx"] else say("on {due_on}", due_on=day)
        remark = joined("; ", filter(None, (say("{age} years {when}", age=row["age"], when=when), _advice(row))))
    return Entry(f"A{row['appliance_id']}", name, row["model"] or "", row["serial"] or "", remark)


def _facts(db: Database, visit: _Visit) -> list[tuple[str, str]]:
    """Return the head of the sheet as labels and values, without unknown ones."""
    ticket = visit.ticket
    customer = db.row("SELECT id, name, address, area FROM customer WHERE id = :id", id=ticket.customer_id)
    technician = db.value("SELECT name FROM technician WHERE id = :id", id=ticket.technician_id)
    first = [row for row in visit.care if row["due_on"] == visit.planned_on]
    planned = say("{day} ({weekday})", day=visit.planned_on, weekday=weekday(visit.planned_on))
    if first and all(row["approx"] for row in first):
        planned = visit.planned_on[:7]
    facts = [(say("Planned"), planned)]
    if window := ticket.last("appointed"):
        last = str(window.window_to)
        until = last[11:16] if last[:10] == str(window.window_from)[:10] else last[:16].replace("T", " ")
        facts.append(
            (
                say("Appointed"),
                say(
                    "{window_from} to {until}", window_from=str(window.window_from)[:16].replace("T", " "), until=until
                ),
            )
        )
    if technician:
        facts.append((say("Technician"), technician))
    if customer:
        numbers = item_list(row[0] for row in db.rows(PHONES, customer_id=customer["id"]))
        facts += [
            (say("Customer"), say("{name} (C{id})", name=customer["name"], id=customer["id"])),
            (say("Phone"), numbers),
        ]
        facts += [(say("Address"), customer["address"] or ""), (say("Area"), customer["area"] or "")]
    for repair in _repairs(db, ticket.customer_id):
        about = f" A{repair['appliance_id']}" if repair["appliance_id"] else ""
        facts.append((say("Open repair"), f"T{repair['id']}{about} {repair['problem'] or ''}"))
    return [(label, value) for label, value in facts if value]


def _repairs(db: Database, customer_id: int | None) -> list[Row]:
    """Return open repairs of the household."""
    return db.rows(REPAIRS, customer_id=customer_id)


_CARD = columns("ticket_id:T=ticket", "language", "announced_at:instant", "text:page")


def print_card(desk: Desk, ticket_id: int, *, language: str) -> Result:
    """Print the birthday card, in the names of the present owners (M14). Its first printing announces the visit (M12).

    RefusedError while a repair is open in the household (M18), if no birthday is open, and if an owner wants no visits
    or no marketing (M22).
    """
    with desk.db.atomic():
        visit = _visit(desk.db, ticket_id)
        lines = [row for row in visit.care if row["status"] == "open"]
        if not lines:
            raise RefusedError(
                say("T{ticket_id} has no open birthday", ticket_id=ticket_id),
                hint=say("'ticket show T{ticket_id}' shows more", ticket_id=ticket_id),
            )
        for owner in dict.fromkeys([visit.ticket.customer_id, *(row["customer_id"] for row in lines)]):
            consents.check_card_allowed(desk.db, owner)
            if repairs := _repairs(desk.db, owner):
                raise RefusedError(
                    say("no card while a repair is open in the household: T{id}", id=repairs[0]["id"]),
                    hint=say("print it when the repair has ended"),
                )
        names = list(dict.fromkeys(row["customer"] for row in lines if row["customer"]))
        printed_on = desk.stamp.recorded_at[:10]
        text = birthday_card.card(names, [_machine(row) for row in lines], language, on=printed_on)
        announced = visit.ticket.last("announced")
        announced_at, note = _announce_visit(desk, visit.ticket)
        table = record(_CARD, [ticket_id, language, announced_at, text])
        return Result(table, [note], changed=announced is None)


def _announce_visit(desk: Desk, ticket: Ticket) -> tuple[str, str]:
    """Record the first printing of the card, inside a transaction. Return its instant, and the note."""
    known = ticket.last("announced")
    if known:
        return known.at, say("T{id} was announced {at} already", id=ticket.id, at=known.at[:10])
    tickets.insert_event(desk.db, desk.stamp, ticket.id, Event("announced", desk.stamp.recorded_at, 0))
    return desk.stamp.recorded_at, say(
        "T{id} is now announced: its birthdays stay even if the tier changes", id=ticket.id
    )
