"""Sections of the morning page (desk/today.py): appliances to bring back, certificates that end."""

from collections.abc import Callable
from typing import Any

from servicedesk.base.messages import say
from servicedesk.storage.database import Database

When = Callable[[str | None], str | None]  # makes an instant or a day short for people


def list_to_return(db: Database, *, when: When) -> list[dict[str, Any]]:
    """Return collected appliances whose tickets have ended and that wait to be brought back."""
    if not db.value("SELECT EXISTS (SELECT 1 FROM event WHERE collected = 1)"):
        return []
    from servicedesk.records.jobs import handovers

    found = []
    for one in handovers.list_here(db):
        row = one.row
        if row["ended_at"] is None:
            continue
        found.append(
            {
                "ref": f"T{one.ticket_id}",
                "ticket_id": one.ticket_id,
                "since_at": row["ended_at"],
                "when": when(row["ended_at"]),
                "what": say("ready to go back") if one.lent_id is None else say("A{id} is lent", id=one.lent_id),
                **{key: row[key] for key in ("customer_id", "customer", "appliance_id", "category", "brand")},
            }
        )
    return found


def list_certificates(db: Database, *, on: str, when: When) -> list[dict[str, Any]]:
    """Return the certificates of technicians that have expired, or end within a month."""
    if not db.value("SELECT EXISTS (SELECT 1 FROM credential)"):
        return []
    from servicedesk.domain.birthday_rules import later
    from servicedesk.records.jobs import credentials

    return credentials.list_ending(db, on=on, until=later(on, credentials.SOON_DAYS), when=when)
