"""The price list: the price of labour by fault or by category, and the price of travel, each from a day on."""

from typing import NamedTuple

from servicedesk.base.errors import RefusedError, nearest
from servicedesk.base.messages import category_name, coded, joined, say
from servicedesk.base.money import amount_text
from servicedesk.base.table import Table, columns, record
from servicedesk.domain import wording
from servicedesk.records import categories, codes
from servicedesk.records.jobs import brands
from servicedesk.storage.database import Database, Row

TRAVEL = "travel"
OTHER_BRAND = "other_brand"  # labour for brands that do not authorise the outlet (S11)

# The newest row of a day is valid from that day until the next one.
PRICES = """
SELECT p.code, p.amount_fen, p.from_on, lead(p.from_on) OVER (PARTITION BY p.code ORDER BY p.from_on) AS to_on
  FROM price p
 WHERE p.voided_at IS NULL
   AND NOT EXISTS (SELECT 1 FROM price n
                    WHERE n.code = p.code AND n.from_on = p.from_on AND n.id > p.id AND n.voided_at IS NULL)
 ORDER BY p.code, p.from_on
"""

HOLDS = """
SELECT code, amount_fen, from_on FROM price
 WHERE code = :code AND from_on <= :on AND voided_at IS NULL
 ORDER BY from_on DESC, id DESC
 LIMIT 1
"""

# The codes under which a ticket's price may be listed, the most specific first.
CODES_OF_TICKET = """
SELECT t.fault, a.category FROM ticket t LEFT JOIN appliance a ON a.id = t.appliance_id WHERE t.id = :id
"""

_COLUMNS = columns("code:code+=price of", "code-", "amount_fen:fen=amount", "from_on:date=from", "to_on:date=up to")


class Price(NamedTuple):
    """The price of a code, and the first day on which it is valid."""

    code: str
    amount_fen: int
    from_on: str

    @property
    def text(self) -> str:
        """Return the price as a text for people: `¥80.00 (price list: not_cooling, from 2026-01-01)`."""
        amount = amount_text(self.amount_fen)
        return say("{amount} (price list: {code}, from {on})", amount=amount, code=coded(self.code), on=self.from_on)

    @property
    def short_text(self) -> str:
        """Return the price as a short text for a question: `¥80.00, not_cooling`."""
        return joined(", ", (amount_text(self.amount_fen), coded(self.code)))


def find_price(db: Database, code: str, *, on: str) -> Price | None:
    """Return the price of the code that is valid on that day, or None."""
    row = db.row(HOLDS, code=code, on=on)
    return None if row is None or row["amount_fen"] is None else Price(*row)


def find_prices_of_ticket(db: Database, ticket_id: int, *, on: str) -> dict[str, Price]:
    """Return a ticket's listed prices: `labour` by its fault, otherwise by its category, and `travel`."""
    row = db.row(CODES_OF_TICKET, id=ticket_id)
    codes_of_ticket = [*([OTHER_BRAND] if brands.find_other_brand(db, ticket_id, on=on) else []), *(row or ())]
    labour = next((price for code in codes_of_ticket if code and (price := find_price(db, code, on=on))), None)
    found = {"labour": labour, TRAVEL: find_price(db, TRAVEL, on=on)}
    return {part: price for part, price in found.items() if price}


def check_priced(db: Database, text: str) -> str:
    """Return the code that a price may be set for: fault, category, travel, other_brand. RefusedError for others."""
    category = categories.find_code(db, text.strip())
    if category is not None:
        return category
    code = wording.free_code(text, "price") or ""
    known = [TRAVEL, OTHER_BRAND, *codes.list_codes(db, "fault")]
    if code in known:
        return code
    near = nearest(code, [*known, *list_categories(db)], shown=coded)
    raise RefusedError(
        say("nothing is called '{text}' that could have a price", text=text.strip()),
        hint=near or say("a fault such as not_cooling, a category such as fridge, travel or other_brand"),
    )


def list_categories(db: Database) -> list[str]:
    """Return the codes of all categories."""
    sql = "SELECT code FROM category WHERE voided_at IS NULL AND merged_into IS NULL ORDER BY rowid"
    return [row["code"] for row in db.rows(sql)]


def list_prices(db: Database, *, on: str, every: bool = False) -> Table:
    """Return a table of the prices valid on that day and later; with `every` also past ones."""
    rows = [
        _values(row)
        for row in db.rows(PRICES)
        if every or (row["amount_fen"] is not None and (row["to_on"] is None or row["to_on"] > on))
    ]
    return Table(_COLUMNS, rows, empty=say("There is no price list yet: 'price set not_cooling 80' begins one"))


def price_table(db: Database, code: str, *, from_on: str) -> Table:
    """Return the price of a code that is valid from that day, as one object."""
    rows = [row for row in db.rows(PRICES) if (row["code"], row["from_on"]) == (code, from_on)]
    return record(_COLUMNS, _values(rows[0]))


def _values(row: Row) -> list[object]:
    return [_name(row["code"]), *row]


def _name(code: str) -> str:
    """Return a code as a text for people; a category has its name in the file."""
    return coded(code) if code in {TRAVEL, OTHER_BRAND} or code in codes.FAULTS else category_name(code, is_code=True)


def prefill_notes(prices: dict[str, Price]) -> list[str]:
    """Return a note for each part of the quote that was filled in from the price list."""
    return [joined(" ", (coded(part), price.text)) for part, price in prices.items()]
