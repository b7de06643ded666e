"""The commands of spare parts: the register, what comes and goes, who holds what, who waits."""

from __future__ import annotations

from typing import Annotated

import typer

from servicedesk.base.errors import UsageError
from servicedesk.base.messages import say
from servicedesk.cli.run.lists import lists
from servicedesk.cli.run.options import At, OfCategory, TicketRef, check_alone
from servicedesk.cli.run.session import Session
from servicedesk.domain.wording import reference

app = typer.Typer()

PartCode = Annotated[str, typer.Argument(metavar="PART", help="Its code, such as COMP-12, or its name.")]
HowMany = Annotated[int, typer.Argument(metavar="[N]", help="How many; default: one.")]
OnlyOne = Annotated[int | None, typer.Argument(metavar="[N]", help="How many; default: the only one.")]
Due = Annotated[
    str | None, typer.Option("--due", metavar="DATE", help="Last day on which they may be out; default: +2d.")
]
Force = Annotated[
    str | None,
    typer.Option("--force", metavar="REASON", help="Although overdue parts are out; the reason is kept (I20)."),
]
Min = Annotated[
    int | None, typer.Option("--min", metavar="N", min=0, max=100_000, help="With fewer in stock it is low.")
]


@app.command("add")
def add(
    ctx: typer.Context,
    part: Annotated[str, typer.Argument(metavar="PART", help="Its code: letters and digits, as on the box.")],
    name: Annotated[str, typer.Option(metavar="TEXT", help="What it is called.")],
    category: Annotated[
        str | None, typer.Option(metavar="CODE", help="The kind of appliance that it is for; default: any.")
    ] = None,
    main: Annotated[bool, typer.Option("--main", help="A main part, with a longer guarantee (W5).")] = False,
    least: Min = None,
) -> None:
    """Add a kind of spare part.

    Example: servicedesk part add COMP-12 --name compressor --category fridge --main --min 2
    """
    from servicedesk.desk.parts import register

    session: Session = ctx.obj
    session.show(register.add_part(session.begin(), part, name=name, category=category, is_main=main, least=least))


@app.command("edit")
def edit(
    ctx: typer.Context,
    part: PartCode,
    name: Annotated[str | None, typer.Option(metavar="TEXT", help="What it is called.")] = None,
    category: Annotated[str | None, typer.Option(metavar="CODE", help="The kind of appliance that it is for.")] = None,
    main: Annotated[bool | None, typer.Option("--main/--no-main", help="A main part, or none (W5).")] = None,
    least: Min = None,
) -> None:
    """Change what is known of a part.

    Example: servicedesk part edit COMP-12 --min 3
    """
    from servicedesk.desk.parts import register

    session: Session = ctx.obj
    session.show(register.edit_part(session.begin(), part, name=name, category=category, is_main=main, least=least))


@app.command("discontinue")
def discontinue(
    ctx: typer.Context,
    part: PartCode,
    on: Annotated[str | None, typer.Option(metavar="DATE", help="From which day it is made no more.")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="It is made again, or the day was wrong.")] = False,
) -> None:
    """Record that a part is made no more; its maker has to supply it for five years from that day (W16).

    Example: servicedesk part discontinue COMP-12 --on 2026-06-30
    """
    from servicedesk.desk.parts import register

    session: Session = ctx.obj
    if on is None and not undo and session.may_ask:
        from servicedesk.cli.completion.missing import ask_option

        on = ask_option(ctx, "on")
    if undo:
        check_alone("undo", on=on)
    elif on is None:
        raise UsageError(say("missing option '--on'"))
    day = session.on(on) if on is not None else None
    session.show(register.discontinue_part(session.begin(), part, on=day))


