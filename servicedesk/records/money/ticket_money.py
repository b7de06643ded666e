"""The money of a ticket: its quotes, the customer's answers to them, and the charge."""

from collections.abc import Mapping, Sequence
from typing import Any

from servicedesk.base.messages import coded, item_list, joined, say
from servicedesk.base.money import amount_text
from servicedesk.base.table import Table, columns, record, shown
from servicedesk.domain.model import Stamp
from servicedesk.domain.money_rules import PARTS, Answer, Charge, Money, Quote
from servicedesk.storage.database import Database, Row

# Quotes, answers and charges, numbered in the order of recording, so that a number never changes. The order is that of
# the commands that wrote them (or the last command before), not of the clock: a pinned clock may go back, and several
# facts may share a second. ORDER BY … LIMIT 1 finds the span in the index, however many there are.
FACTS = """
SELECT row_number() OVER (ORDER BY coalesce((SELECT s.command_id FROM command_span s
                                              WHERE s.noun = fact.noun AND s.first_id <= fact.id
                                              ORDER BY s.first_id DESC
                                              LIMIT 1), 0),
                                   recorded_unix, rank, id) AS number, *
  FROM (SELECT 1 AS rank, 'quote' AS noun, q.id, q.id AS quote_id, 'quoted' AS kind, q.at, q.at_unix,
               q.total_fen AS amount_fen, q.labour_fen, q.parts_fen, q.travel_fen, NULL AS said_by, NULL AS reason,
               NULL AS method, NULL AS free_as, q.recorded_at, q.recorded_unix, q.actor, q.origin, q.voided_at,
               q.voided_by, q.void_reason,
               EXISTS (SELECT 1 FROM event a
                        WHERE a.ticket_id = q.ticket_id AND a.kind = 'arrived' AND a.no_access = 0
                          AND a.at_unix < q.at_unix AND a.voided_at IS NULL) AS after_arrival
          FROM quote q
         WHERE q.ticket_id = :id
         UNION ALL
        SELECT 2, 'quote_answer', a.id, a.quote_id, a.kind, a.at, a.at_unix, NULL, NULL, NULL, NULL, a.said_by,
               a.reason, NULL, NULL, a.recorded_at, a.recorded_unix, a.actor, a.origin, a.voided_at, a.voided_by,
               a.void_reason, NULL
          FROM quote q
          JOIN quote_answer a ON a.quote_id = q.id
         WHERE q.ticket_id = :id
         UNION ALL
        SELECT 3, 'charge', c.id, NULL, CASE WHEN c.paid_fen IS NULL THEN 'free' ELSE 'paid' END, c.at, c.at_unix,
               c.paid_fen, NULL, NULL, NULL, NULL, NULL, c.method, c.free_as, c.recorded_at, c.recorded_unix, c.actor,
               c.origin, c.voided_at, c.voided_by, c.void_reason, NULL
          FROM charge c
         WHERE c.ticket_id = :id) AS fact
 ORDER BY number
"""

_FACT_KEYS = (
    "number", "id", "kind", "at", "amount_fen", "actor", "labour_fen", "parts_fen", "travel_fen", "after_arrival",
    "said_by", "reason", "method", "free_as", "recorded_at", "origin", "voided_at", "voided_by", "void_reason",
)  # fmt: skip

_KEYS = (
    "labour_fen", "parts_fen", "travel_fen", "total_fen", "quoted_at", "after_arrival", "answer", "answered_at",
    "said_by", "reason", "paid_fen", "method", "free_as", "charged_at",
)  # fmt: skip
_RECORD = columns(
    "ticket_id:T=ticket", *(f"{key}-" for key in _KEYS), "quoted+=quote", "told+", "said+=answer",
    "charged+=charge",
)  # fmt: skip


def load_facts(db: Database, ticket_id: int) -> list[Row]:
    """Return all quotes, answers and charges of a ticket in the order of recording, including voided ones."""
    return db.rows(FACTS, id=ticket_id)


def load_money(db: Database, ticket_id: int) -> Money:
    """Return the quotes, answers and charge of a ticket that are not voided, as a value for the rules."""
    return money_of(load_facts(db, ticket_id))


def money_of(facts: Sequence[Row]) -> Money:
    """Return the rows of FACTS that are not voided, as a value for the rules."""
    rows = [row for row in facts if row["voided_at"] is None]
    answers = {
        row["quote_id"]: Answer(row["kind"], row["at"], row["at_unix"], row["said_by"], row["reason"], row["number"])
        for row in rows
        if row["rank"] == 2
    }
    quotes = [
        Quote(row["at"], row["at_unix"], row["labour_fen"], row["parts_fen"], row["travel_fen"], row["id"],
              row["number"], answers.get(row["id"]), bool(row["after_arrival"]))
        for row in rows
        if row["rank"] == 1
    ]  # fmt: skip
    charges = [
        Charge(row["at"], row["at_unix"], row["amount_fen"], row["method"], row["free_as"], row["number"])
        for row in rows
        if row["rank"] == 3
    ]
    quotes.sort(key=lambda quote: (quote.at_unix, quote.id))
    return Money(tuple(quotes), charges[0] if charges else None)


