"""Record which calls, visits and marketing a customer wants, and name the calls that are no longer due (M22)."""

from datetime import datetime

from servicedesk.base.messages import item_list, say
from servicedesk.base.table import Result
from servicedesk.desk.aftercare import callbacks
from servicedesk.records import consents, customers
from servicedesk.storage.desk import Desk


def record_wishes(
    desk: Desk, customer_id: int, *, at: datetime | None, wishes: dict[str, str], given_by: str | None
) -> Result:
    """Record which calls, visits and marketing the customer wants. The notes name the calls that are no longer due."""
    with desk.db.atomic():
        owner_id = customers.get_standing_customer(desk.db, customer_id)["id"]
        due = callbacks.find_due(desk.db, now=desk.now) if wishes.get("calls") == "no" else []
        refs = [f"T{row['ticket_id']}" for row in due if row["customer_id"] == owner_id]
        said = consents.record_consent(desk, customer_id, at=at, wishes=wishes, given_by=given_by)
        if not (refs and said.changed):
            return said
        gone = say("no call-back any more: {refs} left 'callback due'", refs=item_list(refs))
        return said._replace(notes=[*said.notes, gone])
