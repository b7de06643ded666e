"""Write the demo's rows in bulk: the columns that it fills in each table, and the collected rows."""

from collections import Counter
from datetime import datetime
from typing import Any

from servicedesk.base import dates
from servicedesk.storage.database import Database

# Parents first, because of foreign keys; a ticket's events in the order of time, as the triggers demand.
COLUMNS = {
    "household": ("id", "name"),
    "customer": ("id", "name", "household_id", "household_relation", "address", "area"),
    "phone": ("customer_id", "number", "digits"),
    "tier": ("customer_id", "tier", "from_on"),
    "consent": ("customer_id", "purpose", "wanted", "given_by", "at"),
    "appliance": (
        "id", "customer_id", "category", "brand", "model", "serial", "plate", "bought_on", "bought_precision",
        "installed_on", "installed_precision", "delivered_on", "invoice_on", "invoice_no", "price_fen", "installed_by",
        "use", "remote_sale", "sold_by_id",
    ),
    "absence": ("technician_id", "from_on", "to_on"),
    "ticket": (
        "id", "type", "customer_id", "appliance_id", "channel", "fault", "text", "follows_ticket_id", "on_site",
        "mode", "is_mystery",
    ),
    "event": (
        "id", "ticket_id", "kind", "at", "technician_id", "window_from", "window_to", "asked_by", "no_access", "cause",
        "outcome", "reason", "cancelled_by", "duplicate_of_id", "score", "source", "corrects_id", "voided_at",
        "voided_by", "void_reason", "exclusion", "evidence", "part_id", "found", "found_cause", "solution_id",
        "collected", "steps_done",
    ),
    "note": ("customer_id", "text", "on_md", "yearly"),
    "callback": ("ticket_id", "at", "outcome"),
    "promise": ("id", "ticket_id", "what", "due_at", "at"),
    "promise_end": ("promise_id", "kind", "at"),
    "complaint": ("id", "customer_id", "ticket_id", "at", "kind", "about", "severity", "external_body"),
    "complaint_step": ("complaint_id", "kind", "at", "upheld", "text", "cause", "measure", "measure_by"),
    "quote": ("id", "ticket_id", "at", "labour_fen", "parts_fen", "travel_fen"),
    "quote_answer": ("quote_id", "kind", "at", "reason"),
    "charge": ("ticket_id", "at", "paid_fen", "method", "free_as"),
    "compensation": ("complaint_id", "kind", "at", "amount_fen", "purse", "party"),
}  # fmt: skip


class Rows:
    """Collects rows in the order in which they were typed, until they are written."""

    def __init__(self, db: Database) -> None:
        self.db = db
        self._rows: dict[str, list[tuple[Any, ...]]] = {table: [] for table in COLUMNS}
        self._keys: Counter[str] = Counter()

    def add(self, table: str, typed_at: datetime, actor: str, *values: Any) -> None:
        """Collect a row; `values` are in the order of COLUMNS."""
        self._rows[table].append((*values, dates.stamp(typed_at), actor, "typed"))

    def next_key(self, table: str) -> int:
        """Return the next id of a table that only these rows fill."""
        self._keys[table] += 1
        return self._keys[table]

    def flush(self) -> None:
        """Write the collected rows."""
        with self.db.atomic():
            for table, names in COLUMNS.items():
                marks = ", ".join("?" * (len(names) + 3))
                sql = f"INSERT INTO {table} ({', '.join(names)}, recorded_at, actor, origin) VALUES ({marks})"
                self.db.run_many(sql, self._rows[table])
                self._rows[table].clear()
