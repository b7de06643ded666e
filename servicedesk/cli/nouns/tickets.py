"""Commands: open a ticket. What happens to it then is in ticket_steps.py."""

from typing import TYPE_CHECKING, Annotated

import typer

from servicedesk.base.errors import NotFoundError, RefusedError, UsageError
from servicedesk.base.messages import say
from servicedesk.cli.run.session import Session
from servicedesk.domain.model import Mode, TicketType
from servicedesk.domain.wording import reference

if TYPE_CHECKING:
    from servicedesk.base.table import Result

app = typer.Typer()

ReportedAt = Annotated[
    str | None, typer.Option("--at", help="When the customer first told us; default: now.", metavar="INSTANT")
]
WhichAppliance = Annotated[
    str | None,
    typer.Option("--appliance", help="The appliance: A34, a serial, or what it is, such as fridge.", metavar="A34"),
]
AskedFor = Annotated[
    str | None, typer.Option("--asked-for", help="The technician whom the customer wants.", metavar="NAME")
]


@app.command("open")
def open_(
    ctx: typer.Context,
    text: Annotated[str | None, typer.Argument(metavar="TEXT", help="The problem, in the customer's words.")] = None,
    appliance: WhichAppliance = None,
    customer: Annotated[str | None, typer.Option(help="Who calls: C12, a phone or a name.", metavar="C12")] = None,
    phone: Annotated[str | None, typer.Option(help="Who calls, by phone.", metavar="P")] = None,
    type: Annotated[TicketType, typer.Option(help="What kind of work.")] = TicketType.REPAIR,
    fault: Annotated[str | None, typer.Option(help="A code such as not_cooling.", metavar="CODE")] = None,
    at: ReportedAt = None,
    channel: Annotated[str, typer.Option(help="How it came in.", metavar="CODE")] = "hotline",
    no_appliance: Annotated[bool, typer.Option("--no-appliance", help="It is not about an appliance.")] = False,
    contract: Annotated[str | None, typer.Option(help="The contract whose visit it is.", metavar="G7")] = None,
    mode: Annotated[Mode | None, typer.Option(help="pickup: fetched, done in the workshop, brought back.")] = None,
    mystery: Annotated[bool, typer.Option("--mystery", help="A mystery shopper's: in no figure.")] = False,
    asked_for: AskedFor = None,
    new_code: Annotated[bool, typer.Option("--new-code", help="The fault or the channel is a new one.")] = False,
) -> None:
    """Open a ticket; at a terminal it asks for what is missing. Shows the appliance's earlier tickets and a repeat.

    Example: servicedesk ticket open --phone 13800138000 --fault not_cooling 'fridge is warm'
    """
    from servicedesk.desk.tickets.open import NewTicket, check_codes, is_complete, open_ticket

    session: Session = ctx.obj
    customer_id, heard = _customer_or_text(session, customer, may_ask=session.may_ask and not appliance)
    wanted = NewTicket(
        type.value, text or "", customer_id=customer_id, phone=phone, no_appliance=no_appliance, fault=fault,
        appliance_id=session.appliance(appliance, caller=customer_id or phone) if appliance else None,
        channel=channel, at=session.at(at), new_code=new_code, is_mystery=mystery, asked_for=asked_for,
        contract_id=reference(contract, "G") if contract else None, mode=mode.value if mode else None,
    )  # fmt: skip
    check_codes(session.db, wanted)  # before anything is asked
    if session.may_ask and not is_complete(session.db, wanted):
        from servicedesk.cli.run.call import Dialogue

        opened = Dialogue(session, wanted, heard=heard).run()
    elif text is None:
        raise UsageError(say("missing argument '{name}'", name="TEXT"), hint="servicedesk ticket open --help")
    else:
        opened = open_ticket(session.begin(), wanted)
    session.show(_with_proposals(session, opened))


def _with_proposals(session: Session, opened: "Result") -> "Result":
    """Return the opened ticket with the known solutions for such a fault below it."""
    from servicedesk.records.tickets import has_solutions

    if not has_solutions(session.db):  # most know nothing yet, and need not wait for it
        return opened
    from servicedesk.cli.run.papers import proposals

    (ticket,) = opened.table.objects()
    return opened._replace(below=[*opened.below, *proposals(session, [ticket["id"]])[ticket["id"]]])


def _customer_or_text(session: Session, text: str | None, *, may_ask: bool) -> tuple[int | None, str | None]:
    """Return the customer's id, or the text if it names nobody, or several and somebody can choose."""
    try:
        return session.customer(text, may_choose=False) if text else None, None
    except (NotFoundError, RefusedError):
        if not may_ask:
            raise
        return None, text
