"""`export opinions`: what customers said by model and fault, for those who develop the appliances (S51)."""

from pathlib import Path

from servicedesk.base.messages import say, say_count
from servicedesk.base.table import Result, Table, columns
from servicedesk.desk.knowledge.people import is_named
from servicedesk.storage.database import Database

NOUN = "opinions"
_COLUMNS = columns(
    "kind:words", "month", "category:words", "brand", "model:code", "fault:words", "found:words??",
    "found_cause:words??=cause", "score:count", "text:brief",
)  # fmt: skip


def export_opinions(db: Database) -> Result:
    """Return every written opinion, by model and month. Opinions that name the customer or a phone are left out."""
    rows = db.rows(Path(__file__).with_suffix(".sql").read_text(encoding="utf-8"))
    kept = [tuple(row)[1:] for row in rows if not is_named(db, row["customer_id"], row["text"])]
    notes = []
    if left := len(rows) - len(kept):
        stays = say_count("{n} opinion names a customer", "{n} opinions name a customer", n=left)
        notes = [say("{stays}: left out", stays=stays)]
    return Result(Table(_COLUMNS, kept), notes, changed=False)
