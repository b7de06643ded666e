"""Price list: set what work costs from a day on."""

from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import say
from servicedesk.base.table import Result, nothing_changed
from servicedesk.records.money import prices
from servicedesk.storage.desk import Desk

SAME_DAY = """
SELECT amount_fen FROM price
 WHERE code = :code AND from_on = :from_on AND voided_at IS NULL
 ORDER BY id DESC
 LIMIT 1
"""


def set_price(desk: Desk, text: str, amount_fen: int | None, *, from_on: str | None) -> Result:
    """Set the price (in fen) of a fault, a category or travel from that day on (default: today); None ends it."""
    with desk.db.atomic():
        code, day = prices.check_priced(desk.db, text), from_on or desk.today
        known = desk.db.row(SAME_DAY, code=code, from_on=day)
        if known is None and amount_fen is None and prices.find_price(desk.db, code, on=day) is None:
            raise RefusedError(
                say("{code} has no price on {on}", code=code, on=day), hint=say("'price list' shows the prices")
            )
        changed = known is None or known["amount_fen"] != amount_fen
        if changed:
            desk.db.insert("price", desk.stamp, code=code, amount_fen=amount_fen, from_on=day)
        notes = [] if changed else [nothing_changed(code)]
        return Result(prices.price_table(desk.db, code, from_on=day), notes, changed)
