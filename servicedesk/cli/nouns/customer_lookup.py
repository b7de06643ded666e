"""Commands: look a customer up: by any part of what is known, or as the whole file that pops up by phone."""

from typing import Annotated

import typer

from servicedesk.base.errors import UsageError
from servicedesk.base.messages import say
from servicedesk.base.phones import may_be_phone
from servicedesk.cli.run.lists import lists
from servicedesk.cli.run.options import Full
from servicedesk.cli.run.session import Session

app = typer.Typer()


@app.command("find")
@lists
def find(
    ctx: typer.Context,
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A part of name, pinyin, phone, address or serial.")],
    limit: Annotated[
        int, typer.Option(min=0, max=10**9, metavar="N", help="At most this many, the nearest first; 0: all.")
    ] = 50,
    full: Full = False,
) -> None:
    """Search customers by any part of name, phone, address, or of the serial of an appliance; by pinyin and initials.

    Example: servicedesk customer find wangf
    """
    from servicedesk.desk.customers.register import find_customers

    session: Session = ctx.obj
    found = find_customers(session.db, text, on=session.on(None), limit=limit)
    session.show(found, full=full, typed=text)


@app.command("show")
def show(
    ctx: typer.Context,
    customer: Annotated[str | None, typer.Argument(metavar="C12", help="The customer, or a phone or name.")] = None,
    phone: Annotated[str | None, typer.Option(help="Or the phone that rings.", metavar="P")] = None,
) -> None:
    """Show the customer's file: tickets, appliances, scores, complaints, notes, household.

    Example: servicedesk customer show --phone 13800138000
    """
    from servicedesk.desk.customers.profile import get_customer_page

    session: Session = ctx.obj
    if customer is None and phone is None and session.may_ask:
        from servicedesk.cli.run.people import ask_customer

        found = ask_customer(session, say("Which customer? (part of a phone, name or address)"))
        customer = f"C{found['id']}"
    if (customer is None) == (phone is None):
        raise UsageError(
            say("name the customer or the phone"), hint=say("customer show C12, customer show --phone 13800138000")
        )
    if customer is not None and may_be_phone(customer):
        customer, phone = None, customer  # people of one home may share it
    customer_id = session.customer(customer) if customer is not None else None
    session.show(get_customer_page(session.db, customer_id, phone=phone, now=session.now))
