"""Rules for quotes, customers' answers to them, and charges. Triggers in the file enforce the same rules."""

from enum import StrEnum
from typing import NamedTuple

from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import coded, joined, say
from servicedesk.base.money import amount_text
from servicedesk.base.table import moment, shown
from servicedesk.domain import ticket_rules
from servicedesk.domain.model import TicketType
from servicedesk.domain.ticket import Event, Ticket


class FreeAs(StrEnum):
    """The reason why a customer pays nothing; `recovery` makes up for a complaint."""

    GUARANTEE = "guarantee"
    CONTRACT = "contract"
    GOODWILL = "goodwill"
    RECOVERY = "recovery"


PARTS = ("labour", "parts", "travel")  # of a quote
ACCEPTED, REFUSED = "accepted", "refused"


class Answer(NamedTuple):
    """The customer's answer to a quote; `said_by` is the person who answered instead of the customer."""

    kind: str
    at: str
    at_unix: int
    said_by: str | None = None
    reason: str | None = None
    number: int | None = None


class Quote(NamedTuple):
    """A quote: the price that the customer was told. `number` is its place among the ticket's facts about money."""

    at: str
    at_unix: int
    labour_fen: int
    parts_fen: int
    travel_fen: int
    id: int | None = None
    number: int | None = None
    answer: Answer | None = None
    after_arrival: bool = False  # somebody had been let in before the customer was told

    @property
    def total_fen(self) -> int:
        return self.labour_fen + self.parts_fen + self.travel_fen

    @property
    def amounts(self) -> tuple[int, int, int]:
        return self.labour_fen, self.parts_fen, self.travel_fen


class Charge(NamedTuple):
    """The charge of a ticket: the amount that the customer paid, or the reason why the work was free."""

    at: str
    at_unix: int
    paid_fen: int | None = None
    method: str | None = None
    free_as: str | None = None
    number: int | None = None

    @property
    def text(self) -> str:
        """Return the charge as a text for people: `¥310.00 paid`, `free: guarantee`."""
        if self.paid_fen is None:
            return say("free: {why}", why=coded(self.free_as))
        return say("{amount} paid", amount=amount_text(self.paid_fen))


class Money(NamedTuple):
    """The quotes of a ticket that are not voided, in the order in which they were told, and its charge."""

    quotes: tuple[Quote, ...] = ()
    charge: Charge | None = None

    @property
    def quote(self) -> Quote | None:
        """Return the current quote, which is the last one, or None."""
        return self.quotes[-1] if self.quotes else None

    @property
    def is_accepted(self) -> bool:
        """Return whether the customer accepted the current quote."""
        answer = self.quote.answer if self.quote else None
        return answer is not None and answer.kind == ACCEPTED


def settled_texts(money: Money) -> tuple[str, ...]:
    """Return whether the agreed amount is paid, in at most two lines: `¥310.00 paid`, `nothing is left to pay`.

    Return () before the ticket is charged.
    """
    charge, quote = money.charge, money.quote
    if charge is None:
        return ()
    how = [coded(charge.method)] if charge.method else []
    told = joined(", ", [charge.text, *how, shown(charge.at, "instant")])
    if charge.paid_fen is None or quote is None or not money.is_accepted:
        return (told,)
    left = quote.total_fen - charge.paid_fen
    said = {"amount": amount_text(abs(left)), "agreed": amount_text(quote.total_fen)}
    if left > 0:
        return told, say("{amount} of {agreed} is left to pay", **said)
    return told, say("{amount} more than the {agreed} agreed on", **said) if left else say("nothing is left to pay")


def is_repeated_quote(money: Money, quote: Quote, *, same_at: bool) -> bool:
    """Return whether the last quote is the same. A refused quote may be offered again, so it does not count."""
    known = money.quote
    if known is None or known.amounts != quote.amounts or (same_at and known.at_unix != quote.at_unix):
        return False
    return same_at or known.answer is None or known.answer.kind == ACCEPTED


def check_quote(ticket: Ticket, quote: Quote, *, now_unix: int) -> None:
    """Raise RefusedError unless the quote was told after the report and before the work was done."""
    fact = _in_time(ticket, "quoted", quote.at, quote.at_unix, now_unix)
    ticket_rules.check_not_cancelled(ticket)
    done = ticket.last("completed")
    if done and fact.at_unix > done.at_unix:
        raise RefusedError(
            say("T{id} was completed {at}: a price is told before the work", id=ticket.id, at=moment(done.at)),
            hint=say("--at TIME for a quote that was told before; 'ticket charge' records what was paid"),
        )


def quote_notes(ticket: Ticket, money: Money, quote: Quote) -> list[str]:
    """Return notes on a quote: a later one counts, the ticket is already charged, or it was told after the arrival."""
    notes = []
    if (held := money.quote) and held.at_unix > quote.at_unix:
        said = {"at": moment(quote.at), "amount": amount_text(held.total_fen), "later": moment(held.at)}
        notes.append(say("the quote of {at} is recorded; the later one holds: {amount}, {later}", **said))
    if charge := money.charge:
        notes.append(_charge_sentence(ticket, charge))
    visits = [event for event in ticket.valid("arrived") if not event.no_access]
    if visits and visits[0].at_unix < quote.at_unix:
        arrived = moment(visits[0].at)
        notes.append(say("the quote of T{id} is marked: it was told after the arrival {at}", id=ticket.id, at=arrived))
    return notes


