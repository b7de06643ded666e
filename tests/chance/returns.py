"""Contacts, sales, contracts and exchanges that chance makes, at the very edges of what they decide."""

from datetime import datetime, timedelta

from tests.chance.outlets import MINUTE, SECOND, Chance

REPORTS = """
SELECT r.ticket_id, r.at, (SELECT d.at FROM event d WHERE d.ticket_id = r.ticket_id AND d.kind = 'completed'
                              AND d.voided_at IS NULL) AS done_at
  FROM event r
 WHERE r.kind = 'reported' AND r.voided_at IS NULL
"""


def talked(chance: Chance) -> None:
    """Contacts about tickets, in and out, some at the edge of the report or of the completion, some taken back."""
    for row in chance.db.rows(REPORTS):
        reported = datetime.fromisoformat(row["at"])
        edges = [reported + 10 * MINUTE, reported + 10 * MINUTE + SECOND]
        if row["done_at"]:
            done = datetime.fromisoformat(row["done_at"])
            edges += [done, done + SECOND]
        for _ in range(chance.rng.choice((0, 0, 1, 2))):
            at = chance.rng.choice(edges) if chance.odds(0.5) else reported + chance.span(60)
            typed = at + chance.span(chance.rng.choice((0, 1)))
            told = {"ticket_id": row["ticket_id"], "direction": chance.rng.choice(("in", "in", "out"))}
            told |= {"channel": "phone", "at": chance.outlet.text(at)}
            contact_id = chance.db.insert("contact", chance.typed(typed), **told)
            chance.outlet.moments += [at, typed]
            _perhaps_voided(chance, "contact", contact_id, typed)


def sold(chance: Chance) -> None:
    """The days on which appliances were bought, later appliances of the customers, exchanges within fifteen days."""
    for appliance_id in [*chance.appliances]:
        if chance.odds(0.5):
            on = chance.outlet.first + timedelta(days=chance.rng.randrange(-20, 60))
            _bought(chance, appliance_id, on.isoformat())
    for customer_id in chance.customers:
        at = chance.rng.choice(chance.outlet.moments)
        values = {"customer_id": customer_id, "category": "washer"}
        successor = chance.db.insert("appliance", chance.typed(at), **values)
        on = chance.outlet.day(at)
        _bought(chance, successor, on.isoformat())
        old = chance.rng.choice(chance.appliances)
        free = not chance.db.value("SELECT 1 FROM exchange WHERE appliance_id = :id", id=old)
        if free and chance.odds(0.5):
            row = {"appliance_id": old, "successor_id": successor, "on_date": on.isoformat()}
            exchange_id = chance.db.insert("exchange", chance.typed(at), **row)
            _bought(chance, old, (on - timedelta(days=chance.rng.choice((14, 15, 16)))).isoformat())
            _perhaps_voided(chance, "exchange", exchange_id, at)
        if chance.odds(0.5):
            agreed = {"customer_id": customer_id, "kind": "service", "from_on": on.isoformat(), "to_on": "2030-01-01"}
            contract_id = chance.db.insert("contract", chance.typed(at), **agreed, warn_days=30)
            _perhaps_voided(chance, "contract", contract_id, at)


def _bought(chance: Chance, appliance_id: int, on: str) -> None:
    """Say since when somebody has it; some of it as an edit that figures of before do not know."""
    sql = "UPDATE appliance SET bought_on = :on, bought_precision = 'day' WHERE id = :id AND retired_on IS NULL"
    known = chance.db.value("SELECT bought_on FROM appliance WHERE id = :id AND retired_on IS NULL", id=appliance_id)
    if known is None and chance.odds(0.3):
        at = chance.rng.choice(chance.outlet.moments)
        chance.change("appliance", appliance_id, "bought_on", at, None, on)
        chance.change("appliance", appliance_id, "bought_precision", at, "unknown", "day")
    chance.db.run(sql, on=on, id=appliance_id)


def _perhaps_voided(chance: Chance, table: str, row_id: int, recorded_at: datetime) -> None:
    if chance.odds(0.15):
        chance.void(table, row_id, recorded_at + SECOND + chance.span(chance.rng.choice((0, 1, 300))))
