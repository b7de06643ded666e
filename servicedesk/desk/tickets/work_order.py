"""Print work orders, quotes and questionnaires: what is known of a ticket, with lines to fill in by hand.

jinja2 fills their .html files and escapes every text. A ticket is one page of A4; the lower part of a work order is the
customer's copy.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import item_list, msgid, say
from servicedesk.base.money import amount_text
from servicedesk.base.table import moment, printable, shown, span
from servicedesk.desk.money.coverage import free_repair_text
from servicedesk.desk.tickets.open import machine_history
from servicedesk.domain import money_rules, wording
from servicedesk.domain.aftercare.questionnaire import ATTRIBUTES
from servicedesk.domain.model import Mode, TicketType
from servicedesk.domain.money_rules import ACCEPTED, PARTS, REFUSED, Quote
from servicedesk.language.words import Words
from servicedesk.records import tickets
from servicedesk.records.appliances import find_guarantee_text, get_appliance, partial_date
from servicedesk.records.codes import METHODS
from servicedesk.records.customers import get_customer
from servicedesk.records.jobs.checklists import load_steps
from servicedesk.records.money import ticket_money
from servicedesk.storage.database import Database

FOLDER = Path(__file__).parent
_LABELS = {"labour": msgid("Labour"), "parts": msgid("Parts"), "travel": msgid("Travel")}
_NOTES = 3  # on the page, the newest

PHONES = "SELECT number FROM phone WHERE customer_id = :customer_id AND voided_at IS NULL ORDER BY id LIMIT 3"

# Without notes about a person or a gift: the page goes from hand to hand.
NOTES = """
SELECT text FROM note_now
 WHERE NOT personal AND NOT of_former_owner AND gift IS NULL
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
    guarantee: str
    problem: str
    fault: str
    notes: Sequence[str]
    earlier: Sequence[str]
    quote: Quote | None
    solutions: Sequence[str] = ()  # what the house knows about such a fault
    covered: str = ""  # by which rule a quoted repair may be free
    steps: Sequence[str] = ()  # of the checklist of its type
    is_pickup: bool = False  # the appliance is fetched for the workshop
    settled: Sequence[str] = ()  # what was paid and what is left, or why it was free
    is_free: bool = False


def get_work_order(db: Database, ticket_id: int, *, now: datetime, solutions: Sequence[str] = ()) -> WorkOrder:
    """Return what is printed of a ticket, with the lines of `solutions`.

    NotFoundError; RefusedError if the ticket was cancelled.
    """
    row = tickets.get_ticket_row(db, ticket_id, now=now)
    if row.cancelled_at:
        raise RefusedError(
            say("T{id} was cancelled {at}: there is no work to order", id=row.id, at=moment(row.cancelled_at)),
            hint=say("'ticket reopen T{id}' opens a new ticket after it", id=row.id),
        )
    person = get_customer(db, row.customer_id) if row.customer_id else None
    machine = get_appliance(db, row.appliance_id) if row.appliance_id else None
    found = db.row("SELECT area, mode FROM ticket WHERE id = :id", id=ticket_id)
    area, mode = found if found else (None, None)
    reported = datetime.fromisoformat(row.reported_at)
    history = machine_history(db, machine, reported, row.type) if machine else None
    earlier = [note for note in history.notes[1:] if f"T{ticket_id}" not in note.split()] if history else []
    notes = db.rows(NOTES, ticket_id=ticket_id, customer_id=row.customer_id, appliance_id=row.appliance_id)
    money = ticket_money.load_money(db, ticket_id)
    return WorkOrder(
        ticket_id,
        row.type,
        reported=shown(row.reported_at, "instant"),
        window=span(row.window_from, str(row.window_to)) if row.window_from else "",
        deadline=shown(row.deadline_at, "instant") if row.deadline_at and not row.arrived_at else "",
        technician=row.technician or "",
        customer=say("{name} (C{id})", name=person["name"], id=person["id"]) if person else "",
        phones=item_list(each[0] for each in db.rows(PHONES, customer_id=row.customer_id)),
        address=(person["address"] or "") if person else "",
        area=area or (person["area"] if person else "") or "",
        machine=wording.appliance_name(machine["category"], machine["brand"], machine["model"]) if machine else "",
        appliance_id=row.appliance_id,
        serial=(machine["serial"] or "") if machine else "",
        bought=(partial_date(machine, "bought") or "") if machine else "",
        guarantee=find_guarantee_text(db, row.appliance_id, reported_at=row.reported_at, today=f"{now:%Y-%m-%d}") or "",
        problem=wording.problem_text(row.text) or "",
        fault=row.fault or "",
        notes=[note["text"] for note in notes[:_NOTES]],
        earlier=earlier,
        quote=money.quote,
        solutions=solutions,
        steps=load_steps(db, on=now.date().isoformat()).get(row.type, ()),
        is_pickup=mode == Mode.PICKUP,
        settled=money_rules.settled_texts(money),
        is_free=money.charge is not None and money.charge.paid_fen is None,
    )


