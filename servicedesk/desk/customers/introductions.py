"""Introductions: which customer introduced which. Nobody introduces themselves, directly or in a circle (S60)."""

from itertools import pairwise

from servicedesk.base.errors import RefusedError
from servicedesk.base.messages import item_list, say
from servicedesk.records.customers import get_standing_customer
from servicedesk.storage.changes import write_changes
from servicedesk.storage.database import Database, Row
from servicedesk.storage.desk import Desk

_INTRODUCER = "SELECT introduced_by_id FROM customer WHERE id = :id"
_INTRODUCED = """
SELECT id, name, id = :by AS is_introducer FROM customer
 WHERE id = :by OR introduced_by_id = :id AND voided_at IS NULL AND merged_into_id IS NULL
 ORDER BY id
"""


def find_introducer(db: Database, introducer_id: int, *, of_id: int | None = None) -> int:
    """Return the id of a customer who may have introduced `of_id` (None: a new customer).

    RefusedError if both are the same customer, or if the introductions would form a circle.
    """
    introducer_id = int(get_standing_customer(db, introducer_id)["id"])
    if introducer_id == of_id:
        raise RefusedError(
            say("C{id} cannot have introduced C{id}", id=of_id), hint=say("name another customer, or none")
        )
    if of_id is not None and of_id in (line := _line(db, introducer_id)):
        way = item_list(say("C{id} by C{by}", id=one, by=by) for one, by in pairwise(line))
        raise RefusedError(
            say("a circle: C{by} was introduced by way of C{id} ({way})", by=introducer_id, id=of_id, way=way),
            hint=say("'customer edit C{by} --introduced-by none', if that was wrong", by=introducer_id),
        )
    return introducer_id


def _line(db: Database, customer_id: int) -> list[int]:
    """Return the customer, their introducer, the introducer's introducer, and so on."""
    line = [customer_id]
    while (by := db.value(_INTRODUCER, id=line[-1])) is not None and by not in line:
        line.append(by)
    return line


def list_introduced(db: Database, person: Row) -> tuple[Row | None, list[Row]]:
    """Return the person's introducer (None without one), and the customers whom the person introduced."""
    found = db.rows(_INTRODUCED, id=person["id"], by=person["introduced_by_id"])
    introducer = next((row for row in found if row["is_introducer"]), None)
    return introducer, [row for row in found if not row["is_introducer"]]


def merge_introductions(desk: Desk, kept_id: int, gone_id: int) -> list[str]:
    """Move the introductions of a merged customer to the kept one, inside a transaction. Return the notes.

    The kept customer loses its introducer if it would otherwise introduce itself, by way of others.
    """
    db = desk.db

    def write(customer_id: int, introducer_id: int | None) -> None:
        write_changes(db, desk.stamp, "customer", customer_id, {"introduced_by_id": introducer_id})

    for row in db.rows("SELECT id FROM customer WHERE introduced_by_id = :id ORDER BY id", id=gone_id):
        write(row["id"], None if row["id"] == kept_id else kept_id)
    own, other = (db.value(_INTRODUCER, id=each) for each in (kept_id, gone_id))
    if other is not None:
        write(gone_id, None)
        if own is None and kept_id not in _line(db, other):
            write(kept_id, other)
    elif own is not None and kept_id in _line(db, own):
        write(kept_id, None)
        return [say("C{id} is introduced by nobody now: it would be by way of itself", id=kept_id)]
    return []
