"""Commands: user schools, days of free repairs, lectures, and who came."""

from __future__ import annotations

from typing import Annotated

import typer

from servicedesk.cli.run.lists import lists
from servicedesk.cli.run.options import NewCode
from servicedesk.cli.run.session import Session
from servicedesk.domain.customer_codes import EventKind
from servicedesk.domain.wording import reference

app = typer.Typer()

EventRef = Annotated[str, typer.Argument(metavar="V3", help="The event.")]


def _event(text: str) -> int:
    """Return the number of an event; here E3 is understood too, which elsewhere is an answer."""
    typed = text.strip()
    return reference(f"V{typed[1:]}" if typed[:1] in {"E", "e"} else typed, "V")


@app.command("add")
def add(
    ctx: typer.Context,
    kind: Annotated[EventKind, typer.Argument(metavar="EVENT", help="school, free_repair or lecture.")],
    on: Annotated[str, typer.Option(help="The day.", metavar="D")],
    place: Annotated[str, typer.Option(help="Where.", metavar="TEXT")],
    topic: Annotated[str | None, typer.Option(help="What it is about.", metavar="TEXT")] = None,
) -> None:
    """Plan an event, or record a past one: a user school, a day of free repairs, a lecture.

    Example: servicedesk event add free_repair --on 2026-12-05 --place 南坪广场
    """
    from servicedesk.desk.outreach.events import add_event

    session: Session = ctx.obj
    session.show(add_event(session.begin(), kind, on=session.on(on), place=place, topic=topic))


@app.command("attend")
def attend(
    ctx: typer.Context,
    event: EventRef,
    customer: Annotated[str, typer.Option(help="Who came: C12, a phone or a name.", metavar="C12")],
    appliance: Annotated[str | None, typer.Option(help="The appliance that was looked at.", metavar="A34")] = None,
    fault_at: Annotated[
        str | None,
        typer.Option("--fault-at", help="The fault that was found; it opens a repair ticket.", metavar="CODE"),
    ] = None,
    text: Annotated[str | None, typer.Option(help="The problem, in the customer's words.", metavar="T")] = None,
    at: Annotated[str | None, typer.Option(help="When it was found; default: now.", metavar="INSTANT")] = None,
    new_code: NewCode = False,
) -> None:
    """Record that a customer came, with the appliance that was looked at; a fault opens a ticket.

    Example: servicedesk event attend V3 --customer C12
    """
    from servicedesk.desk.outreach.events import Comer, attend_event

    session: Session = ctx.obj
    number, customer_id = _event(event), session.customer(customer)
    appliance_id = session.appliance(appliance, caller=customer_id) if appliance else None
    comer = Comer(customer_id, appliance_id, fault_at, text, session.at(at), new_code)
    session.show(attend_event(session.begin(), number, comer))


@app.command("show")
def show(ctx: typer.Context, event: EventRef) -> None:
    """Show an event with everybody who came and the tickets that it opened.

    Example: servicedesk event show V3
    """
    from servicedesk.desk.outreach.events import get_event_page

    session: Session = ctx.obj
    session.show(get_event_page(session.db, _event(event)))


@app.command("list")
@lists
def list_(
    ctx: typer.Context,
    kind: Annotated[EventKind | None, typer.Option(help="Of this kind only.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Voided ones too.")] = False,
) -> None:
    """List events, the newest first, each with how many came.

    Example: servicedesk event list
    """
    from servicedesk.desk.outreach.events import list_table

    session: Session = ctx.obj
    session.show(list_table(session.db, kind=kind.value if kind else None, every=every))


@app.command("void")
def void(
    ctx: typer.Context,
    event: EventRef,
    reason: Annotated[str, typer.Option(help="Why; kept beside it.", metavar="R")],
    customer: Annotated[str | None, typer.Option(help="Void only that this customer came.", metavar="C12")] = None,
) -> None:
    """Void an event, or only the visit of one customer to it; it stays readable.

    Example: servicedesk event void V2 --reason 'rained off'
    """
    from servicedesk.desk.outreach.events import void_attendance, void_event

    session: Session = ctx.obj
    number = _event(event)
    if customer is None:
        session.show(void_event(session.begin(), number, reason=reason))
        return
    customer_id = session.customer(customer)
    session.show(void_attendance(session.begin(), number, customer_id, reason=reason))
