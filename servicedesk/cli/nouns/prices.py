"""Commands of the price list: list, set."""

from __future__ import annotations

from typing import Annotated

import typer

from servicedesk.base.errors import UsageError
from servicedesk.base.messages import say
from servicedesk.cli.run.lists import lists
from servicedesk.cli.run.session import Session

app = typer.Typer()


@app.command("list")
@lists
def list_(
    ctx: typer.Context,
    on: Annotated[str | None, typer.Option("--at", metavar="DATE", help="As they hold on that day.")] = None,
    every: Annotated[bool, typer.Option("--all", help="Past ones too.")] = False,
) -> None:
    """List the prices that hold today, and those to come; 'ticket quote' is filled in with them.

    Example: servicedesk price list
    """
    from servicedesk.records.money import prices

    session: Session = ctx.obj
    session.show(prices.list_prices(session.db, on=session.on(on), every=every))


@app.command("set")
def set_(
    ctx: typer.Context,
    priced: Annotated[
        str, typer.Argument(metavar="CODE", help="A fault such as not_cooling, a category such as fridge, or travel.")
    ],
    amount: Annotated[
        str | None, typer.Argument(metavar="[YUAN]", help="What the work costs; of travel: the way.")
    ] = None,
    from_: Annotated[
        str | None, typer.Option("--from", metavar="DATE", help="The first day on which it holds; default: today.")
    ] = None,
    off: Annotated[bool, typer.Option("--off", help="No price any more.")] = False,
) -> None:
    """Set a price from a day on. The price of a fault comes before that of its kind of appliance.

    Example: servicedesk price set not_cooling 80 --from 2027-01-01
    """
    from servicedesk.base.money import parse_amount
    from servicedesk.desk.money.prices import set_price

    session: Session = ctx.obj
    if amount is None and not off and session.may_ask:
        from servicedesk.cli.completion.missing import ask_option

        amount = ask_option(ctx, "amount")
    if (amount is None) != off:
        raise UsageError(say("a price needs its amount, or --off"), hint=say("price set not_cooling 80, or --off"))
    fen = parse_amount(amount) if amount is not None else None
    from_on = session.on(from_) if from_ is not None else None
    session.show(set_price(session.begin(), priced, fen, from_on=from_on))
