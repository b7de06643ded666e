"""Quotes, answers and charges that chance makes: late, voided, at the very second of a completion or an arrival."""

from datetime import datetime

from tests.chance.outlets import SECOND, Chance

# What stands of a ticket: when it was reported, when somebody came, when it was completed.
TIMES = """
SELECT kind, at FROM event
 WHERE ticket_id = :id AND kind IN ('reported', 'arrived', 'completed') AND voided_at IS NULL
 ORDER BY at_unix
"""


def priced(chance: Chance, ticket_id: int) -> None:
    """The money of a ticket: up to two quotes, mostly answered, and a charge."""
    times = [(row["kind"], datetime.fromisoformat(row["at"])) for row in chance.db.rows(TIMES, id=ticket_id)]
    reported = next(at for kind, at in times if kind == "reported")
    edges = [at + step for _, at in times for step in (-SECOND, 0 * SECOND, SECOND) if at + step >= reported]
    for _ in range(chance.rng.choice((0, 1, 1, 2))):
        _quoted(chance, ticket_id, reported, edges)
    if chance.odds(0.8):
        _charged(chance, ticket_id, reported, edges)


def _quoted(chance: Chance, ticket_id: int, reported: datetime, edges: list[datetime]) -> None:
    at = chance.rng.choice(edges) if chance.odds(0.5) else reported + chance.span(60)
    recorded_at = _typed(chance, at)
    amounts = {
        "labour_fen": chance.rng.randrange(1, 20_000),
        "parts_fen": chance.rng.randrange(50_000),
        "travel_fen": 0,
    }
    row = {"ticket_id": ticket_id, "at": chance.outlet.text(at)} | amounts
    quote_id = chance.db.insert("quote", chance.typed(recorded_at), **row)
    chance.outlet.moments += [at, recorded_at]
    clock = recorded_at
    if chance.odds(0.8):
        answered = [edge for edge in edges if edge >= at]
        said_at = chance.rng.choice(answered) if answered and chance.odds(0.5) else at + chance.span(30)
        clock = max(clock, _typed(chance, said_at))
        kind = chance.rng.choice(("accepted", "accepted", "refused"))
        said = {"quote_id": quote_id, "kind": kind, "at": chance.outlet.text(said_at)}
        answer_id = chance.db.insert("quote_answer", chance.typed(clock), **said)
        chance.outlet.moments += [said_at, clock]
        clock = _perhaps_voided(chance, "quote_answer", answer_id, clock)
    _perhaps_voided(chance, "quote", quote_id, clock)


def _charged(chance: Chance, ticket_id: int, reported: datetime, edges: list[datetime]) -> None:
    """A charge, now and then a second one when the first was taken back."""
    clock = reported
    for _ in range(2):
        at = chance.rng.choice(edges) if chance.odds(0.5) else reported + chance.span(90)
        recorded_at = max(clock, _typed(chance, at))
        paid = chance.rng.randrange(1, 80_000) if chance.odds(0.7) else None
        why = None if paid else chance.rng.choice(("guarantee", "contract", "goodwill", "recovery"))
        row = {"ticket_id": ticket_id, "at": chance.outlet.text(at), "paid_fen": paid, "free_as": why}
        charge_id = chance.db.insert("charge", chance.typed(recorded_at), **row)
        chance.outlet.moments += [at, recorded_at]
        clock = _perhaps_voided(chance, "charge", charge_id, recorded_at)
        if clock == recorded_at:
            break


def _typed(chance: Chance, at: datetime) -> datetime:
    return at + chance.span(chance.rng.choice((0, 0, 0, 1, 60)))


def _perhaps_voided(chance: Chance, table: str, row_id: int, recorded_at: datetime) -> datetime:
    """When it was taken back, else when it was recorded."""
    if not chance.odds(0.15):
        return recorded_at
    at = recorded_at + SECOND + chance.span(chance.rng.choice((0, 1, 300)))
    chance.void(table, row_id, at)
    return at
