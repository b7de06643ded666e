"""Sections of the morning page (desk/today.py): contracts and consumables that are due."""

from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from servicedesk.base.messages import coded, in_words, joined
from servicedesk.storage.database import Database

When = Callable[[str | None], str | None]  # makes an instant or a day short for people


def list_contracts_due(db: Database, *, moment: datetime, when: When) -> list[dict[str, Any]]:
    """Return ends, visits and responses of contracts that need attention."""
    if not db.value("SELECT EXISTS (SELECT 1 FROM contract WHERE voided_at IS NULL)"):
        return []
    from servicedesk.desk.agreements import contracts

    return [
        {
            "ref": f"G{row['contract_id']}",
            "when": when(row["due_at"] or row["due_on"]),
            "what": row["what"] if row["reason"] == "visit" else joined(": ", [coded(row["reason"]), row["what"]]),
            **{key: row[key] for key in ("customer_id", "customer", "ticket_id", "due_at", "due_on", "reason")},
        }
        for row in contracts.find_due(db, now=moment)
    ]


def list_consumables_due(db: Database, *, on: str, when: When) -> list[dict[str, Any]]:
    """Return consumables that are due by the end of the month of `on`."""
    if not db.value("SELECT EXISTS (SELECT 1 FROM consumable WHERE voided_at IS NULL)"):
        return []
    from servicedesk.desk.agreements import consumables

    first, last = consumables.month_days(date.fromisoformat(on))
    return [
        {
            "ref": f"A{row['appliance_id']}",
            "when": when(row["due_on"]),
            "what": joined(" ", [in_words(row["item"]), str(row["number"])]),
            "reason": row["status"],
            **{key: row[key] for key in ("customer_id", "customer", "appliance_id", "category", "brand", "due_on")},
        }
        for row in consumables.find_due(db, first=first, until=last, on=on)
    ]
