"""What an undo took away, for whoever asks for it by its reference or its name. history/undo.py does it."""

from typing import Any

from servicedesk.base.errors import NotFoundError
from servicedesk.base.messages import coded, say
from servicedesk.base.table import moment
from servicedesk.storage.database import Database

UNDONE = "undone"  # the reason of what an undo voids
LETTERS = {"customer": "C", "appliance": "A", "ticket": "T", "household": "H", "promise": "P", "complaint": "K",
           "contract": "G", "contact": "L", "solution": "S", "public_event": "V"}  # fmt: skip

# The rows of a span and all that stand for them since (sql/version_6/21_commands.sql: field 'copy').
LINE = """
WITH RECURSIVE line (id) AS (
  SELECT row_id FROM command_change
   WHERE noun = :noun AND field = 'copy' AND CAST(old AS INTEGER) BETWEEN :first AND :last
   UNION
  SELECT m.row_id FROM line JOIN command_change m
      ON m.noun = :noun AND m.field = 'copy' AND CAST(m.old AS INTEGER) = line.id)
SELECT id FROM line"""


def void_label(reason: str | None) -> str:
    """Return why something was voided: the person's own words, or that it was undone."""
    return coded(reason) if reason == UNDONE else reason or ""


def undone_error(db: Database, noun: str, row_id: int) -> NotFoundError | None:
    """Return the error for a thing of the register that was undone, or None where it was not."""
    row = db.row(f"SELECT voided_at, voided_by FROM {noun} WHERE id = :id AND voided_at IS NOT NULL", id=row_id)
    if row is None:
        return None
    ref = f"{LETTERS[noun]}{row_id}"
    return NotFoundError(
        say("{ref} was undone {at} by {who}", ref=ref, at=moment(row["voided_at"]), who=row["voided_by"]),
        hint=say("'history {ref}' shows what happened; 'redo' restores the last undone command", ref=ref),
    )


def standing_id(db: Database, noun: str, row_id: int) -> int:
    """Return the id of the fact that stands for that one by now: what was undone and came again has another id."""
    return max((row[0] for row in db.rows(LINE, noun=noun, first=row_id, last=row_id)), default=row_id)


def fact_id(db: Database, noun: str, row_id: int) -> int:
    """Return the id under which a promise or a complaint stands by now; NotFoundError where it was undone."""
    reason = db.value(f"SELECT void_reason FROM {noun} WHERE id = :id", id=row_id)
    if reason != UNDONE:
        return row_id
    newest = standing_id(db, noun, row_id)
    if newest == row_id:
        raise undone_error(db, noun, row_id) or AssertionError("voided rows have a reason")
    return fact_id(db, noun, newest)


def revive_row(db: Database, noun: str, key: str, value: str, **fields: Any) -> int | None:
    """Bring back the undone row of a name with those fields, inside a transaction. Return its rowid, or None.

    Technicians and categories keep their names for themselves.
    """
    sql = f"SELECT rowid FROM {noun} WHERE {key} = :value AND voided_at IS NOT NULL"
    found: int | None = db.value(sql, value=value)
    if found is not None:
        names = ", ".join(f"{name} = :{name}" for name in (*fields, "voided_at", "voided_by"))
        again = dict.fromkeys(("voided_at", "voided_by")) | fields
        db.run(f"UPDATE {noun} SET {names} WHERE rowid = :rowid", rowid=found, **again)
    return found
