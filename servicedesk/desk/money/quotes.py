"""Tell the customer a price before the work, and record the answer (S31)."""

from datetime import datetime

from servicedesk.base import dates
from servicedesk.base.errors import UsageError
from servicedesk.base.messages import say
from servicedesk.base.table import Result, nothing_changed
from servicedesk.base.text import free_text, one_line
from servicedesk.domain import money_rules
from servicedesk.domain.money_rules import Answer, Quote
from servicedesk.records import tickets
from servicedesk.records.money import ticket_money
from servicedesk.storage.desk import Desk


def quote_ticket(
    desk: Desk,
    ticket_id: int,
    *,
    at: datetime | None,
    labour_fen: int | None = None,
    parts_fen: int | None = None,
    travel_fen: int | None = None,
) -> Result:
    """Record what the customer was told that it would cost; None is nothing."""
    when = at or desk.now
    quote = Quote(dates.stamp(when), dates.unix(when), labour_fen or 0, parts_fen or 0, travel_fen or 0)
    if not quote.total_fen:
        raise UsageError(say("the quote has no amount"), hint=say("--labour 80, --parts 230 or --travel 20"))
    with desk.db.atomic():
        ticket, known = tickets.load_ticket(desk.db, ticket_id), ticket_money.load_money(desk.db, ticket_id)
        changed = not money_rules.is_repeated_quote(known, quote, same_at=at is not None)
        notes = [] if changed else [nothing_changed(f"T{ticket_id}")]
        if changed:
            money_rules.check_quote(ticket, quote, now_unix=dates.unix(desk.now))
            ticket_money.insert_quote(desk.db, desk.stamp, ticket_id, quote)
            notes += money_rules.quote_notes(ticket, quote)
        return Result(ticket_money.money_table(desk.db, ticket_id), notes, changed)


def answer_quote(
    desk: Desk,
    ticket_id: int,
    kind: str,
    *,
    at: datetime | None,
    said_by: str | None = None,
    reason: str | None = None,
) -> Result:
    """Record that the quote that holds was accepted or refused. RefusedError where there is none."""
    when = at or desk.now
    answer = Answer(
        kind,
        dates.stamp(when),
        dates.unix(when),
        one_line(said_by, say("the name")) if said_by is not None else None,
        free_text(reason, say("the reason")) if reason is not None else None,
    )
    with desk.db.atomic():
        ticket, known = tickets.load_ticket(desk.db, ticket_id), ticket_money.load_money(desk.db, ticket_id)
        quote = money_rules.answered_quote(ticket, known)
        changed = not money_rules.is_repeated_answer(quote, answer, same_at=at is not None)
        if changed:
            money_rules.check_answer(ticket, quote, answer, now_unix=dates.unix(desk.now))
            ticket_money.insert_answer(desk.db, desk.stamp, quote, answer)
        notes = [] if changed else [nothing_changed(f"T{ticket_id}")]
        return Result(ticket_money.money_table(desk.db, ticket_id), notes, changed)
