"""The commands of complaints, from receipt to closing."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from typing import Annotated

import typer

from servicedesk.base.errors import UsageError
from servicedesk.base.messages import say
from servicedesk.cli.run.lists import lists
from servicedesk.cli.run.options import At, NewCode, OfCustomer
from servicedesk.cli.run.session import Session
from servicedesk.cli.run.values import read_code
from servicedesk.domain.aftercare.rules import Matter, Severity
from servicedesk.domain.wording import reference
from servicedesk.records.codes import COMPLAINT_CAUSES

app = typer.Typer()

ComplaintRef = Annotated[str, typer.Argument(metavar="K5", help="The complaint.")]

AboutTicket = Annotated[
    str | None, typer.Option("--ticket", help="About which ticket; its customer complains.", metavar="T101")
]
ExternalBody = Annotated[
    str | None,
    typer.Option("--external-body", help="The authority that passed it on, for example 12315.", metavar="NAME"),
]
Evidence = Annotated[
    str | None,
    typer.Option(
        "--evidence", help="A photo or paper: it stays where it lies, 'check' says if it changed.", metavar="PATH"
    ),
]


@app.command("open")
def open_complaint(
    ctx: typer.Context,
    text: Annotated[str | None, typer.Argument(metavar="[TEXT]", help="What the customer says.")] = None,
    customer: Annotated[str | None, typer.Option(help="Who complains: C12, a phone or a name.", metavar="C12")] = None,
    about: Annotated[
        str | None, typer.Option(help="A code such as lateness, price, conduct; needed.", metavar="CODE")
    ] = None,
    ticket: AboutTicket = None,
    phone: Annotated[str | None, typer.Option(help="Who complains, by phone.", metavar="P")] = None,
    kind: Annotated[Matter, typer.Option(help="What the customer's message is.")] = Matter.COMPLAINT,
    severity: Annotated[Severity, typer.Option(help="How serious it is.")] = Severity.NORMAL,
    external_body: ExternalBody = None,
    evidence: Evidence = None,
    at: Annotated[str | None, typer.Option(help="When it was received; default: now.", metavar="INSTANT")] = None,
    new_code: NewCode = False,
) -> None:
    """Open a complaint, suggestion, dispute or praise of a customer, about a ticket or about the outlet.

    Only complaints and disputes count in the figures and wait for an acknowledgement.

    Example: servicedesk complaint open --ticket T101 --about lateness 'came a day late'
    """
    from servicedesk.desk.aftercare import complaints

    session: Session = ctx.obj
    if customer is None and ticket is None and phone is None and session.may_ask:
        from servicedesk.cli.run.people import ask_customer, ask_ticket_of

        person = ask_customer(session, say("Who complains? (part of a phone, name or address)"))
        customer = f"C{person['id']}"
        if about is None:
            ticket = ask_ticket_of(session, person["id"], say("About which ticket? (Enter: none)"))
    if about is None and session.may_ask:
        from servicedesk.cli.completion.missing import ask_option

        about = ask_option(ctx, "about")
    if about is None:
        raise UsageError(say("missing option '--about'"), hint="servicedesk complaint open --help")
    if text is None and session.may_ask:
        from servicedesk.cli.run.asking import ask

        text = ask(say("What the customer says (Enter: nothing)"), str, empty="") or None
    customer_id = session.customer(customer) if customer is not None else None
    ticket_id = reference(ticket, "T") if ticket is not None else None
    wanted = complaints.NewComplaint(
        about, kind.value, severity.value, customer_id=customer_id, ticket_id=ticket_id, phone=phone,
        external_body=external_body, text=text, evidence=evidence, new_code=new_code,
    )  # fmt: skip
    session.show(complaints.open_complaint(session.begin(), wanted, at=session.at(at)))


@app.command("acknowledge")
def acknowledge(ctx: typer.Context, complaint: ComplaintRef, at: At = None) -> None:
    """Record that the customer heard from you that you look into the complaint.

    Example: servicedesk complaint acknowledge K5
    """
    from servicedesk.desk.aftercare import complaint_steps

    session: Session = ctx.obj
    complaint_id = reference(complaint, "K")
    session.show(complaint_steps.acknowledge_complaint(session.begin(), complaint_id, at=session.at(at)))


@app.command("recover")
def recover(
    ctx: typer.Context,
    complaint: ComplaintRef,
    action: Annotated[str, typer.Option(help="A code such as revisit, apology, refund.", metavar="CODE")],
    at: At = None,
) -> None:
    """Record what was done to make up for the complaint; may be repeated.

    Example: servicedesk complaint recover K5 --action revisit
    """
    from servicedesk.desk.aftercare import complaint_steps

    session: Session = ctx.obj
    session.show(
        complaint_steps.record_recovery(
            session.begin(),
            reference(complaint, "K"),
            at=session.at(at),
            action=action,
        )
    )


@app.command("close")
def close(
    ctx: typer.Context,
    complaint: ComplaintRef,
    upheld: Annotated[bool, typer.Option("--upheld", help="The complaint was justified.")] = False,
    not_upheld: Annotated[bool, typer.Option("--not-upheld", help="The complaint was not justified.")] = False,
    remedy: Annotated[str | None, typer.Option(help="What the customer was given or promised.", metavar="TEXT")] = None,
    cause: Annotated[
        str | None, typer.Option(help="Why it came about: a code such as came_late, or words.", metavar="CAUSE")
    ] = None,
    measure: Annotated[
        str | None, typer.Option(help="What you change so that it does not come again.", metavar="TEXT")
    ] = None,
    measure_by: Annotated[str | None, typer.Option(help="Until when that is done.", metavar="D")] = None,
    at: At = None,
) -> None:
    """Close the complaint as justified or not; a measure stays in 'report measures' until 'complaint done'.

    Example: servicedesk complaint close K5 --upheld --cause came_late --measure 'ring half an hour before'
    """
    from servicedesk.desk.aftercare import complaint_steps

    session: Session = ctx.obj
    if not (upheld or not_upheld) and session.may_ask:
        from servicedesk.cli.run.asking import confirm

        upheld = confirm(say("Was the customer right?"), default=None)
        not_upheld = not upheld
    if upheld == not_upheld:
        raise UsageError(say("say whether the customer was right"), hint=say("either --upheld or --not-upheld"))
    until = session.on(measure_by, ahead=True) if measure_by is not None else None
    reason = read_code(cause, COMPLAINT_CAUSES) if cause is not None else None
    deed = partial(complaint_steps.close_complaint, upheld=upheld, remedy=remedy, cause=reason)
    complaint_id = reference(complaint, "K")
    session.show(deed(session.begin(), complaint_id, at=session.at(at), measure=measure, measure_by=until))


@app.command("done")
def done(
    ctx: typer.Context,
    complaint: ComplaintRef,
    text: Annotated[str | None, typer.Argument(metavar="[TEXT]", help="What was done.")] = None,
    at: At = None,
) -> None:
    """Record that the measure is done: what the outlet said it would change.

    Example: servicedesk complaint done K5 'every technician rings half an hour before'
    """
    from servicedesk.desk.aftercare import measures

    session: Session = ctx.obj
    complaint_id = reference(complaint, "K")
    session.show(measures.complete_measure(session.begin(), complaint_id, at=session.at(at), text=text))


class Purse(StrEnum):
    """Where the money comes from."""

    FUND = "fund"
    OUTLET = "outlet"


Amount = Annotated[str, typer.Option(help="How much.", metavar="YUAN")]


@app.command("pay")
def pay(
    ctx: typer.Context,
    complaint: ComplaintRef,
    amount: Amount,
    purse: Annotated[Purse, typer.Option("--from", help="Out of the fund, or of the outlet's own till.")],
    at: At = None,
) -> None:
    """Record money paid to the customer before it is settled who is liable; 'report fund' counts what the fund paid.

    Example: servicedesk complaint pay K5 --amount 300 --from outlet
    """
    from servicedesk.base.money import parse_amount
    from servicedesk.desk.aftercare.compensation import pay_complaint

    session: Session = ctx.obj
    complaint_id, fen = reference(complaint, "K"), parse_amount(amount)
    when = session.at(at)
    session.show(pay_complaint(session.begin(), complaint_id, at=when, amount_fen=fen, purse=purse.value))


@app.command("reclaim")
def reclaim(
    ctx: typer.Context,
    complaint: ComplaintRef,
    amount: Amount,
    by: Annotated[str | None, typer.Option(help="Who gave it back, such as the maker.", metavar="NAME")] = None,
    purse: Annotated[Purse | None, typer.Option("--to", help="Default: the fund, if that had paid.")] = None,
    at: At = None,
) -> None:
    """Record money that came back for a payment, from whoever was liable.

    Example: servicedesk complaint reclaim K5 --amount 300 --by Haier
    """
    from servicedesk.base.money import parse_amount
    from servicedesk.desk.aftercare.compensation import reclaim_payment

    session: Session = ctx.obj
    session.show(
        reclaim_payment(
            session.begin(),
            reference(complaint, "K"),
            at=session.at(at),
            amount_fen=parse_amount(amount),
            party=by,
            purse=purse.value if purse else None,
        )
    )


@app.command("list")
@lists
def list_complaints(
    ctx: typer.Context,
    every: Annotated[bool, typer.Option("--all", help="Closed ones too.")] = False,
    kind: Annotated[Matter | None, typer.Option(help="Only complaints, disputes, suggestions or praise.")] = None,
    customer: OfCustomer = None,
    ticket: Annotated[str | None, typer.Option(metavar="T101", help="About this ticket.")] = None,
) -> None:
    """List complaints that are not closed, the oldest first; all with --all.

    Example: servicedesk complaint list --customer C12
    """
    from servicedesk.desk.aftercare import complaints

    session: Session = ctx.obj
    session.show(
        complaints.list_complaints(
            session.db,
            now=session.now,
            every=every,
            kind=kind.value if kind else None,
            customer_id=session.customer(customer) if customer is not None else None,
            ticket_id=reference(ticket, "T") if ticket is not None else None,
        )
    )


@app.command("show")
def show(ctx: typer.Context, complaint: ComplaintRef) -> None:
    """Show a complaint with its numbered steps.

    Example: servicedesk complaint show K5
    """
    from servicedesk.desk.aftercare import complaints

    session: Session = ctx.obj
    session.show(complaints.get_complaint_page(session.db, reference(complaint, "K"), now=session.now))


@app.command("void")
def void(
    ctx: typer.Context,
    complaint: ComplaintRef,
    reason: Annotated[str, typer.Option(help="Why; kept beside it.", metavar="R")],
    step: Annotated[int | None, typer.Option(help="Void only the step with that number.", metavar="N")] = None,
    payment: Annotated[int | None, typer.Option(help="Void only the payment with that number.", metavar="N")] = None,
    measure_done: Annotated[bool, typer.Option("--done", help="Void only that its measure is done.")] = False,
) -> None:
    """Void a complaint that was entered by mistake, or only a step, a payment, or that its measure is done.

    Example: servicedesk complaint void K5 --reason 'another customer'
    """
    from servicedesk.desk.aftercare import compensation, complaint_steps, measures

    session: Session = ctx.obj
    complaint_id = reference(complaint, "K")
    if sum([step is not None, payment is not None, measure_done]) > 1:
        raise UsageError(say("one at a time"), hint=say("--step N, --payment N or --done"))
    if payment is not None:
        session.show(compensation.void_payment(session.begin(), complaint_id, number=payment, reason=reason))
    elif measure_done:
        session.show(measures.void_measure_done(session.begin(), complaint_id, reason=reason))
    else:
        session.show(complaint_steps.void_complaint(session.begin(), complaint_id, reason=reason, number=step))