@app.command("receive")
def receive(
    ctx: typer.Context,
    part: PartCode,
    number: Annotated[int, typer.Argument(metavar="N", help="How many came.")],
    resume: Annotated[
        bool, typer.Option("--resume", help="The tickets that wait for them, as far as they suffice, go on.")
    ] = False,
    at: At = None,
) -> None:
    """Record that parts have come, and say which tickets wait for them.

    Example: servicedesk part receive COMP-12 5
    """
    from servicedesk.desk.parts.movements import receive_part

    session: Session = ctx.obj
    session.show(receive_part(session.begin(), part, number, at=session.at(at), resume=resume))


@app.command("issue")
def issue(
    ctx: typer.Context,
    part: PartCode,
    to: Annotated[str, typer.Option("--to", metavar="NAME", help="Who takes them.")],
    number: HowMany = 1,
    ticket: Annotated[str | None, typer.Option(metavar="T101", help="The ticket that they are for.")] = None,
    due: Due = None,
    force: Force = None,
    at: At = None,
) -> None:
    """Hand parts to a technician, for a ticket or for the van; refused while they hold overdue parts.

    Example: servicedesk part issue COMP-12 --to 李强 --ticket T101 --due +2d
    """
    from servicedesk.desk.parts.movements import issue_part

    session: Session = ctx.obj
    session.show(
        issue_part(
            session.begin(),
            part,
            number,
            to=to,
            ticket_id=reference(ticket, "T") if ticket is not None else None,
            due_on=session.on(due, ahead=True) if due is not None else None,
            at=session.at(at),
            force=force,
        )
    )


@app.command("use")
def use(
    ctx: typer.Context,
    ticket: TicketRef,
    part: PartCode,
    number: HowMany = 1,
    technician: Annotated[
        str | None,
        typer.Option("--by", metavar="NAME", help="Whose; default: issued for the ticket, then its technician's."),
    ] = None,
    at: At = None,
) -> None:
    """Record that parts were fitted: those that the technician holds, else out of the stock.

    Example: servicedesk part use T101 COMP-12
    """
    from servicedesk.desk.parts.movements import use_part

    session: Session = ctx.obj
    ticket_id = reference(ticket, "T")
    session.show(use_part(session.begin(), ticket_id, part, number, by=technician, at=session.at(at)))


@app.command("return")
def return_(
    ctx: typer.Context,
    part: PartCode,
    technician: Annotated[str, typer.Option("--from", metavar="NAME", help="Who gives them back.")],
    number: OnlyOne = None,
    at: At = None,
) -> None:
    """Take back into the stock what a technician did not use.

    Example: servicedesk part return COMP-12 --from 李强
    """
    from servicedesk.desk.parts.movements import return_part

    session: Session = ctx.obj
    session.show(return_part(session.begin(), part, number, giver=technician, at=session.at(at)))


@app.command("transfer")
def transfer(
    ctx: typer.Context,
    part: PartCode,
    giver: Annotated[str, typer.Option("--from", metavar="NAME", help="Who has them.")],
    to: Annotated[str, typer.Option("--to", metavar="NAME", help="Who takes them.")],
    number: OnlyOne = None,
    due: Due = None,
    force: Force = None,
    at: At = None,
) -> None:
    """Hand parts from one technician to another; refused while the one who takes them holds overdue parts.

    Example: servicedesk part transfer COMP-12 --from 李强 --to 赵敏
    """
    from servicedesk.desk.parts.movements import transfer_part

    session: Session = ctx.obj
    due_on = session.on(due, ahead=True) if due is not None else None
    session.show(
        transfer_part(session.begin(), part, number, giver=giver, to=to, due_on=due_on, at=session.at(at), force=force)
    )


