"""Sections of the morning page (desk/today.py): call-backs to make, words of customers to read."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

from servicedesk.base import dates
from servicedesk.base.messages import joined
from servicedesk.desk.aftercare import callbacks
from servicedesk.storage.database import Database

When = Callable[[str | None], str | None]  # makes an instant or a day short for people
_SECONDS = 30 * 86400  # only answers of the last 30 days are shown


def list_callbacks(db: Database, *, moment: datetime, when: When) -> list[dict[str, Any]]:
    """Return the call-backs to make."""
    return [
        {
            "ref": f"T{row['ticket_id']}",
            "due_on": row["call_until_on"],
            "since_at": row["completed_at"],
            "reason": ", ".join(row["at_risk"]) or None,
            "when": when(row["call_until_on"]),
            "what": row["why"],
            **{key: row[key] for key in ("ticket_id", "customer_id", "customer")},
        }
        for row in callbacks.find_due(db, now=moment)
    ]


def list_unread(db: Database, *, moment: datetime, when: When) -> list[dict[str, Any]]:
    """Return words of customers of the last 30 days that nobody has read (S56); [] if the outlet records no reading."""
    if not db.value("SELECT EXISTS (SELECT 1 FROM reading WHERE voided_at IS NULL)"):
        return []
    from servicedesk.desk.aftercare import answers

    return [
        {
            "ref": f"E{row['id']}",
            "when": when(row["answered_at"]),
            "what": joined(": ", filter(None, (str(row["score"] or ""), row["reason"]))),
            "since_at": row["answered_at"],
            "text": row["reason"],
            **{key: row[key] for key in ("ticket_id", "customer_id", "customer")},
        }
        for row in answers.find_unread(db, since_unix=dates.unix(moment) - _SECONDS)
    ]
