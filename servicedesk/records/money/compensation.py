"""Compensation: money paid for complaints, and money reclaimed later."""

from typing import NamedTuple

from servicedesk.base.messages import coded, joined, say
from servicedesk.base.table import Table, columns
from servicedesk.storage.database import Database, Row
from servicedesk.storage.undone import void_label

# Numbered in the order of recording.
PAYMENTS = """
SELECT row_number() OVER (ORDER BY id) AS number, id, kind, at, at_unix, amount_fen, purse, party, recorded_at,
       recorded_unix, actor, origin, voided_at, voided_by, void_reason
  FROM compensation
 WHERE complaint_id = :id
 ORDER BY id
"""

_COLUMNS = columns(
    "number:count=no", "id-", "kind=entry", "at:instant", "amount_fen:fen=amount", "what+=", "actor:name=by", "purse-",
    "party-", "recorded_at-", "origin-", "voided_at-", "voided_by-", "void_reason-",
)  # fmt: skip


class Payment(NamedTuple):
    """One payment for a complaint (`paid`), or one sum got back (`reclaimed`)."""

    kind: str
    at: str
    at_unix: int
    amount_fen: int
    purse: str
    party: str | None = None


def list_payments(db: Database, complaint_id: int) -> list[Row]:
    """Return all payments and reclaimed sums of a complaint, including voided rows."""
    return db.rows(PAYMENTS, id=complaint_id)


def sum_of(rows: list[Row], kind: str, purse: str | None = None) -> int:
    """Return the sum in fen of the rows of that kind that are not voided, of one purse or of both."""
    standing = [row for row in rows if row["voided_at"] is None and row["kind"] == kind]
    return sum(row["amount_fen"] for row in standing if purse in {None, row["purse"]})


def list_of_complaint(db: Database, complaint_id: int) -> Table:
    """Return a table of the payments for a complaint."""
    rows = []
    for row in list_payments(db, complaint_id):
        values = dict(row) | {"what": _purse_text(row)}
        rows.append([values[column.key] for column in _COLUMNS])
    return Table(_COLUMNS, rows)


def _purse_text(row: Row) -> str:
    words = [coded(row["purse"]), say("by {who}", who=row["party"]) if row["party"] else ""]
    if row["voided_at"]:
        words.append(say("[voided: {void_reason}]", void_reason=void_label(row["void_reason"])))
    return joined(", ", (word for word in words if word))
