"""Commands: a ticket on paper, and as a message to its customer."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from servicedesk.base.errors import UsageError
from servicedesk.base.messages import say
from servicedesk.base.table import Table, columns
from servicedesk.cli.run.options import InLanguage, TicketRef, words_in
from servicedesk.cli.run.session import Session, reference

app = typer.Typer()


@app.command("sheet")
def sheet(
    ctx: typer.Context,
    wanted: Annotated[list[str], typer.Argument(metavar="T101...", help="The tickets; each is a page.")],
    output: Annotated[str, typer.Option(help="Where to: an .html file; - for the output.", metavar="FILE")],
) -> None:
    """Write the work order: customer, appliance, problem, lines for charges and signatures, the customer's copy.

    Open the file in a browser and print it: one page of A4 a ticket. It has whole phones.

    Example: servicedesk ticket sheet T101 --output order.html
    """
    from servicedesk.desk.tickets import work_order
    from servicedesk.storage import new_files, paths

    session: Session = ctx.obj
    if not output.strip():
        raise UsageError(say("--output is empty"), hint=say("--output order.html"))
    ids = list(dict.fromkeys(reference(each, "T") for each in wanted))
    orders = [work_order.get_work_order(session.db, ticket_id, now=session.now) for ticket_id in ids]
    page = work_order.render_work_orders(
        orders,
        outlet=" ".join(filter(None, (session.db.outlet.own_name, session.db.outlet.phone))),
        printed=session.now.isoformat(" ", "minutes")[:16],
        words=words_in(session, None),
    )
    with new_files.replacing(Path(output), outlet=session.db.path, is_page=True) as made:
        made.write_bytes(page)
    if not paths.is_dash(output):
        session.show(Table(columns("ticket_id:T=ticket", "path"), [(ticket_id, output) for ticket_id in ids]))


class MessageKind(StrEnum):
    """The messages that there are, as they are typed."""

    APPOINTMENT = "appointment"
    ON_THE_WAY = "on-the-way"
    SURVEY = "survey"
    READY = "ready"


@app.command("message")
def message(
    ctx: typer.Context,
    ticket: TicketRef,
    kind: Annotated[MessageKind, typer.Argument(metavar="KIND", help="appointment, on-the-way, survey or ready.")],
    language: InLanguage = None,
) -> None:
    """Print a short text for the customer, to copy into SMS or WeChat; 'outlet wording' changes its words.

    Example: servicedesk ticket message T101 appointment --language zh
    """
    from servicedesk.desk.tickets.message import Kind, get_message

    session: Session = ctx.obj
    words = words_in(session, language)
    wanted = Kind(kind.value.replace("-", "_"))
    session.show(get_message(session.db, reference(ticket, "T"), wanted, words=words, now=session.now))
