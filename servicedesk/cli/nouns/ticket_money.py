"""Commands: what a ticket costs, what the customer says to it, what is paid."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from servicedesk.base.errors import UsageError
from servicedesk.base.messages import say
from servicedesk.cli.run.options import At, NewCode, TicketRef
from servicedesk.cli.run.session import Session
from servicedesk.domain.money_rules import FreeAs
from servicedesk.domain.wording import reference

if TYPE_CHECKING:
    from servicedesk.records.money.prices import Price

app = typer.Typer()


@app.command("quote")
def quote(
    ctx: typer.Context,
    ticket: TicketRef,
    labour: Annotated[str | None, typer.Option(help="For the work.", metavar="YUAN")] = None,
    parts: Annotated[str | None, typer.Option(help="For spare parts.", metavar="YUAN")] = None,
    travel: Annotated[str | None, typer.Option(help="For the way.", metavar="YUAN")] = None,
    at: Annotated[str | None, typer.Option(help="When the customer was told; default: now.", metavar="INSTANT")] = None,
    sheet: Annotated[
        str | None,
        typer.Option(help="Print it on a page to sign: an .html file; - for the output.", metavar="FILE"),
    ] = None,
) -> None:
    """Record the price that the customer was told; what is left out is taken from the price list.

    A quote that is told after the arrival is marked. With --sheet alone the last quote is printed.

    Example: servicedesk ticket quote T101 --labour 80 --parts 230 --sheet quote.html
    """
    from servicedesk.base.money import parse_amount
    from servicedesk.desk.money import quotes

    session: Session = ctx.obj
    ticket_id, when = reference(ticket, "T"), session.at(at)
    typed = {"labour": labour, "parts": parts, "travel": travel}
    amounts = {part: parse_amount(text) for part, text in typed.items() if text is not None}
    if not amounts and sheet is None and session.may_ask:
        on = (when or session.now).date().isoformat()
        amounts = _ask_amounts(quotes.preview_prices(session.db, ticket_id, on=on))
    if sheet is not None:
        _write_quote(session, ticket_id, sheet, at=when, amounts=amounts)
    else:
        session.show(quotes.quote_ticket(session.begin(), ticket_id, at=when, amounts=amounts))


def _write_quote(session: Session, ticket_id: int, sheet: str, *, at: datetime | None, amounts: dict[str, int]) -> None:
    """Record the amounts, if there are any, and write the quote that holds as a page."""
    from servicedesk.base.table import Result
    from servicedesk.cli.run.papers import check_page, imprint, paper_path, with_suffix
    from servicedesk.desk.money import quotes
    from servicedesk.desk.tickets import work_order
    from servicedesk.records.money.ticket_money import money_table
    from servicedesk.storage import new_files, paths

    if session.dry_run:
        raise UsageError(say("--dry-run writes no page"), hint=say("leave out --sheet"))
    output = with_suffix(paper_path(session, sheet, proposed=f"T{ticket_id}.html", check=check_page), ".html")
    with new_files.replacing(Path(output), outlet=session.db.path, is_page=True) as made:
        if amounts:
            answer = quotes.quote_ticket(session.begin(), ticket_id, at=at, amounts=amounts)
        else:
            answer = Result(money_table(session.db, ticket_id), changed=False)
        order = work_order.get_quoted_order(session.db, ticket_id, now=session.now)
        made.write_bytes(work_order.render_quotes([order], **imprint(session)))
    if not paths.is_dash(output):
        session.say(say("written: {path}", path=output))
    session.show(answer, aside=paths.is_dash(output))


def _ask_amounts(listed: dict[str, Price]) -> dict[str, int]:
    """Ask for each part of a quote; an empty answer is its listed price, else nothing."""
    from servicedesk.base.money import parse_amount
    from servicedesk.cli.run.asking import ask

    questions = {"labour": say("For the work"), "parts": say("For spare parts"), "travel": say("For the way")}
    amounts = {}
    for part, question in questions.items():
        price = listed.get(part)
        empty = price.short_text if price else say("nothing")
        asked = say("{question}, in yuan (Enter: {empty})", question=question, empty=empty)
        amounts[part] = ask(asked, parse_amount, empty=price.amount_fen if price else 0)
    return amounts


@app.command("accept")
def accept(
    ctx: typer.Context,
    ticket: TicketRef,
    by: Annotated[str | None, typer.Option(help="Who said it, if not the customer.", metavar="NAME")] = None,
    at: At = None,
) -> None:
    """Record that the customer agreed to the last quote.

    Example: servicedesk ticket accept T101
    """
    from servicedesk.desk.money.quotes import answer_quote

    session: Session = ctx.obj
    ticket_id = reference(ticket, "T")
    session.show(answer_quote(session.begin(), ticket_id, "accepted", at=session.at(at), said_by=by))


@app.command("refuse")
def refuse(
    ctx: typer.Context,
    ticket: TicketRef,
    reason: Annotated[str, typer.Option(help="Why, in the customer's words.", metavar="R")],
    by: Annotated[str | None, typer.Option(help="Who said it, if not the customer.", metavar="NAME")] = None,
    at: At = None,
) -> None:
    """Record that the customer did not agree to the last quote.

    Example: servicedesk ticket refuse T101 --reason 'too dear for such an old fridge'
    """
    from servicedesk.desk.money.quotes import answer_quote

    session: Session = ctx.obj
    ticket_id = reference(ticket, "T")
    session.show(answer_quote(session.begin(), ticket_id, "refused", at=session.at(at), said_by=by, reason=reason))


@app.command("charge")
def charge(
    ctx: typer.Context,
    ticket: TicketRef,
    paid: Annotated[str | None, typer.Option(help="What the customer paid.", metavar="YUAN")] = None,
    method: Annotated[
        str | None, typer.Option(help="How it was paid: cash, wechat, alipay, card, transfer.", metavar="CODE")
    ] = None,
    free: Annotated[FreeAs | None, typer.Option(help="Why it was free.")] = None,
    at: At = None,
    new_code: NewCode = False,
) -> None:
    """Record what the customer paid for the ticket, or why it was free; once a ticket.

    Example: servicedesk ticket charge T101 --paid 310 --method wechat
    """
    from servicedesk.base.money import parse_amount
    from servicedesk.desk.money.charges import charge_ticket

    session: Session = ctx.obj
    if paid is None and free is None and session.may_ask:
        paid, free = _ask_charge(ctx)
    session.show(
        charge_ticket(
            session.begin(),
            reference(ticket, "T"),
            at=session.at(at),
            paid_fen=parse_amount(paid) if paid is not None else None,
            method=method,
            free_as=free.value if free else None,
            new_code=new_code,
        )
    )


def _ask_charge(ctx: typer.Context) -> tuple[str | None, FreeAs | None]:
    """Ask how much was paid and, if nothing was, why it was free."""
    from servicedesk.base.money import parse_amount
    from servicedesk.cli.completion.missing import ask_option
    from servicedesk.cli.run.asking import ask

    fen = ask(say("How much was paid? (Enter: it was free)"), parse_amount, empty=0)
    return (f"{fen / 100:.2f}", None) if fen else (None, FreeAs(ask_option(ctx, "free")))
