"""The commands of appliances: add, find, show, edit, transfer, retire."""

from __future__ import annotations

from typing import Annotated

import typer

from servicedesk.base import dates
from servicedesk.base.errors import UsageError
from servicedesk.base.messages import say
from servicedesk.cli.run.options import Limit, OfCustomer
from servicedesk.cli.run.session import Session, reference

app = typer.Typer()

Which = Annotated[str, typer.Argument(metavar="A34", help="The appliance, or the phone or name of its owner.")]
Category = Annotated[str | None, typer.Option(metavar="CODE", help="As in 'category list'.")]
Brand = Annotated[str | None, typer.Option(metavar="TEXT", help="The brand.")]
Model = Annotated[str | None, typer.Option(metavar="TEXT", help="The model.")]
Serial = Annotated[str | None, typer.Option(metavar="TEXT", help="The serial number, unique per brand.")]
Bought = Annotated[str | None, typer.Option(metavar="D", help="2024-03-09, 2024-03, 2024, last year or unknown.")]
Installed = Annotated[str | None, typer.Option(metavar="D", help="The same forms.")]


def _date(session: Session, text: str | None) -> tuple[str | None, str] | None:
    return None if text is None else dates.purchase_date(text, session.now)


@app.command("add")
def add(
    ctx: typer.Context,
    customer: Annotated[str, typer.Option(metavar="C12", help="The owner, or a phone or name.")],
    category: Annotated[str, typer.Option(metavar="CODE", help="As in 'category list'.")],
    brand: Brand = None,
    model: Model = None,
    serial: Serial = None,
    bought: Bought = None,
    installed: Installed = None,
) -> None:
    """Register an appliance of a customer.

    Example: servicedesk appliance add --customer C1 --category fridge --brand Haier --bought 2024-03-09
    """
    from servicedesk.desk.appliances import register
    from servicedesk.records import appliances

    session: Session = ctx.obj
    machine = register.NewAppliance(
        category,
        brand,
        model,
        serial,
        bought=_date(session, bought) or appliances.UNKNOWN,
        installed=_date(session, installed) or appliances.UNKNOWN,
    )
    session.show(register.add_appliance(session.begin(), session.customer(customer), machine))


@app.command("find")
def find(
    ctx: typer.Context,
    text: Annotated[
        str | None, typer.Argument(metavar="TEXT", help="A part of serial, model, brand, category or owner's name.")
    ] = None,
    customer: OfCustomer = None,
    every: Annotated[bool, typer.Option("--all", help="The retired ones too.")] = False,
) -> None:
    """Search appliances by serial, model, brand, category or owner.

    Example: servicedesk appliance find haier --customer C1
    """
    from servicedesk.desk.appliances import register

    session: Session = ctx.obj
    owner_id = session.customer(customer) if customer else None
    found = register.find_appliances(session.db, text, customer_id=owner_id, every=every)
    session.show(found)


@app.command("list")
def list_(
    ctx: typer.Context,
    customer: OfCustomer = None,
    area: Annotated[str | None, typer.Option(help="Of owners in this part of the town.", metavar="AREA")] = None,
    category: Category = None,
    brand: Brand = None,
    older_than: Annotated[
        int | None, typer.Option("--older-than", min=0, max=200, help="At least so many years old.", metavar="YEARS")
    ] = None,
    every: Annotated[bool, typer.Option("--all", help="The retired ones too.")] = False,
    limit: Limit = None,
    after: Annotated[str | None, typer.Option(help="Go on behind this one.", metavar="A34")] = None,
) -> None:
    """List appliances in use, in the order of their numbers.

    Example: servicedesk appliance list --category fridge --older-than 8 --limit 50
    """
    from servicedesk.records.appliances import page_appliances

    session: Session = ctx.obj
    session.show(
        page_appliances(
            session.db,
            on=session.on(None),
            every=every,
            after_id=reference(after, "A") if after else 0,
            limit=limit,
            customer_id=session.customer(customer) if customer else None,
            area=area,
            category=category,
            brand=brand,
            older_than=older_than,
        )
    )


@app.command("show")
def show(ctx: typer.Context, which: Which) -> None:
    """Show one appliance: age, next birthday, owners, tickets, notes, changes.

    Example: servicedesk appliance show A1
    """
    from servicedesk.desk.appliances import lifecycle

    session: Session = ctx.obj
    session.show(lifecycle.get_appliance_page(session.db, session.appliance(which), now=session.now))


@app.command("edit")
def edit(
    ctx: typer.Context,
    which: Which,
    category: Category = None,
    brand: Brand = None,
    model: Model = None,
    serial: Serial = None,
    bought: Bought = None,
    installed: Installed = None,
) -> None:
    """Correct an appliance; the old values stay in its history.

    Example: servicedesk appliance edit A1 --serial 000123 --bought 2024-03
    """
    from servicedesk.desk.appliances import register

    session: Session = ctx.obj
    session.show(
        register.edit_appliance(
            session.begin(),
            session.appliance(which),
            category=category,
            brand=brand,
            model=model,
            serial=serial,
            bought=_date(session, bought),
            installed=_date(session, installed),
        )
    )


@app.command("transfer")
def transfer(
    ctx: typer.Context,
    which: Which,
    to: Annotated[str, typer.Option(metavar="C44", help="The new owner, or a phone or name.")],
    on: Annotated[str | None, typer.Option(metavar="D", help="The day of the change; default: today.")] = None,
) -> None:
    """Record a new owner from a day on; the birthdays go on.

    Example: servicedesk appliance transfer A1 --to C2 --on 2026-11-01
    """
    from servicedesk.desk.appliances import lifecycle

    session: Session = ctx.obj
    which_id, to_id = session.appliance(which), session.customer(to)
    session.show(lifecycle.transfer_appliance(session.begin(), which_id, to_id=to_id, on=session.on(on, ahead=False)))


@app.command("retire")
def retire(
    ctx: typer.Context,
    which: Which,
    reason: Annotated[str | None, typer.Option(metavar="REASON", help="For example scrapped, exchanged, sold.")] = None,
    on: Annotated[str | None, typer.Option(metavar="D", help="The last day of its use; default: today.")] = None,
    undo: Annotated[bool, typer.Option("--undo", help="It is in use after all.")] = False,
) -> None:
    """Record that an appliance is no longer in use; its history stays.

    Example: servicedesk appliance retire A1 --reason scrapped --on 2026-11-01
    """
    from servicedesk.desk.appliances import lifecycle

    session: Session = ctx.obj
    which_id = session.appliance(which)
    if undo:
        session.show(lifecycle.restore_appliance(session.begin(), which_id))
        return
    if reason is None and session.may_ask:
        from servicedesk.cli.completion.missing import ask_option

        reason = ask_option(ctx, "reason")
    if reason is None:
        raise UsageError(
            say("missing option '--reason'"),
            hint=say("appliance retire {which} --reason scrapped --on today", which=which),
        )
    session.show(lifecycle.retire_appliance(session.begin(), which_id, on=session.on(on, ahead=False), reason=reason))
