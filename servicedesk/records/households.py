"""Households: the people of one home, and the machines in it (S04)."""

import json
from typing import Any

from servicedesk.base.errors import NotFoundError
from servicedesk.base.messages import say
from servicedesk.base.table import columns
from servicedesk.records import customers
from servicedesk.storage import undone
from servicedesk.storage.database import Database, Row


def get_household(db: Database, household_id: int) -> Row:
    """Return the household's own row. NotFoundError."""
    found = db.row("SELECT * FROM household WHERE id = :id AND voided_at IS NULL", id=household_id)
    if found is None:
        raise undone.gone_note(db, "household", household_id) or NotFoundError(
            say("there is no household H{household_id}", household_id=household_id),
            hint=say("'customer show' shows each customer's household"),
        )
    return found


MEMBERS = f"""
SELECT c.id, c.name, c.household_relation AS relation, {customers.TIER_ON} AS tier, {customers.PHONES} AS phones
  FROM customer c
 WHERE c.household_id = :household_id AND c.voided_at IS NULL
 ORDER BY c.id
"""

MEMBER_COLUMNS = columns("id:C=customer", "name", "relation", "tier", "phones")


def list_members(db: Database, household_id: int | None, *, on: str) -> list[dict[str, Any]]:
    """Return the people of a household with the keys of MEMBER_COLUMNS; `on` is the day of the tier."""
    return [
        dict(row) | {"phones": json.loads(row["phones"])} for row in db.rows(MEMBERS, household_id=household_id, on=on)
    ]


def list_people_sharing(db: Database, phone: str) -> list[Row]:
    """Return the people who share that phone, where all of them belong to one household; else nothing."""
    found = customers.list_customers_by_phone(db, phone)
    homes = {row["household_id"] for row in found}
    if len(found) < 2 or len(homes) > 1 or None in homes:
        return []
    return [customers.get_customer(db, row["id"]) for row in found]
