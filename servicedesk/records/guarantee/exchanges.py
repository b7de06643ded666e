"""Exchanges: an appliance that was replaced, and the appliance that replaced it (W11)."""

from servicedesk.base.table import Table, columns, record
from servicedesk.storage.database import Database, Row

COLUMNS = columns("appliance_id:A=appliance", "successor_id:A=in its place", "on_date:date=on")
_STANDING = "SELECT * FROM exchange WHERE appliance_id = :id AND voided_at IS NULL"
_BEGINNING = "SELECT * FROM exchange WHERE successor_id = :id AND voided_at IS NULL"


def find_exchange(db: Database, appliance_id: int) -> Row | None:
    """Return the exchange in which this appliance was replaced by another, or None."""
    return db.row(_STANDING, id=appliance_id)


def find_beginning(db: Database, appliance_id: int) -> Row | None:
    """Return the exchange in which this appliance replaced another, or None."""
    return db.row(_BEGINNING, id=appliance_id)


def exchange_table(row: Row) -> Table:
    """Return an exchange as one object."""
    return record(COLUMNS, [row[column.key] for column in COLUMNS])