def _charge_sentence(ticket: Ticket, charge: Charge) -> str:
    return say("T{id} is charged already: {what}, {at}", id=ticket.id, what=charge.text, at=moment(charge.at))


def get_quote(ticket: Ticket, money: Money) -> Quote:
    """Return the quote that an answer is about; raise RefusedError if there is none."""
    if money.quote is None:
        raise RefusedError(
            say("T{id} has no quote", id=ticket.id),
            hint=say("first what the customer was told: ticket quote T{id} --labour 80", id=ticket.id),
        )
    return money.quote


def is_repeated_answer(quote: Quote, answer: Answer, *, same_at: bool) -> bool:
    """Return whether the quote already has the same answer."""
    known = quote.answer
    if known is None or (known.kind, known.said_by, known.reason) != (answer.kind, answer.said_by, answer.reason):
        return False
    return not same_at or known.at_unix == answer.at_unix


def check_answer(ticket: Ticket, quote: Quote, answer: Answer, *, now_unix: int) -> None:
    """Raise RefusedError if the quote is already answered, or was told after the answer."""
    if known := quote.answer:
        raise RefusedError(
            say("the quote of T{id} was {kind} {at}", id=ticket.id, kind=coded(known.kind), at=moment(known.at)),
            hint=say(
                "'ticket quote T{id}' asks anew; 'ticket void T{id} --money {number}' voids that answer",
                id=ticket.id,
                number=known.number,
            ),
        )
    _in_time(ticket, answer.kind, answer.at, answer.at_unix, now_unix)
    if answer.at_unix < quote.at_unix:
        raise RefusedError(
            say("T{id} was quoted {at}, later than {at2}", id=ticket.id, at=moment(quote.at), at2=moment(answer.at)),
            hint=say("is --at right?"),
        )


def check_charge(ticket: Ticket, money: Money, charge: Charge, *, now_unix: int) -> None:
    """Raise RefusedError if the ticket is already charged, or is a duplicate: its money belongs to the other ticket."""
    if known := money.charge:
        raise RefusedError(
            _charge_sentence(ticket, known),
            hint=say("'ticket void T{id} --money {number} --reason R' first", id=ticket.id, number=known.number),
        )
    _in_time(ticket, "charged", charge.at, charge.at_unix, now_unix)
    cancelled = ticket.last("cancelled")
    if cancelled and cancelled.duplicate_of_id is not None:
        raise RefusedError(
            say("T{id} was cancelled as a duplicate", id=ticket.id),
            hint=say("ticket charge T{id}: the ticket that stays", id=cancelled.duplicate_of_id),
        )


def is_repeated_charge(money: Money, charge: Charge, *, same_at: bool) -> bool:
    """Return whether the ticket already has the same charge."""
    known = money.charge
    if known is None or known[2:5] != charge[2:5]:
        return False
    return not same_at or known.at_unix == charge.at_unix


def warnings(ticket: Ticket, money: Money) -> list[str]:
    """Return warnings about a ticket's charge: no accepted price, another price, or free despite an accepted one."""
    charge, quote = money.charge, money.quote
    if charge is None:
        return []
    if charge.paid_fen is None:
        if quote is None or not money.is_accepted or charge.free_as not in {FreeAs.GUARANTEE, FreeAs.CONTRACT}:
            return []
        said = {"why": coded(charge.free_as), "agreed": amount_text(quote.total_fen)}
        return [say("warning: T{id} is free, and {agreed} was agreed on: {why}", id=ticket.id, **said)]
    if not money.is_accepted:
        if ticket.type != TicketType.REPAIR:
            return []
        return [say("warning: T{id} is paid, and no accepted quote is on record: {way}", id=ticket.id,
                    way=_way(ticket, quote))]  # fmt: skip
    assert quote is not None
    if quote.total_fen != charge.paid_fen:
        amounts = {"paid": amount_text(charge.paid_fen), "agreed": amount_text(quote.total_fen)}
        return [say("warning: {paid} paid for T{id}, {agreed} agreed on", id=ticket.id, **amounts)]
    return []


def _way(ticket: Ticket, quote: Quote | None) -> str:
    if quote is None:
        return say("ticket quote T{id} --labour 80 --at TIME, then ticket accept T{id}", id=ticket.id)
    if quote.answer is None:
        return say("ticket accept T{id} --at TIME", id=ticket.id)
    return say("'ticket quote T{id}' asks anew", id=ticket.id)


def completion_notes(ticket: Ticket, money: Money) -> list[str]:
    """Return notes on what is still to be done about a ticket's money when its work is completed."""
    quote = money.quote
    if money.charge is not None or quote is None:
        return warnings(ticket, money)
    if quote.answer is None:
        amount = amount_text(quote.total_fen)
        return [say("T{id} was quoted {amount}, and nobody has accepted: ticket accept T{id}", id=ticket.id,
                    amount=amount)]  # fmt: skip
    if quote.answer.kind == REFUSED:
        return []
    amount = amount_text(quote.total_fen)
    yuan = amount.removeprefix("¥").removesuffix(".00")
    return [say("{amount} agreed on: ticket charge T{id} --paid {yuan}", id=ticket.id, amount=amount, yuan=yuan)]


def _in_time(ticket: Ticket, kind: str, at: str, at_unix: int, now_unix: int) -> Event:
    fact = Event(kind, at, at_unix)
    ticket_rules.check_not_in_future(fact.at, fact.at_unix, now_unix=now_unix)
    ticket_rules.check_after_report(ticket, fact)
    return fact
