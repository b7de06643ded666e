"""Commands: what is sent for an appliance again and again."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from servicedesk.base import periods
from servicedesk.base.table import Table, columns
from servicedesk.cli.run.lists import lists
from servicedesk.cli.run.options import check_alone, words_in
from servicedesk.cli.run.papers import page_beside_list
from servicedesk.cli.run.session import Session

app = typer.Typer()

Which = Annotated[str, typer.Argument(metavar="A34", help="The appliance, or its owner's phone or name.")]
Item = Annotated[str | None, typer.Option(help="Which, where it gets several.", metavar="ITEM")]


@app.command("add")
def add(
    ctx: typer.Context,
    which: Which,
    item: Annotated[str, typer.Option(help="What is sent, such as oil_net.", metavar="ITEM")],
    per_year: Annotated[int, typer.Option(help="How many a year.", metavar="N")],
    free: Annotated[bool, typer.Option("--free", help="The customer pays nothing.")] = False,
    first: Annotated[
        str | None, typer.Option("--from", help="Nothing falls due before this day; default: today.", metavar="D")
    ] = None,
) -> None:
    """Plan to send something so many times a year; the dates count from the appliance's own, as its birthdays do.

    Example: servicedesk consumable add A34 --item oil_net --per-year 6 --free
    """
    from servicedesk.desk.agreements.consumables import add_consumable

    session: Session = ctx.obj
    from_on = session.on(first) if first is not None else None
    appliance_id = session.appliance(which)
    session.show(add_consumable(session.begin(), appliance_id, item, per_year=per_year, is_free=free, from_on=from_on))


@app.command("due")
@lists
def due(
    ctx: typer.Context,
    month: Annotated[
        str | None, typer.Option(help="The month, such as 2026-12; default: this one.", metavar="M")
    ] = None,
    labels: Annotated[
        str | None, typer.Option(help="Write address labels too: an .html file, 24 on a sheet of A4.", metavar="FILE")
    ] = None,
) -> None:
    """List what is to be sent in a month, with what is overdue: to whom, where, which number of it.

    Example: servicedesk consumable due --month 2026-12
    """
    from servicedesk.base import said_times
    from servicedesk.desk.agreements import consumables

    session: Session = ctx.obj
    today = session.now.date()
    period = periods.month(said_times.month(month, today) if month is not None else f"{today:%Y-%m}")
    found = consumables.list_due(session.db, period, on=today.isoformat())
    if labels is None:
        session.show(found)
        return
    from servicedesk.desk.agreements.labels import missing_addresses, render_labels
    from servicedesk.storage import new_files, paths

    path = page_beside_list(session, labels, "--labels")
    page = render_labels(found.table, month=period.label, words=words_in(session, None))
    with new_files.replacing(Path(path), outlet=session.db.path, is_page=True) as made:
        made.write_bytes(page)
    for note in missing_addresses(found.table):
        session.say(note)
    if not paths.is_dash(labels):
        session.show(Table(columns("path", "labels:count"), [(path, len(found.table.rows))]))


@app.command("sent")
def sent(
    ctx: typer.Context,
    which: Which,
    item: Item = None,
    on: Annotated[str | None, typer.Option(help="When it was sent; default: today.", metavar="D")] = None,
    every: Annotated[bool, typer.Option("--all", help="Everything that is due, not only the oldest.")] = False,
) -> None:
    """Record that the oldest one due was sent; the same day again changes nothing.

    Example: servicedesk consumable sent A34 --on today
    """
    from servicedesk.desk.agreements.consumables import send_consumable

    session: Session = ctx.obj
    appliance_id, day = session.appliance(which), session.on(on, ahead=False)
    session.show(send_consumable(session.begin(), appliance_id, item=item, on=day, every=every))


@app.command("stop")
def stop(
    ctx: typer.Context,
    which: Which,
    item: Item = None,
    on: Annotated[
        str | None, typer.Option(help="Nothing falls due from this day on; default: today.", metavar="D")
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="It goes on; what fell due meanwhile is due.")] = False,
) -> None:
    """Record that it is not sent any more.

    Example: servicedesk consumable stop A34
    """
    from servicedesk.desk.agreements import consumables

    session: Session = ctx.obj
    appliance_id = session.appliance(which)
    if undo:
        check_alone("undo", on=on)
        session.show(consumables.resume_consumable(session.begin(), appliance_id, item=item))
        return
    session.show(consumables.stop_consumable(session.begin(), appliance_id, item=item, on=session.on(on)))


@app.command("list")
@lists
def list_(
    ctx: typer.Context,
    appliance: Annotated[
        str | None, typer.Option(help="Of this appliance only, or its owner's phone or name.", metavar="A34")
    ] = None,
) -> None:
    """List what is sent for appliances: how many a year, how many were sent, when the next is due.

    Example: servicedesk consumable list
    """
    from servicedesk.desk.agreements.consumables import list_consumables

    session: Session = ctx.obj
    appliance_id = session.appliance(appliance) if appliance is not None else None
    session.show(list_consumables(session.db, appliance_id=appliance_id, on=session.on(None)))


@app.command("void")
def void(
    ctx: typer.Context,
    which: Which,
    reason: Annotated[str, typer.Option(help="Why; kept beside it.", metavar="R")],
    item: Item = None,
    number: Annotated[int | None, typer.Option(help="Only that this number was sent.", metavar="N", min=1)] = None,
) -> None:
    """Void a plan that was typed by mistake, or that one of its numbers was sent.

    Example: servicedesk consumable void A34 --reason 'wrong appliance'
    """
    from servicedesk.desk.agreements.consumables import void_consumable

    session: Session = ctx.obj
    appliance_id = session.appliance(which)
    session.show(void_consumable(session.begin(), appliance_id, item=item, number=number, reason=reason))
