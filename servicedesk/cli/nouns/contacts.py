"""Commands: who called or wrote, beside reports, visits and call-backs."""

from __future__ import annotations

from typing import Annotated

import typer

from servicedesk.base.errors import UsageError
from servicedesk.base.messages import say
from servicedesk.cli.run.lists import lists
from servicedesk.cli.run.options import Limit, NewCode
from servicedesk.cli.run.session import Session
from servicedesk.domain.wording import letter_and_number, reference

app = typer.Typer()


@app.command("log")
def log(
    ctx: typer.Context,
    whose: Annotated[
        str | None,
        typer.Argument(
            metavar="[T101|C12]", help="The ticket or the customer; leave it out if nobody knows who called."
        ),
    ] = None,
    text: Annotated[str | None, typer.Argument(metavar="[TEXT]", help="What was said.")] = None,
    is_in: Annotated[bool, typer.Option("--in", help="The customer called or wrote.")] = False,
    is_out: Annotated[bool, typer.Option("--out", help="The outlet called or wrote.")] = False,
    way: Annotated[
        str, typer.Option("--channel", help="How: phone, wechat, sms, email, shop …", metavar="CODE")
    ] = "phone",
    rings: Annotated[
        int | None, typer.Option(help="After how many rings somebody answered.", metavar="N", min=1, max=100)
    ] = None,
    missed: Annotated[bool, typer.Option("--missed", help="Nobody answered.")] = False,
    busy: Annotated[bool, typer.Option("--busy", help="The line was busy.")] = False,
    at: Annotated[str | None, typer.Option(help="When it was; default: now.", metavar="INSTANT")] = None,
    new_code: NewCode = False,
) -> None:
    """Record a call or a message, of the customer or of the outlet.

    Example: servicedesk contact log T101 --in --rings 1 'asks when somebody comes'
    """
    from servicedesk.desk.aftercare.contacts import NewContact, log_contact

    session: Session = ctx.obj
    if is_in == is_out and not (session.may_ask and not is_in):
        raise UsageError(say("say who called or wrote"), hint=say("--in: the customer; --out: the outlet"))
    if (rings is not None) + missed + busy > 1:
        raise UsageError(say("a call ends in one way"), hint=say("one of --rings, --missed, --busy"))
    if not (is_in or is_out):
        is_in = _ask_direction() == "in"
        if whose is None:
            whose = _ask_whose(session, may_be_unknown=is_in)
            text = text or _ask_text()
    ticket_id, customer_id = _ticket_or_customer(session, whose)
    unanswered = "missed" if missed else "busy" if busy else None
    wanted = NewContact(
        ticket_id, customer_id, "in" if is_in else "out", way, rings, unanswered, text, new_channel=new_code
    )
    session.show(log_contact(session.begin(), wanted, at=session.at(at)))


def _ask_direction() -> str:
    """Ask at a terminal for the direction of a contact; return in or out."""
    from servicedesk.cli.run.asking import Choice, choose

    lines = [Choice("in", say("the customer")), Choice("out", say("the outlet"))]
    return choose(say("Who called or wrote?"), lines)


def _ask_whose(session: Session, *, may_be_unknown: bool) -> str | None:
    """Ask for the customer or one of their tickets; None if nobody knows who called."""
    from servicedesk.cli.run.people import ask_customer, ask_customer_or_none, ask_ticket_of

    if may_be_unknown:
        question = say("Which customer? (part of a phone, name or address; Enter: unknown)")
        person = ask_customer_or_none(session, question)
    else:
        person = ask_customer(session, say("Which customer? (part of a phone, name or address)"))
    if person is None:
        return None
    ticket = ask_ticket_of(session, person["id"], say("About which ticket? (Enter: none)"))
    return ticket or f"C{person['id']}"


def _ask_text() -> str | None:
    from servicedesk.cli.run.asking import ask

    return ask(say("What was said? (Enter: nothing)"), str, empty="") or None


def _ticket_or_customer(session: Session, text: str | None) -> tuple[int | None, int | None]:
    """Return the ticket, or the customer, that a text names."""
    if text is None:
        return None, None
    if letter_and_number(text, "T"):
        return reference(text, "T"), None
    return None, session.customer(text)


@app.command("list")
@lists
def list_(
    ctx: typer.Context,
    whose: Annotated[
        str | None, typer.Argument(metavar="[T101|C12]", help="About this ticket, or of this customer.")
    ] = None,
    missed: Annotated[bool, typer.Option("--missed", help="Calls that came in and that nobody took.")] = False,
    since: Annotated[str | None, typer.Option(metavar="DATE", help="From this day on.")] = None,
    until: Annotated[str | None, typer.Option(metavar="DATE", help="Up to this day, included.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Also those that were voided.")] = False,
    limit: Limit = None,
) -> None:
    """List contacts, the newest first.

    Example: servicedesk contact list T101
    """
    from servicedesk.desk.aftercare.contacts import list_contacts

    session: Session = ctx.obj
    ticket_id, customer_id = _ticket_or_customer(session, whose)
    if customer_id is not None:
        from servicedesk.records import customers

        customer_id = customers.get_customer(session.db, customer_id)["id"]
    elif ticket_id is not None:
        from servicedesk.records import tickets

        tickets.load_ticket(session.db, ticket_id)
    session.show(
        list_contacts(
            session.db,
            ticket_id=ticket_id,
            customer_id=customer_id,
            missed=int(missed),
            since=session.on(since, ahead=False) if since is not None else None,
            until=session.on(until, ahead=False) if until is not None else None,
            voided=int(every),
            most=-1 if limit is None else limit,
        )
    )


@app.command("void")
def void(
    ctx: typer.Context,
    contact: Annotated[str, typer.Argument(metavar="L3", help="The contact.")],
    reason: Annotated[str, typer.Option(help="Why; kept beside it.", metavar="R")],
) -> None:
    """Void a contact that was typed by mistake; it stays readable.

    Example: servicedesk contact void L3 --reason 'wrong ticket'
    """
    from servicedesk.desk.aftercare.contacts import void_contact

    session: Session = ctx.obj
    session.show(void_contact(session.begin(), reference(contact, "L"), reason=reason))