@app.command("write-off")
def write_off(
    ctx: typer.Context,
    part: PartCode,
    reason: Annotated[str, typer.Option(help="What happened to them; kept beside it.", metavar="R")],
    number: HowMany = 1,
    technician: Annotated[
        str | None, typer.Option("--from", metavar="NAME", help="Who had them; default: they lay in stock.")
    ] = None,
    at: At = None,
) -> None:
    """Record that parts were lost or broke.

    Example: servicedesk part write-off COMP-12 --from 李强 --reason 'broke on the way'
    """
    from servicedesk.desk.parts.movements import write_off_part

    session: Session = ctx.obj
    done = write_off_part(session.begin(), part, number, reason=reason, holder=technician, at=session.at(at))
    session.show(done)


@app.command("count")
def count(
    ctx: typer.Context,
    part: PartCode,
    number: Annotated[int, typer.Argument(metavar="N", help="How many lie on the shelf.")],
    reason: Annotated[str | None, typer.Option(help="Why they are fewer or more, if it is known.", metavar="R")] = None,
    at: Annotated[
        str | None, typer.Option("--at", help="When it was counted; default: now.", metavar="INSTANT")
    ] = None,
) -> None:
    """Count the shelf: what differs from the record becomes a movement of the part.

    Example: servicedesk part count COMP-12 5 --reason 'one was given to the other outlet'
    """
    from servicedesk.desk.parts.movements import count_part

    session: Session = ctx.obj
    session.show(count_part(session.begin(), part, number, reason=reason, at=session.at(at)))


@app.command("order")
def order(
    ctx: typer.Context,
    part: PartCode,
    ticket: Annotated[str, typer.Option("--for", metavar="T101", help="The ticket that needs them.")],
    number: HowMany = 1,
    at: At = None,
) -> None:
    """Record that parts were ordered for a ticket.

    Example: servicedesk part order COMP-12 --for T101
    """
    from servicedesk.desk.parts.movements import order_part

    session: Session = ctx.obj
    ticket_id = reference(ticket, "T")
    session.show(order_part(session.begin(), part, number, ticket_id=ticket_id, at=session.at(at)))


@app.command("list")
@lists
def list_(
    ctx: typer.Context,
    low: Annotated[bool, typer.Option("--low", help="Only what is to be ordered.")] = False,
    category: OfCategory = None,
) -> None:
    """List all parts: how many are in stock, with technicians, and waited for.

    Example: servicedesk part list --low
    """
    from servicedesk.records.parts import register

    session: Session = ctx.obj
    session.show(register.list_parts(session.db, category=category, low=low))


@app.command("overdue")
@lists
def overdue(
    ctx: typer.Context,
    technician: Annotated[str | None, typer.Option(metavar="NAME", help="Of this technician.")] = None,
    every: Annotated[bool, typer.Option("--all", help="All that is out, overdue or not.")] = False,
) -> None:
    """List what technicians should have used or given back by now; with --all, everything that they hold.

    Example: servicedesk part overdue
    """
    from servicedesk.records import technicians
    from servicedesk.records.parts import holding

    session: Session = ctx.obj
    who = technicians.get_technician(session.db, technician)["id"] if technician is not None else None
    session.show(holding.list_overdue(session.db, on=session.on(None), technician_id=who, every=every))


@app.command("show")
def show(ctx: typer.Context, part: PartCode) -> None:
    """Show a part: its numbered movements, who holds some, which tickets wait for it.

    Example: servicedesk part show COMP-12
    """
    from servicedesk.desk.parts.show import get_part_page

    session: Session = ctx.obj
    session.show(get_part_page(session.db, part, on=session.on(None)))


@app.command("void")
def void(
    ctx: typer.Context,
    part: PartCode,
    number: Annotated[int, typer.Option("--movement", metavar="N", help="Its number in 'part show'.")],
    reason: Annotated[str, typer.Option(help="Why; kept beside it.", metavar="R")],
) -> None:
    """Void a movement or an order that was typed by mistake; it stays readable.

    Example: servicedesk part void COMP-12 --movement 3 --reason 'another part'
    """
    from servicedesk.desk.parts.void import void_movement

    session: Session = ctx.obj
    session.show(void_movement(session.begin(), part, number, reason=reason))
