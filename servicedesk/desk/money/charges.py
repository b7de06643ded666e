"""Charges: record what was paid or why the work was free, void a record, warn of doubts (S31, W14)."""

from datetime import datetime

from servicedesk.base import dates
from servicedesk.base.errors import NotFoundError, RefusedError, UsageError
from servicedesk.base.messages import coded, say
from servicedesk.base.money import amount_text
from servicedesk.base.table import Result, moment, nothing_changed
from servicedesk.base.text import free_text
from servicedesk.domain import money_rules
from servicedesk.domain.money_rules import Charge, FreeAs
from servicedesk.domain.ticket import Ticket
from servicedesk.records import codes, tickets
from servicedesk.records.jobs import brands
from servicedesk.records.money import ticket_money
from servicedesk.storage.database import Database, Row
from servicedesk.storage.desk import Desk


def charge_ticket(
    desk: Desk,
    ticket_id: int,
    *,
    at: datetime | None,
    paid_fen: int | None = None,
    method: str | None = None,
    free_as: str | None = None,
    new_code: bool = False,
) -> Result:
    """Record what the customer paid and how, or why the work was free."""
    if (paid_fen is None) == (free_as is None):
        raise UsageError(say("say what was paid, or why it was free"), hint=say("--paid 310 or --free guarantee"))
    if paid_fen == 0:
        raise UsageError(say("{amount} is no payment", amount=amount_text(0)), hint=say("--free goodwill says why"))
    if paid_fen is None and method is not None:
        raise UsageError(say("--method is for what was paid"), hint=say("--paid 310 --method wechat"))
    when = at or desk.now
    method = codes.check_code(desk.db, "method", method, new=new_code) if method is not None else None
    charge = Charge(dates.stamp(when), dates.unix(when), paid_fen, method, free_as)
    with desk.db.atomic():
        ticket, known = tickets.load_ticket(desk.db, ticket_id), ticket_money.load_money(desk.db, ticket_id)
        changed = not money_rules.is_repeated_charge(known, charge, same_at=at is not None)
        notes = [] if changed else [nothing_changed(f"T{ticket_id}")]
        if changed:
            money_rules.check_charge(ticket, known, charge, now_unix=dates.unix(desk.now))
            ticket_money.insert_charge(desk.db, desk.stamp, ticket_id, charge)
            notes += money_rules.warnings(ticket, known._replace(charge=charge))
            notes += _coverage_notes(desk, ticket, charge)
            notes += _other_brand_notes(desk.db, ticket, charge)
        return Result(ticket_money.money_table(desk.db, ticket_id), notes, changed)


def _coverage_notes(desk: Desk, ticket: Ticket, charge: Charge) -> list[str]:
    """Return notes if guarantee or contract speak against the free work, or against the payment."""
    if charge.free_as not in {None, FreeAs.GUARANTEE, FreeAs.CONTRACT}:
        return []
    from servicedesk.desk.money import coverage  # loads the guarantee

    if charge.free_as is None:
        return coverage.price_notes(desk.db, ticket, now=desk.now)
    return coverage.coverage_notes(desk.db, ticket, charge.free_as, now=desk.now)


def _other_brand_notes(db: Database, ticket: Ticket, charge: Charge) -> list[str]:
    """Return a note on a brand that does not authorise the outlet: its guarantee is not ours to give (S11)."""
    brand = brands.find_other_brand(db, ticket.id, on=ticket.report.at[:10])
    if brand is None:
        return []
    if charge.free_as == FreeAs.GUARANTEE:
        return [say("warning: {brand} does not authorise this outlet: its guarantee is not ours to give", brand=brand)]
    return [say("charged as other brand: {brand}", brand=brand)] if charge.paid_fen else []


def completion_notes(db: Database, ticket: Ticket) -> list[str]:
    """Return notes on what is still to be done about the money of the ticket when its work ends."""
    return money_rules.completion_notes(ticket, ticket_money.load_money(db, ticket.id))


def void_money(desk: Desk, ticket_id: int, *, number: int, reason: str) -> Result:
    """Void the quote, answer or charge with that number in `ticket show`. RefusedError for an answered quote."""
    reason = free_text(reason, say("the reason"))
    with desk.db.atomic():
        tickets.load_ticket(desk.db, ticket_id)
        fact = _fact_of_number(desk.db, ticket_id, number)
        name = say("number {number} of T{id} ({kind})", number=number, id=ticket_id, kind=coded(fact["kind"]))
        changed = fact["voided_at"] is None
        if not changed and fact["void_reason"] != reason:
            raise RefusedError(say("{name} was voided {at}", name=name, at=moment(fact["voided_at"])))
        if changed:
            _check_not_answered(desk.db, ticket_id, fact)
            desk.db.void(fact["noun"], desk.stamp, fact["id"], reason)
        note = say("{name} voided", name=name) if changed else nothing_changed(name)
        return Result(ticket_money.money_table(desk.db, ticket_id), [note], changed)


def _fact_of_number(db: Database, ticket_id: int, number: int) -> Row:
    for fact in ticket_money.load_facts(db, ticket_id):
        if fact["number"] == number:
            return fact
    raise NotFoundError(
        say("T{id} has nothing about money with the number {number}", id=ticket_id, number=number),
        hint=say("ticket show T{id} numbers it", id=ticket_id),
    )


def _check_not_answered(db: Database, ticket_id: int, fact: Row) -> None:
    """Raise RefusedError for a quote with a valid answer, which would be left without its quote."""
    quotes = ticket_money.load_money(db, ticket_id).quotes if fact["kind"] == "quoted" else ()
    for quote in quotes:
        if quote.id == fact["id"] and quote.answer:
            raise RefusedError(
                say("the quote of T{id} was {kind} since", id=ticket_id, kind=coded(quote.answer.kind)),
                hint=say("void number {number} first", number=quote.answer.number),
            )
