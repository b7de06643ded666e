"""Find rows that an undo removed, by reference or name. The undo itself is in history/undo.py."""

from typing import Any

from servicedesk.base.errors import NotFoundError
from servicedesk.base.messages import coded, say
from servicedesk.base.table import moment
from servicedesk.storage.database import Database

UNDONE = "undone"  # the reason that an undo writes when it voids a row
LETTERS = {"customer": "C", "appliance": "A", "ticket": "T", "household": "H", "promise": "P", "complaint": "K",
           "contract": "G", "contact": "L", "solution": "S", "public_event": "V"}  # fmt: skip

# The ids of the rows that replaced the rows of a span, or one another, when these came back after they were voided
# (sql/version_6/21_commands.sql: field 'copy').
LINE = """
WITH RECURSIVE line (id) AS (
  SELECT row_id FROM command_change
   WHERE noun = :noun AND field = 'copy' AND CAST(old AS INTEGER) BETWEEN :first AND :last
   UNION
  SELECT m.row_id FROM line JOIN command_change m
      ON m.noun = :noun AND m.field = 'copy' AND CAST(m.old AS INTEGER) = line.id)
SELECT id FROM line"""


def void_label(reason: str | None) -> str:
    """Return why something was voided: the typed reason, or that it was undone."""
    return coded(reason) if reason == UNDONE else reason or ""


def undone_error(db: Database, noun: str, row_id: int) -> NotFoundError | None:
    """Return the error for a row of the register that was undone, or None if it was not undone."""
    row = db.row(f"SELECT voided_at, voided_by FROM {noun} WHERE id = :id AND voided_at IS NOT NULL", id=row_id)
    if row is None:
        return None
    ref = f"{LETTERS[noun]}{row_id}"
    return NotFoundError(
        say("{ref} was undone {at} by {who}", ref=ref, at=moment(row["voided_at"]), who=row["voided_by"]),
        hint=say("'history {ref}' shows what happened; 'redo' restores the last undone command", ref=ref),
    )


def standing_id(db: Database, noun: str, row_id: int) -> int:
    """Return the current id of a fact: a fact that was undone and came back has a new id."""
    return max((row[0] for row in db.rows(LINE, noun=noun, first=row_id, last=row_id)), default=row_id)


def fact_id(db: Database, noun: str, row_id: int) -> int:
    """Return the current id of a fact such as a promise or a complaint; raise NotFoundError if it was undone."""
    reason = db.value(f"SELECT void_reason FROM {noun} WHERE id = :id", id=row_id)
    if reason != UNDONE:
        return row_id
    newest = standing_id(db, noun, row_id)
    if newest == row_id:
        raise undone_error(db, noun, row_id) or AssertionError("voided rows have a reason")
    return fact_id(db, noun, newest)


def revive_row(db: Database, noun: str, key: str, value: str, **fields: Any) -> int | None:
    """Restore the undone row with that name and set these fields, inside a transaction. Return its rowid, or None.

    Names of technicians and categories are unique, so an undone row must be restored instead of added again.
    """
    sql = f"SELECT rowid FROM {noun} WHERE {key} = :value AND voided_at IS NOT NULL"
    found: int | None = db.value(sql, value=value)
    if found is not None:
        names = ", ".join(f"{name} = :{name}" for name in (*fields, "voided_at", "voided_by"))
        again = dict.fromkeys(("voided_at", "voided_by")) | fields
        db.run(f"UPDATE {noun} SET {names} WHERE rowid = :rowid", rowid=found, **again)
    return found
