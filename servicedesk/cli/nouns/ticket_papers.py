"""Commands: a ticket on paper, and as a message to its customer."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from servicedesk.base.table import Table, columns
from servicedesk.cli.run.options import InLanguage, TicketRef, words_in
from servicedesk.cli.run.papers import check_page, imprint, paper_path, proposals, with_suffix
from servicedesk.cli.run.session import Session
from servicedesk.domain.wording import reference

app = typer.Typer()


@app.command("sheet")
def sheet(
    ctx: typer.Context,
    wanted: Annotated[
        list[str], typer.Argument(metavar="T101... [FILE]", help="The tickets; each is a page. FILE: as with --output.")
    ],
    output: Annotated[
        str | None, typer.Option(help="Where to: an .html file; - for the output.", metavar="FILE")
    ] = None,
) -> None:
    """Write the work order: customer, appliance, problem, lines for charges and signatures, the customer's copy.

    Open the file in a browser and print it: one page of A4 a ticket. It has whole phones.

    Example: servicedesk ticket sheet T101 --output order.html
    """
    from servicedesk.desk.tickets import work_order
    from servicedesk.storage import new_files, paths

    session: Session = ctx.obj
    if output is None and len(wanted) > 1 and (wanted[-1] == "-" or "." in wanted[-1]):
        output = wanted.pop()
    ids = list(dict.fromkeys(reference(each, "T") for each in wanted))
    known = proposals(session, ids)
    orders = [
        work_order.get_work_order(session.db, ticket_id, now=session.now, solutions=known[ticket_id])
        for ticket_id in ids
    ]
    output = with_suffix(paper_path(session, output, proposed=f"T{ids[0]}.html", check=check_page), ".html")
    page = work_order.render_work_orders(orders, **imprint(session))
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
