"""Households: the customers who live in one home (S04)."""

from typing import Any

from servicedesk.base.errors import NotFoundError
from servicedesk.base.messages import say
from servicedesk.base.table import columns
from servicedesk.records import customers
from servicedesk.storage import undone
from servicedesk.storage.database import Database, Row, from_json


def get_household(db: Database, household_id: int) -> Row:
    """Return the household's row; raise NotFoundError if there is none."""
    found = db.row("SELECT * FROM household WHERE id = :id AND voided_at IS NULL", id=household_id)
    if found is None:
        raise undone.undone_error(db, "household", household_id) or NotFoundError(
            say("there is no household H{household_id}", household_id=household_id),
            hint=say("'customer show' shows each customer's household"),
        )
    return found


MEMBERS = """
SELECT id, household_relation FROM customer WHERE household_id = :household_id AND voided_at IS NULL ORDER BY id
"""

MEMBER_COLUMNS = columns("id:C=customer", "name:name", "relation", "tier:code", "phones:phone")


def list_members(db: Database, household_id: int | None, *, on: str) -> list[dict[str, Any]]:
    """Return the customers of a household with the keys of MEMBER_COLUMNS; `on` is the day of the tier."""
    relations = {row[0]: row[1] for row in db.rows(MEMBERS, household_id=household_id)}
    return [
        {"id": row["id"], "name": row["name"], "relation": relations[row["id"]], "tier": row["tier"],
         "phones": from_json(row["phones"])}
        for row in customers.list_customers(db, relations, on=on)
    ]  # fmt: skip


def list_people_sharing(db: Database, phone: str) -> list[Row]:
    """Return the customers who share that phone if all of them belong to one household, otherwise []."""
    found = customers.list_customers_by_phone(db, phone)
    homes = {row["household_id"] for row in found}
    if len(found) < 2 or len(homes) > 1 or None in homes:
        return []
    return [customers.get_customer(db, row["id"]) for row in found]
