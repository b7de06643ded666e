"""Brands that authorise the outlet to do their work, and until when (S11)."""

from servicedesk.base.messages import say
from servicedesk.base.table import Table, columns
from servicedesk.domain.spellings import brand_key
from servicedesk.storage.database import Database, Row

# The newest row of each brand counts. Spellings of brands are compared in Python.
BRANDS = "SELECT id, name, from_on, until_on FROM brand WHERE voided_at IS NULL ORDER BY id DESC"
COLUMNS = columns("brand:name", "from_on:date=from", "until_on:date=valid until", "authorised")


def load_brands(db: Database) -> dict[str, Row]:
    """Return the newest row of each brand, by brand_key of its name; {} if no brand is recorded."""
    found: dict[str, Row] = {}
    for row in db.rows(BRANDS):
        found.setdefault(brand_key(row["name"]), row)
    return found


def holds_on(row: Row, on: str) -> bool:
    """Return whether the brand authorises the outlet on that day."""
    return bool(row["from_on"] <= on and (row["until_on"] is None or on <= row["until_on"]))


def list_authorised(db: Database, *, on: str) -> list[str]:
    """Return the names of the brands that authorise the outlet on that day."""
    return sorted(row["name"] for row in load_brands(db).values() if holds_on(row, on))


def is_other_brand(db: Database, brand: str | None, *, on: str) -> bool:
    """Return whether the outlet works for this brand without its authorisation on that day.

    Return False if no brand is recorded at all.
    """
    known = load_brands(db) if brand else {}
    if not known or brand is None:
        return False
    row = known.get(brand_key(brand))
    return row is None or not holds_on(row, on)


def brand_table(db: Database, *, on: str) -> Table:
    """Return a table of all recorded brands, and whether each authorises the outlet on that day."""
    rows = [
        [row["name"], row["from_on"], row["until_on"], holds_on(row, on)]
        for row in sorted(load_brands(db).values(), key=lambda row: row["name"])
    ]
    return Table(COLUMNS, rows, empty=say("No brand is on record: 'outlet brand Haier' begins the list"))


def warnings(db: Database, brand: str | None, *, on: str) -> list[str]:
    """Return a warning if the brand does not authorise the outlet on that day: charge its work as other brand."""
    if not is_other_brand(db, brand, on=on):
        return []
    return [say("warning: {brand} does not authorise this outlet: charge it as other brand", brand=brand)]


BRAND_OF_TICKET = """
SELECT a.brand FROM ticket t JOIN appliance a ON a.id = t.appliance_id WHERE t.id = :id AND a.brand IS NOT NULL
"""


def find_other_brand(db: Database, ticket_id: int, *, on: str) -> str | None:
    """Return the brand of a ticket's appliance if it does not authorise the outlet on that day, otherwise None."""
    brand: str | None = db.value(BRAND_OF_TICKET, id=ticket_id)
    return brand if is_other_brand(db, brand, on=on) else None
