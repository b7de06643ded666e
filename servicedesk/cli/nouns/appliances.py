"""The commands of appliances: add, find, show, edit, transfer, exchange, retire."""

from __future__ import annotations

from typing import Annotated

import typer

from servicedesk.base import dates
from servicedesk.base.errors import RefusedError, UsageError
from servicedesk.base.messages import say
from servicedesk.base.money import parse_amount
from servicedesk.cli.run.lists import lists
from servicedesk.cli.run.options import Limit, OfCustomer
from servicedesk.cli.run.session import Session
from servicedesk.domain.customer_codes import Installer, Use
from servicedesk.domain.wording import reference

app = typer.Typer()

Which = Annotated[str, typer.Argument(metavar="A34", help="The appliance, or the phone or name of its owner.")]
Category = Annotated[str | None, typer.Option(metavar="CODE", help="As in 'category list'.")]
Brand = Annotated[str | None, typer.Option(metavar="TEXT", help="The brand.")]
Model = Annotated[str | None, typer.Option(metavar="TEXT", help="The model.")]
Serial = Annotated[str | None, typer.Option(metavar="TEXT", help="The serial number, unique per brand.")]
Bought = Annotated[str | None, typer.Option(metavar="D", help="2024-03-09, 2024-03, 2024, last year or unknown.")]
Installed = Annotated[str | None, typer.Option(metavar="D", help="The same forms.")]
Delivered = Annotated[str | None, typer.Option(metavar="D", help="The day of the delivery, or unknown.")]
Invoice = Annotated[str | None, typer.Option(metavar="D", help="The day on the invoice, or unknown.")]
InvoiceNo = Annotated[str | None, typer.Option("--invoice-no", metavar="TEXT", help="The number of the invoice.")]
Price = Annotated[str | None, typer.Option(metavar="YUAN", help="The price on the invoice: 4999 or 4999.50.")]
InstalledBy = Annotated[Installer | None, typer.Option("--installed-by", help="Who installed it.")]
UsedFor = Annotated[Use | None, typer.Option("--use", help="Home, or business: other terms hold there.")]
RemoteSale = Annotated[
    bool | None, typer.Option("--remote-sale/--no-remote-sale", help="It was bought by phone or on the net.")
]
Discontinued = Annotated[str | None, typer.Option(metavar="D", help="The day from which on its model is made no more.")]
SoldBy = Annotated[
    str | None, typer.Option("--sold-by", metavar="C9", help="The trade customer that sold it, or unknown.")
]
_NOTHING = ("", "unknown", "不详", "未知")  # takes a value away


def _date(session: Session, text: str | None) -> tuple[str | None, str] | None:
    return None if text is None else dates.purchase_date(text, session.now)


def _day(session: Session, text: str | None, *, ahead: bool = False) -> str | None:
    """Return a typed day of the past, or of any time if `ahead`; None takes it away."""
    if text is None or text.strip().lower() in _NOTHING:
        return None
    day = session.on(text, ahead=ahead)
    if not ahead and day > session.on(None):
        raise RefusedError(say("'{text}' lies in the future", text=text), hint=say("check the year"))
    return day


def _seller(session: Session, text: str) -> int:
    from servicedesk.records import customers

    return int(customers.get_seller(session.db, session.customer(text))["id"])


