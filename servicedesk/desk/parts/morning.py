"""Sections of the morning page (desk/today.py): spare parts that came for tickets, and overdue parts."""

from collections.abc import Callable, Container
from typing import Any

from servicedesk.records.parts import holding, waiting
from servicedesk.storage.database import Database

Item = dict[str, Any]  # as desk/today.py shows it


def list_arrived(
    db: Database, open_tickets: Container[int], ticket_item: Callable[..., Item], when: Callable[[str], str | None]
) -> list[Item]:
    """Return open tickets that want a part which is in stock, the longest wait first."""
    return [
        ticket_item(want.ticket_id, since_at=want.since_at, reason=want.code, when=when(want.since_at), what=want.text)
        for want in waiting.find_arrived(db)
        if want.ticket_id in open_tickets
    ]


def list_overdue(db: Database, on: str, when: Callable[[str], str | None]) -> list[Item]:
    """Return parts that technicians should have used or given back before that day."""
    return [
        {
            "ref": held.code,
            "ticket_id": held.ticket_id,
            "customer_id": None,
            "technician": held.technician,
            "due_on": held.due_on,
            "since_at": held.issued_at,
            "reason": held.code,
            "text": held.name,
            "when": when(held.due_on),
            "what": held.text,
        }
        for held in holding.find_held(db)
        if held.is_overdue(on)
    ]
