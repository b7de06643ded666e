"""Quotes: record the price told to the customer before the work, and the answer (S31)."""

from collections.abc import Mapping
from datetime import datetime

from servicedesk.base import dates
from servicedesk.base.errors import UsageError
from servicedesk.base.messages import say
from servicedesk.base.table import Result, nothing_changed
from servicedesk.base.text import free_text, one_line
from servicedesk.domain import money_rules, ticket_rules
from servicedesk.domain.money_rules import PARTS, Answer, Quote
from servicedesk.domain.ticket import Ticket
from servicedesk.records import tickets
from servicedesk.records.money import prices, ticket_money
from servicedesk.records.money.prices import Price
from servicedesk.storage.database import Database
from servicedesk.storage.desk import Desk


def quote_ticket(desk: Desk, ticket_id: int, *, at: datetime | None, amounts: Mapping[str, int]) -> Result:
    """Record the price told to the customer: fen of labour, parts and travel (`amounts`).

    An amount that is left out is the listed price of that day, if there is one.
    """
    when = at or desk.now
    with desk.db.atomic():
        ticket, known = tickets.load_ticket(desk.db, ticket_id), ticket_money.load_money(desk.db, ticket_id)
        listed = prices.find_prices_of_ticket(desk.db, ticket_id, on=dates.stamp(when)[:10])
        listed = {part: price for part, price in listed.items() if part not in amounts}
        whole = {part: price.amount_fen for part, price in listed.items()} | dict(amounts)
        labour_fen, parts_fen, travel_fen = (whole.get(part, 0) for part in PARTS)
        quote = Quote(dates.stamp(when), dates.unix(when), labour_fen, parts_fen, travel_fen)
        if not quote.total_fen:
            raise UsageError(say("the quote has no amount"), hint=say("--labour 80, --parts 230 or --travel 20"))
        changed = not money_rules.is_repeated_quote(known, quote, same_at=at is not None)
        notes = [] if changed else [nothing_changed(f"T{ticket_id}")]
        if changed:
            money_rules.check_quote(ticket, quote, now_unix=dates.unix(desk.now))
            ticket_money.insert_quote(desk.db, desk.stamp, ticket_id, quote)
            notes += [*prices.prefill_notes(listed), *money_rules.quote_notes(ticket, known, quote)]
            notes += _coverage_notes(desk, ticket, quote)
        return Result(ticket_money.money_table(desk.db, ticket_id), notes, changed)


def preview_prices(db: Database, ticket_id: int, *, on: str) -> dict[str, Price]:
    """Return the listed prices of a ticket by part of the quote. RefusedError if the ticket was cancelled."""
    ticket_rules.check_not_cancelled(tickets.load_ticket(db, ticket_id))
    return prices.find_prices_of_ticket(db, ticket_id, on=on)


def answer_quote(
    desk: Desk,
    ticket_id: int,
    kind: str,
    *,
    at: datetime | None,
    said_by: str | None = None,
    reason: str | None = None,
) -> Result:
    """Record that the valid quote was accepted or refused (`kind`). RefusedError if there is none."""
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
        quote = money_rules.get_quote(ticket, known)
        changed = not money_rules.is_repeated_answer(quote, answer, same_at=at is not None)
        if changed:
            money_rules.check_answer(ticket, quote, answer, now_unix=dates.unix(desk.now))
            ticket_money.insert_answer(desk.db, desk.stamp, quote, answer)
        notes = [] if changed else [nothing_changed(f"T{ticket_id}")]
        if changed and kind == money_rules.ACCEPTED:
            notes += _coverage_notes(desk, ticket, quote)
        return Result(ticket_money.money_table(desk.db, ticket_id), notes, changed)


def _coverage_notes(desk: Desk, ticket: Ticket, quote: Quote) -> list[str]:
    """Return what the guarantee says of a repair that is quoted."""
    from servicedesk.desk.money.coverage import price_notes  # loads the guarantee

    return price_notes(desk.db, ticket, now=desk.now, has_parts=bool(quote.parts_fen))