def _sale(
    session: Session,
    *,
    delivered: str | None,
    invoice: str | None,
    invoice_no: str | None,
    price: str | None,
    installed_by: Installer | None,
    use: Use | None,
    remote_sale: bool | None,
    discontinued: str | None,
    sold_by: str | None,
) -> dict[str, str | int | None]:
    """Return the typed options of the sale as columns of an appliance; options not typed are left out."""
    found: dict[str, str | int | None] = {}
    for key, text in (("delivered_on", delivered), ("invoice_on", invoice)):
        if text is not None:
            found[key] = _day(session, text)
    if discontinued is not None:
        found["discontinued_on"] = _day(session, discontinued, ahead=True)
    if sold_by is not None:
        found["sold_by_id"] = None if sold_by.strip().lower() in _NOTHING else _seller(session, sold_by)
    if invoice_no is not None:
        found["invoice_no"] = None if invoice_no.strip().lower() in _NOTHING[1:] else invoice_no
    if price is not None:
        found["price_fen"] = None if price.strip().lower() in _NOTHING[1:] else parse_amount(price)
    given = {"installed_by": installed_by and installed_by.value, "use": use and use.value, "remote_sale": remote_sale}
    return found | {key: value for key, value in given.items() if value is not None}


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
    delivered: Delivered = None,
    invoice: Invoice = None,
    invoice_no: InvoiceNo = None,
    price: Price = None,
    installed_by: InstalledBy = None,
    use: UsedFor = None,
    remote_sale: RemoteSale = None,
    discontinued: Discontinued = None,
    sold_by: SoldBy = None,
) -> None:
    """Register an appliance of a customer.

    Example: servicedesk appliance add --customer C1 --category fridge --brand Haier --bought 2024-03-09
    """
    from servicedesk.desk.appliances import register
    from servicedesk.records import appliances

    session: Session = ctx.obj
    if session.is_asking:
        from servicedesk.cli.run.call import ask_bought, ask_brand

        brand = brand or ask_brand(session, category) or None
        bought = bought or ask_bought(session) or None
    machine = register.NewAppliance(
        category,
        brand,
        model,
        serial,
        bought=_date(session, bought) or appliances.UNKNOWN,
        installed=_date(session, installed) or appliances.UNKNOWN,
        sale=_sale(
            session, delivered=delivered, invoice=invoice, invoice_no=invoice_no, price=price,
            installed_by=installed_by, use=use, remote_sale=remote_sale, discontinued=discontinued, sold_by=sold_by,
        ),
    )  # fmt: skip
    session.show(register.add_appliance(session.begin(), session.customer(customer), machine))


@app.command("find")
@lists
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
@lists
def list_(
    ctx: typer.Context,
    customer: OfCustomer = None,
    sold_by: Annotated[str | None, typer.Option("--sold-by", help="What this shop sold.", metavar="C9")] = None,
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
            sold_by_id=session.customer(sold_by) if sold_by else None,
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
    delivered: Delivered = None,
    invoice: Invoice = None,
    invoice_no: InvoiceNo = None,
    price: Price = None,
    installed_by: InstalledBy = None,
    use: UsedFor = None,
    remote_sale: RemoteSale = None,
    discontinued: Discontinued = None,
    sold_by: SoldBy = None,
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
            sale=_sale(
                session, delivered=delivered, invoice=invoice, invoice_no=invoice_no, price=price,
                installed_by=installed_by, use=use, remote_sale=remote_sale, discontinued=discontinued, sold_by=sold_by,
            ),
        )
    )  # fmt: skip


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


@app.command("exchange")
def exchange(
    ctx: typer.Context,
    which: Which,
    successor: Annotated[
        str | None, typer.Option("--for", metavar="A51|new", help="What came in its place; new registers it.")
    ] = None,
    on: Annotated[str | None, typer.Option(metavar="D", help="The day of the exchange; default: today.")] = None,
    void: Annotated[str | None, typer.Option("--void", metavar="WHY", help="It was not exchanged after all.")] = None,
) -> None:
    """Record that an appliance was exchanged: it is retired, and the guarantee of the other one begins that day.

    Example: servicedesk appliance exchange A1 --for new --on 2026-11-01
    """
    from servicedesk.cli.run.completing import ask_successor, read_successor
    from servicedesk.desk.appliances.exchange import exchange_appliance, void_exchange

    session: Session = ctx.obj
    which_id = session.appliance(which)
    if void is not None:
        if successor is not None or on is not None:
            raise UsageError(
                say("--void stands alone"), hint=say("appliance exchange {which} --void REASON", which=which)
            )
        session.show(void_exchange(session.begin(), which_id, reason=void))
        return
    if successor is None and session.may_ask:
        successor = ask_successor(session, say("Which appliance came in its place?"))
    if successor is None:
        raise UsageError(
            say("missing option '--for'"), hint=say("appliance exchange {which} --for new --on today", which=which)
        )
    successor_id = read_successor(session, successor)
    day = None if on is None else session.on(on, ahead=False)
    session.show(exchange_appliance(session.begin(), which_id, successor_id=successor_id, on=day))


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
