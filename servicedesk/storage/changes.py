"""How a customer, an appliance, a technician, a ticket changes: the row is newest, `change` keeps what was."""

from typing import Any

from servicedesk.domain.model import Stamp
from servicedesk.storage.database import Database

NOUNS = ("customer", "appliance", "technician", "ticket", "complaint")  # those with a history


def write_changes(
    db: Database, stamp: Stamp, noun: str, noun_id: int, values: dict[str, str | int | None],
    on_date: str | None = None, derived: dict[str, str | None] | None = None,
) -> dict[str, Any]:  # fmt: skip
    """Write the values that really differ, one row of `change` each; inside a transaction.

    `values` are columns of that noun's table, named by the code. Gives back the changed fields with their new
    values, nothing where the row says all of it already. `on_date`: the day of a transfer or a retirement. `derived`:
    columns that follow from the values, and have no history of their own.
    """
    assert noun in NOUNS, noun
    row = db.row(f"SELECT {', '.join(['id', *values])} FROM {noun} WHERE id = :id", id=noun_id)
    assert row is not None, "the caller has looked it up"
    differing = {field: value for field, value in values.items() if row[field] != value}
    for field, value in differing.items():
        db.insert(
            "change",
            stamp,
            **{f"{noun}_id": noun_id},
            field=field,
            old=_text(row[field]),
            new=_text(value),
            on_date=on_date,
        )
    written = differing | (derived or {})
    if written:
        # One statement: a date and its precision stand or fall together in the file's checks.
        assignments = ", ".join(f"{field} = :{field}" for field in written)
        db.run(f"UPDATE {noun} SET {assignments} WHERE id = :noun_id", noun_id=noun_id, **written)
    return differing


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
