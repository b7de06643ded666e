"""Work orders on paper: what is known of a ticket, and lines for what is found, charged and signed.

work_order.html is filled by jinja2, which escapes every text. A ticket is one page of A4; its lower part is the
customer's copy.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import say
from servicedesk.base.table import moment, printable, span
from servicedesk.desk.tickets.open import machine_history
from servicedesk.domain import wording
from servicedesk.domain.model import TicketType
from servicedesk.language.words import Words
from servicedesk.records import tickets
from servicedesk.records.appliances import get_appliance, partial_date
from servicedesk.records.customers import get_customer
from servicedesk.storage.database import Database

FOLDER = Path(__file__).parent
_NOTES = 3  # on the page, the newest

PHONES = "SELECT number FROM phone WHERE customer_id = :customer_id AND voided_at IS NULL ORDER BY id LIMIT 3"

# Not what is about a person: the page goes from hand to hand.
NOTES = """
SELECT text FROM note_now
 WHERE NOT personal AND NOT of_former_owner
   AND (ticket_id = :ticket_id OR customer_id = :customer_id OR appliance_id = :appliance_id)
 ORDER BY id DESC
"""


@dataclass(frozen=True, slots=True)
class WorkOrder:
    """What is printed of one ticket; texts are empty where nothing is known."""

    ticket_id: int
    type: str
    reported: str
    window: str
    deadline: str
    technician: str
    customer: str
    phones: str
    address: str
    area: str
    machine: str
    appliance_id: int | None
    serial: str
    bought: str
    problem: str
    fault: str
    notes: Sequence[str]
    earlier: Sequence[str]


def get_work_order(db: Database, ticket_id: int, *, now: datetime) -> WorkOrder:
    """Return what is printed of a ticket. NotFoundError; RefusedError where it was cancelled."""
    row = tickets.get_ticket_row(db, ticket_id, now=now)
    if row.cancelled_at:
        raise RefusedError(
            say("T{id} was cancelled {at}: there is no work to order", id=row.id, at=moment(row.cancelled_at)),
            hint=say("'ticket reopen T{id}' opens a new ticket after it", id=row.id),
        )
    person = get_customer(db, row.customer_id) if row.customer_id else None
    machine = get_appliance(db, row.appliance_id) if row.appliance_id else None
    area = db.value("SELECT area FROM ticket WHERE id = :id", id=ticket_id)
    reported = datetime.fromisoformat(row.reported_at)
    history = machine_history(db, machine, reported, row.type) if machine else None
    earlier = [note for note in history.notes[1:] if f"T{ticket_id}" not in note.split()] if history else []
    notes = db.rows(NOTES, ticket_id=ticket_id, customer_id=row.customer_id, appliance_id=row.appliance_id)
    return WorkOrder(
        ticket_id,
        row.type,
        reported=moment(row.reported_at),
        window=span(row.window_from, str(row.window_to)) if row.window_from else "",
        deadline=moment(row.deadline_at) if row.deadline_at and not row.arrived_at else "",
        technician=row.technician or "",
        customer=f"{person['name']} (C{person['id']})" if person else "",
        phones=", ".join(each[0] for each in db.rows(PHONES, customer_id=row.customer_id)),
        address=(person["address"] or "") if person else "",
        area=area or (person["area"] if person else "") or "",
        machine=wording.appliance_name(machine["category"], machine["brand"], machine["model"]) if machine else "",
        appliance_id=row.appliance_id,
        serial=(machine["serial"] or "") if machine else "",
        bought=(partial_date(machine, "bought") or "") if machine else "",
        problem=wording.problem_text(row.text) or "",
        fault=row.fault or "",
        notes=[note["text"] for note in notes[:_NOTES]],
        earlier=earlier,
    )


def render_work_orders(orders: Sequence[WorkOrder], *, outlet: str, printed: str, words: Words) -> bytes:
    """Return the pages in UTF-8, one a ticket; the same values make the same bytes."""
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    made.filters["clean"] = printable
    page = made.get_template("work_order.html").render(
        _=words,
        orders=orders,
        outlet=outlet,
        printed=printed,
        lang="zh-CN" if words.language == "zh" else "en",
        is_repair=lambda order: order.type == TicketType.REPAIR,
        translation=words.translation,
        code=words.code,
    )
    return page.encode()
