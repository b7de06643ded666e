"""Commands: lists of tickets, and one ticket."""

from datetime import timedelta
from enum import StrEnum
from typing import Annotated

import typer

from servicedesk.base import dates
from servicedesk.base.sameness import half_width
from servicedesk.cli.run.lists import lists
from servicedesk.cli.run.options import InArea, Limit, OfBrand, OfCategory, OfCustomer, TicketRef
from servicedesk.cli.run.session import Session
from servicedesk.domain.customer_codes import Tier
from servicedesk.domain.model import TicketType
from servicedesk.domain.wording import reference

app = typer.Typer()


class Status(StrEnum):
    """How far a ticket is; the last two are its ends."""

    OPEN = "open"
    ASSIGNED = "assigned"
    APPOINTED = "appointed"
    ARRIVED = "arrived"
    WAITING = "waiting"
    COMPLETED = "completed"
    CANCELLED = "cancelled"


class Sort(StrEnum):
    """The order of a list of tickets."""

    DEADLINE = "deadline"
    REPORTED = "reported"
    CUSTOMER = "customer"


@app.command("list")
@lists
def list_tickets(
    ctx: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Ended ones too.")] = False,
    overdue: Annotated[bool, typer.Option("--overdue", help="Repairs past their deadline, nobody there yet.")] = False,
    status: Annotated[Status | None, typer.Option(help="Of this status.")] = None,
    technician: Annotated[str | None, typer.Option(help="Assigned to.", metavar="NAME")] = None,
    customer: OfCustomer = None,
    appliance: Annotated[str | None, typer.Option(metavar="A34", help="About this appliance, visits included.")] = None,
    type: Annotated[TicketType | None, typer.Option(help="Of this type.")] = None,
    area: InArea = None,
    category: OfCategory = None,
    brand: OfBrand = None,
    tier: Annotated[Tier | None, typer.Option(help="Of customers of this tier by now.")] = None,
    due_within: Annotated[
        str | None, typer.Option("--due-within", metavar="SPAN", help="Due by then: 4h, 2d (0d is today), overdue too.")
    ] = None,
    since: Annotated[str | None, typer.Option(metavar="DATE", help="Reported on or after.")] = None,
    until: Annotated[str | None, typer.Option(metavar="DATE", help="Reported on or before.")] = None,
    sort: Annotated[Sort | None, typer.Option(help="The order; default: reported, with --overdue deadline.")] = None,
    limit: Limit = None,
) -> None:
    """List open tickets, the newest first; all with --all.

    The deadline is by when somebody should be there: that of a repair, or the end of the agreed window.

    Example: servicedesk ticket list --area 城东 --due-within 1d --sort deadline
    """
    from servicedesk.records import ticket_lists

    session: Session = ctx.obj
    session.show(
        ticket_lists.list_tickets(
            session.db,
            now=session.now,
            every=every,
            overdue=overdue,
            sort=sort.value if sort else None,
            limit=limit,
            status=status.value if status else None,
            technician=technician,
            customer_id=session.customer(customer) if customer else None,
            appliance_id=session.appliance(appliance) if appliance else None,
            type=type.value if type else None,
            area=area,
            category=category,
            brand=brand,
            tier=tier.value if tier else None,
            due_unix=_due_unix(session, due_within) if due_within is not None else None,
            since=session.on(since, ahead=False) if since is not None else None,
            until=session.on(until, ahead=False) if until is not None else None,
        )
    )


@app.command("find")
@lists
def find(
    ctx: typer.Context,
    text: Annotated[
        list[str], typer.Argument(metavar="TEXT...", help="Words, or Chinese without gaps: all of them must be there.")
    ],
    limit: Annotated[int, typer.Option(min=0, metavar="N", help="At most this many, the newest first; 0: all.")] = 50,
) -> None:
    """Search tickets by what the customer said, what was found and done, and notes; ended ones too.

    Example: servicedesk ticket find 冰箱不制冷
    """
    from servicedesk.desk.knowledge.tickets import find_tickets

    session: Session = ctx.obj
    session.show(find_tickets(session.db, " ".join(text), now=session.now, limit=limit))


def _due_unix(session: Session, span: str) -> int:
    """Return the end of the span from now on: hours to the second, days to the end of the last one."""
    typed = half_width(span).strip().lower()
    if typed.endswith("h") and typed[:-1].lstrip("+").isdecimal() and typed.isascii() and len(typed) < 6:
        return dates.unix(session.now) + int(typed[:-1]) * 3600
    last = session.now.date() + timedelta(days=dates.span_days(span))
    return dates.unix(dates.end_of(last, session.db.outlet.zone))


@app.command("show")
def show(ctx: typer.Context, ticket: TicketRef) -> None:
    """Show a ticket with its numbered events; an imported one also by its source and key, as old-register:4711.

    Example: servicedesk ticket show T101
    """
    from servicedesk.desk.tickets.show import get_ticket_page
    from servicedesk.records.references import get_ticket_id

    session: Session = ctx.obj
    ticket_id = (get_ticket_id(session.db, ticket) if ":" in ticket else None) or reference(ticket, "T")
    session.show(get_ticket_page(session.db, ticket_id, now=session.now))


@app.command("explain")
def explain(ctx: typer.Context, ticket: TicketRef) -> None:
    """Explain the deadline of a repair: the report, 24 hours, and each window with why it moved the deadline or not.

    Example: servicedesk ticket explain T101
    """
    from servicedesk.desk.tickets.explain import explain_deadline

    session: Session = ctx.obj
    session.show(explain_deadline(session.db, reference(ticket, "T"), now=session.now))