def insert_quote(db: Database, stamp: Stamp, ticket_id: int, quote: Quote) -> None:
    """Insert a quote, inside a transaction."""
    amounts = {"labour_fen": quote.labour_fen, "parts_fen": quote.parts_fen, "travel_fen": quote.travel_fen}
    db.insert("quote", stamp, ticket_id=ticket_id, at=quote.at, **amounts)


def insert_answer(db: Database, stamp: Stamp, quote: Quote, answer: Answer) -> None:
    """Insert the answer to a quote, inside a transaction."""
    said = {"kind": answer.kind, "at": answer.at, "said_by": answer.said_by, "reason": answer.reason}
    db.insert("quote_answer", stamp, quote_id=quote.id, **said)


def insert_charge(db: Database, stamp: Stamp, ticket_id: int, charge: Charge) -> None:
    """Insert the charge of a ticket (the amount paid, or why it was free), inside a transaction."""
    how = {"paid_fen": charge.paid_fen, "method": charge.method, "free_as": charge.free_as}
    db.insert("charge", stamp, ticket_id=ticket_id, at=charge.at, **how)


def quote_text(quote: Quote) -> str:
    """Return a quote as a text for people: `¥310.00: labour ¥80.00, parts ¥230.00`."""
    named = dict(zip(PARTS, quote.amounts, strict=True))
    return joined(": ", [amount_text(quote.total_fen), parts_text(named)])


def parts_text(named: Mapping[str, int | None]) -> str:
    """Return the parts of an amount as a text, without those of zero: `labour ¥80.00, parts ¥230.00`."""
    return item_list(joined(" ", (coded(name), amount_text(fen))) for name, fen in named.items() if fen)


def money_table(db: Database, ticket_id: int) -> Table:
    """Return a table of a ticket's current quote, the answer to it, and the charge."""
    money = load_money(db, ticket_id)
    quote, charge = money.quote, money.charge
    answer = quote.answer if quote else None
    row = [
        ticket_id,
        *(quote.amounts if quote else (None, None, None)),
        quote.total_fen if quote else None,
        quote.at if quote else None,
        quote.after_arrival if quote else None,
        *((answer.kind, answer.at, answer.said_by, answer.reason) if answer else (None, None, None, None)),
        *((charge.paid_fen, charge.method, charge.free_as, charge.at) if charge else (None, None, None, None)),
        quote_text(quote) if quote else None,
        _quote_time_text(quote) if quote else None,
        _answer_text(answer) if answer else None,
        _charge_text(charge) if charge else None,
    ]
    return record(_RECORD, row)


def _quote_time_text(quote: Quote) -> str:
    told = shown(quote.at, "instant")
    return say("{at}, after the arrival", at=told) if quote.after_arrival else told


def _answer_text(answer: Answer) -> str:
    parts = [coded(answer.kind), shown(answer.at, "instant")]
    parts += [say("by {who}", who=answer.said_by)] if answer.said_by else []
    return joined(", ", [*parts, answer.reason] if answer.reason else parts)


def _charge_text(charge: Charge) -> str:
    how = [coded(charge.method)] if charge.method else []
    return joined(", ", [charge.text, *how, shown(charge.at, "instant")])


def list_facts(facts: Sequence[Row]) -> list[dict[str, Any]]:
    """Return all quotes, answers and charges of a ticket as objects for programs, including voided ones."""
    found = [{key: fact[key] for key in _FACT_KEYS} for fact in facts]
    for fact in found:
        fact["after_arrival"] = None if fact["after_arrival"] is None else bool(fact["after_arrival"])
    return found


def facts_text(facts: Sequence[Row]) -> str | None:
    """Return the facts with their numbers in one line: `1 quoted ¥310.00, 2 accepted, 3 paid ¥310.00 (wechat)`.

    Undone facts are left out.
    """
    told = [_fact_text(fact) for fact in facts if fact["void_reason"] != "undone"]
    return joined(", ", told) if told else None


def _fact_text(fact: Row) -> str:
    words = [str(fact["number"]), coded(fact["kind"])]
    words += [amount_text(fact["amount_fen"])] if fact["amount_fen"] else []
    more = [say("after the arrival")] if fact["after_arrival"] else []
    more += [say("by {who}", who=fact["said_by"])] if fact["said_by"] else []
    more += [coded(fact[key]) for key in ("method", "free_as") if fact[key]]
    more += [fact["reason"]] if fact["reason"] else []
    more += [say("voided: {reason}", reason=fact["void_reason"])] if fact["voided_at"] else []
    text = joined(" ", words)
    return say("{text} ({more})", text=text, more=joined(", ", more)) if more else text
