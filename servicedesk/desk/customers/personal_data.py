"""Export all that the file holds about one person, for that person (PIPL art. 45): raw rows, nested by owner.

The schema says which tables refer to a customer, or to what is a customer's, so new tables are included by themselves.
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from servicedesk.base import dates
from servicedesk.base.table import Column, Table, record
from servicedesk.desk.customers.ownership import column_names, list_hanging
from servicedesk.records import customers
from servicedesk.storage.database import Database, Row

# A note on an appliance is about the owner at that time.
_OF_HIS_TIME = """AND CAST(CASE
         WHEN EXISTS (SELECT 1 FROM change h WHERE h.appliance_id = x.appliance_id AND h.field = 'customer_id'
                         AND h.recorded_unix > unixepoch(x.recorded_at) - 1)
         THEN (SELECT h.old FROM change h WHERE h.appliance_id = x.appliance_id AND h.field = 'customer_id'
                  AND h.recorded_unix > unixepoch(x.recorded_at) - 1 ORDER BY h.recorded_unix, h.id LIMIT 1)
         ELSE (SELECT a.customer_id FROM appliance a WHERE a.id = x.appliance_id) END AS INTEGER)
                    IN (SELECT id FROM customer WHERE id = :person OR merged_into_id = :person)"""


def get_person(db: Database, customer_id: int, *, now: datetime) -> dict[str, Any]:
    """Return the customer's own row, and all rows that belong to it. NotFoundError."""
    with db.snapshot():
        person = customers.get_customer(db, customer_id)
        values: dict[str, Any] = {"exported_at": dates.stamp(now), "outlet": db.outlet.name}
        values |= _own(person) | {"household": _household(db, person["household_id"])}
        values |= dict(_hanging(db, "customer", person["id"], person["id"]))
        merged = db.rows("SELECT * FROM customer WHERE merged_into_id = :id ORDER BY id", id=person["id"])
        values["merged"] = [_own(row) | dict(_hanging(db, "customer", row["id"], person["id"])) for row in merged]
    return values


def person_table(person: dict[str, Any]) -> Table:
    """Return the data of `get_person` as one object."""
    fields = [Column(key, "nested" if isinstance(value, (list, dict)) else "text") for key, value in person.items()]
    return record(fields, list(person.values()))


def _own(row: Row) -> dict[str, Any]:
    """Return the stored values, blanks left out."""
    return {key: row[key] for key in row.keys() if row[key] is not None}  # noqa: SIM118  # a Row iterates over its values


def _household(db: Database, household_id: int | None) -> dict[str, Any] | None:
    """Return the household with the notes on it, without its other members, who are persons of their own."""
    row = db.row("SELECT * FROM household WHERE id = :id", id=household_id)
    return _own(row) | dict(_hanging(db, "household", row["id"], 0)) if row is not None else None


def _hanging(db: Database, noun: str, noun_id: int, person_id: int) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """Yield the rows that refer to that row, table by table, each with the rows that refer to it in turn."""
    for table, column, _, before in list_hanging(db, noun):
        names = column_names(db, table)
        others = "".join(f" AND x.{name} IS NULL" for name in before)
        mine = _OF_HIS_TIME if (table, column) == ("note", "appliance_id") else ""
        values = {"id": noun_id} | ({"person": person_id} if mine else {})
        rows = db.rows(f"SELECT x.* FROM {table} x WHERE x.{column} = :id{others} {mine} ORDER BY x.rowid", **values)
        found = [_own(row) | (dict(_hanging(db, table, row["id"], person_id)) if "id" in names else {}) for row in rows]
        if found:
            yield f"{table}s", found