def get_quoted_order(db: Database, ticket_id: int, *, now: datetime) -> WorkOrder:
    """Return what is printed of a ticket with a quote. NotFoundError; RefusedError if it has none."""
    order, ticket = get_work_order(db, ticket_id, now=now), tickets.load_ticket(db, ticket_id)
    money_rules.get_quote(ticket, ticket_money.load_money(db, ticket_id))
    return replace(order, covered=free_repair_text(db, ticket, now=now) or "")


def render_work_orders(orders: Sequence[WorkOrder], *, outlet: str, printed: str, words: Words) -> bytes:
    """Return the work orders as HTML in UTF-8, one page per ticket; the same values make the same bytes."""
    return _render("work_order.html", orders, outlet=outlet, printed=printed, words=words)


def render_quotes(orders: Sequence[WorkOrder], *, outlet: str, printed: str, words: Words) -> bytes:
    """Return the quotes of those tickets as HTML in UTF-8, a page of A4 each for the customer to sign."""
    return _render("quote_sheet.html", orders, outlet=outlet, printed=printed, words=words)


def render_survey_forms(orders: Sequence[WorkOrder], *, outlet: str, printed: str, words: Words) -> bytes:
    """Return a questionnaire about each of those tickets as HTML in UTF-8, a page of A4 for the customer to tick."""
    return _render("survey_form.html", orders, outlet=outlet, printed=printed, words=words)


def _render(template: str, orders: Sequence[WorkOrder], *, outlet: str, printed: str, words: Words) -> bytes:
    import jinja2

    made = jinja2.Environment(
        loader=jinja2.FileSystemLoader(FOLDER), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    made.filters["clean"] = printable
    page = made.get_template(template).render(
        _=words,
        orders=orders,
        outlet=outlet,
        printed=printed,
        lang="zh-CN" if words.language == "zh" else "en",
        is_repair=lambda order: order.type == TicketType.REPAIR,
        parts_of=_parts,
        is_agreed=lambda quote: _is_answered(quote, ACCEPTED),
        is_refused=lambda quote: _is_answered(quote, REFUSED),
        methods=METHODS,
        attributes=ATTRIBUTES,
        labels={part: words(label) for part, label in _LABELS.items()},
        amount=amount_text,
        minute=lambda at: shown(at, "instant"),
        translation=words.translation,
        code=words.code,
    )
    return page.encode()


def _is_answered(quote: Quote | None, kind: str) -> bool:
    return bool(quote and quote.answer and quote.answer.kind == kind)


def _parts(quote: Quote | None) -> list[tuple[str, int]]:
    """Return the parts of a quote that are not zero, with their fen."""
    return [(part, fen) for part, fen in zip(PARTS, quote.amounts, strict=True) if fen] if quote else []
