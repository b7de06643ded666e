"""Consumables that are sent for an appliance at regular intervals: the plans, and what was sent already."""

import json
from datetime import date, timedelta
from typing import Any, NamedTuple

from servicedesk.base.table import Table, columns
from servicedesk.domain.agreements.consumables import Plan
from servicedesk.storage.database import Database, Row

# Plans that are not voided, with the appliance and its owner. Nothing falls due from end_on on: the day the plan was
# stopped, or the day after the appliance was retired.
PLANS = """
SELECT p.id, p.appliance_id, p.item, p.per_year, p.is_free, p.base_on, p.from_on, s.on_date AS stopped_on,
       s.id AS stop_id,
       min(coalesce(s.on_date, '9999-12-31'), coalesce(date(a.retired_on, '+1 days'), '9999-12-31')) AS end_on,
       a.category, a.brand, a.customer_id, c.name AS customer, c.address, c.area, c.forgotten_at,
       (SELECT json_group_array(t.number)
          FROM consumable_sent t
         WHERE t.consumable_id = p.id AND t.voided_at IS NULL) AS sent,
       (SELECT max(t.on_date) FROM consumable_sent t
         WHERE t.consumable_id = p.id AND t.voided_at IS NULL) AS last_sent_on
  FROM consumable p
  JOIN appliance a ON a.id = p.appliance_id AND a.voided_at IS NULL
  LEFT JOIN consumable_stop s ON s.consumable_id = p.id AND s.voided_at IS NULL
  LEFT JOIN customer c ON c.id = a.customer_id
 WHERE p.voided_at IS NULL
   AND (:appliance_id IS NULL OR p.appliance_id = :appliance_id)
   AND (:customer_id IS NULL OR a.customer_id = :customer_id)
 ORDER BY p.appliance_id, p.id
"""

_KEYS = ("id", "appliance_id", "item", "per_year", "is_free", "base_on", "from_on", "stopped_on")
COLUMNS = columns(
    "id-", "appliance_id:A=appliance", "item:words", "per_year:count=a year", "free:words+=paid by", "is_free-",
    "sent:count", "last_sent_on:date=last sent", "next_due_on:date=next due", "overdue:count", "customer:name??",
    "customer_id-", "base_on-", "from_on-", "stopped_on-",
)  # fmt: skip


class Sending(NamedTuple):
    """A plan for a consumable, and the row that it was read from."""

    plan: Plan
    row: Row

    @property
    def is_stopped(self) -> bool:
        return self.row["stopped_on"] is not None

    def values(self, on: date) -> dict[str, Any]:
        """Return the values of COLUMNS for the plan, as of that day."""
        overdue = self.plan.unsent(on - timedelta(days=1))
        coming = self.plan.next_number(on - timedelta(days=1))
        row = {key: self.row[key] for key in (*_KEYS, "customer_id", "customer", "last_sent_on")}
        return row | {
            "is_free": bool(self.row["is_free"]),
            "free": "outlet" if self.row["is_free"] else "customer",
            "sent": len(self.plan.sent),
            "next_due_on": self.plan.due_on(coming).isoformat() if coming else None,
            "overdue": len(overdue),
        }


def list_sendings(db: Database, *, appliance_id: int | None = None, customer_id: int | None = None) -> list[Sending]:
    """Return all plans that are not voided, stopped ones too, or those of one appliance or one customer."""
    rows = db.rows(PLANS, appliance_id=appliance_id, customer_id=customer_id)
    return [Sending(_plan(row), row) for row in rows]


def _plan(row: Row) -> Plan:
    days = (date.fromisoformat(row[key]) for key in ("base_on", "from_on", "end_on"))
    base, first, end = days
    return Plan(base, row["per_year"], first, end, frozenset(json.loads(row["sent"])))


def sending_table(found: list[Sending], *, on: str, one: bool = False) -> Table:
    """Return plans as a table."""
    day = date.fromisoformat(on)
    rows = [[values[column.key] for column in COLUMNS] for values in (sending.values(day) for sending in found)]
    return Table(COLUMNS, rows, one=one)


_OF_CUSTOMER = columns(
    "appliance_id:A=appliance", "item:words", "per_year:count=a year", "next_due_on:date=next due", "overdue:count",
    "last_sent_on:date=last sent", "is_free-",
)  # fmt: skip


def list_of_customer(db: Database, customer_id: int, *, on: str) -> Table:
    """Return a table of the plans for the customer's appliances that are not stopped."""
    day = date.fromisoformat(on)
    found = [one.values(day) for one in list_sendings(db, customer_id=customer_id) if day < one.plan.end]
    return Table(_OF_CUSTOMER, [[values[column.key] for column in _OF_CUSTOMER] for values in found])
