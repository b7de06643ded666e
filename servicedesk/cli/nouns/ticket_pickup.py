"""Commands: collect an appliance for the workshop, and return it."""

from __future__ import annotations

from typing import Annotated

import typer

from servicedesk.cli.run.options import At, TicketRef
from servicedesk.cli.run.session import Session
from servicedesk.domain.wording import reference

app = typer.Typer()


@app.command("collect")
def collect(
    ctx: typer.Context,
    ticket: TicketRef,
    at: At = None,
    technician: Annotated[str | None, typer.Option(help="Who came; default: the assigned one.", metavar="NAME")] = None,
    loan: Annotated[
        str | None, typer.Option(help="The appliance that the customer has meanwhile.", metavar="A7")
    ] = None,
    void_loan: Annotated[
        str | None, typer.Option("--void-loan", help="Nothing was lent after all, and why.", metavar="REASON")
    ] = None,
) -> None:
    """Record that the appliance was taken to the workshop; this counts as the arrival within 24 hours (K6).

    --loan lends another appliance until 'ticket return'; it can be added later too.

    Example: servicedesk ticket collect T101 --loan A7
    """
    from servicedesk.desk.jobs.pickup import collect_appliance, void_handover

    session: Session = ctx.obj
    if void_loan is not None:
        session.show(void_handover(session.begin(), reference(ticket, "T"), "lent", reason=void_loan))
        return
    loan_id = session.appliance(loan) if loan is not None else None
    deed = collect_appliance(
        session.begin(), reference(ticket, "T"), at=session.at(at), technician=technician, loan_id=loan_id
    )
    session.show(deed)


@app.command("return")
def return_(
    ctx: typer.Context,
    ticket: TicketRef,
    at: At = None,
    loan: Annotated[
        str | None, typer.Option(help="The appliance that came back; default: the one that was lent.", metavar="A7")
    ] = None,
    void: Annotated[str | None, typer.Option("--void", help="It was not returned, and why.", metavar="REASON")] = None,
) -> None:
    """Record that a collected appliance is with its customer again; that ends the loan.

    Example: servicedesk ticket return T101
    """
    from servicedesk.desk.jobs.pickup import return_appliance, void_handover

    session: Session = ctx.obj
    if void is not None:
        session.show(void_handover(session.begin(), reference(ticket, "T"), "returned", reason=void))
        return
    loan_id = session.appliance(loan) if loan is not None else None
    session.show(return_appliance(session.begin(), reference(ticket, "T"), at=session.at(at), loan_id=loan_id))
